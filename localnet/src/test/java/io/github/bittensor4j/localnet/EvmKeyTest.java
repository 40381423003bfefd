package io.github.bittensor4j.localnet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.crypto.Keypair;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** EVM keys of neurons over the chain's port. The signature was made by the Python library eth-account, for the hotkey of //Bob and block 1. */
class EvmKeyTest {
    private static final String MODULE = "SubtensorModule";
    private static final int NETUID = 2;
    private static final byte[] ADDRESS = HexFormat.of().parseHex("2c7536e3605d9c16a7a3d7b1898e529396a65c23");
    private static final byte[] SIGNATURE = HexFormat.of()
            .parseHex("c1874708b3396580e21cc066e3105198557afd6e9ca075ffa0ee055022b3d063"
                    + "5e40e1bca33fda0ae5b85444733a1e532abd183d95761555500cf45a6002adaf1b");

    private final Keypair alice = Keypair.development("Alice");
    private final Keypair bob = Keypair.development("Bob");
    private final Keypair charlie = Keypair.development("Charlie");
    private final Localnet chain =
            Localnet.builder().blockTime(BlockTime.MANUAL).start();
    private final Peer peer = new Peer(chain);

    @BeforeEach
    void takeASeat() {
        chain.produceBlocks(1);
        assertThat(peer.send(
                        alice,
                        MODULE,
                        "register_network",
                        Keypair.development("owner").account()))
                .isEmpty();
        assertThat(peer.send(alice, MODULE, "burned_register", NETUID, bob.account()))
                .isEmpty();
    }

    @AfterEach
    void stop() {
        chain.close();
    }

    private String associate(Keypair hotkey, byte[] address, byte[] signature) {
        return peer.send(hotkey, MODULE, "associate_evm_key", NETUID, address, 1L, signature);
    }

    private Optional<Object> known(int uid) {
        return peer.storage(MODULE, "AssociatedEvmAddress", NETUID, uid);
    }

    private Optional<Object> neurons() {
        return peer.storage(MODULE, "AssociatedUidsByEvmAddress", NETUID, ADDRESS);
    }

    @Test
    void a_neuron_shows_that_it_holds_an_address_and_pays_nothing() {
        long before = (Long) peer.balance(bob.account()).get("free");
        assertThat(associate(bob, ADDRESS, SIGNATURE)).isEmpty();
        assertThat(peer.event("EvmKeyAssociated"))
                .containsEntry("hotkey", bob.account())
                .containsEntry("evm_key", ADDRESS);
        long block = (Long) peer.event("EvmKeyAssociated").get("block_associated");
        assertThat(known(1))
                .hasValueSatisfying(value -> assertThat((List<?>) value)
                        .satisfiesExactly(
                                address -> assertThat(address).isEqualTo(ADDRESS),
                                at -> assertThat(at).isEqualTo(block)));
        assertThat(neurons()).contains(List.of(List.of(1, block)));
        assertThat(peer.balance(bob.account())).containsEntry("free", before);
    }

    @Test
    void said_again_it_only_is_newer() {
        assertThat(associate(bob, ADDRESS, SIGNATURE)).isEmpty();
        assertThat(associate(bob, ADDRESS, SIGNATURE)).isEmpty();
        long block = (Long) peer.event("EvmKeyAssociated").get("block_associated");
        assertThat(neurons()).contains(List.of(List.of(1, block)));
    }

    @Test
    void nothing_but_its_own_keys_signature_for_this_hotkey_counts() {
        byte[] changed = SIGNATURE.clone();
        changed[40] ^= 1;
        assertThat(associate(bob, ADDRESS, changed)).isIn("InvalidRecoveredPublicKey", "InvalidIdentity");
        assertThat(associate(bob, new byte[20], SIGNATURE)).isEqualTo("InvalidRecoveredPublicKey");
        assertThat(associate(bob, ADDRESS, new byte[65])).isEqualTo("InvalidIdentity");
        assertThat(peer.send(bob, MODULE, "associate_evm_key", NETUID, ADDRESS, 2L, SIGNATURE))
                .isEqualTo("InvalidRecoveredPublicKey");
        assertThat(associate(charlie, ADDRESS, SIGNATURE)).isEqualTo("NonAssociatedColdKey");
        assertThat(peer.send(bob, MODULE, "associate_evm_key", 77, ADDRESS, 1L, SIGNATURE))
                .isEqualTo("SubnetNotExists");
        assertThat(peer.send(alice, MODULE, "try_associate_hotkey", charlie.account()))
                .isEmpty();
        assertThat(associate(charlie, ADDRESS, SIGNATURE)).isEqualTo("HotKeyNotRegisteredInSubNet");
        assertThat(known(1)).isEmpty();
        assertThat(neurons()).isEmpty();
    }
}
