package io.github.bittensor4j.bench;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.auth.SignedRequest;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.crypto.Signatures;
import io.github.bittensor4j.core.crypto.Signed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Signing and verifying btauth/1 payloads. {@code verifyKnown} checks one caller again and again, as a server of few validators does,
 * {@code verifyStranger} a caller never seen before each time; the {@code Together} ones check 64 at once and tell the time of
 * one. {@code prepareKey} checks six signatures of a stranger, at the last of which its key is prepared.
 *
 * <p>Sampled, so that p0.00 and p0.50 are the best and the median call: on a machine that others use as well, the former is what
 * to compare with a native library's in the same minute.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class SignatureBenchmark {
    private static final int STRANGERS = 32768;
    private static final int TOGETHER = 64;
    private static final int UNTIL_PREPARED = 6;

    /** How the key signs. */
    @Param({"SR25519", "ED25519"})
    public KeyScheme scheme = KeyScheme.SR25519;

    private final Keypair alice = Keypair.development("Alice");
    private Keypair key = alice;
    private byte[] payload = new byte[0];
    private final AccountId[] strangers = new AccountId[STRANGERS];
    private final byte[][] signatures = new byte[STRANGERS][];
    private final List<Signed> known = new ArrayList<>();
    private int next;

    /** Makes the keys and their signatures. */
    @Setup
    public void make() {
        key = Keypair.generate(scheme);
        payload = SignedRequest.of(
                        scheme,
                        "POST",
                        "/bittensor4j.v1.Neuron/Call",
                        new byte[100],
                        1752076800000000000L,
                        key.account(),
                        Optional.of(alice.account()))
                .payload();
        for (int i = 0; i < TOGETHER; i++) {
            known.add(new Signed(scheme, key.account(), payload, key.sign(payload)));
        }
        for (int i = 0; i < STRANGERS; i++) {
            try (Keypair stranger = Keypair.generate(scheme)) {
                strangers[i] = stranger.account();
                signatures[i] = stranger.sign(payload);
            }
        }
    }

    /** Signs. */
    @Benchmark
    public byte[] sign() {
        return key.sign(payload);
    }

    /** Verifies for one account, another signature each time. */
    @Benchmark
    public boolean verifyKnown() {
        Signed one = known.get(next++ & TOGETHER - 1);
        return Signatures.verify(scheme, one.who(), one.message(), one.signature());
    }

    /** Verifies for another account each time. */
    @Benchmark
    public boolean verifyStranger() {
        int i = next++ & STRANGERS - 1;
        return Signatures.verify(scheme, strangers[i], payload, signatures[i]);
    }

    /** Verifies 64 signatures of one account at once. */
    @Benchmark
    @OperationsPerInvocation(TOGETHER)
    public boolean[] verifyKnownTogether() {
        return Signatures.verifyAll(known);
    }

    /** Verifies the signatures of 64 other accounts at once each time. */
    @Benchmark
    @OperationsPerInvocation(TOGETHER)
    public boolean[] verifyStrangersTogether() {
        List<Signed> strange = new ArrayList<>(TOGETHER);
        for (int i = 0; i < TOGETHER; i++) {
            int stranger = next++ & STRANGERS - 1;
            strange.add(new Signed(scheme, strangers[stranger], payload, signatures[stranger]));
        }
        return Signatures.verifyAll(strange);
    }

    /** Verifies as often for one stranger as it takes until its key is prepared. */
    @Benchmark
    public boolean prepareKey() {
        int i = next++ & STRANGERS - 1;
        boolean good = true;
        for (int time = 0; time < UNTIL_PREPARED; time++) {
            good &= Signatures.verify(scheme, strangers[i], payload, signatures[i]);
        }
        return good;
    }
}
