package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.protocol.internal.Wire;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a target speaks, without a signature and without the question. First an empty call over HTTP/2, on the line that will
 * be used: whatever answers it in gRPC speaks gRPC. What does not speak HTTP/2, or answers it otherwise, gets a {@code GET /} over
 * plain HTTP: an answer with {@code bt_header_} headers comes from a synapse axon, any other from a server of plain HTTP.
 */
final class Probing implements Dialects.Probe {
    private static final AsciiString CALL = AsciiString.cached(Wire.target(Wire.CALL.getFullMethodName()));

    /** An answer to nothing is small. */
    private static final int LARGEST = 64 << 10;

    private final Channels channels;
    private final Http http;
    private final long patience;

    /**
     * @param patience in nanoseconds: how long the first step may take, so that a server that hears HTTP/2 and says nothing does not use
     *     up the time
     */
    Probing(Channels channels, Http http, long patience) {
        this.channels = channels;
        this.http = http;
        this.patience = patience;
    }

    @Override
    public CompletionStage<Dialects.Found> of(Target target, long until) {
        long left = Math.max(0, until - System.nanoTime());
        CompletableFuture<Dialects.Found> found = new CompletableFuture<>();
        Channels.Lease lease = channels.acquire(target);
        long end = System.nanoTime() + Math.min(patience, left / 2);
        new LineCall(CALL, null, false, LARGEST, end) {
            @Override
            void heading(List<AsciiString> headers) {}

            @Override
            void sent() {}

            @Override
            void answering(Http2Headers head) {}

            @Override
            void taken(byte[] message) {}

            @Override
            void ended(Status status, Metadata trailers, boolean grpc) {
                lease.release(!grpc);
                if (grpc) {
                    found.complete(Dialects.Found.of(Dialect.GRPC));
                } else if (isNobody(status.getCause())) {
                    found.complete(Dialects.Found.none(
                            new End.Unreachable(Words.of(status.getDescription(), status.getCause(), "nobody there"))));
                } else {
                    overHttp(target, until, found);
                }
            }
        }.begin(lease.line());
        return found;
    }

    private static boolean isNobody(@Nullable Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof ConnectException || each instanceof UnknownHostException) {
                return true;
            }
        }
        return false;
    }

    private void overHttp(Target target, long until, CompletableFuture<Dialects.Found> found) {
        try {
            http.send(
                    target,
                    new Http.Question("/", Map.of(), null, new byte[0]),
                    (route, headers) -> {},
                    (answer, attempt) -> {
                        found.complete(Dialects.Found.of(dialect(answer)));
                        return new End.Whole();
                    },
                    until,
                    new Attempt.Listener() {
                        @Override
                        public void connected() {}

                        @Override
                        public void sent() {}

                        @Override
                        public void answering() {}

                        @Override
                        public void part(byte[] bytes) {}

                        @Override
                        public void ended(End end) {
                            found.complete(Dialects.Found.none(end));
                        }
                    });
        } catch (DendriteException e) {
            found.completeExceptionally(e);
        }
    }

    private static Dialect dialect(Http.Answer answer) throws IOException {
        answer.bodyUpTo(1 << 16); // so that the connection can be used again
        for (String name : answer.headers().names()) {
            if (name.startsWith("bt_header_")) {
                return Dialect.SYNAPSE;
            }
        }
        return Dialect.HTTP;
    }
}
