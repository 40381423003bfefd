package io.github.bittensor4j.localnet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.localnet.internal.declare.Variant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** New keys for old, over the chain's port. */
class KeySwapTest {
    private static final long TAO = 1_000_000_000L;
    private static final int NETUID = 2;
    private static final String MODULE = "SubtensorModule";

    private final Keypair alice = Keypair.development("Alice");
    private final Keypair coldkey = Keypair.development("Bob");
    private final Keypair stranger = Keypair.development("Charlie");
    private final Keypair fresh = Keypair.development("fresh");
    private final AccountId ownerHotkey = Keypair.development("owner").account();
    private final Keypair old = Keypair.development("old");
    private final AccountId next = Keypair.development("next").account();
    private final Localnet chain =
            Localnet.builder().blockTime(BlockTime.MANUAL).start();
    private final Peer peer = new Peer(chain);

    @BeforeEach
    void registerAndStake() {
        chain.produceBlocks(1);
        assertThat(peer.send(coldkey, MODULE, "register_network", ownerHotkey)).isEmpty();
        assertThat(peer.send(coldkey, MODULE, "start_call", NETUID)).isEmpty();
        assertThat(peer.send(coldkey, MODULE, "burned_register", NETUID, old.account()))
                .isEmpty();
        assertThat(peer.send(coldkey, MODULE, "add_stake", old.account(), NETUID, 10 * TAO))
                .isEmpty();
        assertThat(peer.send(stranger, MODULE, "add_stake", old.account(), NETUID, 5 * TAO))
                .isEmpty();
    }

    @AfterEach
    void stop() {
        chain.close();
    }

    private String swap(AccountId from, AccountId to, Optional<Integer> netuid) {
        return peer.send(coldkey, MODULE, "swap_hotkey", from, to, netuid);
    }

    private Optional<Object> stored(String item, Object... keys) {
        return peer.storage(MODULE, item, keys);
    }

    private long stake(AccountId hotkey, Keypair staker) {
        Object info = peer.read(
                "StakeInfoRuntimeApi", "get_stake_info_for_hotkey_coldkey_netuid", hotkey, staker.account(), NETUID);
        return (Long) ((Map<?, ?>) ((Optional<?>) info).orElseThrow()).get("stake");
    }

    @Test
    void a_hotkey_is_swapped_everywhere_with_its_uid_its_axon_and_all_that_is_staked_on_it() {
        assertThat(peer.send(old, MODULE, "serve_axon", NETUID, 1L, Peer.number(0x7f00_0002L), 8091, 4, 0, 0, 0))
                .isEmpty();
        long own = stake(old.account(), coldkey);
        long others = stake(old.account(), stranger);
        long free = (Long) peer.balance(coldkey.account()).get("free");
        assertThat(swap(old.account(), next, Optional.empty())).isEmpty();
        assertThat(peer.event("HotkeySwapped")).containsEntry("new_hotkey", next);
        assertThat(stored("Uids", NETUID, next)).contains(1);
        assertThat(stored("Keys", NETUID, 1)).contains(next);
        assertThat(stored("Uids", NETUID, old.account())).isEmpty();
        assertThat(stored("Axons", NETUID, next)).isPresent();
        assertThat(stored("Axons", NETUID, old.account())).isEmpty();
        assertThat(stored("Owner", next)).contains(coldkey.account());
        assertThat(stored("Owner", old.account())).isEmpty();
        assertThat(stake(next, coldkey)).isEqualTo(own);
        assertThat(stake(next, stranger)).isEqualTo(others);
        assertThat(stake(old.account(), stranger)).isZero();
        assertThat(stored("StakingHotkeys", stranger.account())).contains(List.of(next));
        assertThat(stored("HotkeySuccessor", NETUID, old.account())).contains(next);
        assertThat(stored("HotkeyRoot", NETUID, next)).contains(old.account());
        assertThat(free - (Long) peer.balance(coldkey.account()).get("free")).isBetween(100_000_000L, 101_000_000L);
    }

    @Test
    void a_hotkey_is_swapped_on_one_subnet_and_may_keep_its_stake() {
        long own = stake(old.account(), coldkey);
        assertThat(peer.send(coldkey, MODULE, "swap_hotkey_v2", old.account(), next, Optional.of(NETUID), true))
                .isEmpty();
        assertThat(peer.event("HotkeySwappedOnSubnet")).containsEntry("netuid", NETUID);
        assertThat(stored("Uids", NETUID, next)).contains(1);
        assertThat(stake(old.account(), coldkey)).isEqualTo(own);
        assertThat(stake(next, coldkey)).isZero();
        assertThat(stored("Owner", old.account())).contains(coldkey.account());
    }

    @Test
    void a_subnets_owner_swaps_its_hotkey_and_stays_the_owner() {
        assertThat(swap(ownerHotkey, next, Optional.of(NETUID))).isEmpty();
        assertThat(stored("SubnetOwnerHotkey", NETUID)).contains(next);
    }

    @Test
    void hotkey_swaps_have_the_refusals_of_the_chain() {
        assertThat(swap(old.account(), next, Optional.of(9))).isEqualTo("SubnetNotExists");
        assertThat(peer.send(stranger, MODULE, "swap_hotkey", old.account(), next, Optional.empty()))
                .isEqualTo("NonAssociatedColdKey");
        assertThat(swap(old.account(), old.account(), Optional.empty())).isEqualTo("NewHotKeyIsSameWithOld");
        assertThat(swap(old.account(), ownerHotkey, Optional.empty())).isEqualTo("HotKeyAlreadyRegisteredInSubNet");
        assertThat(peer.send(stranger, MODULE, "try_associate_hotkey", next)).isEmpty();
        assertThat(swap(old.account(), next, Optional.empty()))
                .as("the new one is another's")
                .isEqualTo("NonAssociatedColdKey");
        AccountId third = Keypair.development("third").account();
        assertThat(swap(old.account(), third, Optional.of(NETUID))).isEmpty();
        assertThat(swap(third, old.account(), Optional.of(NETUID)))
                .as("in the very next block")
                .isEqualTo("HotKeySwapOnSubnetIntervalNotPassed");
        assertThat(swap(third, old.account(), Optional.of(NETUID))).isEmpty();
        assertThat(stored("HotkeySuccessor", NETUID, old.account()))
                .as("who is back has no successor")
                .isEmpty();
        assertThat(stored("HotkeyRoot", NETUID, old.account())).contains(old.account());
    }

    private String announce(AccountId account) {
        return peer.send(coldkey, MODULE, "announce_coldkey_swap", Hashes.blake2b256(account.bytes()));
    }

    private String swapColdkey(AccountId account) {
        return peer.send(coldkey, MODULE, "swap_coldkey_announced", account);
    }

    @Test
    void a_coldkey_is_swapped_with_all_it_has_once_its_announcement_is_old_enough() {
        assertThat(swapColdkey(fresh.account())).isEqualTo("ColdkeySwapAnnouncementNotFound");
        assertThat(announce(fresh.account())).isEmpty();
        assertThat(swapColdkey(fresh.account())).isEqualTo("ColdkeySwapTooEarly");
        chain.produceBlocks(50);
        assertThat(swapColdkey(next)).isEqualTo("AnnouncedColdkeyHashDoesNotMatch");
        long own = stake(old.account(), coldkey);
        assertThat(swapColdkey(fresh.account())).isEmpty();
        assertThat(peer.event("ColdkeySwapped")).containsEntry("new_coldkey", fresh.account());
        assertThat(stored("Owner", old.account())).contains(fresh.account());
        assertThat(stored("SubnetOwner", NETUID)).contains(fresh.account());
        assertThat(stake(old.account(), fresh)).as("but for rounding").isGreaterThanOrEqualTo(own - 1);
        assertThat(stake(old.account(), coldkey)).isZero();
        assertThat((Long) peer.balance(fresh.account()).get("free")).isGreaterThan(900_000 * TAO);
        assertThat(peer.balance(coldkey.account())).containsEntry("free", 0L);
        assertThat(stored("ColdkeyRoot", fresh.account())).contains(coldkey.account());
        assertThat(stored("ColdkeySwapAnnouncements", coldkey.account())).isEmpty();
    }

    @Test
    void a_coldkey_that_announced_a_swap_may_do_nothing_else_also_not_through_another() {
        assertThat(peer.send(coldkey, "Proxy", "add_proxy", Variant.of("Id", stranger.account()), "Any", 0))
                .isEmpty();
        assertThat(announce(fresh.account())).isEmpty();
        assertThat(peer.send(coldkey, "System", "remark", new byte[1])).isEqualTo("1010 Custom error: 0");
        assertThat(peer.send(
                        stranger,
                        "Proxy",
                        "proxy",
                        Variant.of("Id", coldkey.account()),
                        Optional.empty(),
                        peer.call("System", "remark", new byte[1])))
                .isEqualTo("inside: ColdkeySwapAnnounced");
        assertThat(announce(next)).isEqualTo("ColdkeySwapReannouncedTooEarly");
        assertThat(peer.send(coldkey, MODULE, "clear_coldkey_swap_announcement"))
                .isEqualTo("ColdkeySwapClearTooEarly");
        chain.produceBlocks(60);
        assertThat(peer.send(coldkey, MODULE, "clear_coldkey_swap_announcement"))
                .isEmpty();
        assertThat(peer.send(coldkey, "System", "remark", new byte[1])).isEmpty();
    }

    @Test
    void a_disputed_swap_freezes_the_coldkey_until_root_resets_it() {
        assertThat(announce(fresh.account())).isEmpty();
        assertThat(peer.send(coldkey, MODULE, "dispute_coldkey_swap")).isEmpty();
        chain.produceBlocks(50);
        assertThat(swapColdkey(fresh.account())).isEqualTo("1010 Custom error: 21");
        assertThat(peer.send(alice, "Sudo", "sudo", peer.call(MODULE, "reset_coldkey_swap", coldkey.account())))
                .isEmpty();
        assertThat(peer.send(coldkey, "System", "remark", new byte[1])).isEmpty();
    }

    @Test
    void a_coldkey_takes_no_place_that_is_taken() {
        assertThat(announce(stranger.account())).isEmpty();
        chain.produceBlocks(60);
        assertThat(swapColdkey(stranger.account())).isEqualTo("ColdKeyAlreadyAssociated");
        assertThat(announce(old.account())).as("long enough ago").isEmpty();
        chain.produceBlocks(50);
        assertThat(swapColdkey(old.account())).isEqualTo("NewColdKeyIsHotkey");
    }
}
