package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.protocol.internal.HttpRefusal;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/** What a stranger says, made fit to be shown and logged: bounded, without control characters. */
final class Words {
    private static final int LONGEST = 1024;
    private static final Pattern CODE = Pattern.compile("[a-z0-9.-]{1,64}");
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}");
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
        return number(nanos).map(Duration::ofNanos);
    }

    /** How long to wait before asking again, where the target said so. */
    static Optional<Duration> retryAfter(@Nullable String nanos) {
        return number(nanos).filter(wait -> wait >= 0).map(Duration::ofNanos);
    }

    /** The same over HTTP, where servers of other makes say it in whole seconds; the date that they may say instead is not read. */
    static Optional<Duration> retryAfter(Headers headers) {
        return retryAfter(headers.get(HttpRefusal.RETRY_AFTER))
                .or(() -> number(headers.get("retry-after"))
                        .filter(wait -> wait >= 0)
                        .map(Duration::ofSeconds));
    }

    private static Optional<Long> number(@Nullable String text) {
        return text == null || !NUMBER.matcher(text).matches() ? Optional.empty() : Optional.of(Long.parseLong(text));
    }
}
