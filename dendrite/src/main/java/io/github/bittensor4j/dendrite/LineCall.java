package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.protocol.internal.Refusal;
import io.github.bittensor4j.protocol.internal.net.GrpcBody;
import io.github.bittensor4j.protocol.internal.net.Http2Frames;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One gRPC call over a {@link Line}: one message at most goes out, which is there from the start, and one or many come back. It is sent
 * once and ends once. What does not say otherwise happens on the line's event loop.
 */
abstract class LineCall extends GrpcBody {
    /** What an answer may be ahead of its taker. */
    static final int WINDOW = 1 << 20;

    private static final AsciiString POST = AsciiString.cached("POST");
    private static final AsciiString HTTP = AsciiString.cached("http");
    private static final AsciiString HTTPS = AsciiString.cached("https");
    private static final AsciiString TE = AsciiString.cached("te");
    private static final AsciiString TRAILERS = AsciiString.cached("trailers");
    private static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
    private static final AsciiString GRPC = AsciiString.cached("application/grpc");
    private static final AsciiString TIMEOUT = AsciiString.cached("grpc-timeout");
    private static final AsciiString STATUS = AsciiString.cached("grpc-status");
    private static final AsciiString MESSAGE = AsciiString.cached("grpc-message");
    private static final Metadata NONE = new Metadata();
    private static final long MOST_MILLIS = 99_999_999;

    private final AsciiString path;
    private final byte[] body;
    private final boolean manyAnswers;
    private final long until;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile @Nullable Line line;
    private volatile @Nullable LineConnection on;

    /** What is to be sent before the body; made by whichever thread hands the call over. */
    private @Nullable Http2Headers head;

    private int id;
    private int sentBytes;
    private long sendWindow;
    private int receiveWindow = WINDOW;
    private boolean began;
    private final ArrayDeque<byte[]> messages = new ArrayDeque<>(1);
    private int wanted = 1;
    private @Nullable Status last;
    private Metadata trailers = NONE;

    /**
     * @param path the request target
     * @param message what is asked; null for a call without a message
     * @param manyAnswers whether more than one message may come back
     * @param mostBytes the largest message that may come back
     * @param until when it ends at the latest, a moment of {@link System#nanoTime()}
     */
    LineCall(AsciiString path, byte @Nullable [] message, boolean manyAnswers, int mostBytes, long until) {
        super(mostBytes);
        this.path = path;
        this.body = message == null ? new byte[0] : framed(message);
        this.manyAnswers = manyAnswers;
        this.until = until;
    }

    /** A connection stands: gives the headers that only this call has, by name and value. On any thread, perhaps again later. */
    abstract void heading(List<AsciiString> headers);

    /** It was handed to the connection. */
    abstract void sent();

    /** The head of an answer of gRPC is here. */
    abstract void answering(Http2Headers head);

    /** A message of the answer; never more than were asked for. */
    abstract void taken(byte[] message);

    /**
     * It is over. The last event, and always comes; on any thread where the dendrite is being closed.
     *
     * @param began whether an answer of gRPC had begun
     */
    abstract void ended(Status status, Metadata trailers, boolean began);

    // Asking

    /** Hands the call over to a line. On any thread, once. */
    final void begin(Line to) {
        line = to;
        to.begin(this);
    }

    final long until() {
        return until;
    }

    final boolean over() {
        return over.get();
    }

    final int id() {
        return id;
    }

    /**
     * Makes what is sent first, anew if need be.
     *
     * @return whether that could be done; if not, the call is over
     */
    final boolean prepare(AsciiString authority, boolean tls) {
        long left = until - System.nanoTime();
        if (left <= 0) {
            end(Status.DEADLINE_EXCEEDED);
            return false;
        }
        List<AsciiString> headers = new ArrayList<>(24);
        headers.add(TE);
        headers.add(TRAILERS);
        headers.add(CONTENT_TYPE);
        headers.add(GRPC);
        headers.add(TIMEOUT);
        // rounded up: the call's own clock is exact, and most calls come to the same text, which compresses to nothing
        headers.add(new AsciiString(Math.min(MOST_MILLIS, left / 1_000_000 + 1) + "m"));
        try {
            heading(headers);
        } catch (RuntimeException e) {
            end(Status.INTERNAL.withDescription("the hotkey did not sign").withCause(e));
            return false;
        }
        head = ReadOnlyHttp2Headers.clientHeaders(
                false, POST, path, tls ? HTTPS : HTTP, authority, headers.toArray(AsciiString[]::new));
        return true;
    }

    /** Takes one more message. From any thread. */
    final void request() {
        LineConnection connection = on;
        if (connection != null) {
            connection.order(() -> {
                wanted++;
                deliver();
            });
        }
    }

    /** Ends the call if it is not over. From any thread. */
    public final void cancel(String why) {
        Line asked = line;
        if (over.get() || asked == null) {
            return;
        }
        try {
            asked.loop().execute(() -> fail(Status.CANCELLED.withDescription(why)));
        } catch (RejectedExecutionException e) {
            end(Status.CANCELLED.withDescription(why));
        }
    }

    // Sending

    /** Its stream begins. */
    final Http2Headers opened(LineConnection connection, int stream, int window) {
        on = connection;
        id = stream;
        sendWindow = window;
        Http2Headers first = head;
        head = null;
        if (first == null) {
            throw new IllegalStateException("not prepared");
        }
        return first;
    }

    final int unsent() {
        return body.length - sentBytes;
    }

    final long sendWindow() {
        return sendWindow;
    }

    /** Changes the window; false when that is beyond what HTTP/2 allows. */
    final boolean widen(long change) {
        sendWindow += change;
        return sendWindow <= Integer.MAX_VALUE;
    }

    final void write(int count, ByteBuf out) {
        out.writeBytes(body, sentBytes, count);
        sentBytes += count;
        sendWindow -= count;
    }

    // The answer

    /** A header block has come. */
    final void headers(Http2Headers block, boolean end) {
        if (began) {
            if (end) {
                complete(block);
            } else {
                fail(Status.INTERNAL.withDescription("a header block within an answer"));
            }
            return;
        }
        int http = http(block.status());
        if (http >= 100 && http < 200 && !end) {
            return; // the answer's own head is still to come
        }
        CharSequence type = block.get(CONTENT_TYPE);
        if (http != 200 && !block.contains(STATUS)
                || type == null
                || !AsciiString.regionMatches(type, false, 0, GRPC, 0, GRPC.length())) {
            String shown = type == null ? "" : ", content type " + type;
            fail(statusOf(http).withDescription("not an answer of gRPC: HTTP status " + http + shown));
            return;
        }
        began = true;
        answering(block);
        if (end) {
            complete(block);
        }
    }

    private static int http(@Nullable CharSequence status) {
        try {
            return status == null ? 0 : Integer.parseInt(status, 0, status.length(), 10);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** As gRPC reads the status of HTTP where there is none of its own. */
    private static Status statusOf(int http) {
        return switch (http) {
            case 400 -> Status.INTERNAL;
            case 401 -> Status.UNAUTHENTICATED;
            case 403 -> Status.PERMISSION_DENIED;
            case 404 -> Status.UNIMPLEMENTED;
            case 429, 502, 503, 504 -> Status.UNAVAILABLE;
            default -> Status.UNKNOWN;
        };
    }

    /** Some of the body has come. Returns false when more came than was allowed. */
    final boolean data(ByteBuf payload, int framed, boolean end) {
        receiveWindow -= framed;
        if (receiveWindow < 0) {
            return false;
        }
        if (!began) {
            fail(Status.INTERNAL.withDescription("a body before its head"));
            return true;
        }
        data(payload);
        if (end) {
            // so ends what a proxy passes on when the axon behind it went away; a server of gRPC always ends with a
            // status
            fail(Status.UNAVAILABLE.withDescription("the answer ended without a status"));
        } else {
            refill();
        }
        return true;
    }

    @Override
    protected final void message(byte[] message) {
        if (!manyAnswers && (wanted == 0 || !messages.isEmpty())) {
            fail(Status.INTERNAL.withDescription("more than one message came (expected: one)"));
            return;
        }
        messages.add(message);
        deliver();
    }

    /** The status is here; what came before it is taken first. */
    private void complete(Http2Headers block) {
        CharSequence code = block.get(STATUS);
        if (code == null) {
            fail(Status.INTERNAL.withDescription("the answer ended without a status"));
            return;
        }
        if (block.size() > 1) {
            trailers = metadata(block);
        }
        last = status(code, block.get(MESSAGE));
        end();
    }

    @Override
    protected final void halfClosed() {
        deliver();
    }

    @Override
    protected final void broken(Refusal refusal, String message) {
        Status status = refusal == Refusal.LIMIT_SIZE ? Status.RESOURCE_EXHAUSTED : Status.INTERNAL;
        Status told = last;
        if (told != null && !told.isOk()) {
            deliver(); // whatever was cut off: the axon says why
        } else {
            last = null;
            fail(status.withDescription(message));
        }
    }

    /** Gives what is here and wanted; the end comes behind the last message. */
    private void deliver() {
        while (wanted > 0 && !over.get()) {
            byte[] next = messages.poll();
            if (next == null) {
                break;
            }
            wanted--;
            taken(next);
        }
        Status end = last;
        if (end != null && messages.isEmpty()) {
            end(end);
        } else {
            refill();
        }
    }

    /** Lets more come, unless there is enough that nobody has taken. */
    private void refill() {
        LineConnection connection = on;
        if (connection != null && last == null && !over.get() && messages.isEmpty() && receiveWindow <= WINDOW / 2) {
            connection.grant(id, WINDOW - receiveWindow);
            receiveWindow = WINDOW;
        }
    }

    // Ending

    /** Breaks the call off. */
    final void fail(Status status) {
        LineConnection connection = on;
        if (connection != null && !over.get()) {
            connection.breakOff(this, Http2Frames.CANCEL);
        }
        end(status);
    }

    /** The call is over; its stream, if it had one, is no more. */
    final void end(Status status) {
        if (over.compareAndSet(false, true)) {
            messages.clear();
            LineConnection connection = on;
            if (connection != null) {
                connection.ended(this);
            }
            ended(status, trailers, began);
        }
    }

    /** Text headers as gRPC knows them. */
    private static Metadata metadata(Http2Headers block) {
        Metadata metadata = new Metadata();
        for (Map.Entry<CharSequence, CharSequence> entry : block) {
            String name = entry.getKey().toString();
            if (!name.startsWith(":") && !name.endsWith("-bin")) {
                try {
                    metadata.put(
                            Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER),
                            entry.getValue().toString());
                } catch (IllegalArgumentException e) {
                    // a name that gRPC does not know: nobody can ask for it
                }
            }
        }
        return metadata;
    }

    private static Status status(CharSequence code, @Nullable CharSequence message) {
        Status status;
        try {
            status = Status.fromCodeValue(Integer.parseInt(code, 0, code.length(), 10));
        } catch (NumberFormatException e) {
            return Status.UNKNOWN.withDescription("a status that is no number");
        }
        return message == null ? status : status.withDescription(percentDecoded(message));
    }

    /** The spelling of grpc-message; what is no escape stands for itself. */
    private static String percentDecoded(CharSequence text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%' && i + 2 < text.length()) {
                int high = Character.digit(text.charAt(i + 1), 16);
                int low = Character.digit(text.charAt(i + 2), 16);
                if (high >= 0 && low >= 0) {
                    bytes.write(high << 4 | low);
                    i += 2;
                    continue;
                }
            }
            bytes.write(c);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
