package io.github.bittensor4j.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.testkit.Vectors;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class Ss58VectorTest {
    private static final Vectors FILE = Vectors.open("ss58.json");

    @TestFactory
    Stream<DynamicTest> addresses_go_both_ways() {
        return FILE.cases("vectors", c -> {
            byte[] key = HexFormat.of().parseHex(c.get("publicKey").asText().substring(2));
            String address = c.get("ss58").asText();
            assertThat(AccountId.of(key).ss58()).isEqualTo(address);
            assertThat(AccountId.fromSs58(address)).isEqualTo(AccountId.of(key));
            assertThat(Ss58.decode(address).format())
                    .isEqualTo(FILE.root().get("format").asInt());
            if (c.hasNonNull("ss58_format0")) {
                assertThat(Ss58.encode(key, 0)).isEqualTo(c.get("ss58_format0").asText());
                assertThat(Ss58.decode(c.get("ss58_format0").asText()).publicKey())
                        .isEqualTo(key);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> bad_addresses_are_refused() {
        return FILE.cases(
                "invalid",
                c -> assertThatThrownBy(() -> AccountId.fromSs58(c.asText()))
                        .isInstanceOf(InvalidValueException.class));
    }

    @TestFactory
    Stream<DynamicTest> the_format_is_bittensors() {
        return FILE.cases("format", c -> assertThat(Ss58.BITTENSOR).isEqualTo(c.asInt()));
    }

    @AfterAll
    static void report() {
        FILE.report("checksumPrefix", "note");
    }
}
