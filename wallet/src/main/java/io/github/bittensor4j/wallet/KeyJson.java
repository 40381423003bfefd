package io.github.bittensor4j.wallet;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.crypto.Ss58;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The content of a key file: JSON of a public key and, in secret files, of what the key is made from. */
final class KeyJson {
    static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(16)
                    .maxStringLength(65_536)
                    .build())
            .build();

    private static final Pattern BARE_PHRASE = Pattern.compile("[a-z]+(\\s+[a-z]+){11,23}");
    private static final Pattern BARE_KEY = Pattern.compile("0x[0-9a-fA-F]{64}");
    private static final Pattern BARE_SECRET = Pattern.compile("(0x)?[0-9a-fA-F]{128}");

    private static final String ACCOUNT_ID = "accountId";
    private static final String PUBLIC_KEY = "publicKey";
    private static final String PRIVATE_KEY = "privateKey";
    private static final String PHRASE = "secretPhrase";
    private static final String SEED = "secretSeed";
    private static final String ADDRESS = "ss58Address";
    private static final String CRYPTO_TYPE = "cryptoType";
    private static final Set<String> TEXTS = Set.of(ACCOUNT_ID, PUBLIC_KEY, PRIVATE_KEY, PHRASE, SEED, ADDRESS);

    /** Polkadot, Kusama, the generic format that Bittensor uses, and the one registered for it that nobody writes. */
    private static final Set<Integer> FORMATS = Set.of(0, 2, Ss58.BITTENSOR, 13116);

    private KeyJson() {}

    /** What a key file says: an account, and its secret unless the file is a public one. */
    record Content(AccountId account, KeyScheme scheme, Optional<KeyMaterial> secret) {}

    /** A secret file. The number {@code cryptoType} stands only in ed25519 files: the 4.0 wallets refuse any file with a number. */
    static byte[] secretFile(KeyMaterial key) {
        Writer out = new Writer();
        byte[] publicKey = key.account().bytes();
        byte[] secret = key.keypair().secretBytes();
        out.hex(ACCOUNT_ID, publicKey);
        out.hex(PUBLIC_KEY, publicKey);
        out.hex(PRIVATE_KEY, secret);
        Arrays.fill(secret, (byte) 0);
        key.mnemonic().ifPresent(mnemonic -> out.words(PHRASE, mnemonic));
        byte[] seed = key.seed();
        if (seed != null) {
            out.hex(SEED, seed);
        }
        return out.end(key.account(), key.keypair().scheme());
    }

    static byte[] publicFile(AccountId account, KeyScheme scheme) {
        Writer out = new Writer();
        out.hex(ACCOUNT_ID, account.bytes());
        out.hex(PUBLIC_KEY, account.bytes());
        return out.end(account, scheme);
    }

    /** Reads a decrypted secret or a public file. The first of phrase, seed, private key and address decides; the rest must agree. */
    static Content parse(byte[] data, boolean publicFile) {
        Optional<Content> bare = bare(data, publicFile);
        if (bare.isPresent()) {
            return bare.get();
        }
        Map<String, String> fields = fields(data);
        Optional<KeyScheme> stated =
                Optional.ofNullable(fields.get(CRYPTO_TYPE)).map(KeyJson::scheme);
        Content content = content(fields, stated.orElse(KeyScheme.SR25519));
        if (agrees(fields, content.account())) {
            return content;
        }
        content.secret().ifPresent(KeyMaterial::close);
        if (stated.isEmpty() && content.secret().isPresent()) {
            // Files from before the field existed cannot say that they are ed25519; their address can.
            Optional<Content> other = ed25519(fields);
            if (other.isPresent()) {
                return other.get();
            }
        }
        throw new WalletException(
                WalletException.MISMATCH,
                "key file: its secret makes account " + content.account() + ", but it names another one",
                "The file was edited or mixed up; regenerate it from the phrase.");
    }

    private static Optional<Content> ed25519(Map<String, String> fields) {
        Content content;
        try {
            content = content(fields, KeyScheme.ED25519);
        } catch (WalletException e) {
            return Optional.empty();
        }
        if (agrees(fields, content.account())) {
            return Optional.of(content);
        }
        content.secret().ifPresent(KeyMaterial::close);
        return Optional.empty();
    }

    private static Content content(Map<String, String> fields, KeyScheme scheme) {
        String phrase = fields.get(PHRASE);
        String seed = fields.get(SEED);
        String privateKey = fields.get(PRIVATE_KEY);
        String address = fields.get(ADDRESS);
        if (phrase != null) {
            try (Mnemonic mnemonic = Mnemonic.parse(phrase)) {
                return secret(KeyMaterial.fromMnemonic(scheme, mnemonic));
            }
        }
        if (seed != null) {
            byte[] bytes = seedBytes(seed);
            try {
                return secret(KeyMaterial.fromSeed(scheme, bytes));
            } finally {
                Arrays.fill(bytes, (byte) 0);
            }
        }
        if (privateKey != null) {
            byte[] bytes = hex(PRIVATE_KEY, privateKey);
            try {
                return secret(KeyMaterial.fromPrivateKey(scheme, bytes));
            } finally {
                Arrays.fill(bytes, (byte) 0);
            }
        }
        if (address == null) {
            throw damaged("it has neither " + PHRASE + ", " + SEED + ", " + PRIVATE_KEY + " nor " + ADDRESS);
        }
        return new Content(account(address), scheme, Optional.empty());
    }

    private static Content secret(KeyMaterial key) {
        return new Content(key.account(), key.keypair().scheme(), Optional.of(key));
    }

    private static boolean agrees(Map<String, String> fields, AccountId account) {
        String address = fields.get(ADDRESS);
        if (address != null && !account(address).equals(account)) {
            return false;
        }
        for (String field : new String[] {PUBLIC_KEY, ACCOUNT_ID}) {
            String text = fields.get(field);
            if (text != null && !Arrays.equals(hex(field, text), account.bytes())) {
                return false;
            }
        }
        return true;
    }

    private static AccountId account(String address) {
        Ss58.Address decoded;
        try {
            decoded = Ss58.decode(address);
        } catch (InvalidValueException e) {
            throw damaged("its " + ADDRESS + " is no SS58 address");
        }
        if (!FORMATS.contains(decoded.format())) {
            throw damaged("its " + ADDRESS + " is one of another network, of format " + decoded.format());
        }
        return AccountId.of(decoded.publicKey());
    }

    private static KeyScheme scheme(String cryptoType) {
        for (KeyScheme scheme : KeyScheme.values()) {
            if (cryptoType.equals(Integer.toString(scheme.multiSignatureIndex()))) {
                return scheme;
            }
        }
        throw new WalletException(
                WalletException.KEY_KIND,
                "key file: a key of another kind (expected: " + CRYPTO_TYPE + " 0, ed25519, or 1, sr25519)",
                "Open it with the program that made it; no other account can be guessed from it.");
    }

    private static byte[] seedBytes(String text) {
        byte[] bytes = Bytes.fromHex(text);
        if (bytes != null && (bytes.length == 32 || bytes.length == 64)) {
            return bytes;
        }
        // Some wallets wrote a seed that happens to be valid UTF-8 as that text behind 0x.
        byte[] raw = text.startsWith("0x") ? text.substring(2).getBytes(StandardCharsets.UTF_8) : new byte[0];
        if (raw.length == 32) {
            return raw;
        }
        throw damaged("its " + SEED + " is not 32 bytes of hex");
    }

    private static byte[] hex(String field, String text) {
        byte[] bytes = Bytes.fromHex(text);
        if (bytes == null) {
            throw damaged("its " + field + " is not hex");
        }
        return bytes;
    }

    /** Files of nothing but a phrase or a key, which other programs made. */
    private static Optional<Content> bare(byte[] data, boolean publicFile) {
        if (data.length > 400 || data.length > 0 && data[0] == '{') {
            return Optional.empty();
        }
        String text = new String(data, StandardCharsets.UTF_8).strip();
        if (BARE_KEY.matcher(text).matches()) {
            if (publicFile) {
                return Optional.of(
                        new Content(AccountId.of(hex(PUBLIC_KEY, text)), KeyScheme.SR25519, Optional.empty()));
            }
            throw damaged("it holds 32 bare bytes, which may be a seed or a public key");
        }
        if (BARE_SECRET.matcher(text).matches()) {
            byte[] bytes = hex(PRIVATE_KEY, text);
            try {
                return Optional.of(secret(KeyMaterial.fromPrivateKey(KeyScheme.SR25519, bytes)));
            } finally {
                Arrays.fill(bytes, (byte) 0);
            }
        }
        if (BARE_PHRASE.matcher(text).matches()) {
            try (Mnemonic mnemonic = Mnemonic.parse(text)) {
                return Optional.of(secret(KeyMaterial.fromMnemonic(KeyScheme.SR25519, mnemonic)));
            }
        }
        return Optional.empty();
    }

    /** The fields that matter; unknown ones are skipped, nulls are absent. */
    private static Map<String, String> fields(byte[] data) {
        Map<String, String> fields = new HashMap<>();
        boolean encoded = false;
        boolean encoding = false;
        try (JsonParser parser = JSON.createParser(data)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw damaged("it is not a JSON object");
            }
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                String field = name.strip();
                JsonToken value = parser.nextToken();
                encoded |= field.equals("encoded");
                encoding |= field.equals("encoding");
                if (TEXTS.contains(field) && value != JsonToken.VALUE_NULL) {
                    if (value != JsonToken.VALUE_STRING) {
                        throw damaged("its " + field + " is not text");
                    }
                    fields.put(field, parser.getText());
                } else if (field.equals(CRYPTO_TYPE) && value != JsonToken.VALUE_NULL) {
                    fields.put(field, value.isScalarValue() ? parser.getText() : "");
                }
                parser.skipChildren();
            }
            if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
                throw damaged("it is more than one JSON object");
            }
        } catch (IOException e) {
            // The parser's own words may quote the file.
            throw damaged("it is not JSON");
        }
        if (encoded && encoding) {
            throw new WalletException(
                    WalletException.FILE_DAMAGED,
                    "key file: it is an account exported by polkadot-js, not a key file",
                    "Import it: regenerate the key from its JSON export and password.");
        }
        return fields;
    }

    private static WalletException damaged(String what) {
        return new WalletException(
                WalletException.FILE_DAMAGED,
                "key file: " + what,
                "Restore it from a backup or regenerate it from the phrase.");
    }

    /** Compact JSON built as bytes, so that no secret becomes a string. */
    private static final class Writer {
        private final Wiped out = new Wiped();

        Writer() {
            out.write('{');
        }

        void hex(String field, byte[] value) {
            name(field);
            out.ascii("0x");
            byte[] digits = Bytes.hex(value);
            out.write(digits, 0, digits.length);
            Arrays.fill(digits, (byte) 0);
            out.ascii("\",");
        }

        void words(String field, Mnemonic mnemonic) {
            name(field);
            String space = "";
            for (String word : mnemonic.words()) {
                out.ascii(space);
                out.ascii(word);
                space = " ";
            }
            out.ascii("\",");
        }

        byte[] end(AccountId account, KeyScheme scheme) {
            name(ADDRESS);
            out.ascii(account.ss58());
            out.ascii(
                    scheme == KeyScheme.SR25519
                            ? "\"}"
                            : "\",\"" + CRYPTO_TYPE + "\":" + scheme.multiSignatureIndex() + "}");
            return out.take();
        }

        private void name(String field) {
            out.ascii("\"" + field + "\":\"");
        }
    }

    /** A byte buffer large enough for any key file, wiped when its content is taken. */
    private static final class Wiped extends ByteArrayOutputStream {
        Wiped() {
            super(2048);
        }

        void ascii(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            write(bytes, 0, bytes.length);
        }

        byte[] take() {
            byte[] content = toByteArray();
            Arrays.fill(buf, (byte) 0);
            return content;
        }
    }
}
