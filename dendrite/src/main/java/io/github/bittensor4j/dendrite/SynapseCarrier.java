package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.protocol.internal.HttpRefusal;
import io.github.bittensor4j.protocol.internal.Refusal;
import io.github.bittensor4j.protocol.internal.WireException;
import io.github.bittensor4j.protocol.internal.synapse.Message;
import io.github.bittensor4j.protocol.internal.synapse.StreamParts;
import io.github.bittensor4j.protocol.internal.synapse.SynapseClass;
import io.github.bittensor4j.protocol.internal.synapse.SynapseHeaders;
import io.github.bittensor4j.protocol.internal.synapse.SynapseSignature;
import io.github.bittensor4j.protocol.internal.synapse.SynapseVersion;
import io.github.bittensor4j.protocol.internal.synapse.Terminal;
import io.github.bittensor4j.protocol.internal.synapse.Terminal.Field;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * The synapse protocol of SDK 7 to 10: a POST to the class's name. Nothing that comes back is signed, so nothing of it is believed about who
 * sent it.
 */
final class SynapseCarrier implements Carrier {
    private static final int LONGEST_ERROR = 64 << 10;
    private static final int CHUNK = 16 << 10;
    private static final String MEDIA_TYPE = "application/json";
    private static final String STATUS = "bt_header_axon_status_code";
    private static final String STATUS_MESSAGE = "bt_header_axon_status_message";

    // as long as the true ones, which take their places when the connection stands
    private static final long NO_NONCE = 1_000_000_000_000_000_000L;
    private static final String NO_SIGNATURE = "0x" + "0".repeat(128);

    private final Signer hotkey;
    private final Http http;
    private final int maxAnswerBytes;
    private final Lanes lanes = new Lanes(System::nanoTime);

    SynapseCarrier(Signer hotkey, Http http, int maxAnswerBytes) {
        this.hotkey = hotkey;
        this.http = http;
        this.maxAnswerBytes = maxAnswerBytes;
    }

    @Override
    public <Q, R> Question<R> question(SynapseType<Q, R> type, Q request, boolean inParts) {
        if (hotkey.scheme() != KeyScheme.SR25519) {
            throw new InvalidValueException(
                    "synapse.hotkey", "hotkey scheme: " + hotkey.scheme().label() + " (expected: sr25519)", "");
        }
        SynapseClass<Q, R> form = SynapseClass.of(type);
        Optional<StreamParts<R>> parts = inParts ? StreamParts.of(type.response()) : Optional.empty();
        if (inParts ? parts.isEmpty() : !type.response().isRecord()) {
            throw new InvalidValueException(
                    "synapse.class", "answer of " + type.name() + " (expected: a record, or bytes in parts)", "");
        }
        return new Written<>(form, form.question(request, Message.DEFAULT_TIMEOUT), parts);
    }

    private final class Written<Q, R> implements Question<R> {
        private final SynapseClass<Q, R> form;
        private final Message message;
        private final byte[] fields;
        private final Optional<StreamParts<R>> parts;

        Written(SynapseClass<Q, R> form, Message message, Optional<StreamParts<R>> parts) {
            this.form = form;
            this.message = message;
            this.fields = SynapseClass.write(message.fields());
            this.parts = parts;
        }

        @Override
        public Attempt ask(Target target, Map<String, String> headers, long until, Attempt.Listener listener) {
            double timeout = Math.ceil(Math.max(0, until - System.nanoTime()) / 1e6) / 1e3;
            Message timed = message.withTimeout(timeout);
            if (form.hashesTimeout()) {
                timed = timed.withBodyHash(form.bodyHash(timed));
            }
            int lane = lanes.take(target.hotkey());
            Message sent = timed.with(
                    Terminal.EMPTY
                            .with(Field.VERSION, SynapseVersion.OURS)
                            .with(Field.NONCE, NO_NONCE)
                            .with(Field.UUID, lanes.uuid(lane))
                            .with(Field.HOTKEY, hotkey.account().ss58())
                            .with(Field.SIGNATURE, NO_SIGNATURE),
                    Terminal.EMPTY
                            .with(Field.IP, target.endpoint().host())
                            .with(Field.PORT, target.endpoint().port())
                            .with(Field.HOTKEY, target.hotkey().ss58()));
            byte[] body = SynapseClass.json(sent, fields);
            InLane freeing = new InLane(listener, target, lane);
            try {
                return http.send(
                        target,
                        new Http.Question("/" + form.name(), headers, MEDIA_TYPE, body),
                        (route, signature) -> {
                            freeing.mayArrive = true;
                            Message signed = signed(sent);
                            put(
                                    body,
                                    Long.toString(NO_NONCE),
                                    signed.dendrite()
                                            .integer(Field.NONCE)
                                            .orElseThrow()
                                            .toString());
                            put(
                                    body,
                                    NO_SIGNATURE,
                                    signed.dendrite().text(Field.SIGNATURE).orElseThrow());
                            SynapseHeaders.write(signed, form.required(), signature);
                        },
                        this::read,
                        until,
                        freeing);
            } catch (DendriteException e) {
                lanes.free(target.hotkey(), lane);
                throw e;
            }
        }

        private Message signed(Message unsigned) {
            Terminal dendrite = unsigned.dendrite().with(Field.NONCE, NonceClock.next());
            String text = SynapseSignature.request(dendrite, unsigned.axon().text(Field.HOTKEY), unsigned.bodyHash());
            return unsigned.with(dendrite.with(Field.SIGNATURE, SynapseSignature.sign(hotkey, text)), unsigned.axon());
        }

        private End read(Http.Answer answer, HttpAttempt attempt) throws IOException {
            if (answer.status() != 200) {
                return refused(answer);
            }
            String status = answer.headers().get(STATUS);
            if (status != null && !status.equals("200")) {
                return refused(status, answer.headers().get(STATUS_MESSAGE), answer);
            }
            if (parts.isPresent()) {
                return status == null ? noStatus() : inParts(answer.body(), attempt, parts.get());
            }
            byte[] whole = answer.bodyUpTo(maxAnswerBytes + 1);
            if (whole.length > maxAnswerBytes) {
                return tooLarge();
            }
            if (status == null && !saysSuccess(whole)) {
                return noStatus();
            }
            attempt.part(whole);
            return new End.Whole();
        }

        private End inParts(BufferedSource body, HttpAttempt attempt, StreamParts<R> form) throws IOException {
            StreamParts<R>.Cutter cutter = form.cutter();
            byte[] chunk = new byte[CHUNK];
            for (int count = body.read(chunk); count >= 0; count = body.read(chunk)) {
                for (byte[] part : cutter.next(Arrays.copyOf(chunk, count))) {
                    attempt.part(part);
                }
                if (cutter.waiting() > maxAnswerBytes) {
                    return tooLarge();
                }
            }
            for (byte[] part : cutter.end()) {
                attempt.part(part);
            }
            return new End.Whole();
        }

        @Override
        public R decode(byte[] part) {
            return parts.isPresent() ? parts.get().read(part) : form.answer(form.readAnswer(SynapseClass.parse(part)));
        }

        private End tooLarge() {
            return new End.Invalid("answer is larger than " + maxAnswerBytes + " bytes (maxAnswerBytes)");
        }
    }

    /** Puts a text in place of another of the same length; the first place is the one of the base class, before any field. */
    private static void put(byte[] body, String absent, String present) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        byte[] bytes = present.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, body, text.indexOf(absent), bytes.length);
    }

    /** Without a status of the axon's own an answer is none, whatever HTTP says: so Python's dendrite takes it. */
    private static boolean saysSuccess(byte[] body) {
        try {
            return SynapseClass.parse(body) instanceof Map<?, ?> message
                    && message.get("axon") instanceof Map<?, ?> axon
                    && "200".equals(String.valueOf(axon.get("status_code")));
        } catch (WireException e) {
            return false;
        }
    }

    private static End noStatus() {
        return new End.Invalid("the answer has no status of its axon");
    }

    private static End refused(Http.Answer answer) throws IOException {
        String message = null;
        try {
            if (SynapseClass.parse(answer.bodyUpTo(LONGEST_ERROR)) instanceof Map<?, ?> body
                    && body.get("message") instanceof String said) {
                message = said;
            }
        } catch (WireException e) {
            // no JSON: the header or the status tells as much as there is
        }
        if (message == null) {
            message = answer.headers().get(STATUS_MESSAGE);
        }
        return refused(Integer.toString(answer.status()), message, answer);
    }

    private static End refused(String status, @Nullable String message, Http.Answer answer) {
        String ours = answer.headers().get(HttpRefusal.CODE);
        if (Refusal.CALL_DEADLINE.code().equals(ours)) {
            return new End.TimedOut();
        }
        String code = ours != null && Words.isCode(ours) ? ours : "synapse." + status;
        return Words.isCode(code)
                ? new End.Refused(
                        code,
                        Words.of(message == null ? "HTTP status " + answer.status() : message),
                        Words.clockDifference(answer.headers().get(HttpRefusal.CLOCK_DIFFERENCE)),
                        Words.retryAfter(answer.headers()))
                : new End.Invalid("an axon's status that is no number");
    }

    @Override
    public void close(long until) throws InterruptedException {
        http.close(until);
    }

    /** Gives the lane back when the request is over; one that was given up after it was signed may still reach the axon. */
    private final class InLane implements Attempt.Listener {
        private final Attempt.Listener listener;
        private final Target target;
        private final int lane;
        private volatile boolean mayArrive;

        InLane(Attempt.Listener listener, Target target, int lane) {
            this.listener = listener;
            this.target = target;
            this.lane = lane;
        }

        @Override
        public void connected() {
            listener.connected();
        }

        @Override
        public void sent() {
            listener.sent();
        }

        @Override
        public void answering() {
            listener.answering();
        }

        @Override
        public void says(Function<String, Optional<String>> headers) {
            listener.says(headers);
        }

        @Override
        public void part(byte[] bytes) {
            listener.part(bytes);
        }

        @Override
        public void ended(End end) {
            if (mayArrive && (end instanceof End.Unreachable || end instanceof End.TimedOut)) {
                lanes.rest(target.hotkey(), lane);
            } else {
                lanes.free(target.hotkey(), lane);
            }
            listener.ended(end);
        }
    }
}
