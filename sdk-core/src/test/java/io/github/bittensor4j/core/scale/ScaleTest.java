package io.github.bittensor4j.core.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ScaleTest {
    private final Random random = new Random(461);

    private static ScaleReader reader(String hex) {
        return new ScaleReader(HexFormat.of().parseHex(hex));
    }

    private static void refused(String hex, String code, Consumer<ScaleReader> read) {
        assertThatThrownBy(() -> read.accept(reader(hex)))
                .as(hex)
                .isInstanceOfSatisfying(
                        ScaleException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void compact_numbers_have_their_documented_bytes() {
        assertThat(new ScaleWriter().compact(0).toByteArray())
                .isEqualTo(HexFormat.of().parseHex("00"));
        assertThat(new ScaleWriter().compact(63).toByteArray())
                .isEqualTo(HexFormat.of().parseHex("fc"));
        assertThat(new ScaleWriter().compact(64).toByteArray())
                .isEqualTo(HexFormat.of().parseHex("0101"));
        assertThat(new ScaleWriter().compact(16384).toByteArray())
                .isEqualTo(HexFormat.of().parseHex("02000100"));
        assertThat(new ScaleWriter().compact(1 << 30).toByteArray())
                .isEqualTo(HexFormat.of().parseHex("0300000040"));
        assertThat(new ScaleWriter().compact(100000000000000L).toByteArray())
                .isEqualTo(HexFormat.of().parseHex("0b00407a10f35a"));
        assertThat(new ScaleWriter().compact(-1).toByteArray())
                .isEqualTo(HexFormat.of().parseHex("13ffffffffffffffff"));
    }

    @Test
    void compact_numbers_of_every_size_go_both_ways() {
        for (int bits = 0; bits <= 536; bits++) {
            BigInteger low = bits == 0 ? BigInteger.ZERO : BigInteger.ONE.shiftLeft(bits - 1);
            BigInteger high = BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
            for (BigInteger value : List.of(low, high, low.or(new BigInteger(bits, random)))) {
                byte[] bytes = new ScaleWriter().compact(value).toByteArray();
                ScaleReader reader = new ScaleReader(bytes);
                assertThat(reader.compactBig()).isEqualTo(value);
                reader.end();
                if (bits <= 63) {
                    assertThat(new ScaleReader(bytes).compact()).isEqualTo(value.longValueExact());
                } else {
                    assertThatThrownBy(() -> new ScaleReader(bytes).compact())
                            .isInstanceOfSatisfying(
                                    ScaleException.class,
                                    e -> assertThat(e.code()).isEqualTo("scale.range"));
                }
                if (bits <= 64) {
                    assertThat(new ScaleWriter().compact(value.longValue()).toByteArray())
                            .isEqualTo(bytes);
                }
                for (int cut = 0; cut < bytes.length; cut++) {
                    byte[] part = Arrays.copyOf(bytes, cut);
                    assertThatThrownBy(() -> new ScaleReader(part).compactBig()).isInstanceOf(ScaleException.class);
                    assertThatThrownBy(() -> new ScaleReader(part).compact()).isInstanceOf(ScaleException.class);
                }
            }
        }
    }

    @Test
    void a_longer_form_of_a_compact_number_is_refused() {
        for (String hex : List.of(
                "0100", "fd00", "02000000", "feff0000", "03ffffff3f", "0700000000" + "00", "13ffffffffffffff00")) {
            refused(hex, "scale.canonical", ScaleReader::compact);
            refused(hex, "scale.canonical", ScaleReader::compactBig);
        }
    }

    @Test
    void compact_numbers_out_of_range_are_not_written() {
        assertThatThrownBy(() -> new ScaleWriter().compact(BigInteger.ONE.negate()))
                .isInstanceOf(ScaleException.class);
        assertThatThrownBy(() -> new ScaleWriter().compact(BigInteger.ONE.shiftLeft(536)))
                .isInstanceOf(ScaleException.class);
    }

    @Test
    void a_claimed_length_is_checked_before_anything_is_allocated() {
        refused("feffffff", "scale.length", ScaleReader::bytes); // 2^30 - 1 bytes, none there
        refused("03ffffffff", "scale.length", ScaleReader::bytes);
        refused("13ffffffffffffff7f", "scale.length", ScaleReader::bytes);
        refused("13ffffffffffffffff", "scale.range", ScaleReader::bytes);
        refused("feffffff", "scale.length", ScaleReader::text);
        refused("0c0000", "scale.length", r -> r.length(1));
        refused("08000000", "scale.length", r -> r.length(2));
        refused("feffffff", "scale.length", r -> r.length(0)); // elements without bytes are bounded too
        assertThat(reader("0800000000").length(2)).isEqualTo(2);
        refused("00", "scale.truncated", r -> r.raw(2));
        refused("00", "scale.truncated", r -> r.raw(-1));
        refused("", "scale.truncated", ScaleReader::u8);
        refused("000000", "scale.truncated", ScaleReader::u32);
        refused("00000000000000", "scale.truncated", ScaleReader::u64);
        refused("00", "scale.truncated", ScaleReader::u128);
    }

    @Test
    void booleans_texts_and_left_over_bytes_are_checked() {
        refused("02", "scale.bool", ScaleReader::bool);
        refused("08c328", "scale.text", ScaleReader::text);
        refused("0000", "scale.trailing", r -> {
            r.u8();
            r.end();
        });
        assertThat(reader("18e697a5e69cac").text()).isEqualTo("\u65e5\u672c");
        assertThat(reader("01").bool()).isTrue();
    }

    @Test
    void a_reader_of_a_part_stays_in_it() {
        ScaleReader part = new ScaleReader(new byte[] {1, 2, 3, 4}, 1, 3);
        assertThat(part.u16()).isEqualTo(0x0302);
        assertThat(part.position()).isEqualTo(3);
        assertThatThrownBy(part::u8).isInstanceOf(ScaleException.class);
        assertThatThrownBy(() -> new ScaleReader(new byte[1], 0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new ScaleReader(new byte[1], 1, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void numbers_of_fixed_width_are_bounded_by_it() {
        BigInteger limit = BigInteger.ONE.shiftLeft(127);
        ScaleWriter out = new ScaleWriter();
        assertThatThrownBy(() -> out.u128(BigInteger.ONE.negate())).isInstanceOf(ScaleException.class);
        assertThatThrownBy(() -> out.u128(limit.shiftLeft(1))).isInstanceOf(ScaleException.class);
        assertThatThrownBy(() -> out.i128(limit)).isInstanceOf(ScaleException.class);
        assertThatThrownBy(() -> out.i128(limit.negate().subtract(BigInteger.ONE)))
                .isInstanceOf(ScaleException.class);
        assertThat(out.size()).isZero();
        out.i128(limit.negate()).i128(limit.subtract(BigInteger.ONE)).u128(limit);
        ScaleReader in = new ScaleReader(out.toByteArray());
        assertThat(in.i128()).isEqualTo(limit.negate());
        assertThat(in.i128()).isEqualTo(limit.subtract(BigInteger.ONE));
        assertThat(in.u128()).isEqualTo(limit);
        in.end();
    }

    @Test
    void what_is_written_at_random_is_read_back() {
        for (int round = 0; round < 300; round++) {
            long seed = random.nextLong();
            Random values = new Random(seed);
            ScaleWriter out = new ScaleWriter(values.nextInt(4));
            for (int i = 0; i < 40; i++) {
                write(out, values);
            }
            Random again = new Random(seed);
            again.nextInt(4);
            ScaleReader in = new ScaleReader(out.toByteArray());
            for (int i = 0; i < 40; i++) {
                check(in, again);
            }
            in.end();
            assertThat(out.size()).isEqualTo(out.toByteArray().length);
        }
    }

    private static void write(ScaleWriter out, Random values) {
        switch (values.nextInt(9)) {
            case 0 -> out.u8(values.nextInt(256));
            case 1 -> out.u16(values.nextInt(1 << 16));
            case 2 -> out.u32(values.nextInt() & 0xffffffffL);
            case 3 -> out.u64(values.nextLong());
            case 4 -> out.u128(new BigInteger(128, values));
            case 5 -> out.bool(values.nextBoolean());
            case 6 -> out.compact(values.nextLong() >>> 1 + values.nextInt(63));
            case 7 -> out.bytes(new byte[values.nextInt(300)]);
            default -> out.text("\u03c4".repeat(values.nextInt(100)));
        }
    }

    private static void check(ScaleReader in, Random values) {
        switch (values.nextInt(9)) {
            case 0 -> assertThat(in.u8()).isEqualTo(values.nextInt(256));
            case 1 -> assertThat(in.u16()).isEqualTo(values.nextInt(1 << 16));
            case 2 -> assertThat(in.u32()).isEqualTo(values.nextInt() & 0xffffffffL);
            case 3 -> assertThat(in.u64()).isEqualTo(values.nextLong());
            case 4 -> assertThat(in.u128()).isEqualTo(new BigInteger(128, values));
            case 5 -> assertThat(in.bool()).isEqualTo(values.nextBoolean());
            case 6 -> assertThat(in.compact()).isEqualTo(values.nextLong() >>> 1 + values.nextInt(63));
            case 7 -> assertThat(in.bytes()).hasSize(values.nextInt(300));
            default -> assertThat(in.text()).isEqualTo("\u03c4".repeat(values.nextInt(100)));
        }
    }

    @Test
    void bytes_of_strangers_end_in_a_value_or_a_scale_error() {
        List<Consumer<ScaleReader>> reads = List.of(
                ScaleReader::compact,
                ScaleReader::compactBig,
                ScaleReader::bytes,
                ScaleReader::text,
                ScaleReader::bool,
                ScaleReader::u128,
                r -> r.length(3));
        for (int round = 0; round < 20000; round++) {
            byte[] bytes = new byte[random.nextInt(12)];
            random.nextBytes(bytes);
            ScaleReader reader = new ScaleReader(bytes);
            try {
                reads.get(random.nextInt(reads.size())).accept(reader);
                assertThat(reader.remaining()).isBetween(0, bytes.length);
            } catch (ScaleException e) {
                assertThat(e.code()).startsWith("scale.");
            }
        }
    }
}
