package io.github.bittensor4j.localnet.internal.pallets;

import io.github.bittensor4j.localnet.internal.declare.Call;
import io.github.bittensor4j.localnet.internal.declare.Declarations;
import io.github.bittensor4j.localnet.internal.runtime.Arguments;
import io.github.bittensor4j.localnet.internal.runtime.Context;
import io.github.bittensor4j.localnet.internal.runtime.DispatchException;
import io.github.bittensor4j.localnet.internal.runtime.Origin;
import io.github.bittensor4j.localnet.internal.runtime.Pallet;
import io.github.bittensor4j.localnet.internal.state.Codec;
import io.github.bittensor4j.localnet.internal.state.State;
import io.github.bittensor4j.localnet.internal.state.StorageValue;
import java.util.Map;

/** Timestamp: the time of a block, set by its first extrinsic. */
public final class TimestampPallet extends Pallet {
    private final StorageValue<Long> now;

    /**
     * The pallet.
     *
     * @param declarations where it is declared
     */
    public TimestampPallet(Declarations declarations) {
        super("Timestamp", declarations);
        now = value("Now", Codec.U64);
        call("set", this::set).weight(11_000_000, 1_500).mandatory();
    }

    /**
     * The time of the newest block.
     *
     * @param state where to read
     * @return milliseconds since 1970
     */
    public long now(State state) {
        return now.get(state);
    }

    /**
     * The call every block begins with.
     *
     * @param millis milliseconds since 1970
     * @return the call
     */
    public static Call inherent(long millis) {
        return new Call("Timestamp", "set", Map.of("now", millis));
    }

    private void set(Context context, Origin origin, Arguments arguments) {
        if (!(origin instanceof Origin.None)) {
            throw DispatchException.badOrigin();
        }
        now.put(context.state(), arguments.u64("now"));
    }
}
