package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.auth.SignedRequest;
import io.github.bittensor4j.protocol.internal.AuthHeaders;
import io.github.bittensor4j.protocol.internal.RawBytes;
import io.github.bittensor4j.protocol.internal.Wire;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call of a generated stub. It is asked when its first message is there, since that is what is signed, and when there is room among the
 * calls under way; until then it keeps what it is told. Like every call it is for one thread at a time, but for {@link #cancel}.
 */
final class SignedCall<Q, R> extends ClientCall<Q, R> implements Signature.Moments {
    private final SignedChannel channel;
    private final MethodDescriptor<Q, R> method;
    private final CallOptions options;
    private final Context context = Context.current();
    private final Phases phases = new Phases();
    private final Runnable enter = this::enter;

    /** On which the listener is told everything, one after the other. */
    private final Executor row;

    private @Nullable Listener<R> listener;
    private @Nullable Metadata headers;

    // all of these are guarded by this
    private List<Consumer<ClientCall<byte[], byte[]>>> orders = new ArrayList<>();
    private byte @Nullable [] first;
    private Observers.OfAttempt observed = Observers.OfAttempt.NOBODY;
    private @Nullable Future<?> timer;

    /** Set once it was told all that came before. */
    private @Nullable ClientCall<byte[], byte[]> call;

    private boolean cancelled;
    private boolean over;

    SignedCall(SignedChannel channel, MethodDescriptor<Q, R> method, CallOptions options) {
        this.channel = channel;
        this.method = method;
        this.options = options;
        Executor own = options.getExecutor();
        this.row = new InOrder(own == null ? Runnable::run : own, e -> cancel("the caller's own listener failed", e));
    }

    private boolean oneMessage() {
        return method.getType().clientSendsOneMessage();
    }

    @Override
    public void start(Listener<R> told, Metadata more) {
        listener = told;
        headers = more;
        AuthHeaders.NAMES.forEach(name -> more.discardAll(Wire.key(name)));
        if (!oneMessage()) {
            schedule();
            // whoever waits to be told that it may write would wait for the call that waits for its message
            row.execute(told::onReady);
        }
    }

    // What its caller wants

    @Override
    public void request(int messages) {
        pass(begun -> begun.request(messages));
    }

    @Override
    public void sendMessage(Q message) {
        byte[] bytes = RawBytes.read(method.streamRequest(message));
        Consumer<ClientCall<byte[], byte[]>> order = begun -> begun.sendMessage(bytes);
        boolean asks;
        synchronized (this) {
            asks = first == null && !over;
            if (asks) {
                first = bytes;
                orders.add(order);
            }
        }
        if (asks) {
            ask();
        } else {
            pass(order);
        }
    }

    @Override
    public void halfClose() {
        if (!isAsked()) {
            end(Status.INVALID_ARGUMENT.withDescription(
                    "a call without a message cannot be signed: btauth/1 signs the first one"));
        }
        pass(ClientCall::halfClose);
    }

    @Override
    public void cancel(@Nullable String why, @Nullable Throwable cause) {
        watching().abandoned();
        if (!isAsked() || channel.room().giveUp(enter)) {
            end(Status.CANCELLED.withDescription(why).withCause(cause));
        }
        pass(begun -> begun.cancel(why, cause));
        synchronized (this) {
            // gRPC takes no message behind this
            cancelled = true;
        }
    }

    /** Tells the call, at once or as soon as there is one. */
    private void pass(Consumer<ClientCall<byte[], byte[]>> order) {
        ClientCall<byte[], byte[]> begun;
        synchronized (this) {
            if (over || cancelled) {
                return;
            }
            begun = call;
            if (begun == null) {
                orders.add(order);
                return;
            }
        }
        order.accept(begun);
    }

    // How it begins

    private void ask() {
        Observers.OfAttempt watching = channel.asking(method.getFullMethodName());
        synchronized (this) {
            observed = watching;
        }
        Metadata more = Objects.requireNonNull(headers, "start() comes first");
        watching.headers().forEach((name, value) -> more.put(Wire.key(name), value));
        channel.room().enter(enter);
        synchronized (this) {
            if (call == null && !over && timer == null) {
                schedule();
            }
        }
    }

    /** For the time in which no transport looks after the deadline. */
    private synchronized void schedule() {
        try {
            timer = channel.timers()
                    .schedule(this::late, deadline().timeRemaining(TimeUnit.NANOSECONDS), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // being closed: whoever waits is let go on to find that out
        }
    }

    private void late() {
        if (!isAsked() || channel.room().giveUp(enter)) {
            end(Status.DEADLINE_EXCEEDED.withDescription("the deadline passed before the call was sent"));
        }
    }

    private Deadline deadline() {
        Deadline own = Objects.requireNonNull(options.getDeadline());
        Deadline around = context.getDeadline();
        return around == null ? own : own.minimum(around);
    }

    /** There is room for it. */
    private void enter() {
        byte[] message;
        synchronized (this) {
            message = Objects.requireNonNull(first);
            if (timer != null) {
                timer.cancel(false);
            }
        }
        phases.entered();
        ClientCall<byte[], byte[]> begun = null;
        Context before = context.attach();
        try {
            begun = channel.begin(this, message, deadline());
        } catch (DendriteException e) {
            channel.room().leave();
            end(Status.UNAVAILABLE.withDescription(e.getMessage()).withCause(e));
        } finally {
            context.detach(before);
        }
        while (begun != null) {
            List<Consumer<ClientCall<byte[], byte[]>>> next;
            synchronized (this) {
                if (orders.isEmpty()) {
                    call = begun;
                    return;
                }
                next = orders;
                orders = new ArrayList<>();
            }
            for (Consumer<ClientCall<byte[], byte[]>> order : next) {
                order.accept(begun);
            }
        }
    }

    MethodDescriptor<Q, R> method() {
        return method;
    }

    CallOptions options() {
        return options;
    }

    Metadata headers() {
        return Objects.requireNonNull(headers, "start() comes first");
    }

    @Override
    public void connected() {
        phases.connected();
    }

    @Override
    public void signed(SignedRequest request) {
        sent();
    }

    void sent() {
        phases.sent();
    }

    // How it ends

    /** Ends a call that has not begun. */
    private void end(Status status) {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            orders.clear();
            if (timer != null) {
                timer.cancel(false);
            }
        }
        Metadata none = new Metadata();
        watching().ended(outcome(status, none, 0));
        row.execute(() -> told().onClose(status, none));
    }

    /** What its observers are told: of a service nothing is known but how the call ended and how many messages came. */
    private QueryOutcome<Long> outcome(Status status, Metadata trailers, long messages) {
        return status.isOk()
                ? new QueryOutcome.Answered<>(channel.target(), phases.timing(), messages)
                : channel.failed(status, trailers, messages > 0).failed(channel.target(), phases.timing());
    }

    private Listener<R> told() {
        return Objects.requireNonNull(listener, "start() comes first");
    }

    private synchronized Observers.OfAttempt watching() {
        return observed;
    }

    private synchronized boolean isAsked() {
        return first != null;
    }

    @Override
    public boolean isReady() {
        ClientCall<byte[], byte[]> begun;
        synchronized (this) {
            begun = call;
            if (begun == null) {
                // the first message is wanted; those behind it would only wait here
                return first == null && !over;
            }
        }
        return begun.isReady();
    }

    @Override
    public synchronized Attributes getAttributes() {
        return call == null ? Attributes.EMPTY : call.getAttributes();
    }

    /**
     * Hears what the transport says, on its own thread, so that nothing of this dendrite depends on whether the caller listens.
     *
     * @param ended told how, before the caller is
     */
    Listener<byte[]> answers(BiConsumer<Status, Metadata> ended) {
        return new Listener<>() {
            private long messages;

            /** Set in the row. */
            private @Nullable Status unreadable;

            @Override
            public void onHeaders(Metadata head) {
                phases.answering();
                row.execute(() -> told().onHeaders(head));
            }

            @Override
            public void onMessage(byte[] message) {
                messages++;
                row.execute(() -> {
                    R read;
                    try {
                        read = method.parseResponse(new ByteArrayInputStream(message));
                    } catch (RuntimeException e) {
                        unreadable = Status.INTERNAL
                                .withDescription("an answer is no message of " + method.getFullMethodName())
                                .withCause(e);
                        watching()
                                .ended(new QueryOutcome.Invalid<>(
                                        channel.target(), phases.timing(), "an answer that cannot be read"));
                        cancel("an answer cannot be read", e);
                        return;
                    }
                    told().onMessage(read);
                });
            }

            @Override
            public void onReady() {
                row.execute(told()::onReady);
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
                ended.accept(status, trailers);
                channel.room().leave();
                watching().ended(outcome(status, trailers, messages));
                row.execute(() -> told().onClose(unreadable == null ? status : unreadable, trailers));
            }
        };
    }
}
