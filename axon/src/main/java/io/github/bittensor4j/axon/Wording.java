package io.github.bittensor4j.axon;

/**
 * One call's question and its answers in the words of one dialect.
 *
 * @param <Q> the question
 * @param <R> the answer, or a part of it
 */
interface Wording<Q, R> {
    /**
     * Reads the question. Called once, on the handler's thread.
     *
     * @throws io.github.bittensor4j.protocol.internal.WireException when it breaks a rule; its message is for the caller
     */
    Q question();

    /**
     * Writes an answer, or a part of one.
     *
     * @throws io.github.bittensor4j.protocol.internal.WireException when the value cannot be written
     */
    byte[] answer(R answer);
}
