package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.core.Dialect;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One question to one target, from being asked until it is over: waits for room, finds out the dialect where it is not known, sends, and
 * times each phase. It is over once. The lock guards its state; what may call back is called outside of it.
 *
 * @param <R> the answer, or a part of it
 */
abstract class Ask<R> implements Attempt.Listener {
    /**
     * What all questions of a dendrite share.
     *
     * @param timers end what waits too long
     * @param readers read large answers
     */
    record Means(
            Room room,
            Dialects dialects,
            TlsUse tls,
            boolean receipts,
            Observers observers,
            ScheduledExecutorService timers,
            Executor readers) {}

    private final Target target;
    private final String synapse;
    private final Letter<R> letter;
    private final Means means;
    private final long until;
    private final Phases phases = new Phases();
    private final Runnable enter = this::enter;

    private boolean entered;
    private Observers.@Nullable OfAttempt observed;
    private Carrier.@Nullable Question<R> question;
    private @Nullable Future<?> timer;
    private @Nullable Attempt attempt;
    private @Nullable String cancelled;
    private boolean over;

    Ask(Target target, String synapse, Letter<R> letter, Means means, long until) {
        this.target = target;
        this.synapse = synapse;
        this.letter = letter;
        this.means = means;
        this.until = until;
    }

    /** It is over. Called once, the last of all. */
    abstract void over(End end, Timing timing);

    /** It could not be asked at all. Called once, instead of {@link #over(End, Timing)}. */
    abstract void failed(RuntimeException error);

    final Target target() {
        return target;
    }

    final Executor readers() {
        return means.readers();
    }

    /** Reads an answer, or a part of it, in the dialect in which it came. */
    final R decode(byte[] bytes) {
        Carrier.Question<R> in;
        synchronized (this) {
            in = Objects.requireNonNull(question, "question");
        }
        return in.decode(bytes);
    }

    final void begin() {
        means.dialects().known(target).ifPresent(this::observe);
        means.room().enter(enter);
        synchronized (this) {
            if (!entered && !over) {
                timer();
            }
        }
    }

    /** For the phases that no attempt bounds. */
    private void timer() {
        try {
            timer = means.timers().schedule(this::late, until - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // being closed: whoever waits is let go on to find that out
        }
    }

    private synchronized void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void late() {
        endWaiting(new End.TimedOut());
    }

    /** Ends a question that has not been sent; one that has ends by its attempt. */
    private void endWaiting(End end) {
        boolean waiting = means.room().giveUp(enter);
        synchronized (this) {
            // no longer in line and no attempt yet: the dialect is being found out, or the attempt just begins
            waiting |= entered && question == null;
        }
        if (waiting) {
            ended(end);
        }
    }

    private void enter() {
        stopTimer();
        synchronized (this) {
            entered = true;
            phases.entered();
        }
        if (Secured.forbids(means.tls(), target)) {
            ended(Secured.NO_KEY);
            return;
        }
        Optional<Dialect> known = means.dialects().known(target);
        if (known.isPresent()) {
            ask(known.get());
            return;
        }
        synchronized (this) {
            timer();
        }
        try {
            means.dialects().find(target, until).whenComplete((found, error) -> {
                stopTimer();
                if (error != null) {
                    notAsked(error instanceof CompletionException wrapped ? wrapped.getCause() : error);
                } else if (found.dialect() == null) {
                    ended(found.end());
                } else {
                    ask(found.dialect());
                }
            });
        } catch (RuntimeException e) {
            notAsked(e);
        }
    }

    private void ask(Dialect dialect) {
        Observers.OfAttempt watching = observe(dialect);
        Carrier.Question<R> in;
        try {
            in = letter.in(dialect);
        } catch (BittensorException e) {
            ended(new End.Invalid("cannot be asked in dialect " + dialect + ": " + e.getMessage()));
            return;
        }
        Attempt begun;
        try {
            synchronized (this) {
                if (over) {
                    return;
                }
                question = in;
            }
            begun = in.ask(target, watching.headers(), until, this);
        } catch (RuntimeException e) {
            notAsked(e);
            return;
        }
        String why;
        synchronized (this) {
            attempt = begun;
            why = cancelled;
        }
        if (why != null) {
            begun.cancel(why);
        }
    }

    private void notAsked(@Nullable Throwable error) {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
        }
        means.room().leave();
        abandoned();
        failed(error instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(error));
    }

    private synchronized Observers.OfAttempt observe(Dialect dialect) {
        Observers.OfAttempt watching = observed;
        if (watching == null) {
            watching = means.observers().asking(target, synapse, dialect);
            observed = watching;
        }
        return watching;
    }

    /** Tells whoever watches what came of it. */
    final <T> QueryOutcome<T> observed(QueryOutcome<T> outcome) {
        // of a target whose dialect could not be found out the first one tried is told
        return observe(Dialect.GRPC).ended(outcome);
    }

    private void abandoned() {
        Observers.OfAttempt watching;
        synchronized (this) {
            watching = observed;
        }
        if (watching != null) {
            watching.abandoned();
        }
    }

    /** Stops asking if it is not over. It is over when the attempt is. */
    final void cancel(String why) {
        abandoned();
        endWaiting(new End.Unreachable(why));
        Attempt begun;
        synchronized (this) {
            cancelled = why;
            begun = attempt;
        }
        if (begun != null) {
            begun.cancel(why);
        }
    }

    /** Takes one more part. */
    final void more() {
        Attempt begun;
        synchronized (this) {
            begun = attempt;
        }
        if (begun != null) {
            begun.more();
        }
    }

    @Override
    public final void connected() {
        phases.connected();
    }

    @Override
    public final void sent() {
        phases.sent();
    }

    @Override
    public final void answering() {
        phases.answering();
    }

    @Override
    public final void says(Function<String, Optional<String>> headers) {
        Observers.OfAttempt watching;
        synchronized (this) {
            watching = observed;
        }
        if (watching != null) {
            watching.answering(headers);
        }
    }

    @Override
    public final void ended(End ending) {
        // whatever the dialect: who wants answers signed gets no other
        End end = means.receipts()
                        && ending instanceof End.Whole whole
                        && whole.receipt().isEmpty()
                ? new End.Invalid("the answer came without the receipt that was asked for")
                : ending;
        Timing timing;
        boolean inside;
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            inside = entered;
            timing = timing();
        }
        stopTimer();
        if (inside) {
            means.room().leave();
        }
        over(end, timing);
    }

    /** Where the time went so far. */
    final Timing timing() {
        return phases.timing();
    }
}
