package io.github.bittensor4j.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.bouncycastle.crypto.digests.Blake2bDigest;
import org.junit.jupiter.api.Test;

class Blake2bTest {
    @Test
    void the_example_of_rfc_7693() {
        assertThat(HexFormat.of().formatHex(Blake2b.hash("abc".getBytes(StandardCharsets.US_ASCII), 64)))
                .isEqualTo("ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
                        + "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
    }

    @Test
    void every_length_of_data_and_of_hash_is_as_another_implementation_says() {
        Random random = new Random(1);
        for (int size = 0; size < 400; size++) {
            byte[] data = new byte[size];
            random.nextBytes(data);
            for (int length : new int[] {16, 32, 64, 1 + size % 64}) {
                Blake2bDigest other = new Blake2bDigest(length * 8);
                other.update(data, 0, size);
                byte[] expected = new byte[length];
                other.doFinal(expected, 0);
                assertThat(Blake2b.hash(data, length))
                        .as("%d bytes to %d", size, length)
                        .isEqualTo(expected);
            }
        }
    }
}
