package io.github.bittensor4j.localnet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.localnet.internal.declare.Call;
import io.github.bittensor4j.localnet.internal.declare.Variant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Crowdloans over the chain's port. */
class CrowdloanTest {
    private static final long TAO = 1_000_000_000L;
    private static final String PALLET = "Crowdloan";

    private final Keypair alice = Keypair.development("Alice");
    private final Keypair bob = Keypair.development("Bob");
    private final Keypair charlie = Keypair.development("Charlie");
    private final AccountId target = Keypair.development("target").account();
    private final Localnet chain =
            Localnet.builder().blockTime(BlockTime.MANUAL).start();
    private final Peer peer = new Peer(chain);

    @BeforeEach
    void start() {
        chain.produceBlocks(1);
    }

    @AfterEach
    void stop() {
        chain.close();
    }

    private String create(long deposit, long least, long cap, long end, Optional<Call> call, Optional<AccountId> to) {
        return peer.send(alice, PALLET, "create", deposit, least, cap, end, call, to);
    }

    private void open() {
        assertThat(create(10 * TAO, TAO, 30 * TAO, 100, Optional.empty(), Optional.of(target)))
                .isEmpty();
    }

    private String call(Keypair who, String name, Object... arguments) {
        return peer.send(who, PALLET, name, arguments);
    }

    private Map<?, ?> loan() {
        return (Map<?, ?>) peer.storage(PALLET, "Crowdloans", 0L).orElseThrow();
    }

    private long free(AccountId account) {
        return (Long) peer.balance(account).get("free");
    }

    private AccountId funds() {
        return (AccountId) loan().get("funds_account");
    }

    @Test
    void a_loan_is_opened_with_a_deposit_of_ones_own() {
        open();
        assertThat(peer.event("Created"))
                .containsEntry("crowdloan_id", 0L)
                .containsEntry("creator", alice.account())
                .containsEntry("end", 100L)
                .containsEntry("cap", 30 * TAO);
        // The pallet's account: "modl", its name, the loan's number, zeros.
        assertThat(HexFormat.of().formatHex(funds().bytes())).isEqualTo("6d6f646c62742f636c6f616e" + "00".repeat(20));
        assertThat(free(funds())).isEqualTo(10 * TAO);
        assertThat(loan().get("raised")).isEqualTo(10 * TAO);
        assertThat(loan().get("contributors_count")).isEqualTo(1L);
        assertThat(peer.storage(PALLET, "Contributions", 0L, alice.account())).contains(10 * TAO);
        assertThat(peer.storage(PALLET, "NextCrowdloanId")).contains(1L);
    }

    @Test
    void what_a_loan_may_not_be() {
        Optional<AccountId> to = Optional.of(target);
        assertThat(create(9 * TAO, TAO, 30 * TAO, 100, Optional.empty(), to)).isEqualTo("DepositTooLow");
        assertThat(create(10 * TAO, TAO, 10 * TAO, 100, Optional.empty(), to)).isEqualTo("CapTooLow");
        assertThat(create(10 * TAO, 1, 30 * TAO, 100, Optional.empty(), to)).isEqualTo("MinimumContributionTooLow");
        assertThat(create(10 * TAO, TAO, 30 * TAO, 1, Optional.empty(), to)).isEqualTo("CannotEndInPast");
        assertThat(create(10 * TAO, TAO, 30 * TAO, 20, Optional.empty(), to)).isEqualTo("BlockDurationTooShort");
        assertThat(create(10 * TAO, TAO, 30 * TAO, 30_000, Optional.empty(), to))
                .isEqualTo("BlockDurationTooLong");
        assertThat(create(10 * TAO, TAO, 30 * TAO, 100, Optional.empty(), Optional.empty()))
                .isEqualTo("InvalidFinalizationConfig");
        assertThat(create(Long.MAX_VALUE / 2, TAO, Long.MAX_VALUE, 100, Optional.empty(), to))
                .isEqualTo("InsufficientBalance");
        assertThat(peer.storage(PALLET, "NextCrowdloanId")).isEmpty();
    }

    @Test
    void what_is_raised_goes_to_its_account_and_nothing_more_is_taken() {
        open();
        assertThat(call(bob, "contribute", 0L, TAO / 2)).isEqualTo("ContributionTooLow");
        assertThat(call(bob, "contribute", 7L, TAO)).isEqualTo("InvalidCrowdloanId");
        assertThat(call(bob, "contribute", 0L, 5 * TAO)).isEmpty();
        assertThat(call(alice, "finalize", 0L)).isEqualTo("CapNotRaised");
        assertThat(call(charlie, "contribute", 0L, 100 * TAO)).isEmpty();
        assertThat(peer.event("Contributed"))
                .containsEntry("contributor", charlie.account())
                .containsEntry("amount", 15 * TAO);
        assertThat(loan().get("contributors_count")).isEqualTo(3L);
        assertThat(call(bob, "contribute", 0L, 5 * TAO)).isEqualTo("CapRaised");
        assertThat(call(bob, "finalize", 0L)).isEqualTo("InvalidOrigin");
        assertThat(call(alice, "finalize", 0L)).isEmpty();
        assertThat(peer.event("Finalized")).containsEntry("crowdloan_id", 0L);
        assertThat(free(target)).isEqualTo(30 * TAO);
        assertThat(free(funds())).isZero();
        assertThat(call(alice, "finalize", 0L)).isEqualTo("AlreadyFinalized");
        assertThat(call(bob, "withdraw", 0L)).isEqualTo("AlreadyFinalized");
        assertThat(call(alice, "refund", 0L)).isEqualTo("AlreadyFinalized");
        assertThat(call(alice, "update_cap", 0L, 40 * TAO)).isEqualTo("AlreadyFinalized");
    }

    @Test
    void what_was_given_can_be_taken_back_but_for_the_deposit() {
        open();
        assertThat(call(bob, "contribute", 0L, 5 * TAO)).isEmpty();
        assertThat(call(charlie, "withdraw", 0L)).isEqualTo("NoContribution");
        assertThat(call(alice, "withdraw", 0L)).isEqualTo("DepositCannotBeWithdrawn");
        assertThat(call(alice, "contribute", 0L, 2 * TAO)).isEmpty();
        assertThat(call(alice, "withdraw", 0L)).isEmpty();
        long before = free(bob.account());
        assertThat(call(bob, "withdraw", 0L)).isEmpty();
        assertThat(free(bob.account()) - before).isBetween(5 * TAO - TAO / 100, 5 * TAO);
        assertThat(peer.event("Withdrew")).containsEntry("amount", 5 * TAO);
        assertThat(loan().get("raised")).isEqualTo(10 * TAO);
        assertThat(loan().get("contributors_count")).isEqualTo(1L);
    }

    @Test
    void a_loan_that_failed_is_refunded_and_then_dissolved() {
        open();
        assertThat(call(bob, "contribute", 0L, 5 * TAO)).isEmpty();
        chain.produceBlocks(100);
        assertThat(call(bob, "contribute", 0L, 5 * TAO)).isEqualTo("ContributionPeriodEnded");
        assertThat(call(alice, "dissolve", 0L)).isEqualTo("NotReadyToDissolve");
        assertThat(call(bob, "refund", 0L)).isEqualTo("InvalidOrigin");
        assertThat(call(alice, "refund", 0L)).isEmpty();
        assertThat(peer.event("AllRefunded")).containsEntry("crowdloan_id", 0L);
        assertThat(peer.storage(PALLET, "Contributions", 0L, bob.account())).isEmpty();
        assertThat(call(bob, "dissolve", 0L)).isEqualTo("InvalidOrigin");
        AccountId account = funds();
        assertThat(call(alice, "dissolve", 0L)).isEmpty();
        assertThat(peer.event("Dissolved")).containsEntry("crowdloan_id", 0L);
        assertThat(peer.storage(PALLET, "Crowdloans", 0L)).isEmpty();
        assertThat(free(account)).isZero();
        assertThat(call(alice, "dissolve", 0L)).isEqualTo("InvalidCrowdloanId");
    }

    @Test
    void its_terms_change_within_what_was_raised_and_given() {
        open();
        assertThat(call(bob, "update_cap", 0L, 40 * TAO)).isEqualTo("InvalidOrigin");
        assertThat(call(alice, "update_cap", 0L, 9 * TAO)).isEqualTo("CapTooLow");
        assertThat(call(alice, "update_cap", 0L, 40 * TAO)).isEmpty();
        assertThat(peer.event("CapUpdated")).containsEntry("new_cap", 40 * TAO);
        assertThat(call(alice, "update_end", 0L, 3L)).isEqualTo("CannotEndInPast");
        assertThat(call(alice, "update_end", 0L, 500L)).isEmpty();
        assertThat(call(alice, "set_max_contribution", 0L, Optional.of(9 * TAO)))
                .isEqualTo("MaximumContributionTooLow");
        assertThat(call(alice, "set_max_contribution", 0L, Optional.of(12 * TAO)))
                .isEmpty();
        assertThat(call(alice, "update_min_contribution", 0L, 13 * TAO)).isEqualTo("MinimumContributionTooHigh");
        assertThat(call(alice, "update_min_contribution", 0L, 1L)).isEqualTo("MinimumContributionTooLow");
        assertThat(call(alice, "update_min_contribution", 0L, 2 * TAO)).isEmpty();
        assertThat(call(bob, "contribute", 0L, 20 * TAO)).isEmpty();
        assertThat(peer.event("Contributed")).containsEntry("amount", 12 * TAO);
        assertThat(call(bob, "contribute", 0L, 2 * TAO)).isEqualTo("MaxContributionReached");
        assertThat(call(alice, "set_max_contribution", 0L, Optional.empty())).isEmpty();
        assertThat(call(bob, "contribute", 0L, 2 * TAO)).isEmpty();
    }

    @Test
    void a_call_that_leaves_the_money_where_it_is_does_not_end_a_loan() {
        Call remark = peer.call("System", "remark", (Object) new byte[] {1});
        assertThat(create(10 * TAO, TAO, 20 * TAO, 100, Optional.of(remark), Optional.empty()))
                .isEmpty();
        assertThat(((Variant) ((Optional<?>) loan().get("call")).orElseThrow()).name())
                .isEqualTo("Inline");
        assertThat(call(bob, "contribute", 0L, 10 * TAO)).isEmpty();
        assertThat(call(alice, "finalize", 0L)).isEqualTo("FundsNotSettled");
        assertThat(loan().get("finalized")).isEqualTo(false);
        assertThat(free(funds())).isEqualTo(20 * TAO);
        assertThat(peer.storage(PALLET, "CurrentCrowdloanId")).isEmpty();
        Call both = peer.call("Utility", "batch", List.of(remark, remark));
        Call large = peer.call("System", "remark", (Object) new byte[200]);
        assertThat(create(10 * TAO, TAO, 20 * TAO, 100, Optional.of(both), Optional.of(target)))
                .isEqualTo("InvalidFinalizationConfig");
        assertThat(create(10 * TAO, TAO, 20 * TAO, 100, Optional.of(large), Optional.empty()))
                .isEqualTo("CallUnavailable");
    }
}
