package io.github.bittensor4j.dendrite;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that speaks HTTP/2 frame by frame, as badly as a test wants: each connection follows the script, by its number from 0. */
final class FrameServer implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PUSH_PROMISE = 5;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    private static final int PREFACE = 24;

    record Frame(int type, int flags, int stream, byte[] payload) {
        boolean ends() {
            return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        }

        int code() {
            return new java.math.BigInteger(payload).intValue();
        }
    }

    interface Script {
        void serve(Peer peer, int connection) throws IOException;
    }

    private final ServerSocket listening;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    FrameServer(Script script) throws IOException {
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread accepting = new Thread(() -> {
            for (int number = 0; ; number++) {
                try {
                    Socket socket = listening.accept();
                    sockets.add(socket);
                    int connection = number;
                    Thread serving = new Thread(
                            () -> {
                                try (socket) {
                                    script.serve(new Peer(socket), connection);
                                } catch (IOException e) {
                                    // the other side has had enough
                                }
                            },
                            "frame-server");
                    serving.setDaemon(true);
                    serving.start();
                } catch (IOException e) {
                    return;
                }
            }
        });
        accepting.setDaemon(true);
        accepting.start();
    }

    int port() {
        return listening.getLocalPort();
    }

    int connections() {
        return sockets.size();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** One connection. */
    static final class Peer {
        private final DataInputStream in;
        private final DataOutputStream out;
        private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();

        Peer(Socket socket) throws IOException {
            in = new DataInputStream(socket.getInputStream());
            out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
        }

        /** Reads the preface and says its settings: pairs of name and value. */
        Peer greeted(int... settings) throws IOException {
            in.readFully(new byte[PREFACE]);
            ByteBuf payload = Unpooled.buffer();
            for (int i = 0; i < settings.length; i += 2) {
                payload.writeShort(settings[i]).writeInt(settings[i + 1]);
            }
            return send(SETTINGS, 0, 0, bytes(payload));
        }

        Peer send(int type, int flags, int stream, byte... payload) throws IOException {
            out.writeByte(payload.length >> 16);
            out.writeShort(payload.length);
            out.writeByte(type);
            out.writeByte(flags);
            out.writeInt(stream);
            out.write(payload);
            out.flush();
            return this;
        }

        Peer send(int type, int flags, int stream, int... words) throws IOException {
            ByteBuf payload = Unpooled.buffer();
            for (int word : words) {
                payload.writeInt(word);
            }
            return send(type, flags, stream, bytes(payload));
        }

        Peer raw(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            return this;
        }

        byte[] block(String... pairs) {
            Http2Headers headers = new DefaultHttp2Headers(false);
            for (int i = 0; i < pairs.length; i += 2) {
                headers.add(pairs[i], pairs[i + 1]);
            }
            ByteBuf block = Unpooled.buffer();
            try {
                encoder.encodeHeaders(1, headers, block);
            } catch (Http2Exception e) {
                throw new IllegalArgumentException(e);
            }
            return bytes(block);
        }

        Peer head(int stream) throws IOException {
            return send(HEADERS, END_HEADERS, stream, block(":status", "200", "content-type", "application/grpc"));
        }

        Peer message(int stream, byte[] message) throws IOException {
            ByteBuf framed =
                    Unpooled.buffer().writeByte(0).writeInt(message.length).writeBytes(message);
            return send(DATA, 0, stream, bytes(framed));
        }

        Peer trailers(int stream, String... pairs) throws IOException {
            return send(HEADERS, END_HEADERS | END_STREAM, stream, block(pairs));
        }

        /** The next frame. */
        Frame next() throws IOException {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            Frame frame = new Frame(in.readUnsignedByte(), in.readUnsignedByte(), in.readInt(), new byte[length]);
            in.readFully(frame.payload());
            return frame;
        }

        /** The next frame of a type. */
        Frame next(int type) throws IOException {
            Frame frame = next();
            while (frame.type() != type) {
                frame = next();
            }
            return frame;
        }

        /** Reads a whole question. */
        int question() throws IOException {
            Frame frame = next(DATA);
            while (!frame.ends()) {
                frame = next(DATA);
            }
            return frame.stream();
        }

        /** Reads questions until so many streams were ended. */
        List<Integer> questions(int count) throws IOException {
            List<Integer> streams = new ArrayList<>();
            while (streams.size() < count) {
                streams.add(question());
            }
            return streams;
        }

        /** Reads until the other side closes. */
        void drain() throws IOException {
            in.skipNBytes(Long.MAX_VALUE);
        }

        private static byte[] bytes(ByteBuf buffer) {
            byte[] bytes = new byte[buffer.readableBytes()];
            buffer.readBytes(bytes);
            return bytes;
        }
    }
}
