package io.github.bittensor4j.core.crypto;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Schnorr signatures over ristretto255 as Substrate makes them: schnorrkel with the signing context "substrate". */
final class Sr25519 {
    static final int SECRET = 64;

    private static final byte[] NONE = new byte[0];
    private static final byte[] SIGN_BYTES = Transcript.ascii("sign-bytes");
    private static final byte[] PROTOCOL_NAME = Transcript.ascii("proto-name");
    private static final byte[] SCHNORR = Transcript.ascii("Schnorr-sig");
    private static final byte[] SIGN_PK = Transcript.ascii("sign:pk");
    private static final byte[] SIGN_R = Transcript.ascii("sign:R");
    private static final byte[] SIGN_C = Transcript.ascii("sign:c");
    private static final byte[] SIGNING = Transcript.ascii("signing");
    private static final byte[] CHAIN_CODE = Transcript.ascii("chain-code");
    private static final byte[] SECRET_KEY = Transcript.ascii("secret-key");
    private static final byte[] PUBLIC_KEY = Transcript.ascii("public-key");
    private static final byte[] HARD = Transcript.ascii("HDKD-hard");
    private static final byte[] SOFT = Transcript.ascii("HDKD-scalar");
    private static final byte[] NONCE = Transcript.ascii("HDKD-nonce");

    // Marks a schnorrkel signature, so that an Ed25519 signature is never taken for one.
    private static final int MARK = 0x80;

    private static final Transcript CONTEXT =
            new Transcript("SigningContext").append(NONE, Transcript.ascii("substrate"));
    private static final Transcript DERIVATION = new Transcript("SchnorrRistrettoHDKD").append(SIGN_BYTES, NONE);

    /** schnorrkel's verdict, for any bytes. */
    static final Verifier VERIFIER = new Verification();

    private Sr25519() {}

    /** The secret of a mini secret: scalar, then nonce seed, expanded in the way of Ed25519. */
    static byte[] expand(byte[] miniSecret) {
        byte[] secret = Hashes.sha512(miniSecret);
        secret[0] &= (byte) 0xf8;
        secret[31] &= 0x3f;
        secret[31] |= 0x40;
        byte[] scalar = Arrays.copyOf(secret, 32);
        Scalar.divideByCofactor(scalar);
        System.arraycopy(scalar, 0, secret, 0, 32);
        Arrays.fill(scalar, (byte) 0);
        return secret;
    }

    static byte[] publicKey(byte[] secret) {
        byte[] scalar = Arrays.copyOf(secret, 32);
        byte[] key = Multiples.ofBase(scalar).toRistretto();
        Arrays.fill(scalar, (byte) 0);
        return key;
    }

    private static Transcript signing(byte[] publicKey, byte[] message) {
        return CONTEXT.copy()
                .append(SIGN_BYTES, message)
                .append(PROTOCOL_NAME, SCHNORR)
                .append(SIGN_PK, publicKey);
    }

    /** Signs; the nonce depends on the secret, the message and 32 random bytes, so that neither bad randomness nor none leaks the key. */
    static byte[] sign(byte[] secret, byte[] publicKey, byte[] message, byte[] random) {
        Transcript transcript = signing(publicKey, message);
        byte[] scalar = Arrays.copyOf(secret, 32);
        byte[] seed = Arrays.copyOfRange(secret, 32, 64);
        byte[] wide = transcript.witness(SIGNING, 64, random, seed);
        byte[] r = Scalar.reduce(wide);
        byte[] half = Scalar.half(r);
        byte[] commitment = Point.doublesToRistretto(Multiples.ofBase(half))[0];
        byte[] k = Scalar.reduce(transcript.append(SIGN_R, commitment).challenge(SIGN_C, 64));
        byte[] s = Scalar.multiplyAdd(k, scalar, r);
        byte[] signature = Arrays.copyOf(commitment, Verifier.SIGNATURE);
        System.arraycopy(s, 0, signature, 32, 32);
        signature[63] |= (byte) MARK;
        Arrays.fill(scalar, (byte) 0);
        Arrays.fill(seed, (byte) 0);
        Arrays.fill(wide, (byte) 0);
        Arrays.fill(r, (byte) 0);
        Arrays.fill(half, (byte) 0);
        return signature;
    }

    /** The mini secret of the child behind a hard junction. */
    static byte[] hard(byte[] secret, byte[] chainCode) {
        return DERIVATION
                .copy()
                .append(CHAIN_CODE, chainCode)
                .append(SECRET_KEY, secret, 0, 32)
                .challenge(HARD, 32);
    }

    /** The secret of the child behind a soft junction; its nonce seed is as random as the bytes given. */
    static byte[] soft(byte[] secret, byte[] publicKey, byte[] chainCode, byte[] random) {
        Transcript transcript = DERIVATION.copy().append(CHAIN_CODE, chainCode).append(PUBLIC_KEY, publicKey);
        byte[] offset = Scalar.reduce(transcript.challenge(SOFT, 64));
        byte[] scalar = Arrays.copyOf(secret, 32);
        byte[] seed = Arrays.copyOfRange(secret, 32, 64);
        byte[] childScalar = Scalar.add(scalar, offset);
        byte[] childSeed = transcript.witness(NONCE, 32, random, seed, secret);
        byte[] child = Arrays.copyOf(childScalar, SECRET);
        System.arraycopy(childSeed, 0, child, 32, 32);
        for (byte[] used : new byte[][] {scalar, seed, childScalar, childSeed}) {
            Arrays.fill(used, (byte) 0);
        }
        return child;
    }

    private static final class Verification extends Verifier {
        @Override
        Optional<byte[]> scalar(byte[] signature) {
            byte[] s = Arrays.copyOfRange(signature, 32, 64);
            s[31] &= (byte) ~MARK;
            return (signature[63] & MARK) != 0 && Scalar.isCanonical(s, 0) ? Optional.of(s) : Optional.empty();
        }

        @Override
        byte[] challenge(byte[] publicKey, byte[] message, byte[] signature) {
            return Scalar.reduce(
                    signing(publicKey, message).append(SIGN_R, signature, 0, 32).challenge(SIGN_C, 64));
        }

        @Override
        List<Optional<Point>> decode(List<byte[]> encodings) {
            return Point.fromRistretto(encodings);
        }

        // Half of the difference, as its double is cheaper to encode.
        @Override
        Point difference(byte[] s, byte[] k, Comb key) {
            return Multiples.difference(Scalar.half(s), Scalar.half(k), key);
        }

        @Override
        Point difference(byte[] s, byte[] k, Point key) {
            return Multiples.difference(Scalar.half(s), Scalar.half(k), key);
        }

        @Override
        byte[][] encode(Point... differences) {
            return Point.publicDoublesToRistretto(differences);
        }

        // The bytes decide: an encoding of the commitment that is not canonical is never equal.
        @Override
        boolean holdsOtherwise(Point difference, byte[] commitment) {
            return false;
        }

        @Override
        boolean isNothing(Point sum) {
            return sum.isNeutralInRistretto();
        }
    }
}
