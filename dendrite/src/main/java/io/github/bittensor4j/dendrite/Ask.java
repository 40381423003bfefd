package io.github.bittensor4j.dendrite;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One question to one target, from being asked until it is over: waits for room, sends, and times each phase. It is over once. The lock
 * guards its state; what may call back is called outside of it.
 */
abstract class Ask implements Attempt.Listener {
    private final Target target;
    private final Carrier.Question<?> question;
    private final Observers.OfAttempt observed;
    private final Room room;
    private final ScheduledExecutorService timers;
    private final long until;
    private final long asked = System.nanoTime();
    private final Runnable enter = this::enter;

    /** Nanoseconds after being asked; zero while the phase has not begun. */
    private long entered;

    private long connected;
    private long sent;
    private long answering;

    private @Nullable Future<?> timer;
    private @Nullable Attempt attempt;
    private @Nullable String cancelled;
    private boolean over;

    Ask(
            Target target,
            Carrier.Question<?> question,
            Observers.OfAttempt observed,
            Room room,
            ScheduledExecutorService timers,
            long until) {
        this.target = target;
        this.question = question;
        this.observed = observed;
        this.room = room;
        this.timers = timers;
        this.until = until;
    }

    /** It is over. Called once, the last of all. */
    abstract void over(End end, Timing timing);

    /** It could not be asked at all. Called once, instead of {@link #over(End, Timing)}. */
    abstract void failed(RuntimeException error);

    final Target target() {
        return target;
    }

    final void begin() {
        room.enter(enter);
        synchronized (this) {
            if (entered == 0 && !over) {
                try {
                    timer = timers.schedule(this::late, until - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (RejectedExecutionException e) {
                    // being closed: whoever stands in line is let in to find that out
                }
            }
        }
    }

    private void late() {
        if (room.giveUp(enter)) {
            ended(new End.TimedOut());
        }
    }

    private void enter() {
        synchronized (this) {
            entered = now();
            if (timer != null) {
                timer.cancel(false);
            }
        }
        Attempt begun;
        try {
            begun = question.ask(target, observed.headers(), until, this);
        } catch (RuntimeException e) {
            synchronized (this) {
                over = true;
            }
            room.leave();
            observed.abandoned();
            failed(e);
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

    /** Tells whoever watches what came of it. */
    final <T> QueryOutcome<T> observed(QueryOutcome<T> outcome) {
        return observed.ended(outcome);
    }

    /** Stops asking if it is not over. It is over when the attempt is. */
    final void cancel(String why) {
        observed.abandoned();
        if (room.giveUp(enter)) {
            ended(new End.Unreachable(why));
            return;
        }
        Attempt begun;
        synchronized (this) {
            cancelled = why;
            begun = over ? null : attempt;
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
    public final synchronized void connected() {
        connected = now();
    }

    @Override
    public final synchronized void sent() {
        // one that connects first is handed over before the connection stands, and once more by the connection
        if (connected != 0 && answering == 0) {
            sent = now();
        }
    }

    @Override
    public final synchronized void answering() {
        if (answering == 0) {
            answering = now();
            if (sent == 0) {
                sent = answering;
            }
        }
    }

    @Override
    public final void ended(End end) {
        Timing timing;
        boolean inside;
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            inside = entered != 0;
            timing = timing();
            if (timer != null) {
                timer.cancel(false);
            }
        }
        if (inside) {
            room.leave();
        }
        over(end, timing);
    }

    private long now() {
        return Math.max(1, System.nanoTime() - asked);
    }

    /** Where the time went so far. */
    final synchronized Timing timing() {
        long end = now();
        return new Timing(
                phase(0, entered, end),
                entered == 0 ? Duration.ZERO : phase(entered, connected, end),
                connected == 0 ? Duration.ZERO : phase(connected, sent, end),
                sent == 0 ? Duration.ZERO : phase(sent, answering, end),
                answering == 0 ? Duration.ZERO : phase(answering, end, end));
    }

    /** From one moment to the next, or to the end when the next was not reached. */
    private static Duration phase(long from, long to, long end) {
        return Duration.ofNanos((to == 0 ? end : to) - from);
    }
}
