package io.github.bittensor4j.core.crypto;

import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.scale.ScaleWriter;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** One step of a derivation path: its 32-byte chain code, and whether it is hard. */
record Junction(byte[] chainCode, boolean hard) {
    // What Rust's parser of unsigned numbers takes.
    private static final Pattern NUMBER = Pattern.compile("\\+?[0-9]{1,4096}");

    /** The junctions of a path such as {@code //hard/soft}; an empty path has none. */
    static List<Junction> path(String path) {
        List<Junction> junctions = new ArrayList<>();
        int at = 0;
        while (at < path.length()) {
            boolean hard = path.startsWith("//", at);
            int from = at + (hard ? 2 : 1);
            int to = path.indexOf('/', from);
            to = to < 0 ? path.length() : to;
            if (path.charAt(at) != '/' || to <= from) {
                // The path is not shown: what stands before a junction by mistake may be a secret phrase.
                throw new InvalidValueException(
                        "key.path",
                        "derivation path: no junction at character " + at
                                + " (expected: //hard or /soft, each with at least one character)",
                        "Write it like //stash or //miner/0; a password after /// belongs to the phrase, not here.");
            }
            junctions.add(new Junction(chainCode(path.substring(from, to)), hard));
            at = to;
        }
        return junctions;
    }

    static byte[] chainCode(String text) {
        byte[] encoded = encoded(text);
        return encoded.length > 32 ? Hashes.blake2b256(encoded) : Arrays.copyOf(encoded, 32);
    }

    private static byte[] encoded(String text) {
        if (NUMBER.matcher(text).matches()) {
            BigInteger number = new BigInteger(text);
            if (number.bitLength() <= 64) {
                return new ScaleWriter().u64(number.longValue()).toByteArray();
            }
        }
        return new ScaleWriter().text(text).toByteArray();
    }
}
