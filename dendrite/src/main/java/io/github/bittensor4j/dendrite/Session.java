package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.auth.SignedRequest;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.protocol.internal.Refusal;
import io.github.bittensor4j.protocol.internal.Wire;
import io.github.bittensor4j.protocol.internal.WireException;
import io.github.bittensor4j.protocol.internal.session.Batch;
import io.github.bittensor4j.protocol.internal.session.Handshake;
import io.github.bittensor4j.protocol.internal.session.Kind;
import io.github.bittensor4j.protocol.internal.session.Opener;
import io.github.bittensor4j.protocol.internal.session.Sealer;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import java.nio.ByteBuffer;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * A session with one axon: a signed handshake, then many calls over one stream, each message with a counter and a MAC. docs/sessions.md has
 * the design. Everything happens on the event loop of its connection; other threads leave orders there, and what these write goes out
 * together.
 */
final class Session extends ClientCall.Listener<byte[]> implements Signature.Moments {
    /** After this another session is begun; the axon allows a little more. */
    private static final Duration LIFE = Duration.ofMinutes(60);

    /** How long the handshake may take, within the deadlines of those who wait for it. */
    private static final Duration OPENING = Duration.ofSeconds(30);

    /** What is gathered before it is handed to the stream. */
    private static final int PIECE = 32 << 10;

    /** What may come besides an answer. */
    private static final int ENVELOPE = 128 << 10;

    static final byte[] NOTHING = {};

    private final Signer hotkey;
    private final Target target;
    private final Channels.Lease lease;
    private final DendriteOptions options;
    private final Sessions sessions;
    private final Consumer<Session> ended;
    private final EventLoop loop;
    private final Handshake.Caller handshake = new Handshake.Caller();
    private final byte[] hello = handshake.hello();
    private final ClientCall<byte[], byte[]> call;
    private final Queue<Runnable> orders = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Runnable carryOut = this::carryOut;
    private final Batch batch = new Batch();
    private final Map<Integer, InSession> asked = new HashMap<>();
    private final ArrayDeque<InSession> waiting = new ArrayDeque<>();
    private final long begun = System.nanoTime();

    private @Nullable SignedRequest request;
    private @Nullable Opener opener;
    private @Nullable Sealer sealer;
    private @Nullable Future<?> alarm;
    private long alarmAt;
    private long lastAsked = begun;
    private int lastCall;
    private int most;
    private byte[] channel = Handshake.channel(Optional.empty());

    /** Takes no more questions. */
    private volatile boolean over;

    private boolean closed;

    Session(
            Signer hotkey,
            Target target,
            Channels.Lease lease,
            DendriteOptions options,
            Sessions sessions,
            Consumer<Session> ended) {
        this.hotkey = hotkey;
        this.target = target;
        this.lease = lease;
        this.options = options;
        this.sessions = sessions;
        this.ended = ended;
        this.loop = lease.loop();
        this.call = lease.channel()
                .newCall(
                        Wire.SESSION,
                        CallOptions.DEFAULT
                                .withMaxInboundMessageSize(options.maxAnswerBytes() + ENVELOPE)
                                .withCallCredentials(
                                        new Signature(hotkey, target.hotkey(), Hashes.sha256(hello), this)));
    }

    void begin() {
        loop.execute(() -> {
            call.start(this, new Metadata());
            // what may come unasked for is bounded by what was asked
            call.request(Integer.MAX_VALUE);
            call.sendMessage(hello);
        });
    }

    boolean over() {
        return over;
    }

    /** From any thread. */
    void ask(InSession attempt) {
        attempt.session(this);
        order(attempt);
    }

    /** From any thread: done on the event loop, in order. */
    void order(Runnable order) {
        orders.add(order);
        if (woken.compareAndSet(false, true)) {
            try {
                loop.execute(carryOut);
            } catch (RejectedExecutionException e) {
                // the dendrite is closed, and with it its loops: nothing is under way any more
                carryOut();
            }
        }
    }

    private void carryOut() {
        woken.set(false);
        for (Runnable next = orders.poll(); next != null; next = orders.poll()) {
            next.run();
        }
        handOver();
    }

    private void handOver() {
        if (batch.size() > 0) {
            call.sendMessage(batch.take());
        }
    }

    // On the event loop

    /** A question has come; it is sent once the session is open. */
    void begin(InSession attempt) {
        if (over) {
            askAgain(attempt);
        } else if (sealer == null || asked.size() >= most) {
            waiting.add(attempt);
            alarm(attempt.until());
        } else {
            send(attempt);
        }
    }

    /** It was not sent: the next session may have it. */
    private void askAgain(InSession attempt) {
        try {
            sessions.ask(attempt);
        } catch (DendriteException | RejectedExecutionException e) {
            attempt.end(new End.Unreachable("this dendrite was closed"));
        }
    }

    private void send(InSession attempt) {
        long now = System.nanoTime();
        long left = attempt.until() - now;
        if (left <= 0) {
            attempt.end(new End.TimedOut());
            return;
        }
        byte[] head;
        try {
            head = attempt.head((int) Math.min(Integer.MAX_VALUE, 1 + left / 1_000_000), hotkey);
        } catch (WireException e) {
            attempt.end(new End.Invalid(String.valueOf(e.getMessage())));
            return;
        }
        int number = ++lastCall;
        lastAsked = now;
        asked.put(number, attempt);
        attempt.sending(number);
        seal(number, attempt.kind(), head, attempt.body());
        attempt.sent();
        alarm(attempt.until());
        if (lastCall == Integer.MAX_VALUE || now - begun > LIFE.toNanos()) {
            retire();
        }
    }

    void seal(int number, Kind kind, byte[] head, byte[] body) {
        Sealer seals = sealer;
        if (seals != null && !closed) {
            seals.seal(number, kind, head, body, batch);
            if (batch.size() >= PIECE) {
                handOver();
            }
        }
    }

    /** The asker stopped waiting. */
    void forget(InSession attempt) {
        if (asked.remove(attempt.number(), attempt)) {
            seal(attempt.number(), Kind.CANCEL, NOTHING, NOTHING);
            quiet();
        } else {
            waiting.remove(attempt);
        }
    }

    /** No more questions; those under way are answered. */
    private void retire() {
        over = true;
        ended.accept(this);
        quiet();
    }

    private void quiet() {
        sendWaiting();
        if (over && asked.isEmpty() && waiting.isEmpty() && !closed) {
            handOver();
            call.halfClose();
        }
    }

    // Time: one alarm for all, at the earliest deadline or when the session has been idle

    private void alarm(long at) {
        if (alarm == null || at - alarmAt < 0) {
            if (alarm != null) {
                alarm.cancel(false);
            }
            alarmAt = at;
            alarm = loop.schedule(this::ring, at - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
    }

    private void ring() {
        alarm = null;
        if (closed) {
            return;
        }
        long now = System.nanoTime();
        if (sealer == null && now - begun > OPENING.toNanos()) {
            call.cancel("the axon does not answer to the handshake", null);
            return;
        }
        long idleAt = lastAsked + options.idleChannel().toNanos();
        if (asked.isEmpty() && waiting.isEmpty() && now - idleAt >= 0) {
            if (!over) {
                retire();
            }
            return;
        }
        for (InSession late : List.copyOf(asked.values())) {
            if (late.until() - now <= 0) {
                forget(late);
                late.end(new End.TimedOut());
            }
        }
        for (InSession late : List.copyOf(waiting)) {
            if (late.until() - now <= 0) {
                waiting.remove(late);
                late.end(new End.TimedOut());
            }
        }
        long next = idleAt;
        for (InSession each : asked.values()) {
            next = each.until() - next < 0 ? each.until() : next;
        }
        for (InSession each : waiting) {
            next = each.until() - next < 0 ? each.until() : next;
        }
        alarm(next - now < 1_000_000 ? now + 1_000_000 : next);
        handOver();
    }

    // What comes from the network, on the same event loop

    @Override
    public void connected() {}

    @Override
    public void signed(SignedRequest signed) {
        request = signed;
    }

    @Override
    public void onHeaders(Metadata headers) {
        SSLSession tls = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        channel = Handshake.channel(Optional.ofNullable(tls).flatMap(Session::key));
    }

    private static Optional<PublicKey> key(SSLSession tls) {
        try {
            return Optional.of(tls.getPeerCertificates()[0].getPublicKey());
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }

    @Override
    public void onMessage(byte[] message) {
        Opener opens = opener;
        try {
            if (opens == null) {
                open(message);
            } else if (!closed) {
                opens.open(message, this::heard);
            }
        } catch (WireException e) {
            String why = String.valueOf(e.getMessage());
            call.cancel(why, null);
            close(new End.Invalid(why));
        }
        handOver();
    }

    private void open(byte[] accept) {
        SignedRequest signed = request;
        if (signed == null) {
            throw new WireException("auth.session", "the axon answered before it was asked");
        }
        Handshake.Keys keys = handshake.finish(signed, accept, channel);
        opener = new Opener(keys.axons(), System::nanoTime);
        sealer = new Sealer(keys.callers(), System::nanoTime);
        most = keys.calls();
        sendWaiting();
    }

    /** As many as the axon takes at once. */
    private void sendWaiting() {
        while (asked.size() < most && !closed) {
            InSession next = waiting.poll();
            if (next == null) {
                return;
            }
            if (over) {
                askAgain(next);
            } else {
                send(next);
            }
        }
    }

    private void heard(int number, Kind kind, ByteBuffer body) {
        InSession attempt = asked.get(number);
        if (attempt == null) {
            return; // nobody waits for it any more
        }
        if (InSession.ends(kind)) {
            asked.remove(number);
        }
        attempt.heard(kind, body);
        quiet();
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        String refusal = trailers.get(Wire.REFUSAL);
        close(
                status.isOk()
                        ? new End.Unreachable("the axon ended the session")
                        : status.getCode() == Status.Code.UNIMPLEMENTED
                                ? new End.Refused(
                                        refusal != null && Words.isCode(refusal)
                                                ? refusal
                                                : Refusal.CALL_UNKNOWN.code(),
                                        "this axon has no sessions")
                                : GrpcAttempt.failed(status, trailers, options.maxAnswerBytes(), opener != null));
        lease.release(status.getCode() == Status.Code.UNAVAILABLE && refusal == null);
    }

    private void close(End end) {
        if (closed) {
            return;
        }
        over = true;
        closed = true;
        ended.accept(this);
        if (alarm != null) {
            alarm.cancel(false);
        }
        List<InSession> left = new ArrayList<>(asked.values());
        left.addAll(waiting);
        asked.clear();
        waiting.clear();
        left.forEach(each -> each.end(end));
    }
}
