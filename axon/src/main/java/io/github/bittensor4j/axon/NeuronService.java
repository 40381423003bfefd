package io.github.bittensor4j.axon;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.github.bittensor4j.protocol.internal.Refusal;
import io.github.bittensor4j.protocol.v1.Payload;
import io.github.bittensor4j.protocol.v1.SynapseRequest;
import io.github.bittensor4j.protocol.v1.SynapseResponse;
import java.util.HashMap;
import java.util.Map;

/** Synapses by name behind the two methods of the {@code Neuron} service: the question out of its message, the answer into its. */
final class NeuronService {
    private final Map<String, Served<?, ?>> whole = new HashMap<>();
    private final Map<String, Served<?, ?>> inParts = new HashMap<>();
    private final Calls calls;

    NeuronService(Iterable<Served<?, ?>> served, Calls calls) {
        for (Served<?, ?> one : served) {
            (one.inParts() ? inParts : whole).put(one.type().name(), one);
        }
        this.calls = calls;
    }

    /**
     * Finds the synapse and gives the call to its handler.
     *
     * @param stream whether the method is {@code Stream} rather than {@code Call}
     * @param message one SynapseRequest
     */
    void begin(Exchange exchange, boolean stream, byte[] message) throws Refused {
        SynapseRequest request;
        try {
            // without copying: nobody else has these bytes
            request = SynapseRequest.parser().parseFrom(UnsafeByteOperations.unsafeWrap(message));
        } catch (InvalidProtocolBufferException e) {
            throw new Refused(Refusal.CALL_INVALID, "the body is not a SynapseRequest");
        }
        Served<?, ?> chosen = (stream ? inParts : whole).get(request.getSynapse());
        if (chosen == null) {
            throw new Refused(
                    Refusal.CALL_UNKNOWN,
                    (stream ? whole : inParts).containsKey(request.getSynapse())
                            ? "this synapse is served by the other method of this service"
                            : "this axon serves no such synapse");
        }
        begin(exchange, chosen, request.getPayload());
    }

    private <Q, R> void begin(Exchange exchange, Served<Q, R> served, Payload question) {
        served.begin(exchange, calls, new Wording<>() {
            @Override
            public Q question() {
                return served.questions().decode(question);
            }

            @Override
            public byte[] answer(R answer) {
                return SynapseResponse.newBuilder()
                        .setPayload(served.answers().encode(answer))
                        .build()
                        .toByteArray();
            }
        });
    }
}
