package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.testkit.Vectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class EraVectorTest {
    private static final Vectors FILE = Vectors.open("era.json");

    @TestFactory
    Stream<DynamicTest> every_era_is_made_written_and_read() {
        return FILE.cases("vectors", c -> {
            long current = c.get("current").asLong();
            Era era = Era.mortal(c.get("period_requested").asLong(), current);
            assertThat(era.period()).isEqualTo(c.get("period").asInt());
            // The file gives the phase before two bytes round it down; the chain knows only what the bytes say.
            long lost = c.get("phase").asLong() % Math.max(era.period() >> 12, 1);
            assertThat(era.phase()).isEqualTo(c.get("phase").asInt() - (int) lost);
            assertThat(era.birth(current)).isEqualTo(c.get("birth").asLong() - lost);
            assertThat(era.death(current)).isEqualTo(c.get("death").asLong() - lost);
            assertThat(written(era)).isEqualTo(c.get("hex").asText());
            ScaleReader in = new ScaleReader(Hex.decode(c.get("hex").asText()));
            assertThat(Era.read(in)).isEqualTo(era);
            in.end();
        });
    }

    @TestFactory
    Stream<DynamicTest> an_immortal_era_is_one_zero_byte() {
        return FILE.cases("immortal_hex", c -> {
            assertThat(written(Era.IMMORTAL)).isEqualTo(c.asText());
            assertThat(Era.read(new ScaleReader(Hex.decode(c.asText())))).isEqualTo(Era.IMMORTAL);
        });
    }

    private static String written(Era era) {
        ScaleWriter out = new ScaleWriter();
        era.write(out);
        return Hex.encode(out.toByteArray());
    }

    @AfterAll
    static void report() {
        FILE.report();
    }
}
