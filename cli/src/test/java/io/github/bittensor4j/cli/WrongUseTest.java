package io.github.bittensor4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WrongUseTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "--nonsense, Unknown option: '--nonsense'",
        "walet, Unmatched argument at index 0: 'walet'",
        "wallet sign, Missing required option: '--message=<message>'",
        "subnets metagraph, Missing required parameter: 'NETUID'",
        "subnets metagraph two, 'Invalid value for positional parameter at index 0 (NETUID): netuid: two (expected: 0-65535)'",
        "subnets metagraph 70000, netuid: 70000 (expected: 0-65535)",
        "subnets metagraph 1 -n finny, 'network: \"finny\" (expected: finney, test'",
        "stake add --netuid 1 --amount-tao 1.0000000001, Invalid value for option '--amount-tao'",
        "stake add --netuid 1 --amount-tao 1 --hotkey 5Foo, SS58 address",
        "stake add --netuid 1 --amount-tao 1 --hotkey 15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5, 'format 42, not of format 0'",
        "walet, did you mean wallet",
        "wallet transfer, jbt plan and jbt query list it",
        "wallet, 'one of create, new-hotkey, regen-coldkey'",
        "wallet balance -n ws://127.0.0.1:99999, a port from 1 to 65535",
        "localnet up --blocks slow, Invalid value for option '--blocks'",
    })
    void wrong_use_is_told_in_one_line_with_status_2(String arguments, String message) {
        Jbt jbt = Jbt.run(arguments.split(" "));

        assertThat(jbt.status()).isEqualTo(2);
        assertThat(jbt.err()).hasLineCount(1).contains(message).contains("--help");
        assertThat(jbt.out()).isEmpty();
    }

    @Test
    void a_result_that_could_not_be_written_is_no_success() {
        StringWriter err = new StringWriter();
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        };

        int status = Main.run(new PrintWriter(full, true), new PrintWriter(err, true), "query");

        assertThat(status).isEqualTo(1);
        assertThat(err.toString()).hasLineCount(1).contains("could not be written");
    }

    @Test
    void a_file_where_a_folder_of_wallets_should_be_is_not_taken_for_an_empty_one() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        Jbt jbt = Jbt.run("wallet", "list", "--wallet-path", file.toString());

        assertThat(jbt.status()).isEqualTo(3);
        assertThat(jbt.err()).hasLineCount(1).contains("is no folder");
    }

    @Test
    void wrong_use_is_an_object_for_scripts() {
        Jbt jbt = Jbt.run("subnets", "metagraph", "two", "--json");

        assertThat(jbt.status()).isEqualTo(2);
        assertThat(jbt.json().get("code").asText()).isEqualTo("cli.usage");
        assertThat(jbt.json().get("message").asText()).contains("netuid: two");
    }

    @ParameterizedTest
    @CsvSource({
        "wallet create --no-password --n-words 13, --n-words: 13",
        "wallet verify --message m --signature 00 --ss58 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY, 1 bytes (expected: 64)",
        "localnet up --port 70000, --port: 70000",
        "wallet balance nobody, no wallet of that name",
        "wallet balance 15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5, 'format 42, not of format 0'",
        "localnet fund -n finney 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY, finney is no local chain",
        "localnet subnet -n test, test is no local chain",
        "query subnet netuid -n local, KEY=VALUE",
        "query subnet netuid=1 netuid=2 -n local, netuid: given twice",
        "query subnets --block -5 -n local, --block: -5",
        "demo --epochs 1, --epochs: 1",
    })
    void a_value_out_of_range_is_wrong_use_too(String arguments, String message) {
        Jbt jbt = Jbt.run(arguments.split(" "));

        assertThat(jbt.status()).isEqualTo(2);
        assertThat(jbt.err()).hasLineCount(1).contains(message);
    }

    @Test
    void a_group_without_a_command_says_which_commands_there_are() {
        Jbt jbt = Jbt.run("wallet");

        assertThat(jbt.status()).isEqualTo(2);
        assertThat(jbt.err())
                .hasLineCount(1)
                .contains("Missing required subcommand")
                .contains("create", "verify");
    }

    @Test
    void a_password_in_a_nodes_address_is_not_shown() {
        Jbt jbt = Jbt.run("wallet", "balance", "-n", "ws://me:hunter2@127.0.0.1:1");

        assertThat(jbt.status()).isEqualTo(2);
        assertThat(jbt.out() + jbt.err()).contains("user and password").doesNotContain("hunter2");
    }

    @Test
    void a_wallet_that_is_not_there_is_a_configuration_error_with_a_remedy() {
        Jbt jbt = Jbt.run("wallet", "sign", "--message", "m", "--wallet-path", folder.toString(), "-w", "nobody");

        assertThat(jbt.status()).isEqualTo(3);
        assertThat(jbt.err()).hasLineCount(1).contains("nobody").contains("jbt wallet create");
    }

    @Test
    void a_node_that_is_not_there_is_waited_for_aloud_and_told_as_retryable() {
        Jbt jbt = Jbt.run(
                "wallet", "balance", "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY", "-n", "ws://127.0.0.1:1");

        assertThat(jbt.status()).isEqualTo(4);
        assertThat(jbt.err().lines())
                .satisfiesExactly(
                        waiting -> assertThat(waiting).contains("still trying"),
                        end -> assertThat(end).contains("cannot connect to ws://127.0.0.1:1"));
    }

    @Test
    void an_address_with_a_mistyped_character_is_named() {
        Jbt jbt = Jbt.run(
                "wallet",
                "verify",
                "--message",
                "m",
                "--signature",
                "00",
                "--ss58",
                "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQX");

        assertThat(jbt.status()).isEqualTo(2);
        assertThat(jbt.err()).hasLineCount(1).contains("checksum");
    }

    @Test
    void a_failure_is_an_object_for_scripts() {
        Jbt jbt = Jbt.run("wallet", "sign", "--message", "m", "--wallet-path", folder.toString(), "--json");

        assertThat(jbt.json().get("code").asText()).isEqualTo("wallet.missing");
        assertThat(jbt.json().get("retryable").asBoolean()).isFalse();
        assertThat(jbt.status()).isEqualTo(3);
    }
}
