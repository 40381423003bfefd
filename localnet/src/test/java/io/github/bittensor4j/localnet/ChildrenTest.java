package io.github.bittensor4j.localnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.crypto.Keypair;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hotkeys that lend their stake weight to others, over the chain's port. */
class ChildrenTest {
    private static final long TAO = 1_000_000_000L;
    private static final int NETUID = 2;
    private static final String MODULE = "SubtensorModule";
    private static final long HALF = Long.MAX_VALUE;
    private static final long WHOLE = -1;

    private final Keypair alice = Keypair.development("Alice");
    private final Keypair owner = Keypair.development("Bob");
    private final Keypair rich = Keypair.development("Charlie");
    private final AccountId parent = Keypair.development("parent").account();
    private final Keypair child = Keypair.development("child");
    private final AccountId miner = Keypair.development("miner").account();
    private final Localnet chain =
            Localnet.builder().blockTime(BlockTime.MANUAL).start();
    private final Peer peer = new Peer(chain);

    @BeforeEach
    void startASubnet() {
        chain.produceBlocks(1);
        peer.openSubnet(alice, owner, NETUID);
    }

    private void startAndStake() {
        assertThat(peer.send(owner, MODULE, "start_call", NETUID)).isEmpty();
        assertThat(peer.send(rich, MODULE, "burned_register", NETUID, parent)).isEmpty();
        assertThat(peer.send(alice, MODULE, "burned_register", NETUID, child.account()))
                .isEmpty();
        assertThat(peer.send(alice, MODULE, "burned_register", NETUID, miner)).isEmpty();
        assertThat(peer.send(rich, MODULE, "add_stake", parent, NETUID, 100 * TAO))
                .isEmpty();
    }

    @AfterEach
    void stop() {
        chain.close();
    }

    private static List<Object> edge(long proportion, AccountId hotkey) {
        return List.of(proportion, hotkey);
    }

    private String setChildren(Object... children) {
        return peer.send(rich, MODULE, "set_children", parent, NETUID, List.of(children));
    }

    private Optional<Object> children() {
        return peer.storage(MODULE, "ChildKeys", parent, NETUID);
    }

    private long weight(int uid) {
        Map<?, ?> metagraph =
                (Map<?, ?>) ((Optional<?>) peer.read("SubnetInfoRuntimeApi", "get_metagraph", NETUID)).orElseThrow();
        return (Long) ((List<?>) metagraph.get("alpha_stake")).get(uid);
    }

    private void waitForChildren() {
        for (int i = 0; i < 40 && children().isEmpty(); i++) {
            chain.produceBlocks(1);
        }
        assertThat(children()).isPresent();
    }

    @Test
    void children_are_set_after_a_while_and_carry_their_parents_stake() {
        startAndStake();
        long before = weight(1);
        assertThat(before).isPositive();
        assertThat(setChildren(edge(HALF, child.account()))).isEmpty();
        assertThat(peer.event("SetChildrenScheduled")).isNotEmpty();
        assertThat(children()).isEmpty();
        waitForChildren();
        assertThat(children()).contains(List.of(edge(HALF, child.account())));
        assertThat(peer.storage(MODULE, "ParentKeys", child.account(), NETUID)).contains(List.of(edge(HALF, parent)));
        assertThat(peer.storage(MODULE, "PendingChildKeys", NETUID, parent)).isEmpty();
        assertThat(weight(1) - weight(2)).as("shares have 32 bits").isBetween(0L, (weight(1) >> 30) + 1);
    }

    @Test
    void on_a_subnet_that_has_not_started_children_are_set_at_once() {
        assertThat(peer.send(rich, MODULE, "try_associate_hotkey", parent)).isEmpty();
        assertThat(setChildren(edge(WHOLE, child.account()))).isEmpty();
        assertThat(peer.event("SetChildren")).isNotEmpty();
        assertThat(children()).contains(List.of(edge(WHOLE, child.account())));
    }

    @Test
    void children_have_the_refusals_of_the_chain() {
        assertThat(peer.send(rich, MODULE, "try_associate_hotkey", parent)).isEmpty();
        assertThat(peer.send(rich, MODULE, "set_children", parent, 0, List.of()))
                .isEqualTo("RegistrationNotPermittedOnRootSubnet");
        assertThat(peer.send(rich, MODULE, "set_children", parent, 9, List.of()))
                .isEqualTo("SubnetNotExists");
        assertThat(peer.send(alice, MODULE, "set_children", parent, NETUID, List.of()))
                .isEqualTo("NonAssociatedColdKey");
        assertThat(setChildren(edge(1, miner), edge(1, miner))).isEqualTo("DuplicateChild");
        assertThat(setChildren(edge(1, parent))).isEqualTo("InvalidChild");
        assertThat(setChildren(edge(WHOLE, miner), edge(1, child.account()))).isEqualTo("ProportionOverflow");
        Object[] six = {
            edge(1, account("a")), edge(1, account("b")), edge(1, account("c")),
            edge(1, account("d")), edge(1, account("e")), edge(1, account("f"))
        };
        assertThat(setChildren(six)).isEqualTo("TooManyChildren");
        assertThat(setChildren(edge(1, child.account()))).isEmpty();
        assertThat(setChildren()).isEqualTo("TxRateLimitExceeded");
        assertThat(peer.send(alice, MODULE, "try_associate_hotkey", child.account()))
                .isEmpty();
        assertThat(peer.send(alice, MODULE, "set_children", child.account(), NETUID, List.of(edge(1, parent))))
                .isEqualTo("ChildParentInconsistency");
        assertThat(peer.sudo(alice, "sudo_set_stake_threshold", TAO)).isEmpty();
        assertThat(peer.send(alice, MODULE, "set_children", child.account(), NETUID, List.of(edge(1, miner))))
                .isEqualTo("NotEnoughStakeToSetChildkeys");
    }

    private static AccountId account(String name) {
        return Keypair.development(name).account();
    }

    @Test
    void a_parent_below_the_threshold_lends_nothing_until_it_is_above_again() {
        startAndStake();
        assertThat(setChildren(edge(WHOLE, child.account()))).isEmpty();
        waitForChildren();
        assertThat(weight(1)).isZero();
        assertThat(weight(2)).isPositive();
        assertThat(peer.sudo(alice, "sudo_set_stake_threshold", 1_000_000 * TAO))
                .isEmpty();
        assertThat(peer.storage(MODULE, "ChildkeyThresholdSuspended", parent)).isPresent();
        assertThat(weight(1)).isPositive();
        assertThat(weight(2)).isZero();
        assertThat(peer.sudo(alice, "sudo_set_stake_threshold", 0L)).isEmpty();
        assertThat(weight(1)).isZero();
    }

    @Test
    void a_childs_dividends_go_to_its_parents_less_its_take() {
        startAndStake();
        assertThat(peer.send(alice, MODULE, "set_childkey_take", child.account(), NETUID, 11_797))
                .isEqualTo("InvalidChildkeyTake");
        assertThat(peer.send(rich, MODULE, "set_childkey_take", child.account(), NETUID, 100))
                .isEqualTo("NonAssociatedColdKey");
        assertThat(peer.send(alice, MODULE, "set_childkey_take", child.account(), NETUID, 10_000))
                .isEmpty();
        assertThat(peer.send(alice, MODULE, "set_childkey_take", child.account(), NETUID, 11_796))
                .isEqualTo("TxChildkeyTakeRateLimitExceeded");
        assertThat(setChildren(edge(WHOLE, child.account()))).isEmpty();
        waitForChildren();
        chain.produceBlocks(11);
        assertThat(peer.send(child, MODULE, "set_weights", NETUID, List.of(3), List.of(65_535), 0L))
                .isEmpty();
        long before = dividends(parent);
        for (int i = 0; i < 40 && dividends(parent) <= before; i++) {
            chain.produceBlocks(1);
        }
        assertThat(dividends(parent)).isPositive();
        double taken = (double) dividends(child.account()) / (dividends(parent) + dividends(child.account()));
        assertThat(taken).isCloseTo(10_000 / 65_535.0, offset(0.001));
    }

    private long dividends(AccountId hotkey) {
        return (Long)
                peer.storage(MODULE, "AlphaDividendsPerSubnet", NETUID, hotkey).orElse(0L);
    }

    @Test
    void children_follow_a_swapped_hotkey_on_both_sides() {
        assertThat(peer.send(rich, MODULE, "try_associate_hotkey", parent)).isEmpty();
        assertThat(setChildren(edge(5, child.account()))).isEmpty();
        assertThat(peer.send(alice, MODULE, "try_associate_hotkey", child.account()))
                .isEmpty();
        AccountId next = account("next");
        AccountId grown = account("grown");
        assertThat(peer.send(rich, MODULE, "swap_hotkey", parent, next, Optional.empty()))
                .isEmpty();
        assertThat(peer.send(alice, MODULE, "swap_hotkey", child.account(), grown, Optional.empty()))
                .isEmpty();
        assertThat(children()).isEmpty();
        assertThat(peer.storage(MODULE, "ChildKeys", next, NETUID)).contains(List.of(edge(5, grown)));
        assertThat(peer.storage(MODULE, "ParentKeys", grown, NETUID)).contains(List.of(edge(5, next)));
        assertThat(peer.storage(MODULE, "ParentKeys", child.account(), NETUID)).isEmpty();
    }
}
