package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.protocol.internal.RawBytes;
import io.github.bittensor4j.protocol.internal.Wire;
import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.CompositeCallCredentials;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.SecurityLevel;
import io.grpc.Status;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** What a generated stub asks through: each call is signed for one target over its first message, or goes within the session with it. */
final class SignedChannel extends Channel {
    private final Signer hotkey;
    private final Channels channels;
    private final Optional<Sessions> sessions;
    private final Ask.Means means;
    private final DendriteOptions settings;
    private final Target target;

    SignedChannel(
            Signer hotkey,
            Channels channels,
            Optional<Sessions> sessions,
            Ask.Means means,
            DendriteOptions settings,
            Target target) {
        this.hotkey = hotkey;
        this.channels = channels;
        this.sessions = sessions;
        this.means = means;
        this.settings = settings;
        this.target = target;
    }

    @Override
    public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
        CallOptions bounded = options.getDeadline() == null
                ? options.withDeadlineAfter(settings.stubDeadline().toNanos(), TimeUnit.NANOSECONDS)
                : options;
        // the signature covers the bytes on the wire
        return new SignedCall<>(this, method, bounded.withCompression("identity"));
    }

    @Override
    public String authority() {
        return target.endpoint().toString();
    }

    Target target() {
        return target;
    }

    Room room() {
        return means.room();
    }

    ScheduledExecutorService timers() {
        return means.timers();
    }

    Observers.OfAttempt asking(String method) {
        return means.observers().asking(target, method, Dialect.GRPC);
    }

    /**
     * Begins a call for which there is room. It is told its messages next.
     *
     * @throws DendriteException when this dendrite is closed, or the target must not be asked
     */
    ClientCall<byte[], byte[]> begin(SignedCall<?, ?> call, byte[] first, Deadline deadline) {
        MethodDescriptor<?, ?> method = call.method();
        boolean oneMessage = method.getType().clientSendsOneMessage();
        ClientCall<byte[], byte[]> begun;
        BiConsumer<Status, Metadata> ended;
        if (sessions.isPresent()) {
            begun = new SessionCall(
                    sessions.get(),
                    call,
                    target,
                    Wire.target(method.getFullMethodName()),
                    !oneMessage,
                    settings.maxMetadataBytes(),
                    System.nanoTime() + deadline.timeRemaining(TimeUnit.NANOSECONDS));
            ended = (status, trailers) -> {};
        } else {
            Channels.Lease lease = channels.acquire(target);
            // the caller's own executor is left to the caller: what this dendrite has to know it hears at once
            begun = lease.channel()
                    .newCall(
                            method.toBuilder(RawBytes.MARSHALLER, RawBytes.MARSHALLER)
                                    .build(),
                            signed(call.options(), Hashes.sha256(first), oneMessage, call)
                                    .withExecutor(Runnable::run));
            ended = (status, trailers) ->
                    lease.release(status.getCode() == Status.Code.UNAVAILABLE && !trailers.containsKey(Wire.REFUSAL));
        }
        begun.start(call.answers(ended), call.headers());
        return begun;
    }

    /** Signs one call, besides whatever credentials it has of its own. */
    private CallOptions signed(CallOptions options, byte[] sha256, boolean oneMessage, Signature.Moments moments) {
        CallCredentials signature = new Signature(hotkey, target.hotkey(), sha256, moments);
        if (!oneMessage) {
            signature = new CompositeCallCredentials(new Protected(), signature);
        }
        CallCredentials own = options.getCredentials();
        return options.withCallCredentials(own == null ? signature : new CompositeCallCredentials(own, signature));
    }

    /** What a status other than OK means to those who watch. One that is neither the axon's nor the network's is the service's own. */
    End failed(Status status, Metadata trailers, boolean began) {
        return switch (status.getCode()) {
            case CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, INTERNAL, UNAVAILABLE ->
                GrpcAttempt.failed(status, trailers, settings.maxAnswerBytes(), began);
            default ->
                trailers.containsKey(Wire.REFUSAL)
                        ? GrpcAttempt.failed(status, trailers, settings.maxAnswerBytes(), began)
                        : new End.Refused(
                                "status."
                                        + status.getCode()
                                                .name()
                                                .toLowerCase(Locale.ROOT)
                                                .replace('_', '-'),
                                Words.of(String.valueOf(status.getDescription())));
        };
    }

    /** Lets a call go on only where something else protects the messages behind the signed one. */
    private static final class Protected extends CallCredentials {
        @Override
        public void applyRequestMetadata(RequestInfo call, Executor executor, MetadataApplier headers) {
            if (call.getSecurityLevel() == SecurityLevel.PRIVACY_AND_INTEGRITY) {
                headers.apply(new Metadata());
            } else {
                headers.fail(Status.UNAUTHENTICATED.withDescription(
                        "auth.unprotected: btauth/1 signs the first message of a call, and without TLS nothing protects the others of "
                                + call.getMethodDescriptor().getFullMethodName()));
            }
        }
    }
}
