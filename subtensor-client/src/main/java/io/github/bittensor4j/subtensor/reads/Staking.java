package io.github.bittensor4j.subtensor.reads;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.subtensor.ChainState;
import io.github.bittensor4j.subtensor.internal.Answer;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Reads of stake. */
public final class Staking extends Family {
    private static final String API = "StakeInfoRuntimeApi";
    private static final String DESTINATION = "AutoStakeDestination";

    Staking(Supplier<ChainState> source) {
        super(source);
    }

    /**
     * A stake position.
     *
     * @param hotkey who is backed
     * @param coldkey who backs
     * @param netuid the subnet
     * @param stake in the subnet's alpha
     * @param isRegistered whether the hotkey has a seat there
     */
    public record Position(AccountId hotkey, AccountId coldkey, Netuid netuid, Alpha stake, boolean isRegistered) {}

    /**
     * A coldkey's stake at the prices of one block. What selling it would fetch is less: slippage and fees.
     *
     * @param coldkey whose
     * @param block the block
     * @param positions each position
     * @param stakeValue all positions whose price is known, in TAO, each rounded down to a rao
     * @param taoPerAlpha the prices by subnet
     * @param unpriced the subnets of positions for which the chain tells no price: they are not in the value
     */
    public record Valuation(
            AccountId coldkey,
            long block,
            List<Position> positions,
            Tao stakeValue,
            Map<Netuid, BigDecimal> taoPerAlpha,
            List<Netuid> unpriced) {
        /** Copies lists and map. */
        public Valuation {
            positions = List.copyOf(positions);
            taoPerAlpha = Collections.unmodifiableMap(new LinkedHashMap<>(taoPerAlpha));
            unpriced = List.copyOf(unpriced);
        }
    }

    /**
     * How much of a coldkey's stake on a subnet is free.
     *
     * @param netuid the subnet
     * @param total all of it
     * @param locked what is locked, or held as collateral
     * @param available what can be moved
     */
    public record Availability(Netuid netuid, Alpha total, Alpha locked, Alpha available) {}

    /**
     * Where what a coldkey earns on a subnet is staked.
     *
     * @param netuid the subnet
     * @param hotkey to whom
     */
    public record AutoStake(Netuid netuid, AccountId hotkey) {}

    private static Position position(Answer p) {
        Netuid netuid = p.get("netuid").netuid();
        return new Position(
                p.get("hotkey").account(),
                p.get("coldkey").account(),
                netuid,
                p.get("stake").alpha(netuid),
                p.get("is_registered").flag());
    }

    private static List<Position> positions(Answer list) {
        return list.list().stream().map(Staking::position).toList();
    }

    static List<Position> positions(At at, AccountId coldkey) {
        return positions(at.call(API, "get_stake_info_for_coldkey", coldkey));
    }

    private static Map<AccountId, List<Position>> positions(At at, List<AccountId> coldkeys) {
        Map<AccountId, List<Position>> all = new LinkedHashMap<>();
        at.call(API, "get_stake_info_for_coldkeys", coldkeys)
                .list()
                .forEach(c -> all.put(c.get(0).account(), positions(c.get(1))));
        return all;
    }

    private static Valuation valuation(
            At at, AccountId coldkey, List<Position> positions, Map<Netuid, BigDecimal> prices) {
        Tao value = Tao.ZERO;
        TreeSet<Netuid> unpriced = new TreeSet<>();
        for (Position position : positions) {
            BigDecimal price = position.netuid().isRoot() ? BigDecimal.ONE : prices.get(position.netuid());
            if (price == null) {
                unpriced.add(position.netuid());
            } else {
                value = value.plus(Tao.ofRao(position.stake()
                        .decimal()
                        .multiply(price)
                        .movePointRight(9)
                        .setScale(0, RoundingMode.DOWN)
                        .toBigInteger()));
            }
        }
        return new Valuation(coldkey, at.block(), positions, value, prices, List.copyOf(unpriced));
    }

    /**
     * What a coldkey has staked on a hotkey of a subnet.
     *
     * @param coldkey who backs
     * @param hotkey who is backed
     * @param netuid the subnet
     * @return in the subnet's alpha
     */
    @Listed("What a coldkey has staked on a hotkey of a subnet, in its alpha.")
    public Alpha stake(
            @Arg("coldkey_ss58") AccountId coldkey,
            @Arg("hotkey_ss58") AccountId hotkey,
            @Arg("netuid") Netuid netuid) {
        return read("stake", at -> at.state().stake(hotkey, coldkey, netuid));
    }

    /**
     * All of a coldkey's stake.
     *
     * @param coldkey whose
     * @return one for each hotkey and subnet
     */
    @Listed("Every stake position of a coldkey.")
    public List<Position> stakeForColdkey(@Arg("coldkey_ss58") AccountId coldkey) {
        return read("stake_for_coldkey", at -> positions(at, coldkey));
    }

    /**
     * All stake of several coldkeys, by one call.
     *
     * @param coldkeys whose
     * @return by coldkey
     */
    @Listed("Every stake position of several coldkeys, by one call.")
    public Map<AccountId, List<Position>> stakeForColdkeys(@Arg("coldkey_ss58s") List<AccountId> coldkeys) {
        return read("stake_for_coldkeys", at -> positions(at, coldkeys));
    }

    /**
     * What a coldkey's stake is worth.
     *
     * @param coldkey whose
     * @return its positions and their value
     */
    @Listed("What a coldkey's stake is worth in TAO at one block's prices, without slippage and fees.")
    public Valuation stakeValueForColdkey(@Arg("coldkey_ss58") AccountId coldkey) {
        return read("stake_value_for_coldkey", at -> valuation(at, coldkey, positions(at, coldkey), Prices.all(at)));
    }

    /**
     * What the stake of several coldkeys is worth.
     *
     * @param coldkeys whose
     * @return by coldkey, in the given order
     */
    @Listed("What the stake of several coldkeys is worth in TAO at one block's prices, without slippage and fees.")
    public Map<AccountId, Valuation> stakeValueForColdkeys(@Arg("coldkey_ss58s") List<AccountId> coldkeys) {
        return read("stake_value_for_coldkeys", at -> {
            Map<AccountId, List<Position>> positions = positions(at, coldkeys);
            Map<Netuid, BigDecimal> prices = Prices.all(at);
            Map<AccountId, Valuation> all = new LinkedHashMap<>();
            coldkeys.forEach(c -> all.put(c, valuation(at, c, positions.getOrDefault(c, List.of()), prices)));
            return all;
        });
    }

    private static List<Availability> availability(At at, AccountId coldkey, List<Netuid> netuids) {
        List<Availability> all = new ArrayList<>();
        at.call(API, "get_stake_availability_for_coldkeys", List.of(coldkey), Optional.of(netuids))
                .map()
                .forEach((who, byNetuid) -> new Answer("availability", byNetuid)
                        .map()
                        .forEach((key, value) -> {
                            Netuid netuid = new Answer("netuid", key).netuid();
                            Answer found = new Answer("availability", value);
                            all.add(new Availability(
                                    netuid,
                                    found.get("total").alpha(netuid),
                                    found.get("locked").alpha(netuid),
                                    found.get("available").alpha(netuid)));
                        }));
        all.sort(Comparator.comparing(Availability::netuid));
        return List.copyOf(all);
    }

    /**
     * How much of a coldkey's stake on a subnet is free.
     *
     * @param coldkey whose
     * @param netuid the subnet
     * @return empty when the chain knows of none
     */
    @Listed("How much of a coldkey's stake on a subnet is free, and how much is locked.")
    public Optional<Availability> stakeAvailability(
            @Arg("coldkey_ss58") AccountId coldkey, @Arg("netuid") Netuid netuid) {
        return read(
                "stake_availability",
                at -> availability(at, coldkey, List.of(netuid)).stream().findFirst());
    }

    /**
     * How much of a coldkey's stake on several subnets is free, by one call.
     *
     * @param coldkey whose
     * @param netuids the subnets
     * @return those of which the chain knows, ascending
     */
    @Listed("How much of a coldkey's stake on several subnets is free, and how much is locked, by one call.")
    public List<Availability> stakeAvailabilityForColdkey(
            @Arg("coldkey_ss58") AccountId coldkey, @Arg("netuids") List<Netuid> netuids) {
        return read(
                "stake_availability_for_coldkey",
                at -> netuids.isEmpty()
                        ? List.of()
                        : availability(
                                at,
                                coldkey,
                                netuids.stream().distinct().sorted().toList()));
    }

    /**
     * All stake on a subnet, by the chain's own sum.
     *
     * @param netuid the subnet
     * @return in its alpha
     */
    @Listed("All stake on a subnet, by the chain's own sum.")
    public Alpha totalAlphaStaked(@Arg("netuid") Netuid netuid) {
        return read(
                "total_alpha_staked",
                at -> at.subnet(netuid, "TotalAlphaStaked")
                        .get("TotalAlphaStaked")
                        .alpha(netuid));
    }

    /**
     * The hotkeys that a coldkey backs or has backed, or in whose basket it has a part.
     *
     * @param coldkey who
     * @return in the chain's order; one may have no stake now
     */
    @Listed("Every hotkey that a coldkey backs, or in whose basket it has a part.")
    public List<AccountId> stakingHotkeys(@Arg("coldkey_ss58") AccountId coldkey) {
        return read(
                "staking_hotkeys",
                at -> at.value(At.MODULE, "StakingHotkeys", coldkey).list().stream()
                        .map(Answer::account)
                        .toList());
    }

    /**
     * Where what a coldkey earns on a subnet is staked.
     *
     * @param coldkey whose
     * @param netuid the subnet
     * @return a hotkey; empty when it has chosen none
     */
    @Listed("The hotkey on which what a coldkey earns on a subnet is staked.")
    public Optional<AccountId> autoStake(@Arg("coldkey_ss58") AccountId coldkey, @Arg("netuid") Netuid netuid) {
        return read(
                "auto_stake",
                at -> at.find(At.MODULE, DESTINATION, coldkey, netuid).map(Answer::account));
    }

    /**
     * Where what a coldkey earns is staked.
     *
     * @param coldkey whose
     * @return one for each subnet for which it has chosen a hotkey, ascending
     */
    @Listed("The hotkeys on which what a coldkey earns is staked, by subnet.")
    public List<AutoStake> autoStakeAll(@Arg("coldkey_ss58") AccountId coldkey) {
        return read(
                "auto_stake_all",
                at -> at.entries(At.MODULE, DESTINATION, coldkey)
                        .map(e -> new AutoStake(e.key(0).netuid(), e.value().account()))
                        .sorted(Comparator.comparing(AutoStake::netuid))
                        .toList());
    }
}
