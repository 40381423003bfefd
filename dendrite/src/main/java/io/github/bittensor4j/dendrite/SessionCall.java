package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.protocol.internal.Refusal;
import io.github.bittensor4j.protocol.internal.Wire;
import io.github.bittensor4j.protocol.internal.WireException;
import io.github.bittensor4j.protocol.internal.session.Asked;
import io.github.bittensor4j.protocol.internal.session.Closing;
import io.github.bittensor4j.protocol.internal.session.Field;
import io.github.bittensor4j.protocol.internal.session.Flow;
import io.github.bittensor4j.protocol.internal.session.Kind;
import io.github.bittensor4j.protocol.internal.session.Refusing;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One call of a subnet's own service within a session, as gRPC's stubs want it. Its listener is told everything on the session's event
 * loop. It is asked with its first message, which has to come.
 */
final class SessionCall extends ClientCall<byte[], byte[]> {
    private static final byte[] NOTHING = {};

    private final Sessions sessions;
    private final SignedCall<?, ?> asker;
    private final Carried carried;
    private final String path;
    private final boolean several;
    private final int maxMetadataBytes;
    private final Context context = Context.current();
    private final Context.CancellationListener contextEnds =
            ended -> cancel("the caller's context has ended", ended.cancellationCause());

    /** What was given to be sent and is not told to be taken. */
    private final AtomicLong ahead = new AtomicLong();

    private @Nullable Listener<byte[]> listener;
    private List<Field> headers = List.of();
    private byte[] first = NOTHING;
    private boolean asked;

    /**
     * @param several whether its caller may send more than one message
     * @param until when it ends at the latest, a moment of {@link System#nanoTime()}
     */
    SessionCall(
            Sessions sessions,
            SignedCall<?, ?> asker,
            Target target,
            String path,
            boolean several,
            int maxMetadataBytes,
            long until) {
        this.sessions = sessions;
        this.asker = asker;
        this.carried = new Carried(target, until);
        this.path = path;
        this.several = several;
        this.maxMetadataBytes = maxMetadataBytes;
    }

    @Override
    public void start(Listener<byte[]> told, Metadata more) {
        listener = told;
        headers = fields(more);
    }

    private Listener<byte[]> told() {
        return Objects.requireNonNull(listener, "start() comes first");
    }

    @Override
    public void sendMessage(byte[] message) {
        ahead.addAndGet(Flow.of(message));
        if (asked) {
            carried.order(() -> {
                carried.unsaid.add(message);
                carried.say();
            });
            return;
        }
        asked = true;
        first = message;
        try {
            sessions.ask(carried);
        } catch (DendriteException | RejectedExecutionException e) {
            told().onClose(Status.UNAVAILABLE.withDescription(e.getMessage()).withCause(e), new Metadata());
            return;
        }
        context.addListener(contextEnds, Runnable::run);
    }

    @Override
    public void request(int messages) {
        if (asked) {
            carried.order(() -> {
                carried.wanted += messages;
                carried.deliver();
            });
        } else {
            carried.wanted += messages;
        }
    }

    @Override
    public void halfClose() {
        if (several) {
            carried.order(() -> {
                carried.done = true;
                carried.say();
            });
        }
    }

    @Override
    public void cancel(@Nullable String why, @Nullable Throwable cause) {
        Status status = Status.CANCELLED.withDescription(why).withCause(cause);
        carried.order(() -> {
            carried.status = status;
            carried.forget(new End.Unreachable("cancelled"));
        });
    }

    @Override
    public boolean isReady() {
        return ahead.get() < Flow.AHEAD;
    }

    private static List<Field> fields(Metadata metadata) {
        List<Field> fields = new ArrayList<>();
        for (String name : metadata.keys()) {
            if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
                Iterable<byte[]> values = metadata.getAll(Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER));
                if (values != null) {
                    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
                    values.forEach(value -> fields.add(new Field(name, base64.encodeToString(value))));
                }
            } else {
                Iterable<String> values = metadata.getAll(Wire.key(name));
                if (values != null) {
                    values.forEach(value -> fields.add(new Field(name, value)));
                }
            }
        }
        return fields;
    }

    private Metadata metadata(List<Field> fields) {
        Metadata metadata = new Metadata();
        int bytes = 0;
        for (Field field : fields) {
            bytes += field.name().length() + field.value().length();
            try {
                if (field.name().endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
                    metadata.put(
                            Metadata.Key.of(field.name(), Metadata.BINARY_BYTE_MARSHALLER),
                            Base64.getDecoder().decode(field.value()));
                } else {
                    metadata.put(Wire.key(field.name()), field.value());
                }
            } catch (IllegalArgumentException e) {
                throw new WireException("call.invalid", "metadata of an answer that is none");
            }
        }
        if (bytes > maxMetadataBytes) {
            throw new WireException(
                    "call.invalid", "metadata of " + bytes + " bytes (maxMetadataBytes: " + maxMetadataBytes + ")");
        }
        return metadata;
    }

    /** What is on the session's event loop. */
    private final class Carried extends InSession {
        private final ArrayDeque<byte[]> unsaid = new ArrayDeque<>();
        private final ArrayDeque<byte[]> messages = new ArrayDeque<>();

        /** What was said and is not told to be taken. */
        private long onTheWay;

        private boolean done;
        private boolean doneSaid;
        private int wanted;
        private int taken;
        private boolean headTold;
        private @Nullable Status status;
        private Metadata trailers = new Metadata();

        /** The axon has ended the call; that is told behind the last message. */
        private @Nullable Status closed;

        Carried(Target target, long until) {
            super(target, until);
        }

        @Override
        Kind kind() {
            return several ? Kind.BEGIN : Kind.ASK;
        }

        @Override
        byte[] head(int patienceMillis, Signer asker) {
            return Asked.head(patienceMillis, OptionalLong.empty(), path, headers);
        }

        @Override
        byte[] body() {
            return first;
        }

        @Override
        void sending() {
            asker.connected();
        }

        @Override
        void sent() {
            asker.sent();
            onTheWay += Flow.of(first);
            say();
            if (several && isReady()) {
                told().onReady();
            }
        }

        /** Sends what is to be sent, as far as it may run ahead. */
        void say() {
            while (number() > 0 && !over() && onTheWay < Flow.AHEAD && !unsaid.isEmpty()) {
                byte[] next = unsaid.remove();
                onTheWay += Flow.of(next);
                seal(Kind.SAY, next);
            }
            if (number() > 0 && !over() && done && !doneSaid && unsaid.isEmpty()) {
                doneSaid = true;
                seal(Kind.DONE, NOTHING);
            }
        }

        @Override
        void heard(Kind kind, ByteBuffer said) {
            switch (kind) {
                case MORE -> {
                    int count = said.remaining() == Integer.BYTES ? Math.max(0, said.getInt()) : 0;
                    onTheWay -= count;
                    long before = ahead.getAndAdd(-count);
                    say();
                    if (before >= Flow.AHEAD && before - count < Flow.AHEAD) {
                        told().onReady();
                    }
                }
                case HEAD -> head(Field.read(said));
                case PART -> {
                    head(List.of());
                    messages.add(bytes(said));
                    deliver();
                }
                case CLOSE -> close(Closing.read(said));
                case REFUSE -> endBehindMessages(refused(SessionAttempt.refused(Refusing.read(said))));
                default ->
                    throw new WireException("auth.session", "an axon does not answer a service's call by " + kind);
            }
        }

        private void head(List<Field> fields) {
            if (!headTold) {
                headTold = true;
                try {
                    told().onHeaders(metadata(fields));
                } catch (WireException e) {
                    forget(new End.Invalid(String.valueOf(e.getMessage())));
                }
            }
        }

        private void close(Closing closing) {
            try {
                trailers = metadata(closing.trailers());
            } catch (WireException e) {
                end(new End.Invalid(String.valueOf(e.getMessage())));
                return;
            }
            endBehindMessages(Status.fromCodeValue(closing.status())
                    .withDescription(closing.text().isEmpty() ? null : closing.text()));
        }

        private void endBehindMessages(Status how) {
            closed = how;
            deliver();
        }

        /** Gives what is here and wanted; the end comes behind the last message. */
        void deliver() {
            while (wanted > 0 && !messages.isEmpty() && !over()) {
                wanted--;
                byte[] next = messages.remove();
                taken += Flow.of(next);
                told().onMessage(next);
            }
            if (taken >= Flow.TELL && closed == null) {
                seal(Kind.MORE, ByteBuffer.allocate(Integer.BYTES).putInt(taken).array());
                taken = 0;
            }
            if (closed != null && messages.isEmpty()) {
                status = closed;
                end(new End.Whole());
            }
        }

        @Override
        void ended(End end) {
            messages.clear();
            unsaid.clear();
            context.removeListener(contextEnds);
            told().onClose(status == null ? refused(end) : status, trailers);
        }

        /** How a stub is told what a dendrite would give as an outcome. */
        private Status refused(End end) {
            if (end instanceof End.Refused refused) {
                trailers.put(Wire.REFUSAL, refused.code());
                refused.retryAfter().ifPresent(wait -> trailers.put(Wire.RETRY_AFTER, Long.toString(wait.toNanos())));
                refused.clockDifference()
                        .ifPresent(ahead -> trailers.put(Wire.CLOCK_DIFFERENCE, Long.toString(ahead.toNanos())));
                return Refusal.statusOf(refused.code()).withDescription(refused.message());
            }
            if (end instanceof End.TimedOut) {
                return Status.DEADLINE_EXCEEDED.withDescription("no answer within the deadline");
            }
            if (end instanceof End.Unreachable unreachable) {
                return Status.UNAVAILABLE.withDescription(unreachable.reason());
            }
            return Status.INTERNAL.withDescription(
                    end instanceof End.Invalid invalid ? invalid.reason() : "no answer came");
        }
    }
}
