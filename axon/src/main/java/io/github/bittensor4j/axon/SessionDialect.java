package io.github.bittensor4j.axon;

import io.github.bittensor4j.axon.internal.front.Headers;
import io.github.bittensor4j.axon.internal.front.Incoming;
import io.github.bittensor4j.axon.internal.front.Outgoing;
import io.github.bittensor4j.axon.internal.front.Receiver;
import io.github.bittensor4j.axon.internal.front.WireDialect;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.auth.SignedRequest;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.protocol.internal.AuthHeaders;
import io.github.bittensor4j.protocol.internal.Refusal;
import io.github.bittensor4j.protocol.internal.Wire;
import io.github.bittensor4j.protocol.internal.WireException;
import io.github.bittensor4j.protocol.internal.session.Asked;
import io.github.bittensor4j.protocol.internal.session.Batch;
import io.github.bittensor4j.protocol.internal.session.Closing;
import io.github.bittensor4j.protocol.internal.session.Field;
import io.github.bittensor4j.protocol.internal.session.Flow;
import io.github.bittensor4j.protocol.internal.session.Handshake;
import io.github.bittensor4j.protocol.internal.session.Kind;
import io.github.bittensor4j.protocol.internal.session.Opener;
import io.github.bittensor4j.protocol.internal.session.Refusing;
import io.github.bittensor4j.protocol.internal.session.Sealer;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Many calls of one caller over one gRPC stream: a signed handshake, then a counter and a MAC on every message. docs/sessions.md has the
 * design. Who may call is asked anew for every call.
 */
final class SessionDialect implements WireDialect {
    /** How old a session may get; callers begin another before. */
    static final Duration LIFE = Duration.ofMinutes(70);

    /** What may come besides the message of a call and its headers. */
    private static final int ENVELOPE = 1024;

    /** Messages of a session come together up to this size, or alone. */
    private static final int LEAST_MESSAGE = 128 << 10;

    /** The largest message before the session is open: whoever sends it is not known yet. */
    private static final int LARGEST_HELLO = 1024;

    /** What is gathered before it is handed to the stream. */
    private static final int PIECE = 32 << 10;

    /** Names that mean something outside of a session, so within one they could only deceive. */
    private static final List<String> RESERVED = List.of("x-bittensor-", "bittensor4j-", "grpc-", "bt_header_");

    private static final Refused TOO_OLD =
            new Refused(Refusal.AUTH_STALE, "this session is too old, or idle: open another");

    private static final byte[] NOTHING = {};
    private static final Logger LOG = LoggerFactory.getLogger(SessionDialect.class);

    /** What stands before an answer, or at the end of one in parts: the length of its receipt, and the receipt. */
    private static final byte[] NO_RECEIPT = {0};

    private final Signer hotkey;
    private final Gate gate;
    private final Calls calls;
    private final Counters counters;
    private final Limits limits;
    private final Map<String, GrpcDialect.Method> methods;
    private final Map<String, ServiceMethod<?, ?>> services;
    private final long lifeNanos;

    /** How many sessions each caller has open. */
    private final ConcurrentHashMap<AccountId, Integer> sessions = new ConcurrentHashMap<>();

    /**
     * @param calling what is served outside of sessions is served within
     * @param life how old a session may get
     */
    SessionDialect(
            Signer hotkey,
            Gate gate,
            Calls calls,
            Counters counters,
            Limits limits,
            GrpcDialect calling,
            Duration life) {
        this.hotkey = hotkey;
        this.gate = gate;
        this.calls = calls;
        this.counters = counters;
        this.limits = limits;
        this.methods = calling.methods();
        this.services = calling.services();
        this.lifeNanos = life.toNanos();
    }

    @Override
    public boolean speaks(Incoming head) {
        return head.target().equals(Handshake.TARGET) && GrpcDialect.isGrpc(head);
    }

    @Override
    public Receiver open(Incoming head, Outgoing reply) {
        Session session = new Session(head, reply);
        session.begin();
        return session;
    }

    private static Optional<PublicKey> ownKey(Optional<SSLSession> tls) {
        return tls.map(secured -> secured.getLocalCertificates()[0].getPublicKey());
    }

    /** One session. Everything but {@link #send} happens on its event loop. */
    private final class Session extends GrpcMessages implements Answering {
        private final Incoming head;
        private final Outgoing reply;
        private final GrpcReply stream;
        private final Exchange opening;
        private final Map<Integer, Ongoing> ongoing = new HashMap<>();
        private final Queue<Sent> unsent = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean woken = new AtomicBoolean();
        private final Runnable flush = this::flush;
        private final Batch batch = new Batch();
        private final long begun = System.nanoTime();
        private @Nullable AuthHeaders claims;
        private @Nullable Opener opener;
        private @Nullable Sealer sealer;
        private @Nullable Future<?> timer;
        private int lastCall;
        private long lastHeard = begun;
        private boolean helloCame;

        /** How much memory the message takes that is being received. */
        private int taken;

        /** Whether it is one of those that its caller has open. */
        private boolean counted;

        private boolean over;
        private volatile boolean held;

        Session(Incoming head, Outgoing reply) {
            super(Math.max(limits.maxMessageBytes() + limits.maxMetadataBytes() + ENVELOPE, LEAST_MESSAGE));
            this.head = head;
            this.reply = reply;
            this.stream = new GrpcReply(reply);
            this.opening = gate.arrived(Dialect.GRPC, head, head.headers(), this, Optional.empty());
        }

        void begin() {
            Headers headers = head.headers();
            claims = gate.claims(opening, headers::all).orElse(null);
            if (claims == null) {
                over = true;
            } else {
                head.unhurried();
            }
        }

        // The handshake

        @Override
        protected boolean takes(int more) {
            if (opener == null && taken + more > LARGEST_HELLO) {
                breakOff(new Refused(Refusal.LIMIT_SIZE, "the first message of a session is none so large"));
            }
            boolean granted = !over && calls.bodies().take(more);
            taken += granted ? more : 0;
            return granted;
        }

        private void give() {
            calls.bodies().give(taken);
            taken = 0;
        }

        @Override
        protected void message(byte[] message) {
            give();
            AuthHeaders caller = claims;
            if (over || caller == null) {
                return;
            }
            lastHeard = System.nanoTime();
            if (opener != null) {
                if (isTooOld()) {
                    breakOff(TOO_OLD);
                } else {
                    open(opener, message);
                }
            } else if (helloCame) {
                breakOff(new Refused(Refusal.AUTH_SESSION, "a message came before the session was open"));
            } else {
                helloCame = true;
                gate.signed(
                        opening, caller, Wire.HTTP_METHOD, Handshake.TARGET, message, () -> accept(caller, message));
            }
        }

        private void accept(AuthHeaders caller, byte[] hello) throws Refused {
            SignedRequest request =
                    caller.request(caller.scheme(), Wire.HTTP_METHOD, Handshake.TARGET, Hashes.sha256(hello));
            Handshake.Accepted accepted;
            try {
                accepted = Handshake.accept(
                        hotkey, request, hello, Handshake.channel(ownKey(head.tls())), limits.callsPerConnection());
            } catch (WireException e) {
                throw new Refused(e.code(), String.valueOf(e.getMessage()));
            }
            head.order(() -> {
                if (over) {
                    return;
                }
                int others = sessions.merge(caller.sender(), 1, Integer::sum) - 1;
                counted = true;
                if (others >= limits.callsPerCaller()) {
                    opening.refuse(
                            Refusal.LIMIT_CONCURRENCY,
                            others + " sessions of this hotkey are open: it may have no more");
                    finish();
                } else {
                    opener = new Opener(accepted.keys().callers(), System::nanoTime);
                    sealer = new Sealer(accepted.keys().axons(), System::nanoTime);
                    watch();
                    opening.answer(accepted.answer());
                }
            });
        }

        /** The answer to the handshake, after which the stream goes on. */
        @Override
        public void whole(byte[] answer) {
            stream.part(answer);
        }

        @Override
        public void part(byte[] part) {
            throw new IllegalStateException("a handshake has one answer");
        }

        @Override
        public void complete() {
            throw new IllegalStateException("a handshake has one answer");
        }

        @Override
        public void refuse(Refused refused) {
            stream.refuse(refused);
        }

        @Override
        public void breakOff() {
            stream.breakOff();
        }

        @Override
        public boolean isReady() {
            return true;
        }

        // What comes

        private void open(Opener opens, byte[] messages) {
            try {
                opens.open(messages, this::heard);
            } catch (WireException e) {
                breakOff(new Refused(e.code(), String.valueOf(e.getMessage())));
            }
        }

        private void heard(int call, Kind kind, ByteBuffer body) {
            if (kind == Kind.ASK || kind == Kind.BEGIN) {
                ask(call, body, kind == Kind.BEGIN);
                return;
            }
            if (kind != Kind.CANCEL && kind != Kind.MORE && kind != Kind.SAY && kind != Kind.DONE) {
                throw new WireException("auth.session", "a caller does not send " + kind);
            }
            Ongoing known = ongoing.get(call);
            if (known == null) {
                return; // it is over, as its caller knows by now or will hear
            }
            switch (kind) {
                case CANCEL -> {
                    ongoing.remove(call);
                    known.cancelled();
                }
                case SAY -> known.said(bytes(body));
                case DONE -> known.done();
                default -> {
                    if (body.remaining() == Integer.BYTES) {
                        known.taken(body.getInt());
                    }
                }
            }
        }

        private void ask(int call, ByteBuffer body, boolean several) {
            if (call <= lastCall) {
                throw new WireException("auth.session", "the number of a call came a second time");
            }
            lastCall = call;
            Asked asked = Asked.read(body);
            AuthHeaders caller = claims;
            if (caller == null) {
                return;
            }
            Headers headers = headers(asked.headers());
            ServiceMethod<?, ?> service = services.get(asked.target());
            Ongoing ask =
                    service == null ? new Ongoing(this, call) : new Serving(this, call, service, headers, several);
            Exchange exchange = gate.arrived(
                    Dialect.GRPC,
                    head,
                    headers,
                    ask.answering(),
                    Optional.of(Duration.ofMillis(asked.patienceMillis())));
            ask.arrived(exchange);
            asked.receiptNonce().ifPresent(nonce -> exchange.notary(new Notary(hotkey, request(caller, asked, nonce))));
            GrpcDialect.Method method = methods.get(asked.target());
            if (service == null && method == null) {
                exchange.refuse(Refusal.CALL_UNKNOWN, "this axon has no such method");
            } else if (several && (service == null || service.oneMessage())) {
                exchange.refuse(Refusal.CALL_INVALID, "this method takes one message, and more were announced");
            } else if (isReserved(asked.headers())) {
                exchange.refuse(Refusal.CALL_INVALID, "a header of a call within a session has a name of btauth/1");
            } else if (bytes(asked.headers()) > limits.maxMetadataBytes() || headers.size() > limits.maxHeaders()) {
                exchange.refuse(Refusal.LIMIT_SIZE, "more headers than this axon takes");
            } else if (asked.message().length > limits.maxMessageBytes()) {
                exchange.refuse(tooLarge(asked.message()));
            } else if (!exchange.takes(asked.message().length)) {
                return; // refused by that
            } else if (ongoing.size() >= limits.callsPerConnection()) {
                exchange.refuse(
                        Refusal.LIMIT_BUSY, limits.callsPerConnection() + " calls of this session are under way");
            } else {
                ongoing.put(call, ask);
                gate.admit(
                        exchange,
                        caller.sender(),
                        then -> then.accept(Optional.empty()),
                        method == null
                                ? () -> ask.begin(asked.message())
                                : () -> method.begin(exchange, asked.message()));
            }
        }

        /** What the caller of a session would have signed; the session's MAC stands for its signature. */
        private SignedRequest request(AuthHeaders caller, Asked asked, long nonce) {
            return SignedRequest.of(
                    caller.scheme(),
                    Wire.HTTP_METHOD,
                    asked.target(),
                    asked.message(),
                    nonce,
                    caller.sender(),
                    caller.receiver());
        }

        // What goes

        /** From any thread. */
        void send(Sent message) {
            unsent.add(message);
            if (woken.compareAndSet(false, true)) {
                head.order(flush);
            }
        }

        private void flush() {
            woken.set(false);
            for (Sent next = unsent.poll(); next != null; next = unsent.poll()) {
                Sealer seals = sealer;
                if (over || seals == null) {
                    continue;
                }
                if (batch.size() == 0) {
                    batch.put((byte) 0).putInt(0);
                }
                seals.seal(next.call(), next.kind(), next.head(), next.body(), batch);
                if (next.last()) {
                    ongoing.remove(next.call());
                }
                if (batch.size() >= PIECE) {
                    handOver();
                }
            }
            handOver();
        }

        private void handOver() {
            int size = batch.size();
            if (size > 0) {
                batch.setInt(1, size - 5);
                reply.data(batch.take());
                if (!held && !reply.isReady()) {
                    // who does not read the answers asks nothing more
                    held = true;
                    head.hold(true);
                }
            }
        }

        @Override
        public void ready() {
            if (held) {
                held = false;
                head.hold(false);
                for (Ongoing each : ongoing.values()) {
                    each.ready();
                }
            }
        }

        // How it ends

        private void watch() {
            timer = calls.every(
                    limits.idleConnection(),
                    () -> head.order(() -> {
                        long now = System.nanoTime();
                        boolean idle = ongoing.isEmpty()
                                && now - lastHeard > limits.idleConnection().toNanos();
                        if (idle || isTooOld()) {
                            breakOff(TOO_OLD);
                        }
                    }));
        }

        private boolean isTooOld() {
            return System.nanoTime() - begun > lifeNanos;
        }

        /** Nothing of this session is believed or answered any more. */
        private void breakOff(Refused why) {
            if (!over) {
                counters.refused(why.code());
                stream.refuse(why);
                finish();
            }
        }

        private void finish() {
            over = true;
            give();
            AuthHeaders caller = claims;
            if (counted && caller != null) {
                counted = false;
                sessions.computeIfPresent(caller.sender(), (hotkey, count) -> count == 1 ? null : count - 1);
            }
            if (timer != null) {
                timer.cancel(false);
            }
            List<Ongoing> left = List.copyOf(ongoing.values());
            ongoing.clear();
            left.forEach(Ongoing::cancelled);
            opening.cancelled();
        }

        @Override
        protected void halfClosed() {
            if (!over) {
                if (sealer == null) {
                    opening.refuse(Refusal.CALL_INVALID, "the session ended before it was open");
                } else {
                    stream.complete();
                }
                finish();
            }
        }

        @Override
        void broken(Refused why) {
            breakOff(why);
        }

        @Override
        public void gone() {
            if (!over) {
                finish();
            }
        }
    }

    /**
     * A message on its way to the caller.
     *
     * @param last whether it ends its call
     */
    private record Sent(int call, Kind kind, byte[] head, byte[] body, boolean last) {}

    private static byte[] bytes(ByteBuffer body) {
        byte[] bytes = new byte[body.remaining()];
        body.get(bytes);
        return bytes;
    }

    private static Headers headers(List<Field> fields) {
        if (fields.isEmpty()) {
            return Headers.NONE;
        }
        Headers.Builder headers = new Headers.Builder();
        fields.forEach(field -> headers.add(field.name(), field.value()));
        return headers.build();
    }

    private static List<Field> fields(Headers headers) {
        List<Field> fields = new ArrayList<>();
        headers.forEach((name, value) -> fields.add(new Field(name, value)));
        return fields;
    }

    private static boolean isReserved(List<Field> headers) {
        return headers.stream()
                .anyMatch(header ->
                        RESERVED.stream().anyMatch(prefix -> header.name().startsWith(prefix)));
    }

    private static int bytes(List<Field> headers) {
        return headers.stream()
                .mapToInt(header -> header.name().length() + header.value().length())
                .sum();
    }

    private Refused tooLarge(byte[] message) {
        return new Refused(
                Refusal.LIMIT_SIZE,
                "message of " + message.length + " bytes (expected: at most " + limits.maxMessageBytes() + ")");
    }

    /** One call within a session: one of the {@code Neuron} service, whose callers send one message. */
    private class Ongoing implements Answering {
        final Session session;
        final int call;
        final AtomicLong ahead = new AtomicLong();
        private byte[] receipt = NO_RECEIPT;
        private @Nullable Exchange exchange;

        Ongoing(Session session, int call) {
            this.session = session;
            this.call = call;
        }

        /** Whom the call's end is told. */
        Answering answering() {
            return this;
        }

        void arrived(Exchange arrived) {
            exchange = arrived;
        }

        final Exchange exchange() {
            if (exchange == null) {
                throw new IllegalStateException("not arrived yet");
            }
            return exchange;
        }

        /** The caller was let in. */
        void begin(byte[] message) {
            throw new IllegalStateException("begun by its method");
        }

        /** One more message of the caller. */
        void said(byte[] message) {
            exchange().refuse(Refusal.CALL_INVALID, "more than one message came (expected: one)");
        }

        void done() {
            exchange().refuse(Refusal.CALL_INVALID, "the end of messages came that were not announced");
        }

        void cancelled() {
            exchange().cancelled();
        }

        final void taken(int bytes) {
            ahead.addAndGet(-Math.max(0, bytes));
            ready();
        }

        void ready() {
            exchange().ready();
        }

        @Override
        public void receipt(String signed) {
            byte[] text = signed.getBytes(StandardCharsets.US_ASCII);
            receipt = ByteBuffer.allocate(1 + text.length)
                    .put((byte) text.length)
                    .put(text)
                    .array();
        }

        @Override
        public void whole(byte[] answer) {
            session.send(new Sent(call, Kind.ANSWER, receipt, answer, true));
        }

        @Override
        public void part(byte[] part) {
            ahead.addAndGet(Flow.of(part));
            session.send(new Sent(call, Kind.PART, NOTHING, part, false));
        }

        @Override
        public void complete() {
            session.send(new Sent(call, Kind.END, receipt, NOTHING, true));
        }

        @Override
        public void refuse(Refused refused) {
            session.send(new Sent(
                    call,
                    Kind.REFUSE,
                    NOTHING,
                    new Refusing(refused.code(), refused.message(), refused.retryAfter()).write(),
                    true));
        }

        @Override
        public void breakOff() {
            refuse(new Refused(Refusal.CALL_FAILED, "this axon failed"));
        }

        @Override
        public boolean isReady() {
            return ahead.get() < Flow.AHEAD && !session.held;
        }
    }

    /** One call of a subnet's own service within a session. */
    private final class Serving extends Ongoing implements Carriage {
        private final ServiceCall<?, ?> service;
        private final Headers headers;
        private boolean more;

        /** How much the caller is ahead of the handler. */
        private final AtomicLong waiting = new AtomicLong();

        /** What the handler took and the caller was not told yet. Guarded by the service call. */
        private int untold;

        /**
         * @param several whether more messages follow the first
         */
        Serving(Session session, int call, ServiceMethod<?, ?> method, Headers headers, boolean several) {
            super(session, call);
            this.service = new ServiceCall<>(method, this);
            this.headers = headers;
            this.more = several;
        }

        @Override
        Answering answering() {
            return service;
        }

        @Override
        void arrived(Exchange arrived) {
            super.arrived(arrived);
            service.arrived(arrived);
        }

        @Override
        void begin(byte[] message) {
            waiting.addAndGet(Flow.of(message));
            if (!more) {
                service.noMore();
            }
            service.begin(message);
        }

        @Override
        void said(byte[] message) {
            if (!more) {
                exchange().refuse(Refusal.CALL_INVALID, "a message came behind the last one");
            } else if (message.length > limits.maxMessageBytes()) {
                exchange().refuse(tooLarge(message));
            } else if (waiting.getAndAdd(Flow.of(message)) >= Flow.AHEAD) {
                exchange().refuse(Refusal.LIMIT_SIZE, "the messages of this call run further ahead than they may");
            } else {
                service.add(message);
            }
        }

        @Override
        void done() {
            if (more) {
                more = false;
                service.noMore();
            } else {
                super.done();
            }
        }

        @Override
        void cancelled() {
            service.gone();
        }

        @Override
        void ready() {
            if (isReady()) {
                service.ready();
            }
        }

        @Override
        public void unasked(int unasked, int taken) {
            waiting.addAndGet(-taken);
            untold += taken;
            if (untold >= Flow.TELL) {
                session.send(new Sent(
                        call,
                        Kind.MORE,
                        NOTHING,
                        ByteBuffer.allocate(Integer.BYTES).putInt(untold).array(),
                        false));
                untold = 0;
            }
        }

        @Override
        public Headers headers() {
            return headers;
        }

        @Override
        public InetSocketAddress peer() {
            return session.head.peer();
        }

        @Override
        public Optional<SSLSession> tls() {
            return session.head.tls();
        }

        @Override
        public void head(Headers metadata) {
            if (metadata.size() > 0) {
                session.send(new Sent(call, Kind.HEAD, NOTHING, Field.write(fields(metadata)), false));
            }
        }

        @Override
        public void close(Status status, Headers trailers) {
            String text = status.getDescription() == null ? "" : status.getDescription();
            byte[] closing;
            try {
                closing = new Closing(status.getCode().value(), text, fields(trailers)).write();
            } catch (WireException e) {
                // the handler's fault: its call ends as it wished, but for what cannot be sent
                LOG.warn("Trailers of {} are dropped: {}", exchange().synapse(), e.getMessage());
                closing = new Closing(status.getCode().value(), text, List.of()).write();
            }
            session.send(new Sent(call, Kind.CLOSE, NOTHING, closing, true));
        }

        @Override
        public long unwritten() {
            return ahead.get();
        }
    }
}
