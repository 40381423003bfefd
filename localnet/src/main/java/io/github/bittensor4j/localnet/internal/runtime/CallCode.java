package io.github.bittensor4j.localnet.internal.runtime;

import java.util.function.Function;

/** The code behind one declared call, with what it costs. */
public final class CallCode {
    /** What a call does. */
    @FunctionalInterface
    public interface Handler {
        /**
         * Runs the call. What it wrote is taken back when it throws.
         *
         * @param context the block it runs in
         * @param origin who calls
         * @param arguments its arguments
         * @throws DispatchException when it is refused
         */
        void run(Context context, Origin origin, Arguments arguments);
    }

    private final Handler handler;
    // The weight of a plain call is near what the real chain answers for a transfer; only fees depend on it.
    private Function<Arguments, DispatchInfo> info =
            arguments -> new DispatchInfo(new Weight(200_000_000, 6_000), false, false, true);

    CallCode(Handler handler) {
        this.handler = handler;
    }

    Handler handler() {
        return handler;
    }

    DispatchInfo info(Arguments arguments) {
        return info.apply(arguments);
    }

    /**
     * Its sender pays nothing.
     *
     * @return this
     */
    public CallCode free() {
        Function<Arguments, DispatchInfo> before = info;
        info = arguments -> before.apply(arguments).free();
        return this;
    }

    /**
     * What it costs to run, where that is known.
     *
     * @param refTime picoseconds
     * @param proofSize bytes
     * @return this
     */
    public CallCode weight(long refTime, long proofSize) {
        Function<Arguments, DispatchInfo> before = info;
        info = arguments -> {
            DispatchInfo i = before.apply(arguments);
            return new DispatchInfo(new Weight(refTime, proofSize), i.operational(), i.mandatory(), i.paysFee());
        };
        return this;
    }

    /**
     * It belongs to the class Operational.
     *
     * @return this
     */
    public CallCode operational() {
        Function<Arguments, DispatchInfo> before = info;
        info = arguments -> {
            DispatchInfo i = before.apply(arguments);
            return new DispatchInfo(i.weight(), true, i.mandatory(), i.paysFee());
        };
        return this;
    }

    /**
     * It belongs to the class Mandatory: an inherent.
     *
     * @return this
     */
    public CallCode mandatory() {
        Function<Arguments, DispatchInfo> before = info;
        info = arguments -> new DispatchInfo(before.apply(arguments).weight(), false, true, true);
        return this;
    }

    /**
     * Its cost depends on its arguments, as with calls that hold calls.
     *
     * @param costs what it costs
     * @return this
     */
    public CallCode info(Function<Arguments, DispatchInfo> costs) {
        info = costs;
        return this;
    }
}
