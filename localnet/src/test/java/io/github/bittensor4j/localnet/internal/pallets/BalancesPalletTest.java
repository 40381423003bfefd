package io.github.bittensor4j.localnet.internal.pallets;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.localnet.internal.declare.Call;
import io.github.bittensor4j.localnet.internal.declare.Variant;
import io.github.bittensor4j.localnet.internal.runtime.Context;
import io.github.bittensor4j.localnet.internal.runtime.DispatchException;
import io.github.bittensor4j.localnet.internal.runtime.Origin;
import io.github.bittensor4j.localnet.internal.state.History;
import io.github.bittensor4j.localnet.internal.state.State;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The rules of balances, and a model of how a pallet is tested without a node. */
class BalancesPalletTest {
    private final Pallets pallets = Pallets.create(12_000);
    private final AccountId alice = Keypair.development("Alice").account();
    private final AccountId nobody = Keypair.development("Nobody").account();
    private Context context;

    @BeforeEach
    void genesis() {
        History history = new History(1);
        history.commit(0, Map.of());
        context = pallets.runtime().context(new State(history.at(0).orElseThrow()), 0);
        pallets.runtime().genesis(context);
    }

    private Optional<String> transfer(String call, AccountId from, AccountId to, long rao) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("dest", Variant.of("Id", to));
        arguments.put("value", rao);
        return context.dispatch(Origin.of(from), new Call("Balances", call, arguments))
                .map(DispatchException::getMessage);
    }

    private Tao free(AccountId account) {
        return pallets.balances().free(context.state(), account);
    }

    @Test
    void a_transfer_moves_exactly_its_amount_and_issuance_stays() {
        Tao issued = pallets.balances().totalIssuance(context.state());
        assertThat(transfer("transfer_keep_alive", alice, nobody, 1_000)).isEmpty();
        assertThat(free(nobody)).isEqualTo(Tao.ofRao(1_000));
        assertThat(free(alice)).isEqualTo(Tao.of("1000000").minus(Tao.ofRao(1_000)));
        assertThat(pallets.balances().totalIssuance(context.state())).isEqualTo(issued);
    }

    @Test
    void what_would_leave_an_account_below_the_existential_deposit_is_refused_by_name() {
        assertThat(transfer("transfer_keep_alive", alice, nobody, 499)).contains("Token.BelowMinimum");
        assertThat(transfer("transfer_keep_alive", alice, nobody, 1_000_000_000_000_001L))
                .contains("Token.FundsUnavailable");
        assertThat(transfer("transfer_keep_alive", alice, nobody, 999_999_999_999_600L))
                .contains("Token.NotExpendable");
        assertThat(free(nobody)).isEqualTo(Tao.ZERO);
    }

    @Test
    void an_account_that_gives_nearly_all_away_dies_with_its_dust() {
        Tao issued = pallets.balances().totalIssuance(context.state());
        assertThat(transfer("transfer_allow_death", alice, nobody, 999_999_999_999_600L))
                .isEmpty();
        assertThat(free(alice)).isEqualTo(Tao.ZERO);
        assertThat(pallets.system().exists(context.state(), alice)).isFalse();
        assertThat(pallets.balances().totalIssuance(context.state())).isEqualTo(issued.minus(Tao.ofRao(400)));
    }

    @Test
    void a_call_that_is_declared_and_not_modelled_is_refused_by_its_name() {
        Call call = new Call("Balances", "upgrade_accounts", Map.of("who", java.util.List.of()));
        assertThat(context.dispatch(Origin.of(alice), call).map(DispatchException::getMessage))
                .hasValueSatisfying(
                        message -> assertThat(message).contains("Balances.upgrade_accounts is not modelled"));
    }
}
