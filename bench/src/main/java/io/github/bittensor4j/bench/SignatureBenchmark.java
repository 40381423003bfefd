package io.github.bittensor4j.bench;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.auth.SignedRequest;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.crypto.Signatures;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Signing and verifying one btauth/1 payload. {@code verifyKnown} checks one caller again and again, as a server of few validators
 * does; {@code verifyStranger} a caller never seen before each time.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class SignatureBenchmark {
    private static final int STRANGERS = 8192;

    /** How the key signs. */
    @Param({"SR25519", "ED25519"})
    public KeyScheme scheme = KeyScheme.SR25519;

    private final Keypair alice = Keypair.development("Alice");
    private Keypair key = alice;
    private byte[] payload = new byte[0];
    private byte[] signature = new byte[0];
    private final AccountId[] strangers = new AccountId[STRANGERS];
    private final byte[][] signatures = new byte[STRANGERS][];
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
        signature = key.sign(payload);
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

    /** Verifies for one account. */
    @Benchmark
    public boolean verifyKnown() {
        return Signatures.verify(scheme, key.account(), payload, signature);
    }

    /** Verifies for another account each time. */
    @Benchmark
    public boolean verifyStranger() {
        int i = next++ & STRANGERS - 1;
        return Signatures.verify(scheme, strangers[i], payload, signatures[i]);
    }
}
