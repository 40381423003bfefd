package io.github.bittensor4j.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.testkit.Vectors;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class HashesVectorTest {
    private static final Vectors FILE = Vectors.open("hashes.json");

    @TestFactory
    Stream<DynamicTest> every_hash_is_the_published_one() {
        return FILE.cases("vectors", c -> {
            byte[] in = c.get("input_utf8").asText().getBytes(StandardCharsets.UTF_8);
            same(c, "twox64", Hashes.twox64(in));
            same(c, "twox128", Hashes.twox128(in));
            same(c, "twox256", Hashes.twox256(in));
            same(c, "blake2_128", Hashes.blake2b128(in));
            same(c, "blake2_256", Hashes.blake2b256(in));
            same(c, "keccak_256", Hashes.keccak256(in));
            same(c, "sha256", Hashes.sha256(in));
        });
    }

    @TestFactory
    Stream<DynamicTest> every_storage_hasher_is_the_chains() {
        return FILE.cases("concat", c -> {
            byte[] in = HexFormat.of().parseHex(c.get("input").asText().substring(2));
            byte[] out = switch (c.get("hasher").asText()) {
                case "Twox64Concat" -> Hashes.twox64Concat(in);
                case "Blake2_128Concat" -> Hashes.blake2b128Concat(in);
                case "Twox128" -> Hashes.twox128(in);
                case "Twox256" -> Hashes.twox256(in);
                case "Blake2_128" -> Hashes.blake2b128(in);
                case "Blake2_256" -> Hashes.blake2b256(in);
                case "Identity" -> in;
                default -> throw new AssertionError("a hasher that nobody knows: " + c);
            };
            same(c, "out", out);
        });
    }

    private static void same(JsonNode c, String field, byte[] actual) {
        assertThat("0x" + HexFormat.of().formatHex(actual))
                .as(field)
                .isEqualTo(c.get(field).asText());
    }

    @AfterAll
    static void report() {
        FILE.report("note");
    }
}
