package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.testkit.Vectors;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Rules of the chain that are a formula each: addresses, commit hashes, fixed-point numbers, seals. */
class SmallRulesVectorTest {
    private static final Vectors AXON_IP = Vectors.open("axon_ip.json");
    private static final Vectors COMMIT = Vectors.open("commit_hash.json");
    private static final Vectors FIXED = Vectors.open("fixed_point.json");
    private static final Vectors SEAL = Vectors.open("pow_seal.json");

    @TestFactory
    Stream<DynamicTest> addresses_are_stored_as_numbers_and_read_back() {
        return AXON_IP.cases("vectors", c -> {
            ChainIp ip = ChainIp.of(c.get("ip").asText());
            assertThat(ip.number()).isEqualTo(new BigInteger(c.get("int").asText()));
            assertThat(ip.type()).isEqualTo(c.get("ip_type").asInt());
            assertThat(Hex.encode(new ScaleWriter().u128(ip.number()).toByteArray()))
                    .isEqualTo(c.get("scale_u128").asText());
            if (ip.number().signum() != 0) {
                assertThat(ChainIp.of(ip.text())).isEqualTo(ip);
            }
        });
    }

    /** Of the neuron protocol's vectors the one section that the chain's client decides. */
    @TestFactory
    Stream<DynamicTest> addresses_that_neurons_publish_have_the_number_that_python_gives_them() {
        return Vectors.open("synapse.json").cases("ip_to_int", c -> {
            ChainIp ip = ChainIp.of(c.get("ip").asText());
            assertThat(ip.number()).isEqualTo(new BigInteger(c.get("int").asText()));
            assertThat(ip.type()).isEqualTo(c.get("version").asInt());
        });
    }

    @TestFactory
    Stream<DynamicTest> addresses_that_the_chain_refuses_have_their_numbers_too() {
        return AXON_IP.cases(
                "chain_rejects",
                c -> assertThat(ChainIp.of(c.get("ip").asText()).type())
                        .isEqualTo(c.get("ip_type").asInt()));
    }

    private static List<Integer> ints(JsonNode array) {
        List<Integer> all = new ArrayList<>();
        array.forEach(v -> all.add(v.asInt()));
        return all;
    }

    @TestFactory
    Stream<DynamicTest> commits_of_weights_hash_as_the_chain_does() {
        return COMMIT.cases("vectors", c -> {
            Netuid netuid = Netuid.of(c.get("netuid").asInt());
            int mechanism = c.get("mechid").asInt();
            assertThat(WeightCommit.storageIndex(netuid, mechanism))
                    .isEqualTo(c.get("netuid_index").asInt());
            WeightVector weights =
                    new WeightVector(ints(c.get("uids")).stream().map(Uid::of).toList(), ints(c.get("values")));
            byte[] hash = WeightCommit.hash(
                    AccountId.of(Hex.decode(c.get("hotkey").asText())),
                    netuid,
                    mechanism,
                    weights,
                    ints(c.get("salt")).stream().mapToInt(s -> s).toArray(),
                    new BigInteger(c.get("version_key").asText()).longValue());
            assertThat(Hex.encode(hash)).isEqualTo(c.get("commit_hash").asText());
        });
    }

    @TestFactory
    Stream<DynamicTest> fixed_point_numbers_are_exact() {
        return FIXED.cases("vectors", c -> {
            String type = c.get("type").asText();
            int fraction = Integer.parseInt(type.substring(type.indexOf('F') + 1));
            int whole = Integer.parseInt(type.substring(1, type.indexOf('F')));
            byte[] bytes = Hex.decode(c.get("scale_hex").asText());
            BigInteger bits = new ScaleReader(bytes).fixed((whole + fraction) / 8, type.startsWith("I"));
            assertThat(bits).isEqualTo(new BigInteger(c.get("bits").asText()));
            FixedPoint number = new FixedPoint(bits, fraction);
            String[] exact = c.get("exact").asText().split("/");
            BigDecimal below = exact.length == 1 ? BigDecimal.ONE : new BigDecimal(exact[1]);
            assertThat(number.decimal()).isEqualByComparingTo(new BigDecimal(exact[0]).divide(below));
            // The table's decimal is what was meant, to the resolution of the type.
            BigDecimal meant = new BigDecimal(c.get("decimal").asText());
            BigDecimal step =
                    BigDecimal.ONE.divide(new BigDecimal(BigInteger.TWO.pow(fraction)), MathContext.DECIMAL128);
            assertThat(number.decimal().subtract(meant).abs()).isLessThanOrEqualTo(step);
            assertThat(FixedPoint.of(number.decimal(), fraction)).isEqualTo(number);
        });
    }

    private static void seal(JsonNode c) {
        byte[] seal = ProofOfWork.seal(
                Hex.decode(c.get("block_hash").asText()),
                AccountId.of(Hex.decode(c.get("hotkey").asText())),
                Long.parseUnsignedLong(c.get("nonce").asText()));
        assertThat(Hex.encode(seal)).isEqualTo(c.get("seal").asText());
        assertThat(ProofOfWork.maxDifficulty(seal, ByteOrder.LITTLE_ENDIAN))
                .isEqualTo(new BigInteger(c.get("max_difficulty_le").asText()));
        assertThat(ProofOfWork.maxDifficulty(seal, ByteOrder.BIG_ENDIAN))
                .isEqualTo(new BigInteger(c.get("max_difficulty_be").asText()));
    }

    @TestFactory
    Stream<DynamicTest> seals_and_their_difficulties_are_the_recorded_ones() {
        return SEAL.cases("vectors", SmallRulesVectorTest::seal);
    }

    @TestFactory
    Stream<DynamicTest> the_first_nonce_that_satisfies_a_difficulty_is_the_recorded_one() {
        return SEAL.cases("search", c -> {
            assertThat(first(c, ByteOrder.LITTLE_ENDIAN))
                    .isEqualTo(c.get("first_nonce_little_endian").asLong());
            assertThat(first(c, ByteOrder.BIG_ENDIAN))
                    .isEqualTo(c.get("first_nonce_big_endian").asLong());
        });
    }

    private static long first(JsonNode c, ByteOrder order) {
        byte[] block = Hex.decode(c.get("block_hash").asText());
        AccountId hotkey = AccountId.of(Hex.decode(c.get("hotkey").asText()));
        BigInteger difficulty = new BigInteger(c.get("difficulty").asText());
        long nonce = 0;
        while (ProofOfWork.maxDifficulty(ProofOfWork.seal(block, hotkey, nonce), order)
                        .compareTo(difficulty)
                < 0) {
            nonce++;
        }
        return nonce;
    }

    @AfterAll
    static void report() {
        AXON_IP.report("rule", "zero");
        COMMIT.report("rule");
        FIXED.report("rule");
        SEAL.report("rule", "byte_order_note");
    }
}
