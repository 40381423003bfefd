package io.github.bittensor4j.wallet;

import java.nio.CharBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The rule that the official wallet applies to a new password: at least 6 bytes of UTF-8 and a score of at least 20. It is weak (most six
 * characters pass), but what passes here passes there. Thread-safe.
 */
public final class PasswordPolicy {
    /** The fewest bytes of UTF-8. */
    public static final int MINIMUM_BYTES = 6;
    /** The lowest score. */
    public static final double MINIMUM_SCORE = 20;

    // The most that an ASCII password of each length can reach; above 11 characters it is LONG plus the length.
    private static final int[] CEILING = {0, 2, 5, 9, 16, 25, 40, 58, 80, 88, 95, 100};
    private static final int LONG = 89;

    private PasswordPolicy() {}

    /**
     * Whether a new password is strong enough.
     *
     * @param password the password; not kept
     * @return true when it may be used
     */
    public static boolean accepts(char[] password) {
        byte[] utf8 = Bytes.utf8(password);
        int length = utf8.length;
        Arrays.fill(utf8, (byte) 0);
        return length >= MINIMUM_BYTES && score(password) >= MINIMUM_SCORE;
    }

    /**
     * Refuses a new password that is too weak.
     *
     * @param password the password; not kept
     * @throws WalletException with {@link WalletException#PASSWORD_WEAK}
     */
    public static void require(char[] password) {
        if (!accepts(password)) {
            throw new WalletException(
                    WalletException.PASSWORD_WEAK,
                    "new password: too weak (expected: at least 6 bytes, not only repetitions)",
                    "Use a longer password; four unrelated words are a good one.");
        }
    }

    /**
     * How strong a password is by the official wallet's measure.
     *
     * @param password the password; not kept
     * @return 0 (worst) to 100
     */
    public static double score(char[] password) {
        int[] points = CharBuffer.wrap(password)
                .codePoints()
                .filter(PasswordPolicy::counts)
                .toArray();
        try {
            return score(points);
        } finally {
            Arrays.fill(points, 0);
        }
    }

    private static boolean counts(int point) {
        return point > 0x1f && point != 0x7f;
    }

    private static double score(int[] points) {
        int digits = 0;
        int lower = 0;
        int upper = 0;
        int spaces = 0;
        int symbols = 0;
        int others = 0;
        for (int point : points) {
            if (point > 0x7f) {
                others++;
            } else if (point >= '0' && point <= '9') {
                digits++;
            } else if (point >= 'a' && point <= 'z') {
                lower++;
            } else if (point >= 'A' && point <= 'Z') {
                upper++;
            } else if (point == ' ') {
                spaces++;
            } else {
                symbols++;
            }
        }
        int known = points.length - others;
        double max = known < CEILING.length ? CEILING[known] : LONG + points.length;
        double score = max;
        if (max > 0) {
            score += spaces;
            score -= digits == 0 ? max * 0.05 : 0;
            score -= lower == 0 ? max * 0.1 : 0;
            score -= upper == 0 ? max * 0.1 : 0;
            score -= spaces == 0 ? max * 0.1 : 0;
            score += lower > 0 && upper > 0 ? 1 : 0;
            score += symbols > 0 ? 1 : 0;
            int consecutive = consecutive(points);
            score -= max * consecutive / points.length / 5;
            score -= max * progressive(points) / points.length / 5;
            score -= max * (repeated(points) - consecutive) / points.length / 10;
        }
        return Math.min(100, Math.max(0, Math.min(score, max)) + 20.0 * others);
    }

    /** The characters that stand in a run of the same character. */
    private static int consecutive(int[] points) {
        int total = 0;
        int run = 1;
        for (int i = 1; i <= points.length; i++) {
            if (i < points.length && points[i] == points[i - 1]) {
                run++;
            } else {
                total += run > 1 ? run : 0;
                run = 1;
            }
        }
        return total;
    }

    /** The characters that occur more than once, wherever. */
    private static int repeated(int[] points) {
        Map<Integer, Integer> times = new HashMap<>();
        for (int point : points) {
            times.merge(point, 1, Integer::sum);
        }
        return times.values().stream().filter(n -> n > 1).mapToInt(n -> n).sum();
    }

    /** The characters that continue a steady climb or descent, counted in the official wallet's own way. */
    private static int progressive(int[] points) {
        int total = 0;
        int previous = -1;
        boolean any = false;
        int stored = 0;
        boolean inside = false;
        boolean near = false;
        for (int point : points) {
            if (point == previous) {
                inside = false;
                continue;
            }
            int step = previous - point;
            previous = point;
            if (any && step == stored) {
                total += inside ? 1 : near ? 2 : 3;
                inside = true;
                near = true;
            } else {
                any = true;
                stored = step;
                if (inside) {
                    inside = false;
                } else {
                    near = false;
                }
            }
        }
        return total;
    }
}
