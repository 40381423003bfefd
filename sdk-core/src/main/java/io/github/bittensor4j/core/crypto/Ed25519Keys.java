package io.github.bittensor4j.core.crypto;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.scale.ScaleWriter;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** RFC 8032 Ed25519, verified by the rules of ZIP 215, as the chain does: whatever the chain accepts is accepted here, and nothing else. */
final class Ed25519Keys {
    static final int SIGNATURE = 64;

    private static final KnownKeys KNOWN = new KnownKeys();

    private Ed25519Keys() {}

    static byte[] publicKey(byte[] seed) {
        byte[] key = new byte[32];
        Ed25519.generatePublicKey(seed, 0, key, 0);
        return key;
    }

    static byte[] sign(byte[] seed, byte[] publicKey, byte[] message) {
        byte[] signature = new byte[SIGNATURE];
        Ed25519.sign(seed, 0, publicKey, 0, message, 0, message.length, signature, 0);
        return signature;
    }

    static boolean verify(AccountId who, byte[] message, byte[] signature) {
        if (signature.length != SIGNATURE || !Scalar.isCanonical(signature, 32)) {
            return false;
        }
        byte[] publicKey = who.bytes();
        Optional<Comb> known = KNOWN.find(who);
        Optional<Point> key = known.isPresent() ? Optional.empty() : Point.fromEdwards(publicKey, 0);
        Optional<Point> commitment = Point.fromEdwards(signature, 0);
        if (known.isEmpty() && key.isEmpty() || commitment.isEmpty()) {
            return false;
        }
        byte[] s = Arrays.copyOfRange(signature, 32, 64);
        byte[] k = Scalar.reduce(challenge(publicKey, message, signature));
        Point difference = known.map(comb -> Multiples.verification(s, k, comb))
                .orElseGet(() -> Multiples.verification(s, k, key.orElseThrow()));
        difference.add(new Point.Cached(commitment.get()), true, false);
        // Times the cofactor: the verdict then does not depend on how a verifier groups its work.
        difference.twice(false);
        difference.twice(false);
        difference.twice(false);
        boolean good = difference.isNeutral();
        if (good) {
            key.ifPresent(point -> KNOWN.verified(who, point));
        }
        return good;
    }

    private static byte[] challenge(byte[] publicKey, byte[] message, byte[] signature) {
        try {
            MessageDigest sha512 = MessageDigest.getInstance("SHA-512");
            sha512.update(signature, 0, 32);
            sha512.update(publicKey);
            return sha512.digest(message);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("SHA-512 is part of every Java platform", e);
        }
    }

    /** The seed of the child behind a hard junction. */
    static byte[] hard(byte[] seed, byte[] chainCode) {
        return Hashes.blake2b256(
                new ScaleWriter().text("Ed25519HDKD").raw(seed).raw(chainCode).toByteArray());
    }
}
