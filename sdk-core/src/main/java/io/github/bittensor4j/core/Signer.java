package io.github.bittensor4j.core;

/** Signs for one account and never shows its secret. Implementations are safe for use by many threads at once. */
public interface Signer {
    /**
     * Whose signatures these are.
     *
     * @return the account
     */
    AccountId account();

    /**
     * How it signs.
     *
     * @return the scheme
     */
    KeyScheme scheme();

    /**
     * Signs bytes as they are, without any wrapping.
     *
     * @param message what to sign
     * @return the signature, 64 bytes
     */
    byte[] sign(byte[] message);
}
