package io.github.bittensor4j.axon.internal.front;

import io.github.bittensor4j.protocol.internal.net.Http2Frames;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Queue;

/** One request and its answer on an HTTP/2 connection. What is not an order happens on the event loop. */
final class Http2Stream extends HttpRequest {
    private final Http2Connection connection;
    private final int id;

    private boolean bodyEnded;
    private long bodyBytes;
    private int receiveWindow = Http2Connection.STREAM_WINDOW;
    private volatile boolean held;

    private final ArrayDeque<byte[]> parts = new ArrayDeque<>();
    private int offset;
    private long sendWindow;
    private boolean headWritten;
    private boolean ending;
    private boolean endWritten;
    private Headers trailers = Headers.NONE;
    private boolean waits;
    private long movedAt = openedAt;

    Http2Stream(Http2Connection connection, int id, RequestHead head, int sendWindow) {
        super(connection, head);
        this.connection = connection;
        this.id = id;
        this.sendWindow = sendWindow;
    }

    int id() {
        return id;
    }

    // The request

    boolean bodyEnded() {
        return bodyEnded;
    }

    /**
     * Takes some of the body.
     *
     * @param framed how much of the window it took
     * @return whether that was in order
     */
    boolean received(ByteBuf part, int framed, boolean end) {
        receiveWindow -= framed;
        bodyBytes += part.readableBytes();
        boolean tooLong = head.length() >= 0 && bodyBytes > head.length();
        boolean tooShort = end && head.length() >= 0 && bodyBytes < head.length();
        if (receiveWindow < 0 || tooLong || tooShort || receiver == null) {
            return false;
        }
        if (part.isReadable()) {
            receiver.data(part);
        }
        if (end) {
            bodyEnded = true;
            receiver.end();
        } else {
            refill();
        }
        return true;
    }

    private void refill() {
        if (!held && !bodyEnded && !over && receiveWindow <= Http2Connection.STREAM_WINDOW / 2) {
            connection.grant(id, Http2Connection.STREAM_WINDOW - receiveWindow);
            receiveWindow = Http2Connection.STREAM_WINDOW;
        }
    }

    boolean bodyIsLate(long now, long limit) {
        return hurried && !bodyEnded && now - openedAt > limit;
    }

    /** The stream is no more, without our doing. */
    void abandoned() {
        over();
        if (receiver != null) {
            receiver.gone();
        }
    }

    /** The stream is no more. */
    void over() {
        over = true;
        long left = -offset;
        for (byte[] part : parts) {
            left += part.length;
        }
        connection.queued(-left);
        parts.clear();
        offset = 0;
    }

    @Override
    public boolean http2() {
        return true;
    }

    @Override
    public void hold(boolean hold) {
        held = hold;
        if (!hold) {
            connection.order(this::refill);
        }
    }

    // The answer

    @Override
    void begin(int status, Headers headers) {
        if (!over && !headWritten) {
            headWritten = true;
            connection.headers(id, status, headers, false);
        }
    }

    @Override
    void add(byte[] part) {
        if (!over && !ending) {
            connection.queued(part.length);
            if (parts.isEmpty()) {
                movedAt = System.nanoTime();
            }
            parts.add(part);
            pumpUnlessWaiting();
        }
    }

    @Override
    void complete(Headers last) {
        if (over || ending) {
            return;
        }
        ending = true;
        if (headWritten) {
            trailers = last;
            pumpUnlessWaiting();
        } else {
            headWritten = true;
            connection.headers(id, 200, last, true);
            connection.ended(this);
        }
    }

    /** Writes on, unless it waits for its turn already. */
    void pumpUnlessWaiting() {
        if (!waits) {
            connection.pump(this);
        }
    }

    @Override
    public void reset() {
        connection.order(() -> connection.breakOff(this, Http2Frames.INTERNAL_ERROR));
    }

    boolean hasData() {
        return !parts.isEmpty();
    }

    int nextBytes() {
        byte[] next = parts.peek();
        return next == null ? 0 : next.length - offset;
    }

    long sendWindow() {
        return sendWindow;
    }

    /** Changes the window; false when that is beyond what HTTP/2 allows. */
    boolean widen(long change) {
        sendWindow += change;
        return sendWindow <= Integer.MAX_VALUE;
    }

    /** Whether these bytes are the last of the answer, and nothing else has to follow. */
    boolean endsAfter(int count) {
        endWritten = ending && trailers.size() == 0 && parts.size() == 1 && count == nextBytes();
        return endWritten;
    }

    void take(int count, ByteBuf out) {
        byte[] next = parts.element();
        out.writeBytes(next, offset, count);
        offset += count;
        if (offset == next.length) {
            parts.remove();
            offset = 0;
        }
        sendWindow -= count;
        movedAt = System.nanoTime();
        unwritten.addAndGet(-count);
        connection.queued(-count);
        tellReady();
    }

    boolean answerEnds() {
        return ending;
    }

    boolean endWritten() {
        return endWritten;
    }

    Headers trailers() {
        return trailers;
    }

    boolean isStalled(long now, long limit) {
        return !parts.isEmpty() && now - movedAt > limit;
    }

    void waitIn(Queue<Http2Stream> waiting) {
        waits = true;
        waiting.add(this);
    }

    /** Its turn has come; false when it is no more. */
    boolean goesOn() {
        waits = false;
        return !over;
    }
}
