package io.github.bittensor4j.wallet;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;

/**
 * The environment variable {@code BT_PW_...} in which the official tools take the password of one key file. Its value is obfuscated, not
 * protected: who sees name and value has the password. Thread-safe.
 */
public final class PasswordVariable {
    private PasswordVariable() {}

    /**
     * The variable's name.
     *
     * @param keyfile the key file's path as the wallet uses it
     * @return such as {@code BT_PW__HOME_ME__BITTENSOR_WALLETS_DEFAULT_COLDKEY}
     */
    public static String name(Path keyfile) {
        String path = keyfile.toString().replace(keyfile.getFileSystem().getSeparator(), "/");
        return "BT_PW_" + path.replace('/', '_').replace('.', '_').toUpperCase(Locale.ROOT);
    }

    /**
     * The value to give the variable.
     *
     * @param name the variable's name
     * @param password the password; not kept
     * @return base64 text
     */
    public static String encode(String name, char[] password) {
        byte[] mixed = mix(Bytes.utf8(password), name);
        String value = Base64.getEncoder().encodeToString(mixed);
        Arrays.fill(mixed, (byte) 0);
        return value;
    }

    /**
     * The password in the variable.
     *
     * @param name the variable's name
     * @param value its value; white space around it is ignored
     * @return the password, to be wiped by the caller
     * @throws WalletException with {@link WalletException#PASSWORD_VARIABLE} when it is no such value, as a password in clear is not
     */
    public static char[] decode(String name, String value) {
        byte[] mixed;
        try {
            mixed = mix(Base64.getDecoder().decode(value.strip()), name);
        } catch (IllegalArgumentException e) {
            throw unusable(name, "not base64");
        }
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(mixed));
            char[] password = new char[text.remaining()];
            text.get(password);
            Arrays.fill(text.array(), '\0');
            return password;
        } catch (CharacterCodingException e) {
            throw unusable(name, "not an encoded password for this file");
        } finally {
            Arrays.fill(mixed, (byte) 0);
        }
    }

    private static byte[] mix(byte[] data, String name) {
        byte[] key = name.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < data.length; i++) {
            data[i] ^= key[i % key.length];
        }
        return data;
    }

    private static WalletException unusable(String name, String why) {
        return new WalletException(
                WalletException.PASSWORD_VARIABLE,
                "environment variable " + name + ": its value is " + why,
                "It holds base64(password XOR name), not the password itself; unset it to give the password another way.");
    }
}
