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
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** btauth/1 over gRPC: the {@code Neuron} service, and any other that the axon was given. */
final class GrpcDialect implements WireDialect {
    private static final String CONTENT_TYPE = "application/grpc";
    private static final long LONGEST_TIMEOUT = 99_999_999;

    /** How many bytes of messages may wait for a handler that does not ask for them; then the caller is held. */
    private static final int MOST_UNASKED = 256 << 10;

    /** What stands behind one path of the {@code Neuron} service, whose calls have one message of the caller. */
    interface Method {
        /** Takes a call with its signed message, once the caller is let in. */
        void begin(Exchange exchange, byte[] message) throws Refused;
    }

    private final Gate gate;
    private final int mostBytes;
    private final Map<String, Method> methods;
    private final Map<String, ServiceMethod<?, ?>> services;

    /**
     * @param services methods of other services by their request targets
     */
    GrpcDialect(Gate gate, int mostBytes, NeuronService neuron, Map<String, ServiceMethod<?, ?>> services) {
        this.gate = gate;
        this.mostBytes = mostBytes;
        this.methods = Map.of(
                Wire.target(Wire.CALL.getFullMethodName()),
                (exchange, message) -> neuron.begin(exchange, false, message),
                Wire.target(Wire.STREAM.getFullMethodName()),
                (exchange, message) -> neuron.begin(exchange, true, message));
        this.services = Map.copyOf(services);
    }

    /** What stands behind each path of the {@code Neuron} service. */
    Map<String, Method> methods() {
        return methods;
    }

    /** Methods of other services by their request targets. */
    Map<String, ServiceMethod<?, ?>> services() {
        return services;
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
        ServiceMethod<?, ?> service = services.get(head.target());
        if (service != null) {
            return open(service, head, new OwnStream(head, reply), patience);
        }
        GrpcReply answers = new GrpcReply(reply);
        Exchange exchange = gate.arrived(Dialect.GRPC, head, headers, answers, patience);
        Method method = methods.get(head.target());
        if (method == null) {
            exchange.refuse(Refusal.CALL_UNKNOWN, "this axon has no such method");
            return new Ended();
        }
        Optional<AuthHeaders> claims = claims(exchange, headers);
        return claims.isPresent() ? new OneMessage(exchange, claims.get(), head.target(), method) : new Ended();
    }

    private <Q, R> Receiver open(
            ServiceMethod<Q, R> method, Incoming head, Carriage carriage, Optional<Duration> patience) {
        ServiceCall<Q, R> call = new ServiceCall<>(method, carriage);
        Exchange exchange = gate.arrived(Dialect.GRPC, head, head.headers(), call, patience);
        call.arrived(exchange);
        if (!method.oneMessage() && head.tls().isEmpty()) {
            exchange.refuse(
                    Refusal.AUTH_UNPROTECTED,
                    "only the first message of this call would be signed: the others need TLS");
        }
        Optional<AuthHeaders> claims = claims(exchange, head.headers());
        if (claims.isEmpty()) {
            return new Ended();
        }
        if (!method.oneMessage()) {
            head.unhurried();
        }
        return new SeveralMessages(
                exchange,
                call,
                method.oneMessage(),
                signed -> gate.signed(
                        exchange, claims.get(), Wire.HTTP_METHOD, head.target(), signed, () -> call.begin(signed)));
    }

    /** A call of a service on a stream of its own. */
    private static final class OwnStream extends GrpcReply implements Carriage {
        private final Incoming head;

        OwnStream(Incoming head, Outgoing reply) {
            super(reply);
            this.head = head;
        }

        @Override
        public Headers headers() {
            return head.headers();
        }

        @Override
        public InetSocketAddress peer() {
            return head.peer();
        }

        @Override
        public Optional<SSLSession> tls() {
            return head.tls();
        }

        @Override
        public void unasked(int waiting, int taken) {
            if (taken == 0 && waiting > MOST_UNASKED) {
                head.hold(true);
            } else if (taken > 0 && waiting <= MOST_UNASKED / 2) {
                head.hold(false);
            }
        }
    }

    /** The messages of a call of a service; the first is the signed one. */
    private final class SeveralMessages extends GrpcMessages {
        private final Exchange exchange;
        private final ServiceCall<?, ?> call;
        private final boolean one;
        private final Consumer<byte[]> verify;
        private byte @Nullable [] first;
        private boolean verified;
        private int taken;

        /**
         * @param one whether no more than the first may come
         * @param verify checks the signature over the first message, and lets the call begin
         */
        SeveralMessages(Exchange exchange, ServiceCall<?, ?> call, boolean one, Consumer<byte[]> verify) {
            super(mostBytes);
            this.exchange = exchange;
            this.call = call;
            this.one = one;
            this.verify = verify;
        }

        @Override
        protected boolean takes(int more) {
            boolean granted = exchange.takes(more);
            taken += granted ? more : 0;
            return granted;
        }

        @Override
        protected void message(byte[] message) {
            // what waits for the handler is bounded by itself
            exchange.gives(taken);
            taken = 0;
            if (first != null && one) {
                exchange.refuse(Refusal.CALL_INVALID, "more than one message came (expected: one)");
            } else if (first != null || verified) {
                call.add(message);
            } else {
                first = message;
                if (!one) {
                    verify(message);
                }
            }
        }

        private void verify(byte[] message) {
            verified = true;
            if (!exchange.ended()) {
                verify.accept(message);
            }
        }

        @Override
        protected void halfClosed() {
            byte[] message = first;
            if (message == null) {
                exchange.refuse(Refusal.CALL_INVALID, "no message came (expected: one that is signed)");
                return;
            }
            first = null;
            call.noMore();
            if (!verified) {
                verify(message);
            }
        }

        @Override
        void broken(Refused why) {
            exchange.refuse(why);
        }

        @Override
        public void gone() {
            call.gone();
        }

        @Override
        public void ready() {
            call.ready();
        }
    }

    private Optional<AuthHeaders> claims(Exchange exchange, Headers headers) {
        if (headers.first("grpc-encoding")
                .filter(coding -> !coding.equals("identity"))
                .isPresent()) {
            exchange.refuse(Refusal.CALL_COMPRESSED, "messages are not read compressed here");
        }
        return gate.claims(exchange, headers::all);
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
        protected boolean takes(int more) {
            return exchange.takes(more);
        }

        @Override
        protected void message(byte[] next) {
            if (message != null) {
                exchange.refuse(Refusal.CALL_INVALID, "more than one message came (expected: one)");
                return;
            }
            message = next;
        }

        @Override
        protected void halfClosed() {
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
