package io.github.bittensor4j.bench;

import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.core.scale.ScaleWriter;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** SCALE both ways over what a metagraph of 256 neurons holds: account ids, compact numbers, 64-bit numbers, flags. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ScaleBenchmark {
    private static final int NEURONS = 256;

    private final byte[] account = new byte[32];
    private final long[] stake = new Random(1).longs(NEURONS, 0, Long.MAX_VALUE).toArray();
    private byte[] encoded = new byte[0];

    /** Makes what is decoded. */
    @Setup
    public void make() {
        encoded = encode();
    }

    /** Writes 256 neurons. */
    @Benchmark
    public byte[] encode() {
        ScaleWriter out = new ScaleWriter(NEURONS * 64).compact(NEURONS);
        for (int i = 0; i < NEURONS; i++) {
            out.raw(account).compact(i).compact(stake[i]).u64(stake[i]).u16(i).bool((i & 1) == 0);
        }
        return out.toByteArray();
    }

    /** Reads them. */
    @Benchmark
    public long decode() {
        ScaleReader in = new ScaleReader(encoded);
        long sum = 0;
        int count = in.length(45);
        for (int i = 0; i < count; i++) {
            sum += in.raw(32)[0] + in.compact() + in.compact() + in.u64() + in.u16() + (in.bool() ? 1 : 0);
        }
        in.end();
        return sum;
    }
}
