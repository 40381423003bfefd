package io.github.bittensor4j.axon.internal.front;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** What a request says of itself, and when its writer has to wait: the same for both versions of HTTP. */
abstract class HttpRequest implements Incoming, Outgoing {
    /** What may wait to be read by the caller before the writer is told to wait. */
    private static final int READY = 64 << 10;

    final RequestHead head;
    final long openedAt = System.nanoTime();
    final AtomicLong unwritten = new AtomicLong();

    @Nullable
    Receiver receiver;

    boolean hurried = true;
    volatile boolean over;
    private final Connection on;
    private volatile boolean toldToWait;

    HttpRequest(Connection on, RequestHead head) {
        this.on = on;
        this.head = head;
    }

    final void opened(Receiver takes) {
        receiver = takes;
    }

    @Override
    public final String method() {
        return head.method();
    }

    @Override
    public final String target() {
        return head.target();
    }

    @Override
    public final Headers headers() {
        return head.headers();
    }

    @Override
    public final InetSocketAddress peer() {
        return on.peer();
    }

    @Override
    public final Optional<SSLSession> tls() {
        return on.tls();
    }

    @Override
    public final void order(Runnable work) {
        on.order(work);
    }

    @Override
    public final void unhurried() {
        hurried = false;
    }

    // What is ordered is done on the event loop, by these

    /** The head of the answer is there. */
    abstract void begin(int status, Headers headers);

    /** A part of the body is there; never an empty one. */
    abstract void add(byte[] part);

    /** All of the answer is there. */
    abstract void complete(Headers trailers);

    @Override
    public final void whole(int status, Headers headers, byte[] body, Headers trailers) {
        unwritten.addAndGet(body.length);
        on.order(() -> {
            begin(status, headers);
            if (body.length > 0) {
                add(body);
            }
            complete(trailers);
        });
    }

    @Override
    public final void head(int status, Headers headers) {
        on.order(() -> begin(status, headers));
    }

    @Override
    public final void data(byte[] part) {
        if (part.length > 0) {
            unwritten.addAndGet(part.length);
            on.order(() -> add(part));
        }
    }

    @Override
    public final void end(Headers trailers) {
        on.order(() -> complete(trailers));
    }

    @Override
    public final void end() {
        end(Headers.NONE);
    }

    @Override
    public final boolean isReady() {
        if (roomy()) {
            return true;
        }
        toldToWait = true;
        // it may have become ready since
        return roomy();
    }

    private boolean roomy() {
        return unwritten.get() < READY && on.context().channel().isWritable();
    }

    @Override
    public final long unwritten() {
        return unwritten.get();
    }

    /** Tells a writer who was told to wait, when that is over. */
    final void tellReady() {
        if (toldToWait && roomy() && receiver != null && !over) {
            toldToWait = false;
            receiver.ready();
        }
    }
}
