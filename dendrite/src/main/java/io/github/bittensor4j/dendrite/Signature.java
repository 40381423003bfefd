package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.auth.SignedRequest;
import io.github.bittensor4j.protocol.internal.AuthHeaders;
import io.github.bittensor4j.protocol.internal.Wire;
import io.grpc.CallCredentials;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * The btauth/1 headers of one gRPC call. They are made when the connection stands, so a nonce does not age while connecting, and anew
 * for whatever the transport would send.
 */
final class Signature extends CallCredentials {
    private final Signer hotkey;
    private final AccountId receiver;
    private final byte[] sha256;
    private final Moments moments;

    /** What is to be known of the signing. */
    interface Moments {
        /** A connection stands. */
        void connected();

        /** The headers of this request were made. */
        void signed(SignedRequest request);
    }

    /**
     * @param sha256 of the first message as it is serialised
     */
    Signature(Signer hotkey, AccountId receiver, byte[] sha256, Moments moments) {
        this.hotkey = hotkey;
        this.receiver = receiver;
        this.sha256 = sha256;
        this.moments = moments;
    }

    /** What is signed, with a nonce of its own. */
    static SignedRequest request(Signer hotkey, AccountId receiver, String target, byte[] sha256) {
        return new SignedRequest(
                hotkey.scheme(),
                Wire.HTTP_METHOD,
                target,
                sha256,
                NonceClock.next(),
                hotkey.account(),
                Optional.of(receiver));
    }

    @Override
    public void applyRequestMetadata(RequestInfo call, Executor executor, MetadataApplier headers) {
        moments.connected();
        Metadata signed = new Metadata();
        SignedRequest request;
        try {
            request = request(
                    hotkey, receiver, Wire.target(call.getMethodDescriptor().getFullMethodName()), sha256);
            AuthHeaders.write(request, request.sign(hotkey), (name, value) -> Wire.putAuthHeader(signed, name, value));
        } catch (RuntimeException e) {
            headers.fail(
                    Status.INTERNAL.withDescription("the hotkey did not sign").withCause(e));
            return;
        }
        moments.signed(request);
        headers.apply(signed);
    }
}
