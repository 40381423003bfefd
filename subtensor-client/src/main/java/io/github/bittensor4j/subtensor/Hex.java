package io.github.bittensor4j.subtensor;

import java.util.HexFormat;

/** Bytes as a node writes them: 0x and lower-case hex digits. */
final class Hex {
    private Hex() {}

    static String encode(byte[] bytes) {
        return "0x" + HexFormat.of().formatHex(bytes);
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
