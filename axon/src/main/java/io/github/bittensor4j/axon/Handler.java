package io.github.bittensor4j.axon;

/**
 * Answers one kind of question. Called on the axon's bounded pool, by many threads at once; interrupted when the call's deadline passes
 * or the caller has gone.
 *
 * @param <Q> the question
 * @param <R> the answer
 */
@FunctionalInterface
public interface Handler<Q, R> {
    /**
     * Answers a question.
     *
     * @param call who asks, and until when
     * @param request the question
     * @return the answer
     * @throws RefusalException to refuse the call with a code and a message that the caller sees
     * @throws Exception anything else is logged here (at WARN with its stack trace up to 10 times a minute for each synapse, the rest at DEBUG) and
     *     reaches the caller only as {@code call.failed}, without its message
     */
    R handle(Call call, Q request) throws Exception;
}
