package io.github.bittensor4j.dendrite;

import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A subnet's own service with methods of all four kinds, and what its handlers heard. It knows nothing of authentication. */
final class WordService implements BindableService {
    private static final MethodDescriptor.Marshaller<String> TEXT = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    /** One word in, the same aloud. */
    static final MethodDescriptor<String, String> SHOUT = method("Shout", MethodType.UNARY);

    /** One word in, three out. */
    static final MethodDescriptor<String, String> REPEAT = method("Repeat", MethodType.SERVER_STREAMING);

    /** Words in, all of them in one line out. */
    static final MethodDescriptor<String, String> JOIN = method("Join", MethodType.CLIENT_STREAMING);

    /** Words in, each out at once. */
    static final MethodDescriptor<String, String> TALK = method("Talk", MethodType.BIDI_STREAMING);

    static final Metadata.Key<String> TEXT_KEY = Metadata.Key.of("own", Metadata.ASCII_STRING_MARSHALLER);
    static final Metadata.Key<byte[]> BYTES_KEY = Metadata.Key.of("own-bin", Metadata.BINARY_BYTE_MARSHALLER);

    /** How many messages of an endless answer were written. */
    final AtomicInteger written = new AtomicInteger();

    /** Every word of a streaming caller, then {@code "(end)"} where it came to its end, or {@code "(broken)"}. */
    final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    private static MethodDescriptor<String, String> method(String name, MethodType type) {
        return MethodDescriptor.newBuilder(TEXT, TEXT)
                .setType(type)
                .setFullMethodName("words.Words/" + name)
                .build();
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ServerServiceDefinition.builder("words.Words")
                .addMethod(SHOUT, ServerCalls.asyncUnaryCall(this::shout))
                .addMethod(REPEAT, ServerCalls.asyncServerStreamingCall(this::repeat))
                .addMethod(JOIN, ServerCalls.asyncClientStreamingCall(out -> listen(out, false)))
                .addMethod(TALK, ServerCalls.asyncBidiStreamingCall(out -> listen(out, true)))
                .build();
    }

    private void shout(String word, StreamObserver<String> out) {
        switch (word) {
            case "never" -> {
                heard.add("never");
                ((ServerCallStreamObserver<String>) out).setOnCancelHandler(() -> heard.add("(cancelled)"));
            }
            case "own" -> {
                Metadata trailers = new Metadata();
                trailers.put(TEXT_KEY, "why");
                trailers.put(BYTES_KEY, new byte[] {-1, 0, 1});
                out.onError(Status.NOT_FOUND
                        .withDescription("no such word: 100 % ü")
                        .asRuntimeException(trailers));
            }
            default -> {
                out.onNext(word.toUpperCase(Locale.ROOT));
                out.onCompleted();
            }
        }
    }

    private void repeat(String word, StreamObserver<String> out) {
        ServerCallStreamObserver<String> answers = (ServerCallStreamObserver<String>) out;
        if (word.equals("endless")) {
            // as a careful writer does
            answers.setOnCancelHandler(() -> heard.add("(cancelled)"));
            answers.setOnReadyHandler(() -> {
                while (answers.isReady()) {
                    written.incrementAndGet();
                    answers.onNext("x".repeat(1000));
                }
            });
            return;
        }
        for (int i = 0; i < 3; i++) {
            out.onNext(word + i);
        }
        out.onCompleted();
    }

    private StreamObserver<String> listen(StreamObserver<String> out, boolean atOnce) {
        return new StreamObserver<>() {
            private final List<String> all = new ArrayList<>();

            @Override
            public void onNext(String word) {
                heard.add(word);
                all.add(word);
                if (atOnce) {
                    out.onNext(word);
                }
            }

            @Override
            public void onError(Throwable t) {
                heard.add("(broken)");
            }

            @Override
            public void onCompleted() {
                heard.add("(end)");
                if (!atOnce) {
                    out.onNext(String.join(" ", all));
                }
                out.onCompleted();
            }
        };
    }
}
