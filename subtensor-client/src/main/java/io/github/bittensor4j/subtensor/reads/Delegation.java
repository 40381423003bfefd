package io.github.bittensor4j.subtensor.reads;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.subtensor.ChainState;
import io.github.bittensor4j.subtensor.internal.Answer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Reads of delegates and of child hotkeys. */
public final class Delegation extends Family {
    private static final String API = "DelegateInfoRuntimeApi";
    private static final BigDecimal WHOLE =
            new BigDecimal(BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE));

    Delegation(Supplier<ChainState> source) {
        super(source);
    }

    /**
     * A hotkey that others back.
     *
     * @param hotkey who
     * @param owner its coldkey
     * @param take the share of its emission that it keeps, 0 to 1
     * @param nominators how many back it
     * @param registrations the subnets on which it has a seat
     * @param validatorPermits those on which it may set weights
     * @param returnPer1000 TAO a day for 1000 TAO of stake
     * @param totalDailyReturn TAO a day
     */
    public record Delegate(
            AccountId hotkey,
            AccountId owner,
            BigDecimal take,
            int nominators,
            List<Netuid> registrations,
            List<Netuid> validatorPermits,
            Tao returnPer1000,
            Tao totalDailyReturn) {
        /** Copies the lists. */
        public Delegate {
            registrations = List.copyOf(registrations);
            validatorPermits = List.copyOf(validatorPermits);
        }
    }

    /**
     * Stake with a delegate.
     *
     * @param delegate who is backed
     * @param netuid on which subnet
     * @param stake how much
     */
    public record Nomination(Delegate delegate, Netuid netuid, Alpha stake) {}

    /**
     * A delegate's take and its bounds.
     *
     * @param hotkey the delegate
     * @param take the share of its emission that it keeps, 0 to 1; the chain's default for a hotkey that has set none
     * @param takeU16 the same as the chain has it, of 65535
     * @param min the least that may be set
     * @param max the most
     */
    public record Take(AccountId hotkey, BigDecimal take, int takeU16, BigDecimal min, BigDecimal max) {}

    /**
     * One end of a relation between a parent and a child hotkey.
     *
     * @param proportion the part of the parent's stake, of 2<sup>64</sup> - 1
     * @param hotkey the other end
     */
    public record Relative(BigInteger proportion, AccountId hotkey) {
        /**
         * The part of the parent's stake.
         *
         * @return 0 to 1, with 16 digits
         */
        public BigDecimal share() {
            return Answer.share(proportion, WHOLE);
        }
    }

    /**
     * Children that are not yet in force.
     *
     * @param children those proposed; none when nothing waits
     * @param cooldownBlock the block from which they are in force; 0 when nothing waits
     */
    public record PendingChildren(List<Relative> children, long cooldownBlock) {
        /** Copies the list. */
        public PendingChildren {
            children = List.copyOf(children);
        }
    }

    private static Delegate delegate(Answer d) {
        return new Delegate(
                d.get("delegate_ss58").account(),
                d.get("owner_ss58").account(),
                d.get("take").share(),
                d.get("nominators").list().size(),
                d.get("registrations").list().stream().map(Answer::netuid).toList(),
                d.get("validator_permits").list().stream().map(Answer::netuid).toList(),
                d.get("return_per_1000").tao(),
                d.get("total_daily_return").tao());
    }

    private static List<Relative> relatives(Answer list) {
        return list.list().stream()
                .map(r -> new Relative(r.get(0).big(), r.get(1).account()))
                .toList();
    }

    /**
     * All delegates.
     *
     * @return in the chain's order
     */
    @Listed("Every delegate of the chain, with its take and its registrations.")
    public List<Delegate> delegates() {
        return read(
                "delegates",
                at -> at.call(API, "get_delegates").list().stream()
                        .map(Delegation::delegate)
                        .toList());
    }

    /**
     * One delegate.
     *
     * @param hotkey who
     * @return empty when it is none
     */
    @Listed("What is known of one delegate.")
    public Optional<Delegate> delegate(@Arg("hotkey_ss58") AccountId hotkey) {
        return read(
                "delegate", at -> at.call(API, "get_delegate", hotkey).present().map(Delegation::delegate));
    }

    /**
     * Whether a hotkey is a delegate.
     *
     * @param hotkey who
     * @return true when it is
     */
    @Listed("Whether a hotkey is a delegate.")
    public boolean isDelegate(@Arg("hotkey_ss58") AccountId hotkey) {
        return read(
                "is_delegate",
                at -> at.call(API, "get_delegate", hotkey).present().isPresent());
    }

    /**
     * A hotkey's take and its bounds.
     *
     * @param hotkey who
     * @return its take
     */
    @Listed("The share of its emission that a delegate keeps, with the bounds the chain sets.")
    public Take delegateTake(@Arg("hotkey_ss58") AccountId hotkey) {
        return read("delegate_take", at -> {
            At.Items items = at.items(
                    Map.of("Delegates", List.of(hotkey), "MinDelegateTake", List.of(), "MaxDelegateTake", List.of()));
            return new Take(
                    hotkey,
                    items.get("Delegates").share(),
                    items.get("Delegates").count(),
                    items.get("MinDelegateTake").share(),
                    items.get("MaxDelegateTake").share());
        });
    }

    /**
     * Whom a coldkey backs.
     *
     * @param coldkey who backs
     * @return one for each delegate and subnet
     */
    @Listed("Every nomination of a coldkey: delegate, subnet and stake.")
    public List<Nomination> delegated(@Arg("coldkey_ss58") AccountId coldkey) {
        return read("delegated", at -> {
            List<Answer> nominations = at.call(API, "get_delegated", coldkey).list();
            return nominations.stream().anyMatch(n -> !(n.get(1).plain() instanceof List<?>))
                    ? backed(at, coldkey, nominations)
                    : nominations.stream()
                            .map(n -> {
                                Netuid netuid = n.get(1).get(0).netuid();
                                return new Nomination(
                                        delegate(n.get(0)),
                                        netuid,
                                        n.get(1).get(1).alpha(netuid));
                            })
                            .toList();
        });
    }

    /**
     * Runtimes before spec 244 name all delegates with a stake on root, for which spec 218 takes hotkey for coldkey: whom somebody backs
     * is told by the positions.
     */
    private static List<Nomination> backed(At at, AccountId coldkey, List<Answer> delegates) {
        Map<AccountId, Delegate> known = new LinkedHashMap<>();
        delegates.forEach(d -> {
            Delegate delegate = delegate(d.get(0));
            known.put(delegate.hotkey(), delegate);
        });
        return Staking.positions(at, coldkey).stream()
                .filter(p -> !p.stake().isZero())
                .flatMap(p -> Stream.ofNullable(known.get(p.hotkey()))
                        .map(delegate -> new Nomination(delegate, p.netuid(), p.stake())))
                .toList();
    }

    /**
     * The children of a hotkey, as stored: they count for nothing while {@link #childkeyThresholdSuspended} holds.
     *
     * @param hotkey the parent
     * @param netuid the subnet
     * @return its children there
     */
    @Listed("The child hotkeys of a parent on a subnet, and which part of its stake each has.")
    public List<Relative> children(@Arg("hotkey_ss58") AccountId hotkey, @Arg("netuid") Netuid netuid) {
        return read("children", at -> relatives(at.value(At.MODULE, "ChildKeys", hotkey, netuid)));
    }

    /**
     * The parents of a hotkey, as stored.
     *
     * @param hotkey the child
     * @param netuid the subnet
     * @return its parents there
     */
    @Listed("The parent hotkeys of a child on a subnet, and which part of its stake each gives.")
    public List<Relative> parents(@Arg("hotkey_ss58") AccountId hotkey, @Arg("netuid") Netuid netuid) {
        return read("parents", at -> relatives(at.value(At.MODULE, "ParentKeys", hotkey, netuid)));
    }

    /**
     * The children that a hotkey has proposed and that are not yet in force.
     *
     * @param hotkey the parent
     * @param netuid the subnet
     * @return what waits, and until when
     */
    @Listed("The child hotkeys that a parent has proposed on a subnet, and the block from which they are in force.")
    public PendingChildren pendingChildren(@Arg("hotkey_ss58") AccountId hotkey, @Arg("netuid") Netuid netuid) {
        return read("pending_children", at -> {
            Answer value = at.value(At.MODULE, "PendingChildKeys", netuid, hotkey);
            return new PendingChildren(relatives(value.get(0)), value.get(1).number());
        });
    }

    /**
     * Whether a hotkey has so little stake that its children count for nothing.
     *
     * @param hotkey the parent
     * @return true while it is below the chain's threshold
     */
    @Listed("Whether a parent's children count for nothing because its stake is below the threshold.")
    public boolean childkeyThresholdSuspended(@Arg("hotkey_ss58") AccountId hotkey) {
        return read(
                "childkey_threshold_suspended",
                at -> at.find(At.MODULE, "ChildkeyThresholdSuspended", hotkey).isPresent());
    }
}
