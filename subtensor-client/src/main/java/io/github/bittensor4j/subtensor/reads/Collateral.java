package io.github.bittensor4j.subtensor.reads;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.subtensor.ChainState;
import io.github.bittensor4j.subtensor.internal.Answer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads of the collateral that miners put up when they register. */
public final class Collateral extends Family {
    private static final String MINER = "MinerCollateral";
    private static final String SHARE = "CollateralLockShare";
    private static final String RATIO = "CollateralDrainRatio";

    Collateral(Supplier<ChainState> source) {
        super(source);
    }

    /**
     * The collateral of one stake position.
     *
     * @param hotkey the miner
     * @param coldkey whose stake it is
     * @param netuid the subnet
     * @param uid the hotkey's seat; empty when it has lost it, which the collateral survives
     * @param lockedAlpha what cannot be withdrawn
     * @param minLockedAlpha the floor that the miner has set: nothing is released below it
     * @param earnedAlpha emission earned since the collateral exists
     * @param drainRatio alpha released for each alpha earned
     * @param headroomAlpha what is above the floor, and being released
     * @param shortfallAlpha what is missing up to the floor, and being filled from emission
     * @param releasableWorkAlpha emission that is still to be earned until the headroom is released, rounded down
     */
    public record Position(
            AccountId hotkey,
            AccountId coldkey,
            Netuid netuid,
            Optional<Uid> uid,
            Alpha lockedAlpha,
            Alpha minLockedAlpha,
            Alpha earnedAlpha,
            BigDecimal drainRatio,
            Alpha headroomAlpha,
            Alpha shortfallAlpha,
            Alpha releasableWorkAlpha) {}

    /**
     * A subnet's rules.
     *
     * @param netuid the subnet
     * @param lockShare the share of a registration's price that is locked instead of burned, 0 to 1; 0 for no collateral
     * @param drainRatio alpha released for each alpha earned, as new registrations get it
     */
    public record Policy(Netuid netuid, BigDecimal lockShare, BigDecimal drainRatio) {}

    private static Position position(
            Netuid netuid, AccountId hotkey, AccountId coldkey, Optional<Uid> uid, Answer state) {
        Alpha locked = state.get("locked").alpha(netuid);
        Alpha floor = state.get("min_locked").alpha(netuid);
        BigDecimal ratio = state.get("drain_ratio").decimal();
        Alpha none = Alpha.ofRao(netuid, 0);
        boolean above = locked.compareTo(floor) > 0;
        Alpha headroom = above ? locked.minus(floor) : none;
        BigInteger work = ratio.signum() == 0
                ? BigInteger.ZERO
                : headroom.decimal()
                        .movePointRight(9)
                        .divide(ratio, 0, RoundingMode.DOWN)
                        .toBigInteger();
        return new Position(
                hotkey,
                coldkey,
                netuid,
                uid,
                locked,
                floor,
                state.get("earned").alpha(netuid),
                ratio,
                headroom,
                above ? none : floor.minus(locked),
                new Answer("work", work).alpha(netuid));
    }

    /**
     * The collateral of one stake position.
     *
     * @param netuid the subnet
     * @param hotkey the miner
     * @param coldkey whose stake; the hotkey's owner when empty
     * @return empty when there is none, or the hotkey has no owner
     */
    @Listed(
            "The collateral of a miner's stake position: what is locked, its floor, what was earned and is still to be earned.")
    public Optional<Position> minerCollateral(
            @Arg("netuid") Netuid netuid,
            @Arg("hotkey_ss58") AccountId hotkey,
            @Arg("coldkey_ss58") Optional<AccountId> coldkey) {
        return read("miner_collateral", at -> {
            at.require(MINER);
            Optional<AccountId> owner =
                    coldkey.or(() -> at.value(At.MODULE, "Owner", hotkey).somebody());
            if (owner.isEmpty()) {
                return Optional.empty();
            }
            At.Items items =
                    at.items(Map.of(MINER, List.of(netuid, hotkey, owner.get()), "Uids", List.of(netuid, hotkey)));
            return items.stored(MINER)
                    .map(s -> position(
                            netuid, hotkey, owner.get(), items.find("Uids").map(Answer::uid), s));
        });
    }

    /**
     * All collateral on a subnet.
     *
     * @param netuid the subnet
     * @return every position, the largest first
     */
    @Listed("Every stake position with collateral on a subnet, the largest first.")
    public List<Position> subnetCollateral(@Arg("netuid") Netuid netuid) {
        return read("subnet_collateral", at -> {
            List<At.Entry> entries = at.entries(At.MODULE, MINER, netuid).toList();
            List<Optional<Answer>> uids = at.many(
                    At.MODULE,
                    "Uids",
                    entries.stream()
                            .map(e -> new Object[] {netuid, e.key(0).account()})
                            .toList());
            List<Position> all = new ArrayList<>();
            for (int i = 0; i < entries.size(); i++) {
                At.Entry entry = entries.get(i);
                all.add(position(
                        netuid,
                        entry.key(0).account(),
                        entry.key(1).account(),
                        uids.get(i).map(Answer::uid),
                        entry.value()));
            }
            all.sort(Comparator.comparing(Position::lockedAlpha).reversed());
            return List.copyOf(all);
        });
    }

    /**
     * A subnet's rules of collateral.
     *
     * @param netuid the subnet
     * @return its rules
     */
    @Listed("A subnet's rules of collateral: the share of a registration's price that is locked, and how it drains.")
    public Policy collateralPolicy(@Arg("netuid") Netuid netuid) {
        return read("collateral_policy", at -> {
            At.Items items = at.subnet(netuid, SHARE, RATIO);
            return new Policy(netuid, items.get(SHARE).share(), items.get(RATIO).decimal());
        });
    }
}
