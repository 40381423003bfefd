package io.github.bittensor4j.localnet.internal.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.localnet.internal.declare.Declarations;
import io.github.bittensor4j.localnet.internal.runtime.Arguments;
import io.github.bittensor4j.localnet.internal.runtime.Context;
import io.github.bittensor4j.localnet.internal.runtime.Origin;
import io.github.bittensor4j.localnet.internal.runtime.Pallet;
import java.util.Optional;

/** AdminUtils: the calls by which owners and root set hyperparameters. */
public final class AdminUtilsPallet extends Pallet {
    private final SubtensorPallet subtensor;

    /**
     * The pallet.
     *
     * @param declarations where it is declared
     * @param subtensor whose hyperparameters it sets
     */
    public AdminUtilsPallet(Declarations declarations, SubtensorPallet subtensor) {
        super("AdminUtils", declarations);
        this.subtensor = subtensor;
        for (String name : subtensor.runtime().hyperparameters()) {
            call(name, (context, origin, arguments) -> set(context, origin, name, arguments));
        }
    }

    private void set(Context context, Origin origin, String name, Arguments arguments) {
        Optional<AccountId> signer = origin.isRoot() ? Optional.empty() : Optional.of(origin.signed());
        Host host = subtensor.host(context, (in, pallet, event, fields) -> emit(in, event, fields));
        try {
            subtensor.refusing(() -> subtensor.runtime().setHyperparameter(host, signer, name, arguments));
        } catch (Refusal refusal) {
            throw error(refusal.error());
        }
    }
}
