package io.github.bittensor4j.localnet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.localnet.internal.declare.Call;
import io.github.bittensor4j.localnet.internal.declare.Values;
import io.github.bittensor4j.localnet.internal.declare.Variant;
import io.github.bittensor4j.testkit.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Accounts of several over the chain's port. */
class MultisigTest {
    private static final long TAO = 1_000_000_000L;
    private static final Map<String, Long> WEIGHT = Map.of("ref_time", 10_000_000_000L, "proof_size", 100_000L);
    private static final Vectors ACCOUNTS = Vectors.open("accounts.json");

    private final List<Keypair> three =
            List.of(Keypair.development("Alice"), Keypair.development("Bob"), Keypair.development("Charlie"));
    private final Keypair alice = three.get(0);
    private final Keypair bob = three.get(1);
    private final Keypair charlie = three.get(2);
    private final AccountId nobody = Keypair.development("Nobody").account();
    private final Localnet chain =
            Localnet.builder().blockTime(BlockTime.MANUAL).start();
    private final Peer peer = new Peer(chain);
    private AccountId account = nobody;
    private Call call = new Call("", "", Map.of());

    @BeforeEach
    void openAnAccountOfTwoOfThree() {
        call = peer.call("Balances", "transfer_keep_alive", Variant.of("Id", nobody), TAO);
        assertThat(approve(alice, Optional.empty())).isEmpty();
        account = (AccountId) peer.event("NewMultisig").get("multisig");
        assertThat(peer.send(alice, "Balances", "transfer_keep_alive", Variant.of("Id", account), 5 * TAO))
                .isEmpty();
    }

    @AfterEach
    void stop() {
        chain.close();
    }

    private static List<AccountId> others(Keypair than) {
        List<AccountId> all = new ArrayList<>(List.of(
                Keypair.development("Alice").account(),
                Keypair.development("Bob").account(),
                Keypair.development("Charlie").account()));
        all.remove(than.account());
        all.sort(Comparator.comparing(AccountId::bytes, Arrays::compareUnsigned));
        return all;
    }

    private byte[] hash() {
        return Hashes.blake2b256(Values.encode(peer.callType(), call));
    }

    private String approve(Keypair who, Optional<?> when) {
        return peer.send(who, "Multisig", "approve_as_multi", 2, others(who), when, hash(), WEIGHT);
    }

    private String run(Keypair who, Optional<?> when) {
        return peer.send(who, "Multisig", "as_multi", 2, others(who), when, call, WEIGHT);
    }

    private Optional<?> when() {
        return peer.storage("Multisig", "Multisigs", account, hash())
                .map(operation -> ((Map<?, ?>) operation).get("when"));
    }

    private long reserved(Keypair who) {
        return (Long) peer.balance(who.account()).get("reserved");
    }

    @Test
    void a_call_runs_once_enough_of_them_approved_it() {
        assertThat(reserved(alice)).isEqualTo(132_000_000 + 2 * 32_000_000);
        assertThat(run(bob, when())).isEmpty();
        assertThat(peer.event("Transfer")).containsEntry("from", account).containsEntry("to", nobody);
        assertThat(peer.event("MultisigExecuted")).containsEntry("approving", bob.account());
        assertThat(reserved(alice)).isZero();
        assertThat(when()).isEmpty();
    }

    @Test
    void its_account_is_the_one_that_everybody_computes() {
        assertThat(ACCOUNTS.root().at("/multisig/vectors")).anySatisfy((JsonNode vector) -> {
            assertThat(vector.get("threshold").asInt()).isEqualTo(2);
            assertThat(vector.get("signatories")).hasSize(3);
            assertThat(vector.get("ss58").asText()).isEqualTo(account.ss58());
        });
    }

    @Test
    void what_does_not_fit_the_open_operation_is_refused_by_name() {
        Optional<?> when = when();
        Optional<?> wrong = Optional.of(Map.of("height", 1L, "index", 9L));
        assertThat(run(bob, Optional.empty())).isEqualTo("NoTimepoint");
        assertThat(run(bob, wrong)).isEqualTo("WrongTimepoint");
        assertThat(approve(alice, when)).isEqualTo("AlreadyApproved");
        assertThat(peer.send(
                        bob,
                        "Multisig",
                        "as_multi",
                        2,
                        others(bob),
                        when,
                        call,
                        Map.of("ref_time", 1L, "proof_size", 1L)))
                .isEqualTo("MaxWeightTooLow");
        assertThat(peer.send(bob, "Multisig", "as_multi", 1, others(bob), when, call, WEIGHT))
                .isEqualTo("MinimumThreshold");
        assertThat(peer.send(bob, "Multisig", "as_multi", 2, List.of(), when, call, WEIGHT))
                .isEqualTo("TooFewSignatories");
        List<AccountId> turned = new ArrayList<>(others(bob));
        Collections.reverse(turned);
        assertThat(peer.send(bob, "Multisig", "as_multi", 2, turned, when, call, WEIGHT))
                .isEqualTo("SignatoriesOutOfOrder");
        assertThat(peer.send(bob, "Multisig", "as_multi", 2, others(alice), when, call, WEIGHT))
                .isEqualTo("SenderInSignatories");
        call = peer.call("System", "remark", new byte[3]);
        assertThat(run(bob, when)).as("nobody began it").isEqualTo("UnexpectedTimepoint");
    }

    @Test
    void approvals_beyond_the_call_itself_are_kept_until_somebody_brings_it() {
        Optional<?> when = when();
        assertThat(approve(bob, when)).isEmpty();
        assertThat(peer.event("MultisigApproval")).containsEntry("approving", bob.account());
        assertThat(approve(charlie, when)).as("two are enough").isEqualTo("AlreadyApproved");
        assertThat(run(charlie, when)).isEmpty();
    }

    @Test
    void a_failure_of_the_call_is_told_inside_and_the_operation_is_over() {
        call = peer.call("Balances", "transfer_keep_alive", Variant.of("Id", nobody), 50 * TAO);
        assertThat(run(alice, Optional.empty())).isEmpty();
        assertThat(run(charlie, when())).isEqualTo("inside: Token.FundsUnavailable");
        assertThat(when()).isEmpty();
    }

    @Test
    void only_who_began_an_operation_cancels_it() {
        Object when = when().orElseThrow();
        assertThat(peer.send(bob, "Multisig", "cancel_as_multi", 2, others(bob), when, hash()))
                .isEqualTo("NotOwner");
        assertThat(peer.send(alice, "Multisig", "cancel_as_multi", 2, others(alice), when, hash()))
                .isEmpty();
        assertThat(reserved(alice)).isZero();
        assertThat(peer.send(alice, "Multisig", "cancel_as_multi", 2, others(alice), when, hash()))
                .isEqualTo("NotFound");
    }

    @Test
    void one_of_several_is_enough_where_they_said_so() {
        Call remark = peer.call("System", "remark_with_event", new byte[3]);
        assertThat(peer.send(charlie, "Multisig", "as_multi_threshold_1", others(charlie), remark))
                .isEmpty();
        assertThat(peer.event("Remarked").get("sender"))
                .isEqualTo(peer.event("MultisigExecuted").get("multisig"))
                .isNotEqualTo(account);
        Call broke = peer.call("Balances", "transfer_keep_alive", Variant.of("Id", nobody), TAO);
        assertThat(peer.send(charlie, "Multisig", "as_multi_threshold_1", others(charlie), broke))
                .as("the call's failure is the extrinsic's")
                .isEqualTo("Token.FundsUnavailable");
    }
}
