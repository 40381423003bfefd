package io.github.bittensor4j.localnet.internal.subtensor;

import static io.github.bittensor4j.localnet.internal.subtensor.Stakes.unsigned;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.localnet.internal.declare.Variant;
import io.github.bittensor4j.localnet.internal.state.State;
import io.github.bittensor4j.localnet.internal.state.StorageMap;
import io.github.bittensor4j.localnet.internal.yuma.AlphaSplit;
import io.github.bittensor4j.localnet.internal.yuma.BlockEmission;
import io.github.bittensor4j.localnet.internal.yuma.DividendSplit;
import io.github.bittensor4j.localnet.internal.yuma.EpochInput;
import io.github.bittensor4j.localnet.internal.yuma.EpochParameters;
import io.github.bittensor4j.localnet.internal.yuma.EpochResult;
import io.github.bittensor4j.localnet.internal.yuma.Fixed;
import io.github.bittensor4j.localnet.internal.yuma.FixedType;
import io.github.bittensor4j.localnet.internal.yuma.SubnetShares;
import io.github.bittensor4j.localnet.internal.yuma.UidValue;
import io.github.bittensor4j.localnet.internal.yuma.YumaEpoch;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What happens at the start of every block: TAO is minted into the pools of subnets, alpha is set aside for people, and where an epoch
 * is due what was set aside is paid out by Yuma consensus.
 */
final class Coinbase {
    private static final Fixed ONE_96 = FixedType.U96F32.one();

    private final Items items;
    private final Neurons neurons;
    private final Stakes stakes;
    private final Pool pool;
    private final Registration registration;
    private final Commits commits;
    private final Schedule schedule;
    private final Children children;
    private final Collateral collateral;

    Coinbase(
            Items items,
            Neurons neurons,
            Stakes stakes,
            Pool pool,
            Registration registration,
            Commits commits,
            Schedule schedule,
            Children children,
            Collateral collateral) {
        this.items = items;
        this.neurons = neurons;
        this.stakes = stakes;
        this.pool = pool;
        this.registration = registration;
        this.commits = commits;
        this.schedule = schedule;
        this.children = children;
        this.collateral = collateral;
    }

    void beginBlock(Host host) {
        State state = host.state();
        registration.beginBlock(host);
        BigInteger emission = BlockEmission.of(unsigned(items.totalIssuance.get(state)));
        items.blockEmission.put(state, emission.longValueExact());
        List<Integer> netuids = new ArrayList<>(items.networksAdded.all(state).keySet());
        netuids.remove((Integer) Stakes.ROOT);
        List<Integer> emitting = netuids.stream()
                .filter(netuid ->
                        items.firstEmissionBlockNumber.find(state, netuid).isPresent()
                                && items.subtokenEnabled.get(state, netuid)
                                && items.networkRegistrationAllowed.get(state, netuid))
                .toList();
        emit(host, emitting, emission);
        commits.beginBlock(host, netuids);
        epochs(host, netuids);
        emitting.forEach(netuid -> movePrice(state, netuid, host.block()));
        emitting.forEach(netuid ->
                items.rootProp.put(state, netuid, rootProportion(state, netuid).raw()));
        netuids.stream()
                .filter(netuid -> items.lastEpochBlock.get(state, netuid) == host.block())
                .forEach(netuid -> children.applyPending(host, netuid));
        long block = host.block();
        if (block - items.lastEpochBlock.get(state, Stakes.ROOT) >= items.tempo.get(state, Stakes.ROOT)) {
            items.lastEpochBlock.put(state, Stakes.ROOT, block);
            items.registrationsThisInterval.put(state, Stakes.ROOT, 0);
        }
    }

    private void emit(Host host, List<Integer> emitting, BigInteger emission) {
        State state = host.state();
        List<SubnetShares.Subnet> subnets = emitting.stream()
                .map(netuid -> new SubnetShares.Subnet(
                        FixedType.I96F32.raw(items.subnetMovingPrice.get(state, netuid)),
                        FixedType.U96F32.raw(items.minerBurned.get(state, netuid)),
                        items.subnetEmissionEnabled.get(state, netuid)))
                .toList();
        List<Fixed> shares = SubnetShares.of(subnets);
        Fixed prices =
                subnets.stream().map(SubnetShares.Subnet::movingPrice).reduce(FixedType.I96F32.zero(), Fixed::plus);
        boolean rootIsPaid = prices.compareTo(FixedType.I96F32.one()) > 0;
        for (int i = 0; i < emitting.size(); i++) {
            int netuid = emitting.get(i);
            BigInteger alpha = BlockEmission.of(alphaIssuance(state, netuid));
            inject(host, netuid, SubnetShares.tao(emission, shares.get(i)), alpha);
            setAside(state, netuid, alpha, rootIsPaid);
        }
    }

    private void inject(Host host, int netuid, Fixed tao, BigInteger alpha) {
        State state = host.state();
        Fixed price = pool.price(state, netuid).to(FixedType.U96F32);
        Fixed alphaIn = tao.dividedBy(price);
        Fixed taoIn = tao;
        Fixed cap = rootProportion(state, netuid).times(FixedType.U96F32.of(alpha));
        if (alphaIn.compareTo(cap) > 0) {
            alphaIn = cap;
            taoIn = cap.times(price);
        }
        long intoPool = taoIn.toU64().longValueExact();
        long alphaIntoPool = alphaIn.toU64().longValueExact();
        long excess = tao.minus(taoIn).toU64().longValueExact();
        if (intoPool > 0 || alphaIntoPool > 0) {
            pool.inject(host, netuid, intoPool, alphaIntoPool);
        }
        if (excess > 0) {
            long bought = pool.buyForProtocol(host, netuid, excess);
            items.subnetProtocolAlpha.update(state, netuid, own -> own + bought);
        }
        items.subnetTaoInEmission.put(state, netuid, intoPool);
        items.subnetAlphaInEmission.put(state, netuid, alphaIntoPool);
        items.subnetExcessTao.put(state, netuid, excess);
    }

    private void setAside(State state, int netuid, BigInteger alpha, boolean rootIsPaid) {
        long minted = alpha.longValueExact();
        items.subnetAlphaOutEmission.put(state, netuid, minted);
        items.subnetAlphaOut.update(state, netuid, out -> out + minted);
        int cut = items.ownerCutEnabled.get(state, netuid) ? items.subnetOwnerCut.get(state) : 0;
        AlphaSplit split = AlphaSplit.of(alpha, cut, rootProportion(state, netuid));
        add(state, items.pendingOwnerCut, netuid, split.owner());
        add(state, items.pendingServerEmission, netuid, split.server());
        add(state, items.pendingValidatorEmission, netuid, split.validator());
        if (rootIsPaid) {
            add(state, items.pendingRootAlphaDivs, netuid, split.root());
        } else {
            stakes.recycle(state, netuid, split.root().longValueExact());
        }
    }

    private BigInteger alphaIssuance(State state, int netuid) {
        return unsigned(items.subnetAlphaIn.get(state, netuid)).add(unsigned(items.subnetAlphaOut.get(state, netuid)));
    }

    private Fixed rootProportion(State state, int netuid) {
        return AlphaSplit.rootProportion(
                stakes.taoWeight(state),
                unsigned(items.subnetTao.get(state, Stakes.ROOT)),
                alphaIssuance(state, netuid));
    }

    private static void add(State state, StorageMap<Integer, Long> counter, int netuid, BigInteger amount) {
        counter.update(state, netuid, value -> value + amount.longValueExact());
    }

    private void movePrice(State state, int netuid, long block) {
        long started = items.firstEmissionBlockNumber.get(state, netuid);
        Fixed age = FixedType.U64F64.of(Math.max(0, block - (started - 1)));
        Fixed halving = FixedType.U64F64.of(items.emaPriceHalvingBlocks.get(state, netuid));
        Fixed alpha = FixedType.I96F32
                .raw(items.subnetMovingAlpha.get(state))
                .to(FixedType.U64F64)
                .times(age.dividedBy(age.plus(halving)));
        Fixed one = FixedType.U64F64.one();
        Fixed old =
                FixedType.I96F32.raw(items.subnetMovingPrice.get(state, netuid)).to(FixedType.U64F64);
        Fixed moved = alpha.times(pool.price(state, netuid).min(one))
                .plus(one.minus(alpha).times(old));
        items.subnetMovingPrice.put(state, netuid, moved.to(FixedType.I96F32).raw());
    }

    /** An amount set aside since the last epoch. */
    private record Pending(long owner, long server, long validator, long root) {}

    private void epochs(Host host, List<Integer> netuids) {
        State state = host.state();
        long block = host.block();
        int ran = 0;
        for (int netuid : netuids) {
            long since = items.blocksSinceLastStep.get(state, netuid) + 1;
            items.blocksSinceLastStep.put(state, netuid, since);
            if (!schedule.isDue(state, netuid, block)) {
                continue;
            }
            if (ran == items.maxEpochsPerBlock.get(state)) {
                items.pendingEpochAt.put(state, netuid, block + 1);
                host.event("SubtensorModule", "EpochDeferred", netuid, block, block + 1);
                continue;
            }
            ran++;
            items.blocksSinceLastStep.put(state, netuid, 0L);
            items.lastEpochBlock.put(state, netuid, block);
            items.pendingEpochAt.put(state, netuid, 0L);
            items.subnetEpochIndex.update(state, netuid, index -> index + 1);
            Pending pending = new Pending(
                    drain(state, items.pendingOwnerCut, netuid),
                    drain(state, items.pendingServerEmission, netuid),
                    drain(state, items.pendingValidatorEmission, netuid),
                    drain(state, items.pendingRootAlphaDivs, netuid));
            distribute(host, netuid, pending);
            items.lastMechanismStepBlock.put(state, netuid, block);
        }
    }

    private static long drain(State state, StorageMap<Integer, Long> counter, int netuid) {
        long value = counter.get(state, netuid);
        if (value != 0) {
            counter.put(state, netuid, 0L);
        }
        return value;
    }

    private void distribute(Host host, int netuid, Pending pending) {
        State state = host.state();
        List<AccountId> hotkeys = neurons.hotkeys(state, netuid);
        BigInteger all = BigInteger.valueOf(pending.server() + pending.validator() + pending.root());
        EpochResult result = YumaEpoch.run(parameters(state, netuid), input(host, netuid, hotkeys, all));
        store(host, netuid, result);

        BigInteger incentives = result.serverEmission().stream().reduce(BigInteger.ZERO, BigInteger::add);
        long validator = pending.validator() + (incentives.signum() == 0 ? pending.server() : 0);
        if (pending.owner() > 0) {
            stakes.credit(
                    state,
                    items.subnetOwnerHotkey.get(state, netuid),
                    items.subnetOwner.get(state, netuid),
                    netuid,
                    pending.owner());
        }
        payMiners(host, netuid, hotkeys, result.serverEmission(), incentives);
        Children.Dividends dividends = children.share(state, netuid, hotkeys, result.validatorEmission());
        stakes.recycle(state, netuid, dividends.burned());
        payValidators(state, netuid, dividends.byHotkey(), validator, pending.root());
    }

    private void payMiners(Host host, int netuid, List<AccountId> hotkeys, List<BigInteger> amounts, BigInteger total) {
        State state = host.state();
        AccountId ownerColdkey = items.subnetOwner.get(state, netuid);
        BigInteger withheld = BigInteger.ZERO;
        for (int uid = 0; uid < hotkeys.size(); uid++) {
            AccountId hotkey = hotkeys.get(uid);
            long amount = amounts.get(uid).longValueExact();
            AccountId coldkey = items.owner.get(state, hotkey);
            if (coldkey.equals(ownerColdkey) || neurons.isOwnerHotkey(state, netuid, hotkey)) {
                withheld = withheld.add(amounts.get(uid));
                if (items.recycleOrBurn.get(state, netuid) instanceof Variant variant
                        && variant.name().equals("Recycle")) {
                    stakes.recycle(state, netuid, amount);
                } else {
                    stakes.burn(state, netuid, amount);
                }
            } else {
                long liquid = amount - collateral.settle(state, netuid, hotkey, coldkey, amount, amount);
                if (liquid > 0) {
                    Optional<AccountId> chosen = items.autoStakeDestination.find(state, coldkey, netuid);
                    chosen.ifPresent(destination -> host.event(
                            "SubtensorModule", "AutoStakeAdded", netuid, destination, hotkey, coldkey, liquid));
                    stakes.credit(state, chosen.orElse(hotkey), coldkey, netuid, liquid);
                }
            }
        }
        items.minerBurned.put(
                state,
                netuid,
                total.signum() == 0
                        ? BigInteger.ZERO
                        : FixedType.U96F32.ratio(withheld, total).min(ONE_96).raw());
    }

    private void payValidators(
            State state, int netuid, Map<AccountId, BigInteger> dividends, long validator, long root) {
        List<AccountId> hotkeys = List.copyOf(dividends.keySet());
        items.alphaDividendsPerSubnet.clear(state, netuid);
        items.rootAlphaDividendsPerSubnet.clear(state, netuid);
        List<DividendSplit.Earner> earners = new ArrayList<>();
        List<DividendSplit.Earner> seated = new ArrayList<>();
        for (int i = 0; i < hotkeys.size(); i++) {
            AccountId hotkey = hotkeys.get(i);
            BigInteger alpha = unsigned(stakes.total(state, hotkey, netuid));
            BigInteger tao = unsigned(stakes.total(state, hotkey, Stakes.ROOT));
            // Only who has a seat on root earns from root's part; what others' root stake would earn there goes to the
            // seated.
            boolean hasSeat = neurons.uid(state, Stakes.ROOT, hotkey).isPresent();
            BigInteger dividend = dividends.getOrDefault(hotkey, BigInteger.ZERO);
            earners.add(new DividendSplit.Earner(dividend, alpha, tao));
            seated.add(new DividendSplit.Earner(hasSeat ? dividend : BigInteger.ZERO, alpha, tao));
        }
        Fixed taoWeight = stakes.taoWeight(state);
        BigInteger validatorPool = BigInteger.valueOf(validator);
        BigInteger rootPool = BigInteger.valueOf(root);
        DividendSplit split = new DividendSplit(
                DividendSplit.of(earners, taoWeight, validatorPool, rootPool).alpha(),
                DividendSplit.of(seated, taoWeight, validatorPool, rootPool).root());
        long rootLeft = root;
        for (int i = 0; i < hotkeys.size(); i++) {
            AccountId hotkey = hotkeys.get(i);
            long rest = payTake(state, netuid, hotkey, split.alpha().get(i));
            if (rest > 0) {
                stakes.creditAll(state, hotkey, netuid, rest);
                items.alphaDividendsPerSubnet.put(state, netuid, hotkey, rest);
            }
            long fromRoot = split.root().get(i).longValueExact();
            if (fromRoot > 0) {
                rootLeft -= fromRoot;
                long kept = payTake(state, netuid, hotkey, split.root().get(i));
                items.rootAlphaDividendsPerSubnet.put(state, netuid, hotkey, kept);
                // It waits here to enter the validator's root basket; baskets themselves are not modelled.
                items.pendingBasketDeposits.update(state, hotkey, netuid, waiting -> waiting + kept);
            }
        }
        boolean nobodyOnRoot = split.root().stream().allMatch(amount -> amount.signum() == 0);
        if (nobodyOnRoot) {
            stakes.recycle(state, netuid, rootLeft);
        }
    }

    /** Stakes the validator's own take of a payment for its coldkey and answers what is left for all its stakers. */
    private long payTake(State state, int netuid, AccountId hotkey, BigInteger payment) {
        Fixed rate = FixedType.U96F32.ratio(items.delegates.get(state, hotkey), 65_535);
        long take = FixedType.U96F32.of(payment).times(rate).toU64().longValueExact();
        AccountId owner = items.owner.get(state, hotkey);
        long kept = collateral.settle(state, netuid, hotkey, owner, payment.longValueExact(), take);
        stakes.credit(state, hotkey, owner, netuid, take - kept);
        return payment.longValueExact() - take;
    }

    EpochParameters parameters(State state, int netuid) {
        Map.Entry<Integer, Integer> alphas = items.alphaValues.get(state, netuid);
        return new EpochParameters(
                items.tempo.get(state, netuid),
                activityCutoff(state, netuid),
                unsigned(items.stakeThreshold.get(state)),
                items.maxAllowedValidators.get(state, netuid),
                items.kappa.get(state, netuid),
                items.bondsPenalty.get(state, netuid),
                items.bondsMovingAverage.get(state, netuid),
                items.yuma3On.get(state, netuid),
                items.liquidAlphaOn.get(state, netuid),
                alphas.getKey(),
                alphas.getValue(),
                ((Number) items.alphaSigmoidSteepness.get(state, netuid)).intValue());
    }

    /** Blocks after which a uid that set no weights counts as inactive. */
    long activityCutoff(State state, int netuid) {
        return Math.max(1, items.activityCutoffFactorMilli.get(state, netuid) * items.tempo.get(state, netuid) / 1000);
    }

    private EpochInput input(Host host, int netuid, List<AccountId> hotkeys, BigInteger emission) {
        State state = host.state();
        int n = hotkeys.size();
        long[] registered = new long[n];
        List<Fixed> stake = new ArrayList<>();
        List<List<UidValue>> weights = new ArrayList<>();
        List<List<UidValue>> bonds = new ArrayList<>();
        Map<Integer, List<UidValue>> weightRows = items.weights.all(state, netuid);
        Map<Integer, List<UidValue>> bondRows = items.bonds.all(state, netuid);
        boolean[] permits = new boolean[n];
        List<Boolean> stored = items.validatorPermit.get(state, netuid);
        for (int uid = 0; uid < n; uid++) {
            registered[uid] = items.blockAtRegistration.get(state, netuid, uid);
            stake.add(stakes.weight(state, hotkeys.get(uid), netuid));
            weights.add(weightRows.getOrDefault(uid, List.of()));
            bonds.add(bondRows.getOrDefault(uid, List.of()));
            permits[uid] = stored.get(uid);
        }
        return new EpochInput(
                host.block(),
                items.lastMechanismStepBlock.get(state, netuid),
                emission,
                neurons.ownerUid(state, netuid),
                stake,
                items.lastUpdate.get(state, netuid).stream()
                        .mapToLong(Long::longValue)
                        .toArray(),
                registered,
                permits,
                weights,
                bonds,
                Optional.empty());
    }

    private void store(Host host, int netuid, EpochResult result) {
        State state = host.state();
        items.active.put(state, netuid, list(result.active()));
        items.validatorPermit.put(state, netuid, list(result.permits()));
        items.stakeWeight.put(state, netuid, list(result.stake()));
        items.consensus.put(state, netuid, list(result.consensus()));
        items.incentive.put(state, netuid, list(result.incentive()));
        items.dividends.put(state, netuid, list(result.dividends()));
        items.validatorTrust.put(state, netuid, list(result.validatorTrust()));
        items.emission.put(
                state,
                netuid,
                result.emission().stream().map(BigInteger::longValueExact).toList());
        for (int uid = 0; uid < result.bonds().size(); uid++) {
            items.bonds.put(state, netuid, uid, result.bonds().get(uid));
        }
        host.event("SubtensorModule", "IncentiveAlphaEmittedToMiners", netuid, result.serverEmission());
    }

    private static List<Integer> list(long[] raw) {
        return Arrays.stream(EpochResult.proportions(raw)).boxed().toList();
    }

    private static List<Boolean> list(boolean[] flags) {
        List<Boolean> result = new ArrayList<>();
        for (boolean flag : flags) {
            result.add(flag);
        }
        return result;
    }
}
