package io.github.bittensor4j.localnet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.crypto.Keypair;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Collateral of miners over the chain's port. */
class CollateralTest {
    private static final long TAO = 1_000_000_000L;
    private static final String MODULE = "SubtensorModule";
    private static final int NETUID = 2;

    /** A fifth of 65535. */
    private static final int FIFTH = 13_107;

    private final Keypair alice = Keypair.development("Alice");
    private final Keypair owner = Keypair.development("Bob");
    private final Keypair cold = Keypair.development("Charlie");
    private final Keypair validator = Keypair.development("validator");
    private final AccountId miner = Keypair.development("miner").account();
    private final Localnet chain =
            Localnet.builder().blockTime(BlockTime.MANUAL).start();
    private final Peer peer = new Peer(chain);

    @BeforeEach
    void startASubnetThatWantsCollateral() {
        chain.produceBlocks(1);
        peer.openSubnet(alice, owner, NETUID);
        peer.startEarning(alice, owner, NETUID, validator.account());
        assertThat(peer.send(owner, "AdminUtils", "sudo_set_collateral_lock_share", NETUID, FIFTH))
                .isEmpty();
        assertThat(peer.event("CollateralLockShareSet")).containsEntry("lock_share", FIFTH);
    }

    @AfterEach
    void stop() {
        chain.close();
    }

    private String call(Keypair who, String name, Object... arguments) {
        return peer.send(who, MODULE, name, arguments);
    }

    private Optional<Map<?, ?>> row(AccountId hotkey, AccountId coldkey) {
        return peer.storage(MODULE, "MinerCollateral", NETUID, hotkey, coldkey).map(row -> (Map<?, ?>) row);
    }

    private long locked() {
        return row(miner, cold.account()).map(row -> (Long) row.get("locked")).orElse(0L);
    }

    private long staked(AccountId hotkey) {
        return ((Optional<?>) peer.read(
                        "StakeInfoRuntimeApi",
                        "get_stake_info_for_hotkey_coldkey_netuid",
                        hotkey,
                        cold.account(),
                        NETUID))
                .map(info -> (Long) ((Map<?, ?>) info).get("stake"))
                .orElse(0L);
    }

    private void register() {
        assertThat(call(cold, "burned_register", NETUID, miner)).isEmpty();
    }

    private void letTheMinerEarn() {
        assertThat(call(alice, "add_stake", validator.account(), NETUID, 100 * TAO))
                .isEmpty();
        chain.produceBlocks(11);
        assertThat(call(validator, "set_weights", NETUID, List.of(2), List.of(65_535), 0L))
                .isEmpty();
    }

    @Test
    void a_part_of_a_seats_price_is_staked_and_locked_instead_of_burned() {
        long before = (Long) peer.balance(cold.account()).get("free");
        long price = (Long) peer.storage(MODULE, "Burn", NETUID).orElseThrow();
        register();
        Map<String, Object> event = peer.event("CollateralLocked");
        long kept = (Long) event.get("locked");
        assertThat(kept).isPositive();
        assertThat(event).containsEntry("hotkey", miner).containsEntry("total_locked", kept);
        assertThat(row(miner, cold.account()).orElseThrow().get("drain_ratio")).isEqualTo(BigInteger.ONE.shiftLeft(64));
        assertThat(staked(miner)).isEqualTo(kept);
        assertThat(peer.storage(MODULE, "ColdkeyMinerCollateral", NETUID, cold.account()))
                .contains(kept);
        assertThat(peer.storage(MODULE, "ColdkeyCollateralHotkeys", NETUID, cold.account()))
                .contains(List.of(miner));
        assertThat(before - (Long) peer.balance(cold.account()).get("free"))
                .as("what a seat costs does not change")
                .isBetween(price * 98 / 100, price + TAO / 100);
        Map<?, ?> metagraph =
                (Map<?, ?>) ((Optional<?>) peer.read("SubnetInfoRuntimeApi", "get_metagraph", NETUID)).orElseThrow();
        assertThat(((List<?>) metagraph.get("collateral_locked")).get(2)).isEqualTo(kept);
    }

    @Test
    void what_is_locked_can_not_leave_and_what_is_not_can() {
        register();
        long kept = locked();
        assertThat(call(cold, "remove_stake", miner, NETUID, kept)).isEqualTo("StakeUnavailable");
        assertThat(call(cold, "transfer_stake", alice.account(), miner, NETUID, NETUID, kept))
                .isEqualTo("StakeUnavailable");
        assertThat(call(cold, "move_stake", miner, validator.account(), NETUID, NETUID, kept))
                .isEqualTo("StakeUnavailable");
        assertThat(call(cold, "burn_alpha", miner, kept, NETUID)).isEqualTo("StakeUnavailable");
        assertThat(call(cold, "unstake_all", miner)).isEmpty();
        assertThat(staked(miner)).isEqualTo(kept);
        assertThat(call(cold, "add_stake", miner, NETUID, 5 * TAO)).isEmpty();
        assertThat(call(cold, "remove_stake", miner, NETUID, staked(miner) - kept))
                .isEmpty();
        assertThat(staked(miner)).isEqualTo(kept);
    }

    @Test
    void more_is_locked_of_free_stake_and_what_is_missing_is_bought() {
        register();
        long kept = locked();
        assertThat(call(alice, "add_collateral", NETUID, miner, TAO, 10 * TAO)).isEqualTo("NonAssociatedColdKey");
        AccountId nobody = Keypair.development("nobody").account();
        assertThat(call(cold, "add_collateral", NETUID, nobody, TAO, 10 * TAO)).isEqualTo("HotKeyAccountNotExists");
        assertThat(call(cold, "add_collateral", 0, miner, TAO, 10 * TAO))
                .isEqualTo("RegistrationNotPermittedOnRootSubnet");
        assertThat(call(cold, "add_collateral", 77, miner, TAO, 10 * TAO)).isEqualTo("SubnetNotExists");
        assertThat(call(cold, "add_collateral", NETUID, miner, 0L, 10 * TAO)).isEqualTo("AmountTooLow");
        assertThat(call(cold, "add_stake", miner, NETUID, 5 * TAO)).isEmpty();
        long free = staked(miner) - kept;
        assertThat(call(cold, "add_collateral", NETUID, miner, free, 1L)).isEmpty();
        assertThat(peer.event("CollateralLocked")).containsEntry("locked", free);
        assertThat(locked()).isEqualTo(staked(miner));
        chain.produceBlocks(200);
        long before = locked();
        assertThat(call(cold, "add_collateral", NETUID, miner, 50 * TAO, 1L)).isEqualTo("SlippageTooHigh");
        assertThat(call(cold, "add_collateral", NETUID, miner, 100_000 * TAO, 1000 * TAO))
                .isEmpty();
        assertThat(locked()).isGreaterThan(before).isEqualTo(staked(miner));
    }

    @Test
    void earnings_release_what_is_locked_above_what_is_kept() {
        register();
        letTheMinerEarn();
        for (int i = 0; i < 40 && row(miner, cold.account()).isPresent(); i++) {
            chain.produceBlocks(1);
        }
        assertThat(row(miner, cold.account())).as("all of it earned back").isEmpty();
        assertThat(peer.storage(MODULE, "ColdkeyMinerCollateral", NETUID, cold.account()))
                .isEmpty();
        assertThat(peer.storage(MODULE, "ColdkeyCollateralHotkeys", NETUID, cold.account()))
                .isEmpty();
        assertThat(call(cold, "remove_stake", miner, NETUID, staked(miner))).isEmpty();
    }

    @Test
    void earnings_fill_up_what_is_kept_and_are_locked_until_then() {
        register();
        long before = locked();
        assertThat(call(alice, "set_min_collateral", NETUID, miner, TAO)).isEqualTo("NonAssociatedColdKey");
        assertThat(call(cold, "set_min_collateral", 77, miner, TAO)).isEqualTo("SubnetNotExists");
        assertThat(call(cold, "set_min_collateral", NETUID, miner, 1_000_000 * TAO))
                .isEmpty();
        assertThat(peer.event("MinCollateralSet")).containsEntry("min_locked", 1_000_000 * TAO);
        assertThat(call(cold, "set_coldkey_auto_stake_hotkey", NETUID, validator.account()))
                .isEmpty();
        letTheMinerEarn();
        for (int i = 0; i < 40 && locked() == before; i++) {
            chain.produceBlocks(1);
        }
        Map<?, ?> row = row(miner, cold.account()).orElseThrow();
        assertThat((Long) row.get("locked")).isEqualTo(before + (Long) row.get("earned"));
        assertThat(staked(miner)).as("on the miner, whatever was chosen").isEqualTo(locked());
        assertThat(staked(validator.account())).isZero();
        assertThat(call(cold, "set_min_collateral", NETUID, miner, 0L)).isEmpty();
        assertThat(row(miner, cold.account()).orElseThrow().get("min_locked")).isEqualTo(0L);
    }

    @Test
    void a_floor_without_collateral_is_a_row_that_goes_with_it() {
        assertThat(call(cold, "try_associate_hotkey", miner)).isEmpty();
        assertThat(call(cold, "set_min_collateral", NETUID, miner, TAO)).isEmpty();
        assertThat(row(miner, cold.account())).isPresent();
        assertThat(call(cold, "set_min_collateral", NETUID, miner, 0L)).isEmpty();
        assertThat(row(miner, cold.account())).isEmpty();
        assertThat(peer.storage(MODULE, "ColdkeyCollateralHotkeys", NETUID, cold.account()))
                .isEmpty();
    }

    @Test
    void collateral_follows_new_keys() {
        register();
        long kept = locked();
        AccountId next = Keypair.development("next").account();
        assertThat(call(cold, "swap_hotkey_v2", miner, next, Optional.empty(), true))
                .isEqualTo("KeepStakeBlockedByCollateral");
        assertThat(call(cold, "swap_hotkey", miner, next, Optional.empty())).isEmpty();
        assertThat(row(miner, cold.account())).isEmpty();
        assertThat(row(next, cold.account()).orElseThrow().get("locked")).isEqualTo(kept);
        assertThat(call(cold, "remove_stake", next, NETUID, kept)).isEqualTo("StakeUnavailable");
        AccountId other = Keypair.development("cold").account();
        assertThat(peer.send(alice, "Sudo", "sudo", peer.call(MODULE, "swap_coldkey", cold.account(), other, 0L)))
                .isEmpty();
        assertThat(row(next, cold.account())).isEmpty();
        assertThat(row(next, other).orElseThrow().get("locked")).isEqualTo(kept);
        assertThat(peer.storage(MODULE, "ColdkeyMinerCollateral", NETUID, cold.account()))
                .isEmpty();
        assertThat(peer.storage(MODULE, "ColdkeyMinerCollateral", NETUID, other))
                .contains(kept);
    }

    @Test
    void an_owner_sets_the_share_and_the_ratio_within_bounds() {
        assertThat(peer.sudo(alice, "sudo_set_collateral_lock_share", NETUID, 62_259))
                .isEqualTo("CollateralLockShareTooHigh");
        assertThat(peer.sudo(alice, "sudo_set_collateral_lock_share", 0, 100)).isEqualTo("NotPermittedOnRootSubnet");
        assertThat(peer.sudo(alice, "sudo_set_collateral_drain_ratio", NETUID, BigInteger.ZERO))
                .isEqualTo("CollateralDrainRatioOutOfBounds");
        assertThat(peer.sudo(
                        alice,
                        "sudo_set_collateral_drain_ratio",
                        NETUID,
                        BigInteger.valueOf(11).shiftLeft(64)))
                .isEqualTo("CollateralDrainRatioOutOfBounds");
        assertThat(peer.send(
                        owner, "AdminUtils", "sudo_set_collateral_drain_ratio", NETUID, BigInteger.TWO.shiftLeft(64)))
                .isEmpty();
        assertThat(peer.send(alice, "AdminUtils", "sudo_set_collateral_lock_share", NETUID, 1))
                .isEqualTo("BadOrigin");
    }
}
