package io.github.bittensor4j.axon.internal.front;

import static io.github.bittensor4j.protocol.internal.net.Http2Frames.CANCEL;
import static io.github.bittensor4j.protocol.internal.net.Http2Frames.DEFAULT_WINDOW;
import static io.github.bittensor4j.protocol.internal.net.Http2Frames.ENHANCE_YOUR_CALM;
import static io.github.bittensor4j.protocol.internal.net.Http2Frames.FLOW_CONTROL_ERROR;
import static io.github.bittensor4j.protocol.internal.net.Http2Frames.NO_ERROR;
import static io.github.bittensor4j.protocol.internal.net.Http2Frames.PROTOCOL_ERROR;
import static io.github.bittensor4j.protocol.internal.net.Http2Frames.REFUSED_STREAM;
import static io.github.bittensor4j.protocol.internal.net.Http2Frames.STREAM_CLOSED;

import io.github.bittensor4j.protocol.internal.net.Http2Frames;
import io.github.bittensor4j.protocol.internal.net.Violation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The server's side of one HTTP/2 connection (RFC 9113). It knows nothing of priorities and never pushes.
 * What a peer may make it do for nothing is counted: resets, and frames that bring no request forward.
 */
final class Http2Connection extends Connection implements Http2Frames.Side {
    /** What all streams together may send ahead; given back at once, since what waits is bounded by the streams' own windows. */
    private static final int CONNECTION_WINDOW = 4 << 20;

    /** What one stream may send ahead of its receiver. */
    static final int STREAM_WINDOW = 256 << 10;

    /** How much one stream writes before the others have their turn. */
    private static final int TURN = 64 << 10;

    private static final long RESET_WINDOW_NANOS = 10_000_000_000L;

    private final Http2Frames frames;
    private final IntObjectMap<Http2Stream> streams = new IntObjectHashMap<>();
    private final ArrayDeque<Http2Stream> waiting = new ArrayDeque<>();
    private int lastStream;
    private boolean goingAway;
    private long sendWindow = DEFAULT_WINDOW;
    private long receiveWindow = CONNECTION_WINDOW;
    private long queued;
    private int idleFrames;

    /** How many DATA frames were written which a caller that knows nothing of their stream any more may answer with a reset each. */
    private long unanswered;

    private int resets;
    private long resetsSince = System.nanoTime();
    private long quietSince = System.nanoTime();

    Http2Connection(Front front, ChannelHandlerContext sniffer) {
        super(front, sniffer);
        frames = new Http2Frames(this, true, front.limits().maxMetadataBytes(), Http2HeadersEncoder.NEVER_SENSITIVE);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        super.handlerAdded(added);
        int[][] settings = {
            {3, front.limits().callsPerConnection()}, // MAX_CONCURRENT_STREAMS
            {4, STREAM_WINDOW}, // INITIAL_WINDOW_SIZE
            {6, front.limits().maxMetadataBytes()}, // MAX_HEADER_LIST_SIZE
        };
        frames.settings(settings);
        frames.grant(0, CONNECTION_WINDOW - DEFAULT_WINDOW);
    }

    // Reading

    @Override
    protected void read(ByteBuf in) {
        try {
            frames.read(in);
        } catch (Violation e) {
            fail(e.code(), e.rule());
        }
    }

    /** A frame that brings nothing forward. Some are in order; a flood of them is not. */
    @Override
    public void idle() throws Violation {
        if (++idleFrames > front.limits().idleFrames()) {
            front.events().refused("limit.frames");
            throw new Violation(ENHANCE_YOUR_CALM, "too many frames that bring no request forward");
        }
    }

    @Override
    public void endless() {
        front.events().refused("limit.headers");
    }

    /** Answers cost the caller nothing to ask for: they are written only while it reads them. */
    @Override
    public void answering() throws Violation {
        if (unsent() > front.limits().maxQueuedBytes()) {
            front.events().refused("limit.slow");
            throw new Violation(ENHANCE_YOUR_CALM, "answers are not read");
        }
    }

    @Override
    public void settled() {}

    /** Nothing that matters to a server which never pushes. */
    @Override
    public void mostStreams(long count) {}

    @Override
    public void widened(long change, int window) throws Violation {
        for (Http2Stream stream : List.copyOf(streams.values())) {
            if (!stream.widen(change)) {
                throw new Violation(FLOW_CONTROL_ERROR, "a stream's window beyond 2^31-1");
            }
            stream.pumpUnlessWaiting();
        }
    }

    @Override
    public void goAway(int last, int code, String words) {
        goingAway = true;
        closeWhenQuiet();
    }

    @Override
    public void data(int id, ByteBuf payload, int framed, boolean end) throws Violation {
        if (id == 0 || id > lastStream || (id & 1) == 0) {
            throw new Violation(PROTOCOL_ERROR, "DATA of no stream");
        }
        receiveWindow -= framed;
        if (receiveWindow < 0) {
            throw new Violation(FLOW_CONTROL_ERROR, "more DATA than the connection's window");
        }
        if (receiveWindow <= CONNECTION_WINDOW / 2) {
            frames.grant(0, (int) (CONNECTION_WINDOW - receiveWindow));
            receiveWindow = CONNECTION_WINDOW;
        }
        Http2Stream stream = streams.get(id);
        if (stream == null) {
            idle(); // crossed the stream's end on the way
            return;
        }
        if (stream.bodyEnded()) {
            error(stream, STREAM_CLOSED);
            return;
        }
        if (!payload.isReadable() && !end) {
            idle();
        }
        if (!stream.received(payload, framed, end)) {
            error(stream, PROTOCOL_ERROR);
        }
    }

    @Override
    public void headers(int id, Http2Headers decoded, boolean end) throws Violation {
        Http2Stream open = streams.get(id);
        if (open != null) {
            trailers(open, decoded, end);
        } else if (isFresh(id)) {
            request(id, decoded, end);
        } else {
            idle(); // crossed the stream's end on the way
        }
    }

    @Override
    public void uselessHeaders(int id, boolean tooLarge, boolean end) throws Violation {
        Http2Stream open = streams.get(id);
        boolean fresh = open == null && isFresh(id);
        if (tooLarge) {
            front.events().refused("limit.headers");
        }
        if (open != null) {
            error(open, PROTOCOL_ERROR);
        } else if (!tooLarge) {
            malformed(id);
        } else if (fresh) {
            answer(id, 431, "limit.headers", end);
        }
    }

    private boolean isFresh(int id) {
        if (id <= lastStream) {
            return false;
        }
        lastStream = id;
        return true;
    }

    private void trailers(Http2Stream stream, Http2Headers decoded, boolean end) throws Violation {
        boolean wellFormed = end && !stream.bodyEnded();
        for (Map.Entry<CharSequence, CharSequence> entry : decoded) {
            wellFormed &= entry.getKey().length() > 0 && entry.getKey().charAt(0) != ':';
        }
        if (!wellFormed || !stream.received(Unpooled.EMPTY_BUFFER, 0, true)) {
            error(stream, PROTOCOL_ERROR);
        }
    }

    private void request(int id, Http2Headers decoded, boolean end) throws Violation {
        if (goingAway) {
            return;
        }
        if (streams.size() >= front.limits().callsPerConnection()
                || queued > front.limits().maxQueuedBytes()) {
            front.events().refused("limit.streams");
            idle();
            frames.reset(id, REFUSED_STREAM);
            return;
        }
        RequestHead head = RequestHead.of(decoded);
        if (head == null) {
            malformed(id);
            return;
        }
        if (head.headers().size() > front.limits().maxHeaders()) {
            front.events().refused("limit.headers");
            answer(id, 431, "limit.headers", end);
            return;
        }
        Http2Stream stream = new Http2Stream(this, id, head, frames.peersWindow());
        WireDialect dialect = front.dialect(stream).orElse(null);
        if (dialect == null) {
            front.events().refused("http.unknown");
            answer(id, 404, "http.unknown", end);
            return;
        }
        streams.put(id, stream);
        stream.opened(dialect.open(stream, stream));
        if (end && !stream.received(Unpooled.EMPTY_BUFFER, 0, true)) {
            error(stream, PROTOCOL_ERROR);
        }
    }

    /** An answer of the front's own. */
    private void answer(int id, int status, String code, boolean end) throws Violation {
        idle();
        headers(id, status, Headers.of("bittensor4j-refusal", code), true);
        if (!end) {
            frames.reset(id, NO_ERROR);
        }
    }

    private void malformed(int id) throws Violation {
        front.events().refused("http.malformed");
        countReset();
        frames.reset(id, PROTOCOL_ERROR);
    }

    /** The caller broke a rule of this stream. Counted as if it had reset it itself, since it can make us do so. */
    private void error(Http2Stream stream, int code) throws Violation {
        front.events().refused("http.malformed");
        countReset();
        frames.reset(stream.id(), code);
        streams.remove(stream.id());
        stream.abandoned();
        closeWhenQuiet();
    }

    @Override
    public void reset(int id, int code) throws Violation {
        if (id == 0 || id > lastStream || (id & 1) == 0) {
            throw new Violation(PROTOCOL_ERROR, "RST_STREAM of no stream");
        }
        Http2Stream stream = streams.get(id);
        if (stream != null) {
            countReset();
            streams.remove(id);
            stream.abandoned();
            closeWhenQuiet();
        } else if (unanswered > 0) {
            // Some callers reset a stream that they have left anew for each piece of it that was on its way.
            unanswered--;
        } else {
            idle();
        }
    }

    private void countReset() throws Violation {
        long now = System.nanoTime();
        if (now - resetsSince > RESET_WINDOW_NANOS) {
            resetsSince = now;
            resets = 0;
        }
        if (++resets > front.limits().resets()) {
            front.events().refused("limit.resets");
            throw new Violation(ENHANCE_YOUR_CALM, "too many streams reset");
        }
    }

    @Override
    public void windowUpdate(int id, int more) throws Violation {
        if (id > lastStream || (id != 0 && (id & 1) == 0)) {
            throw new Violation(PROTOCOL_ERROR, "WINDOW_UPDATE of no stream");
        }
        idle();
        if (id == 0) {
            sendWindow += more;
            if (more == 0 || sendWindow > Integer.MAX_VALUE) {
                throw new Violation(more == 0 ? PROTOCOL_ERROR : FLOW_CONTROL_ERROR, "WINDOW_UPDATE out of range");
            }
            turns();
            return;
        }
        Http2Stream stream = streams.get(id);
        if (stream != null) {
            if (more == 0 || !stream.widen(more)) {
                error(stream, more == 0 ? PROTOCOL_ERROR : FLOW_CONTROL_ERROR);
            } else {
                stream.pumpUnlessWaiting();
            }
        }
    }

    // Writing

    /** Lets a stream's sender go on. */
    void grant(int id, int bytes) {
        if (bytes > 0 && !finished()) {
            frames.grant(id, bytes);
        }
    }

    /** Writes a head (with a status) or trailers (without). */
    void headers(int id, int status, Headers headers, boolean end) {
        Http2Headers all = new DefaultHttp2Headers(false, headers.size() + 1);
        if (status > 0) {
            all.status(Integer.toString(status));
        }
        headers.forEach(all::add);
        frames.headers(id, all, end);
    }

    /** Counts what waits for the caller to read. */
    void queued(long change) {
        queued += change;
    }

    /** Writes what a stream has, as far as windows and socket allow. */
    void pump(Http2Stream stream) {
        int turn = 0;
        while (stream.hasData()) {
            int count = (int) Math.min(
                    Math.min(stream.nextBytes(), frames.peersLargestFrame()),
                    Math.min(stream.sendWindow(), sendWindow));
            boolean stuck = count <= 0 && stream.nextBytes() > 0;
            if (stuck && stream.sendWindow() <= 0) {
                return;
            }
            if (stuck || !socketTakesMore() || (turn >= TURN && !waiting.isEmpty())) {
                stream.waitIn(waiting);
                return;
            }
            stream.take(count, frames.data(stream.id(), count, stream.endsAfter(count)));
            sendWindow -= count;
            turn += count;
            idleFrames = 0;
            unanswered++;
        }
        if (stream.answerEnds()) {
            if (!stream.endWritten()) {
                Headers trailers = stream.trailers();
                if (trailers.size() > 0) {
                    headers(stream.id(), 0, trailers, true);
                } else {
                    frames.data(stream.id(), 0, true);
                }
            }
            ended(stream);
        }
    }

    /** The answer is written to its end. */
    void ended(Http2Stream stream) {
        if (streams.remove(stream.id()) != null) {
            idleFrames = 0;
            if (!stream.bodyEnded()) {
                frames.reset(stream.id(), NO_ERROR); // nobody wants the rest of the request
            }
            stream.over();
            closeWhenQuiet();
        }
    }

    /** Our side breaks the stream off. */
    void breakOff(Http2Stream stream, int code) {
        if (streams.remove(stream.id()) != null) {
            frames.reset(stream.id(), code);
            stream.over();
            closeWhenQuiet();
        }
    }

    /**
     * Lets those write that wait, one after the other, until none waits or room is used up: only when it comes back are they asked again.
     */
    private void turns() {
        while (sendWindow > 0 && socketTakesMore()) {
            Http2Stream next = waiting.poll();
            if (next == null) {
                return;
            }
            if (next.goesOn()) {
                pump(next);
            }
        }
    }

    @Override
    protected void writable() {
        turns();
        for (Http2Stream stream : List.copyOf(streams.values())) {
            stream.tellReady();
        }
    }

    @Override
    boolean owes() {
        return false; // streams have their own time
    }

    // Ending

    private void fail(int code, String rule) {
        frames.drop();
        frames.goAway(lastStream, code, rule);
        if (code != ENHANCE_YOUR_CALM) {
            front.events().refused("http.malformed");
        }
        finish();
    }

    @Override
    void tick(long now) {
        if (!streams.isEmpty()) {
            quietSince = now;
        } else if (now - quietSince > front.limits().idleConnection().toNanos()) {
            front.events().refused("limit.idle");
            fail(NO_ERROR, "idle");
            return;
        }
        long slow = front.limits().slowRequest().toNanos();
        if (frames.blockSince() != 0 && now - frames.blockSince() > slow) {
            front.events().refused("limit.slow");
            fail(ENHANCE_YOUR_CALM, "a header block that comes too slowly");
            return;
        }
        long stall = front.limits().writeStall().toNanos();
        for (Http2Stream stream : new ArrayList<>(streams.values())) {
            if (stream.bodyIsLate(now, slow) || stream.isStalled(now, stall)) {
                front.events().refused("limit.slow");
                frames.reset(stream.id(), CANCEL);
                streams.remove(stream.id());
                stream.abandoned();
            }
        }
        closeWhenQuiet();
    }

    @Override
    void finishGracefully() {
        if (!goingAway && !finished()) {
            goingAway = true;
            frames.goAway(lastStream, NO_ERROR, "");
        }
        closeWhenQuiet();
    }

    private void closeWhenQuiet() {
        if (goingAway && streams.isEmpty()) {
            finish();
        }
    }

    @Override
    protected void gone() {
        for (Http2Stream stream : new ArrayList<>(streams.values())) {
            streams.remove(stream.id());
            stream.abandoned();
        }
        waiting.clear();
        frames.close();
    }
}
