package io.github.bittensor4j.localnet.internal.subtensor;

import static io.github.bittensor4j.localnet.internal.subtensor.Stakes.unsigned;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.localnet.internal.declare.Variant;
import io.github.bittensor4j.localnet.internal.state.State;
import io.github.bittensor4j.localnet.internal.yuma.BlockEmission;
import io.github.bittensor4j.localnet.internal.yuma.Fixed;
import io.github.bittensor4j.localnet.internal.yuma.FixedType;
import io.github.bittensor4j.localnet.internal.yuma.LockCost;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The life of subnets: registration, start, and what the chain is born with. */
final class Subnets {
    /** The key under which the block of the last subnet registration is remembered. */
    static final Variant LAST_REGISTERED = Variant.of("NetworkLastRegistered");

    private static final int DEFAULT_TEMPO_OF_GENESIS = 100;
    private static final long TEN = 10_000_000_000L;
    private static final long ONE = 1_000_000_000L;

    private final Items items;
    private final Neurons neurons;
    private final Stakes stakes;
    private final Pool pool;
    private final Registration registration;
    private final Symbols symbols;

    Subnets(Items items, Neurons neurons, Stakes stakes, Pool pool, Registration registration, Symbols symbols) {
        this.items = items;
        this.neurons = neurons;
        this.stakes = stakes;
        this.pool = pool;
        this.registration = registration;
        this.symbols = symbols;
    }

    /** What a new subnet costs now, in rao. */
    long lockCost(State state, long block) {
        return LockCost.at(
                        unsigned(items.networkLastLockCost.get(state)),
                        unsigned(items.networkMinLockCost.get(state)),
                        lastRegistered(state),
                        block,
                        unsigned(items.networkLockReductionInterval.get(state)),
                        BlockEmission.of(unsigned(items.totalIssuance.get(state))))
                .min(BigInteger.valueOf(Long.MAX_VALUE))
                .longValueExact();
    }

    private long lastRegistered(State state) {
        return items.lastRateLimitedBlock.get(state, LAST_REGISTERED);
    }

    void checkRate(Host host) {
        long last = lastRegistered(host.state());
        Refusal.unless(
                last == 0 || Long.compareUnsigned(host.block() - last, items.networkRateLimit.get(host.state())) >= 0,
                "NetworkTxRateLimitExceeded");
    }

    void register(Host host, AccountId coldkey, AccountId hotkey, Optional<Object> identity) {
        State state = host.state();
        Optional<AccountId> owner = items.owner.find(state, hotkey);
        Refusal.unless(owner.isEmpty() || owner.get().equals(coldkey), "NonAssociatedColdKey");
        registration.refuseSystemAccount(state, hotkey);
        Refusal.unless(host.block() >= items.networkRegistrationStartBlock.get(state), "SubNetRegistrationDisabled");
        checkRate(host);
        // A full chain would dissolve its cheapest subnet here; subnets are not dissolved on a local chain.
        List<Integer> taken = new ArrayList<>(items.networksAdded.all(state).keySet());
        Refusal.unless(taken.size() - 1 < items.subnetLimit.get(state), "SubnetLimitReached");
        long cost = lockCost(state, host.block());
        Refusal.unless(host.spendable(coldkey) >= cost, "CannotAffordLockCost");
        identity.ifPresent(Subnets::checkIdentity);

        neurons.bind(state, hotkey, coldkey);
        int netuid = 1;
        while (taken.contains(netuid)) {
            netuid++;
        }
        Fixed price = medianPrice(state);
        items.networkLastLockCost.put(state, cost);
        items.lastRateLimitedBlock.put(state, LAST_REGISTERED, host.block());
        create(host, netuid, coldkey, hotkey);
        int tempo = items.tempo.get(state, netuid);
        items.lastEpochBlock.put(state, netuid, host.block() - (tempo == 0 ? 0 : netuid % tempo));
        items.maxAllowedUids.put(state, netuid, 256);
        items.maxAllowedValidators.put(state, netuid, 64);
        items.minAllowedWeights.put(state, netuid, 1);
        items.immunityPeriod.put(state, netuid, 5000);
        items.yuma3On.put(state, netuid, true);
        items.burn.put(state, netuid, ONE);
        items.subnetEmissionEnabled.put(state, netuid, false);
        host.transfer(coldkey, Pool.account(netuid), cost);
        items.subnetLocked.put(state, netuid, cost);
        items.subnetTao.put(state, netuid, cost);
        items.totalStake.update(state, all -> all + cost);
        items.subnetAlphaIn.put(
                state,
                netuid,
                FixedType.U64F64.of(unsigned(cost)).dividedBy(price).toU64().longValueExact());
        if (identity.isPresent()) {
            items.subnetIdentities.put(state, netuid, identity.get());
            host.event("SubtensorModule", "SubnetIdentitySet", netuid);
        }
        host.event("SubtensorModule", "NetworkAdded", netuid, 1);
    }

    private void create(Host host, int netuid, AccountId coldkey, AccountId hotkey) {
        State state = host.state();
        items.networksAdded.put(state, netuid, true);
        items.totalNetworks.update(state, count -> count + 1);
        items.uidCount.put(state, netuid, 0);
        items.subnetMechanism.put(state, netuid, 1);
        items.networkRegisteredAt.put(state, netuid, host.block());
        items.registeredSubnetCounter.update(state, netuid, count -> count + 1);
        items.networkRegistrationAllowed.put(state, netuid, true);
        items.tempo.put(state, netuid, items.tempo.get(state, netuid));
        items.subnetOwner.put(state, netuid, coldkey);
        items.subnetOwnerHotkey.put(state, netuid, hotkey);
        symbols.give(state, netuid);
        items.swapInitialized.put(state, netuid, true);
        neurons.append(host, netuid, hotkey);
    }

    /** Starts a subnet: from the next block on it emits, and it can be staked to. */
    void start(Host host, AccountId coldkey, int netuid) {
        State state = host.state();
        Refusal.unless(items.networksAdded.get(state, netuid), "SubnetNotExists");
        if (!items.subnetOwner.get(state, netuid).equals(coldkey)) {
            throw Refusal.badOrigin();
        }
        Refusal.unless(
                items.firstEmissionBlockNumber.find(state, netuid).isEmpty(), "FirstEmissionBlockNumberAlreadySet");
        Refusal.unless(
                Long.compareUnsigned(
                                host.block() - items.networkRegisteredAt.get(state, netuid),
                                items.startCallDelay.get(state))
                        >= 0,
                "StartCallNotReady");
        long first = host.block() + 1;
        items.firstEmissionBlockNumber.put(state, netuid, first);
        items.subtokenEnabled.put(state, netuid, true);
        host.event("SubtensorModule", "FirstEmissionBlockNumberSet", netuid, first);
    }

    /** The middle price of the other subnets' pools; 1 where there is none. */
    private Fixed medianPrice(State state) {
        List<Fixed> prices = items.networksAdded.all(state).keySet().stream()
                .filter(netuid -> pool.isDynamic(state, netuid))
                .map(netuid -> pool.price(state, netuid))
                .filter(price -> !price.isZero())
                .sorted()
                .toList();
        if (prices.isEmpty()) {
            return FixedType.U64F64.one();
        }
        int middle = prices.size() / 2;
        return prices.size() % 2 == 1
                ? prices.get(middle)
                : prices.get(middle - 1).plus(prices.get(middle)).dividedBy(FixedType.U64F64.of(2));
    }

    void setIdentity(Host host, AccountId coldkey, int netuid, Map<String, Object> fields) {
        State state = host.state();
        Refusal.unless(items.subnetOwner.get(state, netuid).equals(coldkey), "NotSubnetOwner");
        checkIdentity(fields);
        items.subnetIdentities.put(state, netuid, fields);
        host.event("SubtensorModule", "SubnetIdentitySet", netuid);
    }

    private static void checkIdentity(Object identity) {
        ((Map<?, ?>) identity).forEach((field, value) -> {
            int most = field.equals("subnet_name") || field.equals("discord") ? 256 : 1024;
            Refusal.unless(((byte[]) value).length <= most, "InvalidIdentity");
        });
    }

    /** What the official local chain is born with: root, and subnet 1 with a pool of ten TAO, owned by nobody. */
    void genesis(Host host, AccountId rootOwner) {
        State state = host.state();
        int root = Stakes.ROOT;
        items.networksAdded.put(state, root, true);
        items.uidCount.put(state, root, 0);
        items.networkRegistrationAllowed.put(state, root, true);
        items.maxAllowedUids.put(state, root, 64);
        items.maxAllowedValidators.put(state, root, 64);
        items.minAllowedWeights.put(state, root, 0);
        items.tempo.put(state, root, DEFAULT_TEMPO_OF_GENESIS);
        items.subnetOwner.put(state, root, rootOwner);
        items.totalNetworks.put(state, 1);

        int first = 1;
        items.tempo.put(state, first, DEFAULT_TEMPO_OF_GENESIS);
        create(host, first, AccountId.ZERO, AccountId.ZERO);
        items.maxAllowedUids.put(state, first, 256);
        items.maxAllowedValidators.put(state, first, 64);
        items.minAllowedWeights.put(state, first, 0);
        items.owner.put(state, AccountId.ZERO, AccountId.ZERO);
        items.subnetTao.put(state, first, TEN);
        items.totalStake.put(state, TEN);
        items.subnetAlphaIn.put(state, first, TEN);
        items.subnetAlphaOut.put(state, first, ONE);
        host.mint(Pool.account(first), TEN);
        stakes.credit(state, AccountId.ZERO, AccountId.ZERO, first, ONE);
    }
}
