package io.github.bittensor4j.axon;

import io.github.bittensor4j.axon.internal.front.Headers;
import io.github.bittensor4j.axon.internal.front.Incoming;
import io.github.bittensor4j.axon.internal.front.Receiver;
import io.github.bittensor4j.protocol.internal.Refusal;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of a subnet's own service, as gRPC's handlers want it. Its events come one after the other: the first ones on the axon's pool of
 * handlers, as a call that was admitted; what comes later (more messages, room to write, the end) on another of the same size.
 */
final class ServiceCall<Q, R> extends ServerCall<Q, R> implements Answering {
    /** How many bytes of messages may wait for a handler that does not ask for them; then the caller is held. */
    private static final int MOST_UNASKED = 256 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(ServiceCall.class);

    private final ServiceMethod<Q, R> method;
    private final Incoming head;
    private final GrpcReply reply;
    private @Nullable Exchange exchange;
    private @Nullable Listener<Q> listener;
    private Context.@Nullable CancellableContext context;

    // all of these are guarded by this
    private final ArrayDeque<byte[]> messages = new ArrayDeque<>();
    private int unasked;
    private long asked;
    private boolean halfClosed;
    private boolean ready;
    private boolean over;
    private boolean wellEnded;
    private boolean halfCloseTold;
    private boolean endTold;
    private boolean begun;
    private boolean working;

    ServiceCall(ServiceMethod<Q, R> method, Incoming head, GrpcReply reply) {
        this.method = method;
        this.head = head;
        this.reply = reply;
    }

    void arrived(Exchange call) {
        exchange = call;
    }

    private Exchange exchange() {
        return Objects.requireNonNull(exchange, "exchange");
    }

    // What comes from the caller, on its event loop

    /**
     * Takes the messages of the call.
     *
     * @param verify checks the signature over the first message, and lets the call {@link #begin}
     */
    Receiver messages(int mostBytes, Consumer<byte[]> verify) {
        if (!method.oneMessage()) {
            head.unhurried();
        }
        return new GrpcMessages(mostBytes) {
            private byte @Nullable [] first;
            private boolean verified;

            @Override
            protected void message(byte[] message) {
                if (first != null && method.oneMessage()) {
                    exchange().refuse(Refusal.CALL_INVALID, "more than one message came (expected: one)");
                } else if (first != null || verified) {
                    add(message);
                } else {
                    first = message;
                    if (!method.oneMessage()) {
                        verify(message);
                    }
                }
            }

            private void verify(byte[] message) {
                verified = true;
                if (!exchange().ended()) {
                    verify.accept(message);
                }
            }

            @Override
            protected void halfClosed() {
                byte[] message = first;
                if (message == null) {
                    exchange().refuse(Refusal.CALL_INVALID, "no message came (expected: one that is signed)");
                    return;
                }
                first = null;
                noMore();
                if (!verified) {
                    verify(message);
                }
            }

            @Override
            void broken(Refused why) {
                exchange().refuse(why);
            }

            @Override
            public void gone() {
                exchange().cancelled();
                ended(false);
            }

            @Override
            public void ready() {
                synchronized (ServiceCall.this) {
                    ready = true;
                    goOn();
                }
            }
        };
    }

    private synchronized void add(byte[] message) {
        if (!over) {
            messages.add(message);
            unasked += message.length;
            if (unasked > MOST_UNASKED) {
                head.hold(true);
            }
            goOn();
        }
    }

    private synchronized void noMore() {
        halfClosed = true;
        goOn();
    }

    private synchronized void ended(boolean well) {
        if (!over) {
            over = true;
            wellEnded = well;
            messages.clear();
            goOn();
        }
    }

    /** The caller was let in by its first message. */
    void begin(byte[] first) {
        synchronized (this) {
            messages.addFirst(first);
            unasked += first.length;
            working = true;
            begun = true;
        }
        exchange().synapse(method.descriptor().getFullMethodName());
        method.calls().run(exchange(), this::start);
    }

    // What the handler hears

    private void start() {
        Context.CancellableContext scope =
                Context.ROOT.withValue(Exchange.CURRENT, (Call) exchange()).withCancellation();
        context = scope;
        try {
            Metadata metadata = metadata(head.headers());
            listener =
                    scope.call(() -> method.definition().getServerCallHandler().startCall(ServiceCall.this, metadata));
        } catch (Throwable e) {
            failed(e);
            return;
        }
        synchronized (this) {
            ready = true;
        }
        work();
        exchange().workDone();
    }

    /** Has the events at hand told by somebody, if nobody does already. */
    private void goOn() {
        if (begun && !working) {
            working = true;
            try {
                method.later().execute(this::work);
            } catch (RejectedExecutionException e) {
                LOG.debug("The axon has closed, and this call with it", e);
            }
        }
    }

    private void work() {
        for (Runnable event = next(); event != null; event = next()) {
            try {
                Objects.requireNonNull(context, "context").run(event);
            } catch (Throwable e) {
                failed(e);
            }
        }
    }

    private synchronized @Nullable Runnable next() {
        Listener<Q> told = listener;
        if (told != null && !endTold) {
            if (over) {
                endTold = true;
                boolean well = wellEnded;
                return () -> {
                    Objects.requireNonNull(context, "context").cancel(null);
                    if (well) {
                        told.onComplete();
                    } else {
                        told.onCancel();
                    }
                };
            }
            if (ready) {
                ready = false;
                return told::onReady;
            }
            byte[] message = asked > 0 ? messages.poll() : null;
            if (message != null) {
                asked--;
                unasked -= message.length;
                if (unasked <= MOST_UNASKED / 2) {
                    head.hold(false);
                }
                return () -> told.onMessage(parsed(message));
            }
            if (halfClosed && messages.isEmpty() && !halfCloseTold) {
                halfCloseTold = true;
                return told::onHalfClose;
            }
        }
        working = false;
        return null;
    }

    /** Bytes that are no message of this method are the caller's fault, unlike whatever else the handler may throw. */
    private static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unreadable(Throwable cause) {
            super(cause);
        }
    }

    private Q parsed(byte[] message) {
        try {
            return method.descriptor().parseRequest(new ByteArrayInputStream(message));
        } catch (RuntimeException e) {
            throw new Unreadable(e);
        }
    }

    private void failed(Throwable e) {
        if (e instanceof Unreadable) {
            exchange().refuse(Refusal.CALL_INVALID, "the body is not a message of this method");
        } else if (!exchange().ended()) {
            LOG.warn("Handler of {} failed", method.descriptor().getFullMethodName(), e);
            exchange().refuse(Refusal.CALL_FAILED, "the handler failed");
        }
        ended(false);
    }

    // What the handler does

    @Override
    public synchronized void request(int count) {
        asked += count;
        goOn();
    }

    @Override
    public void sendHeaders(Metadata metadata) {
        exchange()
                .whileOpen(() ->
                        reply.head(written(metadata, GrpcReply.plainHead()).build()));
    }

    @Override
    public void sendMessage(R message) {
        byte[] bytes;
        try (var stream = method.descriptor().streamResponse(message)) {
            bytes = stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (exchange().whileOpen(() -> reply.part(bytes)) && reply.unwritten() > method.mostQueued()) {
            exchange()
                    .refuse(
                            Refusal.LIMIT_SLOW,
                            "more than " + method.mostQueued() + " bytes of this answer wait to be read");
        }
    }

    @Override
    public void close(Status status, Metadata trailers) {
        Optional<String> refusal = status.isOk()
                ? Optional.empty()
                : Optional.of("status."
                        + status.getCode().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        exchange().close(() -> reply.close(status, written(trailers, new Headers.Builder())), refusal);
        ended(status.isOk());
    }

    @Override
    public boolean isCancelled() {
        return exchange().ended();
    }

    @Override
    public MethodDescriptor<Q, R> getMethodDescriptor() {
        return method.descriptor();
    }

    @Override
    public Attributes getAttributes() {
        Attributes.Builder attributes = Attributes.newBuilder().set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, head.peer());
        head.tls().ifPresent(session -> attributes.set(Grpc.TRANSPORT_ATTR_SSL_SESSION, session));
        return attributes.build();
    }

    @Override
    public @Nullable String getAuthority() {
        return head.headers().first("host").orElse(null);
    }

    // How the axon itself ends it

    @Override
    public void whole(byte[] answer) {
        reply.whole(answer);
    }

    @Override
    public void part(byte[] part) {
        reply.part(part);
    }

    @Override
    public void complete() {
        reply.complete();
    }

    @Override
    public void refuse(Refused refused) {
        reply.refuse(refused);
        ended(false);
    }

    @Override
    public boolean isReady() {
        return !exchange().ended() && reply.isReady();
    }

    // Metadata

    private static Metadata metadata(Headers headers) {
        Metadata metadata = new Metadata();
        headers.forEach((name, value) -> {
            if (name.startsWith("grpc-") || name.equals("host") || name.equals("te") || name.equals("content-type")) {
                return;
            }
            try {
                if (!name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
                    metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
                    return;
                }
                for (String one : value.split(",", -1)) {
                    metadata.put(
                            Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER),
                            Base64.getDecoder().decode(one.trim()));
                }
            } catch (IllegalArgumentException e) {
                // no metadata: HTTP allows more names than gRPC, and not every text is Base64
            }
        });
        return metadata;
    }

    private static Headers.Builder written(Metadata metadata, Headers.Builder headers) {
        for (String name : metadata.keys()) {
            if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
                Iterable<byte[]> values = metadata.getAll(Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER));
                if (values != null) {
                    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
                    values.forEach(value -> headers.add(name, base64.encodeToString(value)));
                }
            } else {
                Iterable<String> values = metadata.getAll(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
                if (values != null) {
                    values.forEach(value -> headers.add(name, value));
                }
            }
        }
        return headers;
    }
}
