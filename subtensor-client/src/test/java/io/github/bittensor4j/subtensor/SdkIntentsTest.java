package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.subtensor.intents.Hyperparameters;
import io.github.bittensor4j.subtensor.intents.Intent;
import io.github.bittensor4j.subtensor.intents.Intents;
import io.github.bittensor4j.subtensor.intents.Planning;
import io.github.bittensor4j.testkit.Vectors;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Intents beside the official SDK 11: what it writes we read, what we write it reads, and the call is the same to the byte, by the metadata
 * of runtime 461. The SDK's side runs where {@code PYTHON_PEERS_DIR} names the folder of Python environments with {@code sdk11} in it
 * (default {@code /tmp/python-peers}).
 */
@Timeout(120)
class SdkIntentsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final AccountId COLDKEY = Keypair.development("Alice").account();
    private static final AccountId HOTKEY = Keypair.development("Bob").account();
    private static final String CHARLIE =
            Keypair.development("Charlie").account().ss58();
    private static final String DAVE = Keypair.development("Dave").account().ss58();
    private static final String HASH = "0x" + "11".repeat(32);
    private static final Map<String, Long> WEIGHT = Map.of("ref_time", 123_456_789L, "proof_size", 4_321L);
    private static final String FILE = "localnet-spec461-v15.scale";
    private static final String TRANSFER =
            "{\"op\":\"transfer\",\"dest_ss58\":\"" + CHARLIE + "\",\"amount_tao\":\"1.25\"}";

    private static ScriptedNode node;
    private static Subtensor chain;
    private static @Nullable Process process;
    private static @Nullable BufferedWriter to;
    private static @Nullable BufferedReader from;

    /** A chain of runtime 461 on which there are subnets, and nothing else, and that has no opinion but on what a call weighs. */
    @BeforeAll
    static void start() throws Exception {
        byte[] bytes = Vectors.metadata(FILE).orElse(null);
        Assumptions.assumeTrue(bytes != null, "skipped: no metadata");
        Metadata metadata = Metadata.parse(bytes);
        node = new ScriptedNode();
        node.on("chain_getBlockHash", (peer, r) -> peer.answer(r, HASH));
        node.on("chain_getHeader", (peer, r) -> peer.answer(r, Map.of("number", "0x64", "parentHash", HASH)));
        node.on(
                "state_getRuntimeVersion",
                (peer, r) -> peer.answer(
                        r, Map.of("specName", "node-subtensor", "specVersion", 461, "transactionVersion", 1)));
        node.on("state_getStorage", (peer, r) -> peer.answer(r, ScriptedNode.JSON.nullNode()));
        String subnets = Hex.encode(metadata.storageKey("SubtensorModule", "NetworksAdded", 0))
                .substring(0, 66);
        node.on("state_queryStorageAt", (peer, r) -> {
            List<List<String>> changes = new ArrayList<>();
            r.at("/params/0").forEach(key -> {
                if (key.asText().startsWith(subnets)) {
                    changes.add(List.of(key.asText(), "0x01"));
                }
            });
            peer.answer(r, List.of(Map.of("block", HASH, "changes", changes)));
        });
        node.on("state_call", (peer, r) -> {
            switch (r.get("params").get(0).asText()) {
                case "Metadata_metadata_versions":
                    peer.answer(
                            r, Hex.encode(new ScaleWriter().compact(1).u32(15).toByteArray()));
                    break;
                case "Metadata_metadata_at_version":
                    peer.answer(
                            r,
                            Hex.encode(new ScaleWriter().bool(true).bytes(bytes).toByteArray()));
                    break;
                case "TransactionPaymentCallApi_query_call_info":
                    int type = metadata.runtimeCall("TransactionPaymentCallApi", "query_call_info")
                            .output();
                    peer.answer(
                            r,
                            Hex.encode(metadata.codec()
                                    .encode(type, Map.of("weight", WEIGHT, "class", "Normal", "partial_fee", 1_000))));
                    break;
                default:
                    // nothing, of any optional type
                    peer.answer(r, "0x00");
            }
        });
        chain = Subtensor.connect(Network.of(node.uri()));
        startSdk();
    }

    private static void startSdk() throws IOException, URISyntaxException {
        Path python = Path.of(System.getProperty(
                        "PYTHON_PEERS_DIR", System.getenv().getOrDefault("PYTHON_PEERS_DIR", "/tmp/python-peers")))
                .resolve("sdk11/bin/python");
        if (!Files.exists(python)) {
            System.out.println("intents beside the SDK: skipped, no " + python);
            return;
        }
        URL program = Objects.requireNonNull(SdkIntentsTest.class.getResource("sdk11_intents.py"));
        process = new ProcessBuilder(
                        python.toString(),
                        Path.of(program.toURI()).toString(),
                        Vectors.metadataFolder().resolve(FILE).toString(),
                        "461")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        to = process.outputWriter(StandardCharsets.UTF_8);
        from = process.inputReader(StandardCharsets.UTF_8);
    }

    @AfterAll
    static void stop() throws Exception {
        if (chain != null) {
            chain.close();
            node.close();
        }
        if (process != null && to != null) {
            to.close();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    private static JsonNode sdk(String intent) throws IOException {
        if (to == null || from == null) {
            Assumptions.abort("skipped: no sdk11");
        }
        String request = "{\"intent\":" + intent + ",\"coldkey\":\"" + COLDKEY + "\",\"hotkey\":\"" + HOTKEY + "\"}";
        to.write(request);
        to.newLine();
        to.flush();
        return JSON.readTree(from.readLine());
    }

    private static String intent(String op, String fields) {
        return "{\"op\":\"" + op + "\"" + (fields.isEmpty() ? "" : "," + fields.replace('\'', '"')) + "}";
    }

    static Stream<String> intents() {
        String multi = "'other_signatories':['" + DAVE + "','" + CHARLIE + "'],'call':" + TRANSFER.replace('"', '\'');
        String when = ",'timepoint':{'height':77,'index':2}";
        return Stream.of(
                intent("add_proxy", "'delegate_ss58':'" + CHARLIE + "'"),
                intent("add_proxy", "'delegate_ss58':'" + CHARLIE + "','proxy_type':'SmallTransfer','delay':600"),
                intent("remove_proxy", "'delegate_ss58':'" + CHARLIE + "','proxy_type':'Any'"),
                intent("remove_proxies", ""),
                intent("create_pure_proxy", "'proxy_type':'Any','delay':1,'index':3"),
                intent("kill_pure_proxy", "'spawner_ss58':'" + CHARLIE + "','height':4000000,'ext_index':300"),
                intent(
                        "execute_proxy_announced",
                        "'delegate_ss58':'" + CHARLIE + "','real_ss58':'" + DAVE
                                + "','inner_op':'transfer','inner_args':{'dest_ss58':'" + CHARLIE
                                + "','amount_tao':'1.25'}"),
                intent(
                        "execute_proxy_announced",
                        "'delegate_ss58':'" + CHARLIE + "','real_ss58':'" + DAVE
                                + "','inner_op':'remove_proxies','inner_args':{},'force_proxy_type':'Any'"),
                intent("multisig_threshold_1", multi),
                intent("multisig_execute", "'threshold':2," + multi),
                intent("multisig_execute", "'threshold':3," + multi + when),
                intent("multisig_approve", "'threshold':2," + multi),
                intent("multisig_approve", "'threshold':2," + multi + when),
                intent("multisig_cancel", "'threshold':2," + multi + when),
                intent(
                        "create_crowdloan",
                        "'deposit_tao':'10','min_contribution_tao':0.1,'cap_tao':'100.5','end':5000,'target_ss58':'"
                                + DAVE + "'"),
                intent(
                        "create_crowdloan",
                        "'deposit_tao':10,'min_contribution_tao':'0.1','cap_tao':'100.5','end':5000,"
                                + "'call':{'op':'register_leased_network','emissions_share':30,'end_block':900000}"),
                intent("contribute_crowdloan", "'crowdloan_id':7,'amount_tao':'2.000000001'"),
                intent("finalize_crowdloan", "'crowdloan_id':7"),
                intent("refund_crowdloan", "'crowdloan_id':70"),
                intent("dissolve_crowdloan", "'crowdloan_id':700"),
                intent("withdraw_crowdloan", "'crowdloan_id':70000"),
                intent("update_crowdloan_cap", "'crowdloan_id':7,'new_cap_tao':'250'"),
                intent("update_crowdloan_end", "'crowdloan_id':7,'new_end':123456"),
                intent("update_crowdloan_min_contribution", "'crowdloan_id':7,'new_min_contribution_tao':'0.5'"),
                intent("set_crowdloan_max_contribution", "'crowdloan_id':7,'new_max_contribution_tao':'50'"),
                intent("set_crowdloan_max_contribution", "'crowdloan_id':7"),
                intent("register_leased_network", "'emissions_share':0"),
                intent("terminate_lease", "'lease_id':4,'hotkey_ss58':'" + DAVE + "'"),
                intent("terminate_lease", "'lease_id':4"),
                intent("set_identity", "'name':'Ångström','description':'τ'"),
                intent(
                        "set_identity",
                        "'name':'a','url':'b','github_repo':'c','image':'d','discord':'e','description':'f','additional':'g'"),
                intent("set_subnet_identity", "'netuid':3,'subnet_name':'words'"),
                intent(
                        "set_subnet_identity",
                        "'netuid':3,'subnet_name':'a','github_repo':'b','subnet_contact':'c','subnet_url':'d',"
                                + "'discord':'e','description':'f','logo_url':'g','additional':'h'"),
                intent("trim_subnet", "'netuid':3,'max_n':64"),
                intent("set_mechanism_count", "'netuid':3,'mechanism_count':2"),
                intent("update_symbol", "'netuid':3,'symbol':'β'"),
                intent("announce_coldkey_swap", "'new_coldkey_ss58':'" + DAVE + "'"),
                intent("swap_coldkey_announced", "'new_coldkey_ss58':'" + DAVE + "'"),
                intent("clear_coldkey_swap_announcement", ""),
                intent("dispute_coldkey_swap", ""),
                intent("associate_hotkey", "'hotkey_ss58':'" + DAVE + "'"),
                intent("associate_hotkey", ""),
                intent(
                        "associate_evm_key",
                        "'netuid':3,'evm_key':'0x" + "ab".repeat(20) + "','block_number':123456789,'signature':'0x"
                                + "cd".repeat(65) + "'"),
                intent("fund_evm_key", "'evm_address':'0x" + "Ab".repeat(20) + "','amount_tao':'3'"),
                intent("fund_evm_key", "'evm_address':'" + "ab".repeat(20) + "','amount_tao':'all'"),
                intent("evm_withdraw", "'amount_tao':'0.5'"),
                intent("batch", "'intents':[" + TRANSFER + ",{'op':'remove_proxies'}]"));
    }

    static Stream<String> hyperparameters() {
        Map<String, List<String>> special = Map.of(
                "epoch_consensus", List.of("\"Null\"", "\"Yuma\""),
                // in halves, which the SDK's binary fractions of 2^64 hold exactly
                "adjustment_alpha", List.of("0.5", "\"0.25\"", "1", "58000000000000000"),
                "tempo", List.of("360", "\"1000\""),
                "activity_cutoff_factor", List.of("2000"),
                "burn_increase_mult", List.of("1.5", "\"2.0\"", "36893488147419103232"),
                "collateral_drain_ratio", List.of("0.5", "18446744073709551616"),
                "collateral_lock_share", List.of("0.5", "62258"),
                "min_burn", List.of("0.5", "700000000", "\"0.7\""),
                "max_burn", List.of("1.0", "1"));
        return Hyperparameters.names().stream().flatMap(name -> {
            boolean flag = name.endsWith("_enabled") || name.endsWith("_allowed");
            List<String> values = special.getOrDefault(
                    name,
                    flag
                            ? List.of("true", "false", "1", "\"false\"")
                            : isShare(name) ? List.of("0.25", "1.0", "1", "\"0.9\"") : List.of("12", "\"7\"", "5.0"));
            return values.stream()
                    .map(value -> intent("set_hyperparameter", "'netuid':3,'name':'" + name + "','value':" + value));
        });
    }

    private static boolean isShare(String name) {
        return List.of(
                        "adjustment_alpha",
                        "alpha_high",
                        "alpha_low",
                        "bonds_moving_avg",
                        "bonds_penalty",
                        "min_childkey_take")
                .contains(name);
    }

    @ParameterizedTest
    @MethodSource({"intents", "hyperparameters"})
    void json_and_call_are_the_same_as_those_of_the_sdk(String json) throws Exception {
        Intent intent = Intents.fromJson(json, HOTKEY);
        assertThat(Intents.fromJson(Intents.toJson(intent))).isEqualTo(intent);
        AccountId signer =
                intent.signer() == io.github.bittensor4j.subtensor.intents.Operation.Key.COLDKEY ? COLDKEY : HOTKEY;
        Call call = null;
        try {
            call = Planning.at(chain, signer).draft(intent).call().orElseThrow();
        } catch (ChainException e) {
            // of a runtime after 461: then the SDK cannot compose it either
            assertThat(e.code()).isEqualTo("metadata.unknown");
        }
        JsonNode theirs = sdk(json);
        if (call == null) {
            assertThat(theirs.has("error")).as("%s", theirs).isTrue();
            return;
        }
        assertThat(theirs.has("call")).as("%s", theirs).isTrue();
        assertThat(Hex.encode(chain.metadata().encodeCall(call)))
                .isEqualTo(theirs.get("call").asText());
        assertThat(theirs.get("signer").asText())
                .isEqualTo(intent.signer().name().toLowerCase(java.util.Locale.ROOT));
        assertThat(Intents.fromJson(theirs.get("intent").toString(), HOTKEY))
                .as("what it writes")
                .isEqualTo(intent);
        assertThat(sdk(Intents.toJson(intent)).path("call").asText())
                .as("what it makes of what we write")
                .isEqualTo(theirs.get("call").asText());
    }

    @Test
    void what_the_sdk_refuses_is_refused() throws Exception {
        for (String wrong : List.of(
                intent("batch", "'intents':[]"),
                intent("batch", "'intents':[{'op':'batch','intents':[" + TRANSFER + "]}]"),
                intent("create_crowdloan", "'deposit_tao':1,'min_contribution_tao':1,'cap_tao':1,'end':5"),
                intent("register_leased_network", "'emissions_share':101"),
                intent("set_subnet_emission_enabled", "'netuids':[],'enabled':true"),
                intent("fund_evm_key", "'evm_address':'0x12','amount_tao':'3'"),
                intent("set_hyperparameter", "'netuid':3,'name':'kappa','value':1"),
                intent("set_hyperparameter", "'netuid':3,'name':'min_burn','value':-1"),
                intent("set_hyperparameter", "'netuid':3,'name':'bonds_penalty','value':1.5"),
                intent("set_hyperparameter", "'netuid':3,'name':'bonds_penalty','value':65536"),
                intent("set_hyperparameter", "'netuid':3,'name':'yuma3_enabled','value':2"),
                intent("set_hyperparameter", "'netuid':3,'name':'epoch_consensus','value':1"),
                intent("set_hyperparameter", "'netuid':3,'name':'rho','value':1.5"),
                intent(
                        "execute_proxy_announced",
                        "'delegate_ss58':'" + CHARLIE + "','real_ss58':'" + DAVE
                                + "','inner_op':'no such','inner_args':{}"))) {
            Throwable ours = org.assertj.core.api.Assertions.catchThrowable(() -> Intents.fromJson(wrong, HOTKEY));
            assertThat(ours).as(wrong).isInstanceOf(InvalidValueException.class);
            assertThat(sdk(wrong).has("error")).as(wrong).isTrue();
        }
    }

    @Test
    void a_wrapper_is_judged_through_to_what_is_inside() {
        Intent inside = Intents.fromJson(intent(
                "multisig_execute",
                "'threshold':2,'other_signatories':['" + DAVE + "'],'call':{'op':'batch','intents':[" + TRANSFER + ","
                        + TRANSFER + "]}"));
        var draft = Planning.at(chain, COLDKEY).draft(inside);
        assertThat(draft.ops()).containsExactlyInAnyOrder("multisig_execute", "batch", "transfer");
        assertThat(draft.spend().tao().decimal()).isEqualByComparingTo("2.5");
    }
}
