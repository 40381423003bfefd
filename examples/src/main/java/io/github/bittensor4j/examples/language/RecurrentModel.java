package io.github.bittensor4j.examples.language;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.recurrent.GRU;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.github.bittensor4j.axon.Handler;
import io.github.bittensor4j.inference.DjlHandler;
import io.github.bittensor4j.inference.PredictorPool;
import io.github.bittensor4j.inference.Torch;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;

/** A GRU over characters, trained here and now, and served by a pool of predictors. */
final class RecurrentModel implements LanguageModel {
    /** How far back it looks, in characters: about a sentence. */
    private static final int WINDOW = 64;

    /** Stands where there is no character, before the start of a short text. */
    private static final int NOTHING = Alphabet.SIZE;

    private static final int STATE = 96;
    private static final int BATCH = 32;
    private static final float LEARNING_RATE = 0.01f;
    private static final int TEXT_LENGTH = 200_000;

    private final Model model;
    private final PredictorPool<String, float[]> pool;

    private RecurrentModel(Model model) {
        this.model = model;
        this.pool = PredictorPool.builder(model, new NextCharacter())
                .predictors(2)
                .maxBatch(64)
                .warmUp("that ")
                .open();
    }

    static RecurrentModel train(Training training, Consumer<Training.Progress> progress) throws InterruptedException {
        Model model = Torch.newModel("gru");
        try {
            model.setBlock(block());
            learn(model, training, progress);
            return new RecurrentModel(model);
        } catch (InterruptedException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static Block block() {
        return new SequentialBlock()
                .add(new LambdaBlock(in -> new NDList(in.singletonOrThrow().oneHot(Alphabet.SIZE + 1)), "one-hot"))
                .add(GRU.builder()
                        .setStateSize(STATE)
                        .setNumLayers(1)
                        .optBatchFirst(true)
                        .optReturnState(false)
                        .build())
                .add(Linear.builder().setUnits(Alphabet.SIZE).build());
    }

    private static void learn(Model model, Training training, Consumer<Training.Progress> progress)
            throws InterruptedException {
        Chance chance = new Chance(training.seed(), "training");
        String text = Tale.text(chance.next(), TEXT_LENGTH);
        Loss criterion = Loss.softmaxCrossEntropyLoss();
        DefaultTrainingConfig config = new DefaultTrainingConfig(criterion)
                .optDevices(new Device[] {Torch.device().device()})
                .optOptimizer(Adam.builder()
                        .optLearningRateTracker(Tracker.fixed(LEARNING_RATE))
                        .build());
        try (Trainer trainer = model.newTrainer(config)) {
            synchronized (RecurrentModel.class) { // the engine has one seed, which two trainings must not share
                Engine.getEngine("PyTorch").setRandomSeed((int) chance.next());
                trainer.initialize(new Shape(BATCH, WINDOW));
            }
            for (int step = 1; step <= training.steps(); step++) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("training was interrupted at step " + step);
                }
                double loss = learn(trainer, criterion, text, chance);
                progress.accept(new Training.Progress(step, training.steps(), loss));
            }
        }
    }

    /** One batch: every position of every window predicts the character after it. */
    private static double learn(Trainer trainer, Loss criterion, String text, Chance chance) {
        int[] seen = new int[BATCH * WINDOW];
        int[] next = new int[BATCH * WINDOW];
        for (int row = 0; row < BATCH; row++) {
            int start = chance.below(text.length() - WINDOW);
            // Some windows start late, so that short texts are no surprise.
            int hidden = chance.below(4) == 0 ? chance.below(WINDOW) : 0;
            for (int i = 0; i < WINDOW; i++) {
                seen[row * WINDOW + i] = i < hidden ? NOTHING : Alphabet.indexOf(text.charAt(start + i));
                next[row * WINDOW + i] = Alphabet.indexOf(text.charAt(start + i + 1));
            }
        }
        try (NDManager scope = trainer.getManager().newSubManager()) {
            NDArray in = scope.create(seen, new Shape(BATCH, WINDOW));
            NDArray out = scope.create(next, new Shape(BATCH * WINDOW));
            double value;
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDArray scores = trainer.forward(new NDList(in)).singletonOrThrow();
                NDArray loss =
                        criterion.evaluate(new NDList(out), new NDList(scores.reshape(BATCH * WINDOW, Alphabet.SIZE)));
                collector.backward(loss);
                value = loss.getFloat();
            }
            trainer.step();
            return value;
        }
    }

    @Override
    public Predictions answer(NextCharacters question, Duration limit) throws InterruptedException {
        return Predictions.of(pool.predictAll(question.contexts(), limit));
    }

    /** Rows of many callers share batches; a full queue is a refusal. */
    @Override
    public Handler<NextCharacters, Predictions> handler() {
        return DjlHandler.ofRows(pool, NextCharacters::contexts, Predictions::of);
    }

    @Override
    public void close() {
        pool.close();
        model.close();
    }

    /** From a text to the distribution of the character after it. */
    private static final class NextCharacter implements Translator<String, float[]> {
        @Override
        public NDList processInput(TranslatorContext context, String text) {
            int[] seen = new int[WINDOW];
            Arrays.fill(seen, NOTHING);
            int length = Math.min(WINDOW, text.length());
            for (int i = 0; i < length; i++) {
                seen[WINDOW - length + i] = Alphabet.indexOf(text.charAt(text.length() - length + i));
            }
            return new NDList(context.getNDManager().create(seen));
        }

        @Override
        public float[] processOutput(TranslatorContext context, NDList output) {
            return output.singletonOrThrow().get(WINDOW - 1).softmax(0).toFloatArray();
        }
    }
}
