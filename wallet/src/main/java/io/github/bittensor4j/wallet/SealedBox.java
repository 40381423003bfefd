package io.github.bittensor4j.wallet;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.crypto.Keypair;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.digests.Blake2bDigest;
import org.bouncycastle.crypto.engines.Salsa20Engine;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.bouncycastle.util.Pack;

/**
 * Messages that only the owner of an ed25519 account can read and whose sender stays unknown: libsodium's {@code crypto_box_seal}, as the
 * official wallet 4.1 offers it. sr25519 accounts have no such form. Thread-safe.
 */
public final class SealedBox {
    /** By how many bytes a sealed message is longer than its text. */
    public static final int OVERHEAD = 48;

    private static final int KEY = 32;
    private static final BigInteger P = BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));
    private static final int[] SIGMA = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
    private static final SecureRandom RANDOM = new SecureRandom();

    private SealedBox() {}

    /**
     * Seals a message.
     *
     * @param recipient an ed25519 account
     * @param message what to seal
     * @return {@value #OVERHEAD} bytes more than the message
     * @throws WalletException with {@link WalletException#SEALED} when the account is no ed25519 key
     */
    public static byte[] seal(AccountId recipient, byte[] message) {
        byte[] recipientKey = montgomery(recipient);
        byte[] secret = new byte[KEY];
        byte[] ephemeral = new byte[KEY];
        X25519.generatePrivateKey(RANDOM, secret);
        X25519.generatePublicKey(secret, 0, ephemeral, 0);
        byte[] key = sharedKey(secret, recipientKey);
        byte[] box = SecretBox.seal(key, nonce(ephemeral, recipientKey), message);
        Arrays.fill(secret, (byte) 0);
        Arrays.fill(key, (byte) 0);
        return Bytes.concat(ephemeral, box);
    }

    /**
     * Opens a sealed message.
     *
     * @param recipient the ed25519 key it was sealed for
     * @param sealed the sealed message
     * @return the message
     * @throws WalletException with {@link WalletException#SEALED} when it was not sealed for this key, was changed, or the key is not ed25519
     */
    public static byte[] open(Keypair recipient, byte[] sealed) {
        if (recipient.scheme() != KeyScheme.ED25519) {
            throw invalid("the key is " + recipient.scheme().label() + " (expected: ed25519)");
        }
        if (sealed.length < OVERHEAD) {
            throw invalid(sealed.length + " bytes (expected: at least " + OVERHEAD + ")");
        }
        byte[] seed = recipient.secretBytes();
        byte[] hash = Hashes.sha512(seed);
        byte[] secret = Arrays.copyOf(hash, KEY);
        Arrays.fill(seed, (byte) 0);
        Arrays.fill(hash, (byte) 0);
        byte[] own = new byte[KEY];
        X25519.generatePublicKey(secret, 0, own, 0);
        byte[] ephemeral = Arrays.copyOf(sealed, KEY);
        byte[] key = sharedKey(secret, ephemeral);
        Arrays.fill(secret, (byte) 0);
        try {
            return SecretBox.open(key, nonce(ephemeral, own), Arrays.copyOfRange(sealed, KEY, sealed.length))
                    .orElseThrow(() -> invalid("it was not sealed for " + recipient.account() + ", or it was changed"));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** The X25519 form of an ed25519 public key: u = (1 + y) / (1 - y). */
    private static byte[] montgomery(AccountId account) {
        byte[] point = account.bytes();
        if (!Ed25519.validatePublicKeyFull(point, 0)) {
            throw invalid(account + " is no ed25519 account");
        }
        byte[] bigEndian = new byte[KEY];
        for (int i = 0; i < KEY; i++) {
            bigEndian[i] = point[KEY - 1 - i];
        }
        bigEndian[0] &= 0x7f;
        BigInteger y = new BigInteger(1, bigEndian);
        byte[] u = BigInteger.ONE
                .add(y)
                .multiply(BigInteger.ONE.subtract(y).modInverse(P))
                .mod(P)
                .toByteArray();
        byte[] out = new byte[KEY];
        for (int i = 0; i < u.length && i < KEY; i++) {
            out[i] = u[u.length - 1 - i];
        }
        return out;
    }

    private static byte[] nonce(byte[] ephemeral, byte[] recipient) {
        Blake2bDigest digest = new Blake2bDigest(SecretBox.NONCE * 8);
        digest.update(ephemeral, 0, KEY);
        digest.update(recipient, 0, KEY);
        byte[] out = new byte[SecretBox.NONCE];
        digest.doFinal(out, 0);
        return out;
    }

    /** HSalsa20 of the shared point with an empty nonce. */
    private static byte[] sharedKey(byte[] secret, byte[] publicKey) {
        byte[] shared = new byte[KEY];
        if (!X25519.calculateAgreement(secret, 0, publicKey, 0, shared, 0)) {
            throw invalid("its key is of small order");
        }
        int[] in = new int[16];
        for (int i = 0; i < 4; i++) {
            in[i * 5] = SIGMA[i];
            in[1 + i] = Pack.littleEndianToInt(shared, i * 4);
            in[11 + i] = Pack.littleEndianToInt(shared, 16 + i * 4);
        }
        int[] out = new int[16];
        Salsa20Engine.salsaCore(20, in, out);
        byte[] key = new byte[KEY];
        // The core adds its input at the end, which HSalsa20 leaves out.
        for (int i = 0; i < 4; i++) {
            Pack.intToLittleEndian(out[i * 5] - in[i * 5], key, i * 4);
            Pack.intToLittleEndian(out[6 + i] - in[6 + i], key, 16 + i * 4);
        }
        Arrays.fill(shared, (byte) 0);
        Arrays.fill(in, 0);
        Arrays.fill(out, 0);
        return key;
    }

    private static WalletException invalid(String what) {
        return new WalletException(
                WalletException.SEALED, "sealed message: " + what, "Ask the sender to seal it again for this account.");
    }
}
