package io.github.bittensor4j.dendrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bittensor4j.axon.AccessPolicy;
import io.github.bittensor4j.axon.Axon;
import io.github.bittensor4j.axon.AxonObserver;
import io.github.bittensor4j.axon.CallObserver;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.crypto.Keypair;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DendriteObserverTest {
    private static final SynapseType<byte[], byte[]> ECHO = SynapseType.bytes("echo.v1");
    private static final Duration SOON = Duration.ofSeconds(20);

    private final Keypair miner = Keypair.development("Bob");
    private final List<String> told = new CopyOnWriteArrayList<>();

    /** Writes down what it is told. */
    private final class Notes implements DendriteObserver {
        @Override
        public AttemptObserver asking(
                Target target, String synapse, Dialect dialect, BiConsumer<String, String> headers) {
            told.add("asking " + synapse + " " + dialect);
            headers.accept("note", "from " + synapse);
            return new AttemptObserver() {
                @Override
                public void ended(QueryOutcome<?> outcome) {
                    told.add(outcome.getClass().getSimpleName());
                }

                @Override
                public void abandoned() {
                    told.add("abandoned");
                }
            };
        }
    }

    private Axon axon(AxonObserver... observers) {
        Axon.Builder builder = Axon.builder(miner)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .access(AccessPolicy.open())
                .serve(ECHO, (call, bytes) -> bytes)
                .stream(ECHO, (call, bytes, parts) -> parts.send(bytes));
        for (AxonObserver observer : observers) {
            builder.observe(observer);
        }
        return builder.start();
    }

    private Dendrite dendrite(DendriteObserver... observers) {
        DendriteOptions options = DendriteOptions.defaults();
        for (DendriteObserver observer : observers) {
            options = options.observe(observer);
        }
        return Dendrite.open(Keypair.development("Alice"), options);
    }

    private Target at(int port) {
        return Target.of(miner.account(), new Endpoint("127.0.0.1", port));
    }

    @Test
    void an_observer_is_told_of_every_attempt_and_its_end_and_its_headers_go_along() throws Exception {
        List<String> notes = new CopyOnWriteArrayList<>();
        try (Axon axon = axon((dialect, headers) -> {
                    notes.add(headers.apply("note").orElse("none"));
                    return new CallObserver() {};
                });
                Dendrite dendrite = dendrite(new Notes())) {
            dendrite.query(at(axon.port()), ECHO, new byte[3], SOON);
            assertThat(told).containsExactly("asking echo.v1 GRPC", "Answered");
            told.clear();
            dendrite.stream(at(axon.port()), ECHO, new byte[3], SOON, part -> {});
            assertThat(told).containsExactly("asking echo.v1 GRPC", "Answered");
            told.clear();
            dendrite.query(at(axon.port()), SynapseType.bytes("other.v1"), new byte[3], SOON);
            assertThat(told).containsExactly("asking other.v1 GRPC", "Refused");
            told.clear();
            assertThatThrownBy(() -> dendrite.stream(at(axon.port()), ECHO, new byte[3], SOON, part -> {
                        throw new IllegalStateException("enough");
                    }))
                    .hasMessage("enough");
            assertThat(told).containsExactly("asking echo.v1 GRPC", "abandoned");
            assertThat(notes).containsExactly("from echo.v1", "from echo.v1", "from other.v1", "from echo.v1");
        }
    }

    @Test
    void an_observer_that_throws_harms_no_attempt_and_no_other_observer() throws Exception {
        DendriteObserver atOnce = (target, synapse, dialect, headers) -> {
            throw new IllegalStateException("an observer's fault");
        };
        DendriteObserver later = (target, synapse, dialect, headers) -> new AttemptObserver() {
            @Override
            public void ended(QueryOutcome<?> outcome) {
                throw new StackOverflowError("an observer's fault");
            }
        };
        try (Axon axon = axon();
                Dendrite dendrite = dendrite(atOnce, later, new Notes())) {
            QueryOutcome<byte[]> outcome = dendrite.query(at(axon.port()), ECHO, new byte[3], SOON);
            assertThat(outcome).isInstanceOf(QueryOutcome.Answered.class);
            assertThat(told).containsExactly("asking echo.v1 GRPC", "Answered");
        }
    }

    @Test
    void an_observer_cannot_write_headers_that_mean_something() throws Exception {
        List<String> accepted = new CopyOnWriteArrayList<>();
        DendriteObserver meddler = (target, synapse, dialect, headers) -> {
            for (String name : List.of(
                    "x-bittensor-hotkey",
                    "grpc-timeout",
                    "te",
                    "content-type",
                    "transfer-encoding",
                    ":path",
                    "host",
                    "bt_header_dendrite_nonce",
                    "Note",
                    "note-bin",
                    "",
                    "n".repeat(65))) {
                try {
                    headers.accept(name, "x");
                    accepted.add(name);
                } catch (InvalidValueException expected) {
                    // refused, as it should be
                }
            }
            for (String value : List.of("a\r\nx-bittensor-hotkey: b", "\u00e9", "v".repeat(1025))) {
                try {
                    headers.accept("note", value);
                    accepted.add(value);
                } catch (InvalidValueException expected) {
                    // refused, as it should be
                }
            }
            return new AttemptObserver() {};
        };
        List<Optional<String>> notes = new CopyOnWriteArrayList<>();
        try (Axon axon = axon((dialect, headers) -> {
                    notes.add(headers.apply("note"));
                    return new CallObserver() {};
                });
                Dendrite dendrite = dendrite(meddler)) {
            assertThat(dendrite.query(at(axon.port()), ECHO, new byte[3], SOON))
                    .isInstanceOf(QueryOutcome.Answered.class);
            assertThat(accepted).isEmpty();
            assertThat(notes).containsExactly(Optional.empty());
        }
    }
}
