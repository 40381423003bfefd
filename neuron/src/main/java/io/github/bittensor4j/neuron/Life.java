package io.github.bittensor4j.neuron;

import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.Metagraph;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.NeuronInfo;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.neuron.NeuronEvent.Kind;
import io.github.bittensor4j.neuron.NeuronStatus.State;
import io.github.bittensor4j.subtensor.ChainException;
import io.github.bittensor4j.subtensor.Subtensor;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * What a miner and a validator have in common: a seat that is taken and watched, a metagraph that is kept fresh by one thread, a status,
 * and one end. The chain is only ever written to by the watching thread, right after it saw that the seat is still its own.
 *
 * <p>It looks by the clock, and does not stand on {@link Subtensor#follow(Netuid)}: that a look fails is how it learns that the chain is away, where
 * a chain that is followed only falls silent; on a chain that stands still, or makes blocks faster than a neuron needs them, the pace stays its own; and
 * the same thread looks and then writes. Following would save two small requests a block and make the snapshot some seconds younger.
 */
final class Life {
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** What a kind of neuron does beyond that. */
    interface Work {
        /** Called by the watching thread after every look at the chain that found the seat in order. */
        void refreshed(Metagraph metagraph, NeuronInfo seat) throws InterruptedException;

        /** Takes nothing new, lets what runs finish within the limit, keeps what must be kept. Called once. */
        void drain(Duration limit) throws InterruptedException;
    }

    private final String role;
    private final Logger log;
    private final Netuid netuid;
    private final Signer hotkey;
    private final Subtensor chain;
    private final Duration refresh;
    private final Duration drainLimit;
    private final Consumer<NeuronEvent> listener;

    private final Object statusLock = new Object();
    private NeuronStatus status;
    private volatile @Nullable Metagraph metagraph;
    private volatile @Nullable Work work;
    private volatile @Nullable Thread watcher;
    private volatile @Nullable BittensorException reason;
    private final Set<String> lostBy = new HashSet<>(); // for the watching thread alone
    private final AtomicBoolean ending = new AtomicBoolean();
    private final CountDownLatch stopAsked = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    Life(String role, Logger log, NeuronSettings settings) {
        this.role = role;
        this.log = log;
        this.netuid = settings.netuid;
        this.hotkey = settings.hotkey;
        this.chain = settings.chain;
        this.refresh = settings.refresh;
        this.drainLimit = settings.drainLimit;
        this.listener = settings.listener;
        this.status = new NeuronStatus(
                State.STARTING,
                netuid,
                hotkey.account(),
                Optional.empty(),
                Optional.empty(),
                true,
                Optional.empty(),
                Optional.empty(),
                "");
    }

    NeuronStatus status() {
        synchronized (statusLock) {
            return status;
        }
    }

    void update(UnaryOperator<NeuronStatus> change) {
        synchronized (statusLock) {
            status = change.apply(status);
        }
    }

    Optional<Metagraph> metagraph() {
        return Optional.ofNullable(metagraph);
    }

    void published(Endpoint endpoint) {
        update(s -> new NeuronStatus(
                s.state(),
                netuid,
                s.hotkey(),
                s.uid(),
                s.metagraphAt(),
                s.chainReachable(),
                Optional.of(endpoint),
                s.weights(),
                s.detail()));
    }

    void say(Kind kind, String message) {
        switch (kind) {
            case ROUND_DONE -> log.debug(message);
            case ROUND_FAILED, CHAIN_LOST, PUBLISH_WAITING -> log.warn(message);
            case SEAT_LOST -> log.error(message);
            default -> log.info(message);
        }
        try {
            listener.accept(new NeuronEvent(kind, message, status()));
        } catch (RuntimeException e) {
            log.warn("the listener failed at {}", kind, e); // a bystander must not stop a neuron
        }
    }

    /** Reads the metagraph and finds the seat in it, or takes one if that is allowed. */
    NeuronInfo takeSeat(Optional<Registration> registration) throws InterruptedException {
        Metagraph first = chain.metagraph(netuid);
        Optional<NeuronInfo> seat = first.neuron(hotkey.account());
        if (seat.isEmpty()) {
            registration
                    .orElseThrow(() -> Registration.missing(netuid, hotkey.account()))
                    .run(chain, netuid, hotkey.account(), this);
            first = chain.metagraph(netuid);
            seat = first.neuron(hotkey.account());
        }
        NeuronInfo found = seat.orElseThrow(() -> Registration.missing(netuid, hotkey.account()));
        seen(first, found);
        return found;
    }

    private void seen(Metagraph fresh, NeuronInfo seat) {
        metagraph = fresh;
        Optional<Endpoint> shown = seat.axon().map(a -> a.endpoint());
        update(s -> new NeuronStatus(
                s.state(),
                netuid,
                hotkey.account(),
                Optional.of(seat.uid()),
                Optional.of(fresh.block()),
                true,
                shown,
                s.weights(),
                s.detail()));
    }

    /** Starts the watching thread. */
    void begin(Work todo) {
        work = todo;
        state(State.RUNNING, "");
        Thread thread = new Thread(this::watch, role + "-" + netuid + "-chain");
        thread.setDaemon(true);
        watcher = thread;
        thread.start();
        say(
                Kind.STARTED,
                role + " " + hotkey.account() + " is at work on subnet " + netuid + " as uid "
                        + status().uid().orElseThrow());
    }

    private void state(State state, String detail) {
        update(s -> new NeuronStatus(
                state,
                netuid,
                hotkey.account(),
                s.uid(),
                s.metagraphAt(),
                s.chainReachable(),
                s.published(),
                s.weights(),
                detail));
    }

    private void reachable(boolean reachable) {
        update(s -> new NeuronStatus(
                s.state(),
                netuid,
                hotkey.account(),
                s.uid(),
                s.metagraphAt(),
                reachable,
                s.published(),
                s.weights(),
                s.detail()));
    }

    private void watch() {
        Duration pause = Duration.ZERO; // the first look comes at once: a validator may have weights to set
        Duration backoff = refresh;
        try {
            while (!stopAsked.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                pause = refresh;
                try {
                    look();
                    backoff = refresh;
                } catch (SeatLostException e) {
                    say(Kind.SEAT_LOST, String.valueOf(e.getMessage()));
                    end(e);
                    return;
                } catch (BittensorException e) {
                    lost(e);
                    pause = backoff;
                    backoff = min(backoff.multipliedBy(2), max(refresh, min(refresh.multipliedBy(16), LONGEST_PAUSE)));
                } catch (RuntimeException | Error e) {
                    // A defect or a lack of memory must not silently end the watch over the seat
                    log.error("{} {}: looking at the chain failed", role, hotkey.account(), e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // only end() interrupts, and it is already under way
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    private void look() throws InterruptedException {
        NeuronInfo mine = metagraph().flatMap(m -> m.neuron(hotkey.account())).orElseThrow(); // takeSeat found it
        Metagraph fresh;
        try {
            fresh = chain.metagraph(netuid);
        } catch (ChainException e) {
            if (!e.code().equals("chain.subnet")) {
                throw e;
            }
            requireAfterRegistration(chain.blockNumber(), mine);
            throw new SeatLostException(role + " " + hotkey.account() + " lost uid " + mine.uid() + ": subnet " + netuid
                    + " is no more; it stops");
        }
        NeuronInfo seat = seat(fresh, mine);
        if (!status().chainReachable()) {
            reachable(true);
            lostBy.clear();
            say(
                    Kind.CHAIN_BACK,
                    "the chain answers again, at block " + fresh.block().number());
        }
        seen(fresh, seat);
        Work todo = work;
        if (todo != null) {
            todo.refreshed(fresh, seat);
        }
    }

    /** The seat as a fresh metagraph shows it, if it is still this neuron's. */
    private NeuronInfo seat(Metagraph fresh, NeuronInfo mine) {
        Optional<NeuronInfo> now = fresh.neuron(hotkey.account());
        if (now.isPresent() && now.get().uid().equals(mine.uid())) {
            return now.get();
        }
        requireAfterRegistration(fresh.block().number(), mine);
        String taken = now.map(n -> "its hotkey now sits on uid " + n.uid())
                .or(() -> fresh.neuron(mine.uid()).map(n -> "that uid now belongs to " + n.hotkey()))
                .orElse("that uid is gone");
        throw new SeatLostException(role + " " + hotkey.account() + " lost uid " + mine.uid() + " on subnet " + netuid
                + " at or before block " + fresh.block().number() + ": " + taken + "; it stops");
    }

    private static void requireAfterRegistration(long block, NeuronInfo mine) {
        if (block < mine.registeredAt()) {
            throw new NeuronException(
                    "neuron.node_behind",
                    true,
                    "the node is at block " + block + ", before the registration of uid " + mine.uid() + " at block "
                            + mine.registeredAt(),
                    "Wait until it has caught up. A chain that began anew needs a new registration.");
        }
    }

    private void lost(BittensorException e) {
        if (ending.get()) {
            return; // interrupted on purpose
        }
        // each reason once: after "nobody listens there" comes "that chain began anew", which its user has to know
        if (lostBy.add(e.code())) {
            reachable(false);
            say(
                    Kind.CHAIN_LOST,
                    "a look at the chain failed (" + e.code() + ": " + e.getMessage()
                            + (e.hint().isEmpty() ? "" : ": " + e.hint()) + "); going on, and trying again");
        } else {
            log.debug("the chain still can not be read: {}", e.getMessage());
        }
    }

    /** Ends this life, once; whoever comes second waits for the first. */
    void end(@Nullable BittensorException why) {
        if (!ending.compareAndSet(false, true)) {
            awaitEnd();
            return;
        }
        reason = why;
        state(State.DRAINING, why == null ? "" : String.valueOf(why.getMessage()));
        stopAsked.countDown();
        // A thread that was told to stop ends what it began too, only without waiting for others
        boolean interrupted = Thread.interrupted();
        Duration limit = interrupted ? Duration.ZERO : drainLimit;
        try {
            Work todo = work;
            if (todo != null) {
                say(
                        Kind.DRAINING,
                        role + " " + hotkey.account() + " takes nothing new; what runs may finish within " + limit);
            }
            try {
                joinWatcher(limit);
            } catch (InterruptedException e) {
                interrupted = true;
                limit = Duration.ZERO;
            }
            if (todo != null) {
                todo.drain(limit);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (BittensorException e) {
            log.error("{} {} did not end in good order", role, hotkey.account(), e);
            if (reason == null) {
                reason = e;
            }
        } finally {
            String detail = status().detail();
            state(State.STOPPED, detail);
            say(Kind.STOPPED, role + " " + hotkey.account() + " stopped" + (detail.isEmpty() ? "" : ": " + detail));
            ended.countDown();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void joinWatcher(Duration limit) throws InterruptedException {
        Thread thread = watcher;
        if (thread != null && thread != Thread.currentThread()) {
            thread.join(Math.max(1, limit.toMillis()));
            if (thread.isAlive()) {
                thread.interrupt();
                thread.join(1000);
            }
        }
    }

    private void awaitEnd() {
        try {
            // twice the limit: the watching thread and the work may each take one
            if (!ended.await(drainLimit.toMillis() * 2 + 5000, TimeUnit.MILLISECONDS)) {
                log.warn("{} {} is still closing", role, hotkey.account());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void awaitShutdown() throws InterruptedException {
        Runnable stop = () -> end(null);
        Thread hook = new Thread(stop, role + "-" + netuid + "-hook");
        Runtime.getRuntime().addShutdownHook(hook); // for System.exit, and where signals can not be handled
        Signals.watch(stop);
        log.info("Ctrl-C or SIGTERM ends it in good order");
        try {
            ended.await();
        } finally {
            Signals.unwatch(stop);
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                log.trace("the JVM is already going down"); // the hook itself brought us here
            }
        }
        BittensorException why = reason;
        if (why != null) {
            throw why;
        }
    }
}
