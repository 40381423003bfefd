package io.github.bittensor4j.neuron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.subtensor.Network;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NeuronConfigTest {
    @TempDir
    Path home;

    private NeuronConfig load(Map<String, String> environment, String... args) {
        return NeuronConfig.load(args, environment, home);
    }

    private void file(String text) throws IOException {
        Path folder = Files.createDirectories(home.resolve(".bittensor"));
        Files.writeString(folder.resolve("config.yml"), text);
    }

    @Test
    void the_defaults_are_those_of_the_table() {
        NeuronConfig config = load(Map.of(), "--netuid", "2");
        assertThat(config.network()).isEqualTo(Network.finney());
        assertThat(config.wallet().name()).isEqualTo("default");
        assertThat(config.wallet().hotkey()).isEqualTo("default");
        assertThat(config.wallet().path()).isEqualTo(home.resolve(".bittensor/wallets"));
        assertThat(config.bind().getHostString()).isEqualTo("0.0.0.0");
        assertThat(config.bind().getPort()).isEqualTo(8091);
        assertThat(config.publishedIp()).isEmpty();
        assertThat(config.publishedPort()).isEmpty();
        assertThat(config.stateDir()).isEqualTo(home.resolve(".bittensor/neurons/default/default"));
        assertThat(config.maxRegistrationPrice()).isEmpty();
    }

    @Test
    void on_a_chain_of_this_machine_the_axon_listens_on_the_second_loopback_address() {
        for (String network : new String[] {"local", "ws://127.0.0.1:9955", "ws://localhost:1"}) {
            NeuronConfig config = load(Map.of(), "--netuid", "2", "--network", network, "--axon-port", "0");
            assertThat(config.bind().getHostString()).isEqualTo("127.0.0.2");
            assertThat(config.bind().getPort()).isZero();
        }
    }

    @Test
    void a_flag_goes_before_the_environment_and_that_before_the_file() throws IOException {
        file("network: test\nwallet_name: filewallet\nwallet_hotkey: 'filekey' # why not\nnetuid: 3\n");
        NeuronConfig config = load(
                Map.of("BT_NETWORK", "local", "BT_WALLET", "envwallet", "BT_NETUID", "4"),
                "--netuid=5",
                "-w",
                "flagwallet");
        assertThat(config.netuid()).isEqualTo(Netuid.of(5));
        assertThat(config.wallet().name()).isEqualTo("flagwallet");
        assertThat(config.network()).isEqualTo(Network.local());
        assertThat(config.wallet().hotkey()).isEqualTo("filekey");
        assertThat(load(Map.of()).netuid()).isEqualTo(Netuid.of(3));
    }

    @Test
    void btclis_file_is_read_and_what_is_others_is_left_alone() throws IOException {
        file("""
                # written by btcli
                network: test
                wallet_name: "main"
                wallet_path: ~/keys
                safe_staking: true
                rate_tolerance:
                dashboard_path: null
                metagraph_cols:
                  UID: true
                  netuid: 77
                jbt:
                  netuid: 9
                  max_registration_price: 0.25
                """);
        NeuronConfig config = load(Map.of());
        assertThat(config.netuid()).isEqualTo(Netuid.of(9));
        assertThat(config.wallet().name()).isEqualTo("main");
        assertThat(config.wallet().path()).isEqualTo(home.resolve("keys"));
        assertThat(config.maxRegistrationPrice()).contains(Tao.of("0.25"));
    }

    @Test
    void an_error_names_the_flag_and_the_value_in_one_line() {
        assertThatThrownBy(() -> load(Map.of(), "--netuid", "abc"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("--netuid: \"abc\" (expected: a whole number, 0-65535)");
        assertThatThrownBy(() -> load(Map.of("BT_NETUID", "70000"))).hasMessageContaining("BT_NETUID: \"70000\"");
        assertThatThrownBy(() -> load(Map.of(), "--netuid", "2", "--axon-port", "70000"))
                .hasMessage("--axon-port: \"70000\" (expected: 0-65535, 0 for any free port)");
        assertThatThrownBy(() -> load(Map.of(), "--netuid", "2", "--network", "mainnet"))
                .hasMessageContaining("--network: \"mainnet\"")
                .hasMessageContaining("finney, test, local");
        assertThatThrownBy(() -> load(Map.of(), "--netuid", "2", "--max-registration-price", "-1"))
                .hasMessageContaining("--max-registration-price: \"-1\"");
        assertThatThrownBy(() -> load(Map.of(), "--netuid", "2", "--axon-external-ip", "example.org"))
                .hasMessageContaining("--axon-external-ip: \"example.org\"");
        assertThatThrownBy(() -> load(Map.of(), "--netuid", "2", "--axon-tls", "yes"))
                .hasMessage("--axon-tls: \"yes\" (expected: off, pinned or mutual)");
        assertThatThrownBy(() -> load(Map.of(), "--netuid", "2", "--axon-ip", "1.2.3.400"))
                .hasMessageContaining("--axon-ip: \"1.2.3.400\"");
    }

    @Test
    void who_asks_for_help_is_told_every_option_and_what_it_is_for() {
        for (String asked : new String[] {"--help", "-h"}) {
            assertThatThrownBy(() -> load(Map.of(), "--netuid", "2", asked))
                    .isInstanceOf(HelpException.class)
                    .hasMessage(NeuronConfig.usage());
        }
        assertThat(NeuronConfig.usage())
                .contains("--netuid", "BT_NETUID", "the subnet's number", "--max-registration-price")
                .contains("-n, --network", "-w, --wallet ", "-H, --wallet-hotkey", "-h, --help")
                .hasLineCount(15);
    }

    @Test
    void a_missing_netuid_an_unknown_flag_a_missing_value_and_a_repeated_flag_are_said() {
        assertThatThrownBy(() -> load(Map.of())).hasMessageContaining("--netuid: missing");
        assertThatThrownBy(() -> load(Map.of(), "--netuids", "2"))
                .hasMessageContaining("--netuids: not an option")
                .hasMessageContaining("--netuid,");
        assertThatThrownBy(() -> load(Map.of(), "--netuid")).hasMessageContaining("--netuid: its value is missing");
        assertThatThrownBy(() -> load(Map.of(), "--wallet", "--netuid", "2"))
                .hasMessageContaining("--wallet: its value is missing");
        assertThatThrownBy(() -> load(Map.of(), "--netuid=")).hasMessageContaining("--netuid: its value is empty");
        assertThatThrownBy(() -> load(Map.of(), "--netuid", "1", "--netuid", "2"))
                .hasMessageContaining("given twice");
        assertThatThrownBy(() -> load(
                        Map.of(),
                        "--netuid",
                        "2",
                        "--config",
                        home.resolve("none.yml").toString()))
                .hasMessageContaining("--config")
                .hasMessageContaining("does not exist");
    }

    @Test
    void on_the_terminal_a_mistake_is_one_line() {
        assertThatThrownBy(() -> load(Map.of())).isInstanceOfSatisfying(ConfigException.class, e -> {
            StringWriter text = new StringWriter();
            e.printStackTrace(new PrintWriter(text));
            assertThat(text.toString().strip().lines()).hasSize(1);
        });
    }

    @Test
    void the_builder_has_the_same_defaults() {
        NeuronConfig loaded = load(Map.of(), "--netuid", "2", "--network", "local", "--wallet-path", home.toString());
        NeuronConfig built = NeuronConfig.builder(loaded.network(), loaded.wallet(), loaded.netuid())
                .build();
        assertThat(built.bind()).isEqualTo(loaded.bind());
        assertThat(built.stateDir().endsWith(Path.of(".bittensor", "neurons", "default", "default")))
                .isTrue();
    }
}
