package io.github.bittensor4j.axon;

import static io.github.bittensor4j.axon.RawSocket.DATA;
import static io.github.bittensor4j.axon.RawSocket.END_HEADERS;
import static io.github.bittensor4j.axon.RawSocket.END_STREAM;
import static io.github.bittensor4j.axon.RawSocket.GOAWAY;
import static io.github.bittensor4j.axon.RawSocket.HEADERS;
import static io.github.bittensor4j.axon.RawSocket.RST_STREAM;
import static io.github.bittensor4j.axon.RawSocket.SETTINGS;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whole requests of HTTP/1.1 and HTTP/2 over a {@link RawSocket}, and what came back, so that a test can send what no client would. */
final class RawHttp {
    private RawHttp() {}

    record Header(String name, String value) {}

    /**
     * What came back before the answer or the connection ended.
     *
     * @param status 0 when no head came
     * @param headers with the trailers behind them
     * @param broken whether the stream was reset, or the connection ended before an answer was whole
     */
    record Answer(int status, List<Header> headers, byte[] body, boolean broken) {
        Optional<String> header(String name) {
            return headers.stream()
                    .filter(header -> header.name().equals(name))
                    .map(Header::value)
                    .findFirst();
        }

        /** The code of a refusal; empty when there is none. */
        String code() {
            return header("bittensor4j-refusal").orElse("");
        }
    }

    /** A request of HTTP/1.1 with its length, after which the connection closes. */
    static byte[] http1(String method, String target, List<Header> headers, byte[] body) {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nhost: axon\r\n");
        headers.forEach(header ->
                head.append(header.name()).append(": ").append(header.value()).append("\r\n"));
        head.append("content-length: ").append(body.length).append("\r\nconnection: close\r\n\r\n");
        return joined(head.toString().getBytes(StandardCharsets.ISO_8859_1), body);
    }

    static Answer sendHttp1(int port, byte[] request) throws IOException {
        String text;
        try (RawSocket socket = new RawSocket(port)) {
            text = socket.sendAsFarAsTaken(request).rest();
        }
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return new Answer(0, List.of(), text.getBytes(StandardCharsets.ISO_8859_1), true);
        }
        String[] lines = text.substring(0, end).split("\r\n");
        List<Header> headers = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            headers.add(new Header(
                    lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    lines[i].substring(colon + 1).strip()));
        }
        return new Answer(
                Integer.parseInt(lines[0].split(" ")[1]),
                headers,
                text.substring(end + 4).getBytes(StandardCharsets.ISO_8859_1),
                false);
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** Headers as HPACK literals that nobody indexes. */
    static byte[] block(List<Header> headers) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Header header : headers) {
            out.write(0x10);
            RawSocket.text(out, header.name());
            RawSocket.text(out, header.value());
        }
        return out.toByteArray();
    }

    static List<Header> head(String method, String target, List<Header> headers) {
        List<Header> all = new ArrayList<>(List.of(
                new Header(":method", method),
                new Header(":scheme", "http"),
                new Header(":path", target),
                new Header(":authority", "axon")));
        all.addAll(headers);
        return all;
    }

    /** What opens a connection of HTTP/2. */
    static byte[] opening() {
        return joined(RawSocket.PREFACE, RawSocket.bytes(SETTINGS, 0, 0, new byte[0]));
    }

    /** A whole request on stream 1. */
    static byte[] http2(List<Header> head, byte[] body) {
        return http2(head, body, END_STREAM);
    }

    /** A request on stream 1 of which more may follow. */
    static byte[] unfinishedHttp2(List<Header> head, byte[] body) {
        return http2(head, body, 0);
    }

    private static byte[] http2(List<Header> head, byte[] body, int last) {
        List<byte[]> parts = new ArrayList<>();
        parts.add(opening());
        parts.add(RawSocket.bytes(HEADERS, END_HEADERS, 1, block(head)));
        int at = 0;
        do {
            int count = Math.min(16_000, body.length - at);
            byte[] part = Arrays.copyOfRange(body, at, at + count);
            at += count;
            parts.add(RawSocket.bytes(DATA, at == body.length ? last : 0, 1, part));
        } while (at < body.length);
        return joined(parts.toArray(byte[][]::new));
    }

    static Answer sendHttp2(int port, byte[] bytes) throws Exception {
        try (RawSocket socket = new RawSocket(port)) {
            return answer(socket.sendAsFarAsTaken(bytes), false);
        }
    }

    /** What is answered on stream 1 to what opens it for more: its end, or some of its body. */
    static Answer sendOpening(int port, byte[] bytes) throws Exception {
        try (RawSocket socket = new RawSocket(port)) {
            return answer(socket.sendAsFarAsTaken(bytes), true);
        }
    }

    /**
     * The answer on stream 1.
     *
     * @param open whether the first of its body is enough
     */
    private static Answer answer(RawSocket socket, boolean open) throws Exception {
        DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
        List<Header> headers = new ArrayList<>();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int status = 0;
        try {
            while (true) {
                RawSocket.Frame frame = socket.next();
                int type = frame.type();
                if (type == GOAWAY || frame.stream() == 1 && type == RST_STREAM) {
                    return new Answer(status, headers, body.toByteArray(), true);
                }
                if (frame.stream() != 1) {
                    continue;
                }
                if (type == HEADERS) {
                    Http2Headers decoded = decoder.decodeHeaders(1, Unpooled.wrappedBuffer(frame.payload()));
                    if (decoded.status() != null) {
                        status = Integer.parseInt(decoded.status().toString());
                    }
                    decoded.forEach(entry -> headers.add(new Header(
                            entry.getKey().toString(), entry.getValue().toString())));
                }
                if (type == DATA) {
                    body.writeBytes(frame.payload());
                }
                boolean ends = (frame.flags() & END_STREAM) != 0 || open && type == DATA;
                if (ends && (type == HEADERS || type == DATA)) {
                    return new Answer(status, headers, body.toByteArray(), false);
                }
            }
        } catch (EOFException | SocketException e) {
            return new Answer(status, headers, body.toByteArray(), true);
        }
    }
}
