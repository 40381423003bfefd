package io.github.bittensor4j.protocol.internal.legacy;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.protocol.internal.WireException;
import io.github.bittensor4j.protocol.internal.synapse.SynapseSignature;

/**
 * The metadata {@code bittensor-signature} of the gRPC that SDK 1 to 5 spoke. Neither the method nor the body is signed; the second form at
 * least names the receiver.
 *
 * @param nonce a clock's reading, as text
 * @param hotkey the caller's address
 * @param signature {@code 0x} and 128 hex digits
 * @param uuid the caller's instance
 * @param bound whether the receiver's hotkey is signed too
 */
public record GrpcClaims(String nonce, String hotkey, String signature, String uuid, boolean bound) {
    private static final String FIRST = "bitxx";

    /**
     * Reads the metadata's value.
     *
     * @param value four parts, joined by {@code bitxx} in the first form and by dots in the second
     * @return what it claims
     * @throws WireException {@code auth.malformed} when it has neither form
     */
    public static GrpcClaims read(String value) {
        boolean bound = !value.contains(FIRST);
        String[] parts = value.split(bound ? "\\." : FIRST, -1);
        if (parts.length != 4) {
            throw new WireException("auth.malformed", "Unknown signature format");
        }
        return new GrpcClaims(parts[0], parts[1], parts[2], parts[3], bound);
    }

    /**
     * What was signed.
     *
     * @param receiver the receiver's hotkey, signed in the second form only
     * @return the text
     */
    public String text(AccountId receiver) {
        return bound ? nonce + "." + hotkey + "." + receiver + "." + uuid : nonce + hotkey + uuid;
    }

    /**
     * Whether the claimed caller signed it.
     *
     * @param receiver the receiver's hotkey
     * @return true when the signature holds
     */
    public boolean holds(AccountId receiver) {
        try {
            return SynapseSignature.holds(AccountId.fromSs58(hotkey), text(receiver), signature);
        } catch (BittensorException e) {
            return false;
        }
    }
}
