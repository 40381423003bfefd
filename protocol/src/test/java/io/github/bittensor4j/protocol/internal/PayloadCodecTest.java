package io.github.bittensor4j.protocol.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Tensor;
import io.github.bittensor4j.core.Tensors;
import io.github.bittensor4j.protocol.v1.DType;
import io.github.bittensor4j.protocol.v1.NamedTensor;
import io.github.bittensor4j.protocol.v1.Payload;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PayloadCodecTest {
    record Inner(boolean flag, double[] numbers) {}

    enum Colour {
        RED,
        GREEN
    }

    record Everything(
            String text,
            int small,
            long large,
            double real,
            List<String> many,
            Map<String, Integer> named,
            Inner inner,
            Colour colour,
            byte[] raw) {}

    record Checked(int port) {
        Checked {
            if (port < 1) {
                throw new IllegalArgumentException("secret detail");
            }
        }
    }

    private static Payload json(String text) {
        return Payload.newBuilder().setJson(ByteString.copyFromUtf8(text)).build();
    }

    private static void refused(PayloadCodec<?> codec, Payload payload) {
        assertThatThrownBy(() -> codec.decode(payload)).isInstanceOfSatisfying(WireException.class, e -> {
            assertThat(e.code()).isEqualTo("call.invalid");
            assertThat(e.getMessage()).doesNotContain("bittensor4j", "java.", "secret");
            assertThat(e.getMessage().length()).isLessThan(300);
        });
    }

    @Test
    void a_record_goes_through_json_and_back() {
        PayloadCodec<Everything> codec = PayloadCodec.of(Everything.class);
        Everything sent = new Everything(
                "grüß \u0000\n\"",
                -5,
                Long.MAX_VALUE,
                1e-300,
                List.of("a", ""),
                Map.of("x", 1),
                new Inner(true, new double[] {1, 2.5}),
                Colour.GREEN,
                new byte[] {0, -1});
        assertThat(codec.decode(codec.encode(sent))).usingRecursiveComparison().isEqualTo(sent);
    }

    @Test
    void json_of_another_shape_is_refused_without_inner_names() {
        PayloadCodec<Checked> codec = PayloadCodec.of(Checked.class);
        assertThat(codec.decode(json("{\"port\":1}"))).isEqualTo(new Checked(1));
        for (String text : List.of(
                "",
                "{}",
                "{\"port\":0}",
                "{\"port\":null}",
                "{\"port\":\"1\"}",
                "{\"port\":true}",
                "{\"port\":1,\"x\":2}",
                "{\"port\":1,\"port\":1}",
                "{\"port\":1}x",
                "{\"port\":NaN}",
                "{'port':1}",
                "{\"port\":1,}",
                "/* */{\"port\":1}")) {
            refused(codec, json(text));
        }
        refused(codec, Payload.getDefaultInstance());
        refused(PayloadCodec.of(byte[].class), json("{}"));
        refused(PayloadCodec.of(Tensors.class), json("{}"));
    }

    @Test
    void tensors_keep_order_and_refuse_what_breaks_their_rules() {
        PayloadCodec<Tensors> codec = PayloadCodec.of(Tensors.class);
        Map<String, Tensor> byName = new LinkedHashMap<>();
        byName.put("b", Tensor.ofFloats(new float[] {1, 2}, 1, 2));
        byName.put("a", Tensor.ofLongs(new long[] {3}));
        Tensors sent = new Tensors(byName);
        assertThat(codec.decode(codec.encode(sent))).isEqualTo(sent);
        assertThat(codec.decode(codec.encode(sent)).byName().keySet()).containsExactly("b", "a");

        NamedTensor good = NamedTensor.newBuilder()
                .setName("t")
                .setDtype(DType.INT8)
                .addShape(1)
                .setData(ByteString.copyFrom(new byte[1]))
                .build();
        refused(codec, tensors(good, good));
        refused(
                codec,
                tensors(good.toBuilder().setDtype(DType.DTYPE_UNSPECIFIED).build()));
        refused(codec, tensors(good.toBuilder().setDtypeValue(99).build()));
        refused(codec, tensors(good.toBuilder().setShape(0, -1).build()));
        refused(codec, tensors(good.toBuilder().setShape(0, Long.MAX_VALUE).build()));
        refused(codec, tensors(good.toBuilder().setShape(0, 2).build()));
        refused(codec, tensors(good.toBuilder().setName("x".repeat(300)).build()));
        NamedTensor.Builder deep = good.toBuilder();
        for (int i = 0; i < 1000; i++) {
            deep.addShape(1);
        }
        refused(codec, tensors(deep.build()));
        NamedTensor[] many = new NamedTensor[PayloadCodec.MAX_TENSORS + 1];
        for (int i = 0; i < many.length; i++) {
            many[i] = good.toBuilder().setName("t" + i).build();
        }
        refused(codec, tensors(many));
    }

    private static Payload tensors(NamedTensor... tensors) {
        return Payload.newBuilder()
                .setTensors(
                        io.github.bittensor4j.protocol.v1.Tensors.newBuilder().addAllTensors(List.of(tensors)))
                .build();
    }

    @Test
    void random_bytes_never_cause_anything_but_a_refusal() {
        Random random = new Random(5);
        byte[] seed = PayloadCodec.of(Tensors.class)
                .encode(Tensors.of("t", Tensor.ofFloats(new float[] {1, 2, 3, 4}, 2, 2)))
                .toByteArray();
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = seed.clone();
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                Payload payload = Payload.parseFrom(bytes);
                PayloadCodec.of(Tensors.class).decode(payload);
                PayloadCodec.of(Everything.class).decode(payload);
            } catch (InvalidProtocolBufferException | WireException e) {
                assertThat(e).hasMessageNotContaining("null pointer");
            }
        }
    }

    @Test
    void a_type_that_the_wire_does_not_carry_is_named() {
        assertThatThrownBy(() -> PayloadCodec.of(String.class))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("java.lang.String");
    }

    @Test
    void aRecordMayHoldOptionalsAndTensors() {
        record Sum(Optional<Tensor> tensor, Optional<Double> total) {}
        PayloadCodec<Sum> codec = PayloadCodec.of(Sum.class);
        for (Sum sum : List.of(
                new Sum(Optional.of(Tensor.ofFloats(new float[] {1, 2}, 1, 2)), Optional.of(3.0)),
                new Sum(Optional.empty(), Optional.empty()))) {
            assertThat(codec.decode(codec.encode(sum))).isEqualTo(sum);
        }
        String json = codec.encode(new Sum(Optional.of(Tensor.ofFloats(new float[] {1}, 1)), Optional.empty()))
                .getJson()
                .toStringUtf8();
        assertThat(json).startsWith("{\"tensor\":{\"buffer\":\"").endsWith("\"total\":null}");
        for (String bad : List.of(
                "{}",
                "{\"tensor\":null}",
                "{\"tensor\":{\"buffer\":\"\",\"dtype\":\"float32\",\"shape\":[1]},\"total\":null}",
                "{\"tensor\":[1],\"total\":null}")) {
            assertThatThrownBy(() -> codec.decode(Payload.newBuilder()
                            .setJson(ByteString.copyFromUtf8(bad))
                            .build()))
                    .as(bad)
                    .isInstanceOf(WireException.class);
        }
    }
}
