package io.github.bittensor4j.axon.internal.front;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of one HTTP/2 connection (RFC 9113; header compression is netty's). It knows nothing of priorities and never pushes.
 * What a peer may make it do for nothing is counted: resets, and frames that bring no request forward.
 */
final class Http2Connection extends Connection {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final int FRAME_HEAD = 9;
    private static final int LARGEST_FRAME = 16384;
    private static final int DEFAULT_WINDOW = 65535;

    /** What all streams together may send ahead; given back at once, since what waits is bounded by the streams' own windows. */
    private static final int CONNECTION_WINDOW = 4 << 20;

    /** What one stream may send ahead of its receiver. */
    static final int STREAM_WINDOW = 256 << 10;

    /** A header block of more pieces than this is not meant to end. */
    private static final int MOST_CONTINUATIONS = 16;

    /** How much one stream writes before the others have their turn. */
    private static final int TURN = 64 << 10;

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int PRIORITY = 2;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PUSH_PROMISE = 5;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int CONTINUATION = 9;

    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int PADDED = 8;
    private static final int PRIORITISED = 0x20;

    static final int NO_ERROR = 0;
    static final int PROTOCOL_ERROR = 1;
    static final int INTERNAL_ERROR = 2;
    static final int FLOW_CONTROL_ERROR = 3;
    static final int STREAM_CLOSED = 5;
    static final int FRAME_SIZE_ERROR = 6;
    static final int REFUSED_STREAM = 7;
    static final int CANCEL = 8;
    static final int COMPRESSION_ERROR = 9;
    static final int ENHANCE_YOUR_CALM = 11;

    private static final long RESET_WINDOW_NANOS = 10_000_000_000L;

    /** Ends the connection with an error code. Carries no stack trace: strangers decide how often it is thrown. */
    private static final class Violation extends Exception {
        private static final long serialVersionUID = 1L;

        final int code;

        Violation(int code, String rule) {
            super(rule, null, false, false);
            this.code = code;
        }
    }

    private final DefaultHttp2HeadersDecoder decoder;
    private final DefaultHttp2HeadersEncoder encoder =
            new DefaultHttp2HeadersEncoder(Http2HeadersEncoder.NEVER_SENSITIVE, true);
    private final IntObjectMap<Http2Stream> streams = new IntObjectHashMap<>();
    private final ArrayDeque<Http2Stream> waiting = new ArrayDeque<>();
    private boolean prefaced;
    private boolean settled;
    private int lastStream;
    private boolean goingAway;
    private int peersWindow = DEFAULT_WINDOW;
    private int peersLargestFrame = LARGEST_FRAME;
    private long sendWindow = DEFAULT_WINDOW;
    private long receiveWindow = CONNECTION_WINDOW;
    private long queued;
    private int idleFrames;
    private int resets;
    private long resetsSince = System.nanoTime();
    private long quietSince = System.nanoTime();

    private @Nullable ByteBuf block;
    private int blockStream;
    private long blockSince;
    private boolean blockEndsStream;
    private int continuations;

    Http2Connection(Front front, ChannelHandlerContext sniffer) {
        super(front, sniffer);
        decoder = new DefaultHttp2HeadersDecoder(true, true, front.limits().maxMetadataBytes());
    }

    /** Above zero when the bytes begin as HTTP/2 must, below when they cannot, zero when more are needed. */
    static int likePreface(ByteBuf bytes) {
        int there = Math.min(bytes.readableBytes(), PREFACE.length);
        for (int i = 0; i < there; i++) {
            if (bytes.getByte(bytes.readerIndex() + i) != PREFACE[i]) {
                return -1;
            }
        }
        return there == PREFACE.length ? 1 : 0;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        super.handlerAdded(added);
        int[][] settings = {
            {3, front.limits().callsPerConnection()}, // MAX_CONCURRENT_STREAMS
            {4, STREAM_WINDOW}, // INITIAL_WINDOW_SIZE
            {6, front.limits().maxMetadataBytes()}, // MAX_HEADER_LIST_SIZE
        };
        frame(6 * settings.length, SETTINGS, 0, 0);
        for (int[] setting : settings) {
            out().writeShort(setting[0]).writeInt(setting[1]);
        }
        frame(4, WINDOW_UPDATE, 0, 0);
        out().writeInt(CONNECTION_WINDOW - DEFAULT_WINDOW);
    }

    // Reading

    @Override
    void read(ByteBuf in) {
        try {
            if (!prefaced) {
                if (in.readableBytes() < PREFACE.length) {
                    return;
                }
                in.skipBytes(PREFACE.length);
                prefaced = true;
            }
            while (!finished() && in.readableBytes() >= FRAME_HEAD) {
                int at = in.readerIndex();
                int length = in.getUnsignedMedium(at);
                if (length > LARGEST_FRAME) {
                    throw new Violation(FRAME_SIZE_ERROR, "frame larger than 16384 bytes");
                }
                if (in.readableBytes() < FRAME_HEAD + length) {
                    return;
                }
                int type = in.getUnsignedByte(at + 3);
                int flags = in.getUnsignedByte(at + 4);
                int stream = in.getInt(at + 5) & Integer.MAX_VALUE;
                in.skipBytes(FRAME_HEAD);
                int end = in.readerIndex() + length;
                frame(type, flags, stream, in, length);
                in.readerIndex(end);
            }
        } catch (Violation e) {
            fail(e.code, String.valueOf(e.getMessage()));
        }
    }

    private void frame(int type, int flags, int stream, ByteBuf in, int length) throws Violation {
        if (!settled && type != SETTINGS) {
            throw new Violation(PROTOCOL_ERROR, "SETTINGS must come first");
        }
        if (block != null && (type != CONTINUATION || stream != blockStream)) {
            throw new Violation(PROTOCOL_ERROR, "a header block is not complete");
        }
        switch (type) {
            case DATA -> data(flags, stream, in, length);
            case HEADERS -> headers(flags, stream, in, length);
            case CONTINUATION -> continuation(flags, in, length);
            case RST_STREAM -> reset(stream, length);
            case SETTINGS -> settings(flags, stream, in, length);
            case PING -> ping(flags, stream, in, length);
            case WINDOW_UPDATE -> windowUpdate(stream, in, length);
            case GOAWAY -> {
                if (stream != 0 || length < 8) {
                    throw new Violation(PROTOCOL_ERROR, "GOAWAY of a wrong form");
                }
                goingAway = true;
                closeWhenQuiet();
            }
            case PUSH_PROMISE -> throw new Violation(PROTOCOL_ERROR, "only servers promise");
            case PRIORITY -> {
                if (stream == 0 || length != 5) {
                    throw new Violation(PROTOCOL_ERROR, "PRIORITY of a wrong form");
                }
                idle();
            }
            default -> idle(); // of an extension that is not known here
        }
    }

    /** A frame that brings nothing forward. Some are in order; a flood of them is not. */
    private void idle() throws Violation {
        if (++idleFrames > front.limits().idleFrames()) {
            front.events().refused("limit.frames");
            throw new Violation(ENHANCE_YOUR_CALM, "too many frames that bring no request forward");
        }
    }

    private void data(int flags, int id, ByteBuf in, int length) throws Violation {
        if (id == 0 || id > lastStream || (id & 1) == 0) {
            throw new Violation(PROTOCOL_ERROR, "DATA of no stream");
        }
        int count = length - padding(flags, in, length);
        receiveWindow -= length;
        if (receiveWindow < 0) {
            throw new Violation(FLOW_CONTROL_ERROR, "more DATA than the connection's window");
        }
        if (receiveWindow <= CONNECTION_WINDOW / 2) {
            frame(4, WINDOW_UPDATE, 0, 0);
            out().writeInt((int) (CONNECTION_WINDOW - receiveWindow));
            receiveWindow = CONNECTION_WINDOW;
        }
        boolean end = (flags & END_STREAM) != 0;
        Http2Stream stream = streams.get(id);
        if (stream == null) {
            idle(); // crossed the stream's end on the way
            return;
        }
        if (stream.bodyEnded()) {
            error(stream, STREAM_CLOSED);
            return;
        }
        if (count == 0 && !end) {
            idle();
        }
        if (!stream.received(in.slice(in.readerIndex(), count), length, end)) {
            error(stream, PROTOCOL_ERROR);
        }
    }

    /** Skips the pad length, and tells how many bytes of the frame are not payload. */
    private static int padding(int flags, ByteBuf in, int length) throws Violation {
        if ((flags & PADDED) == 0) {
            return 0;
        }
        if (length < 1) {
            throw new Violation(FRAME_SIZE_ERROR, "padded frame without a pad length");
        }
        int pad = in.readUnsignedByte();
        if (pad >= length) {
            throw new Violation(PROTOCOL_ERROR, "more padding than frame");
        }
        return 1 + pad;
    }

    private void headers(int flags, int id, ByteBuf in, int length) throws Violation {
        if ((id & 1) == 0) {
            throw new Violation(PROTOCOL_ERROR, "HEADERS of no stream that a client opens");
        }
        int before = in.readerIndex();
        int pad = padding(flags, in, length);
        int skipped = in.readerIndex() - before;
        if ((flags & PRIORITISED) != 0) {
            skipped += 5;
            if (length - pad < 5) {
                throw new Violation(FRAME_SIZE_ERROR, "HEADERS too short for its priority");
            }
            in.skipBytes(5);
        }
        int count = length - skipped - Math.max(0, pad - 1);
        ByteBuf fragment = in.slice(in.readerIndex(), count);
        boolean end = (flags & END_STREAM) != 0;
        if ((flags & END_HEADERS) != 0) {
            headers(id, fragment, end);
            return;
        }
        blockStream = id;
        blockSince = System.nanoTime();
        blockEndsStream = end;
        continuations = 0;
        block = context().alloc().buffer(2 * count).writeBytes(fragment);
    }

    private void continuation(int flags, ByteBuf in, int length) throws Violation {
        ByteBuf all = block;
        if (all == null) {
            throw new Violation(PROTOCOL_ERROR, "CONTINUATION of nothing");
        }
        if (++continuations > MOST_CONTINUATIONS
                || all.readableBytes() + length > 2L * front.limits().maxMetadataBytes() + LARGEST_FRAME) {
            front.events().refused("limit.headers");
            throw new Violation(ENHANCE_YOUR_CALM, "a header block that does not end");
        }
        all.writeBytes(in, in.readerIndex(), length);
        if ((flags & END_HEADERS) != 0) {
            block = null;
            try {
                headers(blockStream, all, blockEndsStream);
            } finally {
                all.release();
            }
        }
    }

    private void headers(int id, ByteBuf fragment, boolean end) throws Violation {
        Http2Stream open = streams.get(id);
        boolean fresh = open == null && id > lastStream;
        if (fresh) {
            lastStream = id;
        }
        // whatever becomes of the stream, the block must be decoded: the next one builds on it
        Http2Headers decoded;
        try {
            decoded = decoder.decodeHeaders(id, fragment);
        } catch (Http2Exception.HeaderListSizeException e) {
            front.events().refused("limit.headers");
            if (open != null) {
                error(open, PROTOCOL_ERROR);
            } else if (fresh) {
                answer(id, 431, "limit.headers", end);
            }
            return;
        } catch (Http2Exception e) {
            if (!Http2Exception.isStreamError(e)) {
                throw new Violation(COMPRESSION_ERROR, "header block that cannot be read");
            }
            if (open != null) {
                error(open, PROTOCOL_ERROR);
            } else {
                malformed(id);
            }
            return;
        }
        if (open != null) {
            trailers(open, decoded, end);
        } else if (fresh) {
            request(id, decoded, end);
        } else {
            idle(); // crossed the stream's end on the way
        }
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
            rst(id, REFUSED_STREAM);
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
        Http2Stream stream = new Http2Stream(this, id, head, peersWindow);
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
            rst(id, NO_ERROR);
        }
    }

    private void malformed(int id) throws Violation {
        front.events().refused("http.malformed");
        countReset();
        rst(id, PROTOCOL_ERROR);
    }

    /** The caller broke a rule of this stream. Counted as if it had reset it itself, since it can make us do so. */
    private void error(Http2Stream stream, int code) throws Violation {
        front.events().refused("http.malformed");
        countReset();
        rst(stream.id(), code);
        streams.remove(stream.id());
        stream.abandoned();
        closeWhenQuiet();
    }

    private void reset(int id, int length) throws Violation {
        if (length != 4) {
            throw new Violation(FRAME_SIZE_ERROR, "RST_STREAM of a wrong size");
        }
        if (id == 0 || id > lastStream || (id & 1) == 0) {
            throw new Violation(PROTOCOL_ERROR, "RST_STREAM of no stream");
        }
        countReset();
        Http2Stream stream = streams.remove(id);
        if (stream != null) {
            stream.abandoned();
            closeWhenQuiet();
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

    private void settings(int flags, int stream, ByteBuf in, int length) throws Violation {
        boolean ack = (flags & ACK) != 0;
        if (stream != 0) {
            throw new Violation(PROTOCOL_ERROR, "SETTINGS of a stream");
        }
        if (ack ? length != 0 : length % 6 != 0) {
            throw new Violation(FRAME_SIZE_ERROR, "SETTINGS of a wrong size");
        }
        idle();
        if (ack) {
            return;
        }
        settled = true;
        for (int i = 0; i < length; i += 6) {
            setting(in.readUnsignedShort(), in.readUnsignedInt());
        }
        control(0, SETTINGS, ACK);
    }

    private void setting(int name, long value) throws Violation {
        switch (name) {
            case 1 -> { // HEADER_TABLE_SIZE
                try {
                    encoder.maxHeaderTableSize(Math.min(value, 4096));
                } catch (Http2Exception e) {
                    throw new Violation(PROTOCOL_ERROR, "HEADER_TABLE_SIZE out of range");
                }
            }
            case 2 -> { // ENABLE_PUSH
                if (value > 1) {
                    throw new Violation(PROTOCOL_ERROR, "ENABLE_PUSH out of range");
                }
            }
            case 4 -> { // INITIAL_WINDOW_SIZE
                if (value > Integer.MAX_VALUE) {
                    throw new Violation(FLOW_CONTROL_ERROR, "INITIAL_WINDOW_SIZE out of range");
                }
                long change = value - peersWindow;
                peersWindow = (int) value;
                for (Http2Stream stream : List.copyOf(streams.values())) {
                    if (!stream.widen(change)) {
                        throw new Violation(FLOW_CONTROL_ERROR, "a stream's window beyond 2^31-1");
                    }
                    stream.pumpUnlessWaiting();
                }
            }
            case 5 -> { // MAX_FRAME_SIZE
                if (value < LARGEST_FRAME || value > 0xffffff) {
                    throw new Violation(PROTOCOL_ERROR, "MAX_FRAME_SIZE out of range");
                }
                peersLargestFrame = (int) Math.min(value, TURN);
            }
            default -> {} // nothing that matters to a server which never pushes
        }
    }

    private void ping(int flags, int stream, ByteBuf in, int length) throws Violation {
        if (stream != 0 || length != 8) {
            throw new Violation(stream != 0 ? PROTOCOL_ERROR : FRAME_SIZE_ERROR, "PING of a wrong form");
        }
        idle();
        if ((flags & ACK) == 0) {
            control(8, PING, ACK);
            out().writeLong(in.readLong());
        }
    }

    /** An answer that costs the peer nothing to ask for: only while it reads them. */
    private void control(int length, int type, int flags) throws Violation {
        if (unsent() > front.limits().maxQueuedBytes()) {
            front.events().refused("limit.slow");
            throw new Violation(ENHANCE_YOUR_CALM, "answers are not read");
        }
        frame(length, type, flags, 0);
    }

    private void windowUpdate(int id, ByteBuf in, int length) throws Violation {
        if (length != 4) {
            throw new Violation(FRAME_SIZE_ERROR, "WINDOW_UPDATE of a wrong size");
        }
        if (id > lastStream || (id != 0 && (id & 1) == 0)) {
            throw new Violation(PROTOCOL_ERROR, "WINDOW_UPDATE of no stream");
        }
        idle();
        int more = in.readInt() & Integer.MAX_VALUE;
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

    private void frame(int length, int type, int flags, int stream) {
        out().writeMedium(length).writeByte(type).writeByte(flags).writeInt(stream);
    }

    private void rst(int id, int code) {
        frame(4, RST_STREAM, 0, id);
        out().writeInt(code);
    }

    /** Lets a stream's sender go on. */
    void grant(int id, int bytes) {
        if (bytes > 0 && !finished()) {
            frame(4, WINDOW_UPDATE, 0, id);
            out().writeInt(bytes);
        }
    }

    /** Writes a head (with a status) or trailers (without). */
    void headers(int id, int status, Headers headers, boolean end) {
        Http2Headers all = new DefaultHttp2Headers(false, headers.size() + 1);
        if (status > 0) {
            all.status(Integer.toString(status));
        }
        headers.forEach(all::add);
        ByteBuf out = out();
        int start = out.writerIndex();
        out.writeZero(FRAME_HEAD);
        try {
            encoder.encodeHeaders(id, all, out);
        } catch (Http2Exception e) {
            throw new IllegalStateException("headers that cannot be encoded", e);
        }
        int length = out.writerIndex() - start - FRAME_HEAD;
        int endStream = end ? END_STREAM : 0;
        if (length <= LARGEST_FRAME) {
            head(out, start, length, HEADERS, END_HEADERS | endStream, id);
            return;
        }
        byte[] encoded = new byte[length];
        out.getBytes(start + FRAME_HEAD, encoded);
        out.writerIndex(start);
        for (int at = 0; at < length; at += LARGEST_FRAME) {
            int count = Math.min(LARGEST_FRAME, length - at);
            boolean last = at + count == length;
            frame(count, at == 0 ? HEADERS : CONTINUATION, (at == 0 ? endStream : 0) | (last ? END_HEADERS : 0), id);
            out.writeBytes(encoded, at, count);
        }
    }

    private static void head(ByteBuf out, int at, int length, int type, int flags, int stream) {
        out.setMedium(at, length).setByte(at + 3, type).setByte(at + 4, flags).setInt(at + 5, stream);
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
                    Math.min(stream.nextBytes(), peersLargestFrame), Math.min(stream.sendWindow(), sendWindow));
            boolean stuck = count <= 0 && stream.nextBytes() > 0;
            if (stuck && stream.sendWindow() <= 0) {
                return;
            }
            if (stuck || !socketTakesMore() || (turn >= TURN && !waiting.isEmpty())) {
                stream.waitIn(waiting);
                return;
            }
            frame(count, DATA, stream.endsAfter(count) ? END_STREAM : 0, stream.id());
            stream.take(count, out());
            sendWindow -= count;
            turn += count;
            idleFrames = 0;
        }
        if (stream.answerEnds()) {
            if (!stream.endWritten()) {
                Headers trailers = stream.trailers();
                if (trailers.size() > 0) {
                    headers(stream.id(), 0, trailers, true);
                } else {
                    frame(0, DATA, END_STREAM, stream.id());
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
                rst(stream.id(), NO_ERROR); // nobody wants the rest of the request
            }
            stream.over();
            closeWhenQuiet();
        }
    }

    /** Our side breaks the stream off. */
    void breakOff(Http2Stream stream, int code) {
        if (streams.remove(stream.id()) != null) {
            rst(stream.id(), code);
            stream.over();
            closeWhenQuiet();
        }
    }

    private void turns() {
        for (int left = waiting.size(); left > 0 && sendWindow > 0 && socketTakesMore(); left--) {
            Http2Stream next = waiting.poll();
            if (next != null && next.goesOn()) {
                pump(next);
            }
        }
    }

    @Override
    void writable() {
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
        if (block != null) {
            block.release();
            block = null;
        }
        frame(8 + rule.length(), GOAWAY, 0, 0);
        out().writeInt(lastStream).writeInt(code).writeCharSequence(rule, StandardCharsets.US_ASCII);
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
        if (block != null && now - blockSince > slow) {
            front.events().refused("limit.slow");
            fail(ENHANCE_YOUR_CALM, "a header block that comes too slowly");
            return;
        }
        long stall = front.limits().writeStall().toNanos();
        for (Http2Stream stream : new ArrayList<>(streams.values())) {
            if (stream.bodyIsLate(now, slow) || stream.isStalled(now, stall)) {
                front.events().refused("limit.slow");
                rst(stream.id(), CANCEL);
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
            frame(8, GOAWAY, 0, 0);
            out().writeInt(lastStream).writeInt(NO_ERROR);
        }
        closeWhenQuiet();
    }

    private void closeWhenQuiet() {
        if (goingAway && streams.isEmpty()) {
            finish();
        }
    }

    @Override
    void gone() {
        for (Http2Stream stream : new ArrayList<>(streams.values())) {
            streams.remove(stream.id());
            stream.abandoned();
        }
        waiting.clear();
        encoder.close();
        if (block != null) {
            block.release();
            block = null;
        }
    }
}
