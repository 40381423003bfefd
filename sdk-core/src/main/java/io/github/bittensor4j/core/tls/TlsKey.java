package io.github.bittensor4j.core.tls;

import io.github.bittensor4j.core.InvalidValueException;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The public key with which a neuron speaks TLS, as {@code serve_axon_tls} publishes it: an algorithm byte and at most 64 key bytes. The
 * chain gives the algorithm no meaning; this library uses 4 for a key on P-256, so that the 65 bytes are the uncompressed point of SEC 1.
 * Immutable.
 */
public final class TlsKey {
    /** The algorithm byte of a key on P-256. */
    public static final int P256 = 4;

    private static final int COORDINATE = 32;
    private static final int LENGTH = 1 + 2 * COORDINATE;
    private static final BigInteger P =
            new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
    private static final BigInteger B =
            new BigInteger("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", 16);
    private static final BigInteger THREE = BigInteger.valueOf(3);

    private final byte[] certificate;

    private TlsKey(byte[] certificate) {
        this.certificate = certificate;
    }

    /**
     * A key as the chain keeps it.
     *
     * @param algorithm the algorithm byte, 0 to 255
     * @param key the key bytes
     * @return the key, or empty when it is none that this library can pin: of another algorithm or length, or no point of the curve
     */
    public static Optional<TlsKey> ofChain(int algorithm, byte[] key) {
        if (algorithm != P256 || key.length != LENGTH - 1) {
            return Optional.empty();
        }
        BigInteger x = new BigInteger(1, key, 0, COORDINATE);
        BigInteger y = new BigInteger(1, key, COORDINATE, COORDINATE);
        // y² = x³ - 3x + b, both reduced: the point at infinity has no such form and the cofactor is 1
        if (x.compareTo(P) >= 0
                || y.compareTo(P) >= 0
                || !x.pow(3)
                        .subtract(x.multiply(THREE))
                        .add(B)
                        .mod(P)
                        .equals(y.multiply(y).mod(P))) {
            return Optional.empty();
        }
        byte[] certificate = new byte[LENGTH];
        certificate[0] = P256;
        System.arraycopy(key, 0, certificate, 1, key.length);
        return Optional.of(new TlsKey(certificate));
    }

    /**
     * The key of a certificate.
     *
     * @param key a public key of any kind
     * @return the key, or empty when it is not on P-256
     */
    public static Optional<TlsKey> of(PublicKey key) {
        if (!(key instanceof ECPublicKey point)
                || !(point.getParams().getCurve().getField() instanceof ECFieldFp field)
                || !field.getP().equals(P)) {
            return Optional.empty();
        }
        byte[] both = new byte[2 * COORDINATE];
        put(point.getW().getAffineX(), both, 0);
        put(point.getW().getAffineY(), both, COORDINATE);
        return ofChain(P256, both);
    }

    private static void put(BigInteger number, byte[] into, int at) {
        byte[] bytes = number.toByteArray();
        int from = Math.max(0, bytes.length - COORDINATE);
        System.arraycopy(bytes, from, into, at + COORDINATE - (bytes.length - from), bytes.length - from);
    }

    /**
     * What {@code serve_axon_tls} takes.
     *
     * @return a new array: the algorithm byte and 64 key bytes
     */
    public byte[] certificate() {
        return certificate.clone();
    }

    /**
     * The key in the form that TLS libraries use.
     *
     * @return a public key on P-256
     */
    public PublicKey publicKey() {
        try {
            AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
            curve.init(new ECGenParameterSpec("secp256r1"));
            ECPoint point = new ECPoint(
                    new BigInteger(1, certificate, 1, COORDINATE),
                    new BigInteger(1, certificate, 1 + COORDINATE, COORDINATE));
            return KeyFactory.getInstance("EC")
                    .generatePublic(new ECPublicKeySpec(point, curve.getParameterSpec(ECParameterSpec.class)));
        } catch (GeneralSecurityException e) {
            throw new InvalidValueException("tls.key", "this JVM has no curve P-256: " + e.getMessage(), "");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TlsKey that && Arrays.equals(certificate, that.certificate);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(certificate);
    }

    /** The first bytes of the key, enough to tell two apart. */
    @Override
    public String toString() {
        return "p256:" + HexFormat.of().formatHex(certificate, 1, 9) + "...";
    }
}
