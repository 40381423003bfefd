package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.protocol.internal.WireException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** A question whose answer comes in parts, taken one by one on the asking thread. */
final class InParts<R> extends Ask<R> {
    /** What comes: a part, or the end. */
    private sealed interface Event {}

    private record Part(byte[] bytes) implements Event {}

    private record Over(End end, Timing timing) implements Event {}

    private record Failed(RuntimeException error) implements Event {}

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    InParts(Target target, String synapse, Letter<R> letter, Means means, long until) {
        super(target, synapse, letter, means, until);
    }

    /** Takes the parts until the end. */
    QueryOutcome<Long> take(Consumer<? super R> consumer) throws InterruptedException {
        begin();
        try {
            return observed(untilEnd(consumer));
        } finally {
            cancel("the asker stopped reading");
        }
    }

    private QueryOutcome<Long> untilEnd(Consumer<? super R> consumer) throws InterruptedException {
        long parts = 0;
        while (true) {
            Event event = events.take();
            if (event instanceof Part part) {
                R value;
                try {
                    value = decode(part.bytes());
                } catch (WireException e) {
                    return new QueryOutcome.Invalid<>(target(), timing(), String.valueOf(e.getMessage()));
                }
                consumer.accept(value);
                parts++;
                more();
            } else if (event instanceof Over over) {
                return over.end() instanceof End.Whole whole
                        ? new QueryOutcome.Answered<>(target(), over.timing(), parts, whole.receipt())
                        : over.end().failed(target(), over.timing());
            } else if (event instanceof Failed failed) {
                throw failed.error();
            }
        }
    }

    @Override
    public void part(byte[] bytes) {
        events.add(new Part(bytes));
    }

    @Override
    void over(End end, Timing timing) {
        events.add(new Over(end, timing));
    }

    @Override
    void failed(RuntimeException error) {
        events.add(new Failed(error));
    }
}
