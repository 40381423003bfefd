package io.github.bittensor4j.subtensor.intents;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.localnet.BlockTime;
import io.github.bittensor4j.localnet.Localnet;
import io.github.bittensor4j.subtensor.Call;
import io.github.bittensor4j.subtensor.Calls;
import io.github.bittensor4j.subtensor.ExtrinsicOutcome;
import io.github.bittensor4j.subtensor.Network;
import io.github.bittensor4j.subtensor.SubmitOptions;
import io.github.bittensor4j.subtensor.Subtensor;
import io.github.bittensor4j.subtensor.WeightCommit;
import io.github.bittensor4j.subtensor.WeightVector;
import io.github.bittensor4j.subtensor.reads.EarliestBlock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the local chain models: each intent done, and its main refusals. */
@Timeout(180)
class ModelledIntentsTest {
    private static final Localnet LOCALNET =
            Localnet.builder().blockTime(BlockTime.FAST).port(0).start();
    private static final Subtensor CHAIN = Subtensor.connect(Network.of(LOCALNET.endpoint()));
    private static final Keypair ALICE = Keypair.development("Alice");
    private static final Keypair BOB = Keypair.development("Bob");
    private static final Keypair VALIDATOR = Keypair.development("validator");
    private static final AccountId MINER = Keypair.development("miner").account();
    private static final AccountId OWNER_HOTKEY =
            Keypair.development("ownerHotkey").account();
    private static final Slippage WIDE = Slippage.within("0.9");
    private static Netuid subnet;
    private static Netuid other;

    @BeforeAll
    static void start_two_subnets() throws Exception {
        sudo("sudo_set_admin_freeze_window", Map.of("window", 0));
        sudo("sudo_set_network_rate_limit", Map.of("rate_limit", 0));
        subnet = created(done(new Registration.RegisterSubnet(OWNER_HOTKEY), BOB));
        other = created(done(
                new Registration.RegisterSubnet(
                        Keypair.development("otherHotkey").account()),
                BOB));
        for (Netuid netuid : List.of(subnet, other)) {
            done(new Registration.StartCall(netuid), BOB);
        }
        sudo("sudo_set_weights_set_rate_limit", Map.of("netuid", subnet, "weights_set_rate_limit", 0));
        sudo("sudo_set_commit_reveal_weights_enabled", Map.of("netuid", subnet, "enabled", false));
        done(new Registration.BurnedRegister(subnet, VALIDATOR.account()), ALICE);
        done(new Registration.BurnedRegister(subnet, MINER), ALICE);
        done(new Staking.AddStake(VALIDATOR.account(), subnet, Amount.of(Tao.of("50")), WIDE), ALICE);
        long now = CHAIN.blockNumber();
        CHAIN.awaitBlock(now + 24, Duration.ofSeconds(60));
    }

    @AfterAll
    static void stop() {
        CHAIN.close();
        LOCALNET.close();
    }

    private static void sudo(String function, Map<String, ?> arguments) throws Exception {
        done(new RawCall(Calls.sudo(Call.of("AdminUtils", function, arguments))), ALICE);
    }

    private static Netuid created(Execution.Submitted execution) {
        return event(execution, OwnEvent.SubnetCreated.class).netuid();
    }

    private static <T extends OwnEvent> T event(Execution.Submitted execution, Class<T> type) {
        return execution.events().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }

    private static Execution execute(Intent intent, Signer signer) throws Exception {
        return CHAIN.execute(intent, signer, Policy.NONE, SubmitOptions.defaults());
    }

    private static Execution.Submitted done(Intent intent, Signer signer) throws Exception {
        Execution execution = execute(intent, signer);
        assertThat(execution).as("%s", execution.plan()).isInstanceOf(Execution.Submitted.class);
        Execution.Submitted submitted = (Execution.Submitted) execution;
        assertThat(submitted.outcome()).as("%s", intent).isInstanceOf(ExtrinsicOutcome.Included.class);
        return submitted;
    }

    private static String refused(Intent intent, Signer signer) throws Exception {
        Execution execution = execute(intent, signer);
        assertThat(execution).as("%s", execution.plan()).isInstanceOf(Execution.Submitted.class);
        ExtrinsicOutcome outcome = ((Execution.Submitted) execution).outcome();
        assertThat(outcome).as("%s", intent).isInstanceOf(ExtrinsicOutcome.Refused.class);
        return ((ExtrinsicOutcome.Refused) outcome).error();
    }

    private static Plan declined(Intent intent, Signer signer) throws Exception {
        Execution execution = execute(intent, signer);
        assertThat(execution).as("%s", intent).isInstanceOf(Execution.Declined.class);
        return execution.plan();
    }

    @Test
    void stake_is_moved_swapped_given_away_and_taken_out() throws Exception {
        done(new Staking.AddStakeLimit(MINER, subnet, Amount.of(Tao.of("5")), 1L << 60, false), ALICE);
        Alpha had = CHAIN.stake(MINER, ALICE.account(), subnet);
        Alpha part = Alpha.ofRao(subnet, had.rao() / 8);

        OwnEvent.StakeMoved moved = event(
                done(
                        new Staking.MoveStake(
                                MINER, subnet, OWNER_HOTKEY, subnet, Amount.of(part), Slippage.DEFAULT, false),
                        ALICE),
                OwnEvent.StakeMoved.class);
        assertThat(moved.to()).isEqualTo(OWNER_HOTKEY);
        // What it left behind may have earned meanwhile; what arrived can only have grown.
        assertThat(CHAIN.stake(OWNER_HOTKEY, ALICE.account(), subnet).rao()).isGreaterThanOrEqualTo(part.rao() - 10);
        Execution.Submitted crossed =
                done(new Staking.MoveStake(MINER, subnet, OWNER_HOTKEY, other, Amount.of(part), WIDE, false), ALICE);
        assertThat(crossed.plan().call().orElseThrow().function()).isEqualTo("move_stake_limit");
        assertThat(event(
                                done(new Staking.SwapStake(MINER, subnet, other, Amount.of(part), WIDE), ALICE),
                                OwnEvent.StakeSwapped.class)
                        .toNetuid())
                .isEqualTo(other);
        done(new Staking.MoveSwapStake(MINER, subnet, OWNER_HOTKEY, other, Amount.of(part), WIDE), ALICE);

        AccountId heir = Keypair.development("heir").account();
        assertThat(event(
                                done(
                                        new Staking.TransferStake(
                                                heir, MINER, subnet, subnet, Amount.of(part), Optional.empty(), false),
                                        ALICE),
                                OwnEvent.StakeTransferred.class)
                        .to())
                .isEqualTo(heir);
        assertThat(CHAIN.stake(MINER, heir, subnet).isZero()).isFalse();

        assertThat(declined(
                                new Staking.TransferStake(
                                        heir, MINER, subnet, other, Amount.of(part), Optional.empty(), false),
                                ALICE)
                        .obstacles())
                .singleElement()
                .asString()
                .contains("any_price");
        assertThat(declined(new Staking.UnstakeAll(MINER, false, false), ALICE).obstacles())
                .singleElement()
                .asString()
                .contains("any_price");
        assertThat(refused(new Staking.RemoveStakeLimit(MINER, subnet, Amount.of(part), 1L << 60, false, false), ALICE))
                .endsWith("SlippageTooHigh");
        assertThat(refused(
                        new Staking.RemoveStake(
                                MINER, subnet, Amount.of(Alpha.of(subnet, "1000000")), Slippage.UNLIMITED, false),
                        ALICE))
                .matches(".*(NotEnoughStakeToWithdraw|InsufficientLiquidity)");
        done(new Staking.UnstakeAll(MINER, false, true), ALICE);
        assertThat(CHAIN.stake(MINER, ALICE.account(), subnet).isZero()).isTrue();
    }

    @Test
    void a_trade_goes_sealed_to_the_next_author() throws Exception {
        Plan plan = CHAIN.plan(
                new Staking.AddStake(VALIDATOR.account(), other, Amount.of(Tao.of("1")), WIDE),
                BOB.account(),
                Policy.NONE);
        assertThat(plan.shieldAdvised()).isTrue();
        Policy oneFee = Policy.strict().maxFee(plan.fee().plus(Tao.ofRao(1_000)));
        assertThat(CHAIN.executeShielded(plan, BOB, oneFee, SubmitOptions.defaults()))
                .isInstanceOfSatisfying(
                        Execution.Declined.class,
                        declined -> assertThat(declined.plan().violations())
                                .singleElement()
                                .asString()
                                .contains("its fee"));
        Execution execution = CHAIN.executeShielded(plan, BOB, Policy.strict(), SubmitOptions.defaults());
        assertThat(((Execution.Submitted) execution).outcome()).isInstanceOf(ExtrinsicOutcome.Included.class);
        assertThat(event((Execution.Submitted) execution, OwnEvent.Staked.class).paid())
                .isEqualTo(Tao.of("1"));
    }

    @Test
    void an_endpoint_is_published_as_often_as_the_subnet_takes_it() throws Exception {
        Serving.ServeAxon serve = new Serving.ServeAxon(subnet, "192.0.2.7", 8091, 4, 1);
        assertThat(declined(serve, BOB).obstacles()).singleElement().asString().contains("no seat");
        Execution.Submitted first = done(serve, VALIDATOR);
        long block = ((ExtrinsicOutcome.Included) first.outcome()).block().number();
        Plan again = declined(new Serving.ResetAxon(subnet), VALIDATOR);
        assertThat(again.obstacles()).isEmpty();
        assertThat(again.earliestBlock()).hasValue(block + 50);
        assertThat(again.toJson()).contains("\"earliest_block\":" + (block + 50), "\"ok\":false");
        done(new Serving.ServePrometheus(subnet, "192.0.2.7", 9090, 1), VALIDATOR);
        sudo("sudo_set_serving_rate_limit", Map.of("netuid", subnet, "serving_rate_limit", 0));
        done(new Serving.ServeAxonTls(subnet, "2001:db8::7", 443, "0x01" + "cd".repeat(32), 4, 1), VALIDATOR);
        done(new Serving.ResetAxon(subnet), VALIDATOR);
        assertThat(CHAIN.metagraph(subnet)
                        .neuron(VALIDATOR.account())
                        .orElseThrow()
                        .axon()
                        .isEmpty())
                .isTrue();
    }

    @Test
    void weights_are_set_or_why_not_is_said() throws Exception {
        Uid miner = CHAIN.uid(subnet, MINER).orElseThrow();
        Execution.Submitted set = done(new Weights.SetWeights(subnet, Map.of(miner, 1.0)), VALIDATOR);
        assertThat(set.plan().effects()).singleElement().asString().contains("in the open");
        assertThat(declined(new Weights.SetWeights(subnet, Map.of(miner, 1.0)), BOB)
                        .obstacles())
                .singleElement()
                .asString()
                .contains("no seat");
        assertThat(declined(
                                new Weights.CommitWeights(
                                        subnet, Weights.Scores.of(Map.of(miner, 1.0)), 0, 0, false, 4),
                                VALIDATOR)
                        .obstacles())
                .singleElement()
                .asString()
                .contains("set_weights");
        assertThat(declined(
                                new Weights.RevealWeights(
                                        subnet, Weights.Scores.of(Map.of(miner, 1.0)), List.of(1, 2), 0),
                                VALIDATOR)
                        .obstacles())
                .singleElement()
                .asString()
                .contains("no commit");
    }

    @Test
    void hidden_weights_are_sealed_or_revealed_from_a_block_that_is_told() throws Exception {
        Keypair validator = Keypair.development("hidingValidator");
        done(new Registration.BurnedRegister(other, validator.account()), BOB);
        done(new Staking.AddStake(validator.account(), other, Amount.of(Tao.of("50")), WIDE), BOB);
        sudo("sudo_set_weights_set_rate_limit", Map.of("netuid", other, "weights_set_rate_limit", 0));
        CHAIN.awaitBlock(CHAIN.blockNumber() + 24, Duration.ofSeconds(60));
        Weights.Scores scores = Weights.Scores.of(Map.of(Uid.of(0), 1.0));
        Execution.Submitted sealed = done(new Weights.CommitWeights(other, scores, 0, 0, false, 4), validator);
        assertThat(sealed.plan().effects()).singleElement().asString().contains("hidden until block");
        assertThat(declined(new Weights.CommitWeights(other, scores, 0, 0, false, 3), validator)
                        .obstacles())
                .singleElement()
                .asString()
                .contains("expected: 4");

        // a reveal has one epoch's time
        sudo("sudo_set_tempo", Map.of("netuid", other, "tempo", 40));
        List<Integer> salt = List.of(7, 8, 9, 10, 11, 12, 13, 14);
        byte[] hash = WeightCommit.hash(
                validator.account(),
                other,
                0,
                WeightVector.quantise(Map.of(Uid.of(0), 1.0)),
                salt.stream().mapToInt(part -> part).toArray(),
                5);
        done(
                new RawCall(Call.of("SubtensorModule", "commit_weights", Map.of("netuid", other, "commit_hash", hash))),
                validator);
        Weights.RevealWeights reveal = new Weights.RevealWeights(other, scores, salt, 5);
        Plan early = CHAIN.plan(reveal, validator.account(), Policy.NONE);
        if (early.call().isEmpty()) {
            assertThat(early.ok()).isFalse();
            CHAIN.awaitBlock(early.earliestBlock().orElseThrow() - 1, Duration.ofSeconds(60));
        }
        done(reveal, validator);
    }

    @Test
    void what_a_hotkey_keeps_goes_down_and_is_not_raised_by_less() throws Exception {
        assertThat(declined(new Children.IncreaseTake(5, VALIDATOR.account()), ALICE)
                        .obstacles())
                .singleElement()
                .asString()
                .contains("not less");
        done(new Children.DecreaseTake(9_000, VALIDATOR.account()), ALICE);
        done(new Children.SetTake(8_000, VALIDATOR.account()), ALICE);
        assertThat(declined(new Children.DecreaseTake(8_500, VALIDATOR.account()), ALICE)
                        .obstacles())
                .singleElement()
                .asString()
                .contains("not more");
        assertThat(refused(new Children.DecreaseTake(100, VALIDATOR.account()), BOB))
                .endsWith("NonAssociatedColdKey");
    }

    @Test
    void a_plan_tells_when_an_owner_may_change_a_setting_again_as_the_read_of_it_does() throws Exception {
        sudo("sudo_set_owner_hparam_rate_limit", Map.of("epochs", 1000));
        Map<String, String> values = Map.of(
                "serving_rate_limit", "10",
                "burn_half_life", "10",
                "burn_increase_mult", "1.5",
                "min_childkey_take", "0.1",
                "activity_cutoff_factor", "2000");
        for (Map.Entry<String, String> each : values.entrySet()) {
            Intent intent = new Hyperparameters.SetHyperparameter(other, each.getKey(), each.getValue());
            done(intent, BOB);
            Plan plan = declined(intent, BOB);
            assertThat(plan.earliestBlock().stream().boxed())
                    .as("%s", plan)
                    .containsExactly(CHAIN.reads()
                            .windows()
                            .earliestHyperparameter(other, each.getKey())
                            .earliestBlock()
                            .orElseThrow());
        }
    }

    @Test
    void a_setting_without_a_limit_of_its_own_is_held_back_by_the_end_of_an_epoch_alone() throws Exception {
        sudo("sudo_set_admin_freeze_window", Map.of("window", 10_000));
        try {
            Plan plan = declined(new Hyperparameters.SetHyperparameter(other, "tempo", "400"), BOB);
            EarliestBlock told = CHAIN.reads().windows().earliestHyperparameter(other, "tempo");
            assertThat(told.reason()).isEqualTo("AdminFreezeWindow");
            assertThat(plan.earliestBlock().stream().boxed())
                    .containsExactly(told.earliestBlock().orElseThrow());
        } finally {
            sudo("sudo_set_admin_freeze_window", Map.of("window", 0));
        }
    }

    @Test
    void a_policy_sees_through_sudo() throws Exception {
        Intent emission = new Baskets.SetSubnetEmissionEnabled(List.of(subnet, other), true);
        Plan plan = CHAIN.plan(emission, ALICE.account(), Policy.strict().allowedNetuids(Set.of(subnet)));
        assertThat(plan.call().orElseThrow().toString()).isEqualTo("Sudo.sudo");
        assertThat(plan.violations()).containsExactly("subnet " + other + " is not among the allowed ones");
        done(emission, ALICE);
    }

    @Test
    void a_subnet_starts_once_and_root_takes_those_who_pay() throws Exception {
        assertThat(declined(new Registration.StartCall(subnet), BOB).obstacles())
                .singleElement()
                .asString()
                .contains("started already");
        done(new Registration.RootRegister(VALIDATOR.account()), ALICE);
        assertThat(CHAIN.uid(Netuid.ROOT, VALIDATOR.account())).isPresent();
    }
}
