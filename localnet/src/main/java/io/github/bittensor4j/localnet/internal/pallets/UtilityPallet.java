package io.github.bittensor4j.localnet.internal.pallets;

import io.github.bittensor4j.localnet.internal.declare.Call;
import io.github.bittensor4j.localnet.internal.declare.Declarations;
import io.github.bittensor4j.localnet.internal.runtime.Arguments;
import io.github.bittensor4j.localnet.internal.runtime.Context;
import io.github.bittensor4j.localnet.internal.runtime.DispatchException;
import io.github.bittensor4j.localnet.internal.runtime.DispatchInfo;
import io.github.bittensor4j.localnet.internal.runtime.Origin;
import io.github.bittensor4j.localnet.internal.runtime.Pallet;
import io.github.bittensor4j.localnet.internal.runtime.Runtime;
import io.github.bittensor4j.localnet.internal.runtime.Weight;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Utility: several calls in one extrinsic. */
public final class UtilityPallet extends Pallet {
    private static final Weight OWN = new Weight(20_000_000, 4_000);

    private final Supplier<Runtime> runtime;
    private final long limit;

    /**
     * The pallet.
     *
     * @param declarations where it is declared
     * @param runtime the runtime it becomes part of: asked what the calls inside cost
     */
    public UtilityPallet(Declarations declarations, Supplier<Runtime> runtime) {
        super("Utility", declarations);
        this.runtime = runtime;
        limit = (Long) constant("batched_calls_limit");
        call("batch", this::batch).info(this::cost);
        call("batch_all", this::batchAll).info(this::cost);
        call("force_batch", this::forceBatch).info(this::cost);
        call("if_else", this::ifElse).info(this::cost);
    }

    /** The sum of what is inside; free only when all of it is, or for nothing inside not. */
    private DispatchInfo cost(Arguments arguments) {
        List<Call> calls = arguments.values().containsKey("calls")
                ? calls(arguments)
                : List.of(arguments.call("main"), arguments.call("fallback"));
        Weight weight = OWN;
        boolean pays = calls.isEmpty();
        boolean operational = !calls.isEmpty();
        for (Call call : calls) {
            DispatchInfo inner = runtime.get().info(call);
            weight = weight.plus(inner.weight());
            pays |= inner.paysFee();
            operational &= inner.operational();
        }
        return new DispatchInfo(weight, operational, false, pays);
    }

    private static List<Call> calls(Arguments arguments) {
        return arguments.list("calls", Call.class);
    }

    private List<Call> checked(Origin origin, Arguments arguments) {
        if (origin instanceof Origin.None) {
            throw DispatchException.badOrigin();
        }
        List<Call> calls = calls(arguments);
        if (calls.size() > limit) {
            throw error("TooManyCalls");
        }
        return calls;
    }

    private void batch(Context context, Origin origin, Arguments arguments) {
        List<Call> calls = checked(origin, arguments);
        for (int i = 0; i < calls.size(); i++) {
            Optional<DispatchException> refused = context.dispatch(origin, calls.get(i));
            if (refused.isPresent()) {
                emit(context, "BatchInterrupted", (long) i, refused.get().error());
                return;
            }
            emit(context, "ItemCompleted");
        }
        emit(context, "BatchCompleted");
    }

    private void batchAll(Context context, Origin origin, Arguments arguments) {
        for (Call call : checked(origin, arguments)) {
            if (call.is("Utility", "batch_all") && !origin.isRoot()) {
                throw DispatchException.other("batch_all inside of batch_all");
            }
            Optional<DispatchException> refused = context.dispatch(origin, call);
            if (refused.isPresent()) {
                throw refused.get();
            }
            emit(context, "ItemCompleted");
        }
        emit(context, "BatchCompleted");
    }

    private void forceBatch(Context context, Origin origin, Arguments arguments) {
        boolean failed = false;
        for (Call call : checked(origin, arguments)) {
            Optional<DispatchException> refused = context.dispatch(origin, call);
            if (refused.isPresent()) {
                failed = true;
                emit(context, "ItemFailed", refused.get().error());
            } else {
                emit(context, "ItemCompleted");
            }
        }
        emit(context, failed ? "BatchCompletedWithErrors" : "BatchCompleted");
    }

    private void ifElse(Context context, Origin origin, Arguments arguments) {
        Optional<DispatchException> refused = context.dispatch(origin, arguments.call("main"));
        if (refused.isEmpty()) {
            emit(context, "IfElseMainSuccess");
            return;
        }
        Optional<DispatchException> second = context.dispatch(origin, arguments.call("fallback"));
        if (second.isPresent()) {
            throw second.get();
        }
        emit(context, "IfElseFallbackCalled", refused.get().error());
    }
}
