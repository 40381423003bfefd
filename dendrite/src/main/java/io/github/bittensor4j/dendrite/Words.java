package io.github.bittensor4j.dendrite;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a stranger says, made fit to be shown and logged: bounded, without control characters. */
final class Words {
    private static final int LONGEST = 1024;
    private static final Pattern CODE = Pattern.compile("[a-z0-9.-]{1,64}");
    private static final Pattern NANOS = Pattern.compile("-?[0-9]{1,18}");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private Words() {}

    static String of(String text) {
        String bounded = text.length() > LONGEST ? text.substring(0, LONGEST) : text;
        return CONTROL.matcher(bounded).replaceAll(" ");
    }

    /** The text, and what it was caused by. */
    static String of(@Nullable String text, @Nullable Throwable cause, String otherwise) {
        String why = cause == null ? null : cause.getMessage();
        if (why == null) {
            return text == null ? otherwise : of(text);
        }
        return of(text == null ? why : text + ": " + why);
    }

    /** Whether a refusal's code has the form of one. */
    static boolean isCode(@Nullable String code) {
        return code != null && CODE.matcher(code).matches();
    }

    /** By how much this clock is ahead of the target's, where that said so. */
    static Optional<Duration> clockDifference(@Nullable String nanos) {
        return nanos == null || !NANOS.matcher(nanos).matches()
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(Long.parseLong(nanos)));
    }
}
