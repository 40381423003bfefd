package io.github.bittensor4j.axon.internal.front;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;

/** One request and its answer on an HTTP/1.1 connection. What is not an order happens on the event loop. */
final class Http1Request extends HttpRequest {
    private final Http1Connection connection;
    private final boolean bodiless;
    private volatile boolean held;

    private int status;
    private Headers answerHeaders = Headers.NONE;
    private boolean headGiven;
    private boolean headWritten;
    private boolean chunked;
    private boolean ending;
    private Headers trailers = Headers.NONE;
    private final ArrayDeque<byte[]> parts = new ArrayDeque<>();

    Http1Request(Http1Connection connection, RequestHead head, boolean bodiless) {
        super(connection, head);
        this.connection = connection;
        this.bodiless = bodiless;
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
    public boolean http2() {
        return false;
    }

    @Override
    public void hold(boolean hold) {
        held = hold;
        connection.order(connection::goOn);
    }

    @Override
    void begin(int code, Headers headers) {
        if (!over && !headGiven) {
            headGiven = true;
            status = code;
            answerHeaders = headers;
            // written with what follows: by then the length may be known
        }
    }

    @Override
    void add(byte[] part) {
        if (!over && !ending) {
            boolean first = !headWritten && parts.isEmpty();
            parts.add(part);
            // the first part waits for what was ordered with it: behind the end the length is known
            if (first) {
                connection.order(this::pump);
            } else {
                pump();
            }
        }
    }

    @Override
    void complete(Headers last) {
        if (!over && !ending) {
            ending = true;
            if (headGiven) {
                trailers = last;
            } else {
                headGiven = true;
                status = 200;
                answerHeaders = last;
            }
            pump();
        }
    }

    /** Writes what there is, as far as the socket takes it. */
    void pump() {
        if (over || !headGiven || (parts.isEmpty() && !ending)) {
            return;
        }
        if (!headWritten) {
            headWritten = true;
            chunked = !ending || trailers.size() > 0;
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
                connection.writeTrailers(trailers);
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
}
