package io.github.bittensor4j.protocol.internal.net;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The frames of one HTTP/2 connection (RFC 9113; header compression is netty's), for either side: reads them, checks their form, and
 * writes them. What a frame means is its side's. For the event loop of the connection.
 */
public final class Http2Frames {
    /** What a client's connection begins with. */
    public static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** The largest frame that is read, and written where the other side does not allow more. */
    public static final int LARGEST_FRAME = 16384;

    /** What may be sent on a stream, and on a connection, until its window is said to be another. */
    public static final int DEFAULT_WINDOW = 65535;

    /** Error codes of RFC 9113, 7. */
    public static final int NO_ERROR = 0;

    /** A rule was broken for which there is no code of its own. */
    public static final int PROTOCOL_ERROR = 1;

    /** This side failed. */
    public static final int INTERNAL_ERROR = 2;

    /** More was sent than a window allows, or a window is too large. */
    public static final int FLOW_CONTROL_ERROR = 3;

    /** A frame for a stream whose sender had ended it. */
    public static final int STREAM_CLOSED = 5;

    /** A frame of a size that its type does not have. */
    public static final int FRAME_SIZE_ERROR = 6;

    /** The stream was not looked at. */
    public static final int REFUSED_STREAM = 7;

    /** The stream is no longer wanted. */
    public static final int CANCEL = 8;

    /** A header block that cannot be read. */
    public static final int COMPRESSION_ERROR = 9;

    /** Too much that brings nothing forward. */
    public static final int ENHANCE_YOUR_CALM = 11;

    private static final int FRAME_HEAD = 9;

    /** A header block of more pieces than this is not meant to end. */
    private static final int MOST_CONTINUATIONS = 16;

    /** The largest frame of data that is written, whatever the other side allows: others have their turn. */
    private static final int LARGEST_WRITTEN = 64 << 10;

    private static final int LARGEST_TABLE = 4096;

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

    /** What a side does with frames whose form is right, one after the other. */
    public interface Side {
        /** Where to write. */
        ByteBuf out();

        /** Nothing more is read from this connection. */
        boolean finished();

        /** A frame was read and others may follow: what was left to do meanwhile may be done. */
        void between();

        /** A frame that brings nothing forward. Some are in order; a flood of them is not. */
        void idle() throws Violation;

        /** A header block of too many pieces came, or one that is far too long. */
        void endless();

        /** An answer that costs the other side nothing to ask for is about to be written: only while it reads them. */
        void answering() throws Violation;

        /** The other side's SETTINGS, all of them, after their single values. */
        void settled() throws Violation;

        /** The other side allows so many streams at once. */
        void mostStreams(long count);

        /** The other side's windows of streams, those that are open and those to come, differ from before by so much. */
        void widened(long change, int window) throws Violation;

        /**
         * Some of a stream's body.
         *
         * @param payload to be read at once
         * @param framed how much of the windows it takes
         */
        void data(int stream, ByteBuf payload, int framed, boolean end) throws Violation;

        /** A header block. */
        void headers(int stream, Http2Headers headers, boolean end) throws Violation;

        /**
         * A header block that was read for the sake of those to come but is of no use.
         *
         * @param tooLarge whether only its size is wrong
         */
        void uselessHeaders(int stream, boolean tooLarge, boolean end) throws Violation;

        /** The other side resets a stream. */
        void reset(int stream, int code) throws Violation;

        /** The other side takes no streams beyond this one. */
        void goAway(int lastStream, int code, String words) throws Violation;

        /** More may be sent on a stream, or on all together (0). */
        void windowUpdate(int stream, int more) throws Violation;
    }

    private final Side side;
    private final boolean server;
    private final int mostHeaderBytes;
    private final DefaultHttp2HeadersDecoder decoder;
    private final DefaultHttp2HeadersEncoder encoder;
    private boolean prefaced;
    private boolean settled;
    private int peersWindow = DEFAULT_WINDOW;
    private int peersLargestFrame = LARGEST_FRAME;

    private @Nullable ByteBuf block;
    private int blockStream;
    private long blockSince;
    private boolean blockEndsStream;
    private int continuations;

    /**
     * The frames of a connection that begins.
     *
     * @param server whether the other side is the client, so that its preface comes first
     * @param mostHeaderBytes the largest header list that is read
     * @param sensitive headers that differ from request to request, or are nobody's to compress
     */
    public Http2Frames(
            Side side, boolean server, int mostHeaderBytes, Http2HeadersEncoder.SensitivityDetector sensitive) {
        this.side = side;
        this.server = server;
        this.mostHeaderBytes = mostHeaderBytes;
        this.prefaced = !server;
        decoder = new DefaultHttp2HeadersDecoder(true, true, mostHeaderBytes);
        encoder = new DefaultHttp2HeadersEncoder(sensitive, true);
    }

    /** Above zero when the bytes begin as HTTP/2 must, below when they cannot, zero when more are needed. */
    public static int likePreface(ByteBuf bytes) {
        int there = Math.min(bytes.readableBytes(), PREFACE.length);
        for (int i = 0; i < there; i++) {
            if (bytes.getByte(bytes.readerIndex() + i) != PREFACE[i]) {
                return -1;
            }
        }
        return there == PREFACE.length ? 1 : 0;
    }

    /** The window of a stream that begins, towards the other side. */
    public int peersWindow() {
        return peersWindow;
    }

    /** The largest frame of data to write. */
    public int peersLargestFrame() {
        return peersLargestFrame;
    }

    /** Since when a header block is not complete, as {@link System#nanoTime()}; 0 when none is. */
    public long blockSince() {
        return block == null ? 0 : blockSince;
    }

    // Reading

    /** Reads as many whole frames as there are. */
    public void read(ByteBuf in) throws Violation {
        if (!prefaced) {
            if (in.readableBytes() < PREFACE.length) {
                return;
            }
            in.skipBytes(PREFACE.length);
            prefaced = true;
        }
        while (!side.finished() && in.readableBytes() >= FRAME_HEAD) {
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
            side.between();
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
            case DATA -> {
                int count = length - padding(flags, in, length);
                side.data(stream, in.slice(in.readerIndex(), count), length, (flags & END_STREAM) != 0);
            }
            case HEADERS -> headers(flags, stream, in, length);
            case CONTINUATION -> continuation(flags, in, length);
            case RST_STREAM -> {
                if (length != 4) {
                    throw new Violation(FRAME_SIZE_ERROR, "RST_STREAM of a wrong size");
                }
                side.reset(stream, in.readInt());
            }
            case SETTINGS -> settings(flags, stream, in, length);
            case PING -> ping(flags, stream, in, length);
            case WINDOW_UPDATE -> {
                if (length != 4) {
                    throw new Violation(FRAME_SIZE_ERROR, "WINDOW_UPDATE of a wrong size");
                }
                side.windowUpdate(stream, in.readInt() & Integer.MAX_VALUE);
            }
            case GOAWAY -> {
                if (stream != 0 || length < 8) {
                    throw new Violation(PROTOCOL_ERROR, "GOAWAY of a wrong form");
                }
                int last = in.readInt() & Integer.MAX_VALUE;
                int code = in.readInt();
                side.goAway(
                        last,
                        code,
                        in.toString(in.readerIndex(), Math.min(256, length - 8), StandardCharsets.ISO_8859_1));
            }
            case PUSH_PROMISE -> throw new Violation(PROTOCOL_ERROR, "nothing may be promised here");
            case PRIORITY -> {
                if (stream == 0 || length != 5) {
                    throw new Violation(PROTOCOL_ERROR, "PRIORITY of a wrong form");
                }
                side.idle();
            }
            default -> side.idle(); // of an extension that is not known here
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
            decode(id, fragment, end);
            return;
        }
        blockStream = id;
        blockSince = System.nanoTime();
        blockEndsStream = end;
        continuations = 0;
        block = in.alloc().buffer(2 * count).writeBytes(fragment);
    }

    private void continuation(int flags, ByteBuf in, int length) throws Violation {
        ByteBuf all = block;
        if (all == null) {
            throw new Violation(PROTOCOL_ERROR, "CONTINUATION of nothing");
        }
        if (++continuations > MOST_CONTINUATIONS
                || all.readableBytes() + length > 2L * mostHeaderBytes + LARGEST_FRAME) {
            side.endless();
            throw new Violation(ENHANCE_YOUR_CALM, "a header block that does not end");
        }
        all.writeBytes(in, in.readerIndex(), length);
        if ((flags & END_HEADERS) != 0) {
            block = null;
            try {
                decode(blockStream, all, blockEndsStream);
            } finally {
                all.release();
            }
        }
    }

    private void decode(int id, ByteBuf fragment, boolean end) throws Violation {
        // whatever becomes of the stream, the block must be decoded: the next one builds on it
        Http2Headers decoded;
        try {
            decoded = decoder.decodeHeaders(id, fragment);
        } catch (Http2Exception.HeaderListSizeException e) {
            side.uselessHeaders(id, true, end);
            return;
        } catch (Http2Exception e) {
            if (!Http2Exception.isStreamError(e)) {
                throw new Violation(COMPRESSION_ERROR, "header block that cannot be read");
            }
            side.uselessHeaders(id, false, end);
            return;
        }
        side.headers(id, decoded, end);
    }

    private void settings(int flags, int stream, ByteBuf in, int length) throws Violation {
        boolean ack = (flags & ACK) != 0;
        if (stream != 0) {
            throw new Violation(PROTOCOL_ERROR, "SETTINGS of a stream");
        }
        if (ack ? length != 0 : length % 6 != 0) {
            throw new Violation(FRAME_SIZE_ERROR, "SETTINGS of a wrong size");
        }
        side.idle();
        if (ack) {
            return;
        }
        settled = true;
        for (int i = 0; i < length; i += 6) {
            setting(in.readUnsignedShort(), in.readUnsignedInt());
        }
        side.answering();
        frame(0, SETTINGS, ACK, 0);
        side.settled();
    }

    private void setting(int name, long value) throws Violation {
        switch (name) {
            case 1 -> { // HEADER_TABLE_SIZE
                try {
                    encoder.maxHeaderTableSize(Math.min(value, LARGEST_TABLE));
                } catch (Http2Exception e) {
                    throw new Violation(PROTOCOL_ERROR, "HEADER_TABLE_SIZE out of range");
                }
            }
            case 2 -> { // ENABLE_PUSH
                if (value > (server ? 1 : 0)) {
                    throw new Violation(PROTOCOL_ERROR, "ENABLE_PUSH out of range");
                }
            }
            case 3 -> side.mostStreams(value); // MAX_CONCURRENT_STREAMS
            case 4 -> { // INITIAL_WINDOW_SIZE
                if (value > Integer.MAX_VALUE) {
                    throw new Violation(FLOW_CONTROL_ERROR, "INITIAL_WINDOW_SIZE out of range");
                }
                long change = value - peersWindow;
                peersWindow = (int) value;
                side.widened(change, peersWindow);
            }
            case 5 -> { // MAX_FRAME_SIZE
                if (value < LARGEST_FRAME || value > 0xffffff) {
                    throw new Violation(PROTOCOL_ERROR, "MAX_FRAME_SIZE out of range");
                }
                peersLargestFrame = (int) Math.min(value, LARGEST_WRITTEN);
            }
            default -> {} // nothing that matters here
        }
    }

    private void ping(int flags, int stream, ByteBuf in, int length) throws Violation {
        if (stream != 0 || length != 8) {
            throw new Violation(stream != 0 ? PROTOCOL_ERROR : FRAME_SIZE_ERROR, "PING of a wrong form");
        }
        side.idle();
        if ((flags & ACK) == 0) {
            side.answering();
            frame(8, PING, ACK, 0).writeLong(in.readLong());
        }
    }

    // Writing

    private ByteBuf frame(int length, int type, int flags, int stream) {
        return side.out().writeMedium(length).writeByte(type).writeByte(flags).writeInt(stream);
    }

    /** Writes this side's SETTINGS: pairs of name and value. */
    public void settings(int[][] settings) {
        ByteBuf out = frame(6 * settings.length, SETTINGS, 0, 0);
        for (int[] setting : settings) {
            out.writeShort(setting[0]).writeInt(setting[1]);
        }
    }

    /** Writes the head of a frame of a stream's body. */
    public ByteBuf data(int stream, int length, boolean end) {
        return frame(length, DATA, end ? END_STREAM : 0, stream);
    }

    /** Lets the sender of a stream, or of all together (0), go on. */
    public void grant(int stream, int bytes) {
        frame(4, WINDOW_UPDATE, 0, stream).writeInt(bytes);
    }

    /** Ends a stream. */
    public void reset(int stream, int code) {
        frame(4, RST_STREAM, 0, stream).writeInt(code);
    }

    /** Asks whether the other side is there. */
    public void ping(long words) {
        frame(8, PING, 0, 0).writeLong(words);
    }

    /** Says that no streams beyond the last one are taken any more. */
    public void goAway(int lastStream, int code, String words) {
        frame(8 + words.length(), GOAWAY, 0, 0)
                .writeInt(lastStream)
                .writeInt(code)
                .writeCharSequence(words, StandardCharsets.US_ASCII);
    }

    /** Writes a header block. */
    public void headers(int id, Http2Headers all, boolean end) {
        ByteBuf out = side.out();
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
            out.setMedium(start, length)
                    .setByte(start + 3, HEADERS)
                    .setByte(start + 4, END_HEADERS | endStream)
                    .setInt(start + 5, id);
            return;
        }
        byte[] encoded = new byte[length];
        out.getBytes(start + FRAME_HEAD, encoded);
        out.writerIndex(start);
        for (int at = 0; at < length; at += LARGEST_FRAME) {
            int count = Math.min(LARGEST_FRAME, length - at);
            boolean last = at + count == length;
            frame(count, at == 0 ? HEADERS : CONTINUATION, (at == 0 ? endStream : 0) | (last ? END_HEADERS : 0), id)
                    .writeBytes(encoded, at, count);
        }
    }

    /** Gives back what is held for a header block that is not complete. */
    public void drop() {
        if (block != null) {
            block.release();
            block = null;
        }
    }

    /** The connection is gone. */
    public void close() {
        drop();
        encoder.close();
    }
}
