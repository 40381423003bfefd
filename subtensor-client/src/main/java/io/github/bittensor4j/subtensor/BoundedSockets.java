package io.github.bittensor4j.subtensor;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.SocketFactory;

/**
 * Sockets that stop reading when too much came without a whole message among it. OkHttp gathers a message in memory whatever its size, so
 * that the limit must stand below it.
 */
final class BoundedSockets extends SocketFactory {
    static final String TOO_LARGE = "an answer is larger than ";

    /** Frame headers, TLS records and what is read ahead. */
    private static final int SLACK = 256 << 10;

    private final long limit;
    private final AtomicLong sinceLastMessage = new AtomicLong();

    BoundedSockets(int maxMessageBytes) {
        this.limit = maxMessageBytes + (long) maxMessageBytes / 64 + SLACK;
    }

    void messageComplete() {
        sinceLastMessage.set(0);
    }

    @Override
    public Socket createSocket() {
        messageComplete();
        return new BoundedSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localAddress, int localPort) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    private Socket connected(InetSocketAddress address) throws IOException {
        Socket socket = createSocket();
        socket.connect(address);
        return socket;
    }

    private final class BoundedSocket extends Socket {
        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                @Override
                public int read() throws IOException {
                    int one = super.read();
                    count(one < 0 ? 0 : 1);
                    return one;
                }

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    int count = super.read(bytes, offset, length);
                    count(count);
                    return count;
                }
            };
        }

        private void count(int count) throws IOException {
            if (count > 0 && sinceLastMessage.addAndGet(count) > limit) {
                throw new IOException(TOO_LARGE + limit + " bytes");
            }
        }
    }
}
