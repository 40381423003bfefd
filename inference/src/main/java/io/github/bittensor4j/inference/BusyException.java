package io.github.bittensor4j.inference;

/**
 * The pool's queue is full: the rows were refused at once and not queued. Code {@code inference.busy}, retryable.
 */
public final class BusyException extends InferenceException {
    private static final long serialVersionUID = 1L;

    BusyException(int rows, int waiting, int capacity) {
        super(
                "inference.busy",
                true,
                "rows waiting: " + waiting + ", rows asked: " + rows + " (expected: together at most " + capacity + ")",
                "Ask again later; a larger queue only helps when the deadline leaves time for it.",
                null);
    }
}
