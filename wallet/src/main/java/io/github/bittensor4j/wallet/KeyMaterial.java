package io.github.bittensor4j.wallet;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.crypto.Keypair;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A secret key together with what it was made from, as a key file keeps it: new, or regenerated from a phrase, a seed, a secret URI
 * or an export of polkadot-js. Never printed by {@code toString}; {@link #close} wipes all of it. Thread-safe until closed.
 */
public final class KeyMaterial implements AutoCloseable {
    private final Keypair keypair;
    private final @Nullable Mnemonic mnemonic;
    private final byte @Nullable [] seed;

    private KeyMaterial(Keypair keypair, @Nullable Mnemonic mnemonic, byte @Nullable [] seed) {
        this.keypair = keypair;
        this.mnemonic = mnemonic;
        this.seed = seed;
    }

    /**
     * A new sr25519 key of a new phrase of 12 words.
     *
     * @return the key; show {@link #mnemonic} to its owner once, nothing else brings the key back
     */
    public static KeyMaterial generate() {
        try (Mnemonic mnemonic = Mnemonic.generate()) {
            return fromMnemonic(KeyScheme.SR25519, mnemonic);
        }
    }

    /**
     * The key of a phrase.
     *
     * @param scheme how it signs; Bittensor's keys are sr25519 unless made otherwise
     * @param mnemonic the phrase; copied, closing it stays with the caller
     * @return the key
     */
    public static KeyMaterial fromMnemonic(KeyScheme scheme, Mnemonic mnemonic) {
        byte[] seed = mnemonic.miniSecret();
        return new KeyMaterial(Keypair.fromSeed(scheme, seed), mnemonic.copy(), seed);
    }

    /**
     * The key of a seed.
     *
     * @param scheme how it signs
     * @param seed 32 bytes (the mini secret); for sr25519 also the 64 bytes of a whole secret key; copied, wiping it stays with the caller
     * @return the key
     * @throws WalletException with {@link WalletException#SECRET_KEY} for another length or a scalar out of range
     */
    public static KeyMaterial fromSeed(KeyScheme scheme, byte[] seed) {
        return seed.length == 32
                ? new KeyMaterial(Keypair.fromSeed(scheme, seed), null, seed.clone())
                : fromPrivateKey(scheme, seed);
    }

    /**
     * The key of a key file's {@code privateKey}.
     *
     * @param scheme how it signs
     * @param secret for sr25519 the 64 bytes of the canonical secret key, or 32 of a mini secret; for ed25519 the 32-byte seed; copied
     * @return the key, which has neither phrase nor seed
     * @throws WalletException with {@link WalletException#SECRET_KEY} for another length or a scalar out of range
     */
    public static KeyMaterial fromPrivateKey(KeyScheme scheme, byte[] secret) {
        if (secret.length != 32 && (secret.length != 64 || scheme != KeyScheme.SR25519)) {
            throw new WalletException(
                    WalletException.SECRET_KEY,
                    "secret key of " + scheme.label() + ": " + secret.length + " bytes (expected: 32"
                            + (scheme == KeyScheme.SR25519 ? " or 64)" : ")"),
                    "");
        }
        try {
            Keypair keypair =
                    secret.length == 64 ? Keypair.fromSr25519Secret(secret) : Keypair.fromSeed(scheme, secret);
            return new KeyMaterial(keypair, null, null);
        } catch (InvalidValueException e) {
            throw new WalletException(WalletException.SECRET_KEY, String.valueOf(e.getMessage()), e.hint());
        }
    }

    /**
     * The key of a secret URI such as {@code //Alice}.
     *
     * @param scheme how it signs
     * @param uri the URI; closing it stays with the caller
     * @return the key, which has neither phrase nor seed
     */
    public static KeyMaterial fromUri(KeyScheme scheme, SecretUri uri) {
        return new KeyMaterial(uri.keypair(scheme), null, null);
    }

    /**
     * The key in an account exported by polkadot-js or a browser wallet.
     *
     * @param json the exported file, of version 3
     * @param password the password it was exported with; wiping it stays with the caller
     * @return the key, which has neither phrase nor seed
     * @throws WalletException with {@link WalletException#EXPORT} when it is no such export, {@link WalletException#PASSWORD_WRONG}, or
     *     {@link WalletException#MEMORY} when the heap is too small for its key derivation
     */
    public static KeyMaterial fromPolkadotJson(byte[] json, char[] password) {
        byte[] utf8 = Bytes.utf8(password);
        try {
            return new KeyMaterial(PolkadotExport.open(json, utf8), null, null);
        } finally {
            Arrays.fill(utf8, (byte) 0);
        }
    }

    /**
     * The key itself.
     *
     * @return the key; closed together with this
     */
    public Keypair keypair() {
        return keypair;
    }

    /**
     * Whose key it is.
     *
     * @return the account
     */
    public AccountId account() {
        return keypair.account();
    }

    /**
     * The phrase it was made from.
     *
     * @return the phrase, closed together with this; empty for a key made from anything else
     */
    public Optional<Mnemonic> mnemonic() {
        return Optional.ofNullable(mnemonic);
    }

    /** The mini secret where one is known; the array itself, not a copy. */
    byte @Nullable [] seed() {
        return seed;
    }

    /** Overwrites key, phrase and seed. */
    @Override
    public void close() {
        keypair.close();
        if (mnemonic != null) {
            mnemonic.close();
        }
        if (seed != null) {
            Arrays.fill(seed, (byte) 0);
        }
    }

    /** Scheme and address. */
    @Override
    public String toString() {
        return "KeyMaterial[" + keypair.scheme().label() + " " + account() + "]";
    }
}
