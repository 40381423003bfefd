package io.github.bittensor4j.dendrite;

import java.time.Duration;

/**
 * Where the time of one question to one target went. The phases follow one another; one that was not reached is zero, and the one in
 * which a question ended reaches up to its end.
 *
 * @param waiting from being asked until there was room among the calls under way ({@link DendriteOptions#parallel()})
 * @param connecting from then until a connection stood, with finding out the target's dialect where that was not known; next to nothing
 *     over a connection that is open
 * @param sending from then until the signed request was handed to the connection
 * @param answering from then until the first byte of the answer came: the target's own time and one way there and back
 * @param receiving from then until the answer was whole
 */
public record Timing(Duration waiting, Duration connecting, Duration sending, Duration answering, Duration receiving) {
    /**
     * The part that depends on the target, and what answers should be compared by: from the standing connection to the whole answer.
     * Neither this side's queue nor the connecting is in it.
     *
     * @return sending, answering and receiving together
     */
    public Duration latency() {
        return sending.plus(answering).plus(receiving);
    }

    /**
     * The whole time.
     *
     * @return all five phases together
     */
    public Duration total() {
        return waiting.plus(connecting).plus(latency());
    }
}
