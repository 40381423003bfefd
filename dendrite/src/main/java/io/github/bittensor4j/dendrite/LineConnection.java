package io.github.bittensor4j.dendrite;

import static io.github.bittensor4j.protocol.internal.net.Http2Frames.CANCEL;
import static io.github.bittensor4j.protocol.internal.net.Http2Frames.DEFAULT_WINDOW;
import static io.github.bittensor4j.protocol.internal.net.Http2Frames.ENHANCE_YOUR_CALM;
import static io.github.bittensor4j.protocol.internal.net.Http2Frames.FLOW_CONTROL_ERROR;
import static io.github.bittensor4j.protocol.internal.net.Http2Frames.NO_ERROR;
import static io.github.bittensor4j.protocol.internal.net.Http2Frames.PROTOCOL_ERROR;

import io.github.bittensor4j.protocol.internal.net.Http2Frames;
import io.github.bittensor4j.protocol.internal.net.LoopConnection;
import io.github.bittensor4j.protocol.internal.net.Violation;
import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of one HTTP/2 connection. Nothing is sent before the other side has said in HTTP/2 that it speaks it. What a hostile
 * axon may make it do for nothing is counted, what may wait for it is bounded by windows.
 */
final class LineConnection extends LoopConnection implements Http2Frames.Side {
    /** What all answers together may be ahead of their takers; given back at once, since each has its own window. */
    private static final int CONNECTION_WINDOW = 16 << 20;

    /** Frames that bring nothing forward, between two that do. */
    private static final int MOST_IDLE_FRAMES = 4096;

    /** What may wait to be written because the other side asks and does not read. */
    private static final int MOST_UNSENT_ANSWERS = 1 << 20;

    private final Line line;
    private final boolean tls;
    private final int mostHeaderBytes;
    private final long idleNanos;

    /** After so long a silent axon is asked whether it is there, and given up a third later. */
    private final long keepAliveNanos;

    private final Http2Frames frames;
    private final IntObjectMap<LineCall> calls = new IntObjectHashMap<>();
    private final ArrayDeque<LineCall> stalled = new ArrayDeque<>();
    private @Nullable Future<?> ticking;
    private int nextStream = 1;
    private long sendWindow = DEFAULT_WINDOW;
    private int receiveWindow = CONNECTION_WINDOW;
    private int idleFrames;
    private boolean goingAway;
    private long heardAt = System.nanoTime();
    private long quietSince = heardAt;

    /** Whether the other side was asked if it is there, and nothing has come since. */
    private boolean asked;

    private long askedAt;
    private Status why = Status.UNAVAILABLE.withDescription("the connection was closed");

    /** Read from other threads as a hint. */
    private volatile long mostStreams = Integer.MAX_VALUE;

    private volatile int open;

    LineConnection(
            Line line,
            boolean tls,
            int mostHeaderBytes,
            long idleNanos,
            long keepAliveNanos,
            Http2HeadersEncoder.SensitivityDetector sensitive) {
        this.line = line;
        this.tls = tls;
        this.mostHeaderBytes = mostHeaderBytes;
        this.idleNanos = idleNanos;
        this.keepAliveNanos = keepAliveNanos;
        this.frames = new Http2Frames(this, false, mostHeaderBytes, sensitive);
    }

    /** Whether one more call may begin; from another thread no more than likely. */
    boolean hasRoom() {
        return open < mostStreams;
    }

    /** Sends a prepared call. From any thread. */
    void send(LineCall call) {
        order(() -> begin(call));
    }

    Iterable<LineCall> calls() {
        return List.copyOf(calls.values());
    }

    // Connecting

    @Override
    public void channelActive(ChannelHandlerContext from) {
        if (!tls) {
            greet();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent handshake)) {
            return;
        }
        SslHandler handler = from.pipeline().get(SslHandler.class);
        if (!handshake.isSuccess()) {
            why = Status.UNAVAILABLE.withDescription("TLS failed").withCause(handshake.cause());
            from.close();
        } else if (handler == null || !ApplicationProtocolNames.HTTP_2.equals(handler.applicationProtocol())) {
            why = Status.UNAVAILABLE.withDescription("the other side does not speak HTTP/2 over TLS");
            from.close();
        } else {
            greet();
        }
    }

    private void greet() {
        out().writeBytes(Http2Frames.PREFACE);
        int[][] settings = {
            {2, 0}, // ENABLE_PUSH
            {4, LineCall.WINDOW}, // INITIAL_WINDOW_SIZE
            {6, mostHeaderBytes}, // MAX_HEADER_LIST_SIZE
        };
        frames.settings(settings);
        frames.grant(0, CONNECTION_WINDOW - DEFAULT_WINDOW);
        flush();
        ticking = context()
                .executor()
                .scheduleAtFixedRate(
                        () -> order(this::tick), keepAliveNanos / 3, keepAliveNanos / 3, TimeUnit.NANOSECONDS);
    }

    @Override
    public void settled() {
        line.stands(this);
    }

    // Sending

    /** Sends a prepared call now. */
    void begin(LineCall call) {
        if (call.over()) {
            return;
        }
        if (finished() || goingAway || !hasRoom() || nextStream < 0) {
            line.later(call);
            return;
        }
        int id = nextStream;
        nextStream += 2;
        calls.put(id, call);
        open = calls.size();
        Http2Headers head = call.opened(this, id, frames.peersWindow());
        frames.headers(id, head, call.unsent() == 0);
        pump(call);
        line.watch(call);
        call.sent();
        if (nextStream < 0) {
            goingAway = true; // every number is used up
            line.leaves(this);
        }
    }

    /** Writes what a call has, as far as windows and socket allow. */
    private void pump(LineCall call) {
        while (call.unsent() > 0) {
            int count = (int) Math.min(
                    Math.min(call.unsent(), frames.peersLargestFrame()), Math.min(call.sendWindow(), sendWindow));
            if (count <= 0 || !socketTakesMore()) {
                stalled.add(call);
                return;
            }
            call.write(count, frames.data(call.id(), count, count == call.unsent()));
            sendWindow -= count;
        }
    }

    /** Room has come back for those that had to stop. */
    private void turns() {
        for (int left = stalled.size(); left > 0; left--) {
            LineCall next = stalled.remove();
            if (!next.over()) {
                pump(next);
            }
        }
    }

    @Override
    protected void writable() {
        turns();
    }

    /** Lets a call's answer go on. */
    void grant(int id, int bytes) {
        if (!finished()) {
            frames.grant(id, bytes);
        }
    }

    /** A call wants no more. */
    void breakOff(LineCall call, int code) {
        if (calls.remove(call.id()) != null && !finished()) {
            order(() -> {
                if (!finished()) {
                    frames.reset(call.id(), code);
                }
            });
        }
    }

    /** A call is over. */
    void ended(LineCall call) {
        LineCall known = calls.remove(call.id());
        if (known != null && known.unsent() > 0 && !finished()) {
            frames.reset(call.id(), CANCEL); // answered before all of it was sent
        }
        open = calls.size();
        if (calls.isEmpty()) {
            quietSince = System.nanoTime();
            if (goingAway && !finished()) {
                finish();
            }
        }
        line.room();
    }

    // Reading

    @Override
    protected void read(ByteBuf in) {
        heardAt = System.nanoTime();
        asked = false;
        try {
            frames.read(in);
        } catch (Violation e) {
            fail(e.code(), e.rule());
        }
    }

    private void fail(int code, String rule) {
        why = Status.UNAVAILABLE.withDescription("the other side broke a rule of HTTP/2: " + rule);
        frames.drop();
        frames.goAway(0, code, rule);
        finish();
    }

    @Override
    public void idle() throws Violation {
        if (++idleFrames > MOST_IDLE_FRAMES) {
            throw new Violation(ENHANCE_YOUR_CALM, "too many frames that bring no call forward");
        }
    }

    @Override
    public void endless() {}

    @Override
    public void answering() throws Violation {
        if (unsent() > MOST_UNSENT_ANSWERS) {
            throw new Violation(ENHANCE_YOUR_CALM, "answers are not read");
        }
    }

    @Override
    public void mostStreams(long count) {
        mostStreams = count;
    }

    @Override
    public void widened(long change, int window) throws Violation {
        for (LineCall call : calls.values()) {
            if (!call.widen(change)) {
                throw new Violation(FLOW_CONTROL_ERROR, "a stream's window beyond 2^31-1");
            }
        }
        turns();
    }

    /** A stream that was once opened here; null when it has ended. */
    private @Nullable LineCall call(int id) throws Violation {
        if (id == 0 || (id & 1) == 0 || id >= nextStream && nextStream > 0) {
            throw new Violation(PROTOCOL_ERROR, "a frame of no stream");
        }
        return calls.get(id);
    }

    @Override
    public void data(int id, ByteBuf payload, int framed, boolean end) throws Violation {
        LineCall call = call(id);
        receiveWindow -= framed;
        if (receiveWindow < 0) {
            throw new Violation(FLOW_CONTROL_ERROR, "more DATA than the connection's window");
        }
        if (receiveWindow <= CONNECTION_WINDOW / 2) {
            frames.grant(0, CONNECTION_WINDOW - receiveWindow);
            receiveWindow = CONNECTION_WINDOW;
        }
        if (call == null || !payload.isReadable() && !end) {
            idle(); // crossed the stream's end on the way, or says nothing
            return;
        }
        idleFrames = 0;
        if (!call.data(payload, framed, end)) {
            throw new Violation(FLOW_CONTROL_ERROR, "more DATA than the stream's window");
        }
    }

    @Override
    public void headers(int id, Http2Headers block, boolean end) throws Violation {
        LineCall call = call(id);
        if (call == null || !end) {
            idle(); // crossed the stream's end, or a head, of which there may be many
        } else {
            idleFrames = 0;
        }
        if (call != null) {
            call.headers(block, end);
        }
    }

    @Override
    public void uselessHeaders(int id, boolean tooLarge, boolean end) throws Violation {
        idle();
        LineCall call = call(id);
        if (call != null) {
            call.fail(Status.INTERNAL.withDescription(
                    tooLarge
                            ? "the answer's headers are larger than " + mostHeaderBytes + " bytes (maxMetadataBytes)"
                            : "headers that cannot be read"));
        }
    }

    @Override
    public void reset(int id, int code) throws Violation {
        LineCall call = call(id);
        idle();
        if (call != null) {
            calls.remove(id);
            call.end(statusOf(code));
        }
    }

    /**
     * What the end of a stream without a status means. gRPC reads most codes as an internal error; but there is no answer then, whoever
     * broke it off: so does a proxy when the axon behind it went away in the middle of one.
     */
    private static Status statusOf(int code) {
        Status status = switch (code) {
            case CANCEL -> Status.CANCELLED;
            case ENHANCE_YOUR_CALM -> Status.RESOURCE_EXHAUSTED;
            default -> Status.UNAVAILABLE;
        };
        return status.withDescription("the other side reset the call, HTTP/2 error " + Integer.toUnsignedString(code));
    }

    @Override
    public void goAway(int lastStream, int code, String words) throws Violation {
        idle();
        Status left = Status.UNAVAILABLE.withDescription(
                "the other side closes the connection" + (words.isEmpty() ? "" : ": " + words));
        why = left;
        goingAway = true;
        line.leaves(this);
        for (LineCall call : calls()) {
            if (call.id() > lastStream) {
                calls.remove(call.id());
                call.end(left);
            }
        }
        if (calls.isEmpty()) {
            finish();
        }
    }

    @Override
    public void windowUpdate(int id, int more) throws Violation {
        idle();
        if (id == 0) {
            sendWindow += more;
            if (more == 0 || sendWindow > Integer.MAX_VALUE) {
                throw new Violation(more == 0 ? PROTOCOL_ERROR : FLOW_CONTROL_ERROR, "WINDOW_UPDATE out of range");
            }
        } else {
            LineCall call = call(id);
            if (call != null && (more == 0 || !call.widen(more))) {
                call.fail(Status.INTERNAL.withDescription("WINDOW_UPDATE out of range"));
            }
        }
        turns();
    }

    // Ending

    private void tick() {
        long now = System.nanoTime();
        if (finished()) {
            return;
        }
        if (calls.isEmpty()) {
            if (now - quietSince > idleNanos) {
                leave(Status.UNAVAILABLE.withDescription("not used for long"));
            }
        } else if (asked && now - askedAt > keepAliveNanos / 3) {
            why = Status.UNAVAILABLE.withDescription(
                    "nothing was heard of the other side for " + TimeUnit.NANOSECONDS.toMillis(now - heardAt) + " ms");
            cut();
        } else if (!asked && now - heardAt > keepAliveNanos) {
            // Nothing may have come because nobody asked, or this side stood still: only a ping not answered counts.
            asked = true;
            askedAt = now;
            frames.ping(now);
        }
    }

    /** Closes in order; what is under way ends for a reason. */
    void leave(Status reason) {
        if (!finished()) {
            why = reason;
            line.leaves(this);
            if (context().channel().isActive()) {
                frames.goAway(0, NO_ERROR, "");
                finish();
            } else {
                cut();
                gone();
            }
        }
    }

    @Override
    protected void gone() {
        line.leaves(this);
        for (LineCall call : calls()) {
            calls.remove(call.id());
            call.end(why);
        }
        stalled.clear();
        line.gone(this, why);
        if (ticking != null) {
            ticking.cancel(false);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        super.channelInactive(from);
        frames.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        if (!finished()) {
            why = Status.UNAVAILABLE.withDescription("the connection broke").withCause(cause);
        }
        super.exceptionCaught(from, cause);
    }

    /** The dendrite was closed while somebody asked: whoever did is told. */
    @Override
    protected void loopEnded() {
        carryOutWithoutLoop();
    }
}
