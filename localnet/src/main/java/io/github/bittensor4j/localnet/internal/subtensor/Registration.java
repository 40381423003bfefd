package io.github.bittensor4j.localnet.internal.subtensor;

import static io.github.bittensor4j.localnet.internal.subtensor.Stakes.unsigned;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.localnet.internal.state.State;
import io.github.bittensor4j.localnet.internal.yuma.BurnPrice;
import io.github.bittensor4j.localnet.internal.yuma.FixedType;
import java.util.OptionalInt;

/** How a hotkey gets a uid, and what it costs. */
final class Registration {
    private static final int ROOT_TARGET = 1;

    private final Items items;
    private final Neurons neurons;
    private final Stakes stakes;
    private final Collateral collateral;

    Registration(Items items, Neurons neurons, Stakes stakes, Collateral collateral) {
        this.items = items;
        this.neurons = neurons;
        this.stakes = stakes;
        this.collateral = collateral;
    }

    /** Registers for the price of the moment, which buys alpha that is destroyed, but for the part that the subnet wants as collateral. */
    void burned(Host host, AccountId coldkey, int netuid, AccountId hotkey) {
        State state = host.state();
        Refusal.unless(netuid != Stakes.ROOT, "RegistrationNotPermittedOnRootSubnet");
        Refusal.unless(items.networksAdded.get(state, netuid), "SubnetNotExists");
        Refusal.unless(items.networkRegistrationAllowed.get(state, netuid), "SubNetRegistrationDisabled");
        Refusal.unless(neurons.uid(state, netuid, hotkey).isEmpty(), "HotKeyAlreadyRegisteredInSubNet");
        long price = items.burn.get(state, netuid);
        long burned = price - collateral.requirement(state, netuid, price);
        long topUp = collateral.topUp(state, netuid, hotkey, coldkey, price);
        Refusal.unless(host.spendable(coldkey) >= burned + topUp, "NotEnoughBalanceToStake");
        refuseSystemAccount(state, hotkey);
        neurons.bind(state, hotkey, coldkey);
        Refusal.unless(neurons.hasRoom(state, netuid, host.block()), "NoNeuronIdAvailable");

        collateral.pay(host, netuid, hotkey, coldkey, burned, topUp);
        registered(host, netuid, hotkey, neurons.place(host, netuid, hotkey), burned);
    }

    /** As {@link #burned}, but only up to a price. */
    void limited(Host host, AccountId coldkey, int netuid, AccountId hotkey, long limit) {
        State state = host.state();
        Refusal.unless(netuid != Stakes.ROOT, "RegistrationNotPermittedOnRootSubnet");
        Refusal.unless(items.networksAdded.get(state, netuid), "SubnetNotExists");
        Refusal.unless(
                Long.compareUnsigned(items.burn.get(state, netuid), limit) <= 0, "RegistrationPriceLimitExceeded");
        burned(host, coldkey, netuid, hotkey);
    }

    /** Takes a seat on root: its price is destroyed, and in a full house the seat with least stake goes. */
    void root(Host host, AccountId coldkey, AccountId hotkey) {
        State state = host.state();
        int netuid = Stakes.ROOT;
        Refusal.unless(items.networksAdded.get(state, netuid), "RootNetworkDoesNotExist");
        Refusal.unless(
                items.registrationsThisBlock.get(state, netuid) < items.maxRegistrationsPerBlock.get(state, netuid),
                "TooManyRegistrationsThisBlock");
        Refusal.unless(
                items.registrationsThisInterval.get(state, netuid) < 3 * ROOT_TARGET,
                "TooManyRegistrationsThisInterval");
        Refusal.unless(neurons.uid(state, netuid, hotkey).isEmpty(), "HotKeyAlreadyRegisteredInSubNet");
        long price = items.burn.get(state, netuid);
        Refusal.unless(host.spendable(coldkey) >= price, "NotEnoughBalanceToStake");
        refuseSystemAccount(state, hotkey);
        neurons.bind(state, hotkey, coldkey);
        int uid;
        if (neurons.count(state, netuid) < items.maxAllowedUids.get(state, netuid)) {
            uid = neurons.count(state, netuid);
            neurons.append(host, netuid, hotkey);
        } else {
            uid = leastStaked(state, host.block()).orElseThrow(() -> Refusal.of("NoNeuronIdAvailable"));
            neurons.replace(host, netuid, uid, hotkey);
        }
        host.burn(coldkey, price);
        items.totalIssuance.update(state, issued -> Math.max(0, issued - price));
        if (items.delegates.find(state, hotkey).isEmpty()) {
            items.delegates.put(state, hotkey, items.delegates.get(state, hotkey));
        }
        items.registrationsThisInterval.update(state, netuid, count -> count + 1);
        registered(host, netuid, hotkey, uid, price);
    }

    private OptionalInt leastStaked(State state, long block) {
        OptionalInt least = OptionalInt.empty();
        long stake = Long.MAX_VALUE;
        for (int uid = 0; uid < neurons.count(state, Stakes.ROOT); uid++) {
            long own = stakes.total(state, neurons.hotkey(state, Stakes.ROOT, uid), Stakes.ROOT);
            boolean immune = block - items.blockAtRegistration.get(state, Stakes.ROOT, uid)
                    < items.immunityPeriod.get(state, Stakes.ROOT);
            if (!immune && own < stake) {
                stake = own;
                least = OptionalInt.of(uid);
            }
        }
        return least;
    }

    private void registered(Host host, int netuid, AccountId hotkey, int uid, long price) {
        State state = host.state();
        items.burn.put(
                state,
                netuid,
                rule(state, netuid)
                        .afterRegistration(unsigned(items.burn.get(state, netuid)))
                        .longValue());
        items.registrationsThisBlock.update(state, netuid, count -> count + 1);
        items.raoRecycledForRegistration.update(state, netuid, rao -> rao + price);
        host.event("SubtensorModule", "NeuronRegistered", netuid, uid, hotkey);
    }

    /** At the start of a block: every price falls, every count of the last block is forgotten. */
    void beginBlock(Host host) {
        State state = host.state();
        items.networksAdded.all(state).keySet().forEach(netuid -> {
            // Written out, so that a price never depends on when a default changes.
            long price = items.burn.get(state, netuid);
            long lower = rule(state, netuid).afterBlock(unsigned(price)).longValue();
            if (host.block() > 1 && lower != price) {
                items.burn.put(state, netuid, lower);
            }
            if (items.registrationsThisBlock.get(state, netuid) != 0) {
                items.registrationsThisBlock.put(state, netuid, 0);
            }
        });
    }

    private BurnPrice rule(State state, int netuid) {
        return new BurnPrice(
                items.burnHalfLife.get(state, netuid),
                FixedType.U64F64.raw(items.burnIncreaseMult.get(state, netuid)),
                unsigned(items.minBurn.get(state, netuid)),
                unsigned(items.maxBurn.get(state, netuid)));
    }

    void refuseSystemAccount(State state, AccountId hotkey) {
        Refusal.unless(
                items.networksAdded.all(state).keySet().stream()
                        .noneMatch(netuid -> Pool.account(netuid).equals(hotkey)),
                "CannotUseSystemAccount");
    }
}
