package io.github.bittensor4j.timelock;

import io.github.bittensor4j.core.crypto.Hashes;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.bouncycastle.crypto.bls.BLS12_381G1;
import org.bouncycastle.crypto.bls.BLS12_381G2;
import org.bouncycastle.crypto.bls.BLS12_381G2Point;
import org.bouncycastle.crypto.bls.BLS12_381Pairing;
import org.bouncycastle.crypto.bls.BLS12_381Serialization;
import org.bouncycastle.crypto.bls.BLS12_381SubgroupCheck;
import org.bouncycastle.crypto.bls.Fp12Element;
import org.bouncycastle.crypto.bls.Fp2Element;
import org.bouncycastle.crypto.bls.Fp6Element;
import org.bouncycastle.crypto.hash2curve.HashToCurveProfile;
import org.bouncycastle.crypto.hash2curve.HashToEllipticCurve;
import org.bouncycastle.math.ec.ECCurve;
import org.bouncycastle.math.ec.ECPoint;

/** BLS12-381 as drand and the chain use it, on BouncyCastle's groups: signatures in G1, keys in G2. */
final class Pairings {
    static final int G1_BYTES = 48;
    static final int G2_BYTES = 96;

    /** The domain of the network's signatures, by RFC 9380. */
    static final String DST = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

    private static final ECCurve G1 = BLS12_381G1.createCurve();

    private Pairings() {}

    /** The point of G1 that stands for a round. */
    static ECPoint identity(long round) {
        byte[] id = Hashes.sha256(ByteBuffer.allocate(Long.BYTES).putLong(round).array());
        return HashToEllipticCurve.getInstance(HashToCurveProfile.BLS12_381_G1_XMD_SHA_256_SSWU_RO, DST)
                .hashToCurve(id);
    }

    static boolean isSignatureOf(Beacon beacon, long round, byte[] signature) {
        Optional<ECPoint> point = pointOfG1(signature);
        // e(S, G2) = e(Q, K), as one product that must be one
        return point.isPresent()
                && BLS12_381Pairing.multiPair(
                                new ECPoint[] {point.get(), identity(round).negate()},
                                new BLS12_381G2Point[] {BLS12_381G2.getGenerator(), key(beacon)})
                        .equals(Fp12Element.ONE);
    }

    /** A point of the right subgroup, not the neutral one; empty for all other bytes. */
    static Optional<ECPoint> pointOfG1(byte[] compressed) {
        if (compressed.length != G1_BYTES) {
            return Optional.empty();
        }
        try {
            ECPoint point = BLS12_381Serialization.decompressG1(compressed, G1);
            return point.isInfinity() || !BLS12_381SubgroupCheck.isInG1Subgroup(point)
                    ? Optional.empty()
                    : Optional.of(point);
        } catch (IllegalArgumentException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    /** A point of the right subgroup, not the neutral one; empty for all other bytes. */
    static Optional<BLS12_381G2Point> pointOfG2(byte[] compressed) {
        if (compressed.length != G2_BYTES) {
            return Optional.empty();
        }
        try {
            BLS12_381G2Point point = BLS12_381Serialization.decompressG2(compressed);
            return point.isInfinity() || !BLS12_381SubgroupCheck.isInG2Subgroup(point)
                    ? Optional.empty()
                    : Optional.of(point);
        } catch (IllegalArgumentException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static BLS12_381G2Point key(Beacon beacon) {
        return pointOfG2(beacon.publicKey()).orElseThrow();
    }

    /** A secret multiple of G2's generator, compressed. */
    static byte[] multipleOfG2(BigInteger secret) {
        return BLS12_381Serialization.compressG2(BLS12_381G2.getGenerator().constantTimeMultiply(secret));
    }

    /** e(Q, secret K) for a round: only who knows the secret or the round's signature can tell it. */
    static byte[] sharedForRound(Beacon beacon, long round, BigInteger secret) {
        return serialized(BLS12_381Pairing.pair(
                BLS12_381G1.constantTimeMultiply(identity(round), secret.mod(BLS12_381G1.ORDER)), key(beacon)));
    }

    /** The same value from the round's signature and the public multiple of G2's generator. */
    static byte[] sharedFromSignature(byte[] signature, BLS12_381G2Point multiple) {
        return serialized(BLS12_381Pairing.pair(pointOfG1(signature).orElseThrow(), multiple));
    }

    /**
     * The 576 bytes that the chain's library makes of a pairing's value. That library raises to three times the exponent that
     * BouncyCastle raises to, so the value is cubed first; each of the twelve numbers is of 48 bytes, the lowest first.
     */
    static byte[] serialized(Fp12Element value) {
        Fp12Element cubed = value.square().mul(value);
        ByteBuffer out = ByteBuffer.allocate(12 * 48);
        for (Fp6Element half : new Fp6Element[] {cubed.c0(), cubed.c1()}) {
            for (Fp2Element part : new Fp2Element[] {half.c0(), half.c1(), half.c2()}) {
                put(out, part.c0());
                put(out, part.c1());
            }
        }
        return out.array();
    }

    private static void put(ByteBuffer out, BigInteger number) {
        byte[] big = number.toByteArray();
        for (int i = 0; i < 48; i++) {
            int at = big.length - 1 - i;
            out.put(at >= 0 ? big[at] : 0);
        }
    }
}
