package io.github.bittensor4j.subtensor;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of a chain in order of preference, and what is known of each. Which one is next: the first whose pause is over, else the
 * one whose pause ends first. Guarded by whoever uses it; time is given in nanoseconds.
 */
final class Endpoints {
    private final List<One> all;
    private final Backoff pauses;
    private final Backoff looks;
    private int attempts;

    /** One address. */
    static final class One {
        final URI uri;
        private int failures;
        private int missed;
        private long pausedUntil;
        private long lookAt;
        private String trouble = "it has not answered so far";
        private @Nullable ChainException refusal;

        private One(URI uri, long now) {
            this.uri = uri;
            this.pausedUntil = now;
            this.lookAt = now;
        }
    }

    /**
     * All of them well, as far as is known.
     *
     * @param pauses after failures, before it may be connected to
     * @param looks after failures, before it is looked at while another is used
     */
    Endpoints(List<URI> addresses, Backoff pauses, Backoff looks, long now) {
        this.all = addresses.stream().map(uri -> new One(uri, now)).toList();
        this.pauses = pauses;
        this.looks = looks;
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

    /** The first of those preferred to one that is used, of which it is time to see whether it is well again. */
    Optional<One> preferred(One used, long now) {
        return all.stream()
                .limit(all.indexOf(used))
                .filter(one -> one.pausedUntil - now <= 0 && one.lookAt - now <= 0)
                .findFirst();
    }

    /** An attempt at it failed, or its connection. */
    void failed(One one, String trouble, long leastPause, long now) {
        attempts++;
        missed(one, trouble, leastPause, now);
    }

    /** It was looked at while another is used, and is not well. */
    void missed(One one, String trouble, long leastPause, long now) {
        one.trouble = trouble;
        one.pausedUntil = now + Math.max(leastPause, pauses.after(one.failures++));
        one.lookAt = now + looks.after(one.missed++);
    }

    /** Whoever it is of, it is not of this chain: nothing is asked of it for so long. */
    void refused(One one, ChainException refusal) {
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
        one.missed = 0;
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
