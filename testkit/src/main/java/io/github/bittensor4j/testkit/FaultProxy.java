package io.github.bittensor4j.testkit;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A proxy in front of a WebSocket server that treats each text message as a test says: lets it pass, swallows, changes or repeats it, cuts the
 * connection, or goes silent with the connection open. It reads frames off the socket itself, so that what it breaks is really broken.
 * A message in several frames passes untouched. Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {
    private static final int TEXT = 0x81;
    private static final int LARGEST_HEAD = 64 << 10;

    /** Which way a message goes. */
    public enum Direction {
        /** From the client to the server. */
        TO_SERVER,
        /** From the server to the client. */
        TO_CLIENT
    }

    /** What becomes of a message. */
    public static final class Verdict {
        /** It goes on as it is. */
        public static final Verdict PASS = new Verdict();
        /** It does not arrive; everything after it does. */
        public static final Verdict SWALLOW = new Verdict();
        /** It does not arrive, and the connection ends. */
        public static final Verdict CUT = new Verdict();
        /** It arrives, and the connection ends. */
        public static final Verdict CUT_AFTER = new Verdict();
        /** It does not arrive, and nothing else does either any more, both ways; the connection stays open. */
        public static final Verdict STALL = new Verdict();
        /** It arrives twice. */
        public static final Verdict REPEAT = new Verdict();

        private final @Nullable String text;
        private final byte @Nullable [] raw;

        private Verdict() {
            this(null, null);
        }

        private Verdict(@Nullable String text, byte @Nullable [] raw) {
            this.text = text;
            this.raw = raw;
        }

        /** Another text arrives in its stead. */
        public static Verdict replace(String text) {
            return new Verdict(text, null);
        }

        /** Bytes arrive in its stead that need not be a frame at all. */
        public static Verdict raw(byte[] bytes) {
            return new Verdict(null, bytes.clone());
        }
    }

    /** What a test wants. Called by many threads, one message of a connection and direction after the other. */
    @FunctionalInterface
    public interface Script {
        /** Decides about one text message. */
        Verdict decide(Direction direction, String text);
    }

    private final URI server;
    private final ServerSocket listener;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile Script script;
    private volatile boolean refusing;

    private FaultProxy(URI server, Script script) throws IOException {
        this.server = server;
        this.script = script;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start("fault-proxy", this::accept);
    }

    /** Starts a proxy on a free port of this machine, in front of a {@code ws} address. */
    public static FaultProxy start(URI server, Script script) {
        try {
            return new FaultProxy(server, script);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Where clients connect. */
    public URI uri() {
        return URI.create("ws://127.0.0.1:" + listener.getLocalPort());
    }

    /** Decides about all messages from now on. */
    public void script(Script next) {
        script = next;
    }

    /** Whether new connections end at once. */
    public void refuse(boolean refuse) {
        refusing = refuse;
    }

    /** Ends all connections. */
    public void cut() {
        links.forEach(Link::close);
    }

    /** How many connections there were. */
    public int connections() {
        return connections.get();
    }

    /** How many connections there are. */
    public int open() {
        return links.size();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (refusing) {
                    client.close();
                    continue;
                }
                connections.incrementAndGet();
                start("fault-proxy-link", () -> link(client));
            } catch (IOException e) {
                if (listener.isClosed()) {
                    return;
                }
            }
        }
    }

    private void link(Socket client) {
        try {
            Link link = new Link(client, new Socket(server.getHost(), server.getPort()));
            links.add(link);
            start("fault-proxy-answers", () -> link.pump(link.server, link.client, Direction.TO_CLIENT));
            link.pump(client, link.server, Direction.TO_SERVER);
        } catch (IOException e) {
            close(client);
        }
    }

    private static void close(Closeable one) {
        try {
            one.close();
        } catch (IOException e) {
            // it is gone all the same
        }
    }

    /** One connection of a client and its counterpart at the server. */
    private final class Link {
        final Socket client;
        final Socket server;
        private volatile boolean stalled;

        Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void close() {
            FaultProxy.close(client);
            FaultProxy.close(server);
            links.remove(this);
        }

        void pump(Socket from, Socket to, Direction direction) {
            try {
                DataInputStream in = new DataInputStream(new BufferedInputStream(from.getInputStream()));
                OutputStream out = to.getOutputStream();
                head(in, out);
                while (frame(in, out, direction)) {
                    out.flush();
                }
            } catch (IOException e) {
                // the end of this connection, as either side may end it
            } finally {
                close();
            }
        }

        private void head(DataInputStream in, OutputStream out) throws IOException {
            StringBuilder head = new StringBuilder();
            while (!head.toString().endsWith("\r\n\r\n")) {
                int one = in.read();
                if (one < 0 || head.length() > LARGEST_HEAD) {
                    throw new EOFException();
                }
                head.append((char) one);
            }
            out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }

        private boolean frame(DataInputStream in, OutputStream out, Direction direction) throws IOException {
            int first = in.readUnsignedByte();
            int second = in.readUnsignedByte();
            boolean masked = (second & 0x80) != 0;
            int length = second & 0x7f;
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = Math.toIntExact(in.readLong());
            }
            byte[] key = in.readNBytes(masked ? 4 : 0);
            byte[] payload = in.readNBytes(length);
            for (int i = 0; masked && i < payload.length; i++) {
                payload[i] ^= key[i & 3];
            }
            Verdict verdict = first == TEXT && !stalled
                    ? script.decide(direction, new String(payload, StandardCharsets.UTF_8))
                    : Verdict.PASS;
            stalled |= verdict == Verdict.STALL;
            if (stalled || verdict == Verdict.SWALLOW) {
                return true;
            }
            if (verdict == Verdict.CUT) {
                return false;
            }
            if (verdict.raw != null) {
                out.write(verdict.raw);
                return true;
            }
            byte[] sent = verdict.text == null ? payload : verdict.text.getBytes(StandardCharsets.UTF_8);
            for (int i = verdict == Verdict.REPEAT ? 0 : 1; i < 2; i++) {
                write(out, first, masked, sent);
            }
            out.flush();
            return verdict != Verdict.CUT_AFTER;
        }

        private void write(OutputStream out, int first, boolean masked, byte[] payload) throws IOException {
            ByteBuffer head = ByteBuffer.allocate(14);
            int mask = masked ? 0x80 : 0;
            head.put((byte) first);
            if (payload.length < 126) {
                head.put((byte) (mask | payload.length));
            } else if (payload.length < 1 << 16) {
                head.put((byte) (mask | 126)).putShort((short) payload.length);
            } else {
                head.put((byte) (mask | 127)).putLong(payload.length);
            }
            if (masked) {
                head.putInt(0); // a mask of nothing
            }
            out.write(head.array(), 0, head.position());
            out.write(payload);
        }
    }

    /** Ends all connections and frees the port. */
    @Override
    public void close() {
        close(Objects.requireNonNull(listener));
        cut();
    }
}
