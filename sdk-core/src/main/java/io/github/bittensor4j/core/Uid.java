package io.github.bittensor4j.core;

/**
 * A neuron's seat in one subnet. A seat can change hands: identify a neuron by its hotkey, not by this number.
 *
 * @param value 0 to 65535
 */
public record Uid(int value) implements Comparable<Uid> {
    /** Checks the range. */
    public Uid {
        if (value < 0 || value > 0xffff) {
            throw InvalidValueException.outOfRange("uid.range", "uid", value, "0-65535");
        }
    }

    /**
     * A neuron's seat.
     *
     * @param value 0 to 65535
     * @return the uid
     */
    public static Uid of(int value) {
        return new Uid(value);
    }

    @Override
    public int compareTo(Uid other) {
        return Integer.compare(value, other.value);
    }

    /** The plain number. */
    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
