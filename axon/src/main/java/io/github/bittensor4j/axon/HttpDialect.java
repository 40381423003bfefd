package io.github.bittensor4j.axon;

import io.github.bittensor4j.axon.internal.front.Headers;
import io.github.bittensor4j.axon.internal.front.Incoming;
import io.github.bittensor4j.axon.internal.front.Outgoing;
import io.github.bittensor4j.axon.internal.front.Receiver;
import io.github.bittensor4j.axon.internal.front.WholeBody;
import io.github.bittensor4j.axon.internal.front.WireDialect;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.protocol.internal.AuthHeaders;
import io.github.bittensor4j.protocol.internal.HttpCodec;
import io.github.bittensor4j.protocol.internal.Refusal;
import io.github.bittensor4j.protocol.internal.Wire;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** btauth/1 over plain HTTP: a POST to a synapse's route, its question as the body. Takes every POST that no other dialect took. */
final class HttpDialect implements WireDialect {
    private final Gate gate;
    private final Calls calls;
    private final int mostBytes;
    private final Map<String, Spoken<?, ?>> whole = new HashMap<>();
    private final Map<String, Spoken<?, ?>> inParts = new HashMap<>();

    HttpDialect(Gate gate, Calls calls, int mostBytes, Iterable<Served<?, ?>> served) {
        this.gate = gate;
        this.calls = calls;
        this.mostBytes = mostBytes;
        for (Served<?, ?> one : served) {
            (one.inParts() ? inParts : whole).put(path(one.type().route()), new Spoken<>(one));
        }
    }

    /** A synapse and how its values are written here. */
    private static final class Spoken<Q, R> {
        private final Served<Q, R> served;
        private final HttpCodec<Q> questions;
        private final HttpCodec<R> answers;

        Spoken(Served<Q, R> served) {
            SynapseType<Q, R> type = served.type();
            this.served = served;
            this.questions = HttpCodec.of(type.request());
            this.answers = HttpCodec.of(type.response());
        }

        void begin(Exchange exchange, Calls calls, HttpReply reply, byte[] body) throws Refused {
            reply.answers(answers);
            served.begin(exchange, calls, new Wording<>() {
                @Override
                public Q question() {
                    return questions.read(body);
                }

                @Override
                public byte[] answer(R answer) {
                    return answers.write(answer);
                }
            });
        }
    }

    /** A target without its query: under this a synapse is found. */
    static String path(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    @Override
    public boolean speaks(Incoming head) {
        return head.method().equals(Wire.HTTP_METHOD);
    }

    @Override
    public Receiver open(Incoming head, Outgoing out) {
        Headers headers = head.headers();
        HttpReply reply = new HttpReply(out);
        Exchange exchange = gate.arrived(Dialect.HTTP, head, headers, reply, Optional.empty());
        if (headers.all("content-encoding").stream().anyMatch(coding -> !coding.equalsIgnoreCase("identity"))) {
            exchange.refuse(Refusal.CALL_COMPRESSED, "bodies are not read compressed here");
            return new Arriving(exchange, reply, head, null);
        }
        return new Arriving(
                exchange, reply, head, gate.claims(exchange, headers::all).orElse(null));
    }

    /** One request until its body is here. */
    private final class Arriving extends WholeBody {
        private final Exchange exchange;
        private final HttpReply reply;
        private final Incoming head;
        private final @Nullable AuthHeaders claims;

        /**
         * @param claims null when the call has ended
         */
        Arriving(Exchange exchange, HttpReply reply, Incoming head, @Nullable AuthHeaders claims) {
            super(claims == null ? 0 : mostBytes);
            this.exchange = exchange;
            this.reply = reply;
            this.head = head;
            this.claims = claims;
        }

        @Override
        protected boolean takes(int more) {
            return exchange.takes(more);
        }

        @Override
        protected void whole(byte[] body) {
            if (claims != null && !exchange.ended()) {
                gate.signed(exchange, claims, head.method(), head.target(), body, () -> begin(body));
            }
        }

        private void begin(byte[] body) throws Refused {
            choose().begin(exchange, calls, reply, body);
        }

        /** Where a route gives a whole answer and one in parts, the caller says by {@code accept} that it wants the parts. */
        private Spoken<?, ?> choose() throws Refused {
            String path = path(head.target());
            Spoken<?, ?> one = whole.get(path);
            Spoken<?, ?> many = inParts.get(path);
            if (one == null) {
                if (many == null) {
                    throw new Refused(Refusal.CALL_UNKNOWN, "this axon serves no such route");
                }
                return many;
            }
            Optional<String> accepted = head.headers().first("accept");
            if (many != null && accepted.equals(Optional.of(many.answers.partsMediaType()))) {
                return many;
            }
            if (accepted.equals(Optional.of(one.answers.partsMediaType()))) {
                throw new Refused(Refusal.CALL_UNKNOWN, "this route does not answer in parts");
            }
            return one;
        }

        @Override
        protected void tooLarge() {
            exchange.refuse(Refusal.LIMIT_SIZE, "the body is larger than " + mostBytes + " bytes");
        }

        @Override
        public void gone() {
            exchange.cancelled();
        }

        @Override
        public void ready() {
            exchange.ready();
        }
    }
}
