package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.auth.SignedRequest;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.protocol.internal.AuthHeaders;
import io.github.bittensor4j.protocol.internal.HttpCodec;
import io.github.bittensor4j.protocol.internal.HttpRefusal;
import io.github.bittensor4j.protocol.internal.ReceiptHeader;
import io.github.bittensor4j.protocol.internal.Refusal;
import io.github.bittensor4j.protocol.internal.Wire;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import okhttp3.Headers;
import okio.BufferedSource;

/** btauth/1 over plain HTTP: a POST to the synapse's route. */
final class HttpCarrier implements Carrier {
    /** An error's text is shown no longer than this, so no more is read. */
    private static final int LONGEST_ERROR = 16 << 10;

    private final Signer hotkey;
    private final Http http;
    private final int maxAnswerBytes;
    private final boolean receipts;

    HttpCarrier(Signer hotkey, Http http, DendriteOptions options) {
        this.hotkey = hotkey;
        this.http = http;
        this.maxAnswerBytes = options.maxAnswerBytes();
        this.receipts = options.receipts();
    }

    @Override
    public <Q, R> Question<R> question(SynapseType<Q, R> type, Q request, boolean inParts) {
        HttpCodec<Q> questions = HttpCodec.of(type.request());
        byte[] body = questions.write(request);
        return new Written<>(type.route(), questions.mediaType(), body, HttpCodec.of(type.response()), inParts);
    }

    private final class Written<R> implements Question<R> {
        private final String route;
        private final String mediaType;
        private final byte[] body;
        private final byte[] sha256;
        private final HttpCodec<R> answers;
        private final boolean inParts;

        Written(String route, String mediaType, byte[] body, HttpCodec<R> answers, boolean inParts) {
            this.route = route;
            this.mediaType = mediaType;
            this.body = body;
            this.sha256 = Hashes.sha256(body);
            this.answers = answers;
            this.inParts = inParts;
        }

        @Override
        public Attempt ask(Target target, Map<String, String> headers, long until, Attempt.Listener listener) {
            Optional<Attestation> attestation = receipts ? Optional.of(new Attestation(inParts)) : Optional.empty();
            return http.send(
                    target,
                    new Http.Question(route, accepting(headers), mediaType, body),
                    (sent, signature) -> {
                        SignedRequest request = new SignedRequest(
                                hotkey.scheme(),
                                Wire.HTTP_METHOD,
                                sent,
                                sha256,
                                NonceClock.next(),
                                hotkey.account(),
                                Optional.of(target.hotkey()));
                        attestation.ifPresent(follows -> follows.asked(request));
                        AuthHeaders.write(request, request.sign(hotkey), signature);
                    },
                    (answer, attempt) -> read(answer, attempt, attestation),
                    until,
                    listener);
        }

        private Map<String, String> accepting(Map<String, String> headers) {
            Map<String, String> all = new HashMap<>(headers);
            if (receipts) {
                all.put(ReceiptHeader.NAME, ReceiptHeader.ASKED);
            }
            all.put("accept", inParts ? answers.partsMediaType() : answers.mediaType());
            return all;
        }

        private End read(Http.Answer answer, HttpAttempt attempt, Optional<Attestation> attestation)
                throws IOException {
            if (answer.status() != 200) {
                return refused(answer);
            }
            if (inParts) {
                End end = answers.inLines()
                        ? lines(answer.body(), attempt, attestation)
                        : parts(answer.body(), attempt, attestation);
                return end instanceof End.Whole && attestation.isPresent()
                        ? attestation.get().complete(answer.trailers().get(ReceiptHeader.NAME))
                        : end;
            }
            byte[] whole = answer.bodyUpTo(maxAnswerBytes + 1);
            if (whole.length > maxAnswerBytes) {
                return tooLarge();
            }
            attempt.part(whole);
            if (attestation.isEmpty()) {
                return new End.Whole();
            }
            attestation.get().part(whole);
            return attestation.get().complete(answer.headers().get(ReceiptHeader.NAME));
        }

        private End lines(BufferedSource body, HttpAttempt attempt, Optional<Attestation> attestation)
                throws IOException {
            while (!body.exhausted()) {
                long end = body.indexOf((byte) '\n', 0, maxAnswerBytes + 1L);
                if (end < 0) {
                    return body.getBuffer().size() > maxAnswerBytes
                            ? tooLarge()
                            : new End.Invalid("the last line is not complete");
                }
                byte[] line = body.readByteArray(end);
                body.skip(1);
                if (line.length > 0 && line[0] == HttpCodec.BROKEN_LINE) {
                    return refused(HttpRefusal.read(Arrays.copyOfRange(line, 1, line.length)));
                }
                attestation.ifPresent(follows -> follows.part(line));
                attempt.part(line);
            }
            return new End.Whole();
        }

        private End parts(BufferedSource body, HttpAttempt attempt, Optional<Attestation> attestation)
                throws IOException {
            try {
                while (!body.exhausted()) {
                    int length = body.readInt();
                    boolean broken = length == HttpCodec.BROKEN_PART;
                    if (broken) {
                        length = body.readInt();
                    }
                    if (length < 0 || length > maxAnswerBytes) {
                        return tooLarge();
                    }
                    byte[] part = body.readByteArray(length);
                    if (broken) {
                        return refused(HttpRefusal.read(part));
                    }
                    attestation.ifPresent(follows -> follows.part(part));
                    attempt.part(part);
                }
            } catch (EOFException e) {
                return new End.Invalid("the last part is not complete");
            }
            return new End.Whole();
        }

        private End tooLarge() {
            return new End.Invalid("answer is larger than " + maxAnswerBytes + " bytes (maxAnswerBytes)");
        }

        @Override
        public R decode(byte[] part) {
            return answers.read(part);
        }
    }

    private static End refused(Optional<HttpRefusal> said) {
        String code = said.map(HttpRefusal::code).orElse("");
        return Words.isCode(code)
                ? refused(code, said.map(HttpRefusal::message).orElse(""), Headers.of())
                : new End.Invalid("the answer breaks off");
    }

    private static End refused(String code, String message, Headers headers) {
        return code.equals(Refusal.CALL_DEADLINE.code())
                ? new End.TimedOut()
                : new End.Refused(
                        code,
                        Words.of(message),
                        Words.clockDifference(headers.get(HttpRefusal.CLOCK_DIFFERENCE)),
                        Words.retryAfter(headers));
    }

    /** What a server of any make means by another status than 200. */
    static End refused(Http.Answer answer) throws IOException {
        HttpRefusal said = HttpRefusal.read(answer.bodyUpTo(LONGEST_ERROR)).orElse(new HttpRefusal("", ""));
        String code = answer.headers().get(HttpRefusal.CODE);
        if (code != null && Words.isCode(code)) {
            return refused(code, said.message(), answer.headers());
        }
        String words = said.message().isEmpty() ? "HTTP status " + answer.status() : said.message();
        return answer.status() >= 400
                ? new End.Refused(
                        "http." + answer.status(),
                        Words.of(words),
                        Optional.empty(),
                        Words.retryAfter(answer.headers()))
                : new End.Invalid("HTTP status " + answer.status());
    }

    @Override
    public void close(long until) throws InterruptedException {
        http.close(until);
    }
}
