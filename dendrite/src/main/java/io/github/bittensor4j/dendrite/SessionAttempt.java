package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.auth.SignedRequest;
import io.github.bittensor4j.protocol.internal.Refusal;
import io.github.bittensor4j.protocol.internal.Wire;
import io.github.bittensor4j.protocol.internal.session.Asked;
import io.github.bittensor4j.protocol.internal.session.Kind;
import io.github.bittensor4j.protocol.internal.session.Refusing;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** One call within a session. Everything but its making and the orders of its asker happens on the session's event loop. */
final class SessionAttempt implements Attempt, Runnable {
    /** Parts taken are told to the axon once they are so many bytes; it may be twice that ahead. */
    private static final int TELL = 32 << 10;

    private static final byte[] NOTHING = {};

    private final Target target;
    private final String path;
    private final byte[] body;
    private final long until;
    private final Listener listener;
    private final Optional<Attestation> attestation;
    private volatile @Nullable Session session;

    private final ArrayDeque<byte[]> parts = new ArrayDeque<>();
    private int wanted = 1;
    private int taken;
    private int number;
    private boolean over;
    private @Nullable End held;

    SessionAttempt(
            Target target, String path, byte[] body, long until, Listener listener, Optional<Attestation> attestation) {
        this.target = target;
        this.path = path;
        this.body = body;
        this.until = until;
        this.listener = listener;
        this.attestation = attestation;
    }

    Target target() {
        return target;
    }

    long until() {
        return until;
    }

    byte[] body() {
        return body;
    }

    int number() {
        return number;
    }

    void session(Session asked) {
        session = asked;
    }

    /** Its turn has come in its session. */
    @Override
    public void run() {
        Session in = session;
        if (in != null && !over) {
            in.begin(this);
        }
    }

    /** What stands before the question; with a nonce where the answer is to be signed. */
    byte[] head(int patienceMillis, Signer asker) {
        OptionalLong nonce = OptionalLong.empty();
        if (attestation.isPresent()) {
            SignedRequest request = SignedRequest.of(
                    asker.scheme(),
                    Wire.HTTP_METHOD,
                    path,
                    body,
                    NonceClock.next(),
                    asker.account(),
                    Optional.of(target.hotkey()));
            attestation.get().asked(request);
            nonce = OptionalLong.of(request.nonce());
        }
        return Asked.head(patienceMillis, nonce, path);
    }

    void sending(int call) {
        number = call;
        listener.connected();
    }

    void sent() {
        listener.sent();
    }

    void part(byte[] bytes) {
        attestation.ifPresent(follows -> follows.part(bytes));
        listener.answering();
        parts.add(bytes);
        deliver();
    }

    void answered(@Nullable String receipt, byte[] answer) {
        attestation.ifPresent(follows -> follows.part(answer));
        listener.answering();
        listener.part(answer);
        end(whole(receipt));
    }

    void complete(@Nullable String receipt) {
        held = whole(receipt);
        deliver();
    }

    private End whole(@Nullable String receipt) {
        return attestation.isPresent() ? attestation.get().complete(receipt) : new End.Whole();
    }

    void refused(Refusing refusing) {
        String code = refusing.code();
        held = code.equals(Refusal.CALL_DEADLINE.code())
                ? new End.TimedOut()
                : Words.isCode(code)
                        ? new End.Refused(code, Words.of(refusing.words()), Optional.empty(), refusing.retryAfter())
                        : new End.Invalid("a refusal without a code");
        deliver();
    }

    /** Gives what is here and wanted; the end comes behind the last part. */
    private void deliver() {
        while (wanted > 0 && !parts.isEmpty() && !over) {
            wanted--;
            byte[] next = parts.remove();
            taken += next.length;
            listener.part(next);
        }
        Session in = session;
        if (taken >= TELL && held == null && in != null) {
            in.seal(
                    number,
                    Kind.MORE,
                    NOTHING,
                    ByteBuffer.allocate(4).putInt(taken).array());
            taken = 0;
        }
        if (parts.isEmpty() && held != null) {
            end(held);
        }
    }

    void end(End end) {
        if (!over) {
            over = true;
            parts.clear();
            listener.ended(end);
        }
    }

    @Override
    public void more() {
        Session in = session;
        if (in != null) {
            in.order(() -> {
                wanted++;
                deliver();
            });
        }
    }

    @Override
    public void cancel(String why) {
        Session in = session;
        if (in != null) {
            in.order(() -> {
                if (!over) {
                    in.forget(this);
                    end(new End.Unreachable(why));
                }
            });
        }
    }
}
