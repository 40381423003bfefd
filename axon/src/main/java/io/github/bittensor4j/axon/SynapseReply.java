package io.github.bittensor4j.axon;

import io.github.bittensor4j.axon.internal.front.Headers;
import io.github.bittensor4j.axon.internal.front.Outgoing;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.protocol.internal.Wire;
import io.github.bittensor4j.protocol.internal.WireException;
import io.github.bittensor4j.protocol.internal.synapse.Message;
import io.github.bittensor4j.protocol.internal.synapse.Python;
import io.github.bittensor4j.protocol.internal.synapse.StreamParts;
import io.github.bittensor4j.protocol.internal.synapse.SynapseClass;
import io.github.bittensor4j.protocol.internal.synapse.SynapseHeaders;
import io.github.bittensor4j.protocol.internal.synapse.SynapseSignature;
import io.github.bittensor4j.protocol.internal.synapse.SynapseVersion;
import io.github.bittensor4j.protocol.internal.synapse.Terminal;
import io.github.bittensor4j.protocol.internal.synapse.Terminal.Field;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way back of one call of SDK 7 to 10. A good answer says again what the request's headers said, which were verified; an error is made
 * of these headers too, as Python's axon makes it, with the axon's own signature.
 */
final class SynapseReply implements Answering {
    /** The longest status message; a Python client reads no header beyond 8190 bytes. */
    private static final int LONGEST_MESSAGE = 1024;

    private static final String JSON = "application/json";
    private static final Logger LOG = LoggerFactory.getLogger(SynapseReply.class);

    /**
     * This axon as its answers name it.
     *
     * @param hotkey signs errors, when it is an sr25519 key
     * @param uuid of this instance
     */
    record Axon(Signer hotkey, String uuid) {}

    /** What was wrong with a request that is not a message of its class, and how Python's axon says so. */
    enum Malformed {
        /** Headers or fields of another form, or another body than was signed. */
        MESSAGE(500),
        /** No JSON. */
        JSON(422),
        /** No UTF-8. */
        TEXT(400),
        /** More than one segment. */
        PATH(404),
        /** Neither GET nor POST. */
        METHOD(405);

        private final int status;

        Malformed(int status) {
            this.status = status;
        }
    }

    private final Outgoing out;
    private final Axon self;
    private final InetSocketAddress peer;
    private final long arrivedAt = System.nanoTime();
    private volatile @Nullable Malformed malformed;

    // guarded by this
    private Message head = base();
    private List<String> required = List.of();
    private boolean about;
    private boolean received;
    private @Nullable Runnable held;

    // written by the handler's thread before its answer
    private volatile Message answer = base();
    private volatile long askedAt = arrivedAt;
    private boolean streaming;

    SynapseReply(Outgoing out, Axon self, InetSocketAddress peer) {
        this.out = out;
        this.self = self;
        this.peer = peer;
    }

    private static Message base() {
        return new Message(
                SynapseClass.BASE_NAME,
                Message.DEFAULT_TIMEOUT,
                Terminal.EMPTY,
                Terminal.EMPTY,
                SynapseClass.UNCOVERED,
                Map.of());
    }

    /** The request's headers make a message of a class, which errors are made of from now on. */
    synchronized void about(SynapseClass<?, ?> form, Message headers) {
        head = form.ofHeaders(headers);
        required = form.required();
        about = true;
    }

    /** What the next refusal is about. */
    void malformed(Malformed what) {
        malformed = what;
    }

    /** The request is here to its end: a client that is still writing might not read what comes before. */
    synchronized void received() {
        received = true;
        if (held != null) {
            held.run();
            held = null;
        }
    }

    /** Question and answers of one call, whose headers were verified. */
    <Q, R> Wording<Q, R> wording(
            SynapseClass<Q, R> form, Optional<StreamParts<R>> parts, Message headers, byte[] body) {
        return new Wording<>() {
            @Override
            public Q question() {
                Object json = parsed(body);
                try {
                    Message asked = form.read(json);
                    if (!form.bodyHash(asked).equals(headers.bodyHash())) {
                        throw new WireException("call.invalid", "the hash of the body is not the one that was signed");
                    }
                    Q question = form.question(asked);
                    answer = asked.with(caller(headers.dendrite()), address(headers.axon()))
                            .withBodyHash(headers.bodyHash());
                    askedAt = System.nanoTime();
                    return question;
                } catch (WireException e) {
                    malformed = Malformed.MESSAGE;
                    throw e;
                }
            }

            @Override
            public byte[] answer(R value) {
                if (parts.isPresent()) {
                    return parts.get().write(value);
                }
                answer = good(form.answered(answer, value));
                return SynapseClass.json(answer);
            }
        };
    }

    private @Nullable Object parsed(byte[] body) {
        if (body.length == 0) {
            return null; // Python takes an empty body for no object, not for no JSON
        }
        malformed = Malformed.TEXT;
        String text = SynapseClass.text(body);
        malformed = Malformed.JSON;
        Object json = SynapseClass.parse(text);
        malformed = null;
        return json;
    }

    private Message good(Message message) {
        return message.with(
                message.dendrite(),
                message.axon()
                        .with(Field.STATUS_CODE, 200)
                        .with(Field.STATUS_MESSAGE, "Success")
                        .with(Field.PROCESS_TIME, secondsSince(askedAt)));
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    /** A caller's claims about its own status are no part of an answer. */
    private static Terminal caller(Terminal dendrite) {
        return dendrite.with(Field.STATUS_CODE, null)
                .with(Field.STATUS_MESSAGE, null)
                .with(Field.PROCESS_TIME, null);
    }

    /** Of what a caller says about the axon only the address comes back. */
    private static Terminal address(Terminal axon) {
        return Terminal.EMPTY
                .with(Field.IP, axon.fields().get(Field.IP))
                .with(Field.PORT, axon.fields().get(Field.PORT))
                .with(Field.HOTKEY, axon.fields().get(Field.HOTKEY));
    }

    @Override
    public void whole(byte[] body) {
        write(200, answer, body, Optional.empty());
    }

    @Override
    public void part(byte[] part) {
        begin();
        out.data(part);
    }

    @Override
    public void complete() {
        begin();
        out.end();
    }

    private void begin() {
        if (!streaming) {
            streaming = true;
            out.head(200, headers("text/event-stream", good(answer), Optional.empty()));
        }
    }

    @Override
    public void breakOff() {
        out.reset();
    }

    @Override
    public boolean isReady() {
        return out.isReady();
    }

    @Override
    public synchronized void refuse(Refused refused) {
        if (streaming) {
            out.reset();
            return;
        }
        Runnable answering = answering(refused);
        if (received) {
            answering.run();
        } else {
            held = answering;
        }
    }

    private Runnable answering(Refused refused) {
        Malformed wrong = malformed;
        String reason = shortened(refused.message());
        if (wrong != null && wrong != Malformed.MESSAGE) {
            return framework(wrong, refused.code(), reason);
        }
        int status = status(refused.code());
        boolean ours = wrong == Malformed.MESSAGE || refused.code().equals("call.failed");
        String text = shortened(
                switch (status) {
                    case 401 -> "Not Verified with error: " + reason;
                    case 403 -> "Forbidden. Key is blacklisted: " + reason + ".";
                    case 408 -> "Response timeout after: " + Python.repr(timeout()) + "s";
                    default -> ours ? "Internal Server Error #" + UUID.randomUUID() : reason;
                });
        Terminal dendrite = head.dendrite();
        Terminal axon = about ? address(head.axon()) : Terminal.EMPTY;
        axon = axon.with(Field.STATUS_CODE, status)
                .with(Field.STATUS_MESSAGE, text)
                .with(Field.PROCESS_TIME, secondsSince(arrivedAt));
        if (about) {
            axon = signed(axon.with(Field.VERSION, SynapseVersion.OURS)
                    .with(Field.UUID, self.uuid())
                    .with(Field.NONCE, Authenticator.nanos(Instant.now())));
            dendrite = caller(dendrite)
                    .with(Field.IP, peer.getAddress().getHostAddress())
                    .with(Field.PORT, peer.getPort());
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("message", text);
        if (ours) {
            body.put("reason", reason); // the rule that was broken; Python's callers do not look here
        }
        Message error = head.with(dendrite, axon);
        return () -> write(status, error, SynapseClass.write(body), Optional.of(refused));
    }

    /** Errors that Python's framework answers before the axon's own code sees the request. */
    private Runnable framework(Malformed wrong, String code, String reason) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put(
                "detail",
                switch (wrong) {
                    case JSON ->
                        List.of(Map.of("type", "json_invalid", "loc", List.of("body"), "msg", "JSON decode error"));
                    case TEXT -> "There was an error parsing the body";
                    default -> reason;
                });
        body.put("message", reason);
        Headers headers = Headers.of("content-type", JSON, Wire.REFUSAL.name(), code);
        return () -> out.whole(wrong.status, headers, SynapseClass.write(body), Headers.NONE);
    }

    private double timeout() {
        Double timeout = head.timeout();
        return timeout == null ? Message.DEFAULT_TIMEOUT : timeout;
    }

    /**
     * Signs an answer, as Python's axon does. The text holds two of the caller's own headers, so that it is signed only where both are what they
     * have to be: else a stranger would choose what this hotkey signs.
     */
    private Terminal signed(Terminal axon) {
        AccountId own = self.hotkey().account();
        Optional<String> caller = head.dendrite().text(Field.HOTKEY);
        Optional<String> called = axon.text(Field.HOTKEY);
        if (self.hotkey().scheme() != KeyScheme.SR25519
                || !called.equals(Optional.of(own.ss58()))
                || caller.filter(text -> isAnother(text, own)).isEmpty()) {
            return axon;
        }
        String text = SynapseSignature.answer(axon, caller, called);
        try {
            return axon.with(Field.SIGNATURE, SynapseSignature.sign(self.hotkey(), text));
        } catch (RuntimeException e) {
            LOG.warn("The hotkey did not sign an error, which goes out without a signature", e);
            return axon;
        }
    }

    private static boolean isAnother(String address, AccountId own) {
        try {
            return !AccountId.fromSs58(address).equals(own);
        } catch (BittensorException e) {
            return false;
        }
    }

    private void write(int status, Message message, byte[] body, Optional<Refused> refusal) {
        out.whole(status, headers(JSON, message, refusal), body, Headers.NONE);
    }

    private Headers headers(String type, Message message, Optional<Refused> refusal) {
        Headers.Builder headers = new Headers.Builder();
        SynapseHeaders.write(message, required, headers::add);
        headers.add("content-type", type);
        refusal.ifPresent(refused -> {
            headers.add(Wire.REFUSAL.name(), refused.code());
            refused.clockDifference()
                    .ifPresent(ahead -> headers.add(Wire.CLOCK_DIFFERENCE.name(), Long.toString(ahead.toNanos())));
            refused.retryAfter().ifPresent(wait -> headers.add(Wire.RETRY_AFTER.name(), Long.toString(wait.toNanos())));
        });
        return headers.build();
    }

    private static String shortened(String text) {
        return text.length() > LONGEST_MESSAGE ? text.substring(0, LONGEST_MESSAGE) + "..." : text;
    }

    /** The HTTP status of a refusal in this dialect. */
    static int status(String code) {
        return switch (code) {
            case "auth.full", "auth.unavailable" -> 503;
            case "call.unknown" -> 404;
            case "call.deadline" -> 408;
            case "limit.size" -> 413;
            case "limit.rate" -> 429;
            default -> {
                if (code.startsWith("auth.")) {
                    yield 401;
                }
                if (code.startsWith("access.")) {
                    yield 403;
                }
                yield code.startsWith("limit.") || code.startsWith("axon.") ? 503 : 500;
            }
        };
    }
}
