package io.github.bittensor4j.subtensor.reads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.localnet.BlockTime;
import io.github.bittensor4j.localnet.Localnet;
import io.github.bittensor4j.subtensor.Network;
import io.github.bittensor4j.subtensor.Subtensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** The catalogue itself, by name: what it lists, what each of its reads answers on a local chain, and what it refuses. */
@Timeout(120)
class CatalogueTest {
    /** The names of SDK 11.3's reads. */
    private static final List<String> OFFICIAL = List.of("""
            accepts_locked_alpha alpha_price alpha_prices associated_evm_key auto_stake auto_stake_all balance balances
            basket_position basket_trading_status block_info block_time blocks_since_last_step blocks_since_last_update
            blocks_until_next_epoch bonds burn childkey_threshold_suspended children coldkey_lock
            coldkey_swap_announcement collateral_policy commit_reveal_enabled commitment commitments crowdloan
            crowdloan_contributors crowdloans delegate delegate_take delegated delegates difficulty epoch_status
            existential_deposit hotkey_conviction hotkey_identities hotkey_owner identity immunity_period is_delegate
            is_fast_blocks lease leases locks_for_coldkey locks_for_hotkey max_weight_limit mechanism_count
            mechanism_emission_split metagraph mev_shield_next_key min_allowed_weights miner_collateral
            most_convicted_hotkey multisig netuids_for_hotkey neurons next_epoch_start_block owned_hotkeys parents
            pending_children proxies quote_stake quote_unstake reveal_period revealed_commitment root_basket_owed
            root_basket_owed_breakdown root_basket_portfolio root_basket_total_nav root_baskets root_claim_threshold
            stake stake_availability stake_availability_for_coldkey stake_for_coldkey stake_for_coldkeys
            stake_value_for_coldkey stake_value_for_coldkeys staking_hotkeys subnet subnet_collateral subnet_convictions
            subnet_emission_enabled subnet_hyperparameters subnet_identity subnet_names subnet_registration_cost
            subnet_start_schedule subnet_tao_flows subnets timelocked_weight_commits timestamp token_symbols
            total_alpha_staked tx_rate_limit uid validator_basket validator_basket_nav validator_basket_summary weights
            weights_rate_limit
            """.strip().split("\\s+"));

    private static final String ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
    private static final String BOB = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";

    private static Localnet localnet;
    private static Subtensor chain;

    @BeforeAll
    static void start() {
        localnet = Localnet.builder().blockTime(BlockTime.FAST).start();
        chain = Subtensor.connect(Network.of(localnet.endpoint()));
    }

    @AfterAll
    static void end() {
        chain.close();
        localnet.close();
    }

    @Test
    void the_catalogue_has_every_read_of_the_official_sdk_and_only_the_earliest_blocks_besides() {
        List<String> names = Reads.catalogue().stream().map(ReadInfo::name).toList();

        assertThat(OFFICIAL).hasSize(102);
        assertThat(names).isSorted().doesNotHaveDuplicates().containsAll(OFFICIAL);
        assertThat(names.stream().filter(n -> !OFFICIAL.contains(n))).allMatch(n -> n.startsWith("earliest_"));
    }

    @Test
    void the_documentation_lists_the_catalogue_as_it_is() throws IOException {
        Path file = Path.of(System.getProperty("project.root", "..")).resolve("docs/reads.md");

        assertThat(Files.readString(file)).contains(table());
    }

    private static String table() {
        StringBuilder table = new StringBuilder("| read | arguments | what it tells |\n| --- | --- | --- |\n");
        new TreeSet<>(Reads.catalogue().stream().map(ReadInfo::family).toList()).forEach(family -> {
            table.append("| **").append(family).append("** | | |\n");
            Reads.catalogue().stream().filter(r -> r.family().equals(family)).forEach(r -> {
                List<String> parameters = new ArrayList<>();
                r.parameters()
                        .forEach(p -> parameters.add(p.name() + ": " + p.form()
                                + p.otherwise().map(o -> " (" + o + ")").orElse(p.required() ? "" : " (optional)")));
                table.append("| `")
                        .append(r.name())
                        .append("` | ")
                        .append(String.join(", ", parameters))
                        .append(" | ")
                        .append(r.summary())
                        .append(" |\n");
            });
        });
        return table.toString();
    }

    private static String argument(ReadParameter parameter) {
        return switch (parameter.name()) {
            case "coldkey_ss58s", "hotkey_ss58s" -> ALICE + ", " + BOB;
            case "netuid" -> "1";
            case "netuids" -> "0,1";
            case "call_hash" -> "00".repeat(32);
            case "hyperparameter" -> "serving_rate_limit";
            case "amount_tao", "amount_alpha" -> "1.5";
            default -> parameter.form().equals("address") ? ALICE : "0";
        };
    }

    @TestFactory
    Stream<DynamicTest> every_read_answers_by_name_on_a_local_chain() {
        return Reads.catalogue().stream()
                .map(read -> DynamicTest.dynamicTest(read.name(), () -> {
                    Map<String, String> arguments = new HashMap<>();
                    read.parameters().stream()
                            .filter(ReadParameter::required)
                            .forEach(p -> arguments.put(p.name(), argument(p)));

                    ReadResult result = chain.reads().read(read.name(), arguments);

                    assertThat(result.read()).isEqualTo(read.name());
                    assertThat(result.json()).isNotEmpty();
                    assertThat(chain.block(result.block().number())).contains(result.block());
                }));
    }

    @Test
    void a_read_that_does_not_exist_is_named() {
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> chain.reads().read("balanse", Map.of()))
                .satisfies(e -> assertThat(e.code()).isEqualTo("read.unknown"))
                .withMessageContaining("balanse");
    }

    @Test
    void arguments_that_are_missing_unknown_or_of_another_form_are_named() {
        Reads reads = chain.reads();

        for (Map<String, String> arguments : List.of(
                Map.<String, String>of(),
                Map.of("netuid", "one"),
                Map.of("netuid", "70000"),
                Map.of("netuid", "-1"),
                Map.of("netuid", "1", "uid", "0"))) {
            assertThatExceptionOfType(InvalidValueException.class)
                    .as("%s", arguments)
                    .isThrownBy(() -> reads.read("subnet", arguments))
                    .withMessageContaining(arguments.containsKey("uid") ? "uid" : "netuid");
        }
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> reads.read("balance", Map.of("coldkey_ss58", ALICE + "x")));
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> reads.read("neurons", Map.of("netuid", "1", "lite", "yes")));
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> reads.read("quote_unstake", Map.of("amount_alpha", "1")))
                .withMessageContaining("netuid");
    }
}
