package io.github.bittensor4j.localnet.internal.runtime;

import io.github.bittensor4j.localnet.internal.declare.Variant;
import java.util.Map;

/**
 * Why an extrinsic can not be in a block: what the pool refuses it with.
 *
 * @param text the words the real node answers as {@code data} of error 1010
 * @param kind what the pool does with it
 */
public record Invalidity(String text, Kind kind) {
    /** What the pool does with such an extrinsic. */
    public enum Kind {
        /** Nothing will make it valid. */
        REFUSED,
        /** It becomes valid when others of the same account are in a block. */
        FUTURE,
        /** Its nonce is used up. */
        STALE
    }

    /** The nonce is used up, or the era is longer than the call allows. */
    public static final Invalidity STALE = new Invalidity("Transaction is outdated", Kind.STALE);

    /** The nonce leaves a gap. */
    public static final Invalidity FUTURE = new Invalidity("Transaction will be valid in the future", Kind.FUTURE);

    /** The fee can not be paid. */
    public static final Invalidity PAYMENT = refused("Inability to pay some fees (e.g. account balance too low)");

    /** The signature is not the signer's over this extrinsic on this chain and version. */
    public static final Invalidity BAD_PROOF = refused("Transaction has a bad signature");

    /** The era is over, or its birth block is unknown. */
    public static final Invalidity ANCIENT_BIRTH_BLOCK = refused("Transaction has an ancient birth block");

    /** The signer may not sign this. */
    public static final Invalidity BAD_SIGNER = refused("Invalid signing address");

    /** The call is not accepted here. */
    public static final Invalidity CALL = refused("Transaction call is not expected");

    /** An inherent that came from outside. */
    public static final Invalidity MANDATORY =
            refused("Transaction dispatch is mandatory; transactions must not be validated.");

    /** Too long or too heavy for a block. */
    public static final Invalidity EXHAUSTS = refused("Transaction would exhaust the block limits");

    private static final Map<String, String> NAMES = Map.of(
            STALE.text, "Stale",
            FUTURE.text, "Future",
            PAYMENT.text, "Payment",
            BAD_PROOF.text, "BadProof",
            ANCIENT_BIRTH_BLOCK.text, "AncientBirthBlock",
            BAD_SIGNER.text, "BadSigner",
            MANDATORY.text, "MandatoryValidation",
            EXHAUSTS.text, "ExhaustsResources");

    private static Invalidity refused(String text) {
        return new Invalidity(text, Kind.REFUSED);
    }

    /**
     * A refusal by a number of the chain's own.
     *
     * @param code such as 6, RateLimitExceeded
     * @return the refusal
     */
    public static Invalidity custom(int code) {
        return refused("Custom error: " + code);
    }

    /**
     * A call that the chain knows by name and this one does not model.
     *
     * @param call its two names
     * @return the refusal
     */
    public static Invalidity notModelled(String call) {
        return refused("Transaction call is not expected: " + call + " is not modelled by this local chain");
    }

    /**
     * Its name in the runtime's own answer.
     *
     * @return a variant of {@code InvalidTransaction}, plain
     */
    public Object plain() {
        String number = text.replaceFirst("^Custom error: (\\d+)$", "$1");
        if (!number.equals(text)) {
            return Variant.of("Custom", Long.valueOf(number));
        }
        return NAMES.getOrDefault(text, "Call");
    }
}
