package io.github.bittensor4j.axon;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** A connection on which any bytes are sent, and frames of HTTP/2 are written and read by hand. */
final class RawSocket implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final DataOutputStream out;

    RawSocket(int port) throws IOException {
        socket.setReceiveBufferSize(16 << 10);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(30_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
    }

    /** A connection with the preface and the settings sent, of which the server's settings have come. */
    static RawSocket http2(int port) throws IOException {
        RawSocket raw = new RawSocket(port);
        raw.send(PREFACE);
        raw.frame(SETTINGS, 0, 0, new byte[0]);
        raw.next(SETTINGS);
        return raw;
    }

    RawSocket send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawSocket send(byte[] bytes) throws IOException {
        out.write(bytes);
        return this;
    }

    /** Sends what may be refused, and closed, before all of it was written: the answer is there to read. */
    RawSocket sendAsFarAsTaken(byte[] bytes) throws IOException {
        try {
            return send(bytes);
        } catch (SocketException e) {
            return this;
        }
    }

    /** Nothing more will be sent. */
    void end() throws IOException {
        try {
            socket.shutdownOutput();
        } catch (SocketException e) {
            // closed by the server already
        }
    }

    /** Everything until the server closes. */
    String rest() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] piece = new byte[8192];
        try {
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                all.write(piece, 0, count);
            }
        } catch (SocketException e) {
            // reset: closed with bytes unread
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    /** One answer of HTTP/1.1 that has a length. */
    String answer() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        int at = head.indexOf("content-length: ");
        byte[] body = new byte[at < 0 ? 0 : Integer.parseInt(head.substring(at + 16, head.indexOf("\r\n", at)))];
        in.readFully(body);
        return head + new String(body, StandardCharsets.ISO_8859_1);
    }

    /** A frame of HTTP/2. */
    record Frame(int type, int flags, int stream, byte[] payload) {
        int code(int at) {
            return (payload[at] & 0xff) << 24
                    | (payload[at + 1] & 0xff) << 16
                    | (payload[at + 2] & 0xff) << 8
                    | payload[at + 3] & 0xff;
        }
    }

    RawSocket frame(int type, int flags, int stream, byte[] payload) throws IOException {
        return send(bytes(type, flags, stream, payload));
    }

    /** A frame as it is on the wire. */
    static byte[] bytes(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    Frame next() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = new byte[length];
        in.readFully(payload);
        return new Frame(type, flags, stream, payload);
    }

    /** The next frame of a type; others are passed over. */
    Frame next(int type) throws IOException {
        Frame frame = next();
        while (frame.type() != type) {
            frame = next();
        }
        return frame;
    }

    /** The error code of the GOAWAY with which the server ends the connection. */
    int goAway() throws IOException {
        int code = next(GOAWAY).code(4);
        try {
            while (true) {
                next();
            }
        } catch (EOFException | SocketException e) {
            return code;
        }
    }

    /** Headers as a block of HPACK without compression. */
    static byte[] block(Map<String, String> headers) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        headers.forEach((name, value) -> {
            block.write(0);
            text(block, name);
            text(block, value);
        });
        return block.toByteArray();
    }

    /** A text as HPACK has it without Huffman's code. */
    static void text(ByteArrayOutputStream block, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int left = bytes.length;
        if (left < 127) {
            block.write(left);
        } else {
            block.write(127);
            left -= 127;
            while (left >= 128) {
                block.write(left & 127 | 128);
                left >>= 7;
            }
            block.write(left);
        }
        block.writeBytes(bytes);
    }

    /** The headers of a gRPC call that may still be changed. */
    static Map<String, String> grpc() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(":method", "POST");
        headers.put(":scheme", "http");
        headers.put(":path", "/bittensor4j.v1.Neuron/Call");
        headers.put(":authority", "axon");
        headers.put("content-type", "application/grpc");
        headers.put("te", "trailers");
        return headers;
    }

    /** A message as gRPC frames it. */
    static byte[] framed(byte[] message) {
        byte[] framed = new byte[5 + message.length];
        framed[3] = (byte) (message.length >> 8);
        framed[4] = (byte) message.length;
        System.arraycopy(message, 0, framed, 5, message.length);
        return framed;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
