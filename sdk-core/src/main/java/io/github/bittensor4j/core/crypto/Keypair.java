package io.github.bittensor4j.core.crypto;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Signer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A secret key in memory and its account. The secret is never printed, and wiped by {@link #close()}, after which signing fails.
 * Safe for use by many threads at once.
 */
public final class Keypair implements Signer, AutoCloseable {
    private static final int SEED = 32;

    /** The seed of the development phrase that every Substrate chain knows: everybody has its keys. */
    private static final String DEVELOPMENT_SEED = "fac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e";

    private static final SecureRandom RANDOM = new SecureRandom();

    private final KeyScheme scheme;
    private final AccountId account;
    private final byte[] publicKey;
    // sr25519: scalar and nonce seed; ed25519: the seed. Guarded by itself, so that no signature is made of a
    // half-wiped key.
    private final byte[] secret;
    private boolean closed;

    private Keypair(KeyScheme scheme, byte[] secret) {
        this.scheme = scheme;
        this.secret = secret;
        this.publicKey = switch (scheme) {
            case SR25519 -> Sr25519.publicKey(secret);
            case ED25519 -> Ed25519Keys.publicKey(secret);
        };
        this.account = AccountId.of(publicKey);
    }

    /**
     * The key of a seed: for sr25519 the mini secret, expanded in the Ed25519 way as Substrate does; for ed25519 the seed of RFC 8032.
     *
     * @param scheme how the key signs
     * @param seed 32 secret bytes; copied, wiping them stays with the caller
     * @return the key; close it when it is no longer needed
     * @throws InvalidValueException when the length is not 32
     */
    public static Keypair fromSeed(KeyScheme scheme, byte[] seed) {
        if (seed.length != SEED) {
            throw new InvalidValueException(
                    "key.seed",
                    "seed length: " + seed.length + " (expected: 32 bytes)",
                    "Give the 32-byte mini secret.");
        }
        return new Keypair(
                scheme,
                switch (scheme) {
                    case SR25519 -> Sr25519.expand(seed);
                    case ED25519 -> seed.clone();
                });
    }

    /**
     * The sr25519 key of a full secret, in the canonical form that key files hold as {@code privateKey}.
     *
     * @param secret 64 secret bytes: the scalar, little-endian and below the group's order, then the nonce seed; copied
     * @return the key; close it when it is no longer needed
     * @throws InvalidValueException when the length is not 64, or the scalar is zero or not below the order
     */
    public static Keypair fromSr25519Secret(byte[] secret) {
        if (secret.length != Sr25519.SECRET) {
            throw new InvalidValueException(
                    "key.secret", "sr25519 secret length: " + secret.length + " (expected: 64 bytes)", "");
        }
        int any = 0;
        for (int i = 0; i < SEED; i++) {
            any |= secret[i];
        }
        if (any == 0 || !Scalar.isCanonical(secret, 0)) {
            throw new InvalidValueException(
                    "key.secret",
                    "sr25519 secret: its scalar is out of range (expected: above zero and below the group's order)",
                    "A secret of polkadot-js holds the scalar times eight: divide it first.");
        }
        return new Keypair(KeyScheme.SR25519, secret.clone());
    }

    /**
     * A new random key. It has no phrase: nothing but its secret bytes brings it back.
     *
     * @param scheme how the key signs
     * @return the key; close it when it is no longer needed
     */
    public static Keypair generate(KeyScheme scheme) {
        byte[] seed = random();
        try {
            return fromSeed(scheme, seed);
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }

    /**
     * A key of the public development phrase, such as Alice's {@code 5GrwvaEF...}. Everybody has these keys: for local chains only.
     *
     * @param name such as {@code Alice}; the hard junction {@code //Alice} of the phrase is taken. An empty name is the phrase's own key
     * @return the sr25519 key
     */
    public static Keypair development(String name) {
        try (Keypair root = fromSeed(KeyScheme.SR25519, HexFormat.of().parseHex(DEVELOPMENT_SEED))) {
            return root.derive(name.isEmpty() ? "" : "//" + name);
        }
    }

    /**
     * The key at the end of a derivation path that begins here.
     *
     * @param path hard ({@code //name}) and soft ({@code /name}) junctions such as {@code //miner/0}; numbers and text as Substrate
     *     reads them. Empty for a copy of this key
     * @return a new key, to be closed on its own. Behind a soft junction its nonce seed is fresh on each call, which changes
     *     {@link #secretBytes()} but neither the account nor the validity of signatures
     * @throws InvalidValueException when the path is malformed, or has a soft junction and the scheme is ed25519
     */
    public Keypair derive(String path) {
        byte[] current = copyOfSecret();
        try {
            for (Junction junction : Junction.path(path)) {
                byte[] next = child(current, junction);
                Arrays.fill(current, (byte) 0);
                current = next;
            }
            return new Keypair(scheme, current.clone());
        } finally {
            Arrays.fill(current, (byte) 0);
        }
    }

    private byte[] child(byte[] parent, Junction junction) {
        if (scheme == KeyScheme.ED25519) {
            if (!junction.hard()) {
                throw new InvalidValueException(
                        "key.soft",
                        "derivation path: a soft junction (expected: hard junctions, key is ed25519)",
                        "Use // in place of /.");
            }
            return Ed25519Keys.hard(parent, junction.chainCode());
        }
        if (junction.hard()) {
            byte[] mini = Sr25519.hard(parent, junction.chainCode());
            byte[] expanded = Sr25519.expand(mini);
            Arrays.fill(mini, (byte) 0);
            return expanded;
        }
        byte[] random = random();
        byte[] soft = Sr25519.soft(parent, Sr25519.publicKey(parent), junction.chainCode(), random);
        Arrays.fill(random, (byte) 0);
        return soft;
    }

    /**
     * The public key.
     *
     * @return a copy, 32 bytes
     */
    public byte[] publicKey() {
        return publicKey.clone();
    }

    @Override
    public AccountId account() {
        return account;
    }

    @Override
    public KeyScheme scheme() {
        return scheme;
    }

    /**
     * Signs bytes as they are. Signatures of sr25519 differ from call to call; those of ed25519 do not.
     *
     * @param message what to sign
     * @return 64 bytes
     * @throws BittensorException when this key was closed
     */
    @Override
    public byte[] sign(byte[] message) {
        byte[] copy = copyOfSecret();
        try {
            return switch (scheme) {
                case SR25519 -> Sr25519.sign(copy, publicKey, message, random());
                case ED25519 -> Ed25519Keys.sign(copy, publicKey, message);
            };
        } finally {
            Arrays.fill(copy, (byte) 0);
        }
    }

    /**
     * The secret itself, for writing key files. Whoever has it owns the account: wipe the array after use, never log it.
     *
     * @return a copy; for sr25519 the 64 bytes of {@link #fromSr25519Secret}, for ed25519 the 32-byte seed
     * @throws BittensorException when this key was closed
     */
    public byte[] secretBytes() {
        return copyOfSecret();
    }

    private byte[] copyOfSecret() {
        synchronized (secret) {
            if (closed) {
                throw new BittensorException(
                        "key.closed",
                        false,
                        "key of " + account + " was closed and its secret wiped",
                        "Open it again, and close it only when nothing signs with it any more.");
            }
            return secret.clone();
        }
    }

    private static byte[] random() {
        byte[] bytes = new byte[SEED];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    /** Wipes the secret. Calling it again does nothing. */
    @Override
    public void close() {
        synchronized (secret) {
            closed = true;
            Arrays.fill(secret, (byte) 0);
        }
    }

    /** Scheme and address, never the secret. */
    @Override
    public String toString() {
        return scheme.label() + " key of " + account;
    }
}
