package io.github.bittensor4j.subtensor.reads;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.subtensor.ChainState;
import io.github.bittensor4j.subtensor.internal.Answer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads of locked stake. A lock that is not perpetual melts away with time, and conviction grows towards it; the chain writes a lock down
 * only when it is touched. What a single lock is now is the chain's own answer; what a whole subnet's locks are now, and will be, is
 * computed here in floating point by the chain's rule, so it is an estimate.
 */
public final class Locks extends Family {
    private static final String API = "StakeInfoRuntimeApi";
    private static final String LOCK = "Lock";

    /** Bit 0 of an account's flags. */
    private static final int ACCEPTS_LOCKED = 0;

    /** A subnet must be as old as this for its owner to change: a year of 12-second blocks, as the pallet counts it. */
    private static final long YEAR = 7_200L * 365 + 1_800;

    /** Of a subnet's eligible alpha, in percent, a challenger's conviction must be more than this. */
    private static final int PERCENT = 18;

    /** How many time constants are looked ahead, in how many steps. */
    private static final int AHEAD = 10;

    private static final int STEPS = 4_000;

    /** A time constant greater than this, half a million years, is as good as none. */
    private static final long SLOWEST = 1L << 40;

    Locks(Supplier<ChainState> source) {
        super(source);
    }

    /**
     * A lock as it is at the read's block.
     *
     * @param coldkey whose stake is locked
     * @param hotkey to whom
     * @param netuid on which subnet
     * @param lockedAlpha how much
     * @param isPerpetual whether it does not melt away
     */
    public record StakeLock(
            AccountId coldkey, AccountId hotkey, Netuid netuid, Alpha lockedAlpha, boolean isPerpetual) {}

    /**
     * How much conviction a hotkey has.
     *
     * @param convictionAlpha in the subnet's alpha, rounded down to a rao
     */
    public record Conviction(Alpha convictionAlpha) {}

    /**
     * One of the hotkeys to whom stake is locked on a subnet.
     *
     * @param hotkey who
     * @param isOwner whether it is the subnet owner's
     * @param lockedAlpha what is locked to it
     * @param convictionAlpha how much conviction it has
     * @param pctOfThreshold the part of what it would need to take the subnet over; empty when there is no eligible alpha
     * @param blocksToThreshold blocks until it has more than that; 0 when it has; empty when it will not with what is locked now
     */
    public record Convicted(
            AccountId hotkey,
            boolean isOwner,
            Alpha lockedAlpha,
            Alpha convictionAlpha,
            Optional<BigDecimal> pctOfThreshold,
            Optional<Long> blocksToThreshold) {}

    /**
     * All locks of a subnet.
     *
     * @param netuid the subnet
     * @param block the block this is of
     * @param alphaOut alpha outside the pool
     * @param protocolAlpha of it, the protocol's own
     * @param alphaBurned of it, burned
     * @param eligibleAlpha what is left: the measure of conviction
     * @param thresholdAlpha conviction above this takes the subnet over, once it is old enough
     * @param totalLockedAlpha all that is locked
     * @param totalConvictionAlpha all conviction; it decides nothing
     * @param leaderHotkey who has the most
     * @param leaderBlocksToThreshold blocks until the leader could take over, as of {@link Convicted}
     * @param unlockRate the time constant of melting, in blocks
     * @param maturityRate that of growing
     * @param ownerHotkey the subnet owner's hotkey
     * @param registeredAt the block of the subnet's registration
     * @param ownershipChangeableAtBlock the block from which it may change its owner
     * @param hotkeys the most convicted first
     */
    public record Convictions(
            Netuid netuid,
            long block,
            Alpha alphaOut,
            Alpha protocolAlpha,
            Alpha alphaBurned,
            Alpha eligibleAlpha,
            Alpha thresholdAlpha,
            Alpha totalLockedAlpha,
            Alpha totalConvictionAlpha,
            Optional<AccountId> leaderHotkey,
            Optional<Long> leaderBlocksToThreshold,
            long unlockRate,
            long maturityRate,
            Optional<AccountId> ownerHotkey,
            long registeredAt,
            long ownershipChangeableAtBlock,
            List<Convicted> hotkeys) {
        /** Copies the list. */
        public Convictions {
            hotkeys = List.copyOf(hotkeys);
        }
    }

    private static Optional<StakeLock> lock(At at, AccountId coldkey, AccountId hotkey, Netuid netuid) {
        return at.call(API, "get_coldkey_lock", coldkey, netuid)
                .present()
                .map(l -> new StakeLock(
                        coldkey,
                        hotkey,
                        netuid,
                        l.get("locked_mass").alpha(netuid),
                        at.find(At.MODULE, "DecayingLock", coldkey, netuid)
                                .filter(decaying -> !decaying.flag())
                                .isPresent()));
    }

    /**
     * A coldkey's lock on a subnet.
     *
     * @param coldkey whose
     * @param netuid the subnet
     * @return empty when it has none
     */
    @Listed("A coldkey's lock on a subnet, as it is now.")
    public Optional<StakeLock> coldkeyLock(@Arg("coldkey_ss58") AccountId coldkey, @Arg("netuid") Netuid netuid) {
        return read(
                "coldkey_lock",
                at -> at.entries(At.MODULE, LOCK, coldkey, netuid)
                        .findFirst()
                        .flatMap(e -> lock(at, coldkey, e.key(0).account(), netuid)));
    }

    /**
     * All locks of a coldkey.
     *
     * @param coldkey whose
     * @return by subnet
     */
    @Listed("Every lock of a coldkey, as it is now.")
    public List<StakeLock> locksForColdkey(@Arg("coldkey_ss58") AccountId coldkey) {
        return read(
                "locks_for_coldkey",
                at -> at.entries(At.MODULE, LOCK, coldkey)
                        .flatMap(e ->
                                lock(at, coldkey, e.key(1).account(), e.key(0).netuid()).stream())
                        .sorted(Comparator.comparing(StakeLock::netuid))
                        .toList());
    }

    /**
     * All locks to a hotkey on a subnet.
     *
     * @param hotkey to whom
     * @param netuid the subnet
     * @return by coldkey
     */
    @Listed("Every lock to a hotkey on a subnet, as it is now.")
    public List<StakeLock> locksForHotkey(@Arg("hotkey_ss58") AccountId hotkey, @Arg("netuid") Netuid netuid) {
        return read(
                "locks_for_hotkey",
                at -> at.entries(At.MODULE, "LockingColdkeys", netuid, hotkey)
                        .flatMap(e -> lock(at, e.key(0).account(), hotkey, netuid).stream())
                        .sorted(Comparator.comparing(l -> l.coldkey().ss58()))
                        .toList());
    }

    /**
     * Whether a coldkey takes locked alpha that others send.
     *
     * @param coldkey who
     * @return false unless it said so
     */
    @Listed("Whether a coldkey takes locked alpha that others send it.")
    public boolean acceptsLockedAlpha(@Arg("coldkey_ss58") AccountId coldkey) {
        return read(
                "accepts_locked_alpha",
                at -> at.value(At.MODULE, "AccountFlags", coldkey).big().testBit(ACCEPTS_LOCKED));
    }

    /**
     * A hotkey's conviction on a subnet, by the chain's own reckoning.
     *
     * @param hotkey who
     * @param netuid the subnet
     * @return as it is now
     */
    @Listed("A hotkey's conviction on a subnet, as it is now.")
    public Conviction hotkeyConviction(@Arg("hotkey_ss58") AccountId hotkey, @Arg("netuid") Netuid netuid) {
        return read(
                "hotkey_conviction",
                at -> new Conviction(alpha(
                        netuid,
                        at.call(API, "get_hotkey_conviction", hotkey, netuid).decimal())));
    }

    /**
     * Who has the most conviction on a subnet, by the chain's own reckoning.
     *
     * @param netuid the subnet
     * @return empty when nobody has any
     */
    @Listed("The hotkey that has the most conviction on a subnet.")
    public Optional<AccountId> mostConvictedHotkey(@Arg("netuid") Netuid netuid) {
        return read(
                "most_convicted_hotkey",
                at -> at.call(API, "get_most_convicted_hotkey_on_subnet", netuid)
                        .present()
                        .map(Answer::account));
    }

    private static Alpha alpha(Netuid netuid, BigDecimal rao) {
        return new Answer("alpha", rao.setScale(0, RoundingMode.FLOOR).toBigInteger()).alpha(netuid);
    }

    private static Alpha alpha(Netuid netuid, double rao) {
        return alpha(netuid, new BigDecimal(rao));
    }

    /** The time constants of a subnet's locks, in blocks. */
    private record Rates(long unlock, long maturity) {
        private static double left(double blocks, double constant) {
            if (blocks <= 0) {
                return 1;
            }
            // Beyond 40 time constants the pallet lets nothing melt any further.
            return constant <= 0 ? 0 : Math.exp(-Math.min(blocks / constant, 40));
        }

        /** The part of the mass that has turned into conviction after so many blocks, of a lock that melts meanwhile. */
        private double matured(double blocks, double unlocked, double ripened) {
            if (unlock == maturity) {
                return maturity == 0 ? 0 : blocks / maturity * ripened;
            }
            if (unlock == 0 || maturity == 0) {
                return 0;
            }
            return Math.max(0, unlock * (unlocked - ripened) / (unlock - maturity));
        }
    }

    /** Locks of one kind to one hotkey, in rao. */
    private record Bucket(double mass, double conviction, boolean perpetual, boolean owner) {
        Bucket after(double blocks, Rates rates) {
            double unlocked = Rates.left(blocks, rates.unlock);
            double ripened = Rates.left(blocks, rates.maturity);
            double stays = perpetual ? mass : mass * unlocked;
            if (owner) {
                return new Bucket(stays, stays, perpetual, true);
            }
            double grown = mass * (perpetual ? 1 - ripened : rates.matured(blocks, unlocked, ripened));
            return new Bucket(stays, conviction * ripened + grown, perpetual, false);
        }
    }

    private static double conviction(List<Bucket> buckets, double blocks, Rates rates) {
        return buckets.stream()
                .mapToDouble(b -> b.after(blocks, rates).conviction())
                .sum();
    }

    /** When locks have more conviction than takes a subnet over for the first time. It may rise and fall again, so it is walked through. */
    private static Optional<Long> blocksToThreshold(List<Bucket> buckets, double eligible, Rates rates) {
        if (eligible <= 0) {
            return Optional.empty();
        }
        if (above(buckets, 0, eligible, rates)) {
            return Optional.of(0L);
        }
        long slowest = Math.min(SLOWEST, Math.max(1, Math.max(rates.unlock(), rates.maturity())));
        long horizon = AHEAD * slowest;
        long step = Math.max(1, horizon / STEPS);
        for (long at = step; at <= horizon; at += step) {
            if (above(buckets, at, eligible, rates)) {
                long low = at - step;
                long high = at;
                while (high - low > 1) {
                    long middle = (low + high) / 2;
                    if (above(buckets, middle, eligible, rates)) {
                        high = middle;
                    } else {
                        low = middle;
                    }
                }
                return Optional.of(high);
            }
        }
        return Optional.empty();
    }

    private static boolean above(List<Bucket> buckets, double blocks, double eligible, Rates rates) {
        return conviction(buckets, blocks, rates) * 100 > eligible * PERCENT;
    }

    private static Bucket bucket(At at, Answer lock, Rates rates, boolean perpetual, boolean owner) {
        Bucket written = new Bucket(
                lock.get("locked_mass").big().doubleValue(),
                lock.get("conviction").decimal().doubleValue(),
                perpetual,
                owner);
        return written.after(Math.max(0, at.block() - lock.get("last_update").number()), rates);
    }

    /**
     * All locks of a subnet, and who might take it over.
     *
     * @param netuid the subnet
     * @return an estimate, as of this block
     */
    @Listed("Every hotkey to whom stake is locked on a subnet, its conviction, and when it might take the subnet over.")
    public Convictions subnetConvictions(@Arg("netuid") Netuid netuid) {
        return read("subnet_convictions", at -> {
            At.Items items = at.subnet(
                    netuid,
                    "OwnerLock",
                    "DecayingOwnerLock",
                    "SubnetOwnerHotkey",
                    "SubnetAlphaOut",
                    "SubnetProtocolAlpha",
                    "NetworkRegisteredAt");
            At.Items whole = at.items(Map.of("UnlockRate", List.of(), "MaturityRate", List.of()));
            Rates rates = new Rates(
                    whole.get("UnlockRate").number(), whole.get("MaturityRate").number());
            BigInteger burned = at.value("AlphaAssets", "AlphaBurned", netuid).big();
            BigInteger eligible = items.get("SubnetAlphaOut")
                    .big()
                    .subtract(items.get("SubnetProtocolAlpha").big())
                    .subtract(burned)
                    .max(BigInteger.ZERO);
            Optional<AccountId> owner = items.get("SubnetOwnerHotkey").somebody();
            Map<AccountId, List<Bucket>> buckets = new LinkedHashMap<>();
            at.entries(At.MODULE, "HotkeyLock", netuid)
                    .forEach(e -> of(buckets, e.key(0).account()).add(bucket(at, e.value(), rates, true, false)));
            at.entries(At.MODULE, "DecayingHotkeyLock", netuid)
                    .forEach(e -> of(buckets, e.key(0).account()).add(bucket(at, e.value(), rates, false, false)));
            owner.ifPresent(hotkey -> {
                items.stored("OwnerLock").ifPresent(l -> of(buckets, hotkey).add(bucket(at, l, rates, true, true)));
                items.stored("DecayingOwnerLock")
                        .ifPresent(l -> of(buckets, hotkey).add(bucket(at, l, rates, false, true)));
            });
            List<Convicted> hotkeys = new ArrayList<>();
            buckets.forEach((hotkey, own) ->
                    hotkeys.add(convicted(netuid, hotkey, owner.equals(Optional.of(hotkey)), own, eligible, rates)));
            hotkeys.sort(Comparator.comparing(Convicted::convictionAlpha).reversed());
            Optional<Convicted> leader = hotkeys.stream().findFirst();
            List<Bucket> every = buckets.values().stream().flatMap(List::stream).toList();
            long registered = items.get("NetworkRegisteredAt").number();
            return new Convictions(
                    netuid,
                    at.block(),
                    items.get("SubnetAlphaOut").alpha(netuid),
                    items.get("SubnetProtocolAlpha").alpha(netuid),
                    new Answer("AlphaBurned", burned).alpha(netuid),
                    new Answer("eligible", eligible).alpha(netuid),
                    alpha(netuid, new BigDecimal(eligible.multiply(BigInteger.valueOf(PERCENT))).movePointLeft(2)),
                    alpha(netuid, every.stream().mapToDouble(Bucket::mass).sum()),
                    alpha(netuid, every.stream().mapToDouble(Bucket::conviction).sum()),
                    leader.map(Convicted::hotkey),
                    leader.flatMap(Convicted::blocksToThreshold),
                    rates.unlock(),
                    rates.maturity(),
                    owner,
                    registered,
                    Math.addExact(registered, YEAR),
                    hotkeys);
        });
    }

    private static List<Bucket> of(Map<AccountId, List<Bucket>> buckets, AccountId hotkey) {
        return buckets.computeIfAbsent(hotkey, h -> new ArrayList<>());
    }

    private static Convicted convicted(
            Netuid netuid, AccountId hotkey, boolean owner, List<Bucket> own, BigInteger eligible, Rates rates) {
        double conviction = own.stream().mapToDouble(Bucket::conviction).sum();
        double threshold = eligible.doubleValue() * PERCENT / 100;
        return new Convicted(
                hotkey,
                owner,
                alpha(netuid, own.stream().mapToDouble(Bucket::mass).sum()),
                alpha(netuid, conviction),
                threshold == 0 ? Optional.empty() : Optional.of(BigDecimal.valueOf(conviction / threshold)),
                blocksToThreshold(own, eligible.doubleValue(), rates));
    }
}
