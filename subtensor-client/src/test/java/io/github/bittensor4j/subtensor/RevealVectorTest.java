package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.testkit.Vectors;
import io.github.bittensor4j.timelock.Beacon;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The golden rounds of drand_round.json and payloads of weights_tlock_payload.json. */
class RevealVectorTest {
    static final Vectors ROUNDS = Vectors.open("drand_round.json");
    static final Vectors PAYLOADS = Vectors.open("weights_tlock_payload.json");

    @AfterAll
    static void report() {
        ROUNDS.report();
        PAYLOADS.report("rule");
    }

    @TestFactory
    Stream<DynamicTest> theBeaconIsQuicknet() {
        return Stream.of(
                        ROUNDS.cases(
                                "genesis_time",
                                one -> assertThat(Beacon.QUICKNET.genesis())
                                        .isEqualTo(Instant.ofEpochSecond(one.asLong()))),
                        ROUNDS.cases(
                                "period",
                                one -> assertThat(Beacon.QUICKNET.period())
                                        .isEqualTo(Duration.ofSeconds(one.asLong()))),
                        ROUNDS.cases(
                                "chain_hash",
                                one -> assertThat(Beacon.QUICKNET_CHAIN_HASH).isEqualTo(one.asText())),
                        ROUNDS.cases(
                                "public_key",
                                one -> assertThat(Beacon.QUICKNET.publicKey())
                                        .isEqualTo(HexFormat.of().parseHex(one.asText()))))
                .flatMap(cases -> cases);
    }

    @TestFactory
    Stream<DynamicTest> roundsHaveTheirTimes() {
        return ROUNDS.cases(
                "drand_time_of_round.vectors",
                one -> assertThat(Beacon.QUICKNET
                                .publishedAt(one.path("round").asLong())
                                .getEpochSecond())
                        .isEqualTo(one.path("unix").asLong()));
    }

    @TestFactory
    Stream<DynamicTest> roundsByArithmetic() {
        return ROUNDS.cases("weights_commit_legacy_modulo.vectors", one -> {
            long block = one.path("current_block").asLong();
            long first = RevealSchedule.firstRevealBlockByModulo(
                    block,
                    one.path("tempo").asLong(),
                    one.path("netuid_index").asLong(),
                    one.path("reveal_period_epochs").asLong());
            assertThat(first).isEqualTo(one.path("first_reveal_block").asLong());
            assertThat(RevealSchedule.round(
                            Beacon.QUICKNET, time(one.path("now_unix")), block, first, Duration.ofMillis((long)
                                    (one.path("block_time").asDouble() * 1000))))
                    .isEqualTo(one.path("round").asLong());
        });
    }

    @TestFactory
    Stream<DynamicTest> roundsByTheChainsClock() {
        return ROUNDS.cases("weights_commit_stateful_from_spec_423.vectors", one -> {
            JsonNode state = one.path("state");
            RevealSchedule.Clock clock = new RevealSchedule.Clock(
                    state.path("last_epoch_block").asLong(),
                    state.path("pending_epoch_at").asLong(),
                    state.path("subnet_epoch_index").asLong(),
                    state.path("tempo").asLong(),
                    state.path("blocks_since_last_step").asLong(),
                    state.path("current_block").asLong());
            Optional<Long> first =
                    clock.firstRevealBlock(one.path("reveal_period_epochs").asLong());
            if (one.path("first_reveal_block").isNull()) {
                assertThat(first).isEmpty();
                return;
            }
            assertThat(clock.commitEpoch()).isEqualTo(one.path("commit_epoch").asLong());
            assertThat(first).contains(one.path("first_reveal_block").asLong());
            assertThat(RevealSchedule.round(
                            Beacon.QUICKNET,
                            Instant.ofEpochSecond(1_780_000_000L),
                            clock.block(),
                            first.orElseThrow(),
                            Duration.ofSeconds(12)))
                    .isEqualTo(one.path("round_at_now_1780000000_block_time_12").asLong());
        });
    }

    @TestFactory
    Stream<DynamicTest> roundsOfCommitments() {
        return ROUNDS.cases("commitment.vectors", one -> {
            Duration ahead = Duration.ofSeconds(
                    Math.round(one.path("blocks_until_reveal").asDouble()
                            * one.path("block_time").asDouble()));
            Instant then = Instant.ofEpochSecond(one.path("now_unix").asLong()).plus(ahead);
            assertThat(Beacon.QUICKNET.roundAtOrBefore(then) - 1)
                    .isEqualTo(one.path("round").asLong());
        });
    }

    @TestFactory
    Stream<DynamicTest> payloadsAreTheChains() {
        return PAYLOADS.cases("vectors", one -> {
            List<Uid> uids = new ArrayList<>();
            one.path("uids").forEach(uid -> uids.add(Uid.of(uid.asInt())));
            List<Integer> values = new ArrayList<>();
            one.path("values").forEach(value -> values.add(value.asInt()));
            assertThat(WeightSetting.payload(
                            hex(one.path("hotkey")),
                            new WeightVector(uids, values),
                            one.path("version_key").asLong()))
                    .isEqualTo(hex(one.path("scale")));
        });
    }

    private static byte[] hex(JsonNode node) {
        return HexFormat.of().parseHex(node.asText().substring(2));
    }

    private static Instant time(JsonNode unix) {
        BigDecimal seconds = unix.decimalValue();
        return Instant.ofEpochSecond(
                seconds.longValue(),
                seconds.remainder(BigDecimal.ONE).movePointRight(9).longValue());
    }
}
