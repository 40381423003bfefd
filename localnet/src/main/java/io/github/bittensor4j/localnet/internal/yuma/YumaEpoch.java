package io.github.bittensor4j.localnet.internal.yuma;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/**
 * Yuma consensus: turns the weights that validators gave into shares of an emission. A validator's weight on a miner counts only
 * up to the median of all validators by stake, so who gives its friend more than the others see loses that part; bonds then pay
 * validators by how early and how closely they agreed.
 */
public final class YumaEpoch {
    private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);
    private static final long HALF = I32F32.ONE / 2;

    private final EpochParameters parameters;
    private final EpochInput input;
    private final int n;

    private YumaEpoch(EpochParameters parameters, EpochInput input) {
        this.parameters = parameters;
        this.input = input;
        this.n = input.stake().size();
    }

    /** Runs one epoch. Pure: nothing of the input changes. */
    public static EpochResult run(EpochParameters parameters, EpochInput input) {
        return new YumaEpoch(parameters, input).run();
    }

    /** The normalised weights that take part, after all masks. */
    static SparseMatrix weights(EpochParameters parameters, EpochInput input) {
        return new YumaEpoch(parameters, input).weights();
    }

    private EpochResult run() {
        boolean[] active = new boolean[n];
        for (int i = 0; i < n; i++) {
            active[i] = input.lastUpdate()[i] + parameters.activityCutoff() >= input.block();
        }
        long[] stake = stake();
        boolean[] oldPermits = withOwner(input.permits().clone());
        boolean[] newPermits = withOwner(largestNonZero(stake, parameters.maxAllowedValidators()));

        long[] taking = new long[n];
        for (int i = 0; i < n; i++) {
            taking[i] = active[i] && oldPermits[i] ? stake[i] : 0;
        }
        long[] activeStake = I32F32.normalise(taking);

        SparseMatrix weights = weights();
        long[] prerank = weights.timesRows(activeStake);
        long[] consensus = consensus(activeStake, weights, I32F32.ofProportion(parameters.kappa()));
        SparseMatrix clipped = clip(weights, consensus);
        long[] validatorTrust = new long[n];
        for (int i = 0; i < n; i++) {
            validatorTrust[i] = I32F32.sum(clipped.values(i));
        }
        long[] rank = clipped.timesRows(activeStake);
        long[] incentive = I32F32.normalise(rank);

        SparseMatrix toBond = weightsForBonds(weights, clipped);
        SparseMatrix bonds;
        long[] dividends;
        if (parameters.yuma3()) {
            bonds = yuma3Bonds(toBond, consensus);
            long[] total = bonds.normaliseColumns().timesColumns(incentive);
            for (int i = 0; i < n; i++) {
                total[i] = I32F32.multiply(total[i], activeStake[i]);
            }
            dividends = I32F32.normalise(total);
        } else {
            SparseMatrix normal = yuma2Bonds(toBond, activeStake);
            dividends = I32F32.normalise(normal.timesColumns(incentive));
            bonds = normal.upscaleColumns();
        }
        return shares(
                active,
                newPermits,
                stake,
                activeStake,
                prerank,
                consensus,
                validatorTrust,
                rank,
                incentive,
                dividends,
                bonds);
    }

    private EpochResult shares(
            boolean[] active,
            boolean[] permits,
            long[] stake,
            long[] activeStake,
            long[] prerank,
            long[] consensus,
            long[] validatorTrust,
            long[] rank,
            long[] incentive,
            long[] dividends,
            SparseMatrix bonds) {
        long[] combined = new long[n];
        for (int i = 0; i < n; i++) {
            combined[i] = I32F32.add(incentive[i], dividends[i]);
        }
        long sum = I32F32.sum(combined);
        long[] serverShare = incentive.clone();
        long[] validatorShare = dividends.clone();
        if (sum == 0) {
            boolean nobody = Arrays.stream(activeStake).allMatch(value -> value == 0);
            validatorShare = nobody ? stake : activeStake;
            combined = validatorShare;
        } else {
            for (int i = 0; i < n; i++) {
                serverShare[i] = I32F32.divide(serverShare[i], sum);
                validatorShare[i] = I32F32.divide(validatorShare[i], sum);
            }
            combined = I32F32.normalise(combined);
        }
        List<List<UidValue>> stored = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            stored.add(permits[i] ? bonds.proportions(i) : List.of());
        }
        return new EpochResult(
                active,
                permits,
                stake,
                activeStake,
                prerank,
                consensus,
                validatorTrust,
                rank,
                incentive,
                dividends,
                combined,
                validatorShare,
                List.copyOf(stored),
                amounts(serverShare),
                amounts(validatorShare),
                amounts(combined));
    }

    private List<BigInteger> amounts(long[] shares) {
        return Arrays.stream(shares)
                .mapToObj(share -> BigInteger.valueOf(share)
                        .multiply(input.emission())
                        .shiftRight(32)
                        .max(BigInteger.ZERO))
                .toList();
    }

    private boolean[] withOwner(boolean[] permits) {
        input.owner().ifPresent(uid -> permits[uid] = true);
        return permits;
    }

    private long[] stake() {
        Fixed sum = FixedType.I64F64.zero();
        Fixed[] stake = new Fixed[n];
        for (int i = 0; i < n; i++) {
            boolean exempt = input.owner().isPresent() && input.owner().getAsInt() == i;
            Fixed own = input.stake().get(i);
            boolean low = own.raw().shiftRight(64).compareTo(parameters.stakeThreshold()) < 0;
            stake[i] = low && !exempt ? FixedType.I64F64.zero() : own;
            sum = sum.plus(stake[i]);
        }
        long[] result = new long[n];
        for (int i = 0; i < n; i++) {
            result[i] = (sum.isZero() ? stake[i] : stake[i].dividedBy(sum)).toI32F32();
        }
        return result;
    }

    private SparseMatrix weights() {
        boolean[] permits = withOwner(input.permits().clone());
        int owner = input.owner().orElse(-1);
        return SparseMatrix.of(input.weights(), n, I32F32::ofInteger)
                .filter((i, j, value) -> permits[i]
                        && (i != j || i == owner)
                        // Weights that are older than the neuron now under that uid were meant for another one.
                        && input.lastUpdate()[i] > input.registeredAt()[j]
                        && committedAfterRegistration(i, j))
                .normaliseRows();
    }

    private boolean committedAfterRegistration(int i, int j) {
        if (input.commitBlocks().isEmpty()) {
            return true;
        }
        OptionalLong commit = input.commitBlocks().get().get(i);
        return commit.isEmpty() || commit.getAsLong() >= input.registeredAt()[j];
    }

    private SparseMatrix weightsForBonds(SparseMatrix weights, SparseMatrix clipped) {
        long penalty = I32F32.ofProportion(parameters.bondsPenalty());
        if (penalty == 0) {
            return weights;
        }
        if (penalty == I32F32.ONE) {
            return clipped;
        }
        SparseMatrix result = new SparseMatrix(n);
        for (int i = 0; i < n; i++) {
            long[] from = weights.dense(i, n);
            long[] to = clipped.dense(i, n);
            for (int j = 0; j < n; j++) {
                from[j] = I32F32.add(from[j], I32F32.multiply(penalty, I32F32.subtract(to[j], from[j])));
            }
            result.setPositive(i, from);
        }
        return result;
    }

    private SparseMatrix oldBonds(IntToLongFunction convert) {
        long last = input.lastEpochBlock() == 0
                ? Math.max(0, input.block() - parameters.tempo())
                : input.lastEpochBlock() + 1;
        return SparseMatrix.of(input.bonds(), n, convert).filter((i, j, value) -> last > input.registeredAt()[j]);
    }

    private SparseMatrix yuma2Bonds(SparseMatrix weights, long[] activeStake) {
        SparseMatrix delta = weights.map((i, j, value) -> I32F32.multiply(value, activeStake[i]))
                .normaliseColumns();
        return movingAverage(delta, oldBonds(I32F32::ofInteger).normaliseColumns())
                .normaliseColumns();
    }

    private SparseMatrix yuma3Bonds(SparseMatrix weights, long[] consensus) {
        SparseMatrix old = oldBonds(I32F32::ofProportion);
        boolean liquid = parameters.liquidAlpha() && Arrays.stream(consensus).anyMatch(value -> value != 0);
        return liquid ? liquidAverage(weights, old, consensus) : movingAverage(weights, old);
    }

    private SparseMatrix movingAverage(SparseMatrix fresh, SparseMatrix old) {
        long kept = BigInteger.valueOf(parameters.bondsMovingAverage())
                .shiftLeft(64)
                .divide(MILLION)
                .shiftRight(32)
                .min(BigInteger.valueOf(Long.MAX_VALUE))
                .longValueExact();
        long alpha = I32F32.ONE - kept;
        SparseMatrix result = new SparseMatrix(n);
        for (int i = 0; i < n; i++) {
            long[] row = fresh.dense(i, n);
            long[] before = old.dense(i, n);
            for (int j = 0; j < n; j++) {
                row[j] = I32F32.add(I32F32.multiply(alpha, row[j]), I32F32.multiply(I32F32.ONE - alpha, before[j]));
            }
            result.setPositive(i, row);
        }
        return result;
    }

    private SparseMatrix liquidAverage(SparseMatrix weights, SparseMatrix old, long[] consensus) {
        long[][] alphas = new long[n][];
        for (int i = 0; i < n; i++) {
            alphas[i] = liquidAlphas(weights, old, consensus, i);
        }
        return averageByCell(weights, old, alphas);
    }

    /**
     * New bonds where each cell has its own share of the new weight. A bond whose weight is absent vanishes at once; a weight that is
     * present as 0 lets it decay.
     */
    static SparseMatrix averageByCell(SparseMatrix weights, SparseMatrix old, long[][] alphas) {
        return weights.map((i, j, weight) -> {
                    long kept = I32F32.multiply(I32F32.subtract(I32F32.ONE, alphas[i][j]), old.at(i, j));
                    long bought = Math.max(I32F32.multiply(alphas[i][j], weight), 0);
                    return Math.min(I32F32.add(kept, bought), I32F32.ONE);
                })
                .filter((i, j, bond) -> bond > 0);
    }

    private long[] liquidAlphas(SparseMatrix weights, SparseMatrix old, long[] consensus, int i) {
        long low = I32F32.ofProportion(parameters.alphaLow());
        long high = I32F32.ofProportion(parameters.alphaHigh());
        long steepness = I32F32.divide(I32F32.ofInteger(parameters.alphaSigmoidSteepness()), I32F32.ofInteger(-100));
        long[] result = new long[n];
        Walk weight = new Walk(weights, i);
        Walk bond = new Walk(old, i);
        for (int j = 0; j < n; j++) {
            long w = weight.at(j);
            long b = bond.at(j);
            long difference = w >= b ? I32F32.subtract(w, consensus[j]) : I32F32.subtract(b, w);
            long clamped = Math.max(0, Math.min(I32F32.ONE, difference));
            long power = I32F32.exp(I32F32.multiply(steepness, I32F32.subtract(clamped, HALF)));
            long sigmoid = I32F32.divide(I32F32.ONE, I32F32.add(I32F32.ONE, power));
            long alpha = I32F32.add(low, I32F32.multiply(sigmoid, I32F32.subtract(high, low)));
            result[j] = Math.max(low, Math.min(high, alpha));
        }
        return result;
    }

    /** Walks a row forward only, as the chain does: entries that are out of order are passed over and count as 0. */
    private static final class Walk {
        private final int[] columns;
        private final long[] values;
        private int at;

        Walk(SparseMatrix matrix, int row) {
            columns = matrix.columns(row);
            values = matrix.values(row);
        }

        long at(int column) {
            while (at < columns.length && columns[at] < column) {
                at++;
            }
            return at < columns.length && columns[at] == column ? values[at] : 0;
        }
    }

    /**
     * The consensus of each column: the weighted median of its scores over all rows whose stake is positive, where a missing score
     * is 0.
     */
    static long[] consensus(long[] stake, SparseMatrix weights, long kappa) {
        int n = weights.rows();
        return consensus(stake, weights, kappa, n);
    }

    static long[] consensus(long[] stake, SparseMatrix weights, long kappa, int columns) {
        int[] taking =
                IntStream.range(0, stake.length).filter(i -> stake[i] > 0).toArray();
        long[] shares =
                I32F32.normalise(Arrays.stream(taking).mapToLong(i -> stake[i]).toArray());
        long minority = I32F32.subtract(I32F32.sum(shares), kappa);
        long[][] scores = new long[columns][taking.length];
        for (int k = 0; k < taking.length; k++) {
            int[] row = weights.columns(taking[k]);
            for (int e = 0; e < row.length; e++) {
                scores[row[e]][k] = weights.values(taking[k])[e];
            }
        }
        long[] result = new long[columns];
        for (int j = 0; j < columns; j++) {
            result[j] = weightedMedian(shares, scores[j], minority);
        }
        return result;
    }

    /** The smallest score up to which more than {@code minority} of the stake lies; the largest score if there is none. */
    static long weightedMedian(long[] stake, long[] scores, long minority) {
        if (scores.length == 0) {
            return 0;
        }
        int[] order = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingLong(k -> scores[k]))
                .mapToInt(Integer::intValue)
                .toArray();
        long below = 0;
        for (int k = 0; k < order.length; k++) {
            below = I32F32.add(below, stake[order[k]]);
            boolean lastOfEqual = k + 1 == order.length || scores[order[k + 1]] != scores[order[k]];
            if (lastOfEqual && below > minority) {
                return scores[order[k]];
            }
        }
        return scores[order[order.length - 1]];
    }

    /** Cuts every weight to its column's limit; what a limit of 0 cuts to 0 is dropped. */
    static SparseMatrix clip(SparseMatrix weights, long[] limits) {
        return weights.filter((i, j, value) -> value <= limits[j] || limits[j] > 0)
                .map((i, j, value) -> Math.min(value, limits[j]));
    }

    /** Marks the {@code k} largest values; of equal ones those with the higher index. */
    static boolean[] largest(long[] values, int k) {
        boolean[] result = new boolean[values.length];
        IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingLong(i -> values[i]))
                .skip(Math.max(0, values.length - k))
                .forEach(i -> result[i] = true);
        return result;
    }

    private static boolean[] largestNonZero(long[] values, int k) {
        boolean[] result = largest(values, k);
        for (int i = 0; i < values.length; i++) {
            result[i] &= values[i] != 0;
        }
        return result;
    }
}
