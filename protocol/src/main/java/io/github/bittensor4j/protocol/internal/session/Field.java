package io.github.bittensor4j.protocol.internal.session;

import io.github.bittensor4j.protocol.internal.WireException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A header or trailer of one call within a session, as HTTP/2 would carry it: binary values are Base64 under a name that ends in
 * {@code -bin}. Several are written as {@code length u16 | (name length u8 | name | value length u16 | value)*}, where the first length is
 * that of all behind it.
 *
 * @param name lower case: {@code [a-z0-9._-]}, at least one
 * @param value printable ASCII
 */
public record Field(String name, String value) {
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST = 65535;
    private static final byte[] NONE = {0, 0};

    /**
     * Writes several.
     *
     * @param fields in order
     * @return a new array
     * @throws WireException {@code call.invalid} when they do not fit, or one is of another form
     */
    public static byte[] write(List<Field> fields) {
        if (fields.isEmpty()) {
            return NONE.clone();
        }
        int length = 0;
        for (Field field : fields) {
            check(field);
            length += 1 + field.name.length() + 2 + field.value.length();
        }
        if (length > LONGEST) {
            throw new WireException("call.invalid", "headers of " + length + " bytes (expected: at most 65535)");
        }
        ByteBuffer all = ByteBuffer.allocate(2 + length).putShort((short) length);
        for (Field field : fields) {
            all.put((byte) field.name.length())
                    .put(field.name.getBytes(StandardCharsets.US_ASCII))
                    .putShort((short) field.value.length())
                    .put(field.value.getBytes(StandardCharsets.US_ASCII));
        }
        return all.array();
    }

    /**
     * Reads several.
     *
     * @param from is left behind them
     * @return in order
     * @throws WireException {@code call.invalid} when they are of another form
     */
    public static List<Field> read(ByteBuffer from) {
        int length = from.remaining() < 2 ? Integer.MAX_VALUE : from.getShort() & 0xffff;
        if (length > from.remaining()) {
            throw cutOff();
        }
        if (length == 0) {
            return List.of();
        }
        int end = from.position() + length;
        List<Field> fields = new ArrayList<>();
        while (from.position() < end) {
            String name = text(from, from.get() & 0xff, end);
            if (end - from.position() < 2) {
                throw cutOff();
            }
            Field field = new Field(name, text(from, from.getShort() & 0xffff, end));
            check(field);
            fields.add(field);
        }
        return List.copyOf(fields);
    }

    private static String text(ByteBuffer from, int length, int end) {
        if (length > end - from.position()) {
            throw cutOff();
        }
        byte[] bytes = new byte[length];
        from.get(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static WireException cutOff() {
        return new WireException("call.invalid", "the headers of a call end within themselves");
    }

    private static void check(Field field) {
        boolean good = !field.name.isEmpty() && field.name.length() <= LONGEST_NAME && field.value.length() <= LONGEST;
        for (int i = 0; good && i < field.name.length(); i++) {
            char c = field.name.charAt(i);
            good = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.';
        }
        for (int i = 0; good && i < field.value.length(); i++) {
            char c = field.value.charAt(i);
            good = c >= ' ' && c <= '~';
        }
        if (!good) {
            throw new WireException("call.invalid", "a header of a call has no name of one, or is not printable ASCII");
        }
    }
}
