package io.github.bittensor4j.dendrite;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;

/** Bounds the calls under way: who finds no room waits in line, first come first served. */
final class Room {
    private final Executor later;
    private final Set<Runnable> line = new LinkedHashSet<>();
    private int free;
    private boolean closed;

    /**
     * @param places how many calls at once
     * @param later runs those that had to wait
     */
    Room(int places, Executor later) {
        this.free = places;
        this.later = later;
    }

    /** Runs work when there is room: at once on this thread, or later. Whoever was let in leaves by {@link #leave}. */
    void enter(Runnable work) {
        synchronized (this) {
            if (free == 0 && !closed) {
                line.add(work);
                return;
            }
            free--;
        }
        work.run();
    }

    /** Leaves the line. Returns whether it still stood there; if not, its work runs or has run. */
    synchronized boolean giveUp(Runnable work) {
        return line.remove(work);
    }

    void leave() {
        Runnable next;
        synchronized (this) {
            Iterator<Runnable> first = line.iterator();
            if (!first.hasNext()) {
                free++;
                return;
            }
            next = first.next();
            first.remove();
        }
        later.execute(next);
    }

    /** Lets everybody in, who then find that all is closed. */
    void close() {
        List<Runnable> waiting;
        synchronized (this) {
            closed = true;
            waiting = List.copyOf(line);
            line.clear();
            free -= waiting.size();
        }
        waiting.forEach(Runnable::run);
    }
}
