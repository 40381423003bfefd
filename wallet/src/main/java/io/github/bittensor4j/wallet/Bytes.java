package io.github.bittensor4j.wallet;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Secret bytes and text that must not turn into strings on the way. */
final class Bytes {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private Bytes() {}

    static byte[] concat(byte[] first, byte[] second) {
        byte[] out = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, out, first.length, second.length);
        return out;
    }

    static boolean startsWith(byte[] data, byte[] prefix) {
        return data.length >= prefix.length && Arrays.equals(data, 0, prefix.length, prefix, 0, prefix.length);
    }

    /** UTF-8 of characters, without a copy left behind. */
    static byte[] utf8(CharSequence text) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8
                    .newEncoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .encode(CharBuffer.wrap(text));
            byte[] out = new byte[encoded.remaining()];
            encoded.get(out);
            Arrays.fill(encoded.array(), (byte) 0);
            return out;
        } catch (CharacterCodingException e) {
            throw new WalletException(
                    WalletException.PASSWORD_WRONG, "secret text: not valid Unicode (half of a surrogate pair)", "");
        }
    }

    static byte[] utf8(char[] text) {
        return utf8(CharBuffer.wrap(text));
    }

    /** Lower-case ASCII hex digits. */
    static byte[] hex(byte[] data) {
        byte[] out = new byte[data.length * 2];
        for (int i = 0; i < data.length; i++) {
            out[2 * i] = HEX[(data[i] & 0xff) >> 4];
            out[2 * i + 1] = HEX[data[i] & 0xf];
        }
        return out;
    }

    /** The bytes of hex text of either case after any number of {@code 0x}, or null when it is not hex of an even length. */
    static byte @Nullable [] fromHex(CharSequence text) {
        int from = 0;
        while (from + 1 < text.length() && text.charAt(from) == '0' && text.charAt(from + 1) == 'x') {
            from += 2;
        }
        if ((text.length() - from) % 2 != 0) {
            return null;
        }
        byte[] out = new byte[(text.length() - from) / 2];
        for (int i = 0; i < out.length; i++) {
            int high = digit(text.charAt(from + 2 * i));
            int low = digit(text.charAt(from + 2 * i + 1));
            if (high < 0 || low < 0) {
                return null;
            }
            out[i] = (byte) (high << 4 | low);
        }
        return out;
    }

    private static int digit(char c) {
        // Character.digit would take the digits of other scripts too.
        return c < 128 ? Character.digit(c, 16) : -1;
    }
}
