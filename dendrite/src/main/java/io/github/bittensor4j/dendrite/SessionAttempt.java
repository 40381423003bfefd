package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.auth.SignedRequest;
import io.github.bittensor4j.protocol.internal.Refusal;
import io.github.bittensor4j.protocol.internal.Wire;
import io.github.bittensor4j.protocol.internal.WireException;
import io.github.bittensor4j.protocol.internal.session.Asked;
import io.github.bittensor4j.protocol.internal.session.Field;
import io.github.bittensor4j.protocol.internal.session.Flow;
import io.github.bittensor4j.protocol.internal.session.Kind;
import io.github.bittensor4j.protocol.internal.session.Refusing;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A question of a dendrite within a session. */
final class SessionAttempt extends InSession implements Attempt {
    private final String path;
    private final List<Field> headers;
    private final byte[] body;
    private final Listener listener;
    private final Optional<Attestation> attestation;

    private final ArrayDeque<byte[]> parts = new ArrayDeque<>();
    private int wanted = 1;
    private int taken;
    private @Nullable End held;

    SessionAttempt(
            Target target,
            String path,
            List<Field> headers,
            byte[] body,
            long until,
            Listener listener,
            Optional<Attestation> attestation) {
        super(target, until);
        this.path = path;
        this.headers = headers;
        this.body = body;
        this.listener = listener;
        this.attestation = attestation;
    }

    @Override
    Kind kind() {
        return Kind.ASK;
    }

    @Override
    byte[] body() {
        return body;
    }

    /** What stands before the question; with a nonce where the answer is to be signed. */
    @Override
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
                    Optional.of(target().hotkey()));
            attestation.get().asked(request);
            nonce = OptionalLong.of(request.nonce());
        }
        return Asked.head(patienceMillis, nonce, path, headers);
    }

    @Override
    void sending() {
        listener.connected();
    }

    @Override
    void sent() {
        listener.sent();
    }

    @Override
    void heard(Kind kind, ByteBuffer said) {
        switch (kind) {
            case PART -> {
                byte[] part = bytes(said);
                attestation.ifPresent(follows -> follows.part(part));
                listener.answering();
                parts.add(part);
                deliver();
            }
            case ANSWER -> {
                String receipt = receipt(said);
                byte[] answer = bytes(said);
                attestation.ifPresent(follows -> follows.part(answer));
                listener.answering();
                listener.part(answer);
                end(whole(receipt));
            }
            case END -> endBehindParts(whole(receipt(said)));
            case REFUSE -> endBehindParts(refused(Refusing.read(said)));
            default -> throw new WireException("auth.session", "an axon does not answer a question by " + kind);
        }
    }

    /** What stands before an answer, and at the end of one in parts. */
    private static @Nullable String receipt(ByteBuffer body) {
        int length = body.hasRemaining() ? body.get() & 0xff : Integer.MAX_VALUE;
        if (length > body.remaining()) {
            throw new WireException("auth.session", "an answer of another form");
        }
        byte[] text = new byte[length];
        body.get(text);
        return length == 0 ? null : new String(text, StandardCharsets.US_ASCII);
    }

    private End whole(@Nullable String receipt) {
        return attestation.isPresent() ? attestation.get().complete(receipt) : new End.Whole();
    }

    private void endBehindParts(End end) {
        held = end;
        deliver();
    }

    /** Gives what is here and wanted; the end comes behind the last part. */
    private void deliver() {
        while (wanted > 0 && !parts.isEmpty() && !over()) {
            wanted--;
            byte[] next = parts.remove();
            taken += Flow.of(next);
            listener.part(next);
        }
        if (taken >= Flow.TELL && held == null) {
            seal(Kind.MORE, ByteBuffer.allocate(Integer.BYTES).putInt(taken).array());
            taken = 0;
        }
        if (parts.isEmpty() && held != null) {
            end(held);
        }
    }

    @Override
    void ended(End end) {
        parts.clear();
        listener.ended(end);
    }

    @Override
    public void more() {
        order(() -> {
            wanted++;
            deliver();
        });
    }

    @Override
    public void cancel(String why) {
        order(() -> forget(new End.Unreachable(why)));
    }

    /** What an axon means by refusing. */
    static End refused(Refusing refusing) {
        String code = refusing.code();
        return code.equals(Refusal.CALL_DEADLINE.code())
                ? new End.TimedOut()
                : Words.isCode(code)
                        ? new End.Refused(code, Words.of(refusing.words()), Optional.empty(), refusing.retryAfter())
                        : new End.Invalid("a refusal without a code");
    }
}
