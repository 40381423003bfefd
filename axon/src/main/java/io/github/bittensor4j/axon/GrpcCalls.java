package io.github.bittensor4j.axon;

import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.protocol.internal.AuthHeaders;
import io.github.bittensor4j.protocol.internal.Refusal;
import io.github.bittensor4j.protocol.internal.Wire;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The calls of one method of the {@code Neuron} service, as grpc-java brings them. */
final class GrpcCalls implements ServerCallHandler<byte[], byte[]> {
    private static final byte[] NOTHING = {};

    private final Gate gate;
    private final NeuronService neuron;
    private final boolean stream;

    GrpcCalls(Gate gate, NeuronService neuron, boolean stream) {
        this.gate = gate;
        this.neuron = neuron;
        this.stream = stream;
    }

    @Override
    public ServerCall.Listener<byte[]> startCall(ServerCall<byte[], byte[]> call, Metadata headers) {
        Exchange exchange = gate.arrived(
                Dialect.GRPC, name -> Optional.ofNullable(headers.get(Wire.key(name))), new Answers(call), patience());
        Optional<AuthHeaders> claims = gate.claims(exchange, name -> {
            Iterable<String> values = headers.getAll(Wire.key(name));
            return values == null ? List.of() : values;
        });
        if (claims.isEmpty()) {
            return new ServerCall.Listener<>() {};
        }
        call.request(1);
        return new Arriving(exchange, call, claims.get());
    }

    private static Optional<Duration> patience() {
        Deadline callers = Context.current().getDeadline();
        return callers == null
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(Math.max(0, callers.timeRemaining(TimeUnit.NANOSECONDS))));
    }

    private static final class Answers implements Answering {
        private final ServerCall<byte[], byte[]> call;
        private boolean headersSent;

        Answers(ServerCall<byte[], byte[]> call) {
            this.call = call;
        }

        @Override
        public void whole(byte[] answer) {
            part(answer);
            complete();
        }

        @Override
        public void part(byte[] part) {
            sendHeaders();
            call.sendMessage(part);
        }

        @Override
        public void complete() {
            sendHeaders();
            call.close(Status.OK, new Metadata());
        }

        private void sendHeaders() {
            if (!headersSent) {
                headersSent = true;
                call.sendHeaders(new Metadata());
            }
        }

        @Override
        public void refuse(Refused refused) {
            Metadata trailers = new Metadata();
            trailers.put(Wire.REFUSAL, refused.code());
            refused.clockDifference()
                    .ifPresent(ahead -> trailers.put(Wire.CLOCK_DIFFERENCE, Long.toString(ahead.toNanos())));
            call.close(Refusal.statusOf(refused.code()).withDescription(refused.message()), trailers);
        }

        @Override
        public boolean isReady() {
            return call.isReady();
        }
    }

    /** The events of one call until its message is complete. They come one after the other. */
    private final class Arriving extends ServerCall.Listener<byte[]> {
        private final Exchange exchange;
        private final ServerCall<byte[], byte[]> call;
        private final AuthHeaders claims;
        private byte[] body = NOTHING;
        private boolean received;

        Arriving(Exchange exchange, ServerCall<byte[], byte[]> call, AuthHeaders claims) {
            this.exchange = exchange;
            this.call = call;
            this.claims = claims;
        }

        @Override
        public void onMessage(byte[] message) {
            if (received) {
                exchange.refuse(Refusal.CALL_INVALID, "more than one message came (expected: one)");
                return;
            }
            received = true;
            body = message;
            call.request(1);
        }

        @Override
        public void onHalfClose() {
            if (!received) {
                exchange.refuse(Refusal.CALL_INVALID, "no message came (expected: one)");
                return;
            }
            byte[] whole = body;
            body = NOTHING;
            String target = Wire.target(call.getMethodDescriptor().getFullMethodName());
            gate.signed(exchange, claims, Wire.HTTP_METHOD, target, whole, () -> neuron.begin(exchange, stream, whole));
        }

        @Override
        public void onCancel() {
            exchange.cancelled();
        }

        @Override
        public void onReady() {
            exchange.ready();
        }
    }
}
