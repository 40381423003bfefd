package io.github.bittensor4j.subtensor;

import java.net.URI;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of a chain in order of preference, and what is known of each. Which one is next: the first whose pause is over, else the
 * one whose pause ends first. Guarded by whoever uses it; time is given in nanoseconds.
 */
final class Endpoints {
    private final List<One> all;
    private int attempts;

    /** One address. */
    static final class One {
        final URI uri;
        private int failures;
        private long pausedUntil;
        private String trouble = "no attempt yet";
        private @Nullable ChainException refusal;

        private One(URI uri, long now) {
            this.uri = uri;
            this.pausedUntil = now;
        }

        /** How often it failed in a row. */
        int failures() {
            return failures;
        }
    }

    Endpoints(List<URI> addresses, long now) {
        this.all = addresses.stream().map(uri -> new One(uri, now)).toList();
    }

    boolean several() {
        return all.size() > 1;
    }

    int count() {
        return all.size();
    }

    /** The next to be tried. */
    One next(long now) {
        One first = all.get(0);
        for (One one : all) {
            if (one.pausedUntil - now <= 0) {
                return one;
            }
            if (one.pausedUntil - first.pausedUntil < 0) {
                first = one;
            }
        }
        return first;
    }

    /** How long until the next may be tried. */
    long pause(long now) {
        return Math.max(0, next(now).pausedUntil - now);
    }

    void failed(One one, String trouble, long pause, long now) {
        attempts++;
        one.failures++;
        one.trouble = trouble;
        one.pausedUntil = now + pause;
    }

    /** It is of another chain, or of none. */
    void refused(One one, ChainException refusal, long pause, long now) {
        failed(one, String.valueOf(refusal.getMessage()), pause, now);
        one.refusal = refusal;
    }

    /** It was reached and is of the right chain. */
    void reached(One one) {
        attempts = 0;
        one.refusal = null;
    }

    /** Its connection held for some time: what failed before is forgotten. */
    void held(One one) {
        one.failures = 0;
    }

    /** Each of them failed since one was last reached: the choice is no longer free. */
    boolean allTried() {
        return attempts >= all.size();
    }

    /** Why nothing can be asked, when every one of them was refused. */
    @Nullable
    ChainException refusal() {
        return all.stream().allMatch(one -> one.refusal != null) ? all.get(0).refusal : null;
    }

    /** The last trouble of each. */
    String troubles() {
        return several()
                ? all.stream().map(one -> one.uri + ": " + one.trouble).collect(Collectors.joining("; "))
                : all.get(0).trouble;
    }
}
