package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.testkit.Vectors;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The golden blobs of mev_shield.json. */
class MevShieldVectorTest {
    static final Vectors FILE = Vectors.open("mev_shield.json");

    @AfterAll
    static void report() {
        FILE.report("layout", "aead", "note", "keygen_seed_d_z", "encaps_m", "kem_ciphertext", "shared_secret");
    }

    @TestFactory
    Stream<DynamicTest> blobsAreTheSameByteForByte() {
        return FILE.cases("vectors", one -> {
            byte[] blob = MevShield.seal(
                    hex(FILE.root().path("public_key")),
                    hex(one.path("plaintext")),
                    hex(FILE.root().path("encaps_m")),
                    hex(one.path("nonce24")));
            assertThat(blob)
                    .isEqualTo(hex(one.path("blob_with_key_hash")))
                    .hasSize(one.path("total_len_with_key_hash").asInt());
            assertThat(Arrays.copyOfRange(blob, 18, 18 + 1088))
                    .isEqualTo(hex(FILE.root().path("kem_ciphertext")));
        });
    }

    @TestFactory
    Stream<DynamicTest> theAuthorOpensWhatWasSealedForItsKey() {
        return FILE.cases("secret_key", one -> {
            var key = new MLKEMPrivateKeyParameters(MLKEMParameters.ml_kem_768, hex(one));
            assertThat(new MLKEMExtractor(key).extractSecret(hex(FILE.root().path("kem_ciphertext"))))
                    .isEqualTo(hex(FILE.root().path("shared_secret")));
        });
    }

    @TestFactory
    Stream<DynamicTest> theKeysHashLeads() {
        return Stream.of("public_key", "public_key_hash_twox128")
                .flatMap(section -> FILE.cases(
                        section,
                        one -> assertThat(Hashes.twox128(hex(FILE.root().path("public_key"))))
                                .isEqualTo(hex(FILE.root().path("public_key_hash_twox128")))));
    }

    @Test
    void aKeyOfAnotherSchemeIsRefused() {
        assertThatThrownBy(() -> MevShield.seal(new byte[32], new byte[] {1}))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("expected: an ML-KEM-768 public key");
        byte[] outOfRange = new byte[MevShield.KEY_BYTES];
        Arrays.fill(outOfRange, (byte) 0xff);
        assertThatThrownBy(() -> MevShield.seal(outOfRange, new byte[] {1})).isInstanceOf(InvalidValueException.class);
    }

    private static byte[] hex(JsonNode node) {
        return HexFormat.of().parseHex(node.asText().substring(2));
    }
}
