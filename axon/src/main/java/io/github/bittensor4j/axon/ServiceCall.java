package io.github.bittensor4j.axon;

import io.github.bittensor4j.axon.internal.front.Headers;
import io.github.bittensor4j.protocol.internal.Refusal;
import io.github.bittensor4j.protocol.internal.session.Flow;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of a subnet's own service, as gRPC's handlers want it. Its events come one after the other: the first ones on the axon's pool of
 * handlers, as a call that was admitted; what comes later (more messages, room to write, the end) on another of the same size.
 */
final class ServiceCall<Q, R> extends ServerCall<Q, R> implements Answering {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceCall.class);

    private final ServiceMethod<Q, R> method;
    private final Carriage carriage;
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

    ServiceCall(ServiceMethod<Q, R> method, Carriage carriage) {
        this.method = method;
        this.carriage = carriage;
    }

    void arrived(Exchange call) {
        exchange = call;
    }

    private Exchange exchange() {
        return Objects.requireNonNull(exchange, "exchange");
    }

    // What comes from the caller, on its event loop

    /** The next message behind the first. */
    synchronized void add(byte[] message) {
        if (!over) {
            messages.add(message);
            unasked += Flow.of(message);
            carriage.unasked(unasked, 0);
            goOn();
        }
    }

    /** The caller sends no more messages. */
    synchronized void noMore() {
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

    /** The caller has gone. */
    void gone() {
        exchange().cancelled();
        ended(false);
    }

    /** The caller has read what was sent. */
    synchronized void ready() {
        ready = true;
        goOn();
    }

    /** The caller was let in by its first message. */
    void begin(byte[] first) {
        synchronized (this) {
            messages.addFirst(first);
            unasked += Flow.of(first);
            working = true;
            begun = true;
        }
        exchange().synapse(method.descriptor().getFullMethodName());
        method.calls().run(exchange(), this::start);
    }

    // What the handler hears

    private void start() {
        Context.CancellableContext scope = method.calls()
                .within(
                        Context.ROOT.withValue(Exchange.CURRENT, (Call) exchange()),
                        exchange().remaining());
        context = scope;
        try {
            Metadata metadata = metadata(carriage.headers());
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
                int taken = Flow.of(message);
                unasked -= taken;
                carriage.unasked(unasked, taken);
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
            method.faults().tell(LOG, method.descriptor().getFullMethodName(), e);
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
        exchange().whileOpen(() -> carriage.head(written(metadata)));
    }

    @Override
    public void sendMessage(R message) {
        byte[] bytes;
        try (var stream = method.descriptor().streamResponse(message)) {
            bytes = stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (exchange().whileOpen(() -> carriage.part(bytes)) && carriage.unwritten() > method.mostQueued()) {
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
        exchange().close(() -> carriage.close(status, written(trailers)), refusal);
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
        Attributes.Builder attributes = Attributes.newBuilder().set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, carriage.peer());
        carriage.tls().ifPresent(session -> attributes.set(Grpc.TRANSPORT_ATTR_SSL_SESSION, session));
        return attributes.build();
    }

    @Override
    public @Nullable String getAuthority() {
        return carriage.headers().first("host").orElse(null);
    }

    // How the axon itself ends it

    @Override
    public void whole(byte[] answer) {
        carriage.whole(answer);
    }

    @Override
    public void part(byte[] part) {
        carriage.part(part);
    }

    @Override
    public void complete() {
        carriage.complete();
    }

    @Override
    public void refuse(Refused refused) {
        carriage.refuse(refused);
        ended(false);
    }

    @Override
    public void breakOff() {
        carriage.breakOff();
        ended(false);
    }

    @Override
    public boolean isReady() {
        return !exchange().ended() && carriage.isReady();
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

    private static Headers written(Metadata metadata) {
        Headers.Builder headers = new Headers.Builder();
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
        return headers.build();
    }
}
