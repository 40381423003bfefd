package io.github.bittensor4j.timelock;

import io.github.bittensor4j.core.crypto.Hashes;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.bls.BLS12_381G1;
import org.bouncycastle.crypto.bls.BLS12_381G2Point;

/**
 * Seals bytes so that they can be opened once a beacon has published a round, and by anybody then. The same bytes as the chain's own
 * library reads and writes: Boneh-Franklin identity-based encryption over BLS12-381 (the round is the identity, its signature the
 * key) of an AES-256-GCM key, and the message under that key.
 *
 * <pre>{@code
 * long round = Beacon.QUICKNET.roundAtOrAfter(Instant.now().plus(Duration.ofHours(1)));
 * byte[] sealed = Timelock.seal("for later".getBytes(StandardCharsets.UTF_8), round);
 * // an hour later, with the signature that a relay of the beacon publishes for the round:
 * byte[] opened = Timelock.open(sealed, RoundSignature.verified(Beacon.QUICKNET, round, signature));
 * }</pre>
 *
 * <p>Sealing hides the message until then, it does not tell who sealed it. Thread-safe; one sealing or opening takes about a tenth of
 * a second.
 */
public final class Timelock {
    /** How much longer a sealed message is than the message, in bytes. */
    public static final int OVERHEAD = 244;

    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final int LENGTH_BYTES = Long.BYTES;
    private static final byte[] SUITE = "AES_GCM_".getBytes(StandardCharsets.US_ASCII);
    private static final SecureRandom RANDOM = new SecureRandom();

    private Timelock() {}

    /**
     * Seals a message for a round of {@link Beacon#QUICKNET}.
     *
     * @param message any bytes, up to 1 GiB
     * @param round 1 or more; {@link Beacon#roundAtOrAfter} finds that of a time. A round that is already published hides nothing
     * @return the sealed message, {@link #OVERHEAD} bytes longer
     * @throws TimelockException {@link TimelockException#ROUND} for a round below 1
     */
    public static byte[] seal(byte[] message, long round) {
        return seal(message, Beacon.QUICKNET, round);
    }

    /**
     * Seals a message for a round of a beacon.
     *
     * @param message any bytes, up to 1 GiB
     * @param beacon whose round it is
     * @param round 1 or more; a round that is already published hides nothing
     * @return the sealed message, {@link #OVERHEAD} bytes longer
     * @throws TimelockException {@link TimelockException#ROUND} for a round below 1
     */
    public static byte[] seal(byte[] message, Beacon beacon, long round) {
        byte[] key = new byte[KEY_BYTES];
        byte[] sigma = new byte[KEY_BYTES];
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(key);
        RANDOM.nextBytes(sigma);
        RANDOM.nextBytes(nonce);
        try {
            return seal(message, beacon, round, key, sigma, nonce);
        } finally {
            Arrays.fill(key, (byte) 0);
            Arrays.fill(sigma, (byte) 0);
        }
    }

    /** With everything that is otherwise random; for the tests against foreign ciphertexts. */
    static byte[] seal(byte[] message, Beacon beacon, long round, byte[] key, byte[] sigma, byte[] nonce) {
        Beacon.checkRound(round);
        if (message.length > 1 << 30) {
            throw new TimelockException(
                    TimelockException.FORM, "message: " + message.length + " bytes (expected: at most 1 GiB)", "");
        }
        BigInteger secret = secret(sigma, key);
        byte[] v = xor(sigma, Hashes.sha256(Pairings.sharedForRound(beacon, round, secret)));
        byte[] w = xor(key, Hashes.sha256(sigma));
        byte[] body = aes(Cipher.ENCRYPT_MODE, key, nonce, message)
                .orElseThrow(() -> new IllegalStateException("AES-GCM did not encrypt"));
        ByteBuffer out = ByteBuffer.allocate(message.length + OVERHEAD).order(ByteOrder.LITTLE_ENDIAN);
        out.put(Pairings.multipleOfG2(secret));
        out.putLong(KEY_BYTES).put(v);
        out.putLong(KEY_BYTES).put(w);
        out.putLong(2L * LENGTH_BYTES + body.length + NONCE_BYTES);
        out.putLong(body.length).put(body);
        out.putLong(NONCE_BYTES).put(nonce);
        out.putLong(SUITE.length).put(SUITE);
        return out.array();
    }

    /**
     * Opens a sealed message.
     *
     * @param sealed what {@link #seal} or the chain's library made
     * @param signature of the round for which it was sealed
     * @return the message
     * @throws TimelockException {@link TimelockException#FORM} when the bytes are no sealed message, {@link
     *     TimelockException#WRONG_ROUND} when it was sealed for another round or was changed
     */
    public static byte[] open(byte[] sealed, RoundSignature signature) {
        if (sealed.length < OVERHEAD) {
            throw noSealed(sealed.length + " bytes (expected: at least " + OVERHEAD + ")");
        }
        ByteBuffer in = ByteBuffer.wrap(sealed).order(ByteOrder.LITTLE_ENDIAN);
        byte[] u = take(in, Pairings.G2_BYTES);
        byte[] v = counted(in, KEY_BYTES, "V");
        byte[] w = counted(in, KEY_BYTES, "W");
        int bodyLength = sealed.length - OVERHEAD + TAG_BYTES;
        expect(in, 2L * LENGTH_BYTES + bodyLength + NONCE_BYTES, "length of the body");
        byte[] body = counted(in, bodyLength, "ciphertext");
        byte[] nonce = counted(in, NONCE_BYTES, "nonce");
        if (!Arrays.equals(counted(in, SUITE.length, "suite"), SUITE)) {
            throw noSealed("another cipher than AES-256-GCM");
        }
        BLS12_381G2Point multiple =
                Pairings.pointOfG2(u).orElseThrow(() -> noSealed("its first 96 bytes are no point of the group"));
        byte[] sigma = xor(v, Hashes.sha256(Pairings.sharedFromSignature(signature.bytes(), multiple)));
        byte[] key = xor(w, Hashes.sha256(sigma));
        if (!Arrays.equals(Pairings.multipleOfG2(secret(sigma, key)), u)) {
            throw wrongRound(signature);
        }
        return aes(Cipher.DECRYPT_MODE, key, nonce, body).orElseThrow(() -> wrongRound(signature));
    }

    /** The exponent that ties the sealed key to the point that is published with it. */
    private static BigInteger secret(byte[] sigma, byte[] key) {
        byte[] both = Arrays.copyOf(sigma, sigma.length + key.length);
        System.arraycopy(key, 0, both, sigma.length, key.length);
        return new BigInteger(1, Hashes.sha256(both)).mod(BLS12_381G1.ORDER);
    }

    private static Optional<byte[]> aes(int mode, byte[] key, byte[] nonce, byte[] text) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(8 * TAG_BYTES, nonce));
            return Optional.of(cipher.doFinal(text));
        } catch (AEADBadTagException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES-GCM", e);
        }
    }

    private static byte[] xor(byte[] a, byte[] b) {
        byte[] out = a.clone();
        for (int i = 0; i < out.length; i++) {
            out[i] ^= b[i];
        }
        return out;
    }

    private static byte[] take(ByteBuffer in, int count) {
        byte[] out = new byte[count];
        in.get(out);
        return out;
    }

    /** A length that has to be this one, and as many bytes; the whole length was checked, so that they are there. */
    private static byte[] counted(ByteBuffer in, int count, String what) {
        expect(in, count, "length of " + what);
        return take(in, count);
    }

    private static void expect(ByteBuffer in, long expected, String what) {
        long found = in.getLong();
        if (found != expected) {
            throw noSealed(what + ": " + Long.toUnsignedString(found) + " (expected: " + expected + ")");
        }
    }

    private static TimelockException noSealed(String why) {
        return new TimelockException(
                TimelockException.FORM, "no sealed message: " + why, "Give the whole ciphertext, as it was made.");
    }

    private static TimelockException wrongRound(RoundSignature signature) {
        return new TimelockException(
                TimelockException.WRONG_ROUND,
                "sealed message does not open with round " + signature.round(),
                "Use the signature of the round that it was sealed for; if that is this one, the message was changed.");
    }
}
