package io.github.bittensor4j.protocol.internal.synapse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.Tensor;
import io.github.bittensor4j.protocol.internal.WireException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.AbstractMap.SimpleEntry;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What message classes can and cannot be, and how values go over the wire in them. */
class SynapseClassTest {
    private record Ask(String text) {}

    private record Said(Optional<String> answer) {}

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

    @Test
    void valuesOfEveryKindComeBackAsTheyWere() {
        SynapseClass<Rich, Rich> type = SynapseClass.of(SynapseType.json("Rich", Rich.class, Rich.class));
        Rich rich = new Rich(
                List.of(new Point(1, 2), new Point(3, null)),
                Map.of(7L, List.of(0.5)),
                Optional.of(Tensor.ofFloats(new float[] {1, 2, 3, 4}, 2, 2)),
                null,
                new long[] {1, 2},
                List.of(BigInteger.ONE, Map.of("a", "b"), true),
                0.25f,
                BigInteger.TEN.pow(40));

        Rich back = type.question(type.read(SynapseClass.parse(SynapseClass.json(type.question(rich, 12)))));

        assertThat(back).usingRecursiveComparison().isEqualTo(rich);
    }

    @Test
    void aClassThatPythonCannotServeIsRefusedWhenItIsDefined() {
        record RequiredTensor(Tensor tensor) {}
        record RequiredNested(Point point) {}
        record UpperCase(String maxTokens) {}
        record Bytes(byte[] data) {}
        record ASet(Set<String> names) {}
        record Timeout(double timeout) {}
        record Keyword(String lambda) {}
        record Underscore(String _hidden) {}
        record Endless(List<Endless> more) {}
        enum Colour {
            RED
        }
        record AnEnum(Colour colour) {}

        refused(SynapseType.json("A", RequiredTensor.class, Said.class), "tensor");
        refused(SynapseType.json("A", RequiredNested.class, Said.class), "point");
        refused(SynapseType.json("A", UpperCase.class, Said.class), "maxTokens");
        refused(SynapseType.json("A", Bytes.class, Said.class), "data");
        refused(SynapseType.json("A", ASet.class, Said.class), "names");
        refused(SynapseType.json("A", Timeout.class, Said.class), "timeout");
        refused(SynapseType.json("A", Keyword.class, Said.class), "lambda");
        refused(SynapseType.json("A", Underscore.class, Said.class), "_hidden");
        refused(SynapseType.json("A", AnEnum.class, Said.class), "colour");
        refused(SynapseType.json("A", Endless.class, Said.class), "holds itself");
        refused(SynapseType.json("a.b", Ask.class, Said.class), "its name");
        refused(SynapseType.json("Synapse", Ask.class, Said.class), "its name");
        refused(SynapseType.json("class", Ask.class, Said.class), "its name");
        refused(SynapseType.bytes("A"), "its question");
        refused(SynapseType.json("A", Ask.class, Ask.class).withDefault("text", 5), "default");
        refused(SynapseType.json("A", Said.class, Ask.class).hashed("text"), "hashed");
        assertThatThrownBy(() -> SynapseType.json("A", Ask.class, Said.class).hashed("unknown"))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("unknown");
        assertThatThrownBy(() -> SynapseType.json("A", Ask.class, Said.class).withDefault("unknown", 1))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("unknown");
    }

    @Test
    void aDefaultMakesAFieldTravelThatCouldNotBeARequiredOne() {
        record Point3(Point point) {}
        SynapseClass<Point3, Said> type = SynapseClass.of(
                SynapseType.json("A", Point3.class, Said.class).withDefault("point", new Point(1, null)));

        assertThat(type.required()).isEmpty();
        assertThat(type.question(type.read(parsed("{}")))).isEqualTo(new Point3(new Point(1, null)));
    }

    @Test
    void aFieldOfTheAnswerWithoutADefaultIsLeftToTheOtherSidesClass() {
        SynapseClass<Ask, Ask> same = SynapseClass.of(SynapseType.json("A", Ask.class, Ask.class));
        record Bare(String completion) {}
        SynapseClass<Ask, Bare> bare = SynapseClass.of(SynapseType.json("A", Ask.class, Bare.class));

        assertThat(same.question(new Ask("x"), 1).fields()).containsOnlyKeys("text");
        assertThat(bare.question(new Ask("x"), 1).fields()).containsOnlyKeys("text");
        assertThat(bare.answered(bare.question(new Ask("x"), 1), new Bare("y")).fields())
                .containsOnlyKeys("text", "completion");
    }

    @Test
    void theHashCoversTheAnswersValuesInTheAnswer() {
        SynapseClass<Ask, Said> type =
                SynapseClass.of(SynapseType.json("A", Ask.class, Said.class).hashed("text", "answer"));
        Message asked = type.question(new Ask("x"), 1);
        Message answered = type.answered(asked, new Said(Optional.of("y")));

        assertThat(asked.bodyHash()).isNotEqualTo(answered.bodyHash());
        assertThat(type.bodyHash(type.read(SynapseClass.parse(SynapseClass.json(asked)))))
                .isEqualTo(asked.bodyHash());
    }

    @Test
    void whatIsNoMessageOfTheClassIsRefusedWithItsField() {
        SynapseClass<Ask, Said> type = SynapseClass.of(SynapseType.json("A", Ask.class, Said.class));

        assertThatThrownBy(() -> type.read(parsed("{\"text\":5}"))).hasMessageContaining("text: not a str");
        assertThatThrownBy(() -> type.read(parsed("{}"))).hasMessageContaining("text is missing");
        assertThatThrownBy(() -> type.read(parsed("[]"))).hasMessageContaining("not an object");
        assertThatThrownBy(() -> type.read(parsed("{\"text\":\"\",\"axon\":{\"port\":\"x\"}}")))
                .hasMessageContaining("port");
        for (String text : List.of("{\"a\":1,\"a\":1}", "{", "", "1 2", "[".repeat(100), "1" + "0".repeat(200))) {
            assertThatThrownBy(() -> parsed(text)).as(text).isInstanceOf(WireException.class);
        }
        assertThatThrownBy(() -> SynapseClass.parse(new byte[] {'"', (byte) 0xff, '"'}))
                .hasMessageContaining("UTF-8");
    }

    @Test
    void halfASurrogatePairHasNoHashAndNanNoJson() {
        record Number(double value) {}
        SynapseClass<Ask, Said> text =
                SynapseClass.of(SynapseType.json("A", Ask.class, Said.class).hashed("text"));
        SynapseClass<Number, Said> number = SynapseClass.of(SynapseType.json("A", Number.class, Said.class));

        assertThatThrownBy(() -> text.question(new Ask("\ud800"), 1)).isInstanceOf(WireException.class);
        assertThatThrownBy(() -> SynapseClass.json(number.question(new Number(Double.NaN), 1)))
                .hasMessageContaining("nan");
        assertThat(number.question(number.read(parsed("{\"value\":NaN}"))).value())
                .isNaN();
    }

    @Test
    void aHeaderNeverBreaksALineOrLeavesLatin() {
        assertThat(SynapseHeaders.latin("a\r\nb: c\u0000 \u00e9 \u2603 \ud83d\ude00 \u0085"))
                .isEqualTo("a??b: c? \u00e9 ? ? ?");
        Map<String, String> headers = new LinkedHashMap<>();
        SynapseHeaders.write(
                new Message(
                        "A",
                        null,
                        Terminal.EMPTY,
                        Terminal.EMPTY.with(Terminal.Field.STATUS_MESSAGE, "\ud83d\ude00\r\nset-cookie: x"),
                        "",
                        Map.of()),
                List.of(),
                headers::put);
        assertThat(headers).containsEntry("bt_header_axon_status_message", "???set-cookie: x");
    }

    @Test
    void aHeaderThatCameTwiceIsRefused() {
        List<Map.Entry<String, String>> twice = new ArrayList<>();
        twice.add(new SimpleEntry<>("bt_header_dendrite_nonce", "1"));
        twice.add(new SimpleEntry<>("BT_HEADER_DENDRITE_NONCE", "2"));

        assertThatThrownBy(() -> SynapseHeaders.read(twice)).hasMessageContaining("more than once");
    }

    @Test
    void aTensorThatHoldsObjectsOrLiesAboutItsShapeIsRefused() {
        byte[] good = Base64.getDecoder()
                .decode(String.valueOf(
                        TensorForm.dict(Tensor.ofFloats(new float[] {1}, 1)).get("buffer")));
        assertThat(tensor(good, "float32", "[1]")).isEqualTo(Tensor.ofFloats(new float[] {1}, 1));
        String plain = new String(good, StandardCharsets.ISO_8859_1);

        for (String bad : List.of(
                plain.replace("kind\u00c4\u0000", "kind\u00c4\u0001O"),
                plain.replace("kind\u00c4\u0000", "kind\u00c4\u0001V"),
                plain.replace("<f4", "|O8"),
                plain.replace("nd\u00c3", "nd\u00c2"),
                plain.replace("shape\u0091\u0001", "shape\u0091\u0002"),
                plain.replace("shape\u0091\u0001", "shape\u0091\u00ff"),
                plain.replace("kind", "kimd"),
                plain.replace("kind", "type"),
                plain + "\u0000",
                plain.substring(0, plain.length() - 1),
                "")) {
            assertThatThrownBy(() -> tensor(bad.getBytes(StandardCharsets.ISO_8859_1), "float32", "[1]"))
                    .as(bad)
                    .isInstanceOf(WireException.class);
        }
        for (String shape :
                List.of("[2]", "[]", "[-1]", "[99999999999999999999]", "[1,1,2]", "x", "[" + "1,".repeat(20) + "1]")) {
            assertThatThrownBy(() -> tensor(good, "float32", shape)).as(shape).isInstanceOf(WireException.class);
        }
        for (String dtype : List.of("float64", "object", "bfloat16", "")) {
            assertThatThrownBy(() -> tensor(good, dtype, "[1]")).as(dtype).isInstanceOf(WireException.class);
        }
    }

    private static Tensor tensor(byte[] packed, String dtype, String shape) {
        return TensorForm.tensor(TensorForm.accept(
                Map.of("buffer", Base64.getEncoder().encodeToString(packed), "dtype", dtype, "shape", shape)));
    }

    private static @Nullable Object parsed(String json) {
        return SynapseClass.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    private static void refused(SynapseType<?, ?> type, String named) {
        assertThatThrownBy(() -> SynapseClass.of(type))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining(named);
    }
}
