package io.github.bittensor4j.core;

import java.math.BigDecimal;
import java.math.BigInteger;

/** Exact text and arithmetic of unsigned 64-bit amounts with nine decimals: what {@link Tao} and {@link Alpha} share. */
final class Rao {
    private static final int DECIMALS = 9;
    private static final int MAX_TEXT = 64;
    private static final BigInteger MAX = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private Rao() {}

    static long parse(String text) {
        BigDecimal value;
        if (text.length() > MAX_TEXT) {
            throw new InvalidValueException(
                    "amount.text",
                    "amount: " + text.length() + " characters (expected: a decimal number such as 1.5)",
                    "");
        }
        try {
            value = new BigDecimal(text.strip());
        } catch (NumberFormatException e) {
            throw new InvalidValueException(
                    "amount.text", "amount: \"" + text + "\" (expected: a decimal number such as 1.5)", "");
        }
        if (value.precision() > 40 || value.scale() > 40 || value.scale() < -40) {
            throw InvalidValueException.outOfRange("amount.range", "amount", text, "0 to 18446744073.709551615");
        }
        BigInteger rao;
        try {
            rao = value.movePointRight(DECIMALS).toBigIntegerExact();
        } catch (ArithmeticException e) {
            throw new InvalidValueException(
                    "amount.decimals", "amount: " + text + " (expected: at most 9 decimals, 1 rao = 0.000000001)", "");
        }
        return exact(rao, text);
    }

    static long exact(BigInteger rao, Object shown) {
        if (rao.signum() < 0 || rao.compareTo(MAX) > 0) {
            throw InvalidValueException.outOfRange("amount.range", "amount", shown, "0 to 18446744073.709551615");
        }
        return rao.longValue();
    }

    static BigInteger big(long rao) {
        return new BigInteger(Long.toUnsignedString(rao));
    }

    static long plus(long a, long b) {
        return exact(big(a).add(big(b)), Long.toUnsignedString(a) + " + " + Long.toUnsignedString(b) + " rao");
    }

    static long minus(long a, long b) {
        return exact(big(a).subtract(big(b)), Long.toUnsignedString(a) + " - " + Long.toUnsignedString(b) + " rao");
    }

    static BigDecimal decimal(long rao) {
        return new BigDecimal(big(rao), DECIMALS);
    }
}
