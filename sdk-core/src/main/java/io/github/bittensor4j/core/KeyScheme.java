package io.github.bittensor4j.core;

import java.util.Optional;

/** How an account's key signs. Bittensor's hotkeys and coldkeys are sr25519 unless made otherwise. */
public enum KeyScheme {
    /** Schnorr signatures over ristretto255, signing context {@code substrate}; 64 bytes. */
    SR25519(1, "sr25519"),
    /** RFC 8032 Ed25519; 64 bytes. */
    ED25519(0, "ed25519");

    private final int multiSignatureIndex;
    private final String label;

    KeyScheme(int multiSignatureIndex, String label) {
        this.multiSignatureIndex = multiSignatureIndex;
        this.label = label;
    }

    /**
     * The scheme's place in the runtime's {@code MultiSignature}.
     *
     * @return 0 for ed25519, 1 for sr25519
     */
    public int multiSignatureIndex() {
        return multiSignatureIndex;
    }

    /**
     * The scheme's name on the wire and in key files.
     *
     * @return {@code sr25519} or {@code ed25519}
     */
    public String label() {
        return label;
    }

    /**
     * The scheme of a name.
     *
     * @param label {@code sr25519} or {@code ed25519}, exactly
     * @return the scheme, or empty for any other text
     */
    public static Optional<KeyScheme> labelled(String label) {
        for (KeyScheme scheme : values()) {
            if (scheme.label.equals(label)) {
                return Optional.of(scheme);
            }
        }
        return Optional.empty();
    }
}
