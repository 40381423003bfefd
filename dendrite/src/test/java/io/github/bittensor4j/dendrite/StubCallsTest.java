package io.github.bittensor4j.dendrite;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.axon.AccessPolicy;
import io.github.bittensor4j.axon.Axon;
import io.github.bittensor4j.axon.Call;
import io.github.bittensor4j.axon.Tls;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.tls.TlsIdentity;
import io.github.bittensor4j.protocol.internal.Wire;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of a subnet's own service through stubs: signed one by one, and within a session. */
@Timeout(60)
class StubCallsTest {
    private final Keypair miner = Keypair.development("Bob");
    private final Keypair validator = Keypair.development("Alice");
    private final TlsIdentity identity = TlsIdentity.generate();
    private final WordService words = new WordService();
    private final List<AutoCloseable> closing = new ArrayList<>();

    /** What the last call brought along, and whose it was. */
    private final AtomicReference<Metadata> brought = new AtomicReference<>();

    private final AtomicReference<AccountId> caller = new AtomicReference<>();
    private final BlockingQueue<Context> contexts = new LinkedBlockingQueue<>();

    @AfterEach
    void close() throws Exception {
        Collections.reverse(closing);
        for (AutoCloseable each : closing) {
            each.close();
        }
    }

    private Axon axon(boolean secured) {
        ServerInterceptor notes = new ServerInterceptor() {
            @Override
            public <Q, R> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
                brought.set(headers);
                caller.set(Call.current().caller().hotkey());
                contexts.add(Context.current());
                return next.startCall(call, headers);
            }
        };
        Axon.Builder builder = Axon.builder(miner)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .access(AccessPolicy.open())
                .service(() -> ServerInterceptors.intercept(words, notes));
        Axon axon = (secured ? builder.tls(Tls.of(identity)) : builder).start();
        closing.add(axon);
        return axon;
    }

    private Channel channel(Axon axon, boolean secured, DendriteOptions options) {
        Dendrite dendrite = Dendrite.open(validator, options);
        closing.add(dendrite);
        Target target = Target.of(miner.account(), new Endpoint("127.0.0.1", axon.port()));
        return dendrite.channel(secured ? target.pinned(identity.key().orElseThrow()) : target);
    }

    private static DendriteOptions with(boolean sessions) {
        return DendriteOptions.defaults().sessions(sessions);
    }

    private static StreamObserver<String> open(Channel channel, MethodDescriptor<String, String> method, Heard heard) {
        ClientCall<String, String> call = channel.newCall(method, CallOptions.DEFAULT);
        return method.getType() == MethodDescriptor.MethodType.BIDI_STREAMING
                ? ClientCalls.asyncBidiStreamingCall(call, heard)
                : ClientCalls.asyncClientStreamingCall(call, heard);
    }

    private static String shout(Channel channel, String word) {
        return ClientCalls.blockingUnaryCall(channel, WordService.SHOUT, CallOptions.DEFAULT, word);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void calls_of_all_four_kinds_go_within_one_session_on_any_connection(boolean secured) throws Exception {
        Axon axon = axon(secured);
        Channel channel = channel(axon, secured, with(true));
        assertThat(shout(channel, "a")).isEqualTo("A");
        assertThat(ClientCalls.blockingServerStreamingCall(channel, WordService.REPEAT, CallOptions.DEFAULT, "w"))
                .toIterable()
                .containsExactly("w0", "w1", "w2");

        // more than may run ahead at once, in messages of every size
        List<String> all =
                IntStream.range(0, 300).mapToObj(i -> "w".repeat(i * 7)).toList();
        Heard joined = new Heard();
        StreamObserver<String> join = open(channel, WordService.JOIN, joined);
        all.forEach(join::onNext);
        join.onCompleted();
        assertThat(joined.end()).isEqualTo(Status.OK);
        assertThat(joined.messages).containsExactly(String.join(" ", all));

        Heard spoken = new Heard();
        StreamObserver<String> talk = open(channel, WordService.TALK, spoken);
        for (String word : all) {
            talk.onNext(word);
        }
        talk.onCompleted();
        assertThat(spoken.end()).isEqualTo(Status.OK);
        assertThat(spoken.messages).containsExactlyElementsOf(all);

        assertThat(axon.status().connections()).isEqualTo(1);
        assertThat(axon.status().answered()).isEqualTo(5); // with the handshake
        assertThat(axon.status().refused()).isEmpty();
        assertThat(caller.get()).isEqualTo(validator.account());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void metadata_goes_both_ways_and_a_status_as_it_is(boolean sessions) {
        Axon axon = axon(false);
        Metadata own = new Metadata();
        own.put(WordService.TEXT_KEY, "text");
        own.put(WordService.BYTES_KEY, new byte[] {0, 1, -128});
        own.put(Metadata.Key.of("x-bittensor-hotkey", Metadata.ASCII_STRING_MARSHALLER), "somebody else");
        AtomicReference<Metadata> heads = new AtomicReference<>();
        AtomicReference<Metadata> trailers = new AtomicReference<>();
        Channel channel = ClientInterceptors.intercept(
                channel(axon, false, with(sessions)),
                MetadataUtils.newAttachHeadersInterceptor(own),
                MetadataUtils.newCaptureMetadataInterceptor(heads, trailers));
        Status status = status(() -> shout(channel, "own"));
        assertThat(status.getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(status.getDescription()).isEqualTo("no such word: 100 % ü");
        assertThat(trailers.get().get(WordService.TEXT_KEY)).isEqualTo("why");
        assertThat(trailers.get().get(WordService.BYTES_KEY)).containsExactly(-1, 0, 1);
        assertThat(brought.get().get(WordService.TEXT_KEY)).isEqualTo("text");
        assertThat(brought.get().get(WordService.BYTES_KEY)).containsExactly(0, 1, -128);
        assertThat(brought.get().get(Wire.key("x-bittensor-hotkey"))).isNotEqualTo("somebody else");
    }

    private static Status status(Runnable call) {
        try {
            call.run();
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
        throw new AssertionError("it went through");
    }

    @Test
    void what_the_axon_refuses_within_a_session_has_status_and_code_and_ends_itself_alone() {
        Axon axon = axon(false);
        Channel channel = channel(axon, false, with(true));
        MethodDescriptor<String, String> unknown = WordService.SHOUT.toBuilder()
                .setFullMethodName("words.Words/Whisper")
                .build();
        try {
            ClientCalls.blockingUnaryCall(channel, unknown, CallOptions.DEFAULT, "a");
            throw new AssertionError("it went through");
        } catch (StatusRuntimeException e) {
            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
            assertThat(Optional.ofNullable(e.getTrailers()).map(all -> all.get(Wire.REFUSAL)))
                    .contains("call.unknown");
        }
        assertThat(shout(channel, "b")).isEqualTo("B");
        assertThat(axon.status().connections()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_deadline_reaches_the_service_as_grpcs_own_and_ends_what_waits(boolean sessions) throws Exception {
        Channel channel = channel(axon(false), false, with(sessions));
        CallOptions soon = CallOptions.DEFAULT.withDeadlineAfter(500, TimeUnit.MILLISECONDS);
        assertThat(status(() -> ClientCalls.blockingUnaryCall(channel, WordService.SHOUT, soon, "never"))
                        .getCode())
                .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        Context context = contexts.poll(20, TimeUnit.SECONDS);
        assertThat(context.getDeadline()).isNotNull();
        assertThat(context.getDeadline().timeRemaining(TimeUnit.MILLISECONDS)).isLessThanOrEqualTo(500);
        CompletableFuture<Boolean> over = new CompletableFuture<>();
        context.addListener(ended -> over.complete(true), Runnable::run);
        assertThat(over.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(Heard.next(words.heard)).isEqualTo("never");
        assertThat(Heard.next(words.heard)).isEqualTo("(cancelled)");
    }

    @Test
    void a_session_outlives_the_context_in_which_it_was_opened() throws Exception {
        Axon axon = axon(false);
        Channel channel = channel(axon, false, with(true));
        Context.CancellableContext asking = Context.current().withCancellation();
        assertThat(asking.call(() -> shout(channel, "a"))).isEqualTo("A");
        asking.cancel(null);
        for (int i = 0; i < 10; i++) {
            assertThat(shout(channel, "b")).isEqualTo("B");
        }
        assertThat(axon.status().connections()).isEqualTo(1);
        assertThat(axon.status().answered()).isEqualTo(12); // with one handshake
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void who_stops_waiting_ends_its_call_and_no_other(boolean sessions) throws Exception {
        Axon axon = axon(false);
        Channel channel = channel(axon, false, with(sessions));
        Context.CancellableContext asking = Context.current().withCancellation();
        Heard heard = new Heard();
        asking.run(() ->
                ClientCalls.asyncUnaryCall(channel.newCall(WordService.SHOUT, CallOptions.DEFAULT), "never", heard));
        assertThat(Heard.next(words.heard)).isEqualTo("never");
        asking.cancel(null);
        assertThat(heard.end().getCode()).isEqualTo(Status.Code.CANCELLED);
        assertThat(Heard.next(words.heard)).isEqualTo("(cancelled)");
        assertThat(shout(channel, "b")).isEqualTo("B");
        assertThat(axon.status().connections()).isEqualTo(1);
    }

    @Test
    void an_answer_runs_no_further_ahead_of_its_caller_within_a_session_than_it_may() throws Exception {
        Axon axon = axon(false);
        Channel channel = channel(axon, false, with(true));
        Taking taking = new Taking();
        ClientCalls.asyncServerStreamingCall(
                channel.newCall(WordService.REPEAT, CallOptions.DEFAULT), "endless", taking);
        for (int i = 0; i < 500; i++) {
            taking.requests.request(1);
            assertThat(Heard.next(taking.messages)).hasSize(1000);
            assertThat(words.written.get() - i).isLessThanOrEqualTo(2 * 64 + 2);
        }
        assertThat(words.written.get()).isGreaterThanOrEqualTo(500);
        taking.requests.cancel("enough", null);
        assertThat(Heard.next(words.heard)).isEqualTo("(cancelled)");
        assertThat(shout(channel, "b")).isEqualTo("B");
    }

    /** Takes one message after the other, when told. */
    private static final class Taking implements ClientResponseObserver<String, String> {
        final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        ClientCallStreamObserver<String> requests;

        @Override
        public void beforeStart(ClientCallStreamObserver<String> stream) {
            requests = stream;
            stream.disableAutoRequestWithInitial(0);
        }

        @Override
        public void onNext(String message) {
            messages.add(message);
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {}
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_careful_writer_waits_for_a_handler_that_takes_nothing_and_is_told_when_to_go_on(boolean sessions)
            throws Exception {
        CompletableFuture<ServerCall<String, String>> handling = new CompletableFuture<>();
        CompletableFuture<Integer> all = new CompletableFuture<>();
        Axon axon = Axon.builder(miner)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .access(AccessPolicy.open())
                .tls(Tls.of(identity))
                .service(() -> ServerServiceDefinition.builder("words.Words")
                        .addMethod(WordService.JOIN, (ServerCall<String, String> call, Metadata headers) -> {
                            handling.complete(call);
                            return new ServerCall.Listener<String>() {
                                private int count;

                                @Override
                                public void onMessage(String message) {
                                    count++;
                                    call.request(1);
                                }

                                @Override
                                public void onHalfClose() {
                                    all.complete(count);
                                    call.sendHeaders(new Metadata());
                                    call.sendMessage("done");
                                    call.close(Status.OK, new Metadata());
                                }
                            };
                        })
                        .build())
                .start();
        closing.add(axon);
        Channel channel = channel(axon, true, with(sessions));
        CompletableFuture<Boolean> stopped = new CompletableFuture<>();
        CompletableFuture<Status> ended = new CompletableFuture<>();
        ClientCalls.asyncClientStreamingCall(
                channel.newCall(WordService.JOIN, CallOptions.DEFAULT), new ClientResponseObserver<String, String>() {
                    private int written;

                    @Override
                    public void beforeStart(ClientCallStreamObserver<String> requests) {
                        requests.setOnReadyHandler(() -> {
                            while (requests.isReady() && written < 3000) {
                                written++;
                                requests.onNext("x".repeat(1000));
                            }
                            if (written == 3000) {
                                written++;
                                requests.onCompleted();
                            } else if (written > 50 && written < 3000) {
                                stopped.complete(true);
                            }
                        });
                    }

                    @Override
                    public void onNext(String value) {}

                    @Override
                    public void onError(Throwable t) {
                        ended.complete(Status.fromThrowable(t));
                    }

                    @Override
                    public void onCompleted() {
                        ended.complete(Status.OK);
                    }
                });
        ServerCall<String, String> call = handling.get(20, TimeUnit.SECONDS);
        assertThat(stopped.get(20, TimeUnit.SECONDS)).isTrue();
        call.request(1);
        assertThat(all.get(20, TimeUnit.SECONDS)).isEqualTo(3000);
        assertThat(ended.get(20, TimeUnit.SECONDS)).isEqualTo(Status.OK);
    }

    // Stubs count like questions

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void calls_of_stubs_wait_for_room_among_those_under_way(boolean sessions) throws Exception {
        Channel channel = channel(axon(false), false, with(sessions).parallel(1));
        Context.CancellableContext asking = Context.current().withCancellation();
        Heard first = new Heard();
        asking.run(() ->
                ClientCalls.asyncUnaryCall(channel.newCall(WordService.SHOUT, CallOptions.DEFAULT), "never", first));
        assertThat(Heard.next(words.heard)).isEqualTo("never");

        // in line until its deadline, on a thread that waits for it
        CallOptions soon = CallOptions.DEFAULT.withDeadlineAfter(200, TimeUnit.MILLISECONDS);
        assertThat(status(() -> ClientCalls.blockingUnaryCall(channel, WordService.SHOUT, soon, "late"))
                        .getCode())
                .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        // in line until its caller goes
        Heard second = new Heard();
        ClientCall<String, String> given = channel.newCall(WordService.SHOUT, CallOptions.DEFAULT);
        ClientCalls.asyncUnaryCall(given, "gone", second);
        given.cancel("enough", null);
        assertThat(second.end().getCode()).isEqualTo(Status.Code.CANCELLED);
        // in line until there is room
        Heard third = new Heard();
        ClientCalls.asyncUnaryCall(channel.newCall(WordService.SHOUT, CallOptions.DEFAULT), "third", third);
        assertThat(third.messages).isEmpty();
        asking.cancel(null);
        assertThat(third.end()).isEqualTo(Status.OK);
        assertThat(third.messages).containsExactly("THIRD");
        assertThat(shout(channel, "fourth")).isEqualTo("FOURTH");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_stub_that_is_never_read_keeps_no_place(boolean sessions) throws Exception {
        Channel channel = channel(axon(false), false, with(sessions).parallel(1));
        ClientCalls.blockingServerStreamingCall(
                channel,
                WordService.REPEAT,
                CallOptions.DEFAULT.withDeadlineAfter(300, TimeUnit.MILLISECONDS),
                "endless");
        assertThat(shout(channel, "b")).isEqualTo("B");
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void observers_are_told_of_calls_of_stubs_and_their_headers_go_along(boolean sessions) throws Exception {
        BlockingQueue<QueryOutcome<?>> outcomes = new LinkedBlockingQueue<>();
        List<String> asked = Collections.synchronizedList(new ArrayList<>());
        DendriteObserver observer = new DendriteObserver() {
            @Override
            public AttemptObserver asking(
                    Target target, String method, Dialect dialect, BiConsumer<String, String> headers) {
                asked.add(method + " " + dialect);
                headers.accept("own", "observer's");
                return new AttemptObserver() {
                    @Override
                    public void ended(QueryOutcome<?> outcome) {
                        outcomes.add(outcome);
                    }
                };
            }
        };
        Channel channel = channel(axon(false), false, with(sessions).observe(observer));
        shout(channel, "a");
        assertThat(brought.get().get(WordService.TEXT_KEY)).isEqualTo("observer's");
        ClientCalls.blockingServerStreamingCall(channel, WordService.REPEAT, CallOptions.DEFAULT, "w")
                .forEachRemaining(word -> {});
        status(() -> shout(channel, "own"));
        status(() -> ClientCalls.blockingUnaryCall(
                channel,
                WordService.SHOUT,
                CallOptions.DEFAULT.withDeadlineAfter(200, TimeUnit.MILLISECONDS),
                "never"));
        assertThat(asked)
                .containsExactly(
                        "words.Words/Shout GRPC",
                        "words.Words/Repeat GRPC",
                        "words.Words/Shout GRPC",
                        "words.Words/Shout GRPC");
        Function<QueryOutcome<?>, Object> short_ = outcome -> outcome instanceof QueryOutcome.Answered<?> answered
                ? answered.answer()
                : outcome instanceof QueryOutcome.Refused<?> refused
                        ? refused.code()
                        : outcome.getClass().getSimpleName();
        List<Object> told = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            QueryOutcome<?> next = outcomes.poll(20, TimeUnit.SECONDS);
            assertThat(next).isNotNull();
            told.add(short_.apply(next));
        }
        assertThat(told).containsExactly(1L, 3L, "status.not-found", "TimedOut");
    }

    @Test
    void an_answer_that_cannot_be_read_ends_its_call() {
        MethodDescriptor<String, String> strict = WordService.SHOUT.toBuilder(
                        WordService.SHOUT.getRequestMarshaller(), new MethodDescriptor.Marshaller<String>() {
                            @Override
                            public java.io.InputStream stream(String value) {
                                return WordService.SHOUT.streamResponse(value);
                            }

                            @Override
                            public String parse(java.io.InputStream stream) {
                                throw new IllegalStateException("no message");
                            }
                        })
                .build();
        for (boolean sessions : new boolean[] {false, true}) {
            Channel channel = channel(axon(false), false, with(sessions));
            assertThat(status(() -> ClientCalls.blockingUnaryCall(channel, strict, CallOptions.DEFAULT, "a"))
                            .getCode())
                    .isEqualTo(Status.Code.INTERNAL);
        }
    }
}
