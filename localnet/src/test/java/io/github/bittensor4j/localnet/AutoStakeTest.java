package io.github.bittensor4j.localnet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.crypto.Keypair;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a coldkey's miners earn, staked where it wants it, over the chain's port. */
class AutoStakeTest {
    private static final long TAO = 1_000_000_000L;
    private static final String MODULE = "SubtensorModule";
    private static final int NETUID = 2;

    private final Keypair alice = Keypair.development("Alice");
    private final Keypair owner = Keypair.development("Bob");
    private final Keypair miners = Keypair.development("Charlie");
    private final Keypair validator = Keypair.development("validator");
    private final AccountId miner = Keypair.development("miner").account();
    private final AccountId other = Keypair.development("other").account();
    private final Localnet chain =
            Localnet.builder().blockTime(BlockTime.MANUAL).start();
    private final Peer peer = new Peer(chain);

    @BeforeEach
    void startASubnet() {
        chain.produceBlocks(1);
        peer.openSubnet(alice, owner, NETUID);
        peer.startEarning(alice, owner, NETUID, validator.account());
        assertThat(peer.send(miners, MODULE, "burned_register", NETUID, miner)).isEmpty();
        assertThat(peer.send(miners, MODULE, "burned_register", NETUID, other)).isEmpty();
    }

    @AfterEach
    void stop() {
        chain.close();
    }

    private String choose(AccountId hotkey) {
        return peer.send(miners, MODULE, "set_coldkey_auto_stake_hotkey", NETUID, hotkey);
    }

    private Optional<Object> chosen() {
        return peer.storage(MODULE, "AutoStakeDestination", miners.account(), NETUID);
    }

    private Optional<Object> choosers(AccountId hotkey) {
        return peer.storage(MODULE, "AutoStakeDestinationColdkeys", hotkey, NETUID);
    }

    private long staked(AccountId hotkey) {
        return ((Optional<?>) peer.read(
                        "StakeInfoRuntimeApi",
                        "get_stake_info_for_hotkey_coldkey_netuid",
                        hotkey,
                        miners.account(),
                        NETUID))
                .map(info -> (Long) ((Map<?, ?>) info).get("stake"))
                .orElse(0L);
    }

    @Test
    void incentives_go_to_the_hotkey_that_was_chosen() {
        assertThat(choose(validator.account())).isEmpty();
        assertThat(peer.event("AutoStakeDestinationSet"))
                .containsEntry("coldkey", miners.account())
                .containsEntry("netuid", NETUID)
                .containsEntry("hotkey", validator.account());
        assertThat(choosers(validator.account())).contains(List.of(miners.account()));
        assertThat(peer.send(alice, MODULE, "add_stake", validator.account(), NETUID, 100 * TAO))
                .isEmpty();
        chain.produceBlocks(11);
        assertThat(peer.send(validator, MODULE, "set_weights", NETUID, List.of(2), List.of(65_535), 0L))
                .isEmpty();
        for (int i = 0; i < 40 && staked(validator.account()) == 0; i++) {
            chain.produceBlocks(1);
        }
        assertThat(staked(validator.account())).isPositive();
        assertThat(staked(miner)).isZero();
        assertThat(peer.event("AutoStakeAdded"))
                .containsEntry("destination", validator.account())
                .containsEntry("hotkey", miner)
                .containsEntry("owner", miners.account());
    }

    @Test
    void another_choice_takes_the_place_of_the_first() {
        assertThat(choose(validator.account())).isEmpty();
        assertThat(choose(validator.account())).isEqualTo("SameAutoStakeHotkeyAlreadySet");
        assertThat(choose(miner)).isEmpty();
        assertThat(chosen()).contains(miner);
        assertThat(choosers(validator.account())).isEmpty();
        assertThat(choosers(miner)).contains(List.of(miners.account()));
    }

    @Test
    void only_a_hotkey_with_a_seat_of_a_subnet_that_is_there_can_be_chosen() {
        assertThat(choose(Keypair.development("nobody").account())).isEqualTo("HotKeyNotRegisteredInSubNet");
        assertThat(peer.send(miners, MODULE, "set_coldkey_auto_stake_hotkey", 77, miner))
                .isEqualTo("SubnetNotExists");
        assertThat(chosen()).isEmpty();
    }

    @Test
    void the_choice_follows_a_hotkey_and_a_coldkey_that_are_swapped() {
        assertThat(choose(miner)).isEmpty();
        AccountId next = Keypair.development("next").account();
        assertThat(peer.send(miners, MODULE, "swap_hotkey", miner, next, Optional.empty()))
                .isEmpty();
        assertThat(chosen()).contains(next);
        assertThat(choosers(miner)).isEmpty();
        assertThat(choosers(next)).contains(List.of(miners.account()));
        AccountId cold = Keypair.development("cold").account();
        assertThat(peer.send(alice, "Sudo", "sudo", peer.call(MODULE, "swap_coldkey", miners.account(), cold, 0L)))
                .isEmpty();
        assertThat(chosen()).isEmpty();
        assertThat(peer.storage(MODULE, "AutoStakeDestination", cold, NETUID)).contains(next);
        assertThat(choosers(next)).contains(List.of(cold));
    }
}
