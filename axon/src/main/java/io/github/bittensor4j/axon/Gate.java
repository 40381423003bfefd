package io.github.bittensor4j.axon;

import io.github.bittensor4j.core.Metagraph;
import io.github.bittensor4j.core.NeuronInfo;
import io.github.bittensor4j.protocol.internal.AuthHeaders;
import io.github.bittensor4j.protocol.internal.Refusal;
import io.github.bittensor4j.protocol.internal.Wire;
import io.github.bittensor4j.protocol.internal.WireException;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before every method: nothing behind it sees a call whose caller was not verified over the received bytes and let in by the
 * access policy.
 */
final class Gate implements ServerCallHandler<byte[], byte[]> {
    /** What stands behind the gate. */
    @FunctionalInterface
    interface Admitted {
        /** Takes the one message of a call whose caller may call. */
        void accept(Exchange exchange, byte[] body) throws Refused;
    }

    /**
     * Up to this size hashing a body costs less than a signature check, so both are done where the body arrives; a larger one is handed to
     * another thread, to let the other connections go on.
     */
    private static final int SMALL_BODY = 64 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

    private final Authenticator authenticator;
    private final AccessPolicy access;
    private final Supplier<Optional<Metagraph>> metagraph;
    private final Calls calls;
    private final Duration perCall;
    private final InstantSource clock;
    private final Executor largeBodies;
    private final Admitted behind;

    Gate(
            Authenticator authenticator,
            AccessPolicy access,
            Supplier<Optional<Metagraph>> metagraph,
            Calls calls,
            Duration perCall,
            InstantSource clock,
            Executor largeBodies,
            Admitted behind) {
        this.authenticator = authenticator;
        this.access = access;
        this.metagraph = metagraph;
        this.calls = calls;
        this.perCall = perCall;
        this.clock = clock;
        this.largeBodies = largeBodies;
        this.behind = behind;
    }

    @Override
    public ServerCall.Listener<byte[]> startCall(ServerCall<byte[], byte[]> call, Metadata headers) {
        Exchange exchange = new Exchange(call, calls, limit(), clock.instant());
        calls.opened(exchange);
        try {
            if (calls.draining()) {
                throw new Refused(Refusal.AXON_DRAINING, "this axon stops");
            }
            AuthHeaders claims = claims(headers);
            authenticator.checkClaims(claims);
            exchange.request();
            return new Arriving(exchange, claims);
        } catch (Refused e) {
            exchange.refuse(e);
        } catch (RuntimeException e) {
            failed(exchange, e);
        }
        return new ServerCall.Listener<>() {};
    }

    /** A metagraph source or a scheme lookup that fails lets nobody in. */
    private static void failed(Exchange exchange, RuntimeException e) {
        LOG.warn("A call was refused because admitting it failed", e);
        exchange.refuse(Refusal.CALL_FAILED, "this axon failed");
    }

    private Duration limit() {
        Deadline callers = Context.current().getDeadline();
        if (callers == null) {
            return perCall;
        }
        long left = Math.max(0, callers.timeRemaining(TimeUnit.NANOSECONDS));
        return left < perCall.toNanos() ? Duration.ofNanos(left) : perCall;
    }

    private static AuthHeaders claims(Metadata headers) throws Refused {
        try {
            return Wire.authHeaders(headers);
        } catch (WireException e) {
            throw new Refused(e.code(), String.valueOf(e.getMessage()));
        }
    }

    private void admit(Exchange exchange, AuthHeaders claims, byte[] body) {
        try {
            authenticator.checkSignature(claims, Wire.HTTP_METHOD, exchange.target(), body);
            Optional<Metagraph> snapshot = metagraph.get();
            if (access.decide(claims.sender(), snapshot) instanceof AccessDecision.Denied denied) {
                authenticator.forget(claims);
                throw new Refused(denied.code(), denied.message());
            }
            Optional<NeuronInfo> neuron = snapshot.flatMap(graph -> graph.neuron(claims.sender()));
            exchange.caller(new VerifiedCaller(claims.sender(), neuron));
            behind.accept(exchange, body);
        } catch (Refused e) {
            exchange.refuse(e);
        } catch (RuntimeException e) {
            failed(exchange, e);
        }
    }

    /** The events of one call until its message is complete. They come one after the other. */
    private final class Arriving extends ServerCall.Listener<byte[]> {
        private final Exchange exchange;
        private final AuthHeaders claims;
        private byte[] body = NOTHING;
        private boolean received;

        Arriving(Exchange exchange, AuthHeaders claims) {
            this.exchange = exchange;
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
            exchange.request();
        }

        @Override
        public void onHalfClose() {
            if (!received) {
                exchange.refuse(Refusal.CALL_INVALID, "no message came (expected: one)");
                return;
            }
            byte[] whole = body;
            body = NOTHING;
            if (whole.length <= SMALL_BODY) {
                admit(exchange, claims, whole);
                return;
            }
            try {
                largeBodies.execute(() -> admit(exchange, claims, whole));
            } catch (RejectedExecutionException e) {
                exchange.refuse(Refusal.LIMIT_BUSY, "too many large requests are being checked");
            }
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

    private static final byte[] NOTHING = {};
}
