package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.subtensor.Call;
import java.nio.charset.StandardCharsets;

/** What a subnet's owner and the chain's root decide beside the hyperparameters. */
public final class Governance {
    private static final String ADMIN = "AdminUtils";

    private Governance() {}

    /**
     * Makes a subnet smaller. Those that earn least lose their seats, and the others may get other uids.
     *
     * @param netuid the subnet
     * @param maxN how many seats are left
     */
    @Operation(value = "makes a subnet smaller", right = Operation.Right.SUBNET_OWNER)
    public record TrimSubnet(Netuid netuid, int maxN) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return Draft.of(Call.of(ADMIN, "sudo_trim_to_max_allowed_uids", "netuid", netuid, "max_n", maxN))
                    .on(netuid)
                    .effect("leaves " + maxN + " seats of subnet " + netuid)
                    .warning("neurons lose their seats, and the others may get other uids");
        }
    }

    /**
     * One step of making a subnet of Null consensus smaller; to be repeated with the same target until it is reached.
     *
     * @param netuid the subnet
     * @param target how many seats are left in the end
     */
    @Operation(value = "does one step of making a Null subnet smaller", right = Operation.Right.SUBNET_OWNER)
    public record TrimNullSubnetBatch(Netuid netuid, int target) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return Draft.of(Call.of(ADMIN, "sudo_trim_null_uids_batch", "netuid", netuid, "target", target))
                    .on(netuid)
                    .effect("takes one step towards " + target + " seats of subnet " + netuid)
                    .warning("neurons lose their seats, and the others may get other uids");
        }
    }

    /**
     * Says how many mechanisms a subnet has. The split of emission among them becomes even again.
     *
     * @param netuid the subnet
     * @param mechanismCount at least 1
     */
    @Operation(value = "sets how many mechanisms a subnet has", right = Operation.Right.SUBNET_OWNER)
    public record SetMechanismCount(Netuid netuid, int mechanismCount) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return Draft.of(Call.of(
                            ADMIN, "sudo_set_mechanism_count", "netuid", netuid, "mechanism_count", mechanismCount))
                    .on(netuid)
                    .effect("gives subnet " + netuid + " " + mechanismCount + " mechanisms");
        }
    }

    /**
     * Changes the sign of a subnet's alpha. The chain has a list of those it takes.
     *
     * @param netuid the subnet
     * @param symbol the new sign
     */
    @Operation(value = "changes the sign of a subnet's alpha", right = Operation.Right.SUBNET_OWNER)
    public record UpdateSymbol(Netuid netuid, String symbol) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return Draft.of(Planning.call(
                            "update_symbol", "netuid", netuid, "symbol", symbol.getBytes(StandardCharsets.UTF_8)))
                    .on(netuid)
                    .effect("makes " + symbol + " the sign of subnet " + netuid);
        }
    }
}
