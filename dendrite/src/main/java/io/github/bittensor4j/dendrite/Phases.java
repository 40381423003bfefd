package io.github.bittensor4j.dendrite;

import java.time.Duration;

/** When one call came to each of its phases. Begins when it is asked. Thread-safe. */
final class Phases {
    private final long asked = System.nanoTime();

    /** Nanoseconds after being asked; zero while the phase has not begun. */
    private long entered;

    private long connected;
    private long sent;
    private long answering;

    /** There is room for it among the calls under way. */
    synchronized void entered() {
        entered = now();
    }

    /** A connection stands. */
    synchronized void connected() {
        connected = now();
    }

    /** The request was handed to the connection. */
    synchronized void sent() {
        // one that connects first is handed over before the connection stands, and once more by the connection
        if (connected != 0 && answering == 0) {
            sent = now();
        }
    }

    /** The first of the answer is here. */
    synchronized void answering() {
        if (answering == 0) {
            answering = now();
            if (sent == 0) {
                sent = answering;
            }
        }
    }

    private long now() {
        return Math.max(1, System.nanoTime() - asked);
    }

    /** Where the time went so far. */
    synchronized Timing timing() {
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
