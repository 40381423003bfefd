package io.github.bittensor4j.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.crypto.Signatures;
import io.github.bittensor4j.core.crypto.Ss58;
import io.github.bittensor4j.core.scale.ScaleException;
import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.testkit.Allocation;
import io.github.bittensor4j.testkit.Mutations;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Addresses, SCALE and signatures of strangers: named errors, nothing accepted that is not its one spelling, nothing forged. */
class CoreFuzzTest {
    private static final byte[] MESSAGE = "bittensor".getBytes(StandardCharsets.US_ASCII);
    private static final Keypair SR25519 = Keypair.fromSeed(KeyScheme.SR25519, new byte[32]);
    private static final Keypair ED25519 = Keypair.fromSeed(KeyScheme.ED25519, new byte[32]);

    static List<byte[]> addresses() {
        List<byte[]> all = new ArrayList<>();
        for (int format : new int[] {0, 2, 42, 63, 64, 16383}) {
            all.add(Ss58.encode(SR25519.publicKey(), format).getBytes(StandardCharsets.US_ASCII));
        }
        all.add(AccountId.ZERO.ss58().getBytes(StandardCharsets.US_ASCII));
        return all;
    }

    @MethodSource("addresses")
    @FuzzTest
    void an_address_is_read_only_in_its_one_spelling(byte[] text) {
        String address = new String(text, StandardCharsets.ISO_8859_1);
        Ss58.Address read;
        try {
            read = Ss58.decode(address);
        } catch (InvalidValueException e) {
            return;
        }
        assertThat(Ss58.encode(read.publicKey(), read.format())).isEqualTo(address);
    }

    @Test
    @Timeout(120)
    void mutated_addresses() {
        Mutations.each(1, 10_000, addresses(), this::an_address_is_read_only_in_its_one_spelling);
    }

    /** The first byte says how many of the following are instructions; the rest is what they read. */
    static List<byte[]> scale() {
        ScaleWriter out = new ScaleWriter()
                .u8(12)
                .raw(new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
                .u8(200)
                .bool(true)
                .u16(65_535)
                .u32(0xffff_ffffL)
                .u64(-1)
                .u128(BigInteger.TWO.pow(127))
                .i128(BigInteger.TWO.pow(127).negate())
                .compact(1L << 30)
                .compact(BigInteger.TWO.pow(63))
                .compact(BigInteger.TWO.pow(535))
                .bytes(new byte[70])
                .text("gr\u00fc\u00df \ud83e\udde0");
        byte[] huge = new ScaleWriter().u8(1).u8(10).compact(1L << 30).toByteArray();
        return List.of(out.toByteArray(), huge);
    }

    @MethodSource("scale")
    @FuzzTest
    void what_scale_reads_it_writes_again_byte_for_byte(byte[] data) {
        if (data.length == 0) {
            return;
        }
        int instructions = Math.min(data[0] & 0xff, data.length - 1);
        byte[] encoded = Arrays.copyOfRange(data, 1 + instructions, data.length);
        Allocation.atMost(1_000_000 + 2_000L * instructions + 64L * data.length, () -> {
            ScaleReader in = new ScaleReader(encoded);
            ScaleWriter out = new ScaleWriter();
            try {
                for (int i = 0; i < instructions; i++) {
                    copy(data[1 + i] & 0xff, in, out);
                }
            } catch (ScaleException e) {
                return;
            }
            if (!Arrays.equals(out.toByteArray(), Arrays.copyOf(encoded, in.position()))) {
                throw new AssertionError("what was read encodes to other bytes");
            }
        });
    }

    private static void copy(int instruction, ScaleReader in, ScaleWriter out) {
        switch (instruction % 12) {
            case 0 -> out.u8(in.u8());
            case 1 -> out.bool(in.bool());
            case 2 -> out.u16(in.u16());
            case 3 -> out.u32(in.u32());
            case 4 -> out.u64(in.u64());
            case 5 -> out.u128(in.u128());
            case 6 -> out.i128(in.i128());
            case 7 -> out.compact(in.compact());
            case 8 -> out.compact(new BigInteger(Long.toUnsignedString(in.compact64())));
            case 9 -> out.compact(in.compactBig());
            case 10 -> out.bytes(in.bytes());
            default -> out.text(in.text());
        }
    }

    @Test
    @Timeout(120)
    void mutated_scale() {
        Mutations.each(2, 10_000, scale(), this::what_scale_reads_it_writes_again_byte_for_byte);
    }

    /** What is done to an honest signature: bits to flip, and bytes behind it. */
    static List<byte[]> forgeries() {
        byte[] mark = new byte[64];
        mark[63] = (byte) 0x80;
        return List.of(new byte[64], mark, new byte[] {1}, new byte[65]);
    }

    @MethodSource("forgeries")
    @FuzzTest
    void no_forged_sr25519_signature_holds(byte[] flips) {
        forged(SR25519, flips);
    }

    @MethodSource("forgeries")
    @FuzzTest
    void no_forged_ed25519_signature_holds(byte[] flips) {
        forged(ED25519, flips);
    }

    private static void forged(Keypair key, byte[] flips) {
        byte[] honest = key.sign(MESSAGE);
        byte[] signature = Arrays.copyOf(honest, Math.max(64, flips.length));
        for (int i = 0; i < flips.length; i++) {
            signature[i] ^= flips[i];
        }
        assertThat(Signatures.verify(key.scheme(), key.account(), MESSAGE, signature))
                .isEqualTo(Arrays.equals(signature, honest));
    }

    @Test
    @Timeout(120)
    void mutated_signatures() {
        Mutations.each(3, 500, forgeries(), this::no_forged_sr25519_signature_holds);
        Mutations.each(4, 500, forgeries(), this::no_forged_ed25519_signature_holds);
    }

    /** A key of 32 bytes, a signature of 64, and the message. */
    static List<byte[]> anybodys() {
        List<byte[]> all = new ArrayList<>();
        for (Keypair key : List.of(SR25519, ED25519)) {
            byte[] one = Arrays.copyOf(key.publicKey(), 96 + MESSAGE.length);
            System.arraycopy(key.sign(MESSAGE), 0, one, 32, 64);
            System.arraycopy(MESSAGE, 0, one, 96, MESSAGE.length);
            all.add(one);
        }
        return all;
    }

    @MethodSource("anybodys")
    @FuzzTest
    void any_key_and_signature_gets_a_verdict_and_the_same_twice(byte[] data) {
        if (data.length < 32) {
            return;
        }
        AccountId who = AccountId.of(Arrays.copyOf(data, 32));
        byte[] signature = Arrays.copyOfRange(data, 32, Math.min(96, data.length));
        byte[] message = data.length > 96 ? Arrays.copyOfRange(data, 96, data.length) : new byte[0];
        for (KeyScheme scheme : KeyScheme.values()) {
            boolean first = Signatures.verify(scheme, who, message, signature);
            assertThat(Signatures.verify(scheme, who, message, signature)).isEqualTo(first);
        }
    }

    @Test
    @Timeout(120)
    void mutated_keys_and_signatures() {
        Mutations.each(5, 300, anybodys(), this::any_key_and_signature_gets_a_verdict_and_the_same_twice);
    }
}
