package io.github.bittensor4j.core.crypto;

import io.github.bittensor4j.core.scale.ScaleWriter;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** RFC 8032 Ed25519, verified by the rules of ZIP 215, as the chain does: whatever the chain accepts is accepted here, and nothing else. */
final class Ed25519Keys {
    /** The verdict of ZIP 215, for any bytes. */
    static final Verifier VERIFIER = new Verification();

    private Ed25519Keys() {}

    /** The scalar, as RFC 8032 prunes it, and the prefix. */
    private static byte[] expand(byte[] seed) {
        byte[] expanded = Hashes.sha512(seed);
        expanded[0] &= (byte) 0xf8;
        expanded[31] &= 0x7f;
        expanded[31] |= 0x40;
        return expanded;
    }

    static byte[] publicKey(byte[] seed) {
        byte[] expanded = expand(seed);
        byte[] scalar = Arrays.copyOf(expanded, 32);
        byte[] reduced = Scalar.reduce(scalar);
        byte[] key = Point.toEdwards(Multiples.ofBase(reduced))[0];
        wipe(expanded, scalar, reduced);
        return key;
    }

    static byte[] sign(byte[] seed, byte[] publicKey, byte[] message) {
        byte[] expanded = expand(seed);
        byte[] scalar = Arrays.copyOf(expanded, 32);
        byte[] prefix = Arrays.copyOfRange(expanded, 32, 64);
        byte[] wide = sha512(prefix, message);
        byte[] r = Scalar.reduce(wide);
        byte[] commitment = Point.toEdwards(Multiples.ofBase(r))[0];
        byte[] k = Scalar.reduce(sha512(commitment, publicKey, message));
        byte[] s = Scalar.multiplyAdd(k, scalar, r);
        byte[] signature = Arrays.copyOf(commitment, Verifier.SIGNATURE);
        System.arraycopy(s, 0, signature, 32, 32);
        wipe(expanded, scalar, prefix, wide, r);
        return signature;
    }

    private static void wipe(byte[]... secrets) {
        for (byte[] secret : secrets) {
            Arrays.fill(secret, (byte) 0);
        }
    }

    private static byte[] sha512(byte[]... parts) {
        try {
            MessageDigest sha512 = MessageDigest.getInstance("SHA-512");
            for (byte[] part : parts) {
                sha512.update(part);
            }
            return sha512.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("SHA-512 is part of every Java platform", e);
        }
    }

    /** The seed of the child behind a hard junction. */
    static byte[] hard(byte[] seed, byte[] chainCode) {
        return Hashes.blake2b256(
                new ScaleWriter().text("Ed25519HDKD").raw(seed).raw(chainCode).toByteArray());
    }

    private static final class Verification extends Verifier {
        @Override
        Optional<byte[]> scalar(byte[] signature) {
            return Scalar.isCanonical(signature, 32)
                    ? Optional.of(Arrays.copyOfRange(signature, 32, 64))
                    : Optional.empty();
        }

        @Override
        byte[] challenge(byte[] publicKey, byte[] message, byte[] signature) {
            return Scalar.reduce(sha512(Arrays.copyOf(signature, 32), publicKey, message));
        }

        @Override
        List<Optional<Point>> decode(List<byte[]> encodings) {
            return Point.fromEdwards(encodings);
        }

        @Override
        Point difference(byte[] s, byte[] k, Comb key) {
            return Multiples.difference(s, k, key);
        }

        @Override
        Point difference(byte[] s, byte[] k, Point key) {
            return Multiples.difference(s, k, key);
        }

        @Override
        byte[][] encode(Point... differences) {
            return Point.publicToEdwards(differences);
        }

        // ZIP 215 also takes a commitment that is the difference but for a point of small order, in any encoding.
        @Override
        boolean holdsOtherwise(Point difference, byte[] commitment) {
            Optional<Point> point = decode(List.of(commitment)).get(0);
            if (point.isEmpty()) {
                return false;
            }
            Point rest = new Point(difference);
            point.get().negate();
            rest.add(new Point.Cached(point.get()), false);
            return isNothing(rest);
        }

        // Times the cofactor: the verdict then does not depend on how a verifier groups its work.
        @Override
        boolean isNothing(Point sum) {
            Point eight = new Point(sum);
            eight.twice(false);
            eight.twice(false);
            eight.twice(false);
            return eight.isNeutral();
        }
    }
}
