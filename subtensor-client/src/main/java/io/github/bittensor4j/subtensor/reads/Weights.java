package io.github.bittensor4j.subtensor.reads;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.subtensor.ChainState;
import io.github.bittensor4j.subtensor.internal.Answer;
import io.github.bittensor4j.timelock.Beacon;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** Reads of weights and bonds. */
public final class Weights extends Family {
    private static final String MECHANISM = "mechid";
    private static final BigInteger WHOLE = BigInteger.valueOf(0xffff);

    Weights(Supplier<ChainState> source) {
        super(source);
    }

    /**
     * Weights that wait sealed until their round.
     *
     * @param hotkey the validator
     * @param commitBlock when it committed them
     * @param revealRound the drand round that opens them
     * @param revealsAt when that round is published
     * @param ciphertext what is sealed; not copied
     */
    public record WeightCommit(
            AccountId hotkey, long commitBlock, long revealRound, Instant revealsAt, byte[] ciphertext) {}

    private Map<Uid, Map<Uid, BigDecimal>> matrix(
            String name, String item, Netuid netuid, int mechanism, Function<List<Answer>, BigInteger> whole) {
        return read(name, at -> {
            at.subnet(netuid);
            Map<Uid, Map<Uid, BigDecimal>> all = new TreeMap<>();
            at.entries(At.MODULE, item, At.storageIndex(netuid, mechanism)).forEach(e -> {
                List<Answer> row = e.value().list();
                BigInteger of = whole.apply(row);
                Map<Uid, BigDecimal> shares = new TreeMap<>();
                if (of.signum() > 0) {
                    row.forEach(w ->
                            shares.put(w.get(0).uid(), Answer.share(w.get(1).big(), new BigDecimal(of))));
                }
                all.put(e.key(0).uid(), shares);
            });
            return all;
        });
    }

    /**
     * The weights that validators have set, as shares of each one's sum.
     *
     * @param netuid the subnet
     * @param mechanism 0 on ordinary subnets
     * @return by validator, then by miner, each row summing to 1 but for rounding; a row without weights is empty
     */
    @Listed("The weights that validators have set, as shares of each one's sum.")
    public Map<Uid, Map<Uid, BigDecimal>> weights(
            @Arg("netuid") Netuid netuid, @Arg(value = MECHANISM, otherwise = "0") int mechanism) {
        return matrix(
                "weights",
                "Weights",
                netuid,
                mechanism,
                row -> row.stream().map(w -> w.get(1).big()).reduce(BigInteger.ZERO, BigInteger::add));
    }

    /**
     * The bonds between validators and miners, as shares of the largest that the chain can store.
     *
     * @param netuid the subnet
     * @param mechanism 0 on ordinary subnets
     * @return by validator, then by miner, 0 to 1
     */
    @Listed("The bonds between validators and miners, 0 to 1.")
    public Map<Uid, Map<Uid, BigDecimal>> bonds(
            @Arg("netuid") Netuid netuid, @Arg(value = MECHANISM, otherwise = "0") int mechanism) {
        return matrix("bonds", "Bonds", netuid, mechanism, row -> WHOLE);
    }

    /**
     * The weights that wait sealed.
     *
     * @param netuid the subnet
     * @param mechanism 0 on ordinary subnets
     * @return by the epoch of their commit, in the order of their commits
     */
    @Listed("The weights that wait sealed until their drand round, by the epoch of their commit.")
    public Map<Long, List<WeightCommit>> timelockedWeightCommits(
            @Arg("netuid") Netuid netuid, @Arg(value = MECHANISM, otherwise = "0") int mechanism) {
        return read("timelocked_weight_commits", at -> {
            at.subnet(netuid);
            Map<Long, List<WeightCommit>> all = new TreeMap<>();
            at.entries(At.MODULE, "TimelockedWeightCommits", At.storageIndex(netuid, mechanism))
                    .forEach(e -> all.put(
                            e.key(0).number(),
                            e.value().list().stream()
                                    .map(c -> new WeightCommit(
                                            c.get(0).account(),
                                            c.get(1).number(),
                                            c.get(3).number(),
                                            Beacon.QUICKNET.publishedAt(c.get(3).number()),
                                            c.get(2).bytes()))
                                    .toList()));
            return all;
        });
    }
}
