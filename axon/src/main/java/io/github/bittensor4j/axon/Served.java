package io.github.bittensor4j.axon;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.protocol.internal.PayloadCodec;
import io.github.bittensor4j.protocol.internal.Refusal;
import io.github.bittensor4j.protocol.internal.WireException;
import io.github.bittensor4j.protocol.v1.SynapseRequest;
import io.github.bittensor4j.protocol.v1.SynapseResponse;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One synapse with its handler: the question out of its message, the handler, the answer into its message. */
final class Served<Q, R> {
    private static final Logger LOG = LoggerFactory.getLogger(Served.class);

    private final SynapseType<Q, R> type;
    private final PayloadCodec<Q> questions;
    private final PayloadCodec<R> answers;
    private final Work<Q, R> work;

    /** Calls the handler and sends what it gives. */
    private interface Work<Q, R> {
        void run(Exchange exchange, Q question, Served<Q, R> served) throws Exception;
    }

    private Served(SynapseType<Q, R> type, Work<Q, R> work) {
        this.type = type;
        this.questions = PayloadCodec.of(type.request());
        this.answers = PayloadCodec.of(type.response());
        this.work = work;
    }

    static <Q, R> Served<Q, R> whole(SynapseType<Q, R> type, Handler<Q, R> handler) {
        return new Served<>(type, (exchange, question, served) -> {
            byte[] answer = served.message(handler.handle(exchange, question));
            exchange.workDone();
            exchange.answer(answer);
        });
    }

    static <Q, R> Served<Q, R> inParts(SynapseType<Q, R> type, StreamHandler<Q, R> handler) {
        return new Served<>(type, (exchange, question, served) -> {
            handler.handle(exchange, question, part -> exchange.part(served.message(part)));
            exchange.workDone();
            exchange.complete();
        });
    }

    /** What stands behind the gate of one method: finds the synapse and gives the call to its handler. */
    static Gate.Admitted choosing(Map<String, Served<?, ?>> served, Map<String, Served<?, ?>> otherwise, Calls calls) {
        return (exchange, body) -> {
            SynapseRequest request;
            try {
                // without copying: nobody else has these bytes
                request = SynapseRequest.parser().parseFrom(UnsafeByteOperations.unsafeWrap(body));
            } catch (InvalidProtocolBufferException e) {
                throw new Refused(Refusal.CALL_INVALID, "the body is not a SynapseRequest");
            }
            Served<?, ?> chosen = served.get(request.getSynapse());
            if (chosen == null) {
                throw new Refused(
                        Refusal.CALL_UNKNOWN,
                        otherwise.containsKey(request.getSynapse())
                                ? "this synapse is served by the other method of this service"
                                : "this axon serves no such synapse");
            }
            exchange.synapse(chosen.type.name());
            calls.run(exchange, () -> chosen.handle(exchange, request));
        };
    }

    private void handle(Exchange exchange, SynapseRequest request) {
        if (exchange.ended()) {
            return;
        }
        try {
            work.run(exchange, question(request), this);
        } catch (RefusalException e) {
            exchange.workDone();
            exchange.refuse(new Refused(e.code(), String.valueOf(e.getMessage())));
        } catch (Throwable e) {
            if (exchange.ended()) {
                LOG.debug("Handler of {} ended after its call", type.name(), e);
                return;
            }
            LOG.warn("Handler of {} failed", type.name(), e);
            exchange.workDone();
            exchange.refuse(Refusal.CALL_FAILED, "the handler failed");
        }
    }

    private Q question(SynapseRequest request) {
        try {
            return questions.decode(request.getPayload());
        } catch (WireException e) {
            // only this one's message is for the caller: a handler that asks others meets its own
            throw new RefusalException(e.code(), false, String.valueOf(e.getMessage()));
        }
    }

    private byte[] message(R answer) {
        if (answer == null) {
            throw new AxonException("axon.null", "handler of " + type.name() + " gave null", "Throw RefusalException.");
        }
        try {
            return SynapseResponse.newBuilder()
                    .setPayload(answers.encode(answer))
                    .build()
                    .toByteArray();
        } catch (WireException e) {
            // the handler's fault, not the caller's
            throw new AxonException("axon.answer", "answer of " + type.name() + ": " + e.getMessage(), "", e);
        }
    }
}
