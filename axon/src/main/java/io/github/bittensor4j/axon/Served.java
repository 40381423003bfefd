package io.github.bittensor4j.axon;

import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.protocol.internal.PayloadCodec;
import io.github.bittensor4j.protocol.internal.Refusal;
import io.github.bittensor4j.protocol.internal.WireException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One synapse with its handler. How question and answers are written is the dialect's. */
final class Served<Q, R> {
    private static final Logger LOG = LoggerFactory.getLogger(Served.class);

    private final SynapseType<Q, R> type;
    private final PayloadCodec<Q> questions;
    private final PayloadCodec<R> answers;
    private final boolean inParts;
    private final Work<Q, R> work;
    private final FaultLog faults = new FaultLog();

    /** Calls the handler and sends what it gives. */
    private interface Work<Q, R> {
        void run(Exchange exchange, Wording<Q, R> wording) throws Exception;
    }

    private Served(SynapseType<Q, R> type, boolean inParts, Work<Q, R> work) {
        this.type = type;
        this.questions = PayloadCodec.of(type.request());
        this.answers = PayloadCodec.of(type.response());
        this.inParts = inParts;
        this.work = work;
    }

    static <Q, R> Served<Q, R> whole(SynapseType<Q, R> type, Handler<Q, R> handler) {
        return new Served<>(type, false, (exchange, wording) -> {
            byte[] answer = written(type, wording, handler.handle(exchange, question(wording)));
            exchange.workDone();
            exchange.answer(answer);
        });
    }

    static <Q, R> Served<Q, R> inParts(SynapseType<Q, R> type, StreamHandler<Q, R> handler) {
        return new Served<>(type, true, (exchange, wording) -> {
            handler.handle(exchange, question(wording), part -> exchange.part(written(type, wording, part)));
            exchange.workDone();
            exchange.complete();
        });
    }

    SynapseType<Q, R> type() {
        return type;
    }

    /** Questions as payload messages, for dialects that carry these. */
    PayloadCodec<Q> questions() {
        return questions;
    }

    /** Answers, or parts of one, as payload messages. */
    PayloadCodec<R> answers() {
        return answers;
    }

    /** Whether its answer comes in parts, by {@link Answering#part} and {@link Answering#complete}. */
    boolean inParts() {
        return inParts;
    }

    /** Gives an admitted call to the handler, as soon as there is room; refuses it when there is none. */
    void begin(Exchange exchange, Calls calls, Wording<Q, R> wording) {
        exchange.synapse(type.name());
        calls.run(exchange, () -> handle(exchange, wording));
    }

    private void handle(Exchange exchange, Wording<Q, R> wording) {
        if (exchange.ended()) {
            return;
        }
        try {
            work.run(exchange, wording);
        } catch (RefusalException e) {
            exchange.workDone();
            exchange.refuse(new Refused(e.code(), String.valueOf(e.getMessage())));
        } catch (Throwable e) {
            if (exchange.ended()) {
                LOG.debug("Handler of {} ended after its call", type.name(), e);
                return;
            }
            faults.tell(LOG, type.name(), e);
            exchange.workDone();
            exchange.refuse(Refusal.CALL_FAILED, "the handler failed");
        }
    }

    private static <Q> Q question(Wording<Q, ?> wording) {
        try {
            return wording.question();
        } catch (WireException e) {
            // only this one's message is for the caller: a handler that asks others meets its own
            throw new RefusalException(e.code(), false, String.valueOf(e.getMessage()));
        }
    }

    private static <R> byte[] written(SynapseType<?, R> type, Wording<?, R> wording, R answer) {
        if (answer == null) {
            throw new AxonException("axon.null", "handler of " + type.name() + " gave null", "Throw RefusalException.");
        }
        try {
            return wording.answer(answer);
        } catch (WireException e) {
            // the handler's fault, not the caller's
            throw new AxonException("axon.answer", "answer of " + type.name() + ": " + e.getMessage(), "", e);
        }
    }
}
