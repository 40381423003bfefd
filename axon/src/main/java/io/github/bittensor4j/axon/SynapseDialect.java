package io.github.bittensor4j.axon;

import io.github.bittensor4j.axon.internal.front.Headers;
import io.github.bittensor4j.axon.internal.front.Incoming;
import io.github.bittensor4j.axon.internal.front.Outgoing;
import io.github.bittensor4j.axon.internal.front.Receiver;
import io.github.bittensor4j.axon.internal.front.WholeBody;
import io.github.bittensor4j.axon.internal.front.WireDialect;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.protocol.internal.AuthHeaders;
import io.github.bittensor4j.protocol.internal.Refusal;
import io.github.bittensor4j.protocol.internal.WireException;
import io.github.bittensor4j.protocol.internal.synapse.Message;
import io.github.bittensor4j.protocol.internal.synapse.Python;
import io.github.bittensor4j.protocol.internal.synapse.StreamParts;
import io.github.bittensor4j.protocol.internal.synapse.SynapseClass;
import io.github.bittensor4j.protocol.internal.synapse.SynapseHeaders;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.AbstractMap.SimpleEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The synapse protocol of SDK 7 to 10. A request is verified by its headers before its body is waited for; the handler meets the verified
 * caller only, never what the body says of its sender.
 */
final class SynapseDialect implements WireDialect {
    private static final Logger LOG = LoggerFactory.getLogger(SynapseDialect.class);

    /** A caller gives up by its own clock first: what it sees then is its own timeout, as with Python's axon. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final double MOST_PATIENCE_SECONDS = 86_400;

    private record Nothing() {}

    private static final SynapseType<Nothing, Nothing> PING =
            SynapseType.json(SynapseClass.BASE_NAME, Nothing.class, Nothing.class);

    private final Gate gate;
    private final SynapseAuthenticator authenticator;
    private final Calls calls;
    private final int mostBytes;
    private final boolean coveredOnly;
    private final SynapseReply.Axon self;
    private final Map<String, Route<?, ?>> routes = new LinkedHashMap<>();

    /** One synapse as this dialect serves it. */
    private record Route<Q, R>(Served<Q, R> served, SynapseClass<Q, R> form, Optional<StreamParts<R>> parts) {
        void begin(Exchange exchange, Calls calls, SynapseReply reply, Message head, byte[] body) throws Refused {
            served.begin(exchange, calls, reply.wording(form, parts, head, body));
        }
    }

    /**
     * @param served what the axon serves; a synapse that no Python class can be is left out and said so
     * @param coveredOnly whether a class whose hash does not cover the whole question is refused
     */
    SynapseDialect(
            Gate gate,
            SynapseAuthenticator authenticator,
            Calls calls,
            Collection<Served<?, ?>> served,
            Signer hotkey,
            int mostBytes,
            boolean coveredOnly) {
        this.gate = gate;
        this.authenticator = authenticator;
        this.calls = calls;
        this.mostBytes = mostBytes;
        this.coveredOnly = coveredOnly;
        this.self = new SynapseReply.Axon(hotkey, UUID.randomUUID().toString());
        Served<Nothing, Nothing> ping = Served.whole(PING, (call, nothing) -> nothing);
        routes.put(PING.name(), new Route<>(ping, SynapseClass.base(PING), Optional.empty()));
        for (Served<?, ?> one : served) {
            // a class is either streamed or not: what is served both ways is answered whole
            route(one).ifPresent(route -> routes.putIfAbsent(one.type().name(), route));
        }
    }

    private static <Q, R> Optional<Route<Q, R>> route(Served<Q, R> served) {
        SynapseType<Q, R> type = served.type();
        try {
            SynapseClass<Q, R> form = SynapseClass.of(type);
            Optional<StreamParts<R>> parts = served.inParts() ? StreamParts.of(type.response()) : Optional.empty();
            if (served.inParts() ? parts.isPresent() : type.response().isRecord()) {
                return Optional.of(new Route<>(served, form, parts));
            }
            LOG.info("synapse {} is not served to SDK 7 to 10: its answer is no record", type.name());
        } catch (InvalidValueException e) {
            LOG.info("{}; it is served in the other dialects only", e.getMessage());
        }
        return Optional.empty();
    }

    @Override
    public boolean speaks(Incoming head) {
        Headers headers = head.headers();
        if (headers.has(AuthHeaders.VERSION) || headers.has(AuthHeaders.SIGNATURE)) {
            return false; // signed by btauth/1, whatever else it carries
        }
        AtomicBoolean any = new AtomicBoolean();
        headers.forEach((name, value) -> {
            if (name.startsWith(SynapseHeaders.PREFIX)) {
                any.setPlain(true);
            }
        });
        return any.getPlain() || headers.has(SynapseHeaders.BODY_HASH);
    }

    @Override
    public Receiver open(Incoming head, Outgoing out) {
        SynapseReply reply = new SynapseReply(out, self, head.peer());
        Optional<Message> read = Optional.empty();
        Optional<String> malformed = Optional.empty();
        try {
            List<Map.Entry<String, String>> headers = new ArrayList<>();
            head.headers().forEach((name, value) -> headers.add(new SimpleEntry<>(name, value)));
            read = Optional.of(SynapseHeaders.read(headers));
        } catch (WireException e) {
            malformed = Optional.of(String.valueOf(e.getMessage()));
        }
        Exchange exchange =
                gate.arrived(Dialect.SYNAPSE, head, head.headers(), reply, read.flatMap(SynapseDialect::patience));
        Body body = new Body(exchange, reply);
        if (exchange.ended()) {
            return body;
        }
        String[] path = head.target().split("\\?", 2)[0].split("/", -1);
        Route<?, ?> route = routes.get(path[1]);
        if (route == null) {
            exchange.refuse(
                    Refusal.CALL_UNKNOWN,
                    "Synapse name '" + shortened(path[1]) + "' not found. Available synapses "
                            + Python.repr(List.copyOf(routes.keySet())));
        } else if (malformed.isPresent()) {
            reply.malformed(SynapseReply.Malformed.MESSAGE);
            exchange.refuse(Refusal.CALL_INVALID, malformed.get());
        } else if (path.length > 2) {
            reply.malformed(SynapseReply.Malformed.PATH);
            exchange.refuse(Refusal.CALL_UNKNOWN, "Not Found");
        } else if (!head.method().equals("POST") && !head.method().equals("GET")) {
            reply.malformed(SynapseReply.Malformed.METHOD);
            exchange.refuse(Refusal.CALL_INVALID, "Method Not Allowed");
        } else {
            verify(exchange, reply, route, read.orElseThrow(), isJson(head), body);
        }
        return body;
    }

    private void verify(
            Exchange exchange, SynapseReply reply, Route<?, ?> route, Message head, boolean json, Body body) {
        reply.about(route.form(), head);
        AccountId caller;
        try {
            caller = authenticator.claimed(head);
            gate.foresee(caller);
            authenticator.checkSignature(caller, head);
            if (coveredOnly && !route.form().coversQuestion()) {
                throw new Refused(
                        Refusal.AUTH_UNCOVERED,
                        "the signature does not cover the body: this axon asks for every field of the question in"
                                + " required_hash_fields");
            }
        } catch (Refused e) {
            exchange.refuse(e);
            return;
        } catch (RuntimeException e) {
            Gate.failed(exchange, e);
            return;
        }
        gate.admit(exchange, caller, then -> authenticator.accept(caller, head, then), () -> {
            if (!json) {
                reply.malformed(SynapseReply.Malformed.MESSAGE);
                throw new Refused(Refusal.CALL_INVALID, "content-type is not application/json");
            }
            body.admitted(whole -> route.begin(exchange, calls, reply, head, whole));
        });
    }

    private static Optional<Duration> patience(Message head) {
        Double timeout = head.timeout();
        if (timeout == null || !(timeout >= 0)) {
            return Optional.empty();
        }
        double seconds = Math.min(timeout, MOST_PATIENCE_SECONDS);
        return Optional.of(Duration.ofNanos((long) (seconds * 1e9)).plus(GRACE));
    }

    private static boolean isJson(Incoming head) {
        return head.headers()
                .first("content-type")
                .map(type -> type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                .filter(type ->
                        type.equals("application/json") || (type.startsWith("application/") && type.endsWith("+json")))
                .isPresent();
    }

    private static String shortened(String name) {
        return name.length() > 128 ? name.substring(0, 128) + "..." : name;
    }

    /** What follows the head. The handler begins when the body is whole and the caller let in, whichever comes last. */
    private final class Body implements Receiver {
        /** Takes the body of an admitted call. */
        private interface Begin {
            void with(byte[] whole) throws Refused;
        }

        private final Exchange exchange;
        private final SynapseReply reply;
        private final WholeBody collected;
        private long discarded;
        private byte @Nullable [] whole;
        private @Nullable Begin begin;

        Body(Exchange exchange, SynapseReply reply) {
            this.exchange = exchange;
            this.reply = reply;
            this.collected = new WholeBody(mostBytes) {
                @Override
                protected boolean takes(int more) {
                    return exchange.takes(more);
                }

                @Override
                protected void whole(byte[] body) {
                    arrived(body);
                }

                @Override
                protected void tooLarge() {
                    exchange.refuse(Refusal.LIMIT_SIZE, "request larger than " + mostBytes + " bytes");
                    reply.received();
                }

                @Override
                public void gone() {}

                @Override
                public void ready() {}
            };
        }

        @Override
        public void data(ByteBuf part) {
            if (!exchange.ended()) {
                collected.data(part);
                return;
            }
            discarded += part.readableBytes();
            if (discarded > mostBytes) {
                reply.received(); // enough waited for
            }
        }

        @Override
        public void end() {
            reply.received();
            if (!exchange.ended()) {
                collected.end();
            }
        }

        @Override
        public void gone() {
            exchange.cancelled();
        }

        @Override
        public void ready() {
            exchange.ready();
        }

        private void arrived(byte[] body) {
            synchronized (this) {
                whole = body;
            }
            beginIfComplete();
        }

        /** On the event loop, or on a thread of the replay store. */
        void admitted(Begin then) {
            synchronized (this) {
                begin = then;
            }
            beginIfComplete();
        }

        private void beginIfComplete() {
            byte[] body;
            Begin then;
            synchronized (this) {
                if (whole == null || begin == null) {
                    return;
                }
                body = whole;
                then = begin;
                begin = null;
            }
            try {
                then.with(body);
            } catch (Refused e) {
                exchange.refuse(e);
            }
        }
    }
}
