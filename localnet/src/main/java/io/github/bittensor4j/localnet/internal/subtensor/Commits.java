package io.github.bittensor4j.localnet.internal.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.scale.ScaleException;
import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.localnet.internal.state.State;
import io.github.bittensor4j.timelock.RoundSignature;
import io.github.bittensor4j.timelock.Timelock;
import io.github.bittensor4j.timelock.TimelockException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Weights that are committed first and come to light later: by their hash, or sealed until a drand round. */
final class Commits {
    /** How many of a validator's commits may wait: in all for hashes, of one epoch for sealed ones. */
    private static final int MOST = 10;

    private static final int VERSION = 4;

    /** A hash that waits to be shown. */
    record Hashed(byte[] hash, long epoch, long block) {}

    /** Sealed weights that wait for their round. */
    record Sealed(AccountId hotkey, long block, byte[] bytes, long round) {}

    private record Payload(List<Integer> uids, List<Integer> values, long versionKey) {}

    private final Items items;
    private final Neurons neurons;
    private final Weights weights;
    private final Schedule schedule;

    Commits(Items items, Neurons neurons, Weights weights, Schedule schedule) {
        this.items = items;
        this.neurons = neurons;
        this.weights = weights;
        this.schedule = schedule;
    }

    void commit(Host host, AccountId hotkey, int netuid, int mechanism, byte[] hash) {
        State state = host.state();
        int uid = checkCommit(host, hotkey, netuid, mechanism);
        List<Hashed> queue = new ArrayList<>(waiting(state, netuid, hotkey));
        long epoch = epoch(host, netuid);
        queue.removeIf(commit -> isExpired(state, netuid, commit.epoch(), epoch));
        Refusal.unless(queue.size() < MOST, "TooManyUnrevealedCommits");
        queue.add(new Hashed(hash, epoch, host.block()));
        items.weightCommits.put(state, netuid, hotkey, queue);
        Neurons.set(state, items.lastUpdate, netuid, uid, host.block());
        host.event("SubtensorModule", "WeightsCommitted", hotkey, netuid, hash);
    }

    /** Shows weights whose hash was committed; that commit and all before it are done with. */
    void reveal(
            Host host,
            AccountId hotkey,
            int netuid,
            int mechanism,
            List<Integer> uids,
            List<Integer> values,
            List<Integer> salt,
            long versionKey) {
        State state = host.state();
        weights.checkMechanism(state, netuid, mechanism);
        Refusal.unless(items.commitRevealWeightsEnabled.get(state, netuid), "CommitRevealDisabled");
        byte[] hash = hash(hotkey, netuid, uids, values, salt, versionKey);
        int at = find(host, hotkey, netuid, hash);
        List<Hashed> queue = waiting(state, netuid, hotkey);
        List<Hashed> left = queue.subList(at + 1, queue.size());
        if (left.isEmpty()) {
            items.weightCommits.remove(state, netuid, hotkey);
        } else {
            items.weightCommits.put(state, netuid, hotkey, left);
        }
        weights.apply(host, hotkey, netuid, uids, values, versionKey);
        host.event("SubtensorModule", "WeightsRevealed", hotkey, netuid, hash);
    }

    /** Weights that were committed by their hash, with all that makes it up. */
    record Shown(List<Integer> uids, List<Integer> values, List<Integer> salt, long versionKey) {
        byte[] hash(AccountId hotkey, int netuid) {
            return Commits.hash(hotkey, netuid, uids, values, salt, versionKey);
        }
    }

    /** Shows several, all or none; other commits stay. */
    void revealAll(Host host, AccountId hotkey, int netuid, List<Shown> all) {
        State state = host.state();
        Refusal.unless(items.commitRevealWeightsEnabled.get(state, netuid), "CommitRevealDisabled");
        for (Shown one : all) {
            find(host, hotkey, netuid, one.hash(hotkey, netuid));
        }
        List<Hashed> queue = new ArrayList<>(waiting(state, netuid, hotkey));
        long epoch = epoch(host, netuid);
        queue.removeIf(commit -> isExpired(state, netuid, commit.epoch(), epoch));
        List<byte[]> hashes = new ArrayList<>();
        for (Shown one : all) {
            byte[] hash = one.hash(hotkey, netuid);
            queue.remove(queue.stream()
                    .filter(commit -> Arrays.equals(commit.hash(), hash))
                    .findFirst()
                    .orElseThrow(() -> Refusal.of("InvalidRevealCommitHashNotMatch")));
            weights.apply(host, hotkey, netuid, one.uids(), one.values(), one.versionKey());
            hashes.add(hash);
        }
        if (queue.isEmpty()) {
            items.weightCommits.remove(state, netuid, hotkey);
        } else {
            items.weightCommits.put(state, netuid, hotkey, queue);
        }
        host.event("SubtensorModule", "WeightsBatchRevealed", hotkey, netuid, hashes);
    }

    /** Where a commit stands in the queue that may be shown now. */
    private int find(Host host, AccountId hotkey, int netuid, byte[] hash) {
        State state = host.state();
        List<Hashed> queue = waiting(state, netuid, hotkey);
        Refusal.unless(!queue.isEmpty(), "NoWeightsCommitFound");
        long epoch = epoch(host, netuid);
        boolean expired = false;
        boolean others = false;
        for (int i = 0; i < queue.size(); i++) {
            Hashed commit = queue.get(i);
            boolean dead = isExpired(state, netuid, commit.epoch(), epoch);
            if (!Arrays.equals(commit.hash(), hash)) {
                others |= !dead;
            } else if (dead) {
                expired = true;
            } else {
                Refusal.unless(epoch == commit.epoch() + items.revealPeriodEpochs.get(state, netuid), "RevealTooEarly");
                return i;
            }
        }
        Refusal.unless(!expired, "ExpiredWeightCommit");
        throw Refusal.of(others ? "InvalidRevealCommitHashNotMatch" : "NoWeightsCommitFound");
    }

    void commitSealed(Host host, AccountId hotkey, int netuid, int mechanism, byte[] bytes, long round, int version) {
        State state = host.state();
        weights.checkMechanism(state, netuid, mechanism);
        Refusal.unless(items.commitRevealWeightsEnabled.get(state, netuid), "CommitRevealDisabled");
        Refusal.unless(version == VERSION, "IncorrectCommitRevealVersion");
        int uid = checkCommit(host, hotkey, netuid, mechanism);
        long epoch = epoch(host, netuid);
        List<Sealed> queue = new ArrayList<>(items.timelockedWeightCommits.get(state, netuid, epoch));
        Refusal.unless(
                queue.stream().filter(commit -> commit.hotkey().equals(hotkey)).count() < MOST,
                "TooManyUnrevealedCommits");
        queue.add(new Sealed(hotkey, host.block(), bytes, round));
        items.timelockedWeightCommits.put(state, netuid, epoch, queue);
        Neurons.set(state, items.lastUpdate, netuid, uid, host.block());
        host.event("SubtensorModule", "TimelockedWeightsCommitted", hotkey, netuid, Hashes.blake2b256(bytes), round);
    }

    private int checkCommit(Host host, AccountId hotkey, int netuid, int mechanism) {
        State state = host.state();
        weights.checkMechanism(state, netuid, mechanism);
        Refusal.unless(items.commitRevealWeightsEnabled.get(state, netuid), "CommitRevealDisabled");
        int uid = neurons.uid(state, netuid, hotkey).orElseThrow(() -> Refusal.of("HotKeyNotRegisteredInSubNet"));
        Refusal.unless(weights.isRateKept(host, netuid, uid), "CommittingWeightsTooFast");
        return uid;
    }

    /** Opens the sealed weights whose epoch has come, before that epoch runs. What does not open is dropped without a word. */
    void beginBlock(Host host, List<Integer> netuids) {
        State state = host.state();
        for (int netuid : netuids) {
            long due = epoch(host, netuid) - items.revealPeriodEpochs.get(state, netuid);
            items.timelockedWeightCommits.all(state, netuid).forEach((epoch, queue) -> {
                if (epoch > due) {
                    return;
                }
                List<Sealed> left = new ArrayList<>();
                if (epoch == due) {
                    for (Sealed commit : queue) {
                        Optional<RoundSignature> pulse = host.pulse(commit.round());
                        if (pulse.isEmpty()) {
                            left.add(commit);
                        } else {
                            open(host, netuid, commit, pulse.get());
                        }
                    }
                }
                if (left.isEmpty()) {
                    items.timelockedWeightCommits.remove(state, netuid, epoch);
                } else if (left.size() < queue.size()) {
                    items.timelockedWeightCommits.put(state, netuid, epoch, left);
                }
            });
        }
    }

    private void open(Host host, int netuid, Sealed commit, RoundSignature pulse) {
        Payload payload;
        try {
            payload = payload(Timelock.open(commit.bytes(), pulse), commit.hotkey());
        } catch (TimelockException | ScaleException e) {
            return;
        }
        host.attempt(() -> {
            weights.apply(host, commit.hotkey(), netuid, payload.uids(), payload.values(), payload.versionKey());
            host.event("SubtensorModule", "TimelockedWeightsRevealed", netuid, commit.hotkey());
        });
    }

    private static Payload payload(byte[] scale, AccountId committer) {
        ScaleReader in = new ScaleReader(scale);
        byte[] hotkey = in.bytes();
        Payload payload = new Payload(u16s(in), u16s(in), in.u64());
        in.end();
        if (!Arrays.equals(hotkey, committer.bytes())) {
            throw new ScaleException("commit.hotkey", "the hotkey inside is not the committer's");
        }
        return payload;
    }

    private static List<Integer> u16s(ScaleReader in) {
        int count = in.length(2);
        List<Integer> all = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            all.add(in.u16());
        }
        return all;
    }

    static byte[] hash(
            AccountId hotkey,
            int netuid,
            List<Integer> uids,
            List<Integer> values,
            List<Integer> salt,
            long versionKey) {
        ScaleWriter out = new ScaleWriter().raw(hotkey.bytes()).u16(netuid);
        for (List<Integer> numbers : List.of(uids, values, salt)) {
            out.compact(numbers.size());
            numbers.forEach(out::u16);
        }
        return Hashes.blake2b256(out.u64(versionKey).toByteArray());
    }

    /** Why the pool refuses a commit or a reveal, by the error's name; each has a number there. */
    void checkValidity(Host host, AccountId hotkey, int netuid) {
        weights.checkStake(host.state(), netuid, hotkey);
        neurons.uid(host.state(), netuid, hotkey)
                .ifPresent(uid -> Refusal.unless(weights.isRateKept(host, netuid, uid), "CommittingWeightsTooFast"));
    }

    void checkStake(Host host, AccountId hotkey, int netuid) {
        weights.checkStake(host.state(), netuid, hotkey);
    }

    void checkRevealsValidity(Host host, AccountId hotkey, int netuid, List<Shown> all) {
        checkStake(host, hotkey, netuid);
        for (Shown one : all) {
            find(host, hotkey, netuid, one.hash(hotkey, netuid));
        }
    }

    void checkSealedValidity(Host host, AccountId hotkey, int netuid, long round) {
        checkValidity(host, hotkey, netuid);
        Refusal.unless(Long.compareUnsigned(round, host.lastRound()) >= 0, "InvalidRevealRound");
    }

    void checkRevealValidity(
            Host host,
            AccountId hotkey,
            int netuid,
            List<Integer> uids,
            List<Integer> values,
            List<Integer> salt,
            long versionKey) {
        weights.checkStake(host.state(), netuid, hotkey);
        find(host, hotkey, netuid, hash(hotkey, netuid, uids, values, salt, versionKey));
    }

    private List<Hashed> waiting(State state, int netuid, AccountId hotkey) {
        return items.weightCommits.find(state, netuid, hotkey).orElse(List.of());
    }

    /** The epoch to which this block's commits belong: that of an epoch which is due but put off counts already. */
    private long epoch(Host host, int netuid) {
        return items.subnetEpochIndex.get(host.state(), netuid)
                + (schedule.isDue(host.state(), netuid, host.block()) ? 1 : 0);
    }

    private boolean isExpired(State state, int netuid, long committed, long now) {
        return now > committed + items.revealPeriodEpochs.get(state, netuid);
    }
}
