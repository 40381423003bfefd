package io.github.bittensor4j.subtensor.intents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.localnet.BlockTime;
import io.github.bittensor4j.localnet.Localnet;
import io.github.bittensor4j.subtensor.Call;
import io.github.bittensor4j.subtensor.Calls;
import io.github.bittensor4j.subtensor.ExtrinsicOutcome;
import io.github.bittensor4j.subtensor.Network;
import io.github.bittensor4j.subtensor.SubmitOptions;
import io.github.bittensor4j.subtensor.Subtensor;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Intents from plan to event, on a chain in this JVM. */
@Timeout(120)
class ExecuteIntentsTest {
    private static final Localnet LOCALNET =
            Localnet.builder().blockTime(BlockTime.FAST).port(0).start();
    private static final Subtensor CHAIN = Subtensor.connect(Network.of(LOCALNET.endpoint()));
    private static final Keypair ALICE = Keypair.development("Alice");
    private static final Keypair BOB = Keypair.development("Bob");
    private static final AccountId OWNER_HOTKEY =
            Keypair.development("ownerHotkey").account();
    private static Netuid subnet;

    @BeforeAll
    static void start_a_subnet() throws Exception {
        ExtrinsicOutcome.Included created =
                CHAIN.submit(Calls.registerNetwork(OWNER_HOTKEY), BOB).orThrow();
        subnet = created.events().stream()
                .flatMap(event -> OwnEvent.of(event).stream())
                .filter(OwnEvent.SubnetCreated.class::isInstance)
                .map(event -> ((OwnEvent.SubnetCreated) event).netuid())
                .findFirst()
                .orElseThrow();
        CHAIN.submit(Calls.startCall(subnet), BOB).orThrow();
    }

    @AfterAll
    static void stop() {
        CHAIN.close();
        LOCALNET.close();
    }

    private static Execution.Submitted done(Intent intent, Signer signer) throws Exception {
        return done(intent, signer, Policy.NONE);
    }

    private static Execution.Submitted done(Intent intent, Signer signer, Policy policy) throws Exception {
        Execution execution = CHAIN.execute(intent, signer, policy, SubmitOptions.defaults());
        assertThat(execution).as("%s", execution.plan()).isInstanceOf(Execution.Submitted.class);
        Execution.Submitted submitted = (Execution.Submitted) execution;
        assertThat(submitted.outcome()).as("%s", intent).isInstanceOf(ExtrinsicOutcome.Included.class);
        return submitted;
    }

    private static Object nonce(Signer signer) {
        return ((Map<?, ?>) CHAIN.query("System", "Account", signer.account()).orElseThrow()).get("nonce");
    }

    private static Plan declined(Intent intent, Signer signer, Policy policy) throws Exception {
        Object before = nonce(signer);
        Execution execution = CHAIN.execute(intent, signer, policy, SubmitOptions.defaults());
        assertThat(execution).as("%s", intent).isInstanceOf(Execution.Declined.class);
        assertThat(nonce(signer)).isEqualTo(before);
        return execution.plan();
    }

    @Test
    void what_was_sent_and_staked_is_told_by_the_events() throws Exception {
        AccountId nobody = AccountId.of(new byte[] {
            1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,
            30, 31, 32
        });
        assertThat(done(new Transfers.Transfer(nobody, Tao.of("1.5")), ALICE).events())
                .containsExactly(new OwnEvent.Transferred(ALICE.account(), nobody, Tao.of("1.5")));
        assertThat(CHAIN.balance(nobody)).isEqualTo(Tao.of("1.5"));

        Alpha before = CHAIN.stake(OWNER_HOTKEY, ALICE.account(), subnet);
        Execution.Submitted staked = done(new Staking.AddStake(OWNER_HOTKEY, subnet, Tao.of("1")), ALICE);
        OwnEvent.Staked event = staked.events().stream()
                .filter(OwnEvent.Staked.class::isInstance)
                .map(OwnEvent.Staked.class::cast)
                .findFirst()
                .orElseThrow();
        assertThat(event.paid()).isEqualTo(Tao.of("1"));
        assertThat(event.got().netuid()).isEqualTo(subnet);
        // epochs pay meanwhile
        assertThat(CHAIN.stake(OWNER_HOTKEY, ALICE.account(), subnet).plus(Alpha.ofRao(subnet, 1)))
                .isGreaterThanOrEqualTo(before.plus(event.got()));

        Execution.Submitted back = done(
                new Staking.RemoveStake(OWNER_HOTKEY, subnet, Amount.all(), Slippage.within("0.05"), false), ALICE);
        assertThat(back.events())
                .anySatisfy(one -> assertThat(one)
                        .isInstanceOfSatisfying(
                                OwnEvent.Unstaked.class,
                                unstaked -> assertThat(unstaked.sold().plus(Alpha.ofRao(subnet, 1)))
                                        .isGreaterThanOrEqualTo(event.got())));
        assertThatThrownBy(() -> CHAIN.plan(
                        new Staking.RemoveStake(nobody, subnet, Amount.all(), Slippage.DEFAULT, false),
                        ALICE.account(),
                        Policy.NONE))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("no stake");
    }

    @Test
    void a_plan_says_what_it_would_do_and_does_nothing() {
        Object nonce = nonce(ALICE);
        Plan plan = CHAIN.plan(new Staking.AddStake(OWNER_HOTKEY, subnet, Tao.of("2")), ALICE.account(), Policy.NONE);
        assertThat(plan.ok()).isTrue();
        assertThat(plan.fee().isZero()).isFalse();
        assertThat(plan.spend()).isEqualTo(new Spend(Tao.of("2"), Map.of(), false));
        assertThat(plan.shieldAdvised()).isTrue();
        assertThat(plan.effects()).hasSize(2).first().asString().contains("2.000000000 TAO", "0.5 %");
        Call call = plan.call().orElseThrow();
        assertThat(call.function()).isEqualTo("add_stake_limit");
        BigInteger price = new BigInteger(
                String.valueOf(CHAIN.at(plan.block()).runtimeCall("SwapRuntimeApi", "current_alpha_price", subnet)));
        assertThat(call.arguments())
                .containsEntry(
                        "limit_price", price.multiply(BigInteger.valueOf(1005)).divide(BigInteger.valueOf(1000)))
                .containsEntry("allow_partial", false);
        assertThat(nonce(ALICE)).isEqualTo(nonce);
    }

    @Test
    void a_trade_that_would_move_the_price_beyond_its_limit_is_refused_by_the_chain() throws Exception {
        Execution execution = CHAIN.execute(
                new Staking.AddStake(OWNER_HOTKEY, subnet, Tao.of("1000")),
                ALICE,
                Policy.NONE,
                SubmitOptions.defaults());
        assertThat(((Execution.Submitted) execution).outcome())
                .isInstanceOfSatisfying(
                        ExtrinsicOutcome.Refused.class,
                        refused -> assertThat(refused.error()).endsWith("SlippageTooHigh"));
    }

    @Test
    void what_a_policy_does_not_allow_is_not_signed() throws Exception {
        Intent stake = new Staking.AddStake(OWNER_HOTKEY, subnet, Tao.of("2"));
        assertThat(declined(stake, ALICE, Policy.strict().maxSpend(Tao.of("1.999999999")))
                        .violations())
                .singleElement()
                .asString()
                .contains("2.000000000 TAO", "1.999999999");
        assertThat(declined(stake, ALICE, Policy.strict().allowedNetuids(Set.of(Netuid.of(1))))
                        .violations())
                .containsExactly("subnet " + subnet + " is not among the allowed ones");
        assertThat(declined(stake, ALICE, Policy.strict().allowedOps(Set.of("transfer")))
                        .violations())
                .containsExactly("add_stake is not among the allowed intents");
        assertThat(declined(stake, ALICE, Policy.strict().maxFee(Tao.ofRao(1))).violations())
                .singleElement()
                .asString()
                .contains("fee");
        assertThat(declined(
                                new Transfers.TransferAll(BOB.account(), true),
                                ALICE,
                                Policy.strict().maxSpend(Tao.of("1000000000")))
                        .violations())
                .containsExactly("the chain decides how much it spends, and there is a limit");
        assertThat(declined(new RawCall(Calls.transfer(BOB.account(), Tao.of("1"))), ALICE, Policy.strict())
                        .violations())
                .containsExactly("raw calls are not allowed");
        done(stake, ALICE, Policy.strict().maxSpend(Tao.of("2")).allowedNetuids(Set.of(subnet)));
    }

    @Test
    void a_plan_made_without_a_policy_is_judged_by_that_of_its_execution() throws Exception {
        Plan plan = CHAIN.plan(new Transfers.Transfer(BOB.account(), Tao.of("3")), ALICE.account(), Policy.NONE);
        assertThat(plan.ok()).isTrue();
        Execution execution =
                CHAIN.execute(plan, ALICE, Policy.strict().maxSpend(Tao.of("1")), SubmitOptions.defaults());
        assertThat(execution).isInstanceOf(Execution.Declined.class);
        assertThat(execution.plan().violations()).hasSize(1);
        assertThatThrownBy(() -> CHAIN.execute(plan, BOB, Policy.NONE, SubmitOptions.defaults()))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("plan for");
    }

    @Test
    void a_seat_is_registered_for_its_price_or_not_above_the_most_one_gives() throws Exception {
        AccountId first = Keypair.development("first miner").account();
        AccountId second = Keypair.development("second miner").account();
        assertThat(done(new Registration.BurnedRegister(subnet, first), ALICE).events())
                .contains(
                        new OwnEvent.Registered(subnet, CHAIN.uid(subnet, first).orElseThrow(), first));
        Plan dear = declined(
                new Registration.BurnedRegister(subnet, second, Optional.of(Tao.ofRao(1))), ALICE, Policy.NONE);
        assertThat(dear.obstacles()).singleElement().asString().contains("more than the most");
        done(
                new Registration.BurnedRegister(subnet, second, Optional.of(Tao.of("500"))),
                ALICE,
                Policy.strict().maxSpend(Tao.of("500")));
        assertThat(CHAIN.uid(subnet, second)).isPresent();
    }

    @Test
    void the_chain_itself_is_asked_without_sending_anything() {
        Object nonce = nonce(ALICE);
        DryRun good = CHAIN.dryRun(new Transfers.Transfer(BOB.account(), Tao.of("1")), ALICE, Policy.NONE);
        assertThat(good.ok()).isTrue();
        DryRun poor = CHAIN.dryRun(
                new Transfers.Transfer(BOB.account(), Tao.of("1")), Keypair.development("penniless"), Policy.NONE);
        assertThat(poor.ok()).isFalse();
        assertThat(poor.refusal()).contains("Invalid.Payment");
        assertThat(poor.hint()).isNotEmpty();
        assertThat(nonce(ALICE)).isEqualTo(nonce);
    }

    @Test
    void intents_are_text_and_text_is_intents() {
        Intent stake = new Staking.AddStake(OWNER_HOTKEY, subnet, Tao.of("1.5"));
        String text = Intents.toJson(stake);
        assertThat(text)
                .isEqualTo("{\"op\":\"add_stake\",\"hotkey_ss58\":\"" + OWNER_HOTKEY + "\",\"netuid\":" + subnet
                        + ",\"amount_tao\":\"1.5\",\"slippage_protection\":true,\"rate_tolerance\":0.005}");
        assertThat(Intents.fromJson(text)).isEqualTo(stake);
        assertThat(Intents.fromJson("{\"op\":\"burned_register\",\"netuid\":1}", OWNER_HOTKEY))
                .isEqualTo(new Registration.BurnedRegister(Netuid.of(1), OWNER_HOTKEY));
        for (String wrong : List.of(
                "",
                "[]",
                "{\"op\":\"add_stak\"}",
                "{\"op\":\"burned_register\",\"netuid\":1}",
                "{\"op\":\"transfer\",\"dest_ss58\":\"" + OWNER_HOTKEY + "\"}",
                "{\"op\":\"transfer\",\"dest_ss58\":\"" + OWNER_HOTKEY + "\",\"amount_tao\":\"1\",\"to\":1}",
                "{\"op\":\"transfer\",\"dest_ss58\":\"" + OWNER_HOTKEY + "\",\"amount_tao\":\"-1\"}",
                "{\"op\":\"transfer\",\"dest_ss58\":\"" + OWNER_HOTKEY + "\",\"amount_tao\":1e-10}",
                "{\"op\":\"transfer\",\"dest_ss58\":\"5Grw\",\"amount_tao\":\"1\"}",
                "{\"op\":\"start_call\",\"netuid\":70000}")) {
            assertThatThrownBy(() -> Intents.fromJson(wrong)).as(wrong).isInstanceOf(InvalidValueException.class);
        }
        assertThatThrownBy(() -> Intents.fromJson("{\"op\":\"transfer\",\"amount_tao\":\"1\",\"dest_ss58\":"
                        + "\"15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5\"}"))
                .as("an address of another network")
                .hasMessageContaining("not of format 0");
        assertThatThrownBy(() -> Intents.fromJson("{\n"))
                .as("where JSON breaks off")
                .hasMessageContaining("line 2")
                .hasMessageNotContaining("Source");
    }
}
