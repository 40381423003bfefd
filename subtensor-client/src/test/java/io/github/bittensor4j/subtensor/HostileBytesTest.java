package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.scale.ScaleException;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.testkit.Vectors;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Types made by hand: what values look like, and what bytes of a liar do. */
@Timeout(60)
class HostileBytesTest {
    private static MetadataTree.Type type(MetadataTree.Shape shape, String... path) {
        return new MetadataTree.Type(List.of(path), List.of(), shape, List.of());
    }

    private static MetadataTree.Type primitive(MetadataTree.Kind kind) {
        return type(new MetadataTree.Primitive(kind));
    }

    private static MetadataTree.Field field(String name, int type) {
        return new MetadataTree.Field(name, type, null, List.of());
    }

    private static MetadataTree.Field field(int type) {
        return new MetadataTree.Field(null, type, null, List.of());
    }

    private static MetadataTree.Variant variant(String name, int index, MetadataTree.Field... fields) {
        return new MetadataTree.Variant(name, List.of(fields), index, List.of());
    }

    static final List<MetadataTree.Type> TYPES = List.of(
            primitive(MetadataTree.Kind.U8), // 0
            type(new MetadataTree.Sequence(0)), // 1: bytes
            type(new MetadataTree.Tuple(List.of())), // 2: nothing
            type(new MetadataTree.Sequence(2)), // 3: much of nothing
            type(new MetadataTree.Sequence(3)), // 4: much of much of nothing
            type(new MetadataTree.Array(0xffffffffL, 0)), // 5: 4 GiB
            type(new MetadataTree.Composite(List.of(field(7))), "Loop"), // 6
            type(new MetadataTree.Composite(List.of(field(6))), "Loop"), // 7
            type(new MetadataTree.Variants(List.of(variant("End", 0), variant("More", 1, field(8)))), "Nest"), // 8
            type(new MetadataTree.Variants(List.of(variant("None", 0), variant("Some", 1, field(0)))), "Option"), // 9
            type(new MetadataTree.Array(32, 0)), // 10
            type(new MetadataTree.Composite(List.of(field(10))), "sp_core", "AccountId32"), // 11
            type(new MetadataTree.Composite(List.of(field("who", 11), field("tip", 9), field("n", 13)))), // 12
            primitive(MetadataTree.Kind.I64), // 13
            type(new MetadataTree.Compact(15)), // 14
            primitive(MetadataTree.Kind.U64), // 15
            type(new MetadataTree.Bits(0, 17)), // 16
            type(new MetadataTree.Composite(List.of()), "bitvec", "Msb0"), // 17
            type(new MetadataTree.Array(0xffffffffL, 2))); // 18: 4 Gi of nothing

    private final TypeCodec codec = new TypeCodec(TYPES, -1, -1);

    private static byte[] bytes(int... values) {
        byte[] all = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            all[i] = (byte) values[i];
        }
        return all;
    }

    private void refused(int type, byte[] bytes) {
        assertThatExceptionOfType(ScaleException.class).isThrownBy(() -> codec.decode(type, bytes));
    }

    @Test
    void a_struct_is_a_map_of_its_fields_and_an_absent_optional_one_may_be_left_out() {
        AccountId who = AccountId.of(new byte[32]);
        byte[] encoded = codec.encode(12, Map.of("who", who.ss58(), "n", -5));
        Object value = codec.decode(12, encoded);
        assertThat(value).isEqualTo(Map.of("who", who, "tip", Optional.empty(), "n", -5L));
        assertThat(codec.encode(12, value)).isEqualTo(encoded);
        assertThat(codec.decode(12, codec.encode(12, Map.of("who", who, "tip", 9, "n", 1))))
                .isEqualTo(Map.of("who", who, "tip", Optional.of(9L), "n", 1L));
    }

    @Test
    void mistakes_in_a_struct_name_the_field_and_the_rule() {
        AccountId who = AccountId.of(new byte[32]);
        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> codec.encode(12, Map.of("who", who)))
                .withMessageContaining("n: is missing");
        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> codec.encode(12, Map.of("who", who, "n", 1, "m", 2)))
                .withMessageContaining("m: is unknown");
        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> codec.encode(12, Map.of("who", "5G", "n", 1)))
                .withMessageStartingWith("who: ");
        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> codec.encode(12, Map.of("who", who, "tip", 256, "n", 1)))
                .withMessageStartingWith("tip: ");
    }

    @Test
    void numbers_of_64_unsigned_bits_and_bits_from_the_top_keep_their_value() {
        BigInteger largest = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
        assertThat(codec.decode(15, codec.encode(15, largest))).isEqualTo(largest);
        assertThat(codec.decode(14, codec.encode(14, largest))).isEqualTo(largest);
        List<Boolean> bits = List.of(true, false, false, true, true, true, true, false, true);
        assertThat(codec.encode(16, bits)).isEqualTo(bytes(9 << 2, 0b10011110, 0b10000000));
        assertThat(codec.decode(16, codec.encode(16, bits))).isEqualTo(bits);
    }

    @Test
    void a_claimed_length_costs_nothing_before_the_bytes_are_there() {
        byte[] huge = new ScaleWriter().compact(1L << 30).toByteArray();
        refused(1, huge);
        refused(3, huge);
        refused(5, new byte[100]);
        refused(16, new ScaleWriter().compact(1L << 40).toByteArray());
    }

    @Test
    void much_of_nothing_takes_no_memory() {
        ScaleWriter out = new ScaleWriter().compact(10_000);
        for (int i = 0; i < 10_000; i++) {
            out.compact(1 << 20);
        }
        List<?> value = (List<?>) codec.decode(4, out.toByteArray());
        assertThat(value).hasSize(10_000);
        assertThat((List<?>) value.get(9_999)).hasSize(1 << 20);
        refused(18, new byte[0]);
    }

    @Test
    void what_unfolds_to_many_times_its_bytes_ends_before_the_memory_does() {
        TypeCodec structs = new TypeCodec(
                List.of(
                        primitive(MetadataTree.Kind.U8),
                        type(new MetadataTree.Composite(List.of(field("a", 0)))),
                        type(new MetadataTree.Sequence(1))),
                -1,
                -1);
        int many = 9_000_000;
        byte[] bomb = Arrays.copyOf(new ScaleWriter().compact(many).toByteArray(), many + 4);
        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> structs.decode(2, bomb))
                .satisfies(e -> assertThat(e.code()).isEqualTo("scale.budget"));
        List<?> bits = (List<?>) codec.decode(
                16, Arrays.copyOf(new ScaleWriter().compact(8L * many).toByteArray(), many + 4));
        assertThat(bits).hasSize(8 * many);
    }

    @Test
    void a_type_inside_itself_and_endless_nesting_are_errors_and_no_overflow() {
        refused(6, new byte[8]);
        byte[] deep = new byte[1 << 20];
        Arrays.fill(deep, (byte) 1);
        refused(8, deep);
        assertThat(codec.decode(8, bytes(1, 1, 0))).isEqualTo(Map.of("More", Map.of("More", "End")));
        refused(8, bytes(2));
    }

    @Test
    void a_bit_behind_the_end_of_a_bit_sequence_is_refused() {
        assertThat(codec.decode(16, bytes(4 << 2, 0b01010000))).isEqualTo(List.of(false, true, false, true));
        refused(16, bytes(4 << 2, 0b01011000));
    }

    static MetadataTree tiny(int version) {
        return tiny(version, 1, bytes(0));
    }

    /** One pallet with one map of one type: of bytes, 1, or of numbers, 15. */
    static MetadataTree tiny(int version, int valueType, byte[] fallback) {
        MetadataTree.Entry entry = new MetadataTree.Entry(
                "Item", 1, List.of(6), 0, valueType, fallback, List.of("docs"), MetadataTree.Deprecation.NONE);
        MetadataTree.Pallet pallet = new MetadataTree.Pallet(
                "Pallet",
                new MetadataTree.Storage("Prefix", List.of(entry)),
                new MetadataTree.EnumRef(8, List.of()),
                null,
                List.of(new MetadataTree.Constant("C", 0, bytes(7), List.of(), MetadataTree.Deprecation.NONE)),
                null,
                List.of(),
                List.of(),
                3,
                List.of(),
                MetadataTree.Deprecation.NONE);
        MetadataTree.Extrinsic extrinsic = new MetadataTree.Extrinsic(
                List.of(4), -1, 11, 8, 10, 2, List.of(), List.of(new MetadataTree.Extension("New", 15, 2)));
        return new MetadataTree(version, TYPES, List.of(pallet), extrinsic, 0, List.of(), 8, 8, 8, List.of());
    }

    @Test
    void metadata_cut_anywhere_or_with_any_byte_changed_is_an_error_or_other_metadata() {
        byte[] whole = tiny(15).write();
        assertThat(Metadata.parse(whole).constant("Pallet", "C")).isEqualTo(7L);
        for (int i = 0; i < whole.length; i++) {
            byte[] cut = Arrays.copyOf(whole, i);
            assertThatExceptionOfType(ScaleException.class).isThrownBy(() -> Metadata.parse(cut));
        }
        Random random = new Random(7);
        List<Throwable> others = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            byte[] changed = whole.clone();
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            try {
                Metadata parsed = Metadata.parse(changed);
                parsed.constant("Pallet", "C");
            } catch (ScaleException | ChainException e) {
                // named, bounded
            } catch (Throwable t) {
                others.add(t);
            }
        }
        assertThat(others).isEmpty();
    }

    @Test
    void types_that_share_types_over_and_over_are_learnt_once() {
        List<MetadataTree.Type> types = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            types.add(type(new MetadataTree.Tuple(List.of(i + 1, i + 1))));
        }
        types.add(type(new MetadataTree.Tuple(List.of())));
        TypeCodec doubling = new TypeCodec(types, -1, -1);
        assertThat(doubling.types().isVoid(0)).isTrue();
        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> doubling.decode(0, new byte[0]))
                .satisfies(e -> assertThat(e.code()).isEqualTo("scale.budget"));
    }

    @Test
    void a_fixed_point_type_of_endless_or_absurd_width_is_an_error() {
        List<MetadataTree.Type> types = List.of(
                primitive(MetadataTree.Kind.U128),
                new MetadataTree.Type(
                        List.of("substrate_fixed", "FixedU128"),
                        List.of(new MetadataTree.Param("Frac", 2)),
                        new MetadataTree.Composite(List.of(field("bits", 0))),
                        List.of()),
                new MetadataTree.Type(
                        List.of("typenum", "UInt"),
                        List.of(new MetadataTree.Param("U", 2), new MetadataTree.Param("B", 3)),
                        new MetadataTree.Composite(List.of()),
                        List.of()),
                type(new MetadataTree.Composite(List.of()), "typenum", "B1"));
        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> new TypeCodec(types, -1, -1).decode(1, new byte[16]))
                .satisfies(e -> assertThat(e.code()).isEqualTo("metadata.fixed"));
    }

    @Test
    void a_compact_number_beyond_its_type_is_not_encoded() {
        TypeCodec narrow =
                new TypeCodec(List.of(primitive(MetadataTree.Kind.U16), type(new MetadataTree.Compact(0))), -1, -1);
        assertThat(narrow.encode(1, 65535)).isEqualTo(bytes(0xfe, 0xff, 3, 0));
        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> narrow.encode(1, 65536))
                .satisfies(e -> assertThat(e.code()).isEqualTo("scale.range"));
    }

    @Test
    void columns_of_a_claimed_length_cost_nothing_before_the_bytes_are_there() {
        TypeCodec rows = new TypeCodec(
                List.of(
                        primitive(MetadataTree.Kind.U64),
                        type(new MetadataTree.Composite(List.of(field("a", 0), field("b", 2)))),
                        primitive(MetadataTree.Kind.BOOL),
                        type(new MetadataTree.Sequence(1))),
                -1,
                -1);
        assertThatExceptionOfType(ScaleException.class)
                .isThrownBy(() ->
                        rows.columns(3, new ScaleWriter().compact(1L << 30).toByteArray()));
        Columns two = rows.columns(3, bytes(8, 1, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0));
        assertThat(two.longs("a")).containsExactly(1, 2);
        assertThat(two.flags("b")).containsExactly(true, false);
        assertThatExceptionOfType(ChainException.class).isThrownBy(() -> two.flags("a"));
        assertThatExceptionOfType(ChainException.class).isThrownBy(() -> two.longs("c"));
        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> rows.columns(0, new byte[8]))
                .satisfies(e -> assertThat(e.code()).isEqualTo("columns.type"));
    }

    @Test
    void a_batch_within_a_batch_without_end_is_an_error_and_no_overflow() {
        byte[] metadata = Vectors.metadata("localnet-spec461-v15.scale").orElse(null);
        Assumptions.assumeTrue(metadata != null, "skipped: no metadata");
        Metadata runtime = Metadata.parse(metadata);
        byte[] one = runtime.encodeCall(Call.of("Utility", "batch", Map.of("calls", List.of())));
        ScaleWriter deep = new ScaleWriter();
        for (int i = 0; i < 100_000; i++) {
            deep.u8(one[0]).u8(one[1]).compact(1);
        }
        deep.u8(one[0]).u8(one[1]).compact(0);
        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> runtime.decodeCall(deep.toByteArray()))
                .satisfies(e -> assertThat(e.code()).isEqualTo("scale.depth"));
    }

    @Test
    void real_metadata_cut_or_changed_anywhere_is_an_error_or_other_metadata() {
        byte[] whole = Vectors.metadata("localnet-spec461-v15.scale").orElse(null);
        Assumptions.assumeTrue(whole != null, "skipped: no metadata");
        Random random = new Random(461);
        for (int i = 0; i < 60; i++) {
            byte[] cut = Arrays.copyOf(whole, random.nextInt(whole.length));
            assertThatExceptionOfType(ScaleException.class).isThrownBy(() -> Metadata.parse(cut));
            byte[] changed = whole.clone();
            for (int k = 0; k < 3; k++) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            try {
                Metadata.parse(changed).encode();
            } catch (ScaleException e) {
                // named, bounded
            }
        }
    }

    @Test
    void metadata_beyond_any_real_size_is_not_looked_at() {
        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> Metadata.parse(new byte[MetadataTree.MAX_BYTES + 1]))
                .satisfies(e -> assertThat(e.code()).isEqualTo("metadata.size"));
        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> Metadata.parse(bytes('m', 'e', 't', 'a', 13)))
                .satisfies(e -> assertThat(e.code()).isEqualTo("metadata.version"));
    }

    @Test
    void an_extension_with_a_value_that_nobody_here_knows_is_named() {
        Metadata metadata = Metadata.parse(tiny(15).write());
        ExtrinsicFormat.Terms terms = new ExtrinsicFormat.Terms(
                Era.IMMORTAL, new byte[32], 0, Tao.ZERO, new RuntimeVersion("x", 1, 1), new byte[32]);
        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(
                        () -> metadata.extrinsics().unsigned(new byte[2], AccountId.ZERO, KeyScheme.SR25519, terms, 0))
                .satisfies(e -> assertThat(e.code()).isEqualTo("extrinsic.extension"))
                .withMessageContaining("New")
                .withMessageContaining("u64");
    }

    @Test
    void what_a_runtime_does_not_have_is_said_by_name() {
        Metadata metadata = Metadata.parse(tiny(15).write());
        assertThatExceptionOfType(ChainException.class)
                .isThrownBy(() -> metadata.storageKey("Pallet", "Items"))
                .withMessageContaining("storage item Pallet.Items");
        assertThatExceptionOfType(ChainException.class)
                .isThrownBy(() -> metadata.constant("Pallets", "C"))
                .satisfies(e -> assertThat(e.code()).isEqualTo("metadata.unknown"));
        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> metadata.encodeCall(Call.of("Pallet", "fly", Map.of())))
                .withMessageContaining("Pallet.fly");
    }
}
