package io.github.bittensor4j.subtensor.reads;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.subtensor.ChainException;
import io.github.bittensor4j.subtensor.ChainState;
import io.github.bittensor4j.subtensor.CodecException;
import io.github.bittensor4j.subtensor.internal.Answer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Reads of when the chain takes an action again that it takes only so often, by the rules of its pallet. Limits are read from the chain;
 * the one that it does not store is a constant here.
 */
public final class Windows extends Family {
    /** Blocks between two settings of a hotkey's children on a subnet: a constant of the pallet that the metadata does not tell. */
    private static final long CHILDREN = 150;

    /** Kinds of actions, as {@code TransactionKeyLastBlock} numbers them. */
    private static final int SET_CHILDREN = 0;

    private static final int SET_CHILDKEY_TAKE = 1;
    private static final int SET_WEIGHTS_VERSION = 4;

    private static final String LAST_BY_KEY = "LastRateLimitedBlock";
    private static final String LAST_BY_KIND = "TransactionKeyLastBlock";
    private static final String SWAP_ON_SUBNET = "LastHotkeySwapOnNetuid";
    private static final String ANNOUNCEMENTS = "ColdkeySwapAnnouncements";

    private static final Pattern WORD = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,63}");

    /** What the settings of {@link Subnets#subnetHyperparameters} are called where the chain notes when their owner changed them. */
    private static final Map<String, String> LIMITED_AS = Map.ofEntries(
            Map.entry("max_weights_limit", "MaxWeightLimit"),
            Map.entry("registration_allowed", "BurnRegistrationAllowed"),
            Map.entry("network_pow_registration_allowed", "PowRegistrationAllowed"),
            Map.entry("bonds_moving_avg", "BondsMovingAverage"),
            Map.entry("commit_reveal_weights_enabled", "CommitRevealEnabled"),
            Map.entry("commit_reveal_period", "WeightCommitInterval"),
            Map.entry("alpha_high", "AlphaValues"),
            Map.entry("alpha_low", "AlphaValues"),
            Map.entry("yuma3_enabled", "Yuma3Enabled"),
            Map.entry("transfers_enabled", "TransferEnabled"),
            Map.entry("owner_immune_neuron_limit", "ImmuneNeuronLimit"),
            Map.entry("activity_cutoff_factor", "ActivityCutoffFactorMilli"));

    /** Settings that their owner may change as often as wished, only not in the last blocks of an epoch. */
    private static final Set<String> UNLIMITED = Set.of("tempo", "owner_cut_enabled", "owner_cut_auto_lock_enabled");

    Windows(Supplier<ChainState> source) {
        super(source);
    }

    private static EarliestBlock open(At at) {
        return new EarliestBlock(at.block(), Optional.of(at.block() + 1), "");
    }

    private static EarliestBlock never(At at, String reason) {
        return new EarliestBlock(at.block(), Optional.empty(), reason);
    }

    /** From a block on, which may have passed. */
    private static EarliestBlock from(At at, long block, String reason) {
        return block <= at.block() + 1 ? open(at) : new EarliestBlock(at.block(), Optional.of(block), reason);
    }

    /** So many blocks after the last time; a last time of 0 means that there was none. */
    private static EarliestBlock after(At at, long last, long blocks, String reason) {
        return last == 0 || blocks == 0 ? open(at) : from(at, Math.addExact(last, blocks), reason);
    }

    private static EarliestBlock later(EarliestBlock one, EarliestBlock other) {
        if (one.earliestBlock().isEmpty() || other.earliestBlock().isEmpty()) {
            return one.earliestBlock().isEmpty() ? one : other;
        }
        return one.earliestBlock().get() >= other.earliestBlock().get() ? one : other;
    }

    /** When something last happened that the chain notes under a key of its own, or on older runtimes in a map of its own. */
    private static long last(At at, Object key, String formerItem, Object... formerKeys) {
        long last = 0;
        if (at.has(LAST_BY_KEY)) {
            try {
                last = at.value(At.MODULE, LAST_BY_KEY, key).number();
            } catch (CodecException e) {
                // This runtime has no such key: it is the map below.
            }
        }
        return at.has(formerItem)
                ? Math.max(last, at.value(At.MODULE, formerItem, formerKeys).number())
                : last;
    }

    private static long limit(At at, String item, Object... keys) {
        return at.value(At.MODULE, item, keys).number();
    }

    /**
     * When a hotkey may set or commit weights again.
     *
     * @param netuid the subnet
     * @param hotkey the validator
     * @param mechanism 0 on ordinary subnets
     * @return empty when it has no seat
     */
    @Listed("The earliest block in which a hotkey may set or commit weights on a subnet.")
    public EarliestBlock earliestWeights(
            @Arg("netuid") Netuid netuid,
            @Arg("hotkey_ss58") AccountId hotkey,
            @Arg(value = "mechid", otherwise = "0") int mechanism) {
        return read("earliest_weights", at -> {
            at.subnet(netuid);
            At.Items items = at.items(Map.of(
                    "Uids", List.of(netuid, hotkey),
                    "LastUpdate", List.of(At.storageIndex(netuid, mechanism)),
                    "WeightsSetRateLimit", List.of(netuid)));
            Optional<Answer> uid = items.stored("Uids");
            if (uid.isEmpty()) {
                return never(at, "Uids: not registered");
            }
            List<Answer> updates = items.get("LastUpdate").list();
            int seat = uid.get().count();
            return after(
                    at,
                    seat < updates.size() ? updates.get(seat).number() : 0,
                    items.get("WeightsSetRateLimit").number(),
                    "LastUpdate and WeightsSetRateLimit");
        });
    }

    /**
     * When a hotkey may publish its axon again.
     *
     * @param netuid the subnet
     * @param hotkey the miner
     * @return the next block when it has published none
     */
    @Listed("The earliest block in which a hotkey may publish its axon on a subnet.")
    public EarliestBlock earliestServe(@Arg("netuid") Netuid netuid, @Arg("hotkey_ss58") AccountId hotkey) {
        return read("earliest_serve", at -> {
            at.subnet(netuid);
            At.Items items = at.items(Map.of("Axons", List.of(netuid, hotkey), "ServingRateLimit", List.of(netuid)));
            return after(
                    at,
                    items.stored("Axons").map(a -> a.get("block").number()).orElse(0L),
                    items.get("ServingRateLimit").number(),
                    "Axons and ServingRateLimit");
        });
    }

    /**
     * When a delegate may raise its take again; lowering it is never held back.
     *
     * @param hotkey the delegate
     * @return the next block when it has never raised it
     */
    @Listed("The earliest block in which a delegate may raise its take.")
    public EarliestBlock earliestDelegateTake(@Arg("hotkey_ss58") AccountId hotkey) {
        return read("earliest_delegate_take", at -> {
            long blocks = limit(at, "TxDelegateTakeRateLimit");
            long last = last(at, Map.of("LastTxBlockDelegateTake", hotkey), "LastTxBlockDelegateTake", hotkey);
            // The pallet wants more blocks to have passed than the limit says.
            return after(
                    at,
                    last,
                    blocks == 0 ? 0 : Math.addExact(blocks, 1),
                    "LastTxBlockDelegateTake and TxDelegateTakeRateLimit");
        });
    }

    /**
     * When a hotkey may raise its childkey take on a subnet again.
     *
     * @param hotkey the child
     * @param netuid the subnet
     * @return the next block when it has never raised it
     */
    @Listed("The earliest block in which a hotkey may raise its childkey take on a subnet.")
    public EarliestBlock earliestChildkeyTake(@Arg("hotkey_ss58") AccountId hotkey, @Arg("netuid") Netuid netuid) {
        return read("earliest_childkey_take", at -> {
            at.subnet(netuid);
            return after(
                    at,
                    limit(at, LAST_BY_KIND, hotkey, netuid, SET_CHILDKEY_TAKE),
                    limit(at, "TxChildkeyTakeRateLimit"),
                    LAST_BY_KIND + " and TxChildkeyTakeRateLimit");
        });
    }

    /**
     * When a parent may set its children on a subnet again.
     *
     * @param hotkey the parent
     * @param netuid the subnet
     * @return the next block when it has never set them
     */
    @Listed("The earliest block in which a parent may set its children on a subnet.")
    public EarliestBlock earliestChildren(@Arg("hotkey_ss58") AccountId hotkey, @Arg("netuid") Netuid netuid) {
        return read("earliest_children", at -> {
            at.subnet(netuid);
            return after(
                    at,
                    limit(at, LAST_BY_KIND, hotkey, netuid, SET_CHILDREN),
                    CHILDREN,
                    LAST_BY_KIND + " and " + CHILDREN + " blocks");
        });
    }

    /**
     * When a coldkey may swap one of its hotkeys.
     *
     * @param coldkey the owner
     * @param hotkey the hotkey to be replaced
     * @param netuid the subnet; empty for all on which the hotkey has a seat
     * @return the latest of all waiting times that apply
     */
    @Listed("The earliest block in which a coldkey may swap a hotkey, on one subnet or on all.")
    public EarliestBlock earliestHotkeySwap(
            @Arg("coldkey_ss58") AccountId coldkey,
            @Arg("hotkey_ss58") AccountId hotkey,
            @Arg("netuid") Optional<Netuid> netuid) {
        return read("earliest_hotkey_swap", at -> {
            long blocks = limit(at, "TxRateLimit");
            EarliestBlock earliest = after(
                    at,
                    last(at, Map.of("LastTxBlock", coldkey), "LastTxBlock", coldkey),
                    blocks == 0 ? 0 : Math.addExact(blocks, 1),
                    "LastTxBlock and TxRateLimit");
            netuid.ifPresent(at::subnet);
            List<Netuid> subnets = netuid.map(List::of).orElseGet(() -> seats(at, hotkey));
            for (Netuid subnet : subnets) {
                earliest = later(earliest, swapOnSubnet(at, coldkey, hotkey, subnet));
            }
            return earliest;
        });
    }

    private static List<Netuid> seats(At at, AccountId hotkey) {
        return at.entries(At.MODULE, "IsNetworkMember", hotkey)
                .filter(e -> e.value().flag())
                .map(e -> e.key(0).netuid())
                .toList();
    }

    private static EarliestBlock swapOnSubnet(At at, AccountId coldkey, AccountId hotkey, Netuid netuid) {
        Map<String, List<Object>> keys = new LinkedHashMap<>();
        keys.put(SWAP_ON_SUBNET, List.of(netuid, coldkey));
        keys.put("StakeMoveCooldownUntil", List.of(netuid, hotkey));
        At.Items items = at.items(keys);
        EarliestBlock earliest = open(at);
        Optional<Answer> last = items.find(SWAP_ON_SUBNET);
        if (last.isPresent()) {
            Answer interval = new Answer("interval", at.state().constant(At.MODULE, "HotkeySwapOnSubnetInterval"));
            earliest = after(
                    at,
                    last.get().number(),
                    interval.number() + 1,
                    SWAP_ON_SUBNET + " and HotkeySwapOnSubnetInterval, subnet " + netuid);
        }
        long until = items.find("StakeMoveCooldownUntil").map(Answer::number).orElse(0L);
        return later(earliest, after(at, until, 1, "StakeMoveCooldownUntil, subnet " + netuid));
    }

    /**
     * When a coldkey may announce a swap, or another one than it has announced.
     *
     * @param coldkey who
     * @return the next block when it has announced none; empty while that one is disputed
     */
    @Listed("The earliest block in which a coldkey may announce a swap, or replace or clear the one it has announced.")
    public EarliestBlock earliestColdkeySwapAnnouncement(@Arg("coldkey_ss58") AccountId coldkey) {
        return read(
                "earliest_coldkey_swap_announcement",
                at -> announced(at, coldkey)
                        .map(when -> disputed(at, coldkey)
                                .orElseGet(() -> from(
                                        at,
                                        Math.addExact(when, limit(at, "ColdkeySwapReannouncementDelay")),
                                        ANNOUNCEMENTS + " and ColdkeySwapReannouncementDelay")))
                        .orElseGet(() -> open(at)));
    }

    /**
     * When a coldkey may do the swap that it has announced.
     *
     * @param coldkey who
     * @return empty when it has announced none, or that one is disputed
     */
    @Listed("The earliest block in which a coldkey may do the swap that it has announced.")
    public EarliestBlock earliestColdkeySwap(@Arg("coldkey_ss58") AccountId coldkey) {
        return read(
                "earliest_coldkey_swap",
                at -> announced(at, coldkey)
                        .map(when -> disputed(at, coldkey).orElseGet(() -> from(at, when, ANNOUNCEMENTS)))
                        .orElseGet(() -> never(at, ANNOUNCEMENTS + ": none")));
    }

    private static Optional<Long> announced(At at, AccountId coldkey) {
        return at.find(At.MODULE, ANNOUNCEMENTS, coldkey).map(a -> a.get(0).number());
    }

    private static Optional<EarliestBlock> disputed(At at, AccountId coldkey) {
        return at.find(At.MODULE, "ColdkeySwapDisputes", coldkey).map(d -> never(at, "ColdkeySwapDisputes"));
    }

    /**
     * When a subnet may be started.
     *
     * @param netuid the subnet
     * @return empty when it is started already
     */
    @Listed("The earliest block in which a subnet's owner may start it.")
    public EarliestBlock earliestStartCall(@Arg("netuid") Netuid netuid) {
        return read("earliest_start_call", at -> {
            Subnets.StartSchedule schedule = Subnets.schedule(at, netuid);
            return schedule.startedAt().isPresent()
                    ? never(at, "FirstEmissionBlockNumber: started already")
                    : from(at, schedule.earliestStartBlock(), "NetworkRegisteredAt and StartCallDelay");
        });
    }

    /**
     * When a new subnet may be registered by anybody.
     *
     * @return the next block when none was registered lately
     */
    @Listed("The earliest block in which a new subnet may be registered.")
    public EarliestBlock earliestSubnetRegistration() {
        return read("earliest_subnet_registration", at -> {
            EarliestBlock earliest = after(
                    at,
                    last(at, "NetworkLastRegistered", "NetworkLastRegistered"),
                    limit(at, "NetworkRateLimit"),
                    "NetworkLastRegistered and NetworkRateLimit");
            return at.has("NetworkRegistrationStartBlock")
                    ? later(
                            earliest,
                            from(at, limit(at, "NetworkRegistrationStartBlock"), "NetworkRegistrationStartBlock"))
                    : earliest;
        });
    }

    /**
     * When a subnet's owner may change a setting again: only so many epochs after the last change of the same one, and not in the last
     * blocks of an epoch. Epochs are taken to come as the clock goes now.
     *
     * @param netuid the subnet
     * @param name as {@link Subnets#subnetHyperparameters} calls it, or as the chain does where it notes changes, such as {@code
     *     ServingRateLimit}
     * @return the next block when nothing holds it back
     * @throws io.github.bittensor4j.subtensor.ChainException with code {@code metadata.unknown} when the runtime limits no setting of that
     *     name
     */
    @Listed("The earliest block in which a subnet's owner may change a setting.")
    public EarliestBlock earliestHyperparameter(@Arg("netuid") Netuid netuid, @Arg("hyperparameter") String name) {
        return read("earliest_hyperparameter", at -> {
            At.Items items = at.subnet(netuid, "Tempo", "SubnetOwner");
            long tempo = items.get("Tempo").number();
            EarliestBlock earliest;
            if (name.equals("weights_version")) {
                long last = limit(at, LAST_BY_KIND, items.get("SubnetOwner").account(), netuid, SET_WEIGHTS_VERSION);
                long epochs = limit(at, "WeightsVersionKeyRateLimit");
                earliest = after(
                        at, last, Math.multiplyExact(tempo, epochs), LAST_BY_KIND + " and WeightsVersionKeyRateLimit");
            } else if (UNLIMITED.contains(name)) {
                earliest = open(at);
            } else {
                earliest = after(
                        at,
                        changed(at, netuid, name),
                        Math.multiplyExact(tempo, limit(at, "OwnerHyperparamRateLimit")),
                        LAST_BY_KEY + " and OwnerHyperparamRateLimit");
            }
            return outsideFreeze(at, netuid, tempo, earliest);
        });
    }

    private static long changed(At at, Netuid netuid, String name) {
        if (WORD.matcher(name).matches()) {
            List<Object> of = new ArrayList<>(List.of(netuid));
            of.add(LIMITED_AS.getOrDefault(name, camel(name)));
            try {
                return at.value(At.MODULE, LAST_BY_KEY, Map.of("OwnerHyperparamUpdate", of))
                        .number();
            } catch (CodecException e) {
                // said below
            }
        }
        throw new ChainException(
                "metadata.unknown",
                false,
                "no setting of a subnet's owner that this runtime limits: " + (name.length() > 80 ? "..." : name),
                "");
    }

    /** {@code serving_rate_limit} is {@code ServingRateLimit}. */
    private static String camel(String name) {
        StringBuilder camel = new StringBuilder();
        for (String word : name.split("_")) {
            camel.append(word.substring(0, Math.min(1, word.length())).toUpperCase(Locale.ROOT))
                    .append(word.isEmpty() ? "" : word.substring(1));
        }
        return camel.toString();
    }

    /** The chain refuses changes in the last blocks before an epoch. */
    private static EarliestBlock outsideFreeze(At at, Netuid netuid, long tempo, EarliestBlock earliest) {
        Optional<Long> next = tempo == 0 || !at.has("AdminFreezeWindow") ? Optional.empty() : Epochs.next(at, netuid);
        if (next.isEmpty()) {
            return earliest;
        }
        long window = limit(at, "AdminFreezeWindow");
        // Epochs of older runtimes run at the end of their block, which still belongs to the window, and come a block
        // later.
        boolean clock = at.has("LastEpochBlock");
        long period = clock ? tempo : tempo + 1;
        long block = earliest.earliestBlock().orElse(at.block() + 1);
        long epoch = next.get();
        if (epoch < block) {
            long epochs = (block - epoch - 1) / period + 1;
            epoch = Math.addExact(epoch, Math.multiplyExact(epochs, period));
        }
        boolean frozen = epoch - block < window && !(clock && epoch == block);
        return frozen ? from(at, clock ? epoch : epoch + 1, "AdminFreezeWindow") : earliest;
    }
}
