package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.Uid;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Intents of every kind, for a coldkey with stakes of its own and two subnets. */
public record IntentSamples(AccountId staked, Netuid subnet, Netuid other, Random random) {
    /** A tolerance that binary floating point holds exactly, so that both sides can agree to the rao. */
    private static final Slippage SIXTEENTH = Slippage.within("0.0625");

    private AccountId account() {
        byte[] bytes = new byte[AccountId.LENGTH];
        random.nextBytes(bytes);
        return AccountId.of(bytes);
    }

    private Tao tao() {
        return Tao.ofRao(random.nextLong(1, 9_000_000_000L));
    }

    private Alpha alpha(Netuid netuid) {
        return Alpha.ofRao(netuid, random.nextLong(2, 9_000_000_000L));
    }

    private Weights.Scores scores() {
        return new Weights.Scores(List.of(Uid.of(0), Uid.of(1), Uid.of(2)), List.of(0.25, 1.0, 0.5));
    }

    /** As many of each kind as it has ways to be composed, with numbers and accounts at random. */
    public List<Intent> all() {
        List<Intent> all = new ArrayList<>();
        all.addAll(transfers());
        all.addAll(stakes());
        all.addAll(moves());
        all.addAll(registrations());
        all.addAll(neurons());
        all.addAll(baskets());
        all.addAll(locksAndChildren());
        return all;
    }

    private List<Intent> transfers() {
        return List.of(
                new Transfers.Transfer(account(), tao()),
                new Transfers.Transfer(account(), Amount.of(tao()), false),
                new Transfers.Transfer(account(), Amount.all(), false),
                new Transfers.TransferAll(account(), true));
    }

    private List<Intent> stakes() {
        return List.of(
                new Staking.AddStake(staked, subnet, Amount.of(tao()), SIXTEENTH),
                new Staking.AddStake(staked, Netuid.ROOT, Amount.of(tao()), SIXTEENTH),
                new Staking.AddStake(staked, subnet, Amount.all(), SIXTEENTH),
                new Staking.AddStake(staked, subnet, Amount.of(tao()), Slippage.UNLIMITED),
                new Staking.AddStakeLimit(staked, subnet, Amount.of(tao()), random.nextLong(1, 1L << 40), true),
                new Staking.AddStakeLimit(staked, subnet, Amount.all(), random.nextLong(1, 1L << 40), false),
                new Staking.RemoveStake(staked, subnet, Amount.of(alpha(subnet)), SIXTEENTH, false),
                new Staking.RemoveStake(staked, subnet, Amount.all(), SIXTEENTH, false),
                new Staking.RemoveStake(staked, subnet, Amount.all(), Slippage.UNLIMITED, false),
                new Staking.RemoveStake(staked, Netuid.ROOT, Amount.of(alpha(Netuid.ROOT)), SIXTEENTH, true),
                new Staking.RemoveStake(staked, Netuid.ROOT, Amount.all(), SIXTEENTH, true),
                new Staking.RemoveStakeLimit(staked, subnet, Amount.of(alpha(subnet)), 7, true, false),
                new Staking.RemoveStakeLimit(staked, Netuid.ROOT, Amount.all(), 1_000_000_000, false, true),
                new Staking.UnstakeAll(staked, false, true),
                new Staking.UnstakeAll(staked, true, true),
                new Staking.UnstakeAllAlpha(staked, true),
                new Staking.StakeBurn(subnet, tao(), Optional.empty(), new BigDecimal("0.0625"), staked),
                new Staking.StakeBurn(subnet, tao(), Optional.of(1L << 33), new BigDecimal("0.5"), staked),
                new Staking.SetAutoStake(subnet, account()));
    }

    private List<Intent> moves() {
        AccountId to = account();
        return List.of(
                new Staking.MoveStake(staked, subnet, to, subnet, Amount.of(alpha(subnet)), SIXTEENTH, false),
                new Staking.MoveStake(staked, subnet, to, other, Amount.of(alpha(subnet)), SIXTEENTH, false),
                new Staking.MoveStake(staked, subnet, to, other, Amount.all(), Slippage.UNLIMITED, false),
                new Staking.MoveStake(staked, Netuid.ROOT, to, other, Amount.all(), SIXTEENTH, true),
                new Staking.MoveSwapStake(staked, subnet, to, other, Amount.of(alpha(subnet)), SIXTEENTH),
                new Staking.MoveSwapStake(staked, subnet, to, other, Amount.all(), Slippage.UNLIMITED),
                new Staking.SwapStake(staked, subnet, other, Amount.of(alpha(subnet)), SIXTEENTH),
                new Staking.SwapStake(staked, subnet, other, Amount.all(), Slippage.UNLIMITED),
                new Staking.TransferStake(
                        to, staked, subnet, subnet, Amount.of(alpha(subnet)), Optional.empty(), false),
                new Staking.TransferStake(to, staked, subnet, other, Amount.all(), Optional.of(account()), true));
    }

    private List<Intent> registrations() {
        return List.of(
                new Registration.BurnedRegister(subnet, account()),
                new Registration.RootRegister(account()),
                new Registration.RegisterSubnet(account()),
                new Registration.StartCall(other),
                new Registration.SwapHotkey(account(), staked, Optional.empty()),
                new Registration.SwapHotkey(account(), staked, Optional.of(subnet)),
                new Registration.PowRegister(
                        subnet, 1, random.nextLong(), "ab".repeat(32), account(), Registration.Mining.DEFAULT));
    }

    private List<Intent> neurons() {
        return List.of(
                new Serving.ServeAxon(subnet, "192.0.2.7", 8091, 4, 1),
                new Serving.ServeAxon(subnet, "2001:db8::7", 443, 0, 10_002_000),
                new Serving.ServeAxonTls(subnet, "192.0.2.7", 8091, "0x01" + "cd".repeat(32), 4, 1),
                new Serving.ServePrometheus(subnet, "192.0.2.8", 9090, 1),
                new Serving.ResetAxon(subnet),
                new Weights.SetWeights(subnet, scores(), 0, 0, false),
                new Weights.SetWeights(subnet, scores(), 0, -1, false),
                new Weights.CommitWeights(subnet, scores(), 0, 3, false, 4),
                new Weights.RevealWeights(subnet, scores(), List.of(1, 2, 3), 3));
    }

    private List<Intent> baskets() {
        return List.of(
                new Baskets.ClaimRoot(List.of(Netuid.ROOT)),
                new Baskets.ClaimRoot(List.of(Netuid.of(1), Netuid.of(3))),
                new Baskets.ClaimRootWithHotkey(staked),
                new Baskets.StakeIntoBasket(staked, Amount.of(tao()), true),
                new Baskets.StakeIntoBasket(staked, Amount.all(), true),
                new Baskets.SwapBasket(staked, subnet, other, Amount.of(alpha(subnet)), alpha(other)),
                new Baskets.SwapBasketMany(
                        staked,
                        List.of(
                                new Baskets.Leg(subnet, other, alpha(subnet), alpha(other)),
                                new Baskets.Leg(other, Netuid.ROOT, alpha(other), Alpha.ofRao(Netuid.ROOT, 0)))),
                new Baskets.SetSubnetEmissionEnabled(List.of(subnet), true),
                new Baskets.SetSubnetEmissionEnabled(List.of(subnet, other), false),
                new Baskets.SetRootClaimThreshold(Tao.of("0.001")),
                new Collateral.AddCollateral(subnet, Amount.of(alpha(subnet)), staked, new BigDecimal("0.0625")),
                new Collateral.AddCollateral(subnet, Amount.all(), staked, new BigDecimal("0.0625")),
                new Collateral.SetMinCollateral(subnet, alpha(subnet), staked));
    }

    private List<Intent> locksAndChildren() {
        return List.of(
                new Locks.LockStake(subnet, Amount.of(alpha(subnet)), staked),
                new Locks.LockStake(subnet, Amount.all(), staked),
                new Locks.MoveLock(subnet, account()),
                new Locks.SetPerpetualLock(subnet, true),
                new Locks.SetRejectLockedAlpha(false),
                new Children.SetChildren(
                        subnet,
                        List.of(
                                new Children.Child(BigInteger.valueOf(random.nextLong(1, Long.MAX_VALUE)), account()),
                                Children.Child.of(new BigDecimal("0.5"), account())),
                        staked),
                new Children.SetChildren(subnet, List.of(), staked),
                new Children.SetChildkeyTake(subnet, random.nextInt(11796), staked),
                new Children.IncreaseTake(12_000, staked),
                new Children.DecreaseTake(random.nextInt(11_000), staked),
                new Children.SetTake(random.nextInt(11_000), staked));
    }
}
