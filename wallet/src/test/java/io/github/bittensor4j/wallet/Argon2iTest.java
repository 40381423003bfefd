package io.github.bittensor4j.wallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bittensor4j.core.BittensorException;
import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Argon2iTest {
    private static final byte[] SALT = "sixteen bytes ok".getBytes(StandardCharsets.US_ASCII);

    /** Sizes around the edges of address blocks (128), pieces of memory (32) and segments that are no multiple of four. */
    @ParameterizedTest
    @CsvSource({
        "1,8", "1,9", "3,15", "2,35", "2,36", "1,64", "2,512", "2,516", "3,1024", "2,1028", "4,2051", "2,4096", "8,6000"
    })
    void agrees_with_another_implementation(int passes, int kibibytes) {
        for (String password : new String[] {"", "password", "pässwörd-密码", "x".repeat(200)}) {
            byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
            assertThat(Argon2i.hash(bytes, SALT, passes, kibibytes)).isEqualTo(other(bytes, passes, kibibytes));
        }
    }

    private static byte[] other(byte[] password, int passes, int kibibytes) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_i)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withIterations(passes)
                .withMemoryAsKB(kibibytes)
                .withParallelism(1)
                .withSalt(SALT)
                .build());
        byte[] out = new byte[32];
        generator.generateBytes(password, out);
        return out;
    }

    @Test
    void says_what_is_needed_where_the_heap_is_too_small() {
        int tooMuch = (int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / 1024 + 1024);
        assertThatThrownBy(() -> Argon2i.hash(new byte[0], SALT, 1, tooMuch))
                .isInstanceOf(WalletException.class)
                .hasMessageContaining("MiB of free heap")
                .satisfies(e -> assertThat(((BittensorException) e).code()).isEqualTo(WalletException.MEMORY))
                .satisfies(e -> assertThat(((BittensorException) e).hint()).contains("-Xmx"));
    }
}
