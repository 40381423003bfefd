package io.github.bittensor4j.axon.internal.front;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** One request and its answer on an HTTP/1.1 connection. What is not an order happens on the event loop. */
final class Http1Request implements Incoming, Outgoing {
    private static final int READY = 64 << 10;

    private final Http1Connection connection;
    private final RequestHead head;
    private final boolean bodiless;
    private final long openedAt = System.nanoTime();
    private @Nullable Receiver receiver;
    private boolean hurried = true;
    private volatile boolean held;

    private int status;
    private Headers answerHeaders = Headers.NONE;
    private boolean headGiven;
    private boolean headWritten;
    private boolean chunked;
    private boolean ending;
    private final ArrayDeque<byte[]> parts = new ArrayDeque<>();
    private final AtomicLong unwritten = new AtomicLong();
    private volatile boolean toldToWait;
    private volatile boolean over;

    Http1Request(Http1Connection connection, RequestHead head, boolean bodiless) {
        this.connection = connection;
        this.head = head;
        this.bodiless = bodiless;
    }

    void opened(Receiver takes) {
        receiver = takes;
    }

    void received(ByteBuf part) {
        if (receiver != null && !over) {
            receiver.data(part);
        }
    }

    void ended() {
        if (receiver != null && !over) {
            receiver.end();
        }
    }

    void abandoned() {
        if (!over) {
            over = true;
            parts.clear();
            if (receiver != null) {
                receiver.gone();
            }
        }
    }

    boolean isLate(long now, long limit) {
        return hurried && now - openedAt > limit;
    }

    boolean held() {
        return held;
    }

    /** Whether something of the answer is on the wire. */
    boolean begun() {
        return headWritten;
    }

    boolean owes() {
        return !parts.isEmpty();
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
        return false;
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
        connection.order(connection::goOn);
    }

    @Override
    public void unhurried() {
        hurried = false;
    }

    @Override
    public void head(int code, Headers headers) {
        connection.order(() -> {
            if (!over && !headGiven) {
                headGiven = true;
                status = code;
                answerHeaders = headers;
                // written with what follows: by then the length may be known
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
                boolean first = !headWritten && parts.isEmpty();
                parts.add(part);
                // the first part waits a moment for the end, behind which the length is known
                if (first) {
                    connection.order(this::pump);
                } else {
                    pump();
                }
            }
        });
    }

    @Override
    public void end() {
        end(Headers.NONE);
    }

    @Override
    public void end(Headers trailers) {
        connection.order(() -> {
            if (!over && !ending) {
                ending = true;
                if (!headGiven) {
                    headGiven = true;
                    status = 200;
                    answerHeaders = trailers;
                }
                pump();
            }
        });
    }

    /** Writes what there is, as far as the socket takes it. */
    void pump() {
        if (over || !headGiven || (parts.isEmpty() && !ending)) {
            return;
        }
        if (!headWritten) {
            headWritten = true;
            chunked = !ending;
            connection.writeHead(status, answerHeaders, chunked ? -1 : waiting());
        }
        while (!parts.isEmpty() && connection.socketTakesMore()) {
            byte[] part = parts.remove();
            if (!bodiless) {
                if (chunked) {
                    connection.writeChunkHead(part.length);
                }
                connection.body().writeBytes(part);
                if (chunked) {
                    connection.writeLine();
                }
            }
            unwritten.addAndGet(-part.length);
            tellReady();
        }
        if (parts.isEmpty() && ending) {
            if (chunked && !bodiless) {
                connection.writeChunkHead(0);
                connection.writeLine();
            }
            over = true;
            connection.answered();
        }
    }

    private long waiting() {
        long bytes = 0;
        for (byte[] part : parts) {
            bytes += part.length;
        }
        return bytes;
    }

    @Override
    public void reset() {
        connection.order(() -> {
            if (!over) {
                over = true;
                connection.finish();
            }
        });
    }

    @Override
    public boolean isReady() {
        if (roomy()) {
            return true;
        }
        toldToWait = true;
        return roomy();
    }

    private boolean roomy() {
        return unwritten.get() < READY && connection.context().channel().isWritable();
    }

    @Override
    public long unwritten() {
        return unwritten.get();
    }

    /** Tells a writer who was told to wait, when that is over. */
    void tellReady() {
        if (toldToWait && roomy() && receiver != null && !over) {
            toldToWait = false;
            receiver.ready();
        }
    }
}
