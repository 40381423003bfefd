package io.github.bittensor4j.localnet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.localnet.internal.declare.Variant;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A subnet's life over the chain's port: each honest form is accepted before its refusals are tried. */
class SubnetLifeTest {
    private static final long TAO = 1_000_000_000L;
    private static final int NETUID = 2;

    private final Keypair alice = Keypair.development("Alice");
    private final Keypair owner = Keypair.development("Bob");
    private final Keypair rich = Keypair.development("Charlie");
    private final Keypair validator = Keypair.development("validator");
    private final Keypair second = Keypair.development("second");
    private final Keypair colluder = Keypair.development("colluder");
    private final Keypair miner = Keypair.development("miner");
    private final Keypair friend = Keypair.development("friend");
    private final Localnet chain =
            Localnet.builder().blockTime(BlockTime.MANUAL).start();
    private final Peer peer = new Peer(chain);

    @BeforeEach
    void startASubnet() {
        chain.produceBlocks(1);
        assertThat(peer.send(
                        owner,
                        "SubtensorModule",
                        "register_network",
                        Keypair.development("owner").account()))
                .isEmpty();
        assertThat(peer.send(owner, "SubtensorModule", "start_call", NETUID)).isEmpty();
        assertThat(peer.sudo(alice, "sudo_set_admin_freeze_window", 0)).isEmpty();
        assertThat(peer.sudo(alice, "sudo_set_commit_reveal_weights_enabled", NETUID, false))
                .isEmpty();
        // uids 1 to 5; uid 0 is the owner's
        for (Keypair hotkey : List.of(validator, second, colluder, miner, friend)) {
            assertThat(peer.send(rich, "SubtensorModule", "burned_register", NETUID, hotkey.account()))
                    .isEmpty();
        }
    }

    @AfterEach
    void stop() {
        chain.close();
    }

    @Test
    void an_axon_is_served_but_not_at_127_0_0_1() {
        assertThat(serve(miner, 0x7f00_0002L, 8091)).isEmpty();
        assertThat(axonOf(4).get("ip")).isEqualTo(BigInteger.valueOf(0x7f00_0002L));
        assertThat(axonOf(4).get("port")).isEqualTo(8091);
        assertThat(serve(miner, 0x7f00_0001L, 8091)).isEqualTo("1010 Custom error: 11");
        assertThat(serve(miner, 0x7f00_0002L, 8091)).as("too soon").isEqualTo("1010 Custom error: 12");
        assertThat(serve(owner, 0x7f00_0002L, 8091)).as("not registered").isEqualTo("1010 Custom error: 10");
    }

    @Test
    void weights_are_set_by_who_may_when_it_may_and_on_who_is_there() {
        stakeAndWaitForPermits();
        assertThat(peer.sudo(alice, "sudo_set_weights_version_key", NETUID, 7L)).isEmpty();
        chain.produceBlocks(100);
        assertThat(weigh(validator, List.of(4), List.of(65_535), 7)).isEmpty();
        assertThat(weigh(validator, List.of(4), List.of(65_535), 7))
                .as("too soon")
                .isEqualTo("1010 Custom error: 6");
        assertThat(peer.sudo(alice, "sudo_set_weights_set_rate_limit", NETUID, 0L))
                .isEmpty();
        assertThat(weigh(validator, List.of(4), List.of(65_535), 6)).isEqualTo("IncorrectWeightVersionKey");
        assertThat(weigh(miner, List.of(3), List.of(65_535), 7)).isEqualTo("NeuronNoValidatorPermit");
        assertThat(weigh(validator, List.of(9), List.of(65_535), 7)).isEqualTo("UidVecContainInvalidOne");
        assertThat(weigh(validator, List.of(4, 4), List.of(1, 1), 7)).isEqualTo("DuplicateUids");
        assertThat(weigh(validator, List.of(4), List.of(65_535), 8))
                .as("a newer key")
                .isEmpty();
    }

    @Test
    void plain_weights_are_refused_by_name_while_they_must_be_committed() {
        stakeAndWaitForPermits();
        chain.produceBlocks(100);
        assertThat(weigh(validator, List.of(4), List.of(65_535), 0)).isEmpty();
        assertThat(peer.sudo(alice, "sudo_set_commit_reveal_weights_enabled", NETUID, true))
                .isEmpty();
        assertThat(weigh(validator, List.of(4), List.of(65_535), 0)).isEqualTo("CommitRevealEnabled");
    }

    @Test
    void nobody_spends_what_it_does_not_have() {
        Object stranger = Variant.of("Id", Keypair.development("stranger").account());
        assertThat(peer.send(rich, "Balances", "transfer_keep_alive", stranger, TAO))
                .isEmpty();
        assertThat(peer.send(rich, "Balances", "transfer_keep_alive", stranger, 2_000_000 * TAO))
                .contains("FundsUnavailable");
        assertThat(peer.send(rich, "SubtensorModule", "add_stake", validator.account(), NETUID, TAO))
                .isEmpty();
        Keypair poor = Keypair.development("stranger");
        assertThat(peer.send(poor, "SubtensorModule", "add_stake", validator.account(), NETUID, 5 * TAO))
                .isEqualTo("NotEnoughBalanceToStake");
        assertThat(peer.send(
                        Keypair.development("penniless"),
                        "SubtensorModule",
                        "add_stake",
                        validator.account(),
                        NETUID,
                        TAO))
                .startsWith("1010 Inability to pay some fees");
    }

    @Test
    void an_epoch_pays_the_miner_and_clips_the_colluder() {
        stakeAndWaitForPermits();
        assertThat(peer.sudo(alice, "sudo_set_weights_set_rate_limit", NETUID, 0L))
                .isEmpty();
        assertThat(peer.sudo(alice, "sudo_set_subnet_emission_enabled", NETUID, true))
                .isEmpty();
        assertThat(weigh(validator, List.of(4, 5), List.of(65_535, 0), 0)).isEmpty();
        assertThat(weigh(second, List.of(4, 5), List.of(65_535, 0), 0)).isEmpty();
        assertThat(weigh(colluder, List.of(5), List.of(65_535), 0)).isEmpty();
        chain.produceBlocks(20);

        List<Map<?, ?>> neurons = neurons();
        assertThat(neurons.get(4).get("incentive")).isEqualTo(65_535);
        assertThat(neurons.get(5).get("incentive")).as("the colluder's friend").isEqualTo(0);
        assertThat((Integer) neurons.get(1).get("dividends")).isPositive();
        assertThat(neurons.get(3).get("dividends")).as("the colluder").isEqualTo(0);
        assertThat((Long) neurons.get(4).get("emission")).isPositive();
        assertThat(neurons.get(4).get("stake"))
                .as("the miner's earnings are stake")
                .isNotEqualTo(List.of(List.of(rich.account(), 0L)));
    }

    private void stakeAndWaitForPermits() {
        long[] stakes = {300, 200, 100};
        List<Keypair> validators = List.of(validator, second, colluder);
        for (int i = 0; i < validators.size(); i++) {
            assertThat(peer.send(
                            rich,
                            "SubtensorModule",
                            "add_stake",
                            validators.get(i).account(),
                            NETUID,
                            stakes[i] * TAO))
                    .isEmpty();
        }
        chain.produceBlocks(11);
        assertThat(neurons().get(1).get("validator_permit")).isEqualTo(true);
    }

    private String serve(Keypair hotkey, long ip, int port) {
        return peer.send(hotkey, "SubtensorModule", "serve_axon", NETUID, 1L, BigInteger.valueOf(ip), port, 4, 4, 0, 0);
    }

    private String weigh(Keypair hotkey, List<Integer> uids, List<Integer> values, long versionKey) {
        return peer.send(hotkey, "SubtensorModule", "set_weights", NETUID, uids, values, versionKey);
    }

    private Map<?, ?> axonOf(int uid) {
        return (Map<?, ?>) neurons().get(uid).get("axon_info");
    }

    private List<Map<?, ?>> neurons() {
        List<Map<?, ?>> neurons = new ArrayList<>();
        for (Object neuron : (List<?>) peer.read("NeuronInfoRuntimeApi", "get_neurons_lite", NETUID)) {
            neurons.add((Map<?, ?>) neuron);
        }
        return neurons;
    }
}
