package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.SynapseType;
import java.util.Map;

/** Speaks one dialect with axons. Thread-safe. */
interface Carrier {
    /**
     * Writes a question, once for all targets.
     *
     * @param inParts whether the answer is one in parts
     * @throws io.github.bittensor4j.core.BittensorException when the question cannot be written in this dialect
     */
    <Q, R> Question<R> question(SynapseType<Q, R> type, Q request, boolean inParts);

    /** Ends what is under way and closes every connection; waits for it until a moment of {@link System#nanoTime()}. */
    void close(long until) throws InterruptedException;

    /** A question as it stands in one dialect. Thread-safe. */
    interface Question<R> {
        /**
         * Asks one target: signs the question for it as soon as a connection stands, and sends it. Never waits.
         *
         * @param headers what observers add to the request; not signed
         * @param until when the attempt ends at the latest, a moment of {@link System#nanoTime()}
         * @param listener hears of everything, also of what fails at once
         * @throws DendriteException when this dendrite is closed; then the listener hears nothing
         */
        Attempt ask(Target target, Map<String, String> headers, long until, Attempt.Listener listener);

        /**
         * Reads an answer, or a part of it.
         *
         * @throws io.github.bittensor4j.protocol.internal.WireException when it is none
         */
        R decode(byte[] part);
    }
}
