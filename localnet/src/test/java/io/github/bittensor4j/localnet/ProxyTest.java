package io.github.bittensor4j.localnet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.localnet.internal.declare.Call;
import io.github.bittensor4j.localnet.internal.declare.Values;
import io.github.bittensor4j.localnet.internal.declare.Variant;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Proxies over the chain's port: who may call for whom, what it may call, what it costs. */
class ProxyTest {
    private static final long TAO = 1_000_000_000L;

    private final Keypair real = Keypair.development("Alice");
    private final Keypair delegate = Keypair.development("Bob");
    private final Keypair other = Keypair.development("Charlie");
    private final AccountId nobody = Keypair.development("Nobody").account();
    private final Localnet chain =
            Localnet.builder().blockTime(BlockTime.MANUAL).start();
    private final Peer peer = new Peer(chain);

    @AfterEach
    void stop() {
        chain.close();
    }

    private static Variant address(Keypair who) {
        return Variant.of("Id", who.account());
    }

    private String add(String type, int delay) {
        return peer.send(real, "Proxy", "add_proxy", address(delegate), type, delay);
    }

    private String proxy(Call call) {
        return peer.send(delegate, "Proxy", "proxy", address(real), Optional.empty(), call);
    }

    private Call transfer(long rao) {
        return peer.call("Balances", "transfer_keep_alive", Variant.of("Id", nobody), rao);
    }

    private long reserved(Keypair who) {
        return (Long) peer.balance(who.account()).get("reserved");
    }

    private byte[] hash(Call call) {
        return Hashes.blake2b256(Values.encode(peer.callType(), call));
    }

    @Test
    void a_proxy_calls_in_the_name_of_the_account_that_added_it_until_it_is_removed() {
        assertThat(proxy(transfer(TAO))).isEqualTo("NotProxy");
        assertThat(add("Any", 0)).isEmpty();
        assertThat(peer.event("ProxyAdded")).containsEntry("delegatee", delegate.account());
        assertThat(reserved(real)).isEqualTo(93_000_000);
        assertThat(proxy(transfer(TAO))).isEmpty();
        assertThat(peer.event("Transfer")).containsEntry("from", real.account()).containsEntry("to", nobody);
        assertThat(peer.storage("Proxy", "LastCallResult", real.account())).contains(Variant.of("Ok", List.of()));
        assertThat(peer.send(real, "Proxy", "remove_proxy", address(delegate), "Any", 0))
                .isEmpty();
        assertThat(reserved(real)).isZero();
        assertThat(peer.storage("Proxy", "Proxies", real.account())).isEmpty();
        assertThat(proxy(transfer(TAO))).isEqualTo("NotProxy");
    }

    @Test
    void adding_and_removing_have_the_refusals_of_the_chain() {
        assertThat(peer.send(real, "Proxy", "add_proxy", address(real), "Any", 0))
                .isEqualTo("NoSelfProxy");
        assertThat(add("Any", 0)).isEmpty();
        assertThat(add("Any", 0)).isEqualTo("Duplicate");
        assertThat(peer.send(real, "Proxy", "remove_proxy", address(delegate), "Any", 1))
                .isEqualTo("NotFound");
        List<Call> more = new ArrayList<>();
        for (int i = 1; i < 20; i++) {
            more.add(peer.call("Proxy", "add_proxy", address(delegate), "Any", i));
        }
        assertThat(peer.send(real, "Utility", "batch_all", more)).isEmpty();
        assertThat(reserved(real)).isEqualTo(60_000_000 + 20 * 33_000_000);
        assertThat(add("Any", 20)).isEqualTo("TooMany");
        assertThat(peer.send(real, "Proxy", "remove_proxies")).isEmpty();
        assertThat(reserved(real)).isZero();
    }

    @Test
    void a_deposit_that_an_account_can_not_afford_is_refused() {
        assertThat(peer.send(delegate, "Balances", "transfer_keep_alive", Variant.of("Id", nobody), 93_000_000L))
                .isEmpty();
        Keypair poor = Keypair.development("Nobody");
        assertThat(peer.send(poor, "Proxy", "add_proxy", address(delegate), "Any", 0))
                .as("the fee took a part")
                .isEqualTo("InsufficientBalance");
        assertThat(peer.send(delegate, "Balances", "transfer_keep_alive", Variant.of("Id", nobody), 1_000_000L))
                .isEmpty();
        assertThat(peer.send(poor, "Proxy", "add_proxy", address(delegate), "Any", 0))
                .isEmpty();
        assertThat(peer.send(poor, "Balances", "transfer_all", address(delegate), false))
                .isEmpty();
        assertThat(peer.balance(nobody)).as("who has a deposit lives on").containsEntry("free", 500L);
    }

    @Test
    void the_type_of_a_proxy_filters_its_calls_also_those_within_calls() {
        assertThat(add("Staking", 0)).isEmpty();
        assertThat(proxy(transfer(TAO))).isEqualTo("inside: CallFiltered");
        Call stake = peer.call("SubtensorModule", "unstake_all", nobody);
        assertThat(proxy(stake)).isEqualTo("inside: HotKeyAccountNotExists");
        assertThat(proxy(peer.call("Utility", "batch_all", List.of(stake)))).isEqualTo("inside: CallFiltered");

        assertThat(add("NonTransfer", 0)).isEmpty();
        Call batch = peer.call("Utility", "batch_all", List.of(transfer(TAO)));
        assertThat(peer.send(delegate, "Proxy", "proxy", address(real), Optional.of("NonTransfer"), batch))
                .isEqualTo("inside: CallFiltered");
        Call remark = peer.call("System", "remark_with_event", new byte[1]);
        assertThat(peer.send(
                        delegate,
                        "Proxy",
                        "proxy",
                        address(real),
                        Optional.of("NonTransfer"),
                        peer.call("Utility", "batch_all", List.of(remark))))
                .isEmpty();
        assertThat(peer.event("Remarked")).containsEntry("sender", real.account());
    }

    @Test
    void a_proxy_of_small_transfers_moves_less_than_half_a_tao() {
        assertThat(add("SmallTransfer", 0)).isEmpty();
        assertThat(proxy(transfer(TAO / 2 - 1))).isEmpty();
        assertThat(proxy(transfer(TAO / 2))).isEqualTo("inside: CallFiltered");
    }

    @Test
    void a_proxy_hands_out_no_more_than_it_has() {
        assertThat(add("NonTransfer", 0)).isEmpty();
        assertThat(proxy(peer.call("Proxy", "add_proxy", address(other), "Transfer", 0)))
                .isEqualTo("inside: CallFiltered");
        assertThat(proxy(peer.call("Proxy", "remove_proxies"))).isEqualTo("inside: CallFiltered");
        assertThat(proxy(peer.call("Proxy", "add_proxy", address(other), "Staking", 0)))
                .isEmpty();
    }

    @Test
    void a_proxy_with_a_delay_announces_first() {
        assertThat(add("Any", 3)).isEmpty();
        Call call = transfer(TAO);
        assertThat(proxy(call)).isEqualTo("Unannounced");
        assertThat(peer.send(other, "Proxy", "announce", address(real), hash(call)))
                .isEqualTo("NotProxy");
        assertThat(peer.send(delegate, "Proxy", "announce", address(real), hash(call)))
                .isEmpty();
        assertThat(reserved(delegate)).isEqualTo(104_000_000);
        assertThat(announced(call)).isEqualTo("Unannounced");
        assertThat(announced(call)).isEqualTo("Unannounced");
        assertThat(announced(transfer(TAO + 1))).as("another call").isEqualTo("Unannounced");
        assertThat(announced(call)).isEmpty();
        assertThat(peer.event("Transfer")).containsEntry("from", real.account());
        assertThat(reserved(delegate)).isZero();
        assertThat(announced(call)).as("used up").isEqualTo("Unannounced");
    }

    private String announced(Call call) {
        return peer.send(other, "Proxy", "proxy_announced", address(delegate), address(real), Optional.empty(), call);
    }

    @Test
    void an_announcement_is_taken_back_by_the_delegate_or_rejected_by_the_real_account() {
        assertThat(add("Any", 1)).isEmpty();
        byte[] hash = hash(transfer(TAO));
        for (int i = 0; i < 2; i++) {
            assertThat(peer.send(delegate, "Proxy", "announce", address(real), hash))
                    .isEmpty();
            String removed = i == 0
                    ? peer.send(delegate, "Proxy", "remove_announcement", address(real), hash)
                    : peer.send(real, "Proxy", "reject_announcement", address(delegate), hash);
            assertThat(removed).isEmpty();
            assertThat(reserved(delegate)).isZero();
        }
        assertThat(peer.send(real, "Proxy", "reject_announcement", address(delegate), hash))
                .isEqualTo("NotFound");
    }

    @Test
    void a_pure_account_lives_by_its_proxy_and_ends_by_its_own_call() {
        assertThat(peer.send(real, "Proxy", "create_pure", "Any", 0, 7)).isEmpty();
        AccountId pure = (AccountId) peer.event("PureCreated").get("pure");
        long height = chain.blockNumber();
        byte[] seed = new ScaleWriter()
                .raw("modlpy/proxy____".getBytes(StandardCharsets.US_ASCII))
                .raw(real.account().bytes())
                .u32(height)
                .u32(1)
                .u8(0)
                .u16(7)
                .toByteArray();
        assertThat(pure).as("behind the inherent of its block").isEqualTo(AccountId.of(Hashes.blake2b256(seed)));
        assertThat(reserved(real)).isEqualTo(93_000_000);
        assertThat(peer.send(real, "Balances", "transfer_keep_alive", Variant.of("Id", pure), TAO))
                .isEmpty();
        Variant address = Variant.of("Id", pure);
        assertThat(peer.send(real, "Proxy", "proxy", address, Optional.empty(), transfer(TAO / 2)))
                .isEmpty();
        assertThat(peer.event("Transfer")).containsEntry("from", pure);
        Call wrong = peer.call("Proxy", "kill_pure", address(real), "Any", 7, height + 1, 1);
        assertThat(peer.send(real, "Proxy", "proxy", address, Optional.empty(), wrong))
                .isEqualTo("inside: NoPermission");
        Call kill = peer.call("Proxy", "kill_pure", address(real), "Any", 7, height, 1);
        assertThat(peer.send(real, "Proxy", "proxy", address, Optional.empty(), kill))
                .isEmpty();
        assertThat(peer.event("PureKilled")).containsEntry("pure", pure);
        assertThat(reserved(real)).isZero();
        assertThat(peer.send(real, "Proxy", "proxy", address, Optional.empty(), transfer(1)))
                .isEqualTo("NotProxy");
    }

    @Test
    void the_real_account_pays_for_a_delegate_once_it_agreed_to() {
        assertThat(peer.send(real, "Proxy", "set_real_pays_fee", address(delegate), true))
                .isEqualTo("NotProxy");
        assertThat(add("Any", 0)).isEmpty();
        Call remark = peer.call("System", "remark", new byte[1]);
        assertThat(proxy(remark)).isEmpty();
        assertThat(peer.event("TransactionFeePaid")).containsEntry("who", delegate.account());
        assertThat(peer.send(real, "Proxy", "set_real_pays_fee", address(delegate), true))
                .isEmpty();
        assertThat(proxy(remark)).isEmpty();
        assertThat(peer.event("TransactionFeePaid")).containsEntry("who", real.account());
        assertThat(proxy(peer.call("Utility", "batch_all", List.of(remark)))).isEmpty();
        assertThat(peer.event("TransactionFeePaid")).containsEntry("who", real.account());
    }

    @Test
    void the_runtime_tells_its_filters() {
        assertThat((List<?>) peer.read("ProxyFilterRuntimeApi", "get_proxy_types"))
                .hasSize(19);
        List<?> filters =
                (List<?>) peer.read("ProxyFilterRuntimeApi", "get_proxy_filters", Optional.of(new byte[] {0, 4, 11}));
        assertThat(filters).hasSize(3);
        Map<?, ?> any = (Map<?, ?>) filters.get(0);
        assertThat(any.get("filter_mode")).isEqualTo(Variant.of("AllowAll"));
        assertThat(((Map<?, ?>) filters.get(1)).get("filter_mode")).isEqualTo(Variant.of("Allow", List.of()));
        Variant small = (Variant) ((Map<?, ?>) filters.get(2)).get("filter_mode");
        Map<?, ?> first = (Map<?, ?>) ((List<?>) small.value(0)).get(0);
        assertThat(new String((byte[]) first.get("call_name"), StandardCharsets.UTF_8))
                .startsWith("transfer");
        Variant limit = (Variant) ((Optional<?>) first.get("constraint")).orElseThrow();
        assertThat(((Map<?, ?>) limit.body()).get("limit")).isEqualTo(BigInteger.valueOf(500_000_000));
    }
}
