package io.github.bittensor4j.axon;

/** Whether an authenticated caller may call. */
public sealed interface AccessDecision {
    /** The caller may call. */
    record Allowed() implements AccessDecision {}

    /**
     * The caller may not.
     *
     * @param code a stable identifier such as {@code access.permit}
     * @param message why, safe to show to the caller
     */
    record Denied(String code, String message) implements AccessDecision {}
}
