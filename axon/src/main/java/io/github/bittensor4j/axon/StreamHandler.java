package io.github.bittensor4j.axon;

/**
 * Answers one kind of question in parts. Called on the axon's bounded pool, by many threads at once; the stream ends when it returns.
 *
 * @param <Q> the question
 * @param <R> a part of the answer
 */
@FunctionalInterface
public interface StreamHandler<Q, R> {
    /**
     * Answers a question.
     *
     * @param call who asks, and until when
     * @param request the question
     * @param parts where the parts go, in order
     * @throws RefusalException to end the call with a code and a message that the caller sees
     * @throws Exception anything else is logged here (at WARN with its stack trace up to 10 times a minute for each synapse, the rest at DEBUG) and
     *     reaches the caller only as {@code call.failed}, without its message
     */
    void handle(Call call, Q request, Parts<R> parts) throws Exception;
}
