package io.github.bittensor4j.subtensor.intents;

import java.util.Optional;

/**
 * How much of something: a certain amount, or all there is of it when the intent is planned.
 *
 * @param <M> {@link io.github.bittensor4j.core.Tao} or {@link io.github.bittensor4j.core.Alpha}
 * @param value the amount; empty for all
 */
public record Amount<M>(Optional<M> value) {
    /**
     * A certain amount.
     *
     * @param <M> TAO or alpha
     * @param value how much
     * @return that amount
     */
    public static <M> Amount<M> of(M value) {
        return new Amount<>(Optional.of(value));
    }

    /**
     * All there is.
     *
     * @param <M> TAO or alpha
     * @return all
     */
    public static <M> Amount<M> all() {
        return new Amount<>(Optional.empty());
    }

    /**
     * Whether it is all there is.
     *
     * @return true when no amount is named
     */
    public boolean isAll() {
        return value.isEmpty();
    }

    /** The amount with its unit, or {@code all}. */
    @Override
    public String toString() {
        return value.map(String::valueOf).orElse("all");
    }
}
