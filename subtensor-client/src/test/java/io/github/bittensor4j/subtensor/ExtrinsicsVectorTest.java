package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.testkit.Vectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class ExtrinsicsVectorTest {
    private static final Vectors FILE = Vectors.open("extrinsics.json");

    @TestFactory
    Stream<DynamicTest> every_extrinsic_is_signed_and_written_as_recorded() {
        byte[] bytes = Vectors.metadata("finney-2026-04.scale").orElse(null);
        return FILE.cases("vectors", c -> {
            Assumptions.assumeTrue(bytes != null, "skipped: no metadata");
            Metadata metadata = StorageKeysVectorTest.Spec.parsed(bytes);
            byte[] call = Hex.decode(c.get("call").asText());
            ExtrinsicFormat.Terms terms = new ExtrinsicFormat.Terms(
                    Era.read(new ScaleReader(Hex.decode(c.get("era").asText()))),
                    Hex.decode(c.get("era_block_hash").asText()),
                    c.get("nonce").asLong(),
                    Tao.ofRao(c.get("tip").asLong()),
                    new RuntimeVersion(
                            "node-subtensor",
                            c.get("spec_version").asLong(),
                            c.get("transaction_version").asLong()),
                    Hex.decode(c.get("genesis_hash").asText()));
            try (Keypair keypair =
                    Keypair.fromSeed(KeyScheme.ED25519, Hex.decode(c.get("seed").asText()))) {
                assertThat(Hex.encode(keypair.account().bytes()))
                        .isEqualTo(c.get("signer_public").asText());
                UnsignedExtrinsic unsigned =
                        metadata.extrinsics().unsigned(call, keypair.account(), KeyScheme.ED25519, terms, 0);
                assertThat(Hex.encode(unsigned.payload()))
                        .isEqualTo(c.get("signing_payload").asText());
                assertThat(Hex.encode(unsigned.toSign()))
                        .isEqualTo(c.get("bytes_signed").asText());
                byte[] signature = keypair.sign(unsigned.toSign());
                assertThat(Hex.encode(signature)).isEqualTo(c.get("signature").asText());
                byte[] extrinsic = unsigned.withSignature(signature).bytes();
                assertThat(Hex.encode(extrinsic)).isEqualTo(c.get("extrinsic").asText());
                assertThat(Hex.encode(Hashes.blake2b256(extrinsic)))
                        .isEqualTo(c.get("extrinsic_hash").asText());
                Extrinsic read = metadata.decodeExtrinsic(extrinsic);
                assertThat(read.signer())
                        .contains(AccountId.of(keypair.account().bytes()));
                assertThat(metadata.encodeCall(read.call())).isEqualTo(call);
            }
        });
    }

    @AfterAll
    static void report() {
        FILE.report("note");
    }
}
