package io.github.bittensor4j.axon;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.axon.internal.front.Front;
import io.github.bittensor4j.axon.internal.front.Headers;
import io.github.bittensor4j.axon.internal.front.Incoming;
import io.github.bittensor4j.axon.internal.front.Outgoing;
import io.github.bittensor4j.axon.internal.front.Receiver;
import io.github.bittensor4j.axon.internal.front.WholeBody;
import io.github.bittensor4j.axon.internal.front.WireDialect;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** The front alone, with a dialect that sends every body back: what HTTP/1.1 carries, and how its bodies are read. */
@Timeout(60)
class FrontTest {
    private final Counters counters = new Counters();
    private Optional<Front> front = Optional.empty();

    @BeforeEach
    void start() throws IOException {
        front = Optional.of(Front.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Limits.defaults().slowRequest(Duration.ofSeconds(2)),
                List.of(new Echo()),
                Optional.empty(),
                counters,
                DaemonThreads.named("test")));
    }

    @AfterEach
    void close() throws InterruptedException {
        front.orElseThrow().close(TimeUnit.SECONDS.toNanos(2));
    }

    private RawSocket raw() throws IOException {
        return new RawSocket(front.orElseThrow().port());
    }

    /** Sends bodies back; in two parts where the target says so, and never where it says that. */
    private static final class Echo implements WireDialect {
        @Override
        public boolean speaks(Incoming head) {
            return true;
        }

        @Override
        public Receiver open(Incoming head, Outgoing reply) {
            return new WholeBody(1 << 20) {
                @Override
                protected void whole(byte[] body) {
                    if (head.target().equals("/never")) {
                        return;
                    }
                    reply.head(
                            200,
                            Headers.of("x-got", head.headers().first("x-say").orElse("") + "\r\nx-more: no"));
                    if (head.target().equals("/parts")) {
                        reply.data(body);
                        head.order(() -> {
                            reply.data(body);
                            reply.end();
                        });
                    } else {
                        reply.data(body);
                        reply.end();
                    }
                }

                @Override
                protected void tooLarge() {
                    reply.reset();
                }

                @Override
                public void gone() {}

                @Override
                public void ready() {}
            };
        }
    }

    private static String post(String target, String more, String body) {
        return "POST " + target + " HTTP/1.1\r\nHost: a\r\n" + more + "\r\n" + body;
    }

    @Test
    void a_connection_carries_one_request_after_the_other_also_sent_at_once_and_byte_by_byte() throws Exception {
        try (RawSocket raw = raw()) {
            raw.send(post("/", "Content-Length: 5\r\n", "hello"));
            assertThat(raw.answer()).startsWith("HTTP/1.1 200").endsWith("\r\n\r\nhello");
            raw.send(post("/", "Content-Length: 3\r\n", "one") + post("/", "Content-Length: 3\r\n", "two"));
            assertThat(raw.answer()).endsWith("one");
            assertThat(raw.answer()).endsWith("two");
            for (byte b : post("/", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n2\r\nde\r\n0\r\nx: y\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1)) {
                raw.send(new byte[] {b});
            }
            assertThat(raw.answer()).endsWith("abcde");
            raw.send(post("/", "Connection: close\r\nContent-Length: 3\r\n", "end"));
            assertThat(raw.rest()).contains("connection: close").endsWith("end");
        }
    }

    @Test
    void an_answer_of_unknown_length_comes_in_chunks() throws Exception {
        try (RawSocket raw = raw()) {
            raw.send(post("/parts", "Connection: close\r\nContent-Length: 3\r\n", "abc"));
            assertThat(raw.rest())
                    .contains("transfer-encoding: chunked")
                    .endsWith("\r\n\r\n3\r\nabc\r\n3\r\nabc\r\n0\r\n\r\n");
        }
    }

    @Test
    void who_waits_to_be_told_to_go_on_is_told() throws Exception {
        try (RawSocket raw = raw()) {
            raw.send(post("/", "Expect: 100-continue\r\nContent-Length: 2\r\n", ""));
            assertThat(raw.answer()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            raw.send("ok");
            assertThat(raw.answer()).endsWith("ok");
        }
    }

    @Test
    void no_value_of_an_answer_ends_its_line() throws Exception {
        try (RawSocket raw = raw()) {
            raw.send(post("/", "X-Say: hi\r\nContent-Length: 0\r\n", ""));
            assertThat(raw.answer()).contains("x-got: hi??x-more: no\r\n");
        }
    }

    @Test
    void what_is_sent_behind_a_request_without_an_end_is_not_all_taken_in() throws Exception {
        Thread sender;
        try (RawSocket raw = raw()) {
            raw.send(post("/never", "Content-Length: 0\r\n", ""));
            sender = new Thread(() -> flood(raw));
            sender.start();
            sender.join(1500);
            assertThat(counters.refused()).doesNotContainKey("all taken");
        }
        sender.join();
    }

    private void flood(RawSocket raw) {
        byte[] more = new byte[64 << 10];
        try {
            for (int i = 0; i < 2000; i++) {
                raw.send(more);
            }
            counters.refused("all taken");
        } catch (IOException e) {
            // closed by the test
        }
    }

    @TestFactory
    Stream<DynamicTest> bodies_that_two_readers_could_end_differently_are_refused() {
        return Stream.of(
                        "-1\r\n",
                        "+3\r\nabc\r\n",
                        "0x3\r\nabc\r\n",
                        " 3\r\nabc\r\n",
                        "3 \r\nabc\r\n",
                        "3\nabc\r\n",
                        "3;name=value\r\nabc\r\n",
                        "\r\n",
                        "g\r\n",
                        "3\r\nabcd\r\n",
                        "3\r\nabc\n",
                        "123456789\r\n",
                        "ffffffffffffffffffffff",
                        "0\r\nx : y\r\n\r\n",
                        "0\r\n folded\r\n\r\n",
                        "0\r\nx: y\n\r\n",
                        "0\r\nx: a\rb\r\n\r\n")
                .map(body -> DynamicTest.dynamicTest("chunks " + body, () -> {
                    try (RawSocket raw = raw()) {
                        raw.send(post("/", "Transfer-Encoding: chunked\r\n", body));
                        assertThat(raw.rest()).startsWith("HTTP/1.1 400").contains("http.malformed");
                    }
                }));
    }

    @Test
    void trailers_without_an_end_are_refused() throws Exception {
        try (RawSocket raw = raw()) {
            raw.send(post("/", "Transfer-Encoding: chunked\r\n", "0\r\n" + "x: y\r\n".repeat(2000)));
            assertThat(raw.rest()).startsWith("HTTP/1.1 431");
        }
    }

    @Test
    void a_body_that_stops_coming_is_answered_as_late() throws Exception {
        try (RawSocket raw = raw()) {
            raw.send(post("/", "Content-Length: 5\r\n", "he"));
            assertThat(raw.rest()).startsWith("HTTP/1.1 408").contains("limit.slow");
        }
    }
}
