package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.subtensor.reads.ReadInfo;
import io.github.bittensor4j.subtensor.reads.ReadParameter;
import io.github.bittensor4j.subtensor.reads.Reads;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The whole catalogue on the node whose address is given as {@code BITTENSOR4J_CHAIN}, in the environment or as a system property: each read
 * answers, or says that the node's runtime cannot.
 */
@Timeout(120)
class GivenChainReadsTest {
    private static final String ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

    private static String argument(ReadParameter parameter) {
        return switch (parameter.name()) {
            case "netuid", "netuids", "block" -> "1";
            case "call_hash" -> "00".repeat(32);
            case "hyperparameter" -> "serving_rate_limit";
            case "amount_tao", "amount_alpha" -> "1.5";
            default -> parameter.form().contains("address") ? ALICE : "0";
        };
    }

    @Test
    void every_read_answers_or_says_that_the_runtime_cannot() {
        Optional<String> address = Optional.ofNullable(System.getenv("BITTENSOR4J_CHAIN"))
                .or(() -> Optional.ofNullable(System.getProperty("BITTENSOR4J_CHAIN")));
        Assumptions.assumeTrue(address.isPresent(), "skipped: no BITTENSOR4J_CHAIN=ws://... given");
        List<String> unknown = new ArrayList<>();
        int answered = 0;
        try (Subtensor chain = Subtensor.connect(Network.of(URI.create(address.get())))) {
            for (ReadInfo read : Reads.catalogue()) {
                Map<String, String> arguments = new HashMap<>();
                read.parameters().stream()
                        .filter(ReadParameter::required)
                        .forEach(p -> arguments.put(p.name(), argument(p)));
                try {
                    assertThat(chain.reads().read(read.name(), arguments).json())
                            .isNotEmpty();
                    answered++;
                } catch (BittensorException e) {
                    assertThat(e.code())
                            .as("%s: %s", read.name(), e.getMessage())
                            .isEqualTo("metadata.unknown");
                    assertThat(e).hasMessageStartingWith(read.name());
                    unknown.add(read.name());
                }
            }
            System.out.println("reads on runtime " + chain.runtimeVersion().specVersion() + ": " + answered
                    + " answered, " + unknown.size() + " unknown there " + unknown);
        }
    }
}
