package io.github.bittensor4j.axon;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** HTTP/1.1 and HTTP/2 written byte by byte to a socket, so that a test can send what no client would. */
final class RawHttp {
    static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

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

    static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        return socket;
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
        byte[] all;
        try (Socket socket = connect(port)) {
            try {
                socket.getOutputStream().write(request);
            } catch (SocketException e) {
                // refused and closed before all of it was written: the answer is there to read
            }
            all = untilClosed(socket);
        }
        String text = new String(all, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return new Answer(0, List.of(), all, true);
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

    /** Everything until the other side closes; a reset ends it as well. */
    static byte[] untilClosed(Socket socket) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] part = new byte[8192];
        try {
            for (int count = socket.getInputStream().read(part);
                    count >= 0;
                    count = socket.getInputStream().read(part)) {
                all.write(part, 0, count);
            }
        } catch (SocketException e) {
            // reset
        }
        return all.toByteArray();
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] frame(int type, int flags, int stream, byte[] payload) {
        int n = payload.length;
        return joined(
                new byte[] {
                    (byte) (n >> 16),
                    (byte) (n >> 8),
                    (byte) n,
                    (byte) type,
                    (byte) flags,
                    (byte) (stream >> 24),
                    (byte) (stream >> 16),
                    (byte) (stream >> 8),
                    (byte) stream
                },
                payload);
    }

    /** Headers as HPACK literals that nobody indexes. */
    static byte[] block(List<Header> headers) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Header header : headers) {
            out.write(0x10);
            string(out, header.name());
            string(out, header.value());
        }
        return out.toByteArray();
    }

    private static void string(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int length = bytes.length;
        if (length < 127) {
            out.write(length);
        } else {
            out.write(127);
            length -= 127;
            while (length >= 128) {
                out.write(length & 127 | 128);
                length >>= 7;
            }
            out.write(length);
        }
        out.writeBytes(bytes);
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
        return joined(PREFACE, frame(SETTINGS, 0, 0, new byte[0]));
    }

    /** A whole request on stream 1. */
    static byte[] http2(List<Header> head, byte[] body) {
        List<byte[]> parts = new ArrayList<>();
        parts.add(opening());
        parts.add(frame(HEADERS, END_HEADERS, 1, block(head)));
        int at = 0;
        do {
            int count = Math.min(16_000, body.length - at);
            byte[] part = java.util.Arrays.copyOfRange(body, at, at + count);
            at += count;
            parts.add(frame(DATA, at == body.length ? END_STREAM : 0, 1, part));
        } while (at < body.length);
        return joined(parts.toArray(byte[][]::new));
    }

    static Answer sendHttp2(int port, byte[] bytes) throws Exception {
        try (Socket socket = connect(port)) {
            try {
                socket.getOutputStream().write(bytes);
            } catch (SocketException e) {
                // refused and closed before all of it was written
            }
            return answer(socket);
        }
    }

    /** The answer on stream 1. */
    static Answer answer(Socket socket) throws Exception {
        DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
        List<Header> headers = new ArrayList<>();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int status = 0;
        try {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            while (true) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                int flags = in.readUnsignedByte();
                int stream = in.readInt();
                byte[] payload = new byte[length];
                in.readFully(payload);
                if (type == GOAWAY) {
                    return new Answer(status, headers, body.toByteArray(), true);
                }
                if (stream != 1) {
                    continue;
                }
                if (type == RST_STREAM) {
                    return new Answer(status, headers, body.toByteArray(), true);
                }
                if (type == HEADERS) {
                    ByteBuf block = Unpooled.wrappedBuffer(payload);
                    Http2Headers decoded = decoder.decodeHeaders(1, block);
                    if (decoded.status() != null) {
                        status = Integer.parseInt(decoded.status().toString());
                    }
                    decoded.forEach(entry -> headers.add(new Header(
                            entry.getKey().toString(), entry.getValue().toString())));
                }
                if (type == DATA) {
                    body.writeBytes(payload);
                }
                if ((flags & END_STREAM) != 0 && (type == HEADERS || type == DATA)) {
                    return new Answer(status, headers, body.toByteArray(), false);
                }
            }
        } catch (EOFException | SocketException e) {
            return new Answer(status, headers, body.toByteArray(), true);
        }
    }
}
