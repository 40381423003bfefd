package io.github.bittensor4j.protocol.internal;

import java.util.Optional;

/**
 * A refusal as the body of a plain HTTP answer: {@code {"error": code, "message": text}}.
 *
 * @param code a code of REFUSALS.md, or a handler's own; of another server whatever it says, and empty when it says nothing
 * @param message for people
 */
public record HttpRefusal(String code, String message) {
    /** What {@code content-type} says of it. */
    public static final String MEDIA_TYPE = "application/json";

    /** The header that carries the code. */
    public static final String CODE = "bittensor4j-refusal";

    /** The header that carries how far the caller's clock is ahead of the server's, in nanoseconds, negative when behind. */
    public static final String CLOCK_DIFFERENCE = "bittensor4j-clock-difference";

    /** The header that carries how long to wait before asking again, in nanoseconds. */
    public static final String RETRY_AFTER = "bittensor4j-retry-after";

    /**
     * As a body.
     *
     * @return JSON
     */
    public byte[] json() {
        return Json.refusal(code, message);
    }

    /**
     * What a body of any server says, as far as it does: {@code error} or nothing, and {@code message} or {@code detail}, each text.
     *
     * @param body any bytes
     * @return empty when it is no JSON object
     */
    public static Optional<HttpRefusal> read(byte[] body) {
        return Json.refusal(body);
    }
}
