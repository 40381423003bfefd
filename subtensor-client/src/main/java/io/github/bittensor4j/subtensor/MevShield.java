package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.crypto.Hashes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.crypto.kems.MLKEMGenerator;
import org.bouncycastle.crypto.modes.XChaCha20Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithIV;

/**
 * Seals a signed extrinsic for the author of the next block, so that nobody who watches the pool can trade ahead of it: ML-KEM-768 to the
 * author's key, then XChaCha20-Poly1305 of the whole extrinsic. The bytes are those that {@code MevShield.submit_encrypted} takes.
 */
final class MevShield {
    /** What storage {@code MevShield.NextKey} holds. */
    static final int KEY_BYTES = 1184;

    private static final int KEY_HASH_BYTES = 16;
    private static final int NONCE_BYTES = 24;
    private static final int TAG_BYTES = 16;
    private static final int SEED_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private MevShield() {}

    /**
     * Seals an extrinsic.
     *
     * @param key the author's ML-KEM-768 public key
     * @param extrinsic with its length before it, as it is submitted
     * @return the blob, 1146 bytes longer
     * @throws InvalidValueException when the key is no ML-KEM-768 key
     */
    static byte[] seal(byte[] key, byte[] extrinsic) {
        byte[] seed = new byte[SEED_BYTES];
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(seed);
        RANDOM.nextBytes(nonce);
        return seal(key, extrinsic, seed, nonce);
    }

    /** With everything that is otherwise random; for the tests against foreign blobs. */
    static byte[] seal(byte[] key, byte[] extrinsic, byte[] seed, byte[] nonce) {
        SecretWithEncapsulation shared = MLKEMGenerator.internalGenerateEncapsulated(publicKey(key), seed);
        byte[] sealed = encrypt(shared.getSecret(), nonce, extrinsic);
        byte[] encapsulation = shared.getEncapsulation();
        return ByteBuffer.allocate(KEY_HASH_BYTES + Short.BYTES + encapsulation.length + nonce.length + sealed.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(Hashes.twox128(key))
                .putShort((short) encapsulation.length)
                .put(encapsulation)
                .put(nonce)
                .put(sealed)
                .array();
    }

    private static MLKEMPublicKeyParameters publicKey(byte[] key) {
        if (key.length == KEY_BYTES) {
            try {
                return new MLKEMPublicKeyParameters(MLKEMParameters.ml_kem_768, key);
            } catch (IllegalArgumentException e) {
                // said below: not a key of this scheme
            }
        }
        throw new InvalidValueException(
                "shield.key",
                "shield key: " + key.length + " bytes (expected: an ML-KEM-768 public key, " + KEY_BYTES + " bytes)",
                "Read MevShield.NextKey again.");
    }

    private static byte[] encrypt(byte[] secret, byte[] nonce, byte[] text) {
        XChaCha20Poly1305 cipher = new XChaCha20Poly1305();
        cipher.init(true, new ParametersWithIV(new KeyParameter(secret), nonce));
        byte[] out = new byte[text.length + TAG_BYTES];
        int written = cipher.processBytes(text, 0, text.length, out, 0);
        try {
            cipher.doFinal(out, written);
        } catch (InvalidCipherTextException e) {
            throw new IllegalStateException("encryption cannot fail on its text", e);
        }
        return out;
    }
}
