package io.github.bittensor4j.dendrite;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.axon.Axon;
import io.github.bittensor4j.axon.RefusalException;
import io.github.bittensor4j.axon.Tls;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.tls.TlsIdentity;
import io.github.bittensor4j.dendrite.QueryOutcome.Answered;
import io.github.bittensor4j.dendrite.QueryOutcome.Refused;
import io.github.bittensor4j.dendrite.QueryOutcome.TimedOut;
import io.github.bittensor4j.dendrite.QueryOutcome.Unreachable;
import io.github.bittensor4j.protocol.internal.AuthHeaders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The dialects of plain HTTP over either version of HTTP. */
@Timeout(60)
class Http2Test extends BothSides {
    record Word(String text) {}

    private static final SynapseType<Word, Word> WORD = SynapseType.json("word", Word.class, Word.class);
    private static final SynapseType<Word, Word> WORDS = SynapseType.json("words", Word.class, Word.class);
    private static final DendriteOptions HTTP2 =
            DendriteOptions.defaults().dialect(Dialect.HTTP).http2(true);

    private final TlsIdentity identity = TlsIdentity.generate();
    private final CountDownLatch held = new CountDownLatch(1);

    @AfterEach
    void release() {
        held.countDown();
    }

    private Axon axon(UnaryOperator<Axon.Builder> change) {
        return started(change.apply(loopback()
                .limits(limits -> limits.waiting(1000))
                .serve(WORD, (call, word) -> {
                    if (word.text().equals("wait")) {
                        held.await();
                    }
                    if (word.text().equals("no")) {
                        throw new RefusalException("out.of-words", false, "no more");
                    }
                    return word;
                })
                .stream(WORDS, (call, word, parts) -> {
            for (String each : word.text().split(" ")) {
                if (each.equals("stop")) {
                    throw new RefusalException("out.of-words", false, "no more");
                }
                parts.send(new Word(each));
            }
        })));
    }

    private MockWebServer server(boolean secured, Protocol... spoken) throws Exception {
        MockWebServer server = new MockWebServer();
        server.setProtocols(List.of(spoken));
        if (secured) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    "own", identity.privateKey(), new char[0], identity.chain().toArray(X509Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            server.useHttps(context.getSocketFactory());
        }
        server.start(InetAddress.getByName("127.0.0.1"), 0);
        closing.add(server);
        return server;
    }

    @ParameterizedTest
    @CsvSource({"HTTP, false", "SYNAPSE, false", "HTTP, true", "SYNAPSE, true"})
    void many_calls_share_a_few_connections_whole_in_parts_and_refused(Dialect dialect, boolean secured)
            throws Exception {
        Axon axon = axon(builder -> secured ? builder.tls(Tls.of(identity)) : builder);
        // over TLS the axon is asked what it speaks; without, it must be known
        Dendrite dendrite = dendrite(DendriteOptions.defaults().dialect(dialect).http2(!secured));
        Target target = secured ? at(axon.port()).pinned(identity.key().orElseThrow()) : at(axon.port());
        // this one's connection is there for all that follow, and HTTP/1.1 would need one for each
        CompletableFuture<QueryOutcome<Word>> first = dendrite.queryAsync(target, WORD, new Word("wait"), SOON);
        while (axon.status().running() == 0) {
            Thread.onSpinWait();
        }
        List<CompletableFuture<QueryOutcome<Word>>> asked = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            asked.add(dendrite.queryAsync(target, WORD, new Word("w" + i), SOON));
        }
        for (int i = 0; i < asked.size(); i++) {
            Word word = new Word("w" + i);
            assertThat(asked.get(i).get())
                    .isInstanceOfSatisfying(
                            Answered.class, a -> assertThat(a.answer()).isEqualTo(word));
        }
        List<Word> taken = new ArrayList<>();
        assertThat(dendrite.stream(target, WORDS, new Word("a b c"), SOON, taken::add))
                .isInstanceOf(Answered.class);
        // parts of a synapse's answer have no ends of their own
        assertThat(taken)
                .extracting(Word::text)
                .satisfies(texts -> assertThat(String.join("", texts)).isEqualTo("abc"));
        assertThat(dendrite.query(target, WORD, new Word("no"), SOON))
                .isInstanceOfSatisfying(
                        Refused.class, r -> assertThat(r.message()).contains("no more"));
        held.countDown();
        assertThat(first.get()).isInstanceOf(Answered.class);
        assertThat(axon.status().connections()).isEqualTo(1);
    }

    @Test
    void an_answer_that_breaks_off_tells_why() throws Exception {
        Axon axon = axon(UnaryOperator.identity());
        List<Word> taken = new ArrayList<>();
        assertThat(dendrite(HTTP2).stream(at(axon.port()), WORDS, new Word("a stop"), SOON, taken::add))
                .isInstanceOfSatisfying(Refused.class, r -> assertThat(r.code()).isEqualTo("out.of-words"));
        assertThat(taken).containsExactly(new Word("a"));
    }

    @Test
    void a_call_that_ends_early_takes_no_other_with_it() throws Exception {
        Axon axon = axon(UnaryOperator.identity());
        Dendrite dendrite = dendrite(HTTP2);
        Target target = at(axon.port());
        CompletableFuture<QueryOutcome<Word>> stays = dendrite.queryAsync(target, WORD, new Word("wait"), SOON);
        while (axon.status().running() == 0) {
            Thread.onSpinWait();
        }
        CompletableFuture<QueryOutcome<Word>> cancelled = dendrite.queryAsync(target, WORD, new Word("wait"), SOON);
        assertThat(dendrite.query(target, WORD, new Word("wait"), Duration.ofMillis(300)))
                .isInstanceOf(TimedOut.class);
        cancelled.cancel(false);
        assertThat(dendrite.query(target, WORD, new Word("after"), SOON)).isInstanceOf(Answered.class);
        held.countDown();
        assertThat(stays.get()).isInstanceOf(Answered.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = Protocol.class,
            names = {"HTTP_1_1", "HTTP_2"})
    void over_tls_the_server_chooses_and_what_is_signed_is_the_same(Protocol spoken) throws Exception {
        MockWebServer server =
                spoken == Protocol.HTTP_2 ? server(true, spoken, Protocol.HTTP_1_1) : server(true, spoken);
        server.enqueue(new MockResponse.Builder().body("{\"text\":\"hi\"}").build());
        Target target =
                at(server.getPort()).pinned(identity.key().orElseThrow()).speaking(Dialect.HTTP);
        assertThat(dendrite(DendriteOptions.defaults())
                        .query(target, WORD.route("/a%20b/C?d=%2F&e"), new Word("x"), SOON))
                .isInstanceOf(Answered.class);
        RecordedRequest request = server.takeRequest(20, TimeUnit.SECONDS);
        assertThat(request.getVersion()).isEqualTo(spoken == Protocol.HTTP_2 ? "HTTP/2" : "HTTP/1.1");
        assertSigned(request);
    }

    @Test
    void without_tls_it_is_http_1_1_unless_said_otherwise() throws Exception {
        for (boolean http2 : new boolean[] {false, true}) {
            MockWebServer server = server(false, http2 ? Protocol.H2_PRIOR_KNOWLEDGE : Protocol.HTTP_1_1);
            server.enqueue(new MockResponse.Builder().body("{\"text\":\"hi\"}").build());
            assertThat(dendrite(HTTP2.http2(http2))
                            .query(at(server.getPort()), WORD.route("/a%20b/C?d=%2F&e"), new Word("x"), SOON))
                    .isInstanceOf(Answered.class);
            RecordedRequest request = server.takeRequest(20, TimeUnit.SECONDS);
            assertThat(request.getVersion()).isEqualTo(http2 ? "HTTP/2" : "HTTP/1.1");
            assertSigned(request);
        }
    }

    @Test
    void a_server_that_speaks_http_1_1_alone_is_not_asked_another_way() throws Exception {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        closing.add(server);
        CompletableFuture<String> heard = CompletableFuture.supplyAsync(() -> {
            try (Socket caller = server.accept()) {
                byte[] begin = caller.getInputStream().readNBytes(24);
                caller.getOutputStream()
                        .write("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n".getBytes(US_ASCII));
                return new String(begin, US_ASCII);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(dendrite(HTTP2).query(at(server.getLocalPort()), WORD, new Word("x"), SOON))
                .isInstanceOf(Unreachable.class);
        assertThat(heard.get(20, TimeUnit.SECONDS)).isEqualTo("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    }

    /** The signature holds over what the server received, to the letter. */
    private void assertSigned(RecordedRequest request) {
        assertThat(request.getTarget()).isEqualTo("/a%20b/C?d=%2F&e");
        assertThat(request.getHeaders().get("content-type")).isEqualTo("application/json");
        assertThat(request.getHeaders().get("accept-encoding")).isEqualTo("identity");
        AuthHeaders claims = AuthHeaders.read(name -> request.getHeaders().values(name));
        byte[] sha256 = Hashes.sha256(request.getBody().toByteArray());
        assertThat(claims.sender()).isEqualTo(Keypair.development("Alice").account());
        assertThat(claims.request(KeyScheme.SR25519, request.getMethod(), request.getTarget(), sha256)
                        .isSignedBy(claims.signature()))
                .isTrue();
    }
}
