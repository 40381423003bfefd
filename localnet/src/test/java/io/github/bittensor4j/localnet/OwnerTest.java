package io.github.bittensor4j.localnet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.crypto.Keypair;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a subnet's owner does besides its settings, over the chain's port: its sign, alpha bought back and destroyed; and a setting of root. */
class OwnerTest {
    private static final long TAO = 1_000_000_000L;
    private static final String MODULE = "SubtensorModule";
    private static final int NETUID = 2;

    private final Keypair alice = Keypair.development("Alice");
    private final Keypair owner = Keypair.development("Bob");
    private final AccountId hotkey = Keypair.development("owner").account();
    private final Localnet chain =
            Localnet.builder().blockTime(BlockTime.MANUAL).start();
    private final Peer peer = new Peer(chain);

    @BeforeEach
    void startASubnet() {
        chain.produceBlocks(1);
        assertThat(peer.send(owner, MODULE, "register_network", hotkey)).isEmpty();
        assertThat(peer.send(owner, MODULE, "start_call", NETUID)).isEmpty();
    }

    @AfterEach
    void stop() {
        chain.close();
    }

    private String sign(Keypair who, String symbol) {
        return peer.send(who, MODULE, "update_symbol", NETUID, symbol.getBytes(StandardCharsets.UTF_8));
    }

    private String sign() {
        return new String((byte[]) peer.storage(MODULE, "TokenSymbol", NETUID).orElseThrow(), StandardCharsets.UTF_8);
    }

    private long number(String pallet, String item) {
        return (Long) peer.storage(pallet, item, NETUID).orElse(0L);
    }

    @Test
    void an_owner_gives_its_subnet_a_sign_that_the_chain_knows_and_nobody_has() {
        assertThat(sign()).isEqualTo("β");
        assertThat(sign(alice, "ξ")).isEqualTo("BadOrigin");
        assertThat(sign(owner, "α")).as("subnet 1's").isEqualTo("SymbolAlreadyInUse");
        assertThat(sign(owner, "β")).as("its own").isEqualTo("SymbolAlreadyInUse");
        assertThat(sign(owner, "Ω")).isEqualTo("SymbolDoesNotExist");
        assertThat(sign(owner, "Τ")).as("root's").isEqualTo("SymbolDoesNotExist");
        assertThat(sign(owner, "ξ")).isEmpty();
        assertThat(peer.event("SymbolUpdated")).containsEntry("netuid", NETUID);
        assertThat(sign()).isEqualTo("ξ");
        assertThat(peer.send(
                        alice,
                        "Sudo",
                        "sudo",
                        peer.call(MODULE, "update_symbol", NETUID, "ඖ".getBytes(StandardCharsets.UTF_8))))
                .isEmpty();
        assertThat(sign()).isEqualTo("ඖ");
    }

    @Test
    void a_new_subnet_gets_the_sign_of_its_number_or_the_first_that_is_free() {
        assertThat(sign(owner, "γ")).isEmpty();
        assertThat(peer.sudo(alice, "sudo_set_network_rate_limit", 0L)).isEmpty();
        assertThat(peer.send(
                        owner,
                        MODULE,
                        "register_network",
                        Keypair.development("second").account()))
                .isEmpty();
        assertThat(new String((byte[]) peer.storage(MODULE, "TokenSymbol", 3).orElseThrow(), StandardCharsets.UTF_8))
                .isEqualTo("β");
    }

    @Test
    void alpha_that_is_bought_and_burned_is_nobodys_and_stays_issued() {
        assertThat(peer.send(owner, MODULE, "add_stake_burn", hotkey, NETUID, 10 * TAO, Optional.of(1L)))
                .isEqualTo("SlippageTooHigh");
        assertThat(peer.send(owner, MODULE, "add_stake_burn", hotkey, 0, 10 * TAO, Optional.empty()))
                .isEqualTo("SubtokenDisabled");
        AccountId nobody = Keypair.development("nobody").account();
        assertThat(peer.send(owner, MODULE, "add_stake_burn", nobody, NETUID, 10 * TAO, Optional.empty()))
                .isEqualTo("HotKeyAccountNotExists");
        long before = number(MODULE, "SubnetAlphaOut");
        assertThat(peer.send(owner, MODULE, "add_stake_burn", hotkey, NETUID, 10 * TAO, Optional.empty()))
                .isEmpty();
        Map<String, Object> event = peer.event("AddStakeBurn");
        long alpha = (Long) event.get("alpha");
        assertThat(alpha).isPositive();
        assertThat(event).containsEntry("hotkey", hotkey).containsEntry("amount", 10 * TAO);
        assertThat(number("AlphaAssets", "AlphaBurned")).isEqualTo(alpha);
        assertThat(number(MODULE, "SubnetAlphaOut") - before).isGreaterThanOrEqualTo(alpha);
        assertThat(number(MODULE, "TotalAlphaStaked")).isZero();
    }

    @Test
    void alpha_that_is_recycled_can_be_issued_again() {
        assertThat(peer.send(owner, MODULE, "add_stake", hotkey, NETUID, 10 * TAO))
                .isEmpty();
        long staked = number(MODULE, "TotalAlphaStaked");
        assertThat(peer.send(owner, MODULE, "recycle_alpha", hotkey, TAO, NETUID))
                .isEmpty();
        assertThat(number("AlphaAssets", "AlphaRecycled")).isGreaterThanOrEqualTo(TAO);
        assertThat(staked - number(MODULE, "TotalAlphaStaked")).isEqualTo(TAO);
        assertThat(peer.send(owner, MODULE, "burn_alpha", hotkey, TAO, NETUID)).isEmpty();
        assertThat(number("AlphaAssets", "AlphaBurned")).isGreaterThanOrEqualTo(TAO);
        assertThat(peer.send(owner, MODULE, "burn_alpha", hotkey, TAO, 0)).isEqualTo("CannotBurnOrRecycleOnRootSubnet");
        assertThat(peer.send(owner, MODULE, "recycle_alpha", hotkey, TAO, 77)).isEqualTo("SubnetNotExists");
    }

    private String trim(Keypair who, int seats) {
        return peer.send(who, "AdminUtils", "sudo_trim_to_max_allowed_uids", NETUID, seats);
    }

    private AccountId register(String name) {
        AccountId neuron = Keypair.development(name).account();
        assertThat(peer.send(alice, MODULE, "burned_register", NETUID, neuron)).isEmpty();
        return neuron;
    }

    @Test
    void a_subnet_is_made_smaller_by_who_earned_least() {
        assertThat(peer.sudo(alice, "sudo_set_admin_freeze_window", 0)).isEmpty();
        assertThat(peer.sudo(alice, "sudo_set_immunity_period", NETUID, 20)).isEmpty();
        AccountId first = register("first");
        AccountId second = register("second");
        AccountId third = register("third");
        assertThat(trim(alice, 64)).isEqualTo("BadOrigin");
        assertThat(trim(owner, 300)).isEqualTo("InvalidValue");
        assertThat(trim(owner, 2)).as("fewer than the least").isEqualTo("InvalidValue");
        assertThat(peer.sudo(alice, "sudo_set_min_allowed_uids", NETUID, 2)).isEmpty();
        assertThat(trim(owner, 3)).as("most are new").isEqualTo("TrimmingWouldExceedMaxImmunePercentage");
        chain.produceBlocks(20);
        assertThat(trim(owner, 3)).isEmpty();
        assertThat(peer.storage(MODULE, "SubnetworkN", NETUID)).contains(3);
        assertThat(peer.storage(MODULE, "MaxAllowedUids", NETUID)).contains(3);
        assertThat(peer.storage(MODULE, "Keys", NETUID, 0)).contains(hotkey);
        assertThat(peer.storage(MODULE, "Keys", NETUID, 1)).contains(first);
        assertThat(peer.storage(MODULE, "Keys", NETUID, 2)).contains(second);
        assertThat(peer.storage(MODULE, "Keys", NETUID, 3)).isEmpty();
        assertThat(peer.storage(MODULE, "Uids", NETUID, third)).isEmpty();
        assertThat(peer.storage(MODULE, "IsNetworkMember", third, NETUID)).isEmpty();
        assertThat((List<?>) peer.read("NeuronInfoRuntimeApi", "get_neurons_lite", NETUID))
                .hasSize(3);
        chain.produceBlocks(12);
        assertThat((List<?>) peer.read("NeuronInfoRuntimeApi", "get_neurons_lite", NETUID))
                .as("after an epoch")
                .hasSize(3);
    }

    @Test
    void who_stays_keeps_weights_for_those_who_stay() {
        assertThat(peer.sudo(alice, "sudo_set_admin_freeze_window", 0)).isEmpty();
        assertThat(peer.sudo(alice, "sudo_set_immunity_period", NETUID, 4)).isEmpty();
        assertThat(peer.sudo(alice, "sudo_set_commit_reveal_weights_enabled", NETUID, false))
                .isEmpty();
        assertThat(peer.sudo(alice, "sudo_set_weights_set_rate_limit", NETUID, 0L))
                .isEmpty();
        register("first");
        Keypair validator = Keypair.development("validator");
        assertThat(peer.send(alice, MODULE, "burned_register", NETUID, validator.account()))
                .isEmpty();
        AccountId miner = register("miner");
        register("last");
        assertThat(peer.sudo(alice, "sudo_set_subnet_emission_enabled", NETUID, true))
                .isEmpty();
        assertThat(peer.send(alice, MODULE, "add_stake", validator.account(), NETUID, 100 * TAO))
                .isEmpty();
        chain.produceBlocks(11);
        assertThat(peer.send(validator, MODULE, "set_weights", NETUID, List.of(1, 3), List.of(1, 65_535), 0L))
                .isEmpty();
        chain.produceBlocks(24);
        assertThat(peer.sudo(alice, "sudo_set_min_allowed_uids", NETUID, 2)).isEmpty();
        assertThat(trim(owner, 3)).isEmpty();
        assertThat(peer.storage(MODULE, "Keys", NETUID, 1)).contains(validator.account());
        assertThat(peer.storage(MODULE, "Keys", NETUID, 2)).contains(miner);
        assertThat(peer.storage(MODULE, "Uids", NETUID, miner)).contains(2);
        assertThat(peer.storage(MODULE, "Weights", NETUID, 1)).contains(List.of(List.of(2, 65_535)));
    }

    @Test
    void the_threshold_of_roots_payments_is_set_by_root_within_a_bound() {
        assertThat(peer.send(owner, MODULE, "sudo_set_root_claim_threshold", 0, 1L))
                .isEqualTo("BadOrigin");
        assertThat(threshold(NETUID, 1L)).isEqualTo("InvalidRootClaimThreshold");
        assertThat(threshold(0, 10_000_001L)).isEqualTo("InvalidRootClaimThreshold");
        assertThat(threshold(0, 10_000_000L)).isEmpty();
        assertThat(peer.storage(MODULE, "RootClaimableThreshold", 0))
                .contains(BigInteger.valueOf(10_000_000).shiftLeft(32));
    }

    private String threshold(int netuid, long rao) {
        return peer.send(alice, "Sudo", "sudo", peer.call(MODULE, "sudo_set_root_claim_threshold", netuid, rao));
    }
}
