package io.github.bittensor4j.protocol.internal.synapse;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.Tensor;
import io.github.bittensor4j.protocol.internal.WireException;
import io.github.bittensor4j.testkit.Allocation;
import io.github.bittensor4j.testkit.Mutations;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Synapse messages of strangers: {@link WireException} and nothing else, bounded memory, and the same meaning when written anew. */
class SynapseFuzzTest {
    private record Point(int x, @Nullable Integer y) {}

    private record Rich(
            List<Point> points,
            Map<Long, List<Double>> rows,
            Optional<Tensor> tensor,
            @Nullable String note,
            long[] numbers,
            Object anything,
            float ratio,
            BigInteger big) {}

    private static final SynapseClass<Rich, Rich> RICH = SynapseClass.of(
            SynapseType.json("Rich", Rich.class, Rich.class).hashed("points", "note", "anything", "big", "ratio"));

    static List<byte[]> bodies() {
        Rich rich = new Rich(
                List.of(new Point(1, 2), new Point(3, null)),
                Map.of(7L, List.of(0.5)),
                Optional.of(Tensor.ofFloats(new float[] {1, 2, 3, 4}, 2, 2)),
                "gr\u00fc\u00df",
                new long[] {1, 2},
                List.of(BigInteger.ONE, Map.of("a", "b"), true, 1e300),
                0.25f,
                BigInteger.TEN.pow(40));
        return List.of(
                SynapseClass.json(RICH.question(rich, 12)),
                "{\"big\":1e999999999,\"points\":[],\"rows\":{},\"numbers\":[],\"anything\":null,\"ratio\":1}"
                        .getBytes(StandardCharsets.US_ASCII),
                ("[".repeat(2000) + "]".repeat(2000)).getBytes(StandardCharsets.US_ASCII));
    }

    @MethodSource("bodies")
    @FuzzTest
    void a_body_means_the_same_when_it_is_written_anew(byte[] body) {
        Allocation.atMost(4_000_000 + 1000L * body.length, () -> {
            Message message;
            Rich rich;
            try {
                message = RICH.read(SynapseClass.parse(body));
                RICH.bodyHash(message);
                rich = RICH.question(message);
            } catch (WireException e) {
                return;
            }
            byte[] written;
            try {
                written = SynapseClass.json(RICH.question(rich, 12));
            } catch (WireException e) {
                assertThat(e.code()).isIn("call.payload", "call.invalid"); // infinite numbers, half a surrogate pair
                return;
            }
            Rich again = RICH.question(RICH.read(SynapseClass.parse(written)));
            assertThat(SynapseClass.json(RICH.question(again, 12))).isEqualTo(written);
        });
    }

    @Test
    @Timeout(120)
    void mutated_bodies() {
        Mutations.each(21, 3_000, bodies(), this::a_body_means_the_same_when_it_is_written_anew);
    }

    static List<byte[]> headers() {
        List<byte[]> all = new ArrayList<>();
        all.add("""
                name:Rich
                timeout:12.0
                bt_header_axon_ip:127.0.0.1
                bt_header_axon_port:8091
                bt_header_axon_status_code:200
                bt_header_axon_process_time:0.25
                bt_header_axon_hotkey:5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty
                bt_header_dendrite_ip:10.0.0.1
                bt_header_dendrite_version:10002000
                bt_header_dendrite_nonce:1767225600000000000
                bt_header_dendrite_uuid:f6f1a2b0-3c2b-11f0-9f0b-0242ac120002
                bt_header_dendrite_hotkey:5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY
                bt_header_dendrite_signature:0x00
                bt_header_input_obj_points:W10=
                header_size:640
                total_size:2048
                computed_body_hash:a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a
                """.getBytes(StandardCharsets.US_ASCII));
        return all;
    }

    @MethodSource("headers")
    @FuzzTest
    void headers_say_the_same_when_they_are_written_anew(byte[] text) {
        List<Map.Entry<String, String>> given = new ArrayList<>();
        for (String line : new String(text, StandardCharsets.ISO_8859_1).split("\n", -1)) {
            int colon = line.indexOf(':');
            if (colon >= 0) {
                given.add(Map.entry(line.substring(0, colon), line.substring(colon + 1)));
            }
        }
        Message message;
        try {
            message = SynapseHeaders.read(given);
            RICH.ofHeaders(message);
        } catch (WireException e) {
            return;
        }
        Map<String, String> written = new LinkedHashMap<>();
        SynapseHeaders.write(message, List.of(), written::put);
        Map<String, String> again = new LinkedHashMap<>();
        SynapseHeaders.write(SynapseHeaders.read(written.entrySet()), List.of(), again::put);
        assertThat(again).isEqualTo(written);
    }

    @Test
    @Timeout(120)
    void mutated_headers() {
        Mutations.each(22, 3_000, headers(), this::headers_say_the_same_when_they_are_written_anew);
    }

    static List<byte[]> packed() {
        List<byte[]> all = new ArrayList<>();
        for (Tensor tensor : List.of(
                Tensor.ofFloats(new float[] {1, 2, 3, 4}, 2, 2), Tensor.ofLongs(new long[] {Long.MIN_VALUE}, 1))) {
            all.add(Base64.getDecoder().decode((String) TensorForm.dict(tensor).get("buffer")));
        }
        return all;
    }

    @MethodSource("packed")
    @FuzzTest
    void a_packed_tensor_is_the_same_when_it_is_packed_anew(byte[] packed) {
        for (Tensor like : List.of(Tensor.ofFloats(new float[4], 2, 2), Tensor.ofLongs(new long[1], 1))) {
            Map<String, Object> dict = TensorForm.dict(like);
            dict.put("buffer", Base64.getEncoder().encodeToString(packed));
            Allocation.atMost(1_000_000 + 100L * packed.length, () -> {
                Tensor tensor;
                try {
                    tensor = TensorForm.tensor(TensorForm.accept(dict));
                } catch (WireException e) {
                    return;
                }
                assertThat(TensorForm.tensor(TensorForm.dict(tensor))).isEqualTo(tensor);
            });
        }
    }

    @Test
    @Timeout(120)
    void mutated_tensors() {
        Mutations.each(23, 5_000, packed(), this::a_packed_tensor_is_the_same_when_it_is_packed_anew);
    }

    static List<byte[]> texts() {
        return List.of(
                "1767225600000000000".getBytes(StandardCharsets.US_ASCII),
                " -1_000.5e-300 ".getBytes(StandardCharsets.US_ASCII),
                "infinity".getBytes(StandardCharsets.US_ASCII),
                ("0x" + "0".repeat(128)).getBytes(StandardCharsets.US_ASCII));
    }

    @MethodSource("texts")
    @FuzzTest
    void numbers_and_signatures_get_a_verdict(byte[] text) {
        String latin = new String(text, StandardCharsets.ISO_8859_1);
        Allocation.atMost(1_000_000 + 100L * text.length, () -> {
            Python.integer(latin);
            Python.floating(latin)
                    .ifPresent(number -> assertThat(Python.floating(Python.repr(number.doubleValue())))
                            .contains(number));
            assertThat(SynapseSignature.holds(AccountId.of(new byte[32]), "text", latin))
                    .isFalse();
        });
    }

    @Test
    @Timeout(120)
    void mutated_texts() {
        Mutations.each(24, 5_000, texts(), this::numbers_and_signatures_get_a_verdict);
    }
}
