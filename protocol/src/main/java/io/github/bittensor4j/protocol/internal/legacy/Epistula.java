package io.github.bittensor4j.protocol.internal.legacy;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.protocol.internal.synapse.Python;
import io.github.bittensor4j.protocol.internal.synapse.SynapseSignature;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** Epistula, which some subnets have used since 2024: a signed body, neither method nor path, and no memory of what was seen. */
public final class Epistula {
    private static final long FIRST_MOST_NANOS = 5_000_000_000L;
    private static final long SECOND_MOST_MILLIS = 8_000;

    private Epistula() {}

    /**
     * Whether a request of version 1 holds: its {@code Body-Signature} is over the exact body.
     *
     * @param sender who says to have sent it
     * @param body the body
     * @param signature the header
     * @param nonce the body's own time of signing, nanoseconds since 1970
     * @param now nanoseconds since 1970
     * @return true when it is fresh and signed
     */
    public static boolean holds(AccountId sender, String body, String signature, long nonce, long now) {
        return nonce + FIRST_MOST_NANOS >= now && SynapseSignature.holds(sender, body, signature);
    }

    /**
     * What version 2 signs.
     *
     * @param body the raw body
     * @param uuid the header {@code Epistula-Uuid}
     * @param timestamp the header {@code Epistula-Timestamp}, milliseconds since 1970
     * @param receiver the header {@code Epistula-Signed-For}, if any
     * @return the text; three dots always
     */
    public static String text(byte[] body, String uuid, long timestamp, Optional<AccountId> receiver) {
        return HexFormat.of().formatHex(Hashes.sha256(body)) + "." + uuid + "." + timestamp + "."
                + receiver.map(AccountId::ss58).orElse("");
    }

    /**
     * Whether a time of version 2 is fresh.
     *
     * @param timestamp milliseconds since 1970
     * @param now milliseconds since 1970
     * @return false when it is more than 8 s old; the future is not bounded
     */
    public static boolean isFresh(long timestamp, long now) {
        return timestamp + SECOND_MOST_MILLIS >= now;
    }

    /**
     * The texts of the three secret signatures of version 2, as its clients in Python make them.
     *
     * @param timestamp milliseconds since 1970
     * @param receiver for whom
     * @return for the interval before, this one, the next
     */
    public static List<String> secretsOfPython(long timestamp, AccountId receiver) {
        double interval = Math.ceil(timestamp / 1e4) * 1e4;
        return LongStream.rangeClosed(-1, 1)
                .mapToObj(k -> Python.repr(interval + k) + "." + receiver)
                .toList();
    }

    /**
     * The texts of the three secret signatures of version 2, as its clients in Go make them.
     *
     * @param timestamp milliseconds since 1970
     * @param receiver for whom
     * @return for the interval before, this one, the next
     */
    public static List<String> secretsOfGo(long timestamp, AccountId receiver) {
        long interval = (long) Math.ceil(timestamp / 1e4);
        return LongStream.rangeClosed(-1, 1)
                .mapToObj(k -> (interval + k) + "." + receiver)
                .toList();
    }
}
