package io.github.bittensor4j.core.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.testkit.Vectors;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class CompactVectorTest {
    private static final Vectors FILE = Vectors.open("compact.json");

    @TestFactory
    Stream<DynamicTest> compact_numbers_go_both_ways() {
        return FILE.cases("vectors", c -> {
            BigInteger value = new BigInteger(c.get("value").asText());
            byte[] bytes = HexFormat.of().parseHex(c.get("hex").asText().substring(2));
            assertThat(new ScaleWriter().compact(value).toByteArray()).isEqualTo(bytes);
            ScaleReader reader = new ScaleReader(bytes);
            assertThat(reader.compactBig()).isEqualTo(value);
            reader.end();
            if (value.bitLength() <= 64) {
                assertThat(new ScaleWriter().compact(value.longValue()).toByteArray())
                        .isEqualTo(bytes);
            }
            if (value.bitLength() <= 63) {
                assertThat(new ScaleReader(bytes).compact()).isEqualTo(value.longValueExact());
            }
        });
    }

    @AfterAll
    static void report() {
        FILE.report();
    }
}
