package io.github.bittensor4j.localnet.internal.runtime;

import io.github.bittensor4j.localnet.internal.declare.Call;
import io.github.bittensor4j.localnet.internal.declare.Variant;
import io.github.bittensor4j.localnet.internal.state.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What runtime code runs in: the state, the block, the events so far. Belongs to one thread. */
public final class Context {
    private final Runtime runtime;
    private final State state;
    private final long block;
    private Variant phase = Variant.of("Initialization");
    private List<byte[]> events = new ArrayList<>();
    private boolean free;
    private int depth;

    Context(Runtime runtime, State state, long block) {
        this.runtime = runtime;
        this.state = state;
        this.block = block;
    }

    /**
     * The state.
     *
     * @return to read and write
     */
    public State state() {
        return state;
    }

    /**
     * The number of the block being made; in a runtime call, of the block asked about.
     *
     * @return 0 while genesis is built
     */
    public long block() {
        return block;
    }

    /**
     * The declarations and pallets.
     *
     * @return the runtime
     */
    public Runtime runtime() {
        return runtime;
    }

    /**
     * The index of the extrinsic that runs now, in its block.
     *
     * @return 0 outside of extrinsics
     */
    public long extrinsicIndex() {
        return phase.name().equals("ApplyExtrinsic") ? (Long) phase.value(0) : 0;
    }

    /**
     * Runs a call, all or nothing. A call inside of another that says it costs nothing does not make the outer one free.
     *
     * @param origin who calls
     * @param call what
     * @return empty when it succeeded, else why not
     */
    public Optional<DispatchException> dispatch(Origin origin, Call call) {
        boolean outerFree = free;
        depth++;
        try {
            return attempt(() -> runtime.run(this, origin, call));
        } finally {
            if (--depth > 0) {
                free = outerFree;
            }
        }
    }

    /**
     * Runs something, all or nothing.
     *
     * @param work may throw {@link DispatchException}; what it wrote and emitted is then taken back
     * @return empty when it succeeded, else why not
     */
    public Optional<DispatchException> attempt(Runnable work) {
        List<byte[]> before = events;
        events = new ArrayList<>();
        state.begin();
        boolean done = false;
        try {
            work.run();
            state.commit();
            before.addAll(events);
            done = true;
            return Optional.empty();
        } catch (DispatchException refused) {
            return Optional.of(refused);
        } finally {
            events = before;
            if (!done) {
                state.rollback();
            }
        }
    }

    /**
     * Reads with changes that are thrown away: a simulation.
     *
     * @param work may write
     * @param <T> what it answers
     * @return its answer
     */
    public <T> T simulate(Supplier<T> work) {
        List<byte[]> before = events;
        events = new ArrayList<>();
        state.begin();
        try {
            return work.get();
        } finally {
            events = before;
            state.rollback();
        }
    }

    /** The call that runs now turned out to cost its sender nothing. */
    public void paysNothing() {
        free = true;
    }

    boolean takeFree() {
        boolean was = free;
        free = false;
        return was;
    }

    void phase(Variant now) {
        phase = now;
    }

    void deposit(String pallet, String event, List<?> fields) {
        events.add(runtime.event(phase, pallet, event, fields));
    }

    List<byte[]> events() {
        return events;
    }
}
