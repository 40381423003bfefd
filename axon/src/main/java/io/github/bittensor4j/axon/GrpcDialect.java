package io.github.bittensor4j.axon;

import io.github.bittensor4j.axon.internal.front.Headers;
import io.github.bittensor4j.axon.internal.front.Incoming;
import io.github.bittensor4j.axon.internal.front.Outgoing;
import io.github.bittensor4j.axon.internal.front.Receiver;
import io.github.bittensor4j.axon.internal.front.WireDialect;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.protocol.internal.AuthHeaders;
import io.github.bittensor4j.protocol.internal.Refusal;
import io.github.bittensor4j.protocol.internal.Wire;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** btauth/1 over gRPC: the {@code Neuron} service, and any other that the axon was given. */
final class GrpcDialect implements WireDialect {
    private static final String CONTENT_TYPE = "application/grpc";
    private static final long LONGEST_TIMEOUT = 99_999_999;

    /** What stands behind one path. */
    interface Method {
        /** Whether a call has exactly one message of the caller, which is the one that is signed. */
        boolean oneMessage();

        /** Takes a call with its signed message, once the caller is let in. */
        void begin(Exchange exchange, byte[] message) throws Refused;
    }

    private final Gate gate;
    private final int mostBytes;
    private final Map<String, Method> methods;

    GrpcDialect(Gate gate, int mostBytes, NeuronService neuron) {
        this.gate = gate;
        this.mostBytes = mostBytes;
        Map<String, Method> all = new HashMap<>();
        all.put(Wire.target(Wire.CALL.getFullMethodName()), of(neuron, false));
        all.put(Wire.target(Wire.STREAM.getFullMethodName()), of(neuron, true));
        this.methods = Map.copyOf(all);
    }

    /** What stands behind each path. */
    Map<String, Method> methods() {
        return methods;
    }

    private static Method of(NeuronService neuron, boolean stream) {
        return new Method() {
            @Override
            public boolean oneMessage() {
                return true;
            }

            @Override
            public void begin(Exchange exchange, byte[] message) throws Refused {
                neuron.begin(exchange, stream, message);
            }
        };
    }

    @Override
    public boolean speaks(Incoming head) {
        return isGrpc(head);
    }

    static boolean isGrpc(Incoming head) {
        return head.http2()
                && head.method().equals(Wire.HTTP_METHOD)
                && head.headers()
                        .first("content-type")
                        .filter(GrpcDialect::isGrpc)
                        .isPresent();
    }

    private static boolean isGrpc(String type) {
        return type.startsWith(CONTENT_TYPE)
                && (type.length() == CONTENT_TYPE.length() || "+;".indexOf(type.charAt(CONTENT_TYPE.length())) >= 0);
    }

    @Override
    public Receiver open(Incoming head, Outgoing reply) {
        Headers headers = head.headers();
        Optional<Duration> patience = headers.first("grpc-timeout").map(GrpcDialect::timeout);
        Exchange exchange =
                gate.arrived(Dialect.GRPC, head.peer().getAddress(), headers::first, new GrpcReply(reply), patience);
        exchange.tls(head.tls());
        Method method = methods.get(head.target());
        if (method == null) {
            exchange.refuse(Refusal.CALL_UNKNOWN, "this axon has no such method");
        } else if (headers.first("grpc-encoding")
                .filter(coding -> !coding.equals("identity"))
                .isPresent()) {
            exchange.refuse(Refusal.CALL_COMPRESSED, "messages are not read compressed here");
        } else {
            Optional<AuthHeaders> claims = gate.claims(exchange, headers::all);
            if (claims.isPresent()) {
                return new OneMessage(exchange, claims.get(), head.target(), method);
            }
        }
        return new Ended();
    }

    /** A wish that is no gRPC timeout is none: the axon's own limit holds. */
    private static Duration timeout(String text) {
        int digits = text.length() - 1;
        if (digits < 1 || digits > 8) {
            return Duration.ofSeconds(LONGEST_TIMEOUT);
        }
        long count = 0;
        for (int i = 0; i < digits; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return Duration.ofSeconds(LONGEST_TIMEOUT);
            }
            count = 10 * count + c - '0';
        }
        return switch (text.charAt(digits)) {
            case 'n' -> Duration.ofNanos(count);
            case 'u' -> Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(count));
            case 'm' -> Duration.ofMillis(count);
            case 'S' -> Duration.ofSeconds(count);
            case 'M' -> Duration.ofMinutes(count);
            case 'H' -> Duration.ofHours(count);
            default -> Duration.ofSeconds(LONGEST_TIMEOUT);
        };
    }

    /** The one message of a call, until it is complete. */
    private final class OneMessage extends GrpcMessages {
        private final Exchange exchange;
        private final AuthHeaders claims;
        private final String target;
        private final Method method;
        private byte @Nullable [] message;

        OneMessage(Exchange exchange, AuthHeaders claims, String target, Method method) {
            super(mostBytes);
            this.exchange = exchange;
            this.claims = claims;
            this.target = target;
            this.method = method;
        }

        @Override
        void message(byte[] next) {
            if (message != null) {
                exchange.refuse(Refusal.CALL_INVALID, "more than one message came (expected: one)");
                return;
            }
            message = next;
        }

        @Override
        void halfClosed() {
            byte[] signed = message;
            message = null;
            if (signed == null) {
                exchange.refuse(Refusal.CALL_INVALID, "no message came (expected: one)");
            } else if (!exchange.ended()) {
                gate.signed(exchange, claims, Wire.HTTP_METHOD, target, signed, () -> method.begin(exchange, signed));
            }
        }

        @Override
        void broken(Refused why) {
            exchange.refuse(why);
        }

        @Override
        public void gone() {
            exchange.cancelled();
        }

        @Override
        public void ready() {
            exchange.ready();
        }
    }

    /** What follows a head that was refused. */
    private static final class Ended implements Receiver {
        @Override
        public void data(ByteBuf part) {}

        @Override
        public void end() {}

        @Override
        public void gone() {}

        @Override
        public void ready() {}
    }
}
