package io.github.bittensor4j.subtensor;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Bytes as a node writes them: 0x and lower-case hex digits. */
final class Hex {
    private Hex() {}

    static String encode(byte[] bytes) {
        return "0x" + HexFormat.of().formatHex(bytes);
    }

    /** What {@link String#valueOf(Object)} says, with bytes as hex digits however deep in lists, maps and optional values they are. */
    static String text(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return encode(bytes);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Hex::text).collect(Collectors.joining(", ", "[", "]"));
        }
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(one -> text(one.getKey()) + "=" + text(one.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        if (value instanceof Optional<?> optional && optional.isPresent()) {
            return "Optional[" + text(optional.get()) + "]";
        }
        return String.valueOf(value);
    }

    static byte[] decode(String text) {
        try {
            return HexFormat.of().parseHex(text, text.startsWith("0x") ? 2 : 0, text.length());
        } catch (IllegalArgumentException e) {
            String shown = text.length() > 80 ? text.substring(0, 80) + "..." : text;
            throw new CodecException("hex.form", "\"" + shown + "\" (expected: 0x and pairs of hex digits)");
        }
    }
}
