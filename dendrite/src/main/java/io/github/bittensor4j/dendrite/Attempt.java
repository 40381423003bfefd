package io.github.bittensor4j.dendrite;

import java.util.Optional;
import java.util.function.Function;

/** One signed request on its way to one target. It is sent once; whatever becomes of it is told to its listener. */
interface Attempt {
    /** Takes one more part. The first is asked for from the start. */
    void more();

    /** Ends the attempt if it is not over. Idempotent. */
    void cancel(String why);

    /** Hears of an attempt, one event after the other, on threads of the network: it must not wait. */
    interface Listener {
        /** A connection stands; the request is signed now. */
        void connected();

        /** The request was handed to the connection. */
        void sent();

        /** The first byte of the answer is here. */
        void answering();

        /** The head of the answer is here; gives a header's first value by its lower-case name. */
        default void says(Function<String, Optional<String>> headers) {}

        /** A part of the answer, or all of it; never more than were asked for. */
        void part(byte[] bytes);

        /** The attempt is over; the last event, and always comes. */
        void ended(End end);
    }
}
