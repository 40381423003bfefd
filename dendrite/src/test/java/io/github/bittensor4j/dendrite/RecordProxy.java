package io.github.bittensor4j.dendrite;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Somebody between a caller and an axon, who sees the records of their TLS and can change, put in and take away one of them. */
final class RecordProxy implements AutoCloseable {
    /** What is done to a record. */
    enum Attack {
        CHANGE,
        INSERT,
        LOSE
    }

    /** Larger records than this hold a test's message; what is smaller is the transport's own. */
    private static final int LARGE = 1000;

    private static final int APPLICATION_DATA = 23;

    private final ServerSocket server;
    private final int axon;
    private final AtomicReference<@Nullable Attack> next = new AtomicReference<>();
    private final Semaphore done = new Semaphore(0);

    RecordProxy(int axon) throws IOException {
        this.axon = axon;
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        run(() -> {
            while (true) {
                Socket caller = server.accept();
                Socket behind = new Socket(InetAddress.getLoopbackAddress(), axon());
                run(() -> forward(caller, behind, true));
                run(() -> forward(behind, caller, false));
            }
        });
    }

    private int axon() {
        return axon;
    }

    int port() {
        return server.getLocalPort();
    }

    /** Attacks the next large record that the caller sends. */
    void attack(Attack attack) {
        next.set(attack);
    }

    /** Waits until that was done. */
    boolean attacked() throws InterruptedException {
        return done.tryAcquire(20, TimeUnit.SECONDS);
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void run(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // closed
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void forward(Socket from, Socket to, boolean attackable) throws IOException {
        try (from;
                to) {
            DataInputStream in = new DataInputStream(from.getInputStream());
            OutputStream out = to.getOutputStream();
            byte[] before = new byte[0];
            while (true) {
                byte[] head = in.readNBytes(5);
                if (head.length < 5) {
                    return;
                }
                int length = (head[3] & 0xff) << 8 | head[4] & 0xff;
                byte[] record = new byte[5 + length];
                System.arraycopy(head, 0, record, 0, 5);
                in.readFully(record, 5, length);
                Attack attack =
                        attackable && head[0] == APPLICATION_DATA && length > LARGE ? next.getAndSet(null) : null;
                if (attack == Attack.CHANGE) {
                    record[record.length / 2] ^= 1;
                } else if (attack == Attack.INSERT) {
                    out.write(before);
                }
                if (attack != null) {
                    // Before what follows is written: the axon may have closed at what was put in.
                    done.release();
                }
                if (attack != Attack.LOSE) {
                    out.write(record);
                }
                if (length > LARGE) {
                    before = record;
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
