package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import java.math.BigInteger;
import java.util.Optional;

/** Getting a seat, creating and starting a subnet, changing a hotkey. */
public final class Registration {
    /** What 100 % is where the chain counts a share in 16 bits. */
    private static final BigInteger WHOLE = BigInteger.valueOf(0xffff);

    private Registration() {}

    /**
     * Registers a hotkey on a subnet for the price of the moment.
     *
     * @param netuid the subnet; not root
     * @param hotkey who gets the seat
     * @param maxCost the most that is paid; empty for whatever it costs when it is done. With it the spending is known, so that a policy with
     *     a limit allows it
     */
    @Operation("registers a hotkey on a subnet for its price")
    public record BurnedRegister(
            Netuid netuid,
            @JsonField(ownHotkey = true) AccountId hotkey,
            @JsonField(beyondSdk = true) Optional<Tao> maxCost)
            implements Intent {
        /**
         * Registers for whatever it costs.
         *
         * @param netuid the subnet
         * @param hotkey who gets the seat
         */
        public BurnedRegister(Netuid netuid, AccountId hotkey) {
            this(netuid, hotkey, Optional.empty());
        }

        @Override
        public Draft draft(Planning planning) {
            Draft draft = maxCost.map(most -> Draft.of(Planning.call(
                                    "register_limit", "netuid", netuid, "hotkey", hotkey, "limit_price", most))
                            .spends(most))
                    .orElseGet(() -> Draft.of(Planning.call("burned_register", "netuid", netuid, "hotkey", hotkey))
                            .spendsUnbounded())
                    .on(netuid)
                    .adviseShield()
                    .effect("registers " + hotkey + " on subnet " + netuid);
            return priced(draft, planning);
        }

        private Draft priced(Draft draft, Planning planning) {
            Tao price = Tao.ofRao(planning.number("Burn", netuid));
            Tao locked = Tao.ofRao(planning.number("CollateralLockShare", netuid)
                    .multiply(planning.number("Burn", netuid))
                    .divide(WHOLE));
            Draft told = draft.effect("costs " + price + " at block "
                    + planning.block().number()
                    + (locked.isZero() ? "" : ", of which " + locked + " stay locked as collateral"));
            return maxCost.filter(most -> price.compareTo(most) > 0).isPresent()
                    ? told.obstacle("it costs " + price + ", more than the most of " + maxCost.orElseThrow())
                    : told;
        }
    }
}
