package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.SynapseType;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Asks axons, signing every request. Thread-safe. */
public final class Dendrite implements AutoCloseable {
    private Dendrite() {}

    /** Opens a dendrite. */
    public static Dendrite open(Signer hotkey) {
        return open(hotkey, DendriteOptions.defaults());
    }

    /** Opens a dendrite. */
    public static Dendrite open(Signer hotkey, DendriteOptions options) {
        throw new UnsupportedOperationException();
    }

    /** Asks one target. */
    public <Q, R> QueryOutcome<R> query(Target target, SynapseType<Q, R> type, Q request, Duration deadline)
            throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    /** Asks all targets at once; one outcome per target, in their order. */
    public <Q, R> List<QueryOutcome<R>> queryAll(
            List<Target> targets, SynapseType<Q, R> type, Q request, Duration deadline) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    /** Asks one target for an answer in parts; the outcome's answer is their number. */
    public <Q, R> QueryOutcome<Long> stream(
            Target target, SynapseType<Q, R> type, Q request, Duration deadline, Consumer<? super R> part)
            throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
