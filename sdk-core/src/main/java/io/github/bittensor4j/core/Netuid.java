package io.github.bittensor4j.core;

/**
 * A subnet's number on the chain.
 *
 * @param value 0 to 65535; 0 is the root subnet
 */
public record Netuid(int value) implements Comparable<Netuid> {
    /** The root subnet, where TAO is staked one to one. */
    public static final Netuid ROOT = new Netuid(0);

    /** Checks the range. */
    public Netuid {
        if (value < 0 || value > 0xffff) {
            throw InvalidValueException.outOfRange("netuid.range", "netuid", value, "0-65535");
        }
    }

    /**
     * A subnet's number.
     *
     * @param value 0 to 65535
     * @return the netuid
     */
    public static Netuid of(int value) {
        return new Netuid(value);
    }

    /**
     * Whether this is the root subnet.
     *
     * @return true for 0
     */
    public boolean isRoot() {
        return value == 0;
    }

    @Override
    public int compareTo(Netuid other) {
        return Integer.compare(value, other.value);
    }

    /** The plain number. */
    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
