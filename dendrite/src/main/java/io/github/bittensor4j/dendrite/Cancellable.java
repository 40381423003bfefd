package io.github.bittensor4j.dendrite;

import java.util.concurrent.CompletableFuture;

/** A future whose cancelling ends the work behind it. Futures derived from it are ordinary ones. */
final class Cancellable<T> extends CompletableFuture<T> {
    private final Runnable work;

    /**
     * @param work ends the work; run when this is cancelled
     */
    Cancellable(Runnable work) {
        this.work = work;
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
        boolean done = super.cancel(mayInterrupt);
        work.run();
        return done;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
