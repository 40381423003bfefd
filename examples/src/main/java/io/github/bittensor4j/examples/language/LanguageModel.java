package io.github.bittensor4j.examples.language;

import io.github.bittensor4j.axon.Handler;
import java.time.Duration;
import java.util.function.Consumer;

/** Something that predicts the next characters of a text. Thread-safe; whoever made it closes it. */
public interface LanguageModel extends AutoCloseable {

    /**
     * Predicts.
     *
     * @param question the pieces of text
     * @param limit how long it may take
     * @return a distribution for each piece
     * @throws InterruptedException when the thread is interrupted
     */
    Predictions answer(NextCharacters question, Duration limit) throws InterruptedException;

    /**
     * Serves this model: {@code miner.serve(NextCharacters.SYNAPSE, model.handler())}.
     *
     * @return a handler that needs the model open
     */
    default Handler<NextCharacters, Predictions> handler() {
        return (call, question) -> answer(question, call.remaining());
    }

    /** Frees what the model holds; by default nothing. */
    @Override
    default void close() {}

    /**
     * Trains a recurrent network (a GRU) with PyTorch.
     *
     * @param training how long and from what
     * @param progress told after each batch, in this thread
     * @return the model, ready to be asked by many threads
     * @throws InterruptedException when the thread is interrupted, which ends the training
     */
    static LanguageModel recurrent(Training training, Consumer<Training.Progress> progress)
            throws InterruptedException {
        return RecurrentModel.train(training, progress);
    }

    /**
     * Counts which character follows which.
     *
     * @param text the text to count in, such as {@link Tale#text}
     * @return the model
     */
    static LanguageModel bigram(String text) {
        return new BigramModel(text);
    }

    /**
     * Answers valid distributions that say nothing.
     *
     * @param seed which noise
     * @return the model
     */
    static LanguageModel noise(long seed) {
        return new NoiseModel(seed);
    }
}
