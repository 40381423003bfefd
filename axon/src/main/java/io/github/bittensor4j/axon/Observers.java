package io.github.bittensor4j.axon;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Dialect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells all observers of a call, and keeps what they throw away from it. */
final class Observers {
    private static final Logger LOG = LoggerFactory.getLogger(Observers.class);

    private final List<AxonObserver> all;

    Observers(List<AxonObserver> all) {
        this.all = List.copyOf(all);
    }

    OfCall arrived(Dialect dialect, Function<String, Optional<String>> headers) {
        if (all.isEmpty()) {
            return OfCall.NOBODY;
        }
        List<CallObserver> watching = new ArrayList<>(all.size());
        for (AxonObserver observer : all) {
            try {
                watching.add(observer.arrived(dialect, headers));
            } catch (Throwable e) {
                failed(e);
            }
        }
        return new OfCall(watching);
    }

    private static void failed(Throwable e) {
        LOG.warn("An observer failed; the call goes on", e);
    }

    /** Those who watch one call, and the times at which it got somewhere. */
    static final class OfCall {
        static final OfCall NOBODY = new OfCall(List.of());

        private final List<CallObserver> watching;
        private final long arrivedAt = System.nanoTime();
        private volatile long admittedAt = arrivedAt;

        /** Zero while no handler is at work. For the handler's thread. */
        private long beganAt;

        private OfCall(List<CallObserver> watching) {
            this.watching = watching;
        }

        void verified(AccountId hotkey) {
            tell(each -> each.verified(hotkey));
        }

        void admitted(String synapse) {
            if (this != NOBODY) {
                admittedAt = System.nanoTime();
                tell(each -> each.admitted(synapse));
            }
        }

        void handlerBegan() {
            if (this != NOBODY) {
                beganAt = System.nanoTime();
                Duration waited = Duration.ofNanos(beganAt - admittedAt);
                tell(each -> each.handlerBegan(waited));
            }
        }

        /** Told in the opposite order, so that what the observers nest around a handler is closed inside out. Twice is once. */
        void handlerEnded() {
            if (beganAt != 0) {
                Duration took = since(beganAt);
                beganAt = 0;
                for (int i = watching.size() - 1; i >= 0; i--) {
                    tell(watching.get(i), each -> each.handlerEnded(took));
                }
            }
        }

        void answered() {
            tell(each -> each.answered(since(arrivedAt)));
        }

        void refused(String code) {
            tell(each -> each.refused(code, since(arrivedAt)));
        }

        private static Duration since(long then) {
            return Duration.ofNanos(System.nanoTime() - then);
        }

        private void tell(Consumer<CallObserver> event) {
            for (CallObserver each : watching) {
                tell(each, event);
            }
        }

        private static void tell(CallObserver observer, Consumer<CallObserver> event) {
            try {
                event.accept(observer);
            } catch (Throwable e) {
                failed(e);
            }
        }
    }
}
