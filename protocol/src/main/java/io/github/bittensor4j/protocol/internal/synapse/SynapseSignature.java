package io.github.bittensor4j.protocol.internal.synapse;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.crypto.Signatures;
import io.github.bittensor4j.protocol.internal.synapse.Terminal.Field;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/** The texts that SDK 7 to 10 sign, and their signatures. */
public final class SynapseSignature {
    private static final String FORM = "0x[0-9a-fA-F]{128}";

    private SynapseSignature() {}

    /**
     * What a dendrite signs.
     *
     * @param dendrite its nonce, hotkey and uuid; what is absent is signed as None
     * @param receiver the axon's hotkey as text
     * @param bodyHash the hash of the body's named fields
     * @return the text
     */
    public static String request(Terminal dendrite, Optional<String> receiver, String bodyHash) {
        return text(dendrite, Field.NONCE) + "." + text(dendrite, Field.HOTKEY) + "." + receiver.orElse("None") + "."
                + text(dendrite, Field.UUID) + "." + bodyHash;
    }

    /**
     * What an axon signs while it answers.
     *
     * @param axon its nonce and uuid
     * @param dendriteHotkey the caller's hotkey as its header has it
     * @param axonHotkey the axon's hotkey as the caller's header has it
     * @return the text
     */
    public static String answer(Terminal axon, Optional<String> dendriteHotkey, Optional<String> axonHotkey) {
        return text(axon, Field.NONCE) + "." + dendriteHotkey.orElse("None") + "." + axonHotkey.orElse("None") + "."
                + text(axon, Field.UUID);
    }

    private static String text(Terminal terminal, Field field) {
        return Python.str(terminal.fields().get(field));
    }

    /**
     * Signs a text.
     *
     * @param signer an sr25519 key
     * @param text the text
     * @return {@code 0x} and 128 hex digits
     */
    public static String sign(Signer signer, String text) {
        return "0x" + HexFormat.of().formatHex(signer.sign(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Whether a signature holds. As the Python verifier does, the text in a wallet's wrapping is tried too; no signer makes that.
     *
     * @param who the sr25519 key
     * @param text the text
     * @param signature its signature as text
     * @return true when it holds; false for everything else
     */
    public static boolean holds(AccountId who, String text, String signature) {
        if (!signature.matches(FORM)) {
            return false;
        }
        byte[] bytes = HexFormat.of().parseHex(signature, 2, signature.length());
        return verify(who, text, bytes) || verify(who, "<Bytes>" + text + "</Bytes>", bytes);
    }

    private static boolean verify(AccountId who, String text, byte[] signature) {
        return Signatures.verify(KeyScheme.SR25519, who, text.getBytes(StandardCharsets.UTF_8), signature);
    }
}
