package io.github.bittensor4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.localnet.BlockTime;
import io.github.bittensor4j.localnet.Localnet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class QueryCommandTest {
    private static final String ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

    private static Localnet chain;
    private static String network;

    @BeforeAll
    static void start() {
        chain = Localnet.builder().blockTime(BlockTime.FAST).start();
        network = chain.endpoint().toString();
    }

    @AfterAll
    static void end() {
        chain.close();
    }

    @Test
    void without_a_name_it_lists_the_catalogue_and_needs_no_chain() {
        Jbt json = Jbt.run("query", "--json", "-n", "ws://127.0.0.1:1");
        assertThat(json.status()).as(json.err()).isZero();
        assertThat(json.json().get("reads")).hasSizeGreaterThan(102);

        assertThat(Jbt.run("query").out())
                .containsPattern("stake_for_coldkey +coldkey_ss58=...")
                .contains("neurons")
                .contains("netuid=... [lite=true]");
    }

    @Test
    void a_read_answers_with_its_block_for_scripts_and_as_a_table_for_people() {
        JsonNode json =
                Jbt.run("query", "subnet", "netuid=1", "-n", network, "--json").json();
        assertThat(json.get("read").asText()).isEqualTo("subnet");
        assertThat(json.at("/result/neuron_count").asInt()).isEqualTo(1);
        assertThat(json.get("block").isTextual()).isTrue();
        assertThat(json.get("block_hash").asText()).hasSize(66);

        assertThat(Jbt.run("query", "subnet", "netuid=1", "-n", network).out())
                .containsPattern("tempo +100")
                .containsPattern("neuron_count +1");
        assertThat(Jbt.run("query", "subnets", "-n", network).out())
                .containsPattern("netuid +tempo +burn +neuron_count")
                .hasLineCount(3);
        assertThat(Jbt.run("query", "balance", "coldkey_ss58=" + ALICE, "-n", network)
                        .out())
                .isEqualToIgnoringNewLines("1000000.000000000");
    }

    @Test
    void it_reads_at_a_block_and_refuses_one_that_is_not_there() {
        assertThat(Jbt.run("query", "timestamp", "--block", "0", "-n", network, "--json")
                        .json()
                        .at("/result/block")
                        .asText())
                .isEqualTo("0");

        Jbt missing = Jbt.run("query", "timestamp", "--block", "99999999", "-n", network);
        assertThat(missing.status()).isEqualTo(1);
        assertThat(missing.err()).hasLineCount(1).contains("no block 99999999");
    }

    @Test
    void what_is_wrong_with_a_question_is_one_line() {
        Jbt unknown = Jbt.run("query", "balanse", "-n", network, "--json");
        assertThat(unknown.status()).isEqualTo(2);
        assertThat(unknown.json().get("code").asText()).isEqualTo("read.unknown");

        Jbt missing = Jbt.run("query", "subnet", "-n", network);
        assertThat(missing.status()).isEqualTo(2);
        assertThat(missing.err()).hasLineCount(1).contains("subnet wants netuid");

        Jbt gone = Jbt.run("query", "subnet", "netuid=77", "-n", network);
        assertThat(gone.err()).hasLineCount(1).contains("subnet 77 does not exist");
    }
}
