package io.github.bittensor4j.localnet.internal.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.localnet.internal.declare.Declarations;
import io.github.bittensor4j.localnet.internal.declare.PalletDeclaration;
import io.github.bittensor4j.localnet.internal.state.Codec;
import io.github.bittensor4j.localnet.internal.state.StorageDoubleMap;
import io.github.bittensor4j.localnet.internal.state.StorageMap;
import io.github.bittensor4j.localnet.internal.state.StorageTripleMap;
import io.github.bittensor4j.localnet.internal.state.StorageValue;
import io.github.bittensor4j.localnet.internal.yuma.UidValue;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/**
 * The storage items of the subnet runtime, each under the chain's own name. Amounts are rao as the bits of an unsigned 64-bit number;
 * netuids and uids are plain numbers.
 */
final class Items {
    private static final Codec<List<UidValue>> UID_VALUES =
            Codec.vec(Codec.struct(Codec.U16, Codec.U16, UidValue::new, UidValue::uid, UidValue::value));

    private static final Codec<Collateral.Row> COLLATERAL = Codec.of(
            "(u64, u128, u64, u64)",
            (out, v) -> out.u64(v.locked()).u128(v.drainRatio()).u64(v.least()).u64(v.earned()),
            in -> new Collateral.Row(in.u64(), in.u128(), in.u64(), in.u64()));

    private static final Codec<byte[]> EVM_ADDRESS = Codec.of("[u8; 20]", (out, v) -> out.raw(v), in -> in.raw(20));

    private static final Codec<List<Family.Member>> FAMILY = Codec.vec(Codec.struct(
            Codec.U64, Codec.ACCOUNT, Family.Member::new, Family.Member::proportion, Family.Member::hotkey));

    private static final Codec<List<Commits.Hashed>> HASHED = Codec.vec(Codec.of(
            "([u8; 32], u64, u64, u64)",
            (out, v) -> out.raw(v.hash()).u64(v.epoch()).u64(v.block()).u64(0),
            in -> {
                Commits.Hashed commit = new Commits.Hashed(in.raw(32), in.u64(), in.u64());
                in.u64();
                return commit;
            }));

    private static final Codec<List<Commits.Sealed>> SEALED = Codec.vec(Codec.of(
            "([u8; 32], u64, Vec<u8>, u64)",
            (out, v) ->
                    out.raw(v.hotkey().bytes()).u64(v.block()).bytes(v.bytes()).u64(v.round()),
            in -> new Commits.Sealed(AccountId.of(in.raw(AccountId.LENGTH)), in.u64(), in.bytes(), in.u64())));

    final StorageMap<Integer, Integer> subnetMechanism;
    final StorageMap<Integer, Integer> uidCount;
    final StorageMap<Integer, Integer> rho;
    final StorageMap<Integer, Integer> kappa;
    final StorageMap<Integer, Integer> minAllowedUids;
    final StorageMap<Integer, Integer> maxAllowedUids;
    final StorageMap<Integer, Integer> immunityPeriod;
    final StorageMap<Integer, Integer> minAllowedWeights;
    final StorageMap<Integer, Integer> maxAllowedValidators;
    final StorageMap<Integer, Integer> adjustmentInterval;
    final StorageMap<Integer, Integer> bondsPenalty;
    final StorageMap<Integer, Integer> targetRegistrationsPerInterval;
    final StorageMap<Integer, Integer> maxRegistrationsPerBlock;
    final StorageMap<Integer, Integer> registrationsThisBlock;
    final StorageMap<Integer, Integer> registrationsThisInterval;
    final StorageMap<Integer, Integer> immuneOwnerUidsLimit;
    final StorageMap<Integer, Integer> minNonImmuneUids;
    final StorageMap<Integer, Integer> burnHalfLife;
    final StorageMap<Integer, Integer> maxWeightsLimit;
    final StorageMap<Integer, Integer> minChildkeyTakePerSubnet;
    final StorageMap<Integer, Integer> scalingLawPower;
    final StorageMap<Integer, Integer> collateralLockShare;
    final StorageMap<Integer, Integer> tempo;
    final StorageMap<Integer, Long> activityCutoffFactorMilli;
    final StorageMap<Integer, Long> lastEpochBlock;
    final StorageMap<Integer, Long> pendingEpochAt;
    final StorageMap<Integer, Long> subnetEpochIndex;
    final StorageMap<Integer, Long> networkRegisteredAt;
    final StorageMap<Integer, Long> blocksSinceLastStep;
    final StorageMap<Integer, Long> lastMechanismStepBlock;
    final StorageMap<Integer, Long> servingRateLimit;
    final StorageMap<Integer, Long> weightsVersionKey;
    final StorageMap<Integer, Long> bondsMovingAverage;
    final StorageMap<Integer, Long> weightsSetRateLimit;
    final StorageMap<Integer, Long> adjustmentAlpha;
    final StorageMap<Integer, Long> difficulty;
    final StorageMap<Integer, Long> minDifficulty;
    final StorageMap<Integer, Long> maxDifficulty;
    final StorageMap<Integer, Long> emaPriceHalvingBlocks;
    final StorageMap<Integer, Long> burn;
    final StorageMap<Integer, Long> minBurn;
    final StorageMap<Integer, Long> maxBurn;
    final StorageMap<Integer, Long> subnetTao;
    final StorageMap<Integer, Long> subnetAlphaIn;
    final StorageMap<Integer, Long> subnetAlphaOut;
    final StorageMap<Integer, Long> subnetAlphaInEmission;
    final StorageMap<Integer, Long> subnetAlphaOutEmission;
    final StorageMap<Integer, Long> subnetTaoInEmission;
    final StorageMap<Integer, Long> subnetExcessTao;
    final StorageMap<Integer, Long> subnetProtocolAlpha;
    final StorageMap<Integer, Long> totalAlphaStaked;
    final StorageMap<Integer, Long> pendingServerEmission;
    final StorageMap<Integer, Long> pendingValidatorEmission;
    final StorageMap<Integer, Long> pendingRootAlphaDivs;
    final StorageMap<Integer, Long> pendingOwnerCut;
    final StorageMap<Integer, Long> raoRecycledForRegistration;
    final StorageMap<Integer, Long> subnetLocked;
    final StorageMap<Integer, Long> registeredSubnetCounter;
    final StorageMap<Integer, Long> firstEmissionBlockNumber;
    final StorageMap<Integer, Long> revealPeriodEpochs;
    final StorageMap<Integer, Boolean> subnetEmissionEnabled;
    final StorageMap<Integer, Boolean> ownerCutEnabled;
    final StorageMap<Integer, Boolean> ownerCutAutoLockEnabled;
    final StorageMap<Integer, Boolean> transferToggle;
    final StorageMap<Integer, Boolean> networksAdded;
    final StorageMap<Integer, Boolean> networkRegistrationAllowed;
    final StorageMap<Integer, Boolean> networkPowRegistrationAllowed;
    final StorageMap<Integer, Boolean> bondsResetOn;
    final StorageMap<Integer, Boolean> commitRevealWeightsEnabled;
    final StorageMap<Integer, Boolean> subtokenEnabled;
    final StorageMap<Integer, Boolean> liquidAlphaOn;
    final StorageMap<Integer, Boolean> yuma3On;
    final StorageMap<Integer, BigInteger> subnetVolume;
    final StorageMap<Integer, BigInteger> rootProp;
    final StorageMap<Integer, BigInteger> minerBurned;
    final StorageMap<Integer, BigInteger> burnIncreaseMult;
    final StorageMap<Integer, BigInteger> collateralDrainRatio;
    final StorageMap<Integer, BigInteger> subnetMovingPrice;
    final StorageMap<Integer, AccountId> subnetOwner;
    final StorageMap<Integer, AccountId> subnetOwnerHotkey;
    final StorageMap<Integer, byte[]> tokenSymbol;
    final StorageMap<Integer, List<Boolean>> active;
    final StorageMap<Integer, List<Boolean>> validatorPermit;
    final StorageMap<Integer, List<Integer>> consensus;
    final StorageMap<Integer, List<Integer>> incentive;
    final StorageMap<Integer, List<Integer>> dividends;
    final StorageMap<Integer, List<Integer>> validatorTrust;
    final StorageMap<Integer, List<Integer>> stakeWeight;
    final StorageMap<Integer, List<Long>> emission;
    final StorageMap<Integer, List<Long>> lastUpdate;
    final StorageMap<Integer, Map.Entry<Integer, Integer>> alphaValues;
    final StorageMap<AccountId, AccountId> owner;
    final StorageMap<AccountId, Integer> delegates;
    final StorageMap<AccountId, List<AccountId>> stakingHotkeys;
    final StorageMap<AccountId, List<AccountId>> ownedHotkeys;
    final StorageDoubleMap<Integer, Integer, List<UidValue>> weights;
    final StorageDoubleMap<Integer, Integer, List<UidValue>> bonds;
    final StorageDoubleMap<Integer, Integer, AccountId> keys;
    final StorageDoubleMap<Integer, Integer, Long> blockAtRegistration;
    final StorageDoubleMap<Integer, AccountId, Integer> uids;
    final StorageDoubleMap<Integer, AccountId, Long> alphaDividendsPerSubnet;
    final StorageDoubleMap<Integer, AccountId, Long> rootAlphaDividendsPerSubnet;
    final StorageDoubleMap<AccountId, Integer, Boolean> isNetworkMember;
    final StorageDoubleMap<AccountId, Integer, Long> totalHotkeyAlpha;
    final StorageDoubleMap<AccountId, Integer, Long> pendingBasketDeposits;
    final StorageDoubleMap<AccountId, Integer, Long> lastHotkeyEmissionOnNetuid;
    final StorageDoubleMap<AccountId, Integer, SafeFloat> totalHotkeySharesV2;
    final StorageDoubleMap<AccountId, Integer, AccountId> autoStakeDestination;
    final StorageDoubleMap<AccountId, Integer, List<AccountId>> autoStakeDestinationColdkeys;
    final StorageDoubleMap<Integer, Integer, Map.Entry<byte[], Long>> associatedEvmAddress;
    final StorageDoubleMap<Integer, byte[], List<Map.Entry<Integer, Long>>> associatedUidsByEvmAddress;
    final StorageMap<Integer, BigInteger> rootClaimableThreshold;
    final StorageTripleMap<Integer, AccountId, AccountId, Collateral.Row> minerCollateral;
    final StorageDoubleMap<Integer, AccountId, Long> coldkeyMinerCollateral;
    final StorageDoubleMap<Integer, AccountId, List<AccountId>> coldkeyCollateralHotkeys;
    final StorageMap<Integer, Long> alphaBurned;
    final StorageMap<Integer, Long> alphaRecycled;
    final StorageTripleMap<AccountId, AccountId, Integer, SafeFloat> alphaV2;
    final StorageDoubleMap<AccountId, Integer, List<Family.Member>> childKeys;
    final StorageDoubleMap<AccountId, Integer, List<Family.Member>> parentKeys;
    final StorageDoubleMap<Integer, AccountId, Map.Entry<List<Family.Member>, Long>> pendingChildKeys;
    final StorageDoubleMap<AccountId, Integer, Integer> childkeyTake;
    final StorageMap<AccountId, Boolean> childkeyThresholdSuspended;
    final StorageTripleMap<AccountId, Integer, Integer, Long> transactionKeyLastBlock;
    final StorageValue<Long> pendingChildKeyCooldown;
    final StorageValue<Integer> minChildkeyTake;
    final StorageValue<Integer> maxChildkeyTake;
    final StorageValue<Long> txChildkeyTakeRateLimit;
    final StorageValue<Long> ckBurn;
    final StorageDoubleMap<Integer, AccountId, Long> lastHotkeySwapOnNetuid;
    final StorageDoubleMap<Integer, AccountId, AccountId> hotkeySuccessor;
    final StorageDoubleMap<Integer, AccountId, AccountId> hotkeyRoot;
    final StorageMap<AccountId, AccountId> coldkeySuccessor;
    final StorageMap<AccountId, AccountId> coldkeyRoot;
    final StorageMap<AccountId, Map.Entry<Long, byte[]>> coldkeySwapAnnouncements;
    final StorageMap<AccountId, Long> coldkeySwapDisputes;
    final StorageValue<Long> coldkeySwapAnnouncementDelay;
    final StorageValue<Long> coldkeySwapReannouncementDelay;
    final StorageDoubleMap<Integer, AccountId, List<Commits.Hashed>> weightCommits;
    final StorageDoubleMap<Integer, Long, List<Commits.Sealed>> timelockedWeightCommits;
    final StorageValue<Integer> totalNetworks;
    final StorageValue<Integer> subnetLimit;
    final StorageValue<Integer> subnetOwnerCut;
    final StorageValue<Integer> adminFreezeWindow;
    final StorageValue<Integer> ownerHyperparamRateLimit;
    final StorageValue<Integer> maxDelegateTake;
    final StorageValue<Integer> minDelegateTake;
    final StorageValue<Integer> maxEpochsPerBlock;
    final StorageValue<Long> taoWeight;
    final StorageValue<Long> totalIssuance;
    final StorageValue<Long> totalStake;
    final StorageValue<Long> blockEmission;
    final StorageValue<Long> networkMinLockCost;
    final StorageValue<Long> networkLastLockCost;
    final StorageValue<Long> networkLockReductionInterval;
    final StorageValue<Long> networkRateLimit;
    final StorageValue<Long> networkImmunityPeriod;
    final StorageValue<Long> startCallDelay;
    final StorageValue<Long> stakeThreshold;
    final StorageValue<Long> txRateLimit;
    final StorageValue<Long> txDelegateTakeRateLimit;
    final StorageValue<Long> networkRegistrationStartBlock;
    final StorageValue<Long> weightsVersionKeyRateLimit;
    final StorageValue<BigInteger> subnetMovingAlpha;
    final StorageMap<AccountId, Long> lastTxBlockDelegateTake;
    final StorageDoubleMap<Integer, AccountId, Object> axons;
    final StorageDoubleMap<Integer, AccountId, Object> prometheus;
    final StorageDoubleMap<Integer, AccountId, Object> neuronCertificates;
    final StorageMap<Integer, Object> subnetIdentities;
    final StorageMap<AccountId, Object> identities;
    final StorageMap<Integer, Object> recycleOrBurn;
    final StorageMap<Integer, Object> alphaSigmoidSteepness;
    final StorageMap<Object, Long> lastRateLimitedBlock;
    final StorageMap<Integer, Integer> feeRate;
    final StorageDoubleMap<Integer, AccountId, Object> commitmentOf;
    final Codec<Object> commitment;
    final StorageMap<Integer, Boolean> swapInitialized;

    Items(Declarations declarations) {
        PalletDeclaration pallet = declarations.pallet("SubtensorModule");
        PalletDeclaration swap = declarations.pallet("Swap");
        subnetMechanism = new StorageMap<>(pallet, "SubnetMechanism", Codec.U16, Codec.U16);
        uidCount = new StorageMap<>(pallet, "SubnetworkN", Codec.U16, Codec.U16);
        rho = new StorageMap<>(pallet, "Rho", Codec.U16, Codec.U16);
        kappa = new StorageMap<>(pallet, "Kappa", Codec.U16, Codec.U16);
        minAllowedUids = new StorageMap<>(pallet, "MinAllowedUids", Codec.U16, Codec.U16);
        maxAllowedUids = new StorageMap<>(pallet, "MaxAllowedUids", Codec.U16, Codec.U16);
        immunityPeriod = new StorageMap<>(pallet, "ImmunityPeriod", Codec.U16, Codec.U16);
        minAllowedWeights = new StorageMap<>(pallet, "MinAllowedWeights", Codec.U16, Codec.U16);
        maxAllowedValidators = new StorageMap<>(pallet, "MaxAllowedValidators", Codec.U16, Codec.U16);
        adjustmentInterval = new StorageMap<>(pallet, "AdjustmentInterval", Codec.U16, Codec.U16);
        bondsPenalty = new StorageMap<>(pallet, "BondsPenalty", Codec.U16, Codec.U16);
        targetRegistrationsPerInterval =
                new StorageMap<>(pallet, "TargetRegistrationsPerInterval", Codec.U16, Codec.U16);
        maxRegistrationsPerBlock = new StorageMap<>(pallet, "MaxRegistrationsPerBlock", Codec.U16, Codec.U16);
        registrationsThisBlock = new StorageMap<>(pallet, "RegistrationsThisBlock", Codec.U16, Codec.U16);
        registrationsThisInterval = new StorageMap<>(pallet, "RegistrationsThisInterval", Codec.U16, Codec.U16);
        immuneOwnerUidsLimit = new StorageMap<>(pallet, "ImmuneOwnerUidsLimit", Codec.U16, Codec.U16);
        minNonImmuneUids = new StorageMap<>(pallet, "MinNonImmuneUids", Codec.U16, Codec.U16);
        burnHalfLife = new StorageMap<>(pallet, "BurnHalfLife", Codec.U16, Codec.U16);
        maxWeightsLimit = new StorageMap<>(pallet, "MaxWeightsLimit", Codec.U16, Codec.U16);
        minChildkeyTakePerSubnet = new StorageMap<>(pallet, "MinChildkeyTakePerSubnet", Codec.U16, Codec.U16);
        scalingLawPower = new StorageMap<>(pallet, "ScalingLawPower", Codec.U16, Codec.U16);
        collateralLockShare = new StorageMap<>(pallet, "CollateralLockShare", Codec.U16, Codec.U16);
        tempo = new StorageMap<>(pallet, "Tempo", Codec.U16, Codec.U16);
        activityCutoffFactorMilli = new StorageMap<>(pallet, "ActivityCutoffFactorMilli", Codec.U16, Codec.U32);
        lastEpochBlock = new StorageMap<>(pallet, "LastEpochBlock", Codec.U16, Codec.U64);
        pendingEpochAt = new StorageMap<>(pallet, "PendingEpochAt", Codec.U16, Codec.U64);
        subnetEpochIndex = new StorageMap<>(pallet, "SubnetEpochIndex", Codec.U16, Codec.U64);
        networkRegisteredAt = new StorageMap<>(pallet, "NetworkRegisteredAt", Codec.U16, Codec.U64);
        blocksSinceLastStep = new StorageMap<>(pallet, "BlocksSinceLastStep", Codec.U16, Codec.U64);
        lastMechanismStepBlock = new StorageMap<>(pallet, "LastMechansimStepBlock", Codec.U16, Codec.U64);
        servingRateLimit = new StorageMap<>(pallet, "ServingRateLimit", Codec.U16, Codec.U64);
        weightsVersionKey = new StorageMap<>(pallet, "WeightsVersionKey", Codec.U16, Codec.U64);
        bondsMovingAverage = new StorageMap<>(pallet, "BondsMovingAverage", Codec.U16, Codec.U64);
        weightsSetRateLimit = new StorageMap<>(pallet, "WeightsSetRateLimit", Codec.U16, Codec.U64);
        adjustmentAlpha = new StorageMap<>(pallet, "AdjustmentAlpha", Codec.U16, Codec.U64);
        difficulty = new StorageMap<>(pallet, "Difficulty", Codec.U16, Codec.U64);
        minDifficulty = new StorageMap<>(pallet, "MinDifficulty", Codec.U16, Codec.U64);
        maxDifficulty = new StorageMap<>(pallet, "MaxDifficulty", Codec.U16, Codec.U64);
        emaPriceHalvingBlocks = new StorageMap<>(pallet, "EMAPriceHalvingBlocks", Codec.U16, Codec.U64);
        burn = new StorageMap<>(pallet, "Burn", Codec.U16, Codec.U64);
        minBurn = new StorageMap<>(pallet, "MinBurn", Codec.U16, Codec.U64);
        maxBurn = new StorageMap<>(pallet, "MaxBurn", Codec.U16, Codec.U64);
        subnetTao = new StorageMap<>(pallet, "SubnetTAO", Codec.U16, Codec.U64);
        subnetAlphaIn = new StorageMap<>(pallet, "SubnetAlphaIn", Codec.U16, Codec.U64);
        subnetAlphaOut = new StorageMap<>(pallet, "SubnetAlphaOut", Codec.U16, Codec.U64);
        subnetAlphaInEmission = new StorageMap<>(pallet, "SubnetAlphaInEmission", Codec.U16, Codec.U64);
        subnetAlphaOutEmission = new StorageMap<>(pallet, "SubnetAlphaOutEmission", Codec.U16, Codec.U64);
        subnetTaoInEmission = new StorageMap<>(pallet, "SubnetTaoInEmission", Codec.U16, Codec.U64);
        subnetExcessTao = new StorageMap<>(pallet, "SubnetExcessTao", Codec.U16, Codec.U64);
        subnetProtocolAlpha = new StorageMap<>(pallet, "SubnetProtocolAlpha", Codec.U16, Codec.U64);
        totalAlphaStaked = new StorageMap<>(pallet, "TotalAlphaStaked", Codec.U16, Codec.U64);
        pendingServerEmission = new StorageMap<>(pallet, "PendingServerEmission", Codec.U16, Codec.U64);
        pendingValidatorEmission = new StorageMap<>(pallet, "PendingValidatorEmission", Codec.U16, Codec.U64);
        pendingRootAlphaDivs = new StorageMap<>(pallet, "PendingRootAlphaDivs", Codec.U16, Codec.U64);
        pendingOwnerCut = new StorageMap<>(pallet, "PendingOwnerCut", Codec.U16, Codec.U64);
        raoRecycledForRegistration = new StorageMap<>(pallet, "RAORecycledForRegistration", Codec.U16, Codec.U64);
        subnetLocked = new StorageMap<>(pallet, "SubnetLocked", Codec.U16, Codec.U64);
        registeredSubnetCounter = new StorageMap<>(pallet, "RegisteredSubnetCounter", Codec.U16, Codec.U64);
        firstEmissionBlockNumber = new StorageMap<>(pallet, "FirstEmissionBlockNumber", Codec.U16, Codec.U64);
        revealPeriodEpochs = new StorageMap<>(pallet, "RevealPeriodEpochs", Codec.U16, Codec.U64);
        subnetEmissionEnabled = new StorageMap<>(pallet, "SubnetEmissionEnabled", Codec.U16, Codec.BOOL);
        ownerCutEnabled = new StorageMap<>(pallet, "OwnerCutEnabled", Codec.U16, Codec.BOOL);
        ownerCutAutoLockEnabled = new StorageMap<>(pallet, "OwnerCutAutoLockEnabled", Codec.U16, Codec.BOOL);
        transferToggle = new StorageMap<>(pallet, "TransferToggle", Codec.U16, Codec.BOOL);
        networksAdded = new StorageMap<>(pallet, "NetworksAdded", Codec.U16, Codec.BOOL);
        networkRegistrationAllowed = new StorageMap<>(pallet, "NetworkRegistrationAllowed", Codec.U16, Codec.BOOL);
        networkPowRegistrationAllowed =
                new StorageMap<>(pallet, "NetworkPowRegistrationAllowed", Codec.U16, Codec.BOOL);
        bondsResetOn = new StorageMap<>(pallet, "BondsResetOn", Codec.U16, Codec.BOOL);
        commitRevealWeightsEnabled = new StorageMap<>(pallet, "CommitRevealWeightsEnabled", Codec.U16, Codec.BOOL);
        subtokenEnabled = new StorageMap<>(pallet, "SubtokenEnabled", Codec.U16, Codec.BOOL);
        liquidAlphaOn = new StorageMap<>(pallet, "LiquidAlphaOn", Codec.U16, Codec.BOOL);
        yuma3On = new StorageMap<>(pallet, "Yuma3On", Codec.U16, Codec.BOOL);
        subnetVolume = new StorageMap<>(pallet, "SubnetVolume", Codec.U16, Codec.U128);
        rootProp = new StorageMap<>(pallet, "RootProp", Codec.U16, Codec.U128);
        minerBurned = new StorageMap<>(pallet, "MinerBurned", Codec.U16, Codec.U128);
        burnIncreaseMult = new StorageMap<>(pallet, "BurnIncreaseMult", Codec.U16, Codec.U128);
        collateralDrainRatio = new StorageMap<>(pallet, "CollateralDrainRatio", Codec.U16, Codec.U128);
        subnetMovingPrice = new StorageMap<>(pallet, "SubnetMovingPrice", Codec.U16, Codec.I128);
        subnetOwner = new StorageMap<>(pallet, "SubnetOwner", Codec.U16, Codec.ACCOUNT);
        subnetOwnerHotkey = new StorageMap<>(pallet, "SubnetOwnerHotkey", Codec.U16, Codec.ACCOUNT);
        tokenSymbol = new StorageMap<>(pallet, "TokenSymbol", Codec.U16, Codec.BYTES);
        active = new StorageMap<>(pallet, "Active", Codec.U16, Codec.vec(Codec.BOOL));
        validatorPermit = new StorageMap<>(pallet, "ValidatorPermit", Codec.U16, Codec.vec(Codec.BOOL));
        consensus = new StorageMap<>(pallet, "Consensus", Codec.U16, Codec.vec(Codec.U16));
        incentive = new StorageMap<>(pallet, "Incentive", Codec.U16, Codec.vec(Codec.U16));
        dividends = new StorageMap<>(pallet, "Dividends", Codec.U16, Codec.vec(Codec.U16));
        validatorTrust = new StorageMap<>(pallet, "ValidatorTrust", Codec.U16, Codec.vec(Codec.U16));
        stakeWeight = new StorageMap<>(pallet, "StakeWeight", Codec.U16, Codec.vec(Codec.U16));
        emission = new StorageMap<>(pallet, "Emission", Codec.U16, Codec.vec(Codec.U64));
        lastUpdate = new StorageMap<>(pallet, "LastUpdate", Codec.U16, Codec.vec(Codec.U64));
        alphaValues = new StorageMap<>(pallet, "AlphaValues", Codec.U16, Codec.pair(Codec.U16, Codec.U16));
        owner = new StorageMap<>(pallet, "Owner", Codec.ACCOUNT, Codec.ACCOUNT);
        delegates = new StorageMap<>(pallet, "Delegates", Codec.ACCOUNT, Codec.U16);
        stakingHotkeys = new StorageMap<>(pallet, "StakingHotkeys", Codec.ACCOUNT, Codec.vec(Codec.ACCOUNT));
        ownedHotkeys = new StorageMap<>(pallet, "OwnedHotkeys", Codec.ACCOUNT, Codec.vec(Codec.ACCOUNT));
        weights = new StorageDoubleMap<>(pallet, "Weights", Codec.U16, Codec.U16, UID_VALUES);
        bonds = new StorageDoubleMap<>(pallet, "Bonds", Codec.U16, Codec.U16, UID_VALUES);
        keys = new StorageDoubleMap<>(pallet, "Keys", Codec.U16, Codec.U16, Codec.ACCOUNT);
        blockAtRegistration = new StorageDoubleMap<>(pallet, "BlockAtRegistration", Codec.U16, Codec.U16, Codec.U64);
        uids = new StorageDoubleMap<>(pallet, "Uids", Codec.U16, Codec.ACCOUNT, Codec.U16);
        alphaDividendsPerSubnet =
                new StorageDoubleMap<>(pallet, "AlphaDividendsPerSubnet", Codec.U16, Codec.ACCOUNT, Codec.U64);
        rootAlphaDividendsPerSubnet =
                new StorageDoubleMap<>(pallet, "RootAlphaDividendsPerSubnet", Codec.U16, Codec.ACCOUNT, Codec.U64);
        isNetworkMember = new StorageDoubleMap<>(pallet, "IsNetworkMember", Codec.ACCOUNT, Codec.U16, Codec.BOOL);
        totalHotkeyAlpha = new StorageDoubleMap<>(pallet, "TotalHotkeyAlpha", Codec.ACCOUNT, Codec.U16, Codec.U64);
        pendingBasketDeposits =
                new StorageDoubleMap<>(pallet, "PendingBasketDeposits", Codec.ACCOUNT, Codec.U16, Codec.U64);
        lastHotkeyEmissionOnNetuid =
                new StorageDoubleMap<>(pallet, "LastHotkeyEmissionOnNetuid", Codec.ACCOUNT, Codec.U16, Codec.U64);
        totalHotkeySharesV2 =
                new StorageDoubleMap<>(pallet, "TotalHotkeySharesV2", Codec.ACCOUNT, Codec.U16, SafeFloat.CODEC);
        autoStakeDestination =
                new StorageDoubleMap<>(pallet, "AutoStakeDestination", Codec.ACCOUNT, Codec.U16, Codec.ACCOUNT);
        autoStakeDestinationColdkeys = new StorageDoubleMap<>(
                pallet, "AutoStakeDestinationColdkeys", Codec.ACCOUNT, Codec.U16, Codec.vec(Codec.ACCOUNT));
        associatedEvmAddress = new StorageDoubleMap<>(
                pallet, "AssociatedEvmAddress", Codec.U16, Codec.U16, Codec.pair(EVM_ADDRESS, Codec.U64));
        associatedUidsByEvmAddress = new StorageDoubleMap<>(
                pallet,
                "AssociatedUidsByEvmAddress",
                Codec.U16,
                EVM_ADDRESS,
                Codec.vec(Codec.pair(Codec.U16, Codec.U64)));
        minerCollateral =
                new StorageTripleMap<>(pallet, "MinerCollateral", Codec.U16, Codec.ACCOUNT, Codec.ACCOUNT, COLLATERAL);
        coldkeyMinerCollateral =
                new StorageDoubleMap<>(pallet, "ColdkeyMinerCollateral", Codec.U16, Codec.ACCOUNT, Codec.U64);
        coldkeyCollateralHotkeys = new StorageDoubleMap<>(
                pallet, "ColdkeyCollateralHotkeys", Codec.U16, Codec.ACCOUNT, Codec.vec(Codec.ACCOUNT));
        rootClaimableThreshold = new StorageMap<>(pallet, "RootClaimableThreshold", Codec.U16, Codec.I128);
        PalletDeclaration alpha = declarations.pallet("AlphaAssets");
        alphaBurned = new StorageMap<>(alpha, "AlphaBurned", Codec.U16, Codec.U64);
        alphaRecycled = new StorageMap<>(alpha, "AlphaRecycled", Codec.U16, Codec.U64);
        alphaV2 = new StorageTripleMap<>(pallet, "AlphaV2", Codec.ACCOUNT, Codec.ACCOUNT, Codec.U16, SafeFloat.CODEC);
        childKeys = new StorageDoubleMap<>(pallet, "ChildKeys", Codec.ACCOUNT, Codec.U16, FAMILY);
        parentKeys = new StorageDoubleMap<>(pallet, "ParentKeys", Codec.ACCOUNT, Codec.U16, FAMILY);
        pendingChildKeys = new StorageDoubleMap<>(
                pallet, "PendingChildKeys", Codec.U16, Codec.ACCOUNT, Codec.pair(FAMILY, Codec.U64));
        childkeyTake = new StorageDoubleMap<>(pallet, "ChildkeyTake", Codec.ACCOUNT, Codec.U16, Codec.U16);
        childkeyThresholdSuspended = new StorageMap<>(pallet, "ChildkeyThresholdSuspended", Codec.ACCOUNT, Codec.UNIT);
        transactionKeyLastBlock = new StorageTripleMap<>(
                pallet, "TransactionKeyLastBlock", Codec.ACCOUNT, Codec.U16, Codec.U16, Codec.U64);
        pendingChildKeyCooldown = new StorageValue<>(pallet, "PendingChildKeyCooldown", Codec.U64);
        minChildkeyTake = new StorageValue<>(pallet, "MinChildkeyTake", Codec.U16);
        maxChildkeyTake = new StorageValue<>(pallet, "MaxChildkeyTake", Codec.U16);
        txChildkeyTakeRateLimit = new StorageValue<>(pallet, "TxChildkeyTakeRateLimit", Codec.U64);
        ckBurn = new StorageValue<>(pallet, "CKBurn", Codec.U64);
        lastHotkeySwapOnNetuid =
                new StorageDoubleMap<>(pallet, "LastHotkeySwapOnNetuid", Codec.U16, Codec.ACCOUNT, Codec.U64);
        hotkeySuccessor = new StorageDoubleMap<>(pallet, "HotkeySuccessor", Codec.U16, Codec.ACCOUNT, Codec.ACCOUNT);
        hotkeyRoot = new StorageDoubleMap<>(pallet, "HotkeyRoot", Codec.U16, Codec.ACCOUNT, Codec.ACCOUNT);
        coldkeySuccessor = new StorageMap<>(pallet, "ColdkeySuccessor", Codec.ACCOUNT, Codec.ACCOUNT);
        coldkeyRoot = new StorageMap<>(pallet, "ColdkeyRoot", Codec.ACCOUNT, Codec.ACCOUNT);
        coldkeySwapAnnouncements =
                new StorageMap<>(pallet, "ColdkeySwapAnnouncements", Codec.ACCOUNT, Codec.pair(Codec.U32, Codec.HASH));
        coldkeySwapDisputes = new StorageMap<>(pallet, "ColdkeySwapDisputes", Codec.ACCOUNT, Codec.U32);
        coldkeySwapAnnouncementDelay = new StorageValue<>(pallet, "ColdkeySwapAnnouncementDelay", Codec.U32);
        coldkeySwapReannouncementDelay = new StorageValue<>(pallet, "ColdkeySwapReannouncementDelay", Codec.U32);
        weightCommits = new StorageDoubleMap<>(pallet, "WeightCommits", Codec.U16, Codec.ACCOUNT, HASHED);
        timelockedWeightCommits =
                new StorageDoubleMap<>(pallet, "TimelockedWeightCommits", Codec.U16, Codec.U64, SEALED);
        totalNetworks = new StorageValue<>(pallet, "TotalNetworks", Codec.U16);
        subnetLimit = new StorageValue<>(pallet, "SubnetLimit", Codec.U16);
        subnetOwnerCut = new StorageValue<>(pallet, "SubnetOwnerCut", Codec.U16);
        adminFreezeWindow = new StorageValue<>(pallet, "AdminFreezeWindow", Codec.U16);
        ownerHyperparamRateLimit = new StorageValue<>(pallet, "OwnerHyperparamRateLimit", Codec.U16);
        maxDelegateTake = new StorageValue<>(pallet, "MaxDelegateTake", Codec.U16);
        minDelegateTake = new StorageValue<>(pallet, "MinDelegateTake", Codec.U16);
        maxEpochsPerBlock = new StorageValue<>(pallet, "MaxEpochsPerBlock", Codec.U8);
        taoWeight = new StorageValue<>(pallet, "TaoWeight", Codec.U64);
        totalIssuance = new StorageValue<>(pallet, "TotalIssuance", Codec.U64);
        totalStake = new StorageValue<>(pallet, "TotalStake", Codec.U64);
        blockEmission = new StorageValue<>(pallet, "BlockEmission", Codec.U64);
        networkMinLockCost = new StorageValue<>(pallet, "NetworkMinLockCost", Codec.U64);
        networkLastLockCost = new StorageValue<>(pallet, "NetworkLastLockCost", Codec.U64);
        networkLockReductionInterval = new StorageValue<>(pallet, "NetworkLockReductionInterval", Codec.U64);
        networkRateLimit = new StorageValue<>(pallet, "NetworkRateLimit", Codec.U64);
        networkImmunityPeriod = new StorageValue<>(pallet, "NetworkImmunityPeriod", Codec.U64);
        startCallDelay = new StorageValue<>(pallet, "StartCallDelay", Codec.U64);
        stakeThreshold = new StorageValue<>(pallet, "StakeThreshold", Codec.U64);
        txRateLimit = new StorageValue<>(pallet, "TxRateLimit", Codec.U64);
        txDelegateTakeRateLimit = new StorageValue<>(pallet, "TxDelegateTakeRateLimit", Codec.U64);
        networkRegistrationStartBlock = new StorageValue<>(pallet, "NetworkRegistrationStartBlock", Codec.U64);
        weightsVersionKeyRateLimit = new StorageValue<>(pallet, "WeightsVersionKeyRateLimit", Codec.U64);
        subnetMovingAlpha = new StorageValue<>(pallet, "SubnetMovingAlpha", Codec.I128);
        lastTxBlockDelegateTake = new StorageMap<>(pallet, "LastTxBlockDelegateTake", Codec.ACCOUNT, Codec.U64);
        axons = new StorageDoubleMap<>(pallet, "Axons", Codec.U16, Codec.ACCOUNT, plain(pallet, "Axons"));
        prometheus =
                new StorageDoubleMap<>(pallet, "Prometheus", Codec.U16, Codec.ACCOUNT, plain(pallet, "Prometheus"));
        neuronCertificates = new StorageDoubleMap<>(
                pallet, "NeuronCertificates", Codec.U16, Codec.ACCOUNT, plain(pallet, "NeuronCertificates"));
        subnetIdentities =
                new StorageMap<>(pallet, "SubnetIdentitiesV3", Codec.U16, plain(pallet, "SubnetIdentitiesV3"));
        identities = new StorageMap<>(pallet, "IdentitiesV2", Codec.ACCOUNT, plain(pallet, "IdentitiesV2"));
        recycleOrBurn = new StorageMap<>(pallet, "RecycleOrBurn", Codec.U16, plain(pallet, "RecycleOrBurn"));
        alphaSigmoidSteepness =
                new StorageMap<>(pallet, "AlphaSigmoidSteepness", Codec.U16, plain(pallet, "AlphaSigmoidSteepness"));
        lastRateLimitedBlock = new StorageMap<>(
                pallet,
                "LastRateLimitedBlock",
                Codec.plain(item(pallet, "LastRateLimitedBlock").keys().get(0).type()),
                Codec.U64);
        PalletDeclaration commitments = declarations.pallet("Commitments");
        commitment = plain(commitments, "CommitmentOf");
        commitmentOf = new StorageDoubleMap<>(commitments, "CommitmentOf", Codec.U16, Codec.ACCOUNT, commitment);
        feeRate = new StorageMap<>(swap, "FeeRate", Codec.U16, Codec.U16);
        swapInitialized = new StorageMap<>(swap, "PalSwapInitialized", Codec.U16, Codec.BOOL);
    }

    private static Codec<Object> plain(PalletDeclaration pallet, String item) {
        return Codec.plain(item(pallet, item).value());
    }

    private static PalletDeclaration.Item item(PalletDeclaration pallet, String item) {
        PalletDeclaration.Item declared = pallet.storage().get(item);
        if (declared == null) {
            throw new IllegalStateException("storage item " + pallet.name() + "." + item + " is not declared");
        }
        return declared;
    }
}
