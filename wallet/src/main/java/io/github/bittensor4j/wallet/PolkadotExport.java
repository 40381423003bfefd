package io.github.bittensor4j.wallet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.crypto.Keypair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.bouncycastle.crypto.generators.SCrypt;

/** An account exported by polkadot-js, version 3: scrypt, secretbox, PKCS#8. */
final class PolkadotExport {
    private static final ObjectMapper MAPPER = new ObjectMapper(KeyJson.JSON);
    private static final byte[] HEAD = HexFormat.of().parseHex("3053020101300506032b657004220420");
    private static final byte[] MIDDLE = HexFormat.of().parseHex("a123032100");
    private static final int SECRET = 64;
    private static final int PUBLIC = 32;
    private static final int PLAIN = HEAD.length + SECRET + MIDDLE.length + PUBLIC;
    private static final int SALT = 32;
    private static final int PARAMETERS = SALT + 12;

    // What a file may ask of this machine: at most 256 MiB for scrypt.
    private static final int MAX_N = 1 << 18;
    private static final int MAX_R = 8;
    private static final int MAX_P = 4;
    private static final int MAX_BYTES = 65_536;

    private PolkadotExport() {}

    static Keypair open(byte[] json, byte[] password) {
        if (json.length > MAX_BYTES) {
            throw invalid("it is " + json.length + " bytes long (expected: at most " + MAX_BYTES + ")");
        }
        JsonNode root;
        try {
            root = MAPPER.readTree(json);
        } catch (IOException e) {
            throw invalid("it is not JSON");
        }
        JsonNode encoding = root.path("encoding");
        if (!encoding.path("version").isTextual()
                || !encoding.path("version").textValue().equals("3")) {
            throw invalid("its encoding is not of version 3");
        }
        if (!root.path("encoded").isTextual()
                || !encoding.path("content").isArray()
                || !encoding.path("type").isArray()) {
            throw invalid("it has not the fields encoded, encoding.content and encoding.type");
        }
        KeyScheme scheme;
        if (has(encoding.path("content"), "sr25519")) {
            scheme = KeyScheme.SR25519;
        } else if (has(encoding.path("content"), "ed25519")) {
            scheme = KeyScheme.ED25519;
        } else {
            throw invalid("its key is neither sr25519 nor ed25519");
        }
        if (!has(encoding.path("type"), "xsalsa20-poly1305")) {
            throw invalid("it is not encrypted by xsalsa20-poly1305");
        }
        byte[] data;
        try {
            data = Base64.getDecoder().decode(root.path("encoded").textValue());
        } catch (IllegalArgumentException e) {
            throw invalid("its encoded part is not base64");
        }
        boolean scrypt = has(encoding.path("type"), "scrypt");
        int start = scrypt ? PARAMETERS : 0;
        if (data.length != start + SecretBox.NONCE + SecretBox.TAG + PLAIN) {
            throw invalid("its encoded part is " + data.length + " bytes long (expected: "
                    + (start + SecretBox.NONCE + SecretBox.TAG + PLAIN) + ")");
        }
        byte[] key = scrypt ? scrypt(data, password) : padded(password);
        byte[] plain = SecretBox.open(
                        key,
                        Arrays.copyOfRange(data, start, start + SecretBox.NONCE),
                        Arrays.copyOfRange(data, start + SecretBox.NONCE, data.length))
                .orElseThrow(Vault::wrongPassword);
        Arrays.fill(key, (byte) 0);
        try {
            return keypair(scheme, plain);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    private static Keypair keypair(KeyScheme scheme, byte[] plain) {
        int middle = HEAD.length + SECRET;
        int publicKey = middle + MIDDLE.length;
        if (!Bytes.startsWith(plain, HEAD) || !Arrays.equals(plain, middle, publicKey, MIDDLE, 0, MIDDLE.length)) {
            throw invalid("its content is not the expected PKCS#8 form");
        }
        byte[] secret = Arrays.copyOfRange(plain, HEAD.length, middle);
        Keypair keypair;
        try {
            if (scheme == KeyScheme.SR25519) {
                divideByCofactor(secret);
                keypair = Keypair.fromSr25519Secret(secret);
            } else {
                byte[] seed = Arrays.copyOf(secret, 32);
                keypair = Keypair.fromSeed(scheme, seed);
                Arrays.fill(seed, (byte) 0);
            }
        } catch (InvalidValueException e) {
            throw invalid("its secret key is out of range");
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
        if (!Arrays.equals(keypair.publicKey(), 0, PUBLIC, plain, publicKey, publicKey + PUBLIC)) {
            keypair.close();
            throw invalid("its secret and public key do not belong together");
        }
        return keypair;
    }

    /** polkadot-js keeps the scalar times eight, as Ed25519 expands it. */
    static void divideByCofactor(byte[] secret) {
        int low = 0;
        for (int i = 31; i >= 0; i--) {
            int value = secret[i] & 0xff;
            secret[i] = (byte) (value >> 3 | low << 5);
            low = value & 7;
        }
    }

    private static byte[] scrypt(byte[] data, byte[] password) {
        ByteBuffer parameters = ByteBuffer.wrap(data, SALT, 12).order(ByteOrder.LITTLE_ENDIAN);
        int n = parameters.getInt();
        int p = parameters.getInt();
        int r = parameters.getInt();
        if (n < 2 || n > MAX_N || Integer.bitCount(n) != 1 || p < 1 || p > MAX_P || r < 1 || r > MAX_R) {
            throw invalid("it asks for scrypt with N " + Integer.toUnsignedString(n) + ", r "
                    + Integer.toUnsignedString(r) + ", p " + Integer.toUnsignedString(p)
                    + " (expected: a power of two up to " + MAX_N + ", up to " + MAX_R + ", up to " + MAX_P + ")");
        }
        Heap.require(128L * n * r + (16 << 20), "this export");
        try {
            return SCrypt.generate(password, Arrays.copyOf(data, SALT), n, r, p, 32);
        } catch (IllegalArgumentException e) {
            // RFC 7914 bounds N by r as well.
            throw invalid("it asks for scrypt with N " + n + " and r " + r + ", which do not go together");
        }
    }

    private static byte[] padded(byte[] password) {
        if (password.length > 32) {
            throw invalid("it is encrypted without scrypt, where passwords have at most 32 bytes");
        }
        return Arrays.copyOf(password, 32);
    }

    private static boolean has(JsonNode array, String text) {
        for (JsonNode entry : array) {
            if (entry.isTextual() && entry.textValue().equals(text)) {
                return true;
            }
        }
        return false;
    }

    private static WalletException invalid(String what) {
        return new WalletException(
                WalletException.EXPORT,
                "polkadot-js export: " + what,
                "Export the account again as an encrypted JSON file.");
    }
}
