package io.github.bittensor4j.axon;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.protocol.internal.Refusal;
import io.github.bittensor4j.protocol.internal.synapse.Message;
import io.github.bittensor4j.protocol.internal.synapse.SynapseSignature;
import io.github.bittensor4j.protocol.internal.synapse.SynapseVersion;
import io.github.bittensor4j.protocol.internal.synapse.Terminal;
import io.github.bittensor4j.protocol.internal.synapse.Terminal.Field;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells who calls, by the rule of SDK 7 to 10 made safe: the signature is never optional; a nonce is fresh always, not only the first one;
 * neither the caller's timeout nor its version widens the window; the future is bounded; besides growing within its lane (hotkey and uuid) a
 * nonce is accepted once, by the store that the other dialects ask too. What Python refuses is refused here in its words.
 */
final class SynapseAuthenticator {
    private static final long SECOND = 1_000_000_000L;

    /** What Python adds to a caller's timeout. */
    private static final double SLACK_SECONDS = 4;

    private static final int LONGEST_UUID = 128;

    private record Lane(AccountId hotkey, String uuid) {}

    private final Authenticator authenticator;
    private final int mostLanes;
    private final ConcurrentHashMap<Lane, Long> lanes = new ConcurrentHashMap<>();
    private final AtomicLong sweptAt = new AtomicLong();

    /**
     * @param authenticator knows this axon's hotkey, clock, windows and store
     * @param mostLanes how many lanes are remembered
     */
    SynapseAuthenticator(Authenticator authenticator, int mostLanes) {
        this.authenticator = authenticator;
        this.mostLanes = mostLanes;
    }

    /**
     * Who says to have signed a request, as far as that is acceptable without looking at the signature.
     *
     * @param head what its headers say
     * @return the claimed caller
     */
    AccountId claimed(Message head) throws Refused {
        Terminal dendrite = head.dendrite();
        String address = dendrite.text(Field.HOTKEY)
                .orElseThrow(
                        () -> new Refused(Refusal.AUTH_MISSING, "No SS58 formatted address or public key provided."));
        AccountId caller;
        try {
            caller = AccountId.fromSs58(address);
        } catch (BittensorException e) {
            throw new Refused(Refusal.AUTH_MALFORMED, "Invalid SS58 address: " + bounded(address));
        }
        authenticator.checkKey(caller, KeyScheme.SR25519);
        BigInteger number =
                dendrite.integer(Field.NONCE).orElseThrow(() -> new Refused(Refusal.AUTH_MISSING, "Missing Nonce"));
        if (number.signum() < 0 || number.bitLength() > 63) {
            throw new Refused(Refusal.AUTH_MALFORMED, "Nonce is no time in nanoseconds since 1970");
        }
        checkFresh(number.longValue(), dendrite.integer(Field.VERSION), head.timeout());
        String uuid = uuid(dendrite);
        if (uuid.length() > LONGEST_UUID) {
            throw new Refused(Refusal.AUTH_MALFORMED, "uuid is longer than " + LONGEST_UUID + " characters");
        }
        return caller;
    }

    /**
     * Whether a claimed caller signed a request; the nonce is still to be accepted.
     *
     * @param caller what {@link #claimed} gave
     * @param head what its headers say
     */
    void checkSignature(AccountId caller, Message head) throws Refused {
        Terminal dendrite = head.dendrite();
        String signature = dendrite.text(Field.SIGNATURE)
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> new Refused(Refusal.AUTH_MISSING, "Missing signature"));
        String text = SynapseSignature.request(
                dendrite, Optional.of(authenticator.receiver().ss58()), head.bodyHash());
        if (!SynapseSignature.holds(caller, text, signature)) {
            throw new Refused(
                    Refusal.AUTH_SIGNATURE, "Signature mismatch with " + bounded(text) + " and " + bounded(signature));
        }
    }

    private void checkFresh(long nonce, Optional<BigInteger> version, @Nullable Double timeout) throws Refused {
        if (version.orElse(BigInteger.ZERO).compareTo(BigInteger.valueOf(SynapseVersion.TIMED_NONCES)) < 0) {
            throw new Refused(
                    Refusal.AUTH_VERSION,
                    "Version is none of 7.2.0 or newer (" + SynapseVersion.TIMED_NONCES
                            + "): nonces of older ones are no times, so a replay could not be told");
        }
        double patience = timeout == null ? 0 : timeout;
        if (!Double.isFinite(patience) || patience < 0) {
            throw new Refused(Refusal.AUTH_MALFORMED, "timeout is no finite number of seconds from zero on");
        }
        long now = authenticator.now();
        long ahead = nonce - now;
        double acceptable = Math.min(SLACK_SECONDS + patience, (double) authenticator.past() / SECOND);
        if (ahead < -authenticator.past() || -ahead >= (SLACK_SECONDS + patience) * SECOND) {
            throw Refused.byClock(
                    Refusal.AUTH_STALE,
                    String.format(
                            Locale.ROOT,
                            "Nonce is too old: acceptable delta is %.2f seconds but request was %.2f seconds old",
                            acceptable,
                            (double) -ahead / SECOND),
                    Duration.ofNanos(ahead));
        }
        if (ahead > authenticator.future()) {
            throw Refused.byClock(
                    Refusal.AUTH_FUTURE,
                    String.format(
                            Locale.ROOT,
                            "Nonce is too far ahead: acceptable are %.2f seconds but request was %.2f seconds ahead",
                            (double) authenticator.future() / SECOND,
                            (double) ahead / SECOND),
                    Duration.ofNanos(ahead));
        }
    }

    /**
     * Accepts a verified request once.
     *
     * @param caller whose signature holds and who may call
     * @param head what its headers say
     * @param then told the refusal, or empty
     */
    void accept(AccountId caller, Message head, Consumer<Optional<Refused>> then) {
        long nonce = head.dendrite().integer(Field.NONCE).orElseThrow().longValueExact();
        sweep(false);
        Lane lane = new Lane(caller, uuid(head.dendrite()));
        if (!lanes.containsKey(lane) && lanes.size() >= mostLanes) {
            sweep(true);
            if (lanes.size() >= mostLanes) {
                then.accept(
                        Optional.of(new Refused(Refusal.AUTH_FULL, "this server cannot remember another request now")));
                return;
            }
        }
        AtomicBoolean grown = new AtomicBoolean();
        lanes.compute(lane, (key, last) -> {
            grown.set(last == null || nonce > last);
            return grown.get() ? Long.valueOf(nonce) : last;
        });
        authenticator.checkReplay(
                caller, nonce, grown.get() ? then : refused -> then.accept(Optional.of(behind(refused))));
    }

    /** A nonce that has not grown is a replay, or its request was overtaken by a later one: only the store knows which. */
    private static Refused behind(Optional<Refused> told) {
        String words = "Nonce is too old, a newer one was last processed";
        return told.map(refused -> refused.code().equals(Refusal.AUTH_REPLAYED.code())
                        ? new Refused(Refusal.AUTH_REPLAYED, words)
                        : refused)
                .orElseGet(() -> new Refused(Refusal.AUTH_OVERTAKEN, words));
    }

    /** Forgets lanes whose last nonce is stale: a smaller one is stale too. Once a second, or when there is no room. */
    private void sweep(boolean full) {
        long now = authenticator.now();
        long before = sweptAt.get();
        if ((full || now - before >= SECOND) && sweptAt.compareAndSet(before, now)) {
            for (Iterator<Map.Entry<Lane, Long>> all = lanes.entrySet().iterator(); all.hasNext(); ) {
                if (all.next().getValue() < now - authenticator.past()) {
                    all.remove();
                }
            }
        }
    }

    int lanes() {
        return lanes.size();
    }

    private static String uuid(Terminal dendrite) {
        return dendrite.text(Field.UUID).orElse("None"); // as it is signed
    }

    private static String bounded(String text) {
        return text.length() > 512 ? text.substring(0, 512) + "..." : text;
    }
}
