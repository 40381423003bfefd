package io.github.bittensor4j.neuron;

/**
 * Something that happened in the life of a neuron. Every event is also one line in the log, under the logger named after {@link Miner} or {@link Validator}.
 *
 * @param kind what happened
 * @param message the same in one sentence, with the values
 * @param status the neuron right after it
 */
public record NeuronEvent(Kind kind, String message, NeuronStatus status) {

    /** What can happen. More kinds may follow in later versions. */
    public enum Kind {
        /** A seat is about to be paid for; the message names the price and the limit. */
        REGISTERING,
        /** A seat was taken and paid. */
        REGISTERED,
        /** The neuron is at work. */
        STARTED,
        /** The chain shows a new endpoint. */
        PUBLISHED,
        /** The endpoint could not be published now; the message says why and when it is tried again. */
        PUBLISH_WAITING,
        /** A round ended and its scores are kept. */
        ROUND_DONE,
        /** A round failed and moved no score. */
        ROUND_FAILED,
        /** The state of the weights changed without weights being set. */
        WEIGHTS_WAITING,
        /** Weights are in a block. */
        WEIGHTS_SET,
        /** The chain can not be reached; the neuron goes on and tries again. */
        CHAIN_LOST,
        /** The chain answers again. */
        CHAIN_BACK,
        /** The uid is no longer this neuron's: it stops. */
        SEAT_LOST,
        /** Nothing new is taken; what runs may finish. */
        DRAINING,
        /** The end. */
        STOPPED
    }
}
