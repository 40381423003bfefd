package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.Signer;
import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.CompositeCallCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.SecurityLevel;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** What a generated stub asks through: each call is signed for one target over its first message. */
final class SignedChannel extends Channel {
    private final Signer hotkey;
    private final Channels channels;
    private final Target target;
    private final Duration deadline;

    /**
     * @param deadline of a call that sets none
     */
    SignedChannel(Signer hotkey, Channels channels, Target target, Duration deadline) {
        this.hotkey = hotkey;
        this.channels = channels;
        this.target = target;
        this.deadline = deadline;
    }

    @Override
    public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
        CallOptions bounded = options.getDeadline() == null
                ? options.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS)
                : options;
        // the signature covers the bytes on the wire
        return new SignedCall<>(this, method, bounded.withCompression("identity"));
    }

    @Override
    public String authority() {
        return target.endpoint().toString();
    }

    /** A channel to the target, for one call. */
    Channels.Lease lease() {
        return channels.acquire(target);
    }

    /** Signs one call, besides whatever credentials it has of its own. */
    CallOptions signed(CallOptions options, byte[] sha256, boolean oneMessage, Signature.Moments moments) {
        CallCredentials signature = new Signature(hotkey, target.hotkey(), sha256, moments);
        if (!oneMessage) {
            signature = new CompositeCallCredentials(new Protected(), signature);
        }
        CallCredentials own = options.getCredentials();
        return options.withCallCredentials(own == null ? signature : new CompositeCallCredentials(own, signature));
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
