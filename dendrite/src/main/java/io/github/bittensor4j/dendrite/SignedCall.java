package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.auth.SignedRequest;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.protocol.internal.AuthHeaders;
import io.github.bittensor4j.protocol.internal.RawBytes;
import io.github.bittensor4j.protocol.internal.Wire;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One call of a generated stub. It starts when its first message is there, since that is what is signed; until then it keeps what it is
 * told. Like every call it is for one thread at a time, but for {@link #cancel}.
 */
final class SignedCall<Q, R> extends ClientCall<Q, R> {
    private static final Signature.Moments NOBODY_WATCHES = new Signature.Moments() {
        @Override
        public void connected() {}

        @Override
        public void signed(SignedRequest request) {}
    };

    private final SignedChannel channel;
    private final MethodDescriptor<Q, R> method;
    private final CallOptions options;

    /** Keeps what the listener is told in one row, where it is told something before the call begins. */
    private final Executor row;

    private @Nullable Listener<R> listener;
    private @Nullable Metadata headers;
    private int requested;
    private @Nullable ClientCall<byte[], R> call;
    private boolean over;

    SignedCall(SignedChannel channel, MethodDescriptor<Q, R> method, CallOptions options) {
        this.channel = channel;
        this.method = method;
        this.options = options;
        this.row = method.getType().clientSendsOneMessage()
                ? Runnable::run
                : new SynchronizationContext((thread, e) -> cancel("the caller's own listener failed", e));
    }

    @Override
    public void start(Listener<R> told, Metadata more) {
        listener = told;
        headers = more;
        AuthHeaders.NAMES.forEach(name -> more.discardAll(Wire.key(name)));
        if (!method.getType().clientSendsOneMessage()) {
            // whoever waits to be told that it may write would wait for the call that waits for its message
            row.execute(told::onReady);
        }
    }

    @Override
    public void request(int messages) {
        ClientCall<byte[], R> begun = begun();
        if (begun == null) {
            requested += messages;
        } else {
            begun.request(messages);
        }
    }

    @Override
    public void sendMessage(Q message) {
        if (isOver()) {
            return;
        }
        byte[] bytes = RawBytes.read(method.streamRequest(message));
        ClientCall<byte[], R> begun = begun();
        if (begun == null) {
            begun = begin(bytes);
            if (begun == null) {
                return;
            }
        }
        begun.sendMessage(bytes);
    }

    private @Nullable ClientCall<byte[], R> begin(byte[] first) {
        Channels.Lease lease;
        try {
            lease = channel.lease();
        } catch (DendriteException e) {
            end(Status.UNAVAILABLE.withDescription(e.getMessage()).withCause(e));
            return null;
        }
        MethodDescriptor<byte[], R> raw = method.toBuilder(RawBytes.MARSHALLER, method.getResponseMarshaller())
                .build();
        boolean oneMessage = method.getType().clientSendsOneMessage();
        ClientCall<byte[], R> begun =
                lease.channel().newCall(raw, channel.signed(options, Hashes.sha256(first), oneMessage, NOBODY_WATCHES));
        begun.start(new Leased<>(told(), row, lease), Objects.requireNonNull(headers, "start() comes first"));
        synchronized (this) {
            call = begun;
            if (over) {
                begun.cancel("cancelled before its first message", null);
            }
        }
        if (requested > 0) {
            begun.request(requested);
        }
        return begun;
    }

    @Override
    public void halfClose() {
        ClientCall<byte[], R> begun = begun();
        if (begun != null) {
            begun.halfClose();
        } else {
            end(Status.INVALID_ARGUMENT.withDescription(
                    "a call without a message cannot be signed: btauth/1 signs the first one"));
        }
    }

    @Override
    public void cancel(@Nullable String why, @Nullable Throwable cause) {
        ClientCall<byte[], R> begun = begun();
        if (begun != null) {
            begun.cancel(why, cause);
        } else {
            end(Status.CANCELLED.withDescription(why).withCause(cause));
        }
    }

    /** Ends a call that has not begun. */
    private void end(Status status) {
        synchronized (this) {
            if (over || call != null) {
                return;
            }
            over = true;
        }
        row.execute(() -> told().onClose(status, new Metadata()));
    }

    private Listener<R> told() {
        return Objects.requireNonNull(listener, "start() comes first");
    }

    private synchronized @Nullable ClientCall<byte[], R> begun() {
        return call;
    }

    private synchronized boolean isOver() {
        return over;
    }

    @Override
    public boolean isReady() {
        ClientCall<byte[], R> begun = begun();
        return begun == null ? !isOver() : begun.isReady();
    }

    @Override
    public Attributes getAttributes() {
        ClientCall<byte[], R> begun = begun();
        return begun == null ? Attributes.EMPTY : begun.getAttributes();
    }

    /** Gives the channel back when the call is over. */
    private static final class Leased<R> extends Listener<R> {
        private final Listener<R> listener;
        private final Executor row;
        private final Channels.Lease lease;

        Leased(Listener<R> listener, Executor row, Channels.Lease lease) {
            this.listener = listener;
            this.row = row;
            this.lease = lease;
        }

        @Override
        public void onHeaders(Metadata headers) {
            row.execute(() -> listener.onHeaders(headers));
        }

        @Override
        public void onMessage(R message) {
            row.execute(() -> listener.onMessage(message));
        }

        @Override
        public void onReady() {
            row.execute(listener::onReady);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            lease.release(status.getCode() == Status.Code.UNAVAILABLE && !trailers.containsKey(Wire.REFUSAL));
            row.execute(() -> listener.onClose(status, trailers));
        }
    }
}
