package io.github.bittensor4j.protocol.internal.synapse;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Python's values and their texts, which the body hash and the headers are made of. {@code None} is null, int a {@link BigInteger}, float a
 * {@link Double}, str a {@link String}, bool a {@link Boolean}, list a {@link List}, dict a {@link Map} in insertion order, tuple a
 * {@link Tuple}.
 */
public final class Python {
    /** The longest text of a number that is read. */
    static final int MAX_NUMBER = 100;

    /**
     * A tuple.
     *
     * @param items its elements
     */
    public record Tuple(List<?> items) {}

    private Python() {}

    /**
     * What {@code str(value)} gives.
     *
     * @param value a value as above
     * @return its text
     */
    public static String str(@Nullable Object value) {
        return value instanceof String text ? text : repr(value);
    }

    /**
     * What {@code repr(value)} gives.
     *
     * @param value a value as above
     * @return its text
     */
    public static String repr(@Nullable Object value) {
        StringBuilder out = new StringBuilder();
        repr(value, out);
        return out.toString();
    }

    private static void repr(@Nullable Object value, StringBuilder out) {
        if (value == null) {
            out.append("None");
        } else if (value instanceof Boolean truth) {
            out.append(truth ? "True" : "False");
        } else if (value instanceof BigInteger) {
            out.append(value);
        } else if (value instanceof Double number) {
            out.append(repr(number.doubleValue()));
        } else if (value instanceof String text) {
            quoted(text, out);
        } else if (value instanceof List<?> list) {
            items(list, "[", "]", out);
        } else if (value instanceof Tuple tuple) {
            items(tuple.items(), "(", tuple.items().size() == 1 ? ",)" : ")", out);
        } else if (value instanceof Map<?, ?> map) {
            String before = "{";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.append(before);
                repr(entry.getKey(), out);
                out.append(": ");
                repr(entry.getValue(), out);
                before = ", ";
            }
            out.append(map.isEmpty() ? "{}" : "}");
        } else {
            throw new IllegalArgumentException("no Python value: " + value.getClass());
        }
    }

    private static void items(List<?> items, String open, String close, StringBuilder out) {
        out.append(open);
        for (int i = 0; i < items.size(); i++) {
            if (i > 0) {
                out.append(", ");
            }
            repr(items.get(i), out);
        }
        out.append(close);
    }

    private static void quoted(String text, StringBuilder out) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        out.append(quote);
        text.codePoints().forEach(point -> {
            if (point == quote || point == '\\') {
                out.append('\\').appendCodePoint(point);
            } else if (point == '\t') {
                out.append("\\t");
            } else if (point == '\n') {
                out.append("\\n");
            } else if (point == '\r') {
                out.append("\\r");
            } else if (isPrintable(point)) {
                out.appendCodePoint(point);
            } else if (point <= 0xff) {
                out.append(String.format(Locale.ROOT, "\\x%02x", point));
            } else if (point <= 0xffff) {
                out.append(String.format(Locale.ROOT, "\\u%04x", point));
            } else {
                out.append(String.format(Locale.ROOT, "\\U%08x", point));
            }
        });
        out.append(quote);
    }

    /** By the category table of this JVM: very new characters may differ from a peer's, as they do between its own versions. */
    private static boolean isPrintable(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> point == ' ';
            default -> true;
        };
    }

    /**
     * What {@code repr} gives for a float: the fewest digits that read back as the same number, those nearest to it.
     *
     * @param value any double
     * @return its text; {@code Double.toString} gives other digits before JDK 19 and another form always
     */
    public static String repr(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value > 0 ? "0.0" : "-0.0";
        }
        BigDecimal exact = new BigDecimal(value);
        BigDecimal shortest = exact;
        for (int digits = 1; digits <= 17; digits++) {
            shortest = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            if (shortest.doubleValue() == value) {
                break;
            }
        }
        shortest = shortest.stripTrailingZeros();
        int exponent = shortest.precision() - shortest.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            String plain = shortest.toPlainString();
            return plain.indexOf('.') < 0 ? plain + ".0" : plain;
        }
        String digits = shortest.unscaledValue().abs().toString();
        return (value < 0 ? "-" : "")
                + digits.charAt(0)
                + (digits.length() > 1 ? "." + digits.substring(1) : "")
                + (exponent < 0 ? "e-" : "e+")
                + (Math.abs(exponent) < 10 ? "0" : "")
                + Math.abs(exponent);
    }

    /**
     * What {@code int(text)} gives.
     *
     * @param text a sign or none, decimal digits of any script, single underscores between them, blanks around; at most 100 characters
     * @return the number, or empty where Python raises
     */
    public static Optional<BigInteger> integer(String text) {
        String plain = digits(text, false);
        return plain.isEmpty() ? Optional.empty() : Optional.of(new BigInteger(plain));
    }

    /**
     * What {@code float(text)} gives.
     *
     * @param text a decimal number, {@code inf}, {@code infinity} or {@code nan} in any case, blanks around; at most 100 characters
     * @return the number, or empty where Python raises
     */
    public static Optional<Double> floating(String text) {
        String plain = digits(text, true);
        if (!plain.isEmpty()) {
            return Optional.of(Double.parseDouble(plain));
        }
        return switch (text.length() > MAX_NUMBER ? "" : text.strip().toLowerCase(Locale.ROOT)) {
            case "inf", "+inf", "infinity", "+infinity" -> Optional.of(Double.POSITIVE_INFINITY);
            case "-inf", "-infinity" -> Optional.of(Double.NEGATIVE_INFINITY);
            case "nan", "+nan", "-nan" -> Optional.of(Double.NaN);
            default -> Optional.empty();
        };
    }

    /** The number in ASCII without underscores, or empty when it has another form. */
    private static String digits(String text, boolean fraction) {
        if (text.length() > MAX_NUMBER) {
            return "";
        }
        StringBuilder ascii = new StringBuilder();
        text.strip().codePoints().forEach(point -> {
            int digit = Character.isDigit(point) ? Character.digit(point, 10) : -1;
            ascii.appendCodePoint(digit >= 0 ? '0' + digit : point);
        });
        String digits = "\\d+(_\\d+)*";
        String form = fraction
                ? "[+-]?(" + digits + "(\\.(" + digits + ")?)?|\\." + digits + ")([eE][+-]?" + digits + ")?"
                : "[+-]?" + digits;
        return ascii.toString().matches(form) ? ascii.toString().replace("_", "") : "";
    }
}
