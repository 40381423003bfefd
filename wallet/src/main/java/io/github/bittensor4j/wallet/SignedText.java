package io.github.bittensor4j.wallet;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.crypto.Signatures;
import java.nio.charset.StandardCharsets;

/**
 * Text signed by an account, as {@code btcli wallet sign} and {@code verify} do. Nothing is guessed: text is its UTF-8, also when it looks
 * like hex. Thread-safe.
 */
public final class SignedText {
    private static final byte[] OPEN = "<Bytes>".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CLOSE = "</Bytes>".getBytes(StandardCharsets.US_ASCII);

    private SignedText() {}

    /**
     * Signs text: its UTF-8 bytes, neither hashed nor wrapped.
     *
     * @param signer who signs
     * @param text the text
     * @return 64 bytes
     */
    public static byte[] sign(Signer signer, String text) {
        return signer.sign(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Whether an account signed a text, either as it is or between {@code <Bytes>} and {@code </Bytes>}, as browser wallets do.
     *
     * @param scheme how the account signs
     * @param who the account
     * @param text the text
     * @param signature the signature
     * @return true when it did
     */
    public static boolean verify(KeyScheme scheme, AccountId who, String text, byte[] signature) {
        return verify(scheme, who, text.getBytes(StandardCharsets.UTF_8), signature);
    }

    /**
     * Whether an account signed bytes, either as they are or between {@code <Bytes>} and {@code </Bytes>}, as browser wallets do.
     *
     * @param scheme how the account signs
     * @param who the account
     * @param message the bytes
     * @param signature the signature
     * @return true when it did; never for the account of 32 zero bytes, for which anybody can make signatures
     */
    public static boolean verify(KeyScheme scheme, AccountId who, byte[] message, byte[] signature) {
        return !who.isZero()
                && (Signatures.verify(scheme, who, message, signature)
                        || Signatures.verify(scheme, who, Bytes.concat(Bytes.concat(OPEN, message), CLOSE), signature));
    }

    /**
     * The bytes that {@code Keypair.sign} of the Python SDK 11 signs when it is given a {@code str}: hex behind {@code 0x}, else UTF-8. For talking
     * to programs that sign so; for anything else the guess is a trap.
     *
     * @param text the text
     * @return what is signed
     * @throws WalletException with {@link WalletException#SIGNED_TEXT} where Python fails: not hex, or an odd number of digits
     */
    public static byte[] asPythonReads(String text) {
        if (!text.startsWith("0x")) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        // One prefix only, as SDK 11 reads it; the wallets before it dropped every further 0x as well.
        byte[] bytes = text.startsWith("0x", 2) ? null : Bytes.fromHex(text);
        if (bytes == null) {
            throw new WalletException(
                    WalletException.SIGNED_TEXT,
                    "text to sign: begins with 0x but is not an even number of hex digits",
                    "Give whole bytes of hex, or sign it as text.");
        }
        return bytes;
    }
}
