package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.BlockRef;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.subtensor.internal.Answer;
import io.github.bittensor4j.timelock.Beacon;
import io.github.bittensor4j.timelock.Timelock;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** Sets a validator's weights as its subnet takes them now: in the open, or hidden until a later epoch. */
final class WeightSetting {
    private static final String MODULE = SubnetReader.MODULE;
    private static final int LARGEST = 0xffff;
    private static final int SALT = 8;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Chain chain;
    private final Netuid netuid;
    private final AccountId hotkey;
    private final WeightsOptions options;
    private final int index;
    private final BlockRef at;

    /** What the decision needs, read at one block by one request. */
    private final Map<String, Optional<Object>> stored;

    /** Signs, sends and follows a call of the hotkey's. */
    @FunctionalInterface
    interface Sender {
        ExtrinsicOutcome send(Call call) throws InterruptedException;
    }

    WeightSetting(Chain chain, BlockRef at, Netuid netuid, AccountId hotkey, WeightsOptions options) {
        this.chain = chain;
        this.netuid = netuid;
        this.hotkey = hotkey;
        this.options = options;
        this.index = WeightCommit.storageIndex(netuid, options.mechanism());
        this.at = at;
        this.stored = chain.queryEach(at.hash(), MODULE, reads());
    }

    /** The items, each with its keys; those that a runtime does not have are left out. */
    private Map<String, List<Object>> reads() {
        Map<String, List<Object>> reads = new LinkedHashMap<>();
        for (String item : List.of(
                "NetworksAdded",
                "MechanismCountCurrent",
                "ValidatorPermit",
                "SubnetOwnerHotkey",
                "WeightsVersionKey",
                "WeightsSetRateLimit",
                "MaxWeightsLimit",
                "SubnetworkN",
                "MinAllowedWeights",
                "CommitRevealWeightsEnabled",
                "RevealPeriodEpochs",
                "Tempo",
                "LastEpochBlock",
                "PendingEpochAt",
                "SubnetEpochIndex",
                "SubnetEpochConsensus",
                "BlocksSinceLastStep")) {
            reads.put(item, List.of(netuid));
        }
        reads.put("Uids", List.of(netuid, hotkey));
        reads.put("LastUpdate", List.of(index));
        reads.put("WeightCommits", List.of(index, hotkey));
        reads.put("CommitRevealWeightsVersion", List.of());
        return reads;
    }

    WeightsOutcome set(Map<Uid, Double> weights, Sender sender) throws InterruptedException {
        Optional<Path> folder = options.reveals();
        WeightsDecision decision = folder.isPresent() && flag("CommitRevealWeightsEnabled")
                ? decide(() -> vector(weights), vector -> commitHash(vector, folder.get()))
                : decide(weights);
        if (decision instanceof WeightsDecision.Ready ready) {
            return new WeightsOutcome.Sent(sender.send(ready.call()), ready.weights(), ready.reveal());
        }
        return (WeightsOutcome.Held) decision;
    }

    /** Weights of any scale, in the open or sealed, as the subnet takes them. */
    WeightsDecision decide(Map<Uid, Double> weights) {
        return decide(() -> vector(weights), this::asTheSubnetTakesThem);
    }

    /** Exactly these weights, in the open or sealed, as the subnet takes them. */
    WeightsDecision decide(WeightVector exact) {
        return decide(() -> exact, this::asTheSubnetTakesThem);
    }

    private WeightsDecision decide(Supplier<WeightVector> weights, Function<WeightVector, WeightsDecision> ready) {
        Optional<WeightsOutcome.Held> held = held();
        if (held.isPresent()) {
            return held.get();
        }
        WeightVector vector = weights.get();
        Optional<WeightsOutcome.Held> nothing = unfit(vector);
        return nothing.isPresent() ? nothing.get() : ready.apply(vector);
    }

    private WeightsDecision asTheSubnetTakesThem(WeightVector vector) {
        return flag("CommitRevealWeightsEnabled")
                ? commitSealed(vector)
                : new WeightsDecision.Ready(open(vector), vector, Optional.empty());
    }

    /** What stands in the way of any weights. */
    private Optional<WeightsOutcome.Held> held() {
        if (!flag("NetworksAdded")) {
            throw SubnetReader.missing(netuid);
        }
        long mechanisms = stored("MechanismCountCurrent").isPresent() ? number("MechanismCountCurrent") : 1;
        if (options.mechanism() >= mechanisms) {
            return Optional.of(hold(
                    "weights.mechanism",
                    "mechanism " + options.mechanism() + " of subnet " + netuid + " (expected: below " + mechanisms
                            + ", as many as the subnet has)"));
        }
        Optional<Object> seat = stored("Uids");
        if (seat.isEmpty()) {
            return Optional.of(hold(
                    "weights.unregistered",
                    "hotkey " + hotkey + " has no seat on subnet " + netuid + ": register it first"));
        }
        int uid = new Answer("Uids", seat.get()).count();
        boolean permitted = uid < list("ValidatorPermit").size()
                && Boolean.TRUE.equals(list("ValidatorPermit").get(uid));
        // under Null consensus one neuron holds the permit, and there is no exception
        boolean excepted =
                !stored("SubnetEpochConsensus").filter("Null"::equals).isPresent() && owner().equals(hotkey);
        if (!permitted && !excepted) {
            return Optional.of(hold(
                    "weights.permit",
                    "uid " + uid + " of subnet " + netuid
                            + " has no validator permit: more stake earns one at the next epoch"));
        }
        long version = number("WeightsVersionKey");
        if (version != 0 && Long.compareUnsigned(options.versionKey(), version) < 0) {
            return Optional.of(hold(
                    "weights.version",
                    "weights version: " + Long.toUnsignedString(options.versionKey()) + " (expected: at least "
                            + Long.toUnsignedString(version) + "): update to the subnet's newest validator"));
        }
        List<?> updates = list("LastUpdate");
        long last = uid < updates.size() ? new Answer("LastUpdate", updates.get(uid)).number() : 0;
        long from = last + number("WeightsSetRateLimit");
        // the next block is the first that can hold them
        if (last != 0 && at.number() + 1 < from) {
            return Optional.of(new WeightsOutcome.Held(
                    "weights.too-soon",
                    "uid " + uid + " set weights or was registered in block " + last
                            + ": the subnet takes the next from block " + from,
                    OptionalLong.of(from)));
        }
        return Optional.empty();
    }

    private static WeightsOutcome.Held hold(String code, String message) {
        return new WeightsOutcome.Held(code, message, OptionalLong.empty());
    }

    private WeightsOutcome.Held noEpochs() {
        return hold("weights.hidden", "subnet " + netuid + " hides weights and has no epochs (tempo 0)");
    }

    private WeightVector vector(Map<Uid, Double> weights) {
        Map<Uid, Double> positive = new TreeMap<>(weights);
        positive.values().removeIf(weight -> weight == 0);
        double limit = number("MaxWeightsLimit") / (double) LARGEST;
        // checked by the quantisation: a weight that is no number must not get as far as the limit
        WeightVector plain = WeightVector.quantise(positive);
        if (!options.clip() || limit >= 1 || plain.isEmpty()) {
            return plain;
        }
        List<Uid> uids = List.copyOf(positive.keySet());
        double[] clipped = WeightRules.normaliseMax(
                positive.values().stream().mapToDouble(weight -> weight).toArray(), limit);
        return WeightVector.quantise(uids, clipped);
    }

    /** Why a vector says nothing, or nothing that the subnet takes: then it is better not to speak than to make something up. */
    private Optional<WeightsOutcome.Held> unfit(WeightVector vector) {
        if (vector.isEmpty()) {
            return Optional.of(hold("weights.none", "no weight is above zero: nothing to set"));
        }
        long seats = number("SubnetworkN");
        Optional<Uid> nobody =
                vector.uids().stream().filter(uid -> uid.value() >= seats).findFirst();
        if (nobody.isPresent()) {
            return Optional.of(hold(
                    "weights.uid",
                    "uid " + nobody.get() + " of subnet " + netuid + " (expected: below " + seats
                            + ", as many as there are neurons)"));
        }
        long wanted = Math.min(seats, number("MinAllowedWeights"));
        return vector.uids().size() < wanted
                ? Optional.of(hold(
                        "weights.few",
                        "weights above zero: " + vector.uids().size() + " (expected: at least " + wanted + " on subnet "
                                + netuid + "): score more neurons first"))
                : Optional.empty();
    }

    private Call open(WeightVector vector) {
        if (options.mechanism() == 0) {
            return Calls.setWeights(netuid, vector, options.versionKey());
        }
        return call(
                "set_mechanism_weights",
                "netuid",
                netuid,
                "dests",
                uids(vector),
                "weights",
                vector.values(),
                "version_key",
                unsigned(options.versionKey()));
    }

    private WeightsDecision commitSealed(WeightVector vector) {
        Metadata metadata = chain.runtime().metadata();
        Optional<Long> first = firstRevealBlock();
        if (first.isEmpty()) {
            return noEpochs();
        }
        Beacon beacon = beacon();
        Instant now = Instant.ofEpochMilli(now("Timestamp", "Now"));
        long known = metadata.hasStorage("Drand", "LastStoredRound") ? now("Drand", "LastStoredRound") : 0;
        long round = Math.max(known + 1, RevealSchedule.round(beacon, now, at.number(), first.get(), blockTime()));
        byte[] sealed = Timelock.seal(payload(hotkey.bytes(), vector, options.versionKey()), beacon, round);
        String name = options.mechanism() == 0 && metadata.hasCall(MODULE, "commit_timelocked_weights")
                ? "commit_timelocked_weights"
                : options.mechanism() == 0 && metadata.hasCall(MODULE, "commit_crv3_weights")
                        ? "commit_crv3_weights"
                        : "commit_timelocked_mechanism_weights";
        if (!metadata.hasCall(MODULE, name)) {
            return hold(
                    "weights.hidden",
                    "subnet " + netuid
                            + " hides weights, and this runtime takes none that are sealed: give a folder for"
                            + " reveals, so that they are committed by hash");
        }
        Call call = call(name, "netuid", netuid, "commit", sealed, "reveal_round", round);
        Call versioned = metadata.hasStorage(MODULE, "CommitRevealWeightsVersion")
                ? call.whenAsked(Map.of(
                        "commit_reveal_version",
                        stored("CommitRevealWeightsVersion").orElse(4)))
                : call;
        return new WeightsDecision.Ready(
                versioned, vector, Optional.of(new WeightsOutcome.Reveal(first.get(), OptionalLong.of(round))));
    }

    private long now(String pallet, String item) {
        return new Answer(item, chain.queryAt(at.hash(), pallet, item).orElse(0L)).number();
    }

    private WeightsDecision commitHash(WeightVector vector, Path folder) {
        Optional<Long> first = firstRevealBlock();
        if (first.isEmpty()) {
            return noEpochs();
        }
        int[] salt = RANDOM.ints(SALT, 0, LARGEST + 1).toArray();
        byte[] hash = WeightCommit.hash(hotkey, netuid, options.mechanism(), vector, salt, options.versionKey());
        Commitments kept = Commitments.in(folder, chain.genesisHash(), hotkey, netuid, options.mechanism());
        long due = clock().map(RevealSchedule.Clock::commitEpoch).orElse(first.get());
        kept.add(new Commitments.Commitment(vector, salt, options.versionKey(), due));
        String name = options.mechanism() == 0 ? "commit_weights" : "commit_mechanism_weights";
        return new WeightsDecision.Ready(
                call(name, "netuid", netuid, "commit_hash", hash),
                vector,
                Optional.of(new WeightsOutcome.Reveal(first.get(), OptionalLong.empty())));
    }

    /**
     * Reveals what may be revealed now of what was committed by hash, oldest first, and forgets what was revealed or can no longer be.
     *
     * @return one outcome for each reveal that was sent
     */
    List<ExtrinsicOutcome> reveal(Path folder, Sender sender) throws InterruptedException {
        Commitments kept = Commitments.in(folder, chain.genesisHash(), hotkey, netuid, options.mechanism());
        List<Commitments.Commitment> waiting = new ArrayList<>(kept.all());
        List<ExtrinsicOutcome> outcomes = new ArrayList<>();
        Set<String> open = open();
        for (Commitments.Commitment commitment : List.copyOf(waiting)) {
            boolean over = isOver(commitment);
            if (open.contains(Hex.encode(hash(commitment)))) {
                ExtrinsicOutcome outcome = sender.send(reveal(commitment));
                outcomes.add(outcome);
                over = outcome instanceof ExtrinsicOutcome.Included;
            }
            if (over) {
                waiting.remove(commitment);
                kept.write(waiting);
            }
        }
        return outcomes;
    }

    /** The reveal of one commit by hash whose weights and salt are at hand. */
    WeightsDecision decideReveal(WeightVector weights, List<Integer> salt) {
        Commitments.Commitment commitment = new Commitments.Commitment(
                weights, salt.stream().mapToInt(part -> part).toArray(), options.versionKey(), 0);
        String hash = Hex.encode(hash(commitment));
        if (open().contains(hash)) {
            return new WeightsDecision.Ready(reveal(commitment), weights, Optional.empty());
        }
        return commits().stream()
                .filter(commit -> hashOf(commit).equals(hash))
                .findFirst()
                .map(this::closed)
                .orElseGet(() -> hold(
                        "weights.commit",
                        "hotkey " + hotkey + " has no commit of these weights, salt and version on subnet " + netuid));
    }

    private List<Answer> commits() {
        return new Answer("WeightCommits", list("WeightCommits")).list();
    }

    private WeightsOutcome.Held closed(Answer commit) {
        long period = number("RevealPeriodEpochs");
        Optional<RevealSchedule.Clock> clock = clock();
        long left = clock.isPresent()
                ? commit.get(1).number() + period - clock.get().commitEpoch()
                : commit.get(2).number() - at.number();
        OptionalLong from = left <= 0
                ? OptionalLong.empty()
                : clock.isEmpty()
                        ? OptionalLong.of(commit.get(2).number())
                        : clock.get().firstRevealBlock(left).stream()
                                .mapToLong(block -> block)
                                .findFirst();
        return new WeightsOutcome.Held(
                "weights.reveal",
                from.isPresent()
                        ? "the chain takes the reveal from block " + from.getAsLong()
                        : "the time to reveal it is over",
                from);
    }

    /** Whether no block can take its reveal any more. One that the chain does not hold may have been sent a moment ago. */
    private boolean isOver(Commitments.Commitment commitment) {
        Optional<RevealSchedule.Clock> clock = clock();
        return clock.isPresent()
                ? clock.get().commitEpoch() > commitment.due() + number("RevealPeriodEpochs")
                : at.number() > commitment.due() + number("Tempo");
    }

    private byte[] hash(Commitments.Commitment commitment) {
        return WeightCommit.hash(
                hotkey, netuid, options.mechanism(), commitment.weights(), commitment.salt(), commitment.versionKey());
    }

    /** The hashes of the commits whose reveal the chain takes in the next block. */
    private Set<String> open() {
        Set<String> open = new HashSet<>();
        long period = number("RevealPeriodEpochs");
        Optional<RevealSchedule.Clock> clock = clock();
        for (Answer commit : commits()) {
            boolean now = clock.isPresent()
                    // hash, epoch of the commit, block of the commit, nothing
                    ? clock.get().commitEpoch() == commit.get(1).number() + period
                    // hash, block of the commit, first and last block of the reveal
                    : at.number() + 1 >= commit.get(2).number()
                            && at.number() + 1 <= commit.get(3).number();
            if (now) {
                open.add(hashOf(commit));
            }
        }
        return open;
    }

    private static String hashOf(Answer commit) {
        return commit.get(0).hex();
    }

    private Call reveal(Commitments.Commitment commitment) {
        int[] salt = commitment.salt();
        List<Integer> parts = new ArrayList<>(salt.length);
        for (int part : salt) {
            parts.add(part);
        }
        return call(
                options.mechanism() == 0 ? "reveal_weights" : "reveal_mechanism_weights",
                "netuid",
                netuid,
                "uids",
                uids(commitment.weights()),
                "values",
                commitment.weights().values(),
                "salt",
                parts,
                "version_key",
                unsigned(commitment.versionKey()));
    }

    /** What is sealed: SCALE of hotkey, uids, values and version key, in this order. */
    static byte[] payload(byte[] hotkey, WeightVector vector, long versionKey) {
        ScaleWriter out = new ScaleWriter().bytes(hotkey).compact(vector.uids().size());
        vector.uids().forEach(uid -> out.u16(uid.value()));
        out.compact(vector.values().size());
        vector.values().forEach(out::u16);
        return out.u64(versionKey).toByteArray();
    }

    private Optional<Long> firstRevealBlock() {
        long period = number("RevealPeriodEpochs");
        Optional<RevealSchedule.Clock> clock = clock();
        return clock.isPresent()
                ? clock.get().firstRevealBlock(period)
                : Optional.of(RevealSchedule.firstRevealBlockByModulo(at.number(), number("Tempo"), index, period));
    }

    /** The subnet's clock; empty on runtimes whose epochs are a matter of arithmetic. */
    private Optional<RevealSchedule.Clock> clock() {
        if (!chain.runtime().metadata().hasStorage(MODULE, "SubnetEpochIndex")) {
            return Optional.empty();
        }
        return Optional.of(new RevealSchedule.Clock(
                number("LastEpochBlock"),
                number("PendingEpochAt"),
                number("SubnetEpochIndex"),
                number("Tempo"),
                number("BlocksSinceLastStep"),
                at.number()));
    }

    private Beacon beacon() {
        if (!chain.runtime().metadata().hasStorage("Drand", "BeaconConfig")) {
            return Beacon.QUICKNET;
        }
        Answer config = new Answer(
                "Drand.BeaconConfig",
                chain.queryAt(at.hash(), "Drand", "BeaconConfig").orElse(Map.of()));
        return new Beacon(
                config.get("public_key").bytes(),
                Instant.ofEpochSecond(config.get("genesis_time").number()),
                Duration.ofSeconds(config.get("period").number()));
    }

    private Duration blockTime() {
        Object millis = chain.runtime().metadata().constant("Aura", "SlotDuration");
        return Duration.ofMillis(new Answer("Aura.SlotDuration", millis).number());
    }

    private Call call(String name, Object... namesAndValues) {
        return Call.of(MODULE, name, namesAndValues).whenAsked(Map.of("mecid", options.mechanism()));
    }

    private static List<Integer> uids(WeightVector vector) {
        return vector.uids().stream().map(Uid::value).toList();
    }

    private static BigInteger unsigned(long value) {
        return new BigInteger(Long.toUnsignedString(value));
    }

    private AccountId owner() {
        return new Answer("SubnetOwnerHotkey", stored("SubnetOwnerHotkey").orElse(AccountId.ZERO)).account();
    }

    private long number(String item) {
        return new Answer(item, stored(item).orElse(null)).bits();
    }

    private boolean flag(String item) {
        return stored(item).filter(Boolean.TRUE::equals).isPresent();
    }

    private List<?> list(String item) {
        return stored(item).orElse(null) instanceof List<?> list ? list : List.of();
    }

    private Optional<Object> stored(String item) {
        return stored.getOrDefault(item, Optional.empty());
    }
}
