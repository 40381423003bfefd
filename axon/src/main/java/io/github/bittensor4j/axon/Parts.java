package io.github.bittensor4j.axon;

/**
 * Where a {@link StreamHandler} puts the parts of its answer. For the handler's own thread only.
 *
 * @param <R> a part
 */
@FunctionalInterface
public interface Parts<R> {
    /**
     * Sends the next part, waiting while the caller reads slower than the handler writes.
     *
     * @param part the part
     * @throws InterruptedException when the call has ended meanwhile: its deadline passed, the caller went, the axon closes
     */
    void send(R part) throws InterruptedException;
}
