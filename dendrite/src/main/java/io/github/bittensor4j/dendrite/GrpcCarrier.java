package io.github.bittensor4j.dendrite;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.protocol.internal.PayloadCodec;
import io.github.bittensor4j.protocol.internal.Wire;
import io.github.bittensor4j.protocol.internal.WireException;
import io.github.bittensor4j.protocol.internal.session.Field;
import io.github.bittensor4j.protocol.v1.SynapseRequest;
import io.github.bittensor4j.protocol.v1.SynapseResponse;
import io.grpc.MethodDescriptor;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** btauth/1 over gRPC: questions to the service that every axon of this library has. */
final class GrpcCarrier implements Carrier {
    private final Signer hotkey;
    private final Channels channels;
    private final int maxAnswerBytes;
    private final Optional<Sessions> sessions;
    private final boolean receipts;

    /**
     * @param sessions carry every question, where the dendrite uses them
     */
    GrpcCarrier(Signer hotkey, Channels channels, Optional<Sessions> sessions, DendriteOptions options) {
        this.hotkey = hotkey;
        this.channels = channels;
        this.maxAnswerBytes = options.maxAnswerBytes();
        this.receipts = options.receipts();
        this.sessions = sessions;
    }

    @Override
    public <Q, R> Question<R> question(SynapseType<Q, R> type, Q request, boolean inParts) {
        byte[] body = SynapseRequest.newBuilder()
                .setSynapse(type.name())
                .setPayload(PayloadCodec.of(type.request()).encode(request))
                .build()
                .toByteArray();
        MethodDescriptor<?, ?> method = inParts ? Wire.STREAM : Wire.CALL;
        return new Written<>(
                new GrpcAttempt.Asking(
                        method, AsciiString.cached(Wire.target(method.getFullMethodName())), body, Hashes.sha256(body)),
                PayloadCodec.of(type.response()));
    }

    private final class Written<R> implements Question<R> {
        private final GrpcAttempt.Asking asking;
        private final PayloadCodec<R> answers;

        Written(GrpcAttempt.Asking asking, PayloadCodec<R> answers) {
            this.asking = asking;
            this.answers = answers;
        }

        @Override
        public Attempt ask(Target target, Map<String, String> headers, long until, Attempt.Listener listener) {
            if (sessions.isPresent()) {
                List<Field> fields = new ArrayList<>(headers.size());
                headers.forEach((name, value) -> fields.add(new Field(name, value)));
                SessionAttempt attempt = new SessionAttempt(
                        target, asking.target().toString(), fields, asking.body(), until, listener, attestation());
                sessions.get().ask(attempt);
                return attempt;
            }
            Channels.Lease lease = channels.acquire(target);
            GrpcAttempt attempt = new GrpcAttempt(
                    asking, hotkey, target.hotkey(), headers, lease, listener, maxAnswerBytes, until, attestation());
            attempt.begin(lease.line());
            return attempt;
        }

        private Optional<Attestation> attestation() {
            return receipts
                    ? Optional.of(new Attestation(!asking.method().getType().serverSendsOneMessage()))
                    : Optional.empty();
        }

        @Override
        public R decode(byte[] part) {
            try {
                return answers.decode(SynapseResponse.parser()
                        .parseFrom(UnsafeByteOperations.unsafeWrap(part))
                        .getPayload());
            } catch (InvalidProtocolBufferException e) {
                throw new WireException("call.invalid", "the answer is not a SynapseResponse");
            }
        }
    }

    @Override
    public void close(long until) throws InterruptedException {
        channels.close(until);
    }
}
