package io.github.bittensor4j.testkit;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/**
 * Inputs of strangers for tests of properties: honest ones, and what a seeded random makes of them. The same seed gives the same inputs;
 * where a property does not hold, the failure names the input.
 */
public final class Mutations {
    private static final int LARGEST_INPUT_SHOWN = 4096;
    private static final byte[][] BOUNDS = {
        {0},
        {(byte) 0xff},
        {(byte) 0x80},
        {0x7f},
        {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff},
        {2, 0, 0, 0}, // a compact number of four bytes
        {(byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff}, // compact 2^30 - 1
        {3, 0, 0, 0, 64}, // compact 2^30
        {0x13, 0, 0, 0, 0, 0, 0, 0, 1},
        {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f},
        {'"'},
        {'{'},
        {'['},
        {','},
        {'\r', '\n'},
        {'\\', 'u', '0', '0', '0', '0'},
        {'1', 'e', '9', '9', '9'},
        {'-'},
        {(byte) 0xc3, 0x28} // no UTF-8
    };

    /** What holds for every input. */
    @FunctionalInterface
    public interface Property {
        /** Throws when it does not hold. */
        void holds(byte[] input) throws Exception;
    }

    private Mutations() {}

    /** Asks that a property hold for the honest inputs and for {@code count} that are made of them. */
    public static void each(long seed, int count, List<byte[]> honest, Property property) {
        honest.forEach(input -> check(property, input));
        Random random = new Random(seed);
        for (int i = 0; i < count; i++) {
            check(property, mutated(random, honest));
        }
    }

    private static void check(Property property, byte[] input) {
        try {
            property.holds(input.clone());
        } catch (Throwable e) {
            String shown = HexFormat.of().formatHex(Arrays.copyOf(input, Math.min(input.length, LARGEST_INPUT_SHOWN)));
            throw new AssertionError("does not hold for " + input.length + " bytes: " + shown, e);
        }
    }

    private static byte[] mutated(Random random, List<byte[]> honest) {
        byte[] input = honest.get(random.nextInt(honest.size()));
        for (int rounds = 1 + random.nextInt(4); rounds > 0; rounds--) {
            input = once(random, input, honest);
        }
        return input;
    }

    private static byte[] once(Random random, byte[] input, List<byte[]> honest) {
        int at = random.nextInt(input.length + 1);
        int to = at + random.nextInt(Math.min(64, input.length - at) + 1);
        byte[] bound = BOUNDS[random.nextInt(BOUNDS.length)];
        switch (random.nextInt(8)) {
            case 0: // a bit
                byte[] flipped = input.clone();
                if (at < flipped.length) {
                    flipped[at] ^= (byte) (1 << random.nextInt(8));
                }
                return flipped;
            case 1: // a byte
                byte[] changed = input.clone();
                if (at < changed.length) {
                    changed[at] = (byte) random.nextInt(256);
                }
                return changed;
            case 2: // cut short
                return Arrays.copyOf(input, at);
            case 3: // a part taken out
                return joined(Arrays.copyOf(input, at), Arrays.copyOfRange(input, to, input.length));
            case 4: // a part twice
                return joined(Arrays.copyOf(input, to), Arrays.copyOfRange(input, at, input.length));
            case 5: // something of meaning put in
                return joined(Arrays.copyOf(input, at), bound, Arrays.copyOfRange(input, at, input.length));
            case 6: // something of meaning put over
                byte[] over = input.clone();
                System.arraycopy(bound, 0, over, at, Math.min(bound.length, over.length - at));
                return over;
            default: // the end of another
                byte[] other = honest.get(random.nextInt(honest.size()));
                return joined(
                        Arrays.copyOf(input, at),
                        Arrays.copyOfRange(other, random.nextInt(other.length + 1), other.length));
        }
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
