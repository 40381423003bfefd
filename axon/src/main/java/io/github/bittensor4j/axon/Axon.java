package io.github.bittensor4j.axon;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Metagraph;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.SynapseType;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Serves handlers to other neurons. Thread-safe. */
public final class Axon implements AutoCloseable {
    private Axon() {}

    /**
     * Begins an axon.
     *
     * @param hotkey whose axon it is: requests signed for another receiver are refused
     * @return a builder; nothing listens yet
     */
    public static Builder builder(Signer hotkey) {
        return new Builder();
    }

    /**
     * The port it listens on.
     *
     * @return the bound port
     */
    public int port() {
        throw new UnsupportedOperationException();
    }

    /**
     * What it has done and is doing.
     *
     * @return a snapshot
     */
    public AxonStatus status() {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes no new calls and waits for those under way.
     *
     * @param limit how long to wait
     * @return whether all of them ended in time
     * @throws InterruptedException when interrupted while waiting
     */
    public boolean drain(Duration limit) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}

    /** Collects what an axon serves and how. */
    public static final class Builder {
        /** Where to listen; port 0 takes any free one. All interfaces, port 0 by default. */
        public Builder bind(InetSocketAddress address) {
            return this;
        }

        /** Serves one kind of question. */
        public <Q, R> Builder serve(SynapseType<Q, R> type, Handler<Q, R> handler) {
            return this;
        }

        /** Serves one kind of question in parts. */
        public <Q, R> Builder stream(SynapseType<Q, R> type, StreamHandler<Q, R> handler) {
            return this;
        }

        /** Who may call; {@link AccessPolicy#validatorPermit()} by default. */
        public Builder access(AccessPolicy policy) {
            return this;
        }

        /** Where the newest snapshot of the subnet comes from. */
        public Builder metagraph(Supplier<Optional<Metagraph>> source) {
            return this;
        }

        /** How each sender signs, as this server itself knows it; sr25519 for all by default. */
        public Builder schemes(Function<AccountId, KeyScheme> trusted) {
            return this;
        }

        /** How old and how far ahead requests may be. */
        public Builder freshness(Freshness window) {
            return this;
        }

        /** How much it takes on. */
        public Builder limits(Limits limits) {
            return this;
        }

        /** How much it takes on, as a change of what was set before. */
        public Builder limits(UnaryOperator<Limits> change) {
            return this;
        }

        /** Starts listening. */
        public Axon start() {
            throw new UnsupportedOperationException();
        }
    }
}
