package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.bittensor4j.core.scale.ScaleException;
import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.testkit.Allocation;
import io.github.bittensor4j.testkit.Mutations;
import io.github.bittensor4j.testkit.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Metadata and values of a node that lies: named errors, bounded memory, and what is accepted encodes to the same bytes. */
class ChainFuzzTest {
    private static final List<MetadataTree.Type> TYPES = HostileBytesTest.TYPES;
    private final TypeCodec codec = new TypeCodec(TYPES, -1, -1);

    /** Found by Jazzer. */
    private static final String CALL_THAT_IS_NO_ENUM =
            "6d6574610f4c0000000503000400000200000800000400000c000002b90800100000020c0014000003ffffffff000018"
                    + "04104c6f6f70000004001c0000001c04104c6f6f7000000400180000002004104e6573740001080c456e64000000104d"
                    + "6f726504000000000000002404184f7074696f6e000108104e6f6e6500000010536f6d65040000000001000028000003"
                    + "2000000000002c081c73705f636f72652c4163636f756e74496433330000040028000000300000000c010c77686f2c00"
                    + "00010c74697024000001046e34000000340000050c00380000063c003c00000506004000000700440044081862697476"
                    + "6563104d7362300000000048000003ffffffff0800041850616c6c6574011850726566977804104974656d0101040600"
                    + "0404000410646f637301200004044300040700000300042c202808040c4e65773c08000020202000";

    /** Found by Jazzer. */
    private static final String CALLS_THAT_ARE_BYTES =
            "6d6574610f4c0000000503000400000200000800000400000c0000020800100000020c0014000003ffffffff00001804"
                    + "104c6f6f70000004001c0000001c04104c6f6f7000000400180000002004104e6573740001080c456e64000000104d6f"
                    + "726504002000000100002404184f7074696f6e000108104e6f6e6500000010536f6d6504000000000100002800000328"
                    + "00000000002c081c73705f636f72652c4163636f756e74496433320000040028000000300000000c010c77686f2c0000"
                    + "010c74697024000001046e34000000340000050c00380000063c003c0000050600400000070044004408186269747665"
                    + "63104d7362300000000048000003ffffffff0800041850616c6c6574011850726566697804104974656d010104060004"
                    + "04000410646f637301200004044308040700000300042c202808040c4e65773c08000028202000";

    static List<byte[]> metadata() {
        return Stream.concat(
                        Stream.of(14, 15, 16)
                                .map(version -> HostileBytesTest.tiny(version).write()),
                        Stream.of(CALL_THAT_IS_NO_ENUM, CALLS_THAT_ARE_BYTES).map(HexFormat.of()::parseHex))
                .toList();
    }

    @MethodSource("metadata")
    @FuzzTest
    void metadata_is_refused_by_name_or_written_again_byte_for_byte(byte[] bytes) {
        Allocation.atMost(16_000_000 + 1_000L * bytes.length, () -> {
            Metadata read;
            try {
                read = Metadata.parse(bytes);
            } catch (ScaleException e) {
                return;
            }
            // what was not looked at yet may still be no text, and says so now
            use(() -> assertThat(read.encode()).isEqualTo(bytes));
            for (String pallet : read.pallets()) {
                use(() -> read.calls(pallet).forEach(call -> use(() -> read.callArguments(pallet, call))));
                use(() -> read.events(pallet));
                use(() -> read.errors(pallet));
                use(() -> read.constants(pallet).forEach(name -> use(() -> read.constant(pallet, name))));
                use(() -> read.storageItems(pallet)
                        .forEach(item -> use(() -> read.stored(read.entry(pallet, item), new byte[40]))));
            }
            use(() -> read.decodeCall(new byte[40]));
            use(() -> read.decodeExtrinsic(new byte[40]));
        });
    }

    /** What is asked of lying metadata is answered, or refused by one of the two documented errors. */
    private static void use(Runnable question) {
        try {
            question.run();
        } catch (ScaleException | ChainException e) {
            assertThat(e.code()).isNotEmpty();
        }
    }

    @Test
    @Timeout(240)
    void mutated_metadata() {
        Mutations.each(31, 10_000, metadata(), this::metadata_is_refused_by_name_or_written_again_byte_for_byte);
    }

    /** The first byte chooses the type. */
    static List<byte[]> values() {
        List<byte[]> all = new ArrayList<>();
        for (int type = 0; type < TYPES.size(); type++) {
            for (byte[] value : List.of(
                    new byte[0],
                    new byte[48],
                    new byte[] {1, 1, 1, 1, 0},
                    new ScaleWriter().compact(1L << 30).toByteArray(),
                    new ScaleWriter().compact(8).raw(new byte[40]).toByteArray())) {
                byte[] one = new byte[1 + value.length];
                one[0] = (byte) type;
                System.arraycopy(value, 0, one, 1, value.length);
                all.add(one);
            }
        }
        return all;
    }

    @MethodSource("values")
    @FuzzTest
    void a_value_is_refused_by_name_or_encodes_to_the_bytes_it_came_from(byte[] data) {
        if (data.length == 0) {
            return;
        }
        int type = (data[0] & 0xff) % TYPES.size();
        byte[] bytes = Arrays.copyOfRange(data, 1, data.length);
        Allocation.atMost(16_000_000 + 1_000L * bytes.length, () -> {
            Object value;
            try {
                value = codec.decode(type, bytes);
            } catch (ScaleException e) {
                return;
            }
            // much of nothing is a few bytes that stand for a million values; writing those is not a stranger's doing
            if (type != 3 && type != 4) {
                assertThat(codec.encode(type, value)).isEqualTo(bytes);
            }
        });
    }

    @Test
    @Timeout(240)
    void mutated_values() {
        Mutations.each(32, 20_000, values(), this::a_value_is_refused_by_name_or_encodes_to_the_bytes_it_came_from);
    }

    @Test
    @Timeout(240)
    void mutated_values_of_a_real_runtime() {
        Optional<byte[]> file = Vectors.metadata("finney-2026-04.scale");
        Assumptions.assumeTrue(file.isPresent(), "no finney-2026-04.scale in the metadata folder: skipped");
        Metadata metadata = Metadata.parse(file.orElseThrow());
        TypeCodec types = metadata.codec();
        Samples samples = new Samples(metadata, 33);
        List<byte[]> calls = new ArrayList<>();
        for (String pallet : List.of("SubtensorModule", "Balances", "Utility")) {
            for (String function : metadata.calls(pallet)) {
                calls.add(metadata.encodeCall(samples.call(pallet, function, false)));
            }
        }
        Mutations.each(33, 5_000, calls, bytes -> {
            Call call;
            try {
                call = metadata.decodeCall(bytes);
            } catch (ScaleException e) {
                return;
            }
            try {
                assertThat(metadata.encodeCall(call)).isEqualTo(bytes);
            } catch (CodecException e) {
                // a compact number beyond its type is read as it stands and never written
                assertThat(e.code()).isEqualTo("scale.range");
            }
        });
        int event = samples.eventType();
        List<byte[]> events = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            events.add(types.encode(event, samples.random(event)));
        }
        Mutations.each(34, 5_000, events, bytes -> {
            ScaleReader in = new ScaleReader(bytes);
            Object value;
            try {
                value = types.decode(event, in);
            } catch (ScaleException e) {
                return;
            }
            try {
                assertThat(types.encode(event, value)).isEqualTo(Arrays.copyOf(bytes, in.position()));
            } catch (CodecException e) {
                assertThat(e.code()).isEqualTo("scale.range");
            }
        });
    }
}
