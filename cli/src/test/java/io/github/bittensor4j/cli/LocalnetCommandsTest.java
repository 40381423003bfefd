package io.github.bittensor4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.localnet.BlockTime;
import io.github.bittensor4j.localnet.Localnet;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalnetCommandsTest {
    @TempDir
    Path wallets;

    @Test
    void the_readmes_way_to_a_seat_leads_there() {
        try (Localnet chain = Localnet.builder().blockTime(BlockTime.FAST).start()) {
            String network = chain.endpoint().toString();
            String path = wallets.toString();

            assertThat(Jbt.run("localnet", "subnet", "-n", network, "--json")
                            .json()
                            .get("netuid")
                            .asInt())
                    .isEqualTo(2);
            Jbt.run("wallet", "create", "-w", "me", "--no-password", "--wallet-path", path);
            assertThat(Jbt.run("localnet", "fund", "me", "--wallet-path", path, "-n", network)
                            .status())
                    .isZero();
            assertThat(Jbt.run("wallet", "balance", "me", "--wallet-path", path, "-n", network, "--json")
                            .json()
                            .get("free_tao")
                            .asText())
                    .isEqualTo("1000.000000000");

            String[] register = {
                "subnets", "register", "--netuid", "2", "-w", "me", "--wallet-path", path, "-n", network
            };
            Jbt unasked = Jbt.run(with(register, "--json"));
            assertThat(unasked.status()).isEqualTo(2);
            assertThat(unasked.json().get("code").asText()).isEqualTo("cli.consent");

            Jbt cheap = Jbt.run(with(register, "--yes", "--json", "--max-price-tao", "0.000001"));
            assertThat(cheap.status()).isEqualTo(5);
            assertThat(cheap.json().get("message").asText()).contains("more than the most of 0.000001000 TAO");

            Jbt tried = Jbt.run(with(register, "--dry-run"));
            assertThat(tried.status()).as(tried.err()).isZero();
            assertThat(tried.err()).contains("fee ");
            assertThat(tried.out()).contains("nothing was submitted");

            Jbt registered = Jbt.run(with(register, "--yes", "--json"));
            assertThat(registered.status()).as(registered.err()).isZero();
            assertThat(registered.json().get("uid").asInt()).isEqualTo(1);

            Jbt again = Jbt.run(with(register, "--yes"));
            assertThat(again.status()).isEqualTo(1);
            assertThat(again.err()).hasLineCount(1).contains("already, as uid 1");

            Jbt staked = Jbt.run(
                    "stake",
                    "add",
                    "--netuid",
                    "2",
                    "--amount-tao",
                    "100",
                    "--tolerance",
                    "0.9",
                    "-w",
                    "me",
                    "--wallet-path",
                    path,
                    "-n",
                    network,
                    "--yes",
                    "--json");
            assertThat(staked.status()).as(staked.err()).isZero();

            Jbt metagraph = Jbt.run("subnets", "metagraph", "2", "-n", network, "--json");
            assertThat(metagraph.json().get("neurons")).hasSize(2);
            assertThat(metagraph.json().at("/neurons/1/alpha_stake_rao").asLong())
                    .isPositive();
        }
    }

    @Test
    void a_subnet_that_is_not_there_is_named_with_those_that_are() {
        try (Localnet chain = Localnet.builder().blockTime(BlockTime.FAST).start()) {
            Jbt jbt =
                    Jbt.run("subnets", "metagraph", "77", "-n", chain.endpoint().toString());

            assertThat(jbt.status()).isEqualTo(1);
            assertThat(jbt.err()).hasLineCount(1).contains("no subnet 77").contains("[0, 1]");
        }
    }

    @Test
    void what_the_chain_refuses_ends_with_status_5_and_the_chains_own_name() {
        try (Localnet chain = Localnet.builder().blockTime(BlockTime.FAST).start()) {
            String network = chain.endpoint().toString();
            Jbt.run("wallet", "create", "-w", "me", "--no-password", "--wallet-path", wallets.toString());
            Jbt.run("localnet", "fund", "me", "--wallet-path", wallets.toString(), "-n", network);

            Jbt jbt = Jbt.run(
                    "stake",
                    "add",
                    "--netuid",
                    "1",
                    "--amount-tao",
                    "20",
                    "--quiet",
                    "-w",
                    "me",
                    "--wallet-path",
                    wallets.toString(),
                    "-n",
                    network,
                    "--yes");

            assertThat(jbt.status()).isEqualTo(5);
            assertThat(jbt.err()).hasLineCount(1).contains("SubtensorModule.SubtokenDisabled");
        }
    }

    private static String[] with(String[] some, String... more) {
        String[] all = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }
}
