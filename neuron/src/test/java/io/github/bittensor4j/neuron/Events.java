package io.github.bittensor4j.neuron;

import io.github.bittensor4j.neuron.NeuronEvent.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Listens to a neuron and waits for what a test expects of it. */
final class Events implements Consumer<NeuronEvent> {
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final List<NeuronEvent> seen = new ArrayList<>();
    private int read;

    @Override
    public synchronized void accept(NeuronEvent event) {
        seen.add(event);
        notifyAll();
    }

    /** The next event of that kind after the last one that was waited for. */
    synchronized NeuronEvent next(Kind kind) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            while (read < seen.size()) {
                NeuronEvent event = seen.get(read++);
                if (event.kind() == kind) {
                    return event;
                }
            }
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError("no " + kind + " came; seen: "
                        + seen.stream().map(NeuronEvent::message).toList());
            }
            wait(left);
        }
    }

    synchronized List<NeuronEvent> all(Kind kind) {
        return seen.stream().filter(e -> e.kind() == kind).toList();
    }

    synchronized List<Kind> kinds() {
        return seen.stream().map(NeuronEvent::kind).toList();
    }
}
