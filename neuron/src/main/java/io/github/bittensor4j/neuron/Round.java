package io.github.bittensor4j.neuron;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Metagraph;
import io.github.bittensor4j.core.NeuronInfo;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.dendrite.Dendrite;
import io.github.bittensor4j.dendrite.QueryOutcome;
import io.github.bittensor4j.dendrite.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One round of a validator: one metagraph for the whole of it, questions to miners, and scores that count when the round ends well.
 * Safe for use by many threads while the round lasts; scoring after its end is an error.
 */
public final class Round {
    private final Metagraph metagraph;
    private final PublishedKeys tlsKeys;
    private final AccountId self;
    private final Dendrite dendrite;
    private final Map<Uid, Double> scored = new HashMap<>();
    private boolean finished;

    Round(Metagraph metagraph, PublishedKeys tlsKeys, AccountId self, Dendrite dendrite) {
        this.tlsKeys = tlsKeys;
        this.metagraph = metagraph;
        this.self = self;
        this.dendrite = dendrite;
    }

    /**
     * The block of this round's metagraph.
     *
     * @return its number
     */
    public long block() {
        return metagraph.block().number();
    }

    /**
     * The subnet as this round sees it. While the chain can not be reached it is the last one that could be read.
     *
     * @return an immutable snapshot
     */
    public Metagraph metagraph() {
        return metagraph;
    }

    /**
     * Asks miners, all at once, and waits until each has answered or failed. One that has published a TLS key is asked over TLS with that
     * key, and not otherwise.
     *
     * @param type the kind of question
     * @param request the question, the same for all
     * @param sample whom to ask
     * @param deadline how long one miner may take, connecting included
     * @param <Q> the question
     * @param <R> the answer
     * @return one outcome for each miner asked; empty when no miner serves. A bad miner is an outcome, never an exception
     * @throws InterruptedException when the validator is closed and its drain limit is over
     */
    public <Q, R> List<MinerOutcome<R>> query(SynapseType<Q, R> type, Q request, Sample sample, Duration deadline)
            throws InterruptedException {
        List<NeuronInfo> miners = miners(sample);
        List<Target> targets = miners.stream().map(this::target).toList();
        List<QueryOutcome<R>> outcomes = dendrite.queryAll(targets, type, request, deadline);
        List<MinerOutcome<R>> result = new ArrayList<>(outcomes.size());
        for (int i = 0; i < outcomes.size(); i++) {
            result.add(new MinerOutcome<>(miners.get(i), outcomes.get(i)));
        }
        return List.copyOf(result);
    }

    /**
     * Draws miners without asking them, for questions that {@link #query} does not know: {@code
     * MyServiceGrpc.newBlockingStub(round.dendrite().channel(round.target(miner)))}.
     *
     * @param sample whom
     * @return those that publish an axon, in no order
     */
    public List<NeuronInfo> miners(Sample sample) {
        return sample.draw(metagraph, self);
    }

    /**
     * Where a miner is asked, with the TLS key that it has published.
     *
     * @param miner one of {@link #miners}
     * @return whom to ask by {@link #dendrite}
     * @throws InvalidValueException when it publishes no axon
     */
    public Target target(NeuronInfo miner) {
        Target plain = Target.of(miner)
                .orElseThrow(() -> new InvalidValueException(
                        "round.target",
                        "uid " + miner.uid() + ": publishes no axon (expected: a neuron that serves)",
                        "Draw by Round.miners."));
        return tlsKeys.of(miner.hotkey()).map(plain::pinned).orElse(plain);
    }

    /**
     * The validator's own dendrite, which signs by its hotkey.
     *
     * @return open for as long as the validator runs; not to be closed
     */
    public Dendrite dendrite() {
        return dendrite;
    }

    /**
     * Scores one miner in this round; a second score for the same seat replaces the first. Seats that are not scored keep what they had.
     *
     * @param uid the seat, one of this round's metagraph
     * @param score zero or more; only the proportion between miners counts
     * @throws ScoresException when the score is negative, infinite or not a number; it names the uid
     * @throws InvalidValueException when nobody sits there
     */
    public synchronized void score(Uid uid, double score) {
        Scores.check(uid, score);
        if (metagraph.neuron(uid).isEmpty()) {
            throw new InvalidValueException(
                    "round.uid",
                    "uid: " + uid + " (expected: a seat of subnet " + metagraph.netuid() + ", which has "
                            + metagraph.neurons().size() + ")",
                    "Score the uids that the outcomes carry.");
        }
        if (finished) {
            throw new InvalidValueException(
                    "round.over",
                    "score of uid " + uid + ": the round at block " + block() + " is over",
                    "Score before the handler returns.");
        }
        scored.put(uid, score);
    }

    /** Ends the round and hands out what it scored. */
    synchronized Map<Uid, Double> finish() {
        finished = true;
        return Map.copyOf(scored);
    }
}
