package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.subtensor.Call;

/** Sending TAO. */
public final class Transfers {
    private static final String PALLET = "Balances";

    private Transfers() {}

    /**
     * Sends TAO. Nobody can take it back.
     *
     * @param dest who gets it
     * @param amount how much; all for everything that can be sent
     * @param keepAlive whether the sender keeps the existential deposit, without which the chain forgets an account
     */
    @Operation("sends TAO")
    public record Transfer(
            AccountId dest,
            Amount<Tao> amount,
            @JsonField(otherwise = "true") boolean keepAlive) implements Intent {
        /**
         * Sends TAO and keeps the sender's account alive.
         *
         * @param dest who gets it
         * @param amount how much
         */
        public Transfer(AccountId dest, Tao amount) {
            this(dest, Amount.of(amount), true);
        }

        @Override
        public Draft draft(Planning planning) {
            if (amount.isAll()) {
                return all(dest, keepAlive);
            }
            Tao tao = amount.value().orElseThrow();
            Call call = Call.of(
                    PALLET, keepAlive ? "transfer_keep_alive" : "transfer_allow_death", "dest", dest, "value", tao);
            return Draft.of(call).spends(tao).effect("sends " + tao + " to " + dest);
        }
    }

    /**
     * Sends everything that can be sent; stakes and what is reserved stay. Nobody can take it back.
     *
     * @param dest who gets it
     * @param keepAlive whether the sender keeps the existential deposit, without which the chain forgets an account
     */
    @Operation("sends all free TAO")
    public record TransferAll(
            AccountId dest, @JsonField(otherwise = "true") boolean keepAlive) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return all(dest, keepAlive);
        }
    }

    private static Draft all(AccountId dest, boolean keepAlive) {
        return Draft.of(Call.of(PALLET, "transfer_all", "dest", dest, "keep_alive", keepAlive))
                .spendsUnbounded()
                .effect("sends all free TAO to " + dest)
                .warning("sends everything that can be sent");
    }
}
