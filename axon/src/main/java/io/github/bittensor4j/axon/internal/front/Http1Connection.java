package io.github.bittensor4j.axon.internal.front;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of one HTTP/1.1 connection (RFC 9112), one request after the other. It reads strictly: whatever two readers could take
 * for different requests is refused and ends the connection.
 */
final class Http1Connection extends Connection {
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** The longest line that gives a chunk's size. Extensions of chunks are refused. */
    private static final int LONGEST_CHUNK_LINE = 18;

    private static final int LONGEST_TRAILERS = 4096;

    /** Where in a request the reader is. */
    private enum State {
        HEAD,
        BODY,
        CHUNK_LINE,
        CHUNK,
        CHUNK_END,
        TRAILERS,
        /** The request is complete; what follows it is not looked at until it is answered. */
        ANSWER
    }

    /** Ends the connection after an answer that says so. Carries no stack trace: strangers decide how often it is thrown. */
    private static final class Violation extends Exception {
        private static final long serialVersionUID = 1L;

        final int status;
        final String code;

        Violation(int status, String code, String rule) {
            super(rule, null, false, false);
            this.status = status;
            this.code = code;
        }
    }

    private State state = State.HEAD;
    private @Nullable Http1Request current;
    private long left;
    private int searched;
    private int trailerBytes;
    private boolean paused;
    private boolean closing;
    private long quietSince = System.nanoTime();
    private long headSince = quietSince;

    Http1Connection(Front front, ChannelHandlerContext sniffer) {
        super(front, sniffer);
    }

    // Reading

    @Override
    protected void read(ByteBuf in) {
        try {
            while (!finished() && step(in)) {}
        } catch (Violation e) {
            fail(e);
        }
        pauseOrGoOn(in.readableBytes());
    }

    /** While a request is answered or held, what follows it stays at the caller, apart from one buffer full. */
    private void pauseOrGoOn(int unused) {
        boolean pause =
                state == State.ANSWER ? unused > front.limits().maxMetadataBytes() : current != null && current.held();
        if (pause != paused && !finished()) {
            paused = pause;
            context().channel().config().setAutoRead(!pause);
        }
    }

    private boolean step(ByteBuf in) throws Violation {
        return switch (state) {
            case HEAD -> head(in);
            case BODY -> body(in, State.ANSWER);
            case CHUNK -> body(in, State.CHUNK_END);
            case CHUNK_LINE -> chunkLine(in);
            case CHUNK_END -> chunkEnd(in);
            case TRAILERS -> trailer(in);
            case ANSWER -> false;
        };
    }

    private boolean head(ByteBuf in) throws Violation {
        if (in.isReadable() && searched == 0 && headSince == quietSince) {
            headSince = System.nanoTime();
        }
        int end = endOfHead(in);
        int most = front.limits().maxMetadataBytes();
        if (end < 0 ? in.readableBytes() > most : end > most) {
            throw new Violation(431, "limit.headers", "head larger than " + most + " bytes");
        }
        if (end < 0) {
            return false;
        }
        String text = in.readCharSequence(end, StandardCharsets.ISO_8859_1).toString();
        searched = 0;
        RequestHead head = parse(text);
        Http1Request request = new Http1Request(this, head, head.method().equals("HEAD"));
        List<String> coding = head.headers().all("transfer-encoding");
        if (!coding.isEmpty()) {
            if (head.length() != -1) {
                throw malformed("a length and a transfer coding");
            }
            if (coding.size() != 1 || !coding.get(0).equalsIgnoreCase("chunked")) {
                throw new Violation(501, "http.malformed", "a transfer coding other than chunked");
            }
            state = State.CHUNK_LINE;
        } else {
            left = Math.max(0, head.length());
            state = State.BODY;
        }
        closing = connectionSays(head.headers(), "close");
        current = request;
        WireDialect dialect = front.dialect(request).orElse(null);
        if (dialect == null) {
            throw new Violation(404, "http.unknown", "nothing here answers such a request");
        }
        if (head.headers().all("expect").stream().anyMatch("100-continue"::equalsIgnoreCase)) {
            out().writeBytes(CONTINUE);
        }
        request.opened(dialect.open(request, request));
        return true;
    }

    /** How many bytes the head has with the empty line that ends it; below zero when that is not here. */
    private int endOfHead(ByteBuf in) throws Violation {
        int start = in.readerIndex();
        for (int i = start + searched; i < in.writerIndex(); i++) {
            byte c = in.getByte(i);
            boolean afterReturn = i > start && in.getByte(i - 1) == '\r';
            if ((c == '\n') != afterReturn) {
                throw malformed("a line end other than CR LF");
            }
            if (c == '\n' && i - start >= 3 && in.getByte(i - 2) == '\n') {
                return i + 1 - start;
            }
            if (c == '\n' && i - start == 1) {
                throw malformed("an empty line for a request");
            }
        }
        searched = Math.max(0, in.readableBytes());
        return -1;
    }

    private RequestHead parse(String text) throws Violation {
        int lineEnd = text.indexOf("\r\n");
        String[] words = text.substring(0, lineEnd).split(" ", -1);
        if (words.length != 3 || !RequestHead.isMethod(words[0])) {
            throw malformed("request line");
        }
        if (!words[2].equals("HTTP/1.1")) {
            throw new Violation(505, "http.malformed", "another version of HTTP than 1.1");
        }
        if (!RequestHead.isTarget(words[1])) {
            throw malformed("target that is no path of visible ASCII");
        }
        Headers.Builder headers = new Headers.Builder();
        for (int at = lineEnd + 2; at < text.length() - 2; ) {
            int end = text.indexOf("\r\n", at);
            header(text.substring(at, end), headers);
            at = end + 2;
        }
        if (headers.size() > front.limits().maxHeaders()) {
            throw new Violation(
                    431, "limit.headers", "more than " + front.limits().maxHeaders() + " headers");
        }
        Headers all = headers.build();
        if (all.all("host").size() != 1) {
            throw malformed("one host header is needed");
        }
        long length = RequestHead.lengthIn(all);
        if (length == -2) {
            throw malformed("content-length");
        }
        return new RequestHead(words[0], words[1], all, length);
    }

    private static void header(String line, Headers.Builder headers) throws Violation {
        int colon = line.indexOf(':');
        if (colon < 1) {
            throw malformed("header without a name");
        }
        for (int i = 0; i < colon; i++) {
            if (!isToken(line.charAt(i))) { // so is a fold of the line before, and a space before the colon
                throw malformed("header name");
            }
        }
        String value = trimmed(line.substring(colon + 1));
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                throw malformed("header value");
            }
        }
        headers.add(line.substring(0, colon).toLowerCase(Locale.ROOT), value);
    }

    private static boolean isToken(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    private static String trimmed(String value) {
        int from = 0;
        int to = value.length();
        while (from < to && (value.charAt(from) == ' ' || value.charAt(from) == '\t')) {
            from++;
        }
        while (to > from && (value.charAt(to - 1) == ' ' || value.charAt(to - 1) == '\t')) {
            to--;
        }
        return value.substring(from, to);
    }

    private static boolean connectionSays(Headers headers, String option) {
        for (String value : headers.all("connection")) {
            for (String one : value.split(",", -1)) {
                if (trimmed(one).equalsIgnoreCase(option)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean body(ByteBuf in, State next) {
        int count = (int) Math.min(left, in.readableBytes());
        if (count > 0) {
            left -= count;
            request().received(in.readSlice(count));
        }
        if (left > 0) {
            return false;
        }
        state = next;
        if (next == State.ANSWER) {
            complete();
        }
        return true;
    }

    private boolean chunkLine(ByteBuf in) throws Violation {
        int end = in.indexOf(in.readerIndex(), in.writerIndex(), (byte) '\n');
        int length = end < 0 ? in.readableBytes() : end - in.readerIndex();
        if (length > LONGEST_CHUNK_LINE) {
            throw malformed("chunk size");
        }
        if (end < 0) {
            return false;
        }
        String line =
                in.readCharSequence(length + 1, StandardCharsets.ISO_8859_1).toString();
        left = 0;
        for (int i = 0; i < length - 1; i++) {
            int digit = line.charAt(i) < 0x80 ? Character.digit(line.charAt(i), 16) : -1;
            if (digit < 0) {
                throw malformed("chunk size");
            }
            left = 16 * left + digit;
        }
        if (length < 2 || length > 9 || line.charAt(length - 1) != '\r') {
            throw malformed("chunk size");
        }
        trailerBytes = 0;
        state = left == 0 ? State.TRAILERS : State.CHUNK;
        return true;
    }

    private boolean chunkEnd(ByteBuf in) throws Violation {
        int there = Math.min(2, in.readableBytes());
        for (int i = 0; i < there; i++) {
            if (in.getByte(in.readerIndex() + i) != "\r\n".charAt(i)) {
                throw malformed("chunk longer than its size");
            }
        }
        if (there < 2) {
            return false;
        }
        in.skipBytes(2);
        state = State.CHUNK_LINE;
        return true;
    }

    /** Trailers are checked and dropped: nothing that could change a request comes behind it. */
    private boolean trailer(ByteBuf in) throws Violation {
        int end = in.indexOf(in.readerIndex(), in.writerIndex(), (byte) '\n');
        if (trailerBytes + (end < 0 ? in.readableBytes() : end - in.readerIndex()) > LONGEST_TRAILERS) {
            throw new Violation(431, "limit.headers", "trailers larger than " + LONGEST_TRAILERS + " bytes");
        }
        if (end < 0) {
            return false;
        }
        int length = end + 1 - in.readerIndex();
        trailerBytes += length;
        String line = in.readCharSequence(length, StandardCharsets.ISO_8859_1).toString();
        if (length < 2 || line.charAt(length - 2) != '\r' || line.indexOf('\r') != length - 2) {
            throw malformed("a line end other than CR LF");
        }
        if (length == 2) {
            state = State.ANSWER;
            complete();
        } else {
            header(line.substring(0, length - 2), new Headers.Builder());
        }
        return true;
    }

    private void complete() {
        request().ended();
    }

    private Http1Request request() {
        if (current == null) {
            throw new IllegalStateException("no request");
        }
        return current;
    }

    private static Violation malformed(String rule) {
        return new Violation(400, "http.malformed", rule);
    }

    // Writing

    /** Writes the head of an answer; the length is known, or below zero for chunks. */
    void writeHead(int status, Headers headers, long length) {
        ByteBuf out = out();
        line(
                out,
                "HTTP/1.1 " + status + " " + HttpResponseStatus.valueOf(status).reasonPhrase());
        headers.forEach((name, value) -> line(out, name + ": " + visible(value)));
        if (length >= 0) {
            line(out, "content-length: " + length);
        } else {
            line(out, "transfer-encoding: chunked");
        }
        if (closing || state != State.ANSWER) {
            line(out, "connection: close");
        }
        line(out, "");
    }

    private static void line(ByteBuf out, String text) {
        out.writeCharSequence(text, StandardCharsets.ISO_8859_1);
        out.writeShort('\r' << 8 | '\n');
    }

    /** No value ends its line. */
    private static String visible(String value) {
        StringBuilder clean = null;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c == 0x7f || c > 0xff) {
                if (clean == null) {
                    clean = new StringBuilder(value);
                }
                clean.setCharAt(i, '?');
            }
        }
        return clean == null ? value : clean.toString();
    }

    void writeChunkHead(int size) {
        line(out(), Integer.toHexString(size));
    }

    /** Writes what stands behind the last chunk, and the end. */
    void writeTrailers(Headers trailers) {
        ByteBuf out = out();
        trailers.forEach((name, value) -> line(out, name + ": " + visible(value)));
        line(out, "");
    }

    void writeLine() {
        line(out(), "");
    }

    ByteBuf body() {
        return out();
    }

    /** The answer of the current request is written to its end. */
    void answered() {
        boolean whole = state == State.ANSWER;
        current = null;
        if (closing || !whole) {
            finish();
            return;
        }
        state = State.HEAD;
        quietSince = System.nanoTime();
        headSince = quietSince;
        if (unread() > 0) {
            readRest();
        }
        pauseOrGoOn(unread());
    }

    /** The caller may send on. */
    void goOn() {
        pauseOrGoOn(unread());
    }

    private void fail(Violation violation) {
        front.events().refused(violation.code);
        Http1Request broken = current;
        current = null;
        if (broken == null || !broken.begun()) {
            byte[] text = ("{\"error\":\"" + violation.code + "\",\"message\":\"" + violation.getMessage() + "\"}")
                    .getBytes(StandardCharsets.US_ASCII);
            closing = true;
            writeHead(
                    violation.status,
                    Headers.of("content-type", "application/json", "bittensor4j-refusal", violation.code),
                    text.length);
            out().writeBytes(text);
        }
        if (broken != null) {
            broken.abandoned();
        }
        finish();
    }

    @Override
    boolean owes() {
        return current != null && current.owes();
    }

    @Override
    protected void writable() {
        if (current != null) {
            current.pump();
            if (current != null) {
                current.tellReady();
            }
        }
    }

    // Ending

    @Override
    void tick(long now) {
        long slow = front.limits().slowRequest().toNanos();
        if (current == null) {
            boolean begun = unread() > 0;
            if (begun
                    ? now - headSince > slow
                    : now - quietSince > front.limits().idleConnection().toNanos()) {
                cut(begun ? "limit.slow" : "limit.idle");
            }
        } else if (state != State.ANSWER && current.isLate(now, slow)) {
            fail(new Violation(408, "limit.slow", "the request did not come in time"));
        }
    }

    @Override
    void finishGracefully() {
        closing = true;
        if (current == null && !finished()) {
            finish();
        }
    }

    @Override
    protected void gone() {
        Http1Request broken = current;
        current = null;
        if (broken != null) {
            broken.abandoned();
        }
    }
}
