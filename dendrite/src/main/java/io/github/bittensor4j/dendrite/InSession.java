package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.protocol.internal.session.Kind;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One call within a session, as the session sees it. Everything but its making happens on the session's event loop. */
abstract class InSession implements Runnable {
    private final Target target;
    private final long until;
    private volatile @Nullable Session session;
    private int number;
    private boolean over;

    /**
     * @param until when it ends at the latest, a moment of {@link System#nanoTime()}
     */
    InSession(Target target, long until) {
        this.target = target;
        this.until = until;
    }

    /** ASK, or BEGIN where more messages follow. */
    abstract Kind kind();

    /**
     * What stands before its first message.
     *
     * @throws io.github.bittensor4j.protocol.internal.WireException when it cannot be written
     */
    abstract byte[] head(int patienceMillis, Signer asker);

    /** Its first message. */
    abstract byte[] body();

    /** Its first message is about to go out. */
    abstract void sending();

    /** Its first message was sealed. */
    abstract void sent();

    /**
     * The axon says something about it; nothing comes behind what {@link #ends} says is the end.
     *
     * @throws io.github.bittensor4j.protocol.internal.WireException when an axon does not say that, or in another form
     */
    abstract void heard(Kind kind, ByteBuffer body);

    /** It is over. Called once. */
    abstract void ended(End end);

    /** Whether nothing of a call comes behind this. */
    static boolean ends(Kind kind) {
        return kind == Kind.ANSWER || kind == Kind.END || kind == Kind.REFUSE || kind == Kind.CLOSE;
    }

    final Target target() {
        return target;
    }

    final long until() {
        return until;
    }

    /** Zero until it is sent. */
    final int number() {
        return number;
    }

    final void sending(int call) {
        number = call;
        sending();
    }

    final boolean over() {
        return over;
    }

    /** Ends it, if it is not over. */
    final void end(End end) {
        if (!over) {
            over = true;
            ended(end);
        }
    }

    final void session(Session asked) {
        session = asked;
    }

    /** Its turn has come in its session. */
    @Override
    public final void run() {
        Session in = session;
        if (in != null && !over) {
            in.begin(this);
        }
    }

    /** Seals a message of it, once it is sent. */
    final void seal(Kind kind, byte[] message) {
        Session in = session;
        if (in != null && number > 0) {
            in.seal(number, kind, Session.NOTHING, message);
        }
    }

    /** From any thread: done on the event loop, in order. */
    final void order(Runnable order) {
        Session in = session;
        if (in != null) {
            in.order(order);
        }
    }

    /** Nobody waits for it any more. */
    final void forget(End end) {
        Session in = session;
        if (in != null && !over) {
            in.forget(this);
            end(end);
        }
    }

    static byte[] bytes(ByteBuffer body) {
        byte[] bytes = new byte[body.remaining()];
        body.get(bytes);
        return bytes;
    }
}
