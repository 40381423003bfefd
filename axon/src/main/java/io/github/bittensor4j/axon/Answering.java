package io.github.bittensor4j.axon;

/**
 * How the end of one call is written in its dialect. Called by its {@link Exchange} from any thread, one at a time, and never after the
 * call has ended: exactly one of {@code whole}, {@code complete} and {@code refuse} comes, or none when the caller has gone; behind
 * one that throws comes {@code breakOff}.
 */
interface Answering {
    /**
     * The receipt that the caller asked for, just before {@link #whole} or {@link #complete}. A dialect that carries none drops it.
     *
     * @param receipt the value of its header
     */
    default void receipt(String receipt) {}

    /** The whole answer of a call that has one, and the end. */
    void whole(byte[] answer);

    /** The next part of an answer that comes in parts. */
    void part(byte[] part);

    /** Every part was sent. */
    void complete();

    /** The call is refused, or breaks off after some parts. */
    void refuse(Refused refused);

    /** The end could not be written: the caller is to see that there is none. */
    void breakOff();

    /** False while the caller reads slower than is written. */
    boolean isReady();
}
