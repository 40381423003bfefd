package io.github.bittensor4j.inference;

import ai.djl.Model;
import io.github.bittensor4j.axon.Call;
import io.github.bittensor4j.axon.Handler;
import io.github.bittensor4j.axon.RefusalException;
import io.github.bittensor4j.core.InvalidValueException;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Serves a DJL model as an axon's handler: the caller's types on both sides, plain Java values to and from the model, many calls in one
 * batch.
 *
 * <pre>{@code
 * try (Model model = Torch.load(Path.of("model.pt"));
 *         DjlHandler<Prompt, Reply> handler = DjlHandler.of(model, 2, Prompt::numbers, Reply::new)) {
 *     // serve(SYNAPSE, handler)
 * }
 * }</pre>
 *
 * <p>A call waits for the model no longer than its own deadline, and a caller that goes takes its rows along. When the queue is full the
 * call is refused as busy, at once and retryable; a question that the translation refuses with {@link InvalidValueException} is refused
 * as invalid. Thread-safe.
 *
 * @param <Q> the question
 * @param <R> the answer
 */
public final class DjlHandler<Q, R> implements Handler<Q, R>, AutoCloseable {
    private final Answering<Q, R> answering;
    private final Runnable closing;

    private DjlHandler(Answering<Q, R> answering, Runnable closing) {
        this.answering = answering;
        this.closing = closing;
    }

    @FunctionalInterface
    private interface Answering<Q, R> {
        R answer(Call call, Q question) throws InterruptedException;
    }

    /**
     * A model over numbers, with a pool of its own that has the defaults of {@link PredictorPool.Builder}.
     *
     * @param model takes rows of numbers, such as a TorchScript file's; stays the caller's, who closes it after the handler
     * @param predictors how many run at once
     * @param toInput from a question to a row; all rows must have the same length to share a batch
     * @param toReply from the model's first output to an answer
     * @param <Q> the question
     * @param <R> the answer
     * @return the handler, which the caller closes
     */
    public static <Q, R> DjlHandler<Q, R> of(
            Model model, int predictors, Function<Q, float[]> toInput, Function<float[], R> toReply) {
        PredictorPool<float[], float[]> pool = PredictorPool.builder(model, FloatRows.of())
                .predictors(predictors)
                .open();
        return new DjlHandler<>(one(pool, toInput, toReply), pool::close);
    }

    /**
     * A pool as a handler; each question is one row.
     *
     * @param pool stays the caller's
     * @param toInput from a question to a row
     * @param toReply from a predicted row to an answer
     * @param <Q> the question
     * @param <R> the answer
     * @param <I> a row of input
     * @param <O> a row of output
     * @return the handler; closing it does nothing
     */
    public static <Q, R, I, O> DjlHandler<Q, R> of(
            PredictorPool<I, O> pool, Function<Q, I> toInput, Function<O, R> toReply) {
        return new DjlHandler<>(one(pool, toInput, toReply), () -> {});
    }

    /**
     * A pool as a handler; each question is several rows.
     *
     * @param pool stays the caller's
     * @param toRows from a question to rows
     * @param toReply from the predicted rows, in the same order, to an answer
     * @param <Q> the question
     * @param <R> the answer
     * @param <I> a row of input
     * @param <O> a row of output
     * @return the handler; closing it does nothing
     */
    public static <Q, R, I, O> DjlHandler<Q, R> ofRows(
            PredictorPool<I, O> pool, Function<Q, List<I>> toRows, Function<List<O>, R> toReply) {
        return new DjlHandler<>(
                (call, question) -> toReply.apply(rows(pool, call, () -> toRows.apply(question))), () -> {});
    }

    private static <Q, R, I, O> Answering<Q, R> one(
            PredictorPool<I, O> pool, Function<Q, I> toInput, Function<O, R> toReply) {
        return (call, question) -> toReply.apply(
                rows(pool, call, () -> List.of(toInput.apply(question))).get(0));
    }

    private static <I, O> List<O> rows(PredictorPool<I, O> pool, Call call, Supplier<List<I>> rows)
            throws InterruptedException {
        try {
            return pool.predictAll(rows.get(), call.remaining());
        } catch (BusyException e) {
            throw RefusalException.busy("the model has as many questions waiting as it may");
        } catch (InvalidValueException e) {
            throw RefusalException.invalid(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public R handle(Call call, Q request) throws InterruptedException {
        return answering.answer(call, request);
    }

    /** Closes the pool if this handler opened it. */
    @Override
    public void close() {
        closing.run();
    }
}
