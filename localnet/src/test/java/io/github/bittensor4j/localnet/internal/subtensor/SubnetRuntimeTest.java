package io.github.bittensor4j.localnet.internal.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.localnet.internal.state.State;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SubnetRuntimeTest {
    private static final long TAO = 1_000_000_000L;
    private static final AccountId OWNER = TestChain.account(0x10);
    private static final AccountId OWNER_HOTKEY = TestChain.account(0x11);
    private static final AccountId ALICE = TestChain.account(0x20);
    private static final AccountId ALICE_HOTKEY = TestChain.account(0x21);
    private static final AccountId BOB = TestChain.account(0x30);
    private static final AccountId BOB_HOTKEY = TestChain.account(0x31);
    private static final AccountId CAROL = TestChain.account(0x40);
    private static final AccountId CAROL_HOTKEY = TestChain.account(0x41);
    private static final AccountId MINER = TestChain.account(0x50);
    private static final int NETUID = 2;

    private final TestChain chain = new TestChain();

    @Test
    void a_chain_is_born_with_root_and_subnet_one() {
        chain.blocks(1);
        assertThat((List<?>) chain.read("NeuronInfoRuntimeApi", "get_neurons_lite", 1))
                .hasSize(1);
        Map<?, ?> hyper = (Map<?, ?>)
                ((Optional<?>) chain.read("SubnetInfoRuntimeApi", "get_subnet_hyperparams", 1)).orElseThrow();
        assertThat(hyper.get("tempo")).hasToString("100");
        assertThat(hyper.get("activity_cutoff")).hasToString("1388");
        assertThat(hyper.get("commit_reveal_weights_enabled")).isEqualTo(true);
        assertThat(chain.read("SubnetRegistrationRuntimeApi", "get_network_registration_cost"))
                .hasToString("1000000000000");
    }

    /** Recorded from the official local node of spec 461 at its block 67. */
    @Test
    void a_fresh_chain_answers_the_bytes_of_the_official_one() {
        chain.blocks(67);
        HexFormat hex = HexFormat.of();
        byte[] netuid = {1, 0};
        assertThat(hex.formatHex(chain.read("SubnetInfoRuntimeApi_get_subnet_hyperparams", netuid)))
                .isEqualTo("0128feff0100014000feff03009101025a620213ffffffffffffff3f0091019101b115010882841e0007"
                        + "00e876481782ee360004c8010100025a620204019a990300cecc020000");
        assertThat(hex.formatHex(chain.read("NeuronInfoRuntimeApi_get_neurons_lite", netuid)))
                .startsWith("04" + "00".repeat(65) + "0401")
                .endsWith("02286bee" + "00".repeat(9) + "feff0300");
    }

    @Test
    void the_first_subnet_of_a_user_is_two_and_starts_with_the_chains_defaults() {
        startSubnet();
        State state = chain.state();
        assertThat(chain.items.subnetOwner.get(state, NETUID)).isEqualTo(OWNER);
        assertThat(chain.items.subnetEmissionEnabled.get(state, NETUID)).isFalse();
        assertThat(chain.items.commitRevealWeightsEnabled.get(state, NETUID)).isTrue();
        assertThat(chain.items.yuma3On.get(state, NETUID)).isTrue();
        assertThat(chain.items.subnetTao.get(state, NETUID)).isEqualTo(1000 * TAO);
        assertThat(chain.items.tempo.get(state, NETUID)).isEqualTo(10);
        assertThat(chain.events()).contains("NetworkAdded", "FirstEmissionBlockNumberSet");
        assertThat(chain.read("SubnetRegistrationRuntimeApi", "get_network_registration_cost"))
                .hasToString("2000000000000");
    }

    @Test
    void a_second_subnet_must_wait_and_a_poor_owner_must_pay() {
        startSubnet();
        assertThat(chain.inPool(OWNER, "register_network", OWNER_HOTKEY)).contains("Custom error: 6");
        assertThat(chain.call(OWNER, "register_network", TestChain.account(0x12)))
                .isEqualTo("NetworkTxRateLimitExceeded");
        assertThat(chain.sudo("sudo_set_network_rate_limit", 0L)).isEmpty();
        assertThat(chain.call(ALICE, "register_network", TestChain.account(0x13)))
                .isEqualTo("CannotAffordLockCost");
        assertThat(chain.call(ALICE, "register_network", OWNER_HOTKEY)).isEqualTo("NonAssociatedColdKey");
    }

    @Test
    void only_the_owner_starts_a_subnet_and_only_once() {
        chain.fund(OWNER, 5000);
        chain.blocks(1);
        assertThat(chain.call(OWNER, "register_network", OWNER_HOTKEY)).isEmpty();
        assertThat(chain.call(ALICE, "start_call", NETUID)).isEqualTo("BadOrigin");
        assertThat(chain.call(OWNER, "start_call", NETUID)).isEmpty();
        assertThat(chain.call(OWNER, "start_call", NETUID)).isEqualTo("FirstEmissionBlockNumberAlreadySet");
        assertThat(chain.call(OWNER, "start_call", 77)).isEqualTo("SubnetNotExists");
    }

    @Test
    void a_registration_costs_what_the_subnet_asks_and_lifts_the_price() {
        startSubnet();
        chain.fund(ALICE, 100);
        long price = chain.items.burn.get(chain.state(), NETUID);
        assertThat(chain.call(ALICE, "burned_register", NETUID, ALICE_HOTKEY)).isEmpty();
        assertThat(chain.balance(ALICE)).isEqualTo(100 * TAO - price);
        assertThat(chain.items.burn.get(chain.state(), NETUID)).isEqualTo((long) (price * 1.26));
        assertThat(chain.call(ALICE, "burned_register", NETUID, ALICE_HOTKEY))
                .isEqualTo("HotKeyAlreadyRegisteredInSubNet");
        assertThat(chain.call(ALICE, "burned_register", 0, BOB_HOTKEY))
                .isEqualTo("RegistrationNotPermittedOnRootSubnet");
        assertThat(chain.call(ALICE, "burned_register", 9, BOB_HOTKEY)).isEqualTo("SubnetNotExists");
        assertThat(chain.call(BOB, "burned_register", NETUID, BOB_HOTKEY)).isEqualTo("NotEnoughBalanceToStake");
        assertThat(chain.call(ALICE, "register_limit", NETUID, BOB_HOTKEY, TAO))
                .isEqualTo("RegistrationPriceLimitExceeded");
        assertThat(chain.call(ALICE, "burned_register", NETUID, OWNER_HOTKEY))
                .isEqualTo("HotKeyAlreadyRegisteredInSubNet");
        chain.blocks(1);
        assertThat(chain.items.burn.get(chain.state(), NETUID)).isLessThan((long) (price * 1.26));
    }

    @Test
    void a_full_subnet_replaces_who_earned_least_and_is_no_longer_immune() {
        startSubnet();
        thaw();
        assertThat(chain.sudo("sudo_set_min_allowed_uids", NETUID, 0)).isEmpty();
        assertThat(chain.sudo("sudo_set_max_allowed_validators", NETUID, 1)).isEmpty();
        chain.fund(ALICE, 1000);
        assertThat(chain.call(ALICE, "burned_register", NETUID, ALICE_HOTKEY)).isEmpty();
        assertThat(chain.call(ALICE, "burned_register", NETUID, BOB_HOTKEY)).isEmpty();
        assertThat(chain.sudo("sudo_set_max_allowed_uids", NETUID, 3)).isEmpty();
        chain.blocks(1);
        assertThat(chain.call(ALICE, "burned_register", NETUID, CAROL_HOTKEY)).isEmpty();
        State state = chain.state();
        assertThat(chain.items.uids.find(state, NETUID, ALICE_HOTKEY)).isEmpty();
        assertThat(chain.items.uids.find(state, NETUID, CAROL_HOTKEY)).contains(1);
        assertThat(chain.items.uids.find(state, NETUID, OWNER_HOTKEY)).contains(0);
        assertThat(chain.items.lastUpdate.get(state, NETUID).get(1)).isEqualTo(chain.block());
    }

    @Test
    void an_axon_is_served_where_the_chain_allows_it() {
        startSubnet();
        chain.fund(ALICE, 100);
        assertThat(chain.call(ALICE, "burned_register", NETUID, ALICE_HOTKEY)).isEmpty();
        assertThat(serve(ALICE_HOTKEY, 0x7f00_0002L, 8091, 4)).isEmpty();
        assertThat(serve(ALICE_HOTKEY, 0x7f00_0001L, 8091, 4)).isEqualTo("InvalidIpAddress");
        assertThat(serve(ALICE_HOTKEY, 0xffff_ffffL, 8091, 4)).isEqualTo("InvalidIpAddress");
        assertThat(serve(ALICE_HOTKEY, 0x7f00_0002L, 8091, 5)).isEqualTo("InvalidIpType");
        assertThat(serve(ALICE_HOTKEY, 0x7f00_0002L, 8091, 4)).isEqualTo("ServingRateLimitExceeded");
        assertThat(serve(BOB_HOTKEY, 0x7f00_0002L, 8091, 4)).isEqualTo("HotKeyNotRegisteredInNetwork");
        chain.blocks(50);
        assertThat(serve(ALICE_HOTKEY, 0x7f00_0002L, 0, 4)).isEqualTo("InvalidPort");
        assertThat(serve(ALICE_HOTKEY, 0, 1, 4)).isEmpty();
        assertThat(chain.inPool(
                        ALICE_HOTKEY, "serve_axon", NETUID, 1L, BigInteger.valueOf(0x7f00_0001L), 1, 4, 4, 0, 0))
                .contains("Custom error: 11");
    }

    @Test
    void a_seat_on_root_is_paid_for_and_root_stake_counts_by_the_weight_of_tao() {
        startSubnet();
        chain.fund(ALICE, 1000);
        long issued = chain.totalIssuance();
        assertThat(chain.call(ALICE, "root_register", ALICE_HOTKEY)).isEmpty();
        assertThat(chain.totalIssuance()).as("the price is destroyed").isLessThan(issued);
        assertThat(chain.call(ALICE, "root_register", BOB_HOTKEY)).isEqualTo("TooManyRegistrationsThisBlock");
        chain.blocks(1);
        assertThat(chain.call(ALICE, "root_register", ALICE_HOTKEY)).isEqualTo("HotKeyAlreadyRegisteredInSubNet");
        assertThat(chain.call(ALICE, "add_stake", ALICE_HOTKEY, 0, 100 * TAO)).isEqualTo("SubtokenDisabled");
        assertThat(chain.sudo("sudo_set_subtoken_enabled", 0, true)).isEmpty();
        assertThat(chain.call(ALICE, "add_stake", ALICE_HOTKEY, 0, 100 * TAO)).isEmpty();
        assertThat(chain.stakes.of(chain.state(), ALICE_HOTKEY, ALICE, 0)).isEqualTo(100 * TAO);
        assertThat(chain.stakes
                        .weight(chain.state(), ALICE_HOTKEY, NETUID)
                        .toU64()
                        .longValue())
                .isBetween(5 * TAO, 6 * TAO);
        assertThat((List<?>) chain.read("DelegateInfoRuntimeApi", "get_delegates"))
                .hasSize(1);
        assertBooks();
    }

    @Test
    void a_validator_lowers_its_take_at_once_and_raises_it_seldom() {
        startSubnet();
        chain.fund(ALICE, 100);
        assertThat(chain.call(ALICE, "burned_register", NETUID, ALICE_HOTKEY)).isEmpty();
        assertThat(chain.call(ALICE, "decrease_take", ALICE_HOTKEY, 1000)).isEmpty();
        assertThat(chain.call(BOB, "decrease_take", ALICE_HOTKEY, 10)).isEqualTo("NonAssociatedColdKey");
        assertThat(chain.call(ALICE, "increase_take", ALICE_HOTKEY, 1000)).isEqualTo("DelegateTakeTooLow");
        assertThat(chain.call(ALICE, "increase_take", ALICE_HOTKEY, 20_000)).isEqualTo("DelegateTakeTooHigh");
        assertThat(chain.call(ALICE, "increase_take", ALICE_HOTKEY, 2000)).isEqualTo("DelegateTxRateLimitExceeded");
        assertThat(chain.sudo("sudo_set_tx_delegate_take_rate_limit", 0L)).isEmpty();
        chain.blocks(1);
        assertThat(chain.call(ALICE, "increase_take", ALICE_HOTKEY, 2000)).isEmpty();
    }

    @Test
    void an_owner_may_call_an_epoch_before_its_time() {
        startSubnet();
        thaw();
        assertThat(chain.sudo("sudo_set_tempo", NETUID, 1000)).isEmpty();
        assertThat(chain.call(OWNER, "trigger_epoch", NETUID)).isEqualTo("DynamicTempoBlockedByCommitReveal");
        assertThat(chain.admin(OWNER, "sudo_set_commit_reveal_weights_enabled", NETUID, false))
                .isEmpty();
        assertThat(chain.call(ALICE, "trigger_epoch", NETUID)).isEqualTo("BadOrigin");
        long index = chain.items.subnetEpochIndex.get(chain.state(), NETUID);
        assertThat(chain.call(OWNER, "trigger_epoch", NETUID)).isEmpty();
        assertThat(chain.call(OWNER, "trigger_epoch", NETUID)).isEqualTo("EpochTriggerAlreadyPending");
        chain.blocks(1);
        assertThat(chain.items.subnetEpochIndex.get(chain.state(), NETUID)).isEqualTo(index + 1);
    }

    @Test
    void epochs_beyond_the_limit_of_a_block_wait_for_the_next() {
        chain.fund(OWNER, 5000);
        chain.blocks(1);
        thaw();
        assertThat(chain.sudo("sudo_set_network_rate_limit", 0L)).isEmpty();
        assertThat(chain.sudo("sudo_set_max_epochs_per_block", 1)).isEmpty();
        for (int netuid = 2; netuid < 4; netuid++) {
            assertThat(chain.call(OWNER, "register_network", TestChain.account(0x60 + netuid)))
                    .isEmpty();
            assertThat(chain.sudo("sudo_set_tempo", netuid, 7)).isEmpty();
        }
        chain.blocks(7);
        assertThat(chain.items.subnetEpochIndex.get(chain.state(), 2)).isEqualTo(1);
        assertThat(chain.items.subnetEpochIndex.get(chain.state(), 3)).isZero();
        assertThat(chain.events()).contains("EpochDeferred");
        chain.blocks(1);
        assertThat(chain.items.subnetEpochIndex.get(chain.state(), 3)).isEqualTo(1);
    }

    @Test
    void numbers_beyond_any_sense_are_refused_or_kept_and_blocks_go_on() {
        startSubnet();
        thaw();
        chain.fund(ALICE, 1000);
        long huge = -1L; // 2^64 - 1
        assertThat(chain.call(ALICE, "burned_register", NETUID, ALICE_HOTKEY)).isEmpty();
        assertThat(chain.call(ALICE, "add_stake", ALICE_HOTKEY, NETUID, huge)).isEqualTo("InsufficientLiquidity");
        assertThat(chain.call(ALICE, "remove_stake", ALICE_HOTKEY, NETUID, huge))
                .isEqualTo("InsufficientLiquidity");
        assertThat(chain.call(ALICE, "move_stake", ALICE_HOTKEY, OWNER_HOTKEY, NETUID, NETUID, huge))
                .isEqualTo("NotEnoughStakeToWithdraw");
        assertThat(chain.call(ALICE, "add_stake_limit", ALICE_HOTKEY, NETUID, TAO, huge, false))
                .isEmpty();
        assertThat(chain.call(ALICE, "remove_stake_limit", ALICE_HOTKEY, NETUID, TAO / 2, huge, false))
                .isEqualTo("SlippageTooHigh");
        for (String setter : List.of(
                "sudo_set_network_min_lock_cost",
                "sudo_set_start_call_delay",
                "sudo_set_network_rate_limit",
                "sudo_set_lock_reduction_interval",
                "sudo_set_stake_threshold")) {
            assertThat(chain.sudo(setter, huge)).as(setter).isEmpty();
        }
        for (String setter : List.of(
                "sudo_set_bonds_moving_average",
                "sudo_set_ema_price_halving_period",
                "sudo_set_serving_rate_limit",
                "sudo_set_weights_set_rate_limit",
                "sudo_set_weights_version_key")) {
            assertThat(chain.sudo(setter, NETUID, huge)).as(setter).isEmpty();
        }
        assertThat(chain.sudo("sudo_set_tempo", NETUID, 1)).isEmpty();
        assertThat(chain.sudo("sudo_set_max_allowed_validators", NETUID, 0)).isEmpty();
        chain.blocks(5);
        assertThat(chain.call(OWNER, "register_network", OWNER_HOTKEY)).isEqualTo("NetworkTxRateLimitExceeded");
        assertThat(weigh(ALICE_HOTKEY, List.of(0), List.of(1), 0)).isNotEmpty();
        assertThat(chain.read("SubnetRegistrationRuntimeApi", "get_network_registration_cost"))
                .isNotNull();
        assertThat(chain.read("SwapRuntimeApi", "sim_swap_tao_for_alpha", NETUID, huge))
                .isNotNull();
        assertThat(chain.read("SwapRuntimeApi", "sim_swap_alpha_for_tao", NETUID, huge))
                .isNotNull();
        assertThat(chain.sudo("sudo_set_tempo", NETUID, 0)).isEmpty();
        chain.blocks(3);
        assertBooks();
    }

    @Test
    void weights_are_checked_in_the_chains_order() {
        startSubnet();
        chain.fund(ALICE, 10_000);
        chain.fund(BOB, 100);
        assertThat(chain.call(ALICE, "burned_register", NETUID, ALICE_HOTKEY)).isEmpty();
        assertThat(chain.call(BOB, "burned_register", NETUID, BOB_HOTKEY)).isEmpty();
        assertThat(chain.call(ALICE, "add_stake", ALICE_HOTKEY, NETUID, 100 * TAO))
                .isEmpty();
        chain.blocks(10);
        assertThat(weigh(ALICE_HOTKEY, List.of(2), List.of(1), 0)).isEqualTo("CommitRevealEnabled");
        thaw();
        assertThat(chain.sudo("sudo_set_commit_reveal_weights_enabled", NETUID, false))
                .isEmpty();
        assertThat(weigh(ALICE_HOTKEY, List.of(2), List.of(1), 0)).isEqualTo("SettingWeightsTooFast");
        assertThat(chain.inPool(ALICE_HOTKEY, "set_weights", NETUID, List.of(2), List.of(1), 0L))
                .contains("Custom error: 6");
        chain.blocks(100);
        assertThat(chain.inPool(ALICE_HOTKEY, "set_weights", NETUID, List.of(2), List.of(1), 0L))
                .isEmpty();
        assertThat(chain.call(ALICE_HOTKEY, "set_weights", 0, List.of(), List.of(), 0L))
                .isIn("CommitRevealEnabled", "CanNotSetRootNetworkWeights");
        assertThat(weigh(ALICE_HOTKEY, List.of(2), List.of(), 0)).isEqualTo("WeightVecNotEqualSize");
        assertThat(weigh(ALICE_HOTKEY, List.of(0, 1, 2, 3), List.of(1, 1, 1, 1), 0))
                .isEqualTo("UidsLengthExceedUidsInSubNet");
        assertThat(weigh(CAROL_HOTKEY, List.of(2), List.of(1), 0)).isEqualTo("HotKeyNotRegisteredInSubNet");
        assertThat(chain.sudo("sudo_set_weights_version_key", NETUID, 7L)).isEmpty();
        assertThat(weigh(ALICE_HOTKEY, List.of(2), List.of(1), 6)).isEqualTo("IncorrectWeightVersionKey");
        assertThat(weigh(BOB_HOTKEY, List.of(1), List.of(1), 7)).isEqualTo("NeuronNoValidatorPermit");
        assertThat(weigh(ALICE_HOTKEY, List.of(2, 2), List.of(1, 1), 7)).isEqualTo("DuplicateUids");
        assertThat(weigh(ALICE_HOTKEY, List.of(9), List.of(1), 7)).isEqualTo("UidVecContainInvalidOne");
        assertThat(chain.sudo("sudo_set_min_allowed_weights", NETUID, 2)).isEmpty();
        assertThat(weigh(ALICE_HOTKEY, List.of(2), List.of(1), 7)).isEqualTo("WeightVecLengthIsLow");
        assertThat(weigh(ALICE_HOTKEY, List.of(2, 0), List.of(1, 0), 7)).isEmpty();
        assertThat(chain.items.weights.get(chain.state(), NETUID, 1))
                .extracting(entry -> entry.value())
                .containsExactly(65_535, 0);
        assertThat(weigh(ALICE_HOTKEY, List.of(2, 0), List.of(1, 0), 7)).isEqualTo("SettingWeightsTooFast");
        assertThat(weigh(BOB_HOTKEY, List.of(2), List.of(5), 7))
                .as("self weight")
                .isEmpty();
    }

    @Test
    void stake_buys_alpha_and_comes_back_as_tao_less_fees() {
        startSubnet();
        chain.fund(ALICE, 10_000);
        assertThat(chain.call(ALICE, "burned_register", NETUID, ALICE_HOTKEY)).isEmpty();
        assertThat(chain.call(ALICE, "add_stake", ALICE_HOTKEY, 1, TAO)).isEqualTo("SubtokenDisabled");
        assertThat(chain.call(ALICE, "add_stake", ALICE_HOTKEY, 9, TAO)).isEqualTo("SubnetNotExists");
        assertThat(chain.call(ALICE, "add_stake", ALICE_HOTKEY, NETUID, 1L)).isEqualTo("AmountTooLow");
        assertThat(chain.call(BOB, "add_stake", ALICE_HOTKEY, NETUID, TAO)).isEqualTo("NotEnoughBalanceToStake");
        assertThat(chain.call(ALICE, "add_stake", BOB_HOTKEY, NETUID, TAO)).isEqualTo("HotKeyAccountNotExists");
        assertThat(chain.call(ALICE, "add_stake_limit", ALICE_HOTKEY, NETUID, 500 * TAO, TAO + TAO / 100, false))
                .isEqualTo("SlippageTooHigh");

        long before = chain.balance(ALICE);
        assertThat(chain.call(ALICE, "add_stake", ALICE_HOTKEY, NETUID, 100 * TAO))
                .isEmpty();
        long alpha = chain.stakes.of(chain.state(), ALICE_HOTKEY, ALICE, NETUID);
        assertThat(alpha).isBetween(90 * TAO, 91 * TAO);
        assertThat(chain.call(ALICE, "remove_stake", ALICE_HOTKEY, NETUID, alpha + 1))
                .isEqualTo("NotEnoughStakeToWithdraw");
        assertThat(chain.call(ALICE, "remove_stake", ALICE_HOTKEY, NETUID, alpha))
                .isEmpty();
        assertThat(chain.balance(ALICE)).isBetween(before - TAO / 5, before - TAO / 50);
        assertThat(chain.stakes.total(chain.state(), ALICE_HOTKEY, NETUID)).isZero();
        assertBooks();
    }

    @Test
    void stake_moves_between_hotkeys_coldkeys_and_subnets() {
        startSubnet();
        chain.fund(ALICE, 10_000);
        assertThat(chain.call(ALICE, "burned_register", NETUID, ALICE_HOTKEY)).isEmpty();
        assertThat(chain.call(ALICE, "burned_register", NETUID, BOB_HOTKEY)).isEmpty();
        assertThat(chain.call(ALICE, "add_stake", ALICE_HOTKEY, NETUID, 100 * TAO))
                .isEmpty();
        assertThat(chain.call(ALICE, "move_stake", ALICE_HOTKEY, BOB_HOTKEY, NETUID, NETUID, 10 * TAO))
                .isEmpty();
        assertThat(chain.stakes.of(chain.state(), BOB_HOTKEY, ALICE, NETUID)).isEqualTo(10 * TAO);
        assertThat(chain.call(ALICE, "transfer_stake", CAROL, BOB_HOTKEY, NETUID, NETUID, 4 * TAO))
                .isEmpty();
        assertThat(chain.stakes.of(chain.state(), BOB_HOTKEY, CAROL, NETUID)).isEqualTo(4 * TAO);
        assertThat(chain.call(ALICE, "swap_stake", BOB_HOTKEY, NETUID, NETUID, TAO))
                .isEqualTo("SameNetuid");
        assertThat(chain.call(ALICE, "swap_stake", BOB_HOTKEY, NETUID, 0, TAO)).isEqualTo("SubtokenDisabled");
        assertThat(chain.sudo("sudo_set_subtoken_enabled", 0, true)).isEmpty();
        assertThat(chain.call(ALICE, "swap_stake", BOB_HOTKEY, NETUID, 0, TAO)).isEmpty();
        assertThat(chain.stakes.of(chain.state(), BOB_HOTKEY, ALICE, 0)).isBetween(TAO / 2, 2 * TAO);
        assertThat((List<?>) chain.read("StakeInfoRuntimeApi", "get_stake_info_for_coldkey", ALICE))
                .hasSize(3);
        assertBooks();
    }

    @Test
    void an_epoch_pays_the_better_miner_more_and_clips_the_colluder() {
        startSubnet();
        thaw();
        for (AccountId rich : List.of(ALICE, BOB, CAROL, MINER)) {
            chain.fund(rich, 10_000);
        }
        AccountId good = TestChain.account(0x51);
        AccountId fair = TestChain.account(0x52);
        AccountId friend = TestChain.account(0x53);
        assertThat(chain.call(ALICE, "burned_register", NETUID, ALICE_HOTKEY)).isEmpty(); // uid 1
        assertThat(chain.call(BOB, "burned_register", NETUID, BOB_HOTKEY)).isEmpty(); // uid 2
        assertThat(chain.call(CAROL, "burned_register", NETUID, CAROL_HOTKEY)).isEmpty(); // uid 3
        for (AccountId hotkey : List.of(good, fair, friend)) { // uids 4 to 6
            assertThat(chain.call(MINER, "burned_register", NETUID, hotkey)).isEmpty();
        }
        assertThat(chain.call(ALICE, "add_stake", ALICE_HOTKEY, NETUID, 300 * TAO))
                .isEmpty();
        assertThat(chain.call(BOB, "add_stake", BOB_HOTKEY, NETUID, 200 * TAO)).isEmpty();
        assertThat(chain.call(CAROL, "add_stake", CAROL_HOTKEY, NETUID, 100 * TAO))
                .isEmpty();
        assertThat(chain.sudo("sudo_set_commit_reveal_weights_enabled", NETUID, false))
                .isEmpty();
        assertThat(chain.sudo("sudo_set_weights_set_rate_limit", NETUID, 0L)).isEmpty();
        assertThat(chain.sudo("sudo_set_subnet_emission_enabled", NETUID, true)).isEmpty();
        chain.blocks(11);
        assertThat(weigh(ALICE_HOTKEY, List.of(4, 5, 6), List.of(60_000, 20_000, 0), 0))
                .isEmpty();
        assertThat(weigh(BOB_HOTKEY, List.of(4, 5, 6), List.of(58_000, 22_000, 0), 0))
                .isEmpty();
        assertThat(weigh(CAROL_HOTKEY, List.of(6), List.of(65_535), 0)).isEmpty();
        long goodBefore = chain.stakes.total(chain.state(), good, NETUID);
        chain.blocks(20);

        State state = chain.state();
        List<Integer> incentive = chain.items.incentive.get(state, NETUID);
        assertThat(incentive.get(4)).isGreaterThan(2 * incentive.get(5));
        assertThat(incentive.get(5)).isPositive();
        assertThat(incentive.get(6)).as("the colluder's friend").isZero();
        assertThat(chain.items.dividends.get(state, NETUID).get(3))
                .as("the colluder")
                .isZero();
        assertThat(chain.items.dividends.get(state, NETUID).get(1)).isPositive();
        assertThat(chain.stakes.total(state, good, NETUID)).isGreaterThan(goodBefore);
        assertThat(chain.stakes.total(state, OWNER_HOTKEY, NETUID))
                .as("the owner's cut")
                .isPositive();
        assertThat(chain.events()).contains("IncentiveAlphaEmittedToMiners");
        assertBooks();
        for (String read : List.of("get_metagraph", "get_subnet_state", "get_dynamic_info", "get_subnet_info_v2")) {
            assertThat((Optional<?>) chain.read("SubnetInfoRuntimeApi", read, NETUID))
                    .isPresent();
        }
        Map<?, ?> selective = (Map<?, ?>) ((Optional<?>)
                        chain.read("SubnetInfoRuntimeApi", "get_selective_metagraph", NETUID, List.of(52, 62, 72)))
                .orElseThrow();
        assertThat(((Optional<?>) selective.get("incentives")).orElseThrow())
                .asString()
                .contains(incentive.get(4).toString());
        assertThat((Optional<?>) selective.get("dividends")).isEmpty();
    }

    @Test
    void dividends_belong_to_all_stakers_less_the_validators_take() {
        startSubnet();
        thaw();
        chain.fund(ALICE, 10_000);
        chain.fund(BOB, 10_000);
        assertThat(chain.call(ALICE, "burned_register", NETUID, ALICE_HOTKEY)).isEmpty();
        assertThat(chain.call(ALICE, "add_stake", ALICE_HOTKEY, NETUID, 50 * TAO))
                .isEmpty();
        assertThat(chain.call(BOB, "add_stake", ALICE_HOTKEY, NETUID, 50 * TAO)).isEmpty();
        State state = chain.state();
        long alice = chain.stakes.of(state, ALICE_HOTKEY, ALICE, NETUID);
        long bob = chain.stakes.of(state, ALICE_HOTKEY, BOB, NETUID);
        chain.blocks(20);
        long aliceGain = chain.stakes.of(state, ALICE_HOTKEY, ALICE, NETUID) - alice;
        long bobGain = chain.stakes.of(state, ALICE_HOTKEY, BOB, NETUID) - bob;
        assertThat(bobGain).isPositive();
        assertThat(aliceGain).as("her part and 18 percent of all").isGreaterThan(bobGain + (aliceGain + bobGain) / 7);
        assertBooks();
    }

    @Test
    void hyperparameters_are_for_root_or_the_owner_and_never_within_the_freeze_window() {
        startSubnet();
        assertThat(chain.admin(ALICE, "sudo_set_immunity_period", NETUID, 7)).isEqualTo("BadOrigin");
        chain.blocks(1);
        assertThat(chain.sudo("sudo_set_immunity_period", NETUID, 7))
                .isEqualTo("AdminActionProhibitedDuringWeightsWindow");
        assertThat(chain.sudo("sudo_set_admin_freeze_window", 0)).isEmpty();
        assertThat(chain.admin(OWNER, "sudo_set_admin_freeze_window", 0)).isEqualTo("BadOrigin");
        assertThat(chain.admin(OWNER, "sudo_set_kappa", NETUID, 1)).isEqualTo("BadOrigin");
        assertThat(chain.admin(OWNER, "sudo_set_immunity_period", NETUID, 7)).isEmpty();
        assertThat(chain.admin(OWNER, "sudo_set_immunity_period", NETUID, 8)).isEqualTo("TxRateLimitExceeded");
        assertThat(chain.admin(OWNER, "sudo_set_min_allowed_weights", NETUID, 3))
                .isEmpty();
        assertThat(chain.sudo("sudo_set_tempo", 99, 3)).isEqualTo("SubnetDoesNotExist");
        assertThat(chain.sudo("sudo_set_max_allowed_uids", NETUID, 300))
                .isEqualTo("MaxAllowedUidsGreaterThanDefaultMaxAllowedUids");
        assertThat(chain.items.immunityPeriod.get(chain.state(), NETUID)).isEqualTo(7);
    }

    @Test
    void reads_are_answered_by_their_declared_types() {
        chain.blocks(1);
        assertThat((List<?>) chain.read("SubnetInfoRuntimeApi", "get_all_metagraphs"))
                .hasSize(2);
        assertThat((List<?>) chain.read("SubnetInfoRuntimeApi", "get_all_dynamic_info"))
                .hasSize(2);
        assertThat((List<?>) chain.read("SubnetInfoRuntimeApi", "get_subnets_info"))
                .hasSize(2);
        assertThat((Optional<?>) chain.read("SubnetInfoRuntimeApi", "get_subnet_hyperparams_v2", 1))
                .isPresent();
        assertThat((Optional<?>) chain.read("SubnetInfoRuntimeApi", "get_subnet_hyperparams_v3", 1))
                .isPresent();
        assertThat((List<?>) chain.read("NeuronInfoRuntimeApi", "get_neurons", 1))
                .hasSize(1);
        assertThat((Optional<?>) chain.read("NeuronInfoRuntimeApi", "get_neuron", 1, 1))
                .isEmpty();
        assertThat((List<?>) chain.read("SwapRuntimeApi", "current_alpha_price_all"))
                .hasSize(2);
        assertThat(chain.read("SwapRuntimeApi", "sim_swap_tao_for_alpha", 1, TAO))
                .isNotNull();
        assertThat(chain.read("SwapRuntimeApi", "sim_swap_alpha_for_tao", 1, TAO))
                .isNotNull();
        assertThat((List<?>) chain.read("DelegateInfoRuntimeApi", "get_delegates"))
                .isEmpty();
    }

    private void startSubnet() {
        chain.fund(OWNER, 1500);
        chain.blocks(1);
        assertThat(chain.call(OWNER, "register_network", OWNER_HOTKEY)).isEmpty();
        assertThat(chain.call(OWNER, "start_call", NETUID)).isEmpty();
    }

    private void thaw() {
        assertThat(chain.sudo("sudo_set_admin_freeze_window", 0)).isEmpty();
    }

    private String serve(AccountId hotkey, long ip, int port, int ipType) {
        return chain.call(hotkey, "serve_axon", NETUID, 1L, BigInteger.valueOf(ip), port, ipType, 4, 0, 0);
    }

    private String weigh(AccountId hotkey, List<Integer> uids, List<Integer> values, long versionKey) {
        return chain.call(hotkey, "set_weights", NETUID, uids, values, versionKey);
    }

    /** Every pool holds the TAO that it says, and all alpha that is staked or set aside is in circulation. */
    private void assertBooks() {
        State state = chain.state();
        long pools = 0;
        for (int netuid : chain.items.networksAdded.all(state).keySet()) {
            long tao = chain.items.subnetTao.get(state, netuid);
            assertThat(chain.balance(Pool.account(netuid)))
                    .as("TAO of subnet " + netuid)
                    .isEqualTo(tao);
            pools += tao;
            long accounted = chain.items.totalAlphaStaked.get(state, netuid)
                    + chain.items.subnetProtocolAlpha.get(state, netuid)
                    + chain.items.pendingServerEmission.get(state, netuid)
                    + chain.items.pendingValidatorEmission.get(state, netuid)
                    + chain.items.pendingOwnerCut.get(state, netuid)
                    + chain.items.pendingRootAlphaDivs.get(state, netuid);
            assertThat(chain.items.subnetAlphaOut.get(state, netuid))
                    .as("alpha of subnet " + netuid)
                    .isGreaterThanOrEqualTo(accounted);
        }
        assertThat(chain.items.totalStake.get(state)).isEqualTo(pools);
        assertThat(chain.totalIssuance()).isEqualTo(chain.allBalances());
    }
}
