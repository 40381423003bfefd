package io.github.bittensor4j.axon;

import io.github.bittensor4j.core.AccountId;
import java.time.Duration;

/**
 * Watches one call. Of {@link #answered} and {@link #refused} exactly one comes, once. The others come at most once, in the order in which
 * they stand here; a handler whose call ended without it (its deadline passed, the caller went) may end later than its call. The same
 * rules of quickness and failure hold as for {@link AxonObserver}.
 */
public interface CallObserver {
    /**
     * The caller's signature holds and the request is fresh and new. Whether it may call is not decided yet.
     *
     * @param hotkey who calls
     */
    default void verified(AccountId hotkey) {}

    /**
     * The access policy lets the caller in; the call goes to its handler, or waits for it, or is refused because all places are taken.
     *
     * @param synapse what is asked: a name that this axon serves
     */
    default void admitted(String synapse) {}

    /**
     * The handler begins, on the current thread.
     *
     * @param waited since the call was admitted
     */
    default void handlerBegan(Duration waited) {}

    /**
     * The handler has come to its end, on the thread on which it began.
     *
     * @param took since it began
     */
    default void handlerEnded(Duration took) {}

    /**
     * The whole answer was given to the connection.
     *
     * @param took since the call arrived
     */
    default void answered(Duration took) {}

    /**
     * The call ended otherwise.
     *
     * @param code why: a code of REFUSALS.md, {@code call.cancelled} when the caller went, or a handler's own
     * @param took since the call arrived
     */
    default void refused(String code, Duration took) {}
}
