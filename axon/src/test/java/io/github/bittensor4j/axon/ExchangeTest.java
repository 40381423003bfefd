package io.github.bittensor4j.axon;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.axon.internal.front.Headers;
import io.github.bittensor4j.axon.internal.front.Incoming;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.protocol.internal.Refusal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a call ends when its end cannot be written. */
@Timeout(60)
class ExchangeTest {
    /** A request without anything in it. */
    private static final class FromHere implements Incoming {
        @Override
        public String method() {
            return "POST";
        }

        @Override
        public String target() {
            return "/";
        }

        @Override
        public Headers headers() {
            return Headers.NONE;
        }

        @Override
        public InetSocketAddress peer() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        }

        @Override
        public boolean http2() {
            return true;
        }

        @Override
        public Optional<SSLSession> tls() {
            return Optional.empty();
        }

        @Override
        public void order(Runnable work) {
            work.run();
        }

        @Override
        public void hold(boolean held) {}

        @Override
        public void unhurried() {}
    }

    /** A way back on which nothing can be written. */
    private static final class Broken implements Answering {
        private final AtomicInteger brokenOff = new AtomicInteger();

        @Override
        public void whole(byte[] answer) {
            throw new IllegalStateException("cannot be written");
        }

        @Override
        public void part(byte[] part) {
            throw new IllegalStateException("cannot be written");
        }

        @Override
        public void complete() {
            throw new IllegalStateException("cannot be written");
        }

        @Override
        public void refuse(Refused refused) {
            throw new IllegalStateException("cannot be written");
        }

        @Override
        public void breakOff() {
            brokenOff.incrementAndGet();
        }

        @Override
        public boolean isReady() {
            return true;
        }
    }

    @Test
    void whose_end_cannot_be_written_is_broken_off_and_forgotten() throws Exception {
        List<Consumer<Exchange>> ends = List.of(
                exchange -> exchange.answer(new byte[1]),
                Exchange::complete,
                exchange -> exchange.refuse(Refusal.CALL_FAILED, "no"),
                exchange -> exchange.close(
                        () -> {
                            throw new IllegalStateException("cannot be written");
                        },
                        Optional.empty()));
        Calls calls = new Calls(Limits.defaults(), new Counters());
        try {
            for (Consumer<Exchange> end : ends) {
                Broken broken = new Broken();
                Exchange exchange = new Exchange(
                        Dialect.HTTP,
                        new FromHere(),
                        broken,
                        calls,
                        new Observers(List.of()).arrived(Dialect.HTTP, name -> Optional.empty()),
                        Duration.ofMinutes(1),
                        Instant.now());
                calls.opened(exchange);
                assertThat(exchange.takes(1000)).isTrue();
                end.accept(exchange);
                end.accept(exchange);
                assertThat(broken.brokenOff).hasValue(1);
                assertThat(exchange.ended()).isTrue();
            }
            assertThat(calls.drain(Duration.ofSeconds(20), () -> {}))
                    .as("nothing is under way")
                    .isTrue();
        } finally {
            calls.close();
        }
    }
}
