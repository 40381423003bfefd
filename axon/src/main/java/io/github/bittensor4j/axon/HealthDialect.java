package io.github.bittensor4j.axon;

import com.google.protobuf.CodedInputStream;
import io.github.bittensor4j.axon.internal.front.Headers;
import io.github.bittensor4j.axon.internal.front.Incoming;
import io.github.bittensor4j.axon.internal.front.Outgoing;
import io.github.bittensor4j.axon.internal.front.Receiver;
import io.github.bittensor4j.axon.internal.front.WholeBody;
import io.github.bittensor4j.axon.internal.front.WireDialect;
import io.github.bittensor4j.protocol.internal.Refusal;
import io.github.bittensor4j.protocol.v1.NeuronGrpc;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What load balancers ask, who cannot sign: {@code GET /health}, and {@code grpc.health.v1.Health}. Only where the axon was told to. It
 * tells one bit, reads almost nothing, and each address may ask only so often.
 */
final class HealthDialect implements WireDialect {
    private static final String HTTP_PATH = "/health";
    private static final String CHECK = "/grpc.health.v1.Health/Check";
    private static final String WATCH = "/grpc.health.v1.Health/Watch";
    private static final String NEURON = NeuronGrpc.SERVICE_NAME;
    private static final int MOST_BYTES = 256;
    private static final int MOST_WATCHERS = 64;

    /** The message {@code HealthCheckResponse}: field 1, a number. */
    private static final byte[] SERVING = {8, 1};

    private static final byte[] NOT_SERVING = {8, 2};
    private static final byte[] SERVICE_UNKNOWN = {8, 3};

    private final BooleanSupplier draining;
    private final Peers askers;
    private final Set<Watching> watchers = ConcurrentHashMap.newKeySet();

    /**
     * @param draining whether the axon stops
     * @param askers each request counts here, so that it bounds how often an address asks
     */
    HealthDialect(BooleanSupplier draining, Peers askers) {
        this.draining = draining;
        this.askers = askers;
    }

    /** The axon stops: who watches is told so. */
    void stopping() {
        watchers.forEach(Watching::stopping);
    }

    @Override
    public boolean speaks(Incoming head) {
        String target = head.target();
        return isPlain(head)
                ? target.equals(HTTP_PATH)
                : GrpcDialect.isGrpc(head) && (target.equals(CHECK) || target.equals(WATCH));
    }

    private static boolean isPlain(Incoming head) {
        return head.method().equals("GET") || head.method().equals("HEAD");
    }

    @Override
    public Receiver open(Incoming head, Outgoing out) {
        boolean allowed = allows(head.peer().getAddress());
        if (isPlain(head)) {
            return new Plain(out, allowed);
        }
        Watching call = new Watching(new GrpcReply(out), head.target().equals(WATCH));
        if (!allowed) {
            call.fail(Status.RESOURCE_EXHAUSTED.withDescription("this address asks too often"));
        } else if (head.target().equals(WATCH)) {
            head.unhurried();
        }
        return call;
    }

    private boolean allows(InetAddress peer) {
        try {
            askers.check(peer);
        } catch (Refused e) {
            return false;
        }
        askers.failed(peer);
        return true;
    }

    private byte[] now() {
        return draining.getAsBoolean() ? NOT_SERVING : SERVING;
    }

    /** One {@code GET /health}. */
    private final class Plain extends WholeBody {
        private final Outgoing out;
        private final boolean allowed;

        Plain(Outgoing out, boolean allowed) {
            super(0);
            this.out = out;
            this.allowed = allowed;
        }

        @Override
        protected void whole(byte[] body) {
            boolean serving = !draining.getAsBoolean();
            int status = !allowed ? 429 : serving ? 200 : 503;
            String text = !allowed ? "asked too often\n" : serving ? "serving\n" : "stopping\n";
            out.whole(
                    status,
                    Headers.of("content-type", "text/plain", "cache-control", "no-store"),
                    text.getBytes(StandardCharsets.US_ASCII),
                    Headers.NONE);
        }

        @Override
        protected void tooLarge() {
            out.head(Refusal.httpStatusOf(Refusal.LIMIT_SIZE.code()), Headers.NONE);
            out.end();
        }

        @Override
        public void gone() {}

        @Override
        public void ready() {}
    }

    /** One {@code Check} or {@code Watch}. */
    private final class Watching extends GrpcMessages {
        private final GrpcReply reply;
        private final boolean watch;
        private @Nullable String service;
        private boolean ended;

        Watching(GrpcReply reply, boolean watch) {
            super(MOST_BYTES);
            this.reply = reply;
            this.watch = watch;
        }

        @Override
        protected void message(byte[] request) {
            if (service != null) {
                fail(Status.INVALID_ARGUMENT.withDescription("more than one message came (expected: one)"));
                return;
            }
            Optional<String> asked = service(request);
            service = asked.orElse("");
            if (asked.isEmpty()) {
                fail(Status.INVALID_ARGUMENT.withDescription("the body is not a HealthCheckRequest"));
            }
        }

        @Override
        protected synchronized void halfClosed() {
            if (ended) {
                return;
            }
            if (service == null) {
                fail(Status.INVALID_ARGUMENT.withDescription("no message came (expected: one)"));
                return;
            }
            boolean known = service.isEmpty() || service.equals(NEURON);
            if (!watch) {
                if (known) {
                    ended = true;
                    reply.whole(now());
                } else {
                    fail(Status.NOT_FOUND.withDescription("this axon has no such service"));
                }
                return;
            }
            if (watchers.size() >= MOST_WATCHERS) {
                fail(Status.RESOURCE_EXHAUSTED.withDescription(MOST_WATCHERS + " watch already"));
                return;
            }
            watchers.add(this);
            reply.part(known ? now() : SERVICE_UNKNOWN);
            if (draining.getAsBoolean()) {
                stopping();
            }
        }

        synchronized void stopping() {
            if (!ended) {
                ended = true;
                watchers.remove(this);
                reply.part(NOT_SERVING);
                reply.complete();
            }
        }

        synchronized void fail(Status status) {
            if (!ended) {
                ended = true;
                reply.close(status, Headers.NONE);
            }
        }

        @Override
        void broken(Refused why) {
            fail(Refusal.statusOf(why.code()).withDescription(why.message()));
        }

        @Override
        public synchronized void gone() {
            ended = true;
            watchers.remove(this);
        }

        @Override
        public void ready() {}
    }

    /** The field {@code service} of a {@code HealthCheckRequest}; empty when the bytes are none. */
    private static Optional<String> service(byte[] request) {
        CodedInputStream in = CodedInputStream.newInstance(request);
        String service = "";
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag == 10) {
                    service = in.readStringRequireUtf8();
                } else if (!in.skipField(tag)) {
                    return Optional.empty();
                }
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return Optional.of(service);
    }
}
