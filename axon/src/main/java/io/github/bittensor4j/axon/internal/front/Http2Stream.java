package io.github.bittensor4j.axon.internal.front;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** One request and its answer on an HTTP/2 connection. What is not an order happens on the event loop. */
final class Http2Stream implements Incoming, Outgoing {
    /** What may wait to be read by the caller before the writer is told to wait. */
    private static final int READY = 64 << 10;

    private final Http2Connection connection;
    private final int id;
    private final RequestHead head;
    private final long openedAt = System.nanoTime();
    private @Nullable Receiver receiver;

    private boolean hurried = true;
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
    private final AtomicLong unwritten = new AtomicLong();
    private volatile boolean toldToWait;
    private volatile boolean over;

    Http2Stream(Http2Connection connection, int id, RequestHead head, int sendWindow) {
        this.connection = connection;
        this.id = id;
        this.head = head;
        this.sendWindow = sendWindow;
    }

    int id() {
        return id;
    }

    // The request

    void opened(Receiver takes) {
        receiver = takes;
    }

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
    public String method() {
        return head.method();
    }

    @Override
    public String target() {
        return head.target();
    }

    @Override
    public Headers headers() {
        return head.headers();
    }

    @Override
    public InetSocketAddress peer() {
        return connection.peer();
    }

    @Override
    public boolean http2() {
        return true;
    }

    @Override
    public Optional<SSLSession> tls() {
        return connection.tls();
    }

    @Override
    public Executor loop() {
        return connection.context().executor();
    }

    @Override
    public void hold(boolean hold) {
        held = hold;
        if (!hold) {
            connection.order(this::refill);
        }
    }

    @Override
    public void unhurried() {
        hurried = false;
    }

    // The answer

    @Override
    public void head(int status, Headers headers) {
        connection.order(() -> {
            if (!over && !headWritten) {
                headWritten = true;
                connection.headers(id, status, headers, false);
            }
        });
    }

    @Override
    public void data(byte[] part) {
        if (part.length == 0) {
            return;
        }
        unwritten.addAndGet(part.length);
        connection.order(() -> {
            if (!over && !ending) {
                connection.queued(part.length);
                if (parts.isEmpty()) {
                    movedAt = System.nanoTime();
                }
                parts.add(part);
                pumpUnlessWaiting();
            }
        });
    }

    @Override
    public void end() {
        end(Headers.NONE);
    }

    @Override
    public void end(Headers last) {
        connection.order(() -> {
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
        });
    }

    /** Writes on, unless it waits for its turn already. */
    void pumpUnlessWaiting() {
        if (!waits) {
            connection.pump(this);
        }
    }

    @Override
    public void reset() {
        connection.order(() -> connection.breakOff(this, Http2Connection.INTERNAL_ERROR));
    }

    @Override
    public boolean isReady() {
        if (unwritten.get() < READY && connection.context().channel().isWritable()) {
            return true;
        }
        toldToWait = true;
        // it may have become ready since
        return unwritten.get() < READY && connection.context().channel().isWritable();
    }

    @Override
    public long unwritten() {
        return unwritten.get();
    }

    /** Tells a writer who was told to wait, when that is over. */
    void tellReady() {
        if (toldToWait
                && unwritten.get() < READY
                && connection.context().channel().isWritable()
                && receiver != null) {
            toldToWait = false;
            receiver.ready();
        }
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
