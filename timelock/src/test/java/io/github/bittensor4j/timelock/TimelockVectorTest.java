package io.github.bittensor4j.timelock;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.testkit.Vectors;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.bouncycastle.crypto.bls.BLS12_381G1;
import org.bouncycastle.crypto.bls.BLS12_381G2;
import org.bouncycastle.crypto.bls.BLS12_381Pairing;
import org.bouncycastle.crypto.bls.BLS12_381Serialization;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The golden ciphertexts of tlock.json and the real signatures in it. */
class TimelockVectorTest {
    static final Vectors FILE = Vectors.open("tlock.json");

    @AfterAll
    static void report() {
        FILE.report();
    }

    @TestFactory
    Stream<DynamicTest> parametersAreQuicknets() {
        return Stream.of("scheme", "dst", "public_key", "consistency", "published_sample")
                .flatMap(section -> FILE.cases(section, one -> {
                    if (section.equals("public_key")) {
                        assertThat(Beacon.QUICKNET.publicKey()).isEqualTo(hex(one));
                    }
                    if (section.equals("dst")) {
                        assertThat(one.asText()).isEqualTo(Pairings.DST);
                    }
                    if (section.equals("published_sample")) {
                        assertThat(Beacon.QUICKNET.publishedAt(one.path("round").asLong()))
                                .isAfter(Beacon.QUICKNET.genesis());
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> generatorsPairToTheBytesOfTheChainsLibrary() {
        return FILE.cases("generators", one -> {
            assertThat(BLS12_381Serialization.compressG2(BLS12_381G2.getGenerator()))
                    .isEqualTo(hex(one.path("G2_generator")));
            var g1 = BLS12_381G1.getGenerator(BLS12_381G1.createCurve());
            assertThat(BLS12_381Serialization.compressG1(g1)).isEqualTo(hex(one.path("G1_generator")));
            assertThat(Pairings.serialized(BLS12_381Pairing.pair(g1, BLS12_381G2.getGenerator())))
                    .isEqualTo(hex(one.path("e_G1_G2_serialized_576")));
        });
    }

    @TestFactory
    Stream<DynamicTest> realSignaturesAreAcceptedForTheirRoundOnly() {
        return FILE.cases("known_signatures", one -> {
            long round = one.path("round").asLong();
            byte[] signature = hex(one.path("signature"));
            RoundSignature verified = RoundSignature.verified(Beacon.QUICKNET, round, signature);
            if (one.has("randomness")) {
                assertThat(verified.randomness()).isEqualTo(hex(one.path("randomness")));
            }
            assertThat(Pairings.isSignatureOf(Beacon.QUICKNET, round + 1, signature))
                    .isFalse();
        });
    }

    @TestFactory
    Stream<DynamicTest> ciphertextsAreTheSameByteForByteAndOpen() {
        return FILE.cases("vectors", one -> {
            long round = one.path("round").asLong();
            byte[] message = hex(one.path("message_hex"));
            byte[] sigma = hex(one.path("sigma"));
            assertThat(Hashes.sha256(hex(one.path("t_scalar_le")))).isEqualTo(sigma);
            assertThat(Hashes.sha256(ByteBuffer.allocate(8).putLong(round).array()))
                    .isEqualTo(hex(one.path("identity_sha256")));
            assertThat(BLS12_381Serialization.compressG1(Pairings.identity(round)))
                    .isEqualTo(hex(one.path("Q_id_G1_compressed")));
            byte[] sealed = Timelock.seal(
                    message, Beacon.QUICKNET, round, hex(one.path("esk")), sigma, hex(one.path("aes_nonce")));
            assertThat(sealed).isEqualTo(hex(one.path("ciphertext"))).hasSize(message.length + Timelock.OVERHEAD);
            RoundSignature signature =
                    RoundSignature.verified(Beacon.QUICKNET, round, hex(one.path("decrypts_with_signature")));
            assertThat(Timelock.open(hex(one.path("ciphertext")), signature)).isEqualTo(message);
        });
    }

    private static byte[] hex(JsonNode node) {
        String text = node.asText();
        return HexFormat.of().parseHex(text.startsWith("0x") ? text.substring(2) : text);
    }
}
