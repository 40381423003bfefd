package io.github.bittensor4j.axon;

import io.github.bittensor4j.axon.ReplayStore.Verdict;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.protocol.internal.AuthHeaders;
import io.github.bittensor4j.protocol.internal.Refusal;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells who calls, by btauth/1: receiver, freshness, signature, replay, in this order (the headers' shape was checked when they were
 * read). Knows nothing of gRPC, so every dialect of the wire can use it.
 */
final class Authenticator {
    /**
     * The points of small order of edwards25519 without their sign bit, in every encoding that a lenient verifier reads. For such a key
     * anybody can make signatures that hold, so it is nobody's.
     */
    private static final Set<AccountId> NOBODYS = nobodys(
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");

    private static final Logger LOG = LoggerFactory.getLogger(Authenticator.class);

    private final AccountId receiver;
    private final Function<AccountId, KeyScheme> trusted;
    private final InstantSource clock;
    private final long past;
    private final long future;
    private final ReplayStore replays;

    Authenticator(
            AccountId receiver,
            Function<AccountId, KeyScheme> trusted,
            Freshness freshness,
            InstantSource clock,
            ReplayStore replays) {
        this.receiver = receiver;
        this.trusted = trusted;
        this.clock = clock;
        this.past = freshness.past().toNanos();
        this.future = freshness.future().toNanos();
        this.replays = replays;
    }

    /** What can be told before the body is here; spares the rest for most of what is wrong. */
    void checkClaims(AuthHeaders claims) throws Refused {
        checkKey(claims.sender(), claims.scheme());
        if (claims.receiver().isEmpty()) {
            throw new Refused(Refusal.AUTH_RECEIVER, "request is bound to no receiver: sign it for this axon's hotkey");
        }
        if (!claims.receiver().get().equals(receiver)) {
            throw new Refused(Refusal.AUTH_RECEIVER, "request was signed for a different receiving hotkey");
        }
        checkFresh(claims.nonce(), now());
    }

    /** Whether a hotkey is somebody's, and signs as it says. */
    void checkKey(AccountId sender, KeyScheme claimed) throws Refused {
        if (NOBODYS.contains(sender)) {
            throw new Refused(Refusal.AUTH_KEY, "this hotkey is a key that anybody can sign for");
        }
        KeyScheme scheme = trusted.apply(sender);
        if (claimed != scheme) {
            throw new Refused(Refusal.AUTH_SCHEME, "this hotkey signs by " + scheme.label() + " here");
        }
    }

    /**
     * Whether the claims hold for what was received. Each call alone, also when several arrive together: for a known caller {@code
     * Signatures.verifyAll} saves at most a tenth of some 17 us ({@code SignatureBenchmark.verifyKnownTogether}), less than it costs a
     * call to wait for the others; it saves half only for strangers, which a caller is for its first six calls.
     *
     * @param claims headers that {@link #checkClaims} found acceptable
     */
    void checkSignature(AuthHeaders claims, String method, String target, byte[] body) throws Refused {
        KeyScheme scheme = trusted.apply(claims.sender());
        if (!claims.request(scheme, method, target, Hashes.sha256(body)).isSignedBy(claims.signature())) {
            throw new Refused(Refusal.AUTH_SIGNATURE, "signature does not verify against the claimed hotkey");
        }
        // the time again: a caller may hold its body back until its nonce is forgotten
        checkFresh(claims.nonce(), now());
    }

    /**
     * Accepts the request once, now or later; what the store cannot tell is refused.
     *
     * @param sender whose signature holds
     * @param nonce the request's
     * @param then told whether the request is the first of its kind; called once, on this thread or one of the store's
     */
    void checkReplay(AccountId sender, long nonce, Consumer<Optional<Refused>> then) {
        long now = now();
        CompletionStage<Verdict> verdict;
        try {
            verdict = replays.accept(new ReplayStore.Nonce(receiver, sender, nonce, now - past, now + future));
        } catch (RuntimeException e) {
            verdict = CompletableFuture.failedStage(e);
        }
        verdict.whenComplete((told, failure) -> {
            if (failure != null) {
                LOG.warn("A call was refused because the replay store failed", failure);
            }
            then.accept(refusal(told == null ? Verdict.UNAVAILABLE : told, nonce - now));
        });
    }

    private static Optional<Refused> refusal(Verdict verdict, long ahead) {
        return switch (verdict) {
            case ACCEPTED -> Optional.empty();
            case REPLAYED ->
                Optional.of(new Refused(Refusal.AUTH_REPLAYED, "this nonce was already accepted from this hotkey"));
            case STALE ->
                Optional.of(Refused.byClock(
                        Refusal.AUTH_STALE,
                        "request was signed before this server could know what was accepted: sign it anew",
                        Duration.ofNanos(ahead)));
            case FULL -> Optional.of(new Refused(Refusal.AUTH_FULL, "this server cannot remember another request now"));
            case UNAVAILABLE ->
                Optional.of(new Refused(
                        Refusal.AUTH_UNAVAILABLE, "this server cannot tell now whether the request is a replay"));
        };
    }

    private void checkFresh(long nonce, long now) throws Refused {
        // both are positive, so the difference cannot overflow
        long ahead = nonce - now;
        if (ahead < -past) {
            throw Refused.byClock(
                    Refusal.AUTH_STALE,
                    "nonce is " + seconds(-ahead) + " s old by this server's clock (expected: at most " + seconds(past)
                            + " s)",
                    Duration.ofNanos(ahead));
        }
        if (ahead > future) {
            throw Refused.byClock(
                    Refusal.AUTH_FUTURE,
                    "nonce is " + seconds(ahead) + " s in the future by this server's clock (expected: at most "
                            + seconds(future) + " s)",
                    Duration.ofNanos(ahead));
        }
    }

    private static String seconds(long nanos) {
        return BigDecimal.valueOf(nanos, 9).stripTrailingZeros().toPlainString();
    }

    /** For whom requests are to be signed. */
    AccountId receiver() {
        return receiver;
    }

    /** The time by which freshness is told, in nanoseconds since 1970. */
    long now() {
        return nanos(clock.instant());
    }

    /** How old a nonce may be, in nanoseconds. */
    long past() {
        return past;
    }

    /** How far ahead a nonce may be, in nanoseconds. */
    long future() {
        return future;
    }

    static long nanos(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    }

    private static Set<AccountId> nobodys(String... encodings) {
        Set<AccountId> all = new HashSet<>();
        for (String encoding : encodings) {
            byte[] plain = HexFormat.of().parseHex(encoding);
            byte[] signed = Arrays.copyOf(plain, plain.length);
            signed[31] |= (byte) 0x80;
            all.add(AccountId.of(plain));
            all.add(AccountId.of(signed));
        }
        return Set.copyOf(all);
    }
}
