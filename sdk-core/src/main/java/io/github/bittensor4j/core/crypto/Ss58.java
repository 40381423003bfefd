package io.github.bittensor4j.core.crypto;

import io.github.bittensor4j.core.InvalidValueException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** SS58 addresses: base58 of a network format, a public key and a Blake2b checksum. Thread-safe. */
public final class Ss58 {
    /** The generic Substrate format, which Bittensor uses. */
    public static final int BITTENSOR = 42;

    private static final String ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private static final int[] DIGITS = digits();
    private static final int CHUNK = 58 * 58 * 58 * 58 * 58;
    // 50 characters of base58 are below 2^293, 36 bytes below 58^50.
    private static final int CHUNKS = 10;
    private static final int WORDS = 10;
    private static final byte[] PREFIX = "SS58PRE".getBytes(StandardCharsets.US_ASCII);
    private static final int KEY = 32;
    private static final int CHECKSUM = 2;
    // Leading zero bytes make an address shorter: that of the account of zeros in format 0 has 36 characters.
    private static final int MIN_TEXT = 35;
    private static final int MAX_TEXT = 50;

    private Ss58() {}

    private static int[] digits() {
        int[] digits = new int[128];
        Arrays.fill(digits, -1);
        for (int i = 0; i < ALPHABET.length(); i++) {
            digits[ALPHABET.charAt(i)] = i;
        }
        return digits;
    }

    /**
     * What an address says.
     *
     * @param publicKey 32 bytes
     * @param format the network format, 0 to 16383
     */
    public record Address(byte[] publicKey, int format) {}

    /**
     * The address of a key.
     *
     * @param publicKey 32 bytes
     * @param format the network format, 0 to 16383, other than the reserved 46 and 47
     * @return the address
     * @throws InvalidValueException when length or format are out of range
     */
    public static String encode(byte[] publicKey, int format) {
        if (publicKey.length != KEY) {
            throw new InvalidValueException(
                    "ss58.length", "public key length: " + publicKey.length + " (expected: 32 bytes)", "");
        }
        requireFormat(format, "");
        byte[] head = format < 64
                ? new byte[] {(byte) format}
                : new byte[] {(byte) (((format & 0xfc) >> 2) | 0x40), (byte) ((format >> 8) | ((format & 3) << 6))};
        byte[] data = Arrays.copyOf(head, head.length + KEY + CHECKSUM);
        System.arraycopy(publicKey, 0, data, head.length, KEY);
        System.arraycopy(checksum(data, head.length + KEY), 0, data, head.length + KEY, CHECKSUM);
        return base58(data);
    }

    /**
     * Reads an address.
     *
     * @param address base58 text
     * @return its key and format
     * @throws InvalidValueException when it is not base58, not of a 32-byte key, of a reserved format, or its checksum is wrong
     */
    public static Address decode(String address) {
        if (address.length() < MIN_TEXT || address.length() > MAX_TEXT) {
            throw invalid("ss58.length", address, "46 to 50 base58 characters");
        }
        byte[] data = unbase58(address);
        int head = (data[0] & 0x40) == 0 ? 1 : 2;
        if ((data[0] & 0x80) != 0) {
            throw invalid("ss58.format", address, "a first byte below 128");
        }
        if (data.length != head + KEY + CHECKSUM) {
            throw invalid("ss58.length", address, "the address of a 32-byte key");
        }
        int format = head == 1 ? data[0] : ((data[0] & 0x3f) << 2) | ((data[1] & 0xff) >> 6) | ((data[1] & 0x3f) << 8);
        if (head == 2 && format < 64) {
            throw invalid("ss58.format", address, "formats below 64 in one byte");
        }
        byte[] sum = checksum(data, head + KEY);
        if (data[head + KEY] != sum[0] || data[head + KEY + 1] != sum[1]) {
            throw invalid("ss58.checksum", address, "a matching checksum: is a character mistyped?");
        }
        requireFormat(format, address);
        return new Address(Arrays.copyOfRange(data, head, head + KEY), format);
    }

    private static void requireFormat(int format, String shown) {
        if (format < 0 || format > 16383 || format == 46 || format == 47) {
            throw new InvalidValueException(
                    "ss58.format",
                    "SS58 format: " + format + (shown.isEmpty() ? "" : " in \"" + shown + "\"")
                            + " (expected: 0-16383, not the reserved 46 and 47)",
                    "");
        }
    }

    private static byte[] checksum(byte[] data, int length) {
        byte[] input = Arrays.copyOf(PREFIX, PREFIX.length + length);
        System.arraycopy(data, 0, input, PREFIX.length, length);
        return Hashes.blake2b512(input);
    }

    private static String base58(byte[] data) {
        int zeros = 0;
        while (zeros < data.length && data[zeros] == 0) {
            zeros++;
        }
        // Five digits at a time: 58^5 still fits an int.
        int[] words = new int[WORDS];
        for (int i = 0; i < data.length; i++) {
            int place = data.length - 1 - i;
            words[WORDS - 1 - (place >> 2)] |= (data[i] & 0xff) << (8 * (place & 3));
        }
        char[] text = new char[5 * CHUNKS];
        int at = text.length;
        int first = 0;
        while (at > 0) {
            long rest = 0;
            for (int i = first; i < WORDS; i++) {
                rest = rest << 32 | words[i] & 0xffffffffL;
                words[i] = (int) (rest / CHUNK);
                rest %= CHUNK;
            }
            while (first < WORDS && words[first] == 0) {
                first++;
            }
            for (int i = 0; i < 5; i++) {
                text[--at] = ALPHABET.charAt((int) (rest % 58));
                rest /= 58;
            }
        }
        int start = 0;
        while (start < text.length && text[start] == '1') {
            start++;
        }
        return "1".repeat(zeros) + new String(text, start, text.length - start);
    }

    private static byte[] unbase58(String text) {
        int[] words = new int[WORDS];
        for (int i = 0; i < text.length(); i++) {
            int c = text.charAt(i);
            int digit = c < DIGITS.length ? DIGITS[c] : -1;
            if (digit < 0) {
                throw invalid("ss58.base58", text, "base58 characters (no 0, O, I, l)");
            }
            long carry = digit;
            for (int j = WORDS - 1; j >= 0; j--) {
                carry += (words[j] & 0xffffffffL) * 58;
                words[j] = (int) carry;
                carry >>>= 32;
            }
        }
        int zeros = 0;
        while (zeros < text.length() && text.charAt(zeros) == '1') {
            zeros++;
        }
        int skip = 0;
        while (skip < 4 * WORDS && byteAt(words, skip) == 0) {
            skip++;
        }
        byte[] data = new byte[zeros + 4 * WORDS - skip];
        for (int i = zeros; i < data.length; i++) {
            data[i] = byteAt(words, skip + i - zeros);
        }
        return data;
    }

    private static byte byteAt(int[] words, int index) {
        return (byte) (words[index >> 2] >>> (24 - 8 * (index & 3)));
    }

    // What is no address at all may be a phrase or a key pasted into the wrong place: it is not repeated.
    private static InvalidValueException invalid(String code, String address, String expected) {
        boolean plausible = address.length() <= MAX_TEXT && address.chars().allMatch(Ss58::isLetterOrDigit);
        String shown = plausible ? "\"" + address + "\"" : address.length() + " characters, not shown";
        return new InvalidValueException(code, "SS58 address: " + shown + " (expected: " + expected + ")", "");
    }

    private static boolean isLetterOrDigit(int c) {
        return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
    }
}
