package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.subtensor.intents.Intent;
import io.github.bittensor4j.subtensor.intents.IntentSamples;
import io.github.bittensor4j.subtensor.intents.Plan;
import io.github.bittensor4j.subtensor.intents.Policy;
import io.github.bittensor4j.testkit.Vectors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Intents by the metadata of real runtimes: each is composed into a call that the runtime's own types encode and decode, or refused because
 * the runtime lacks it, by name; none is composed into something less.
 */
class IntentsOnRuntimesTest {
    private static final AccountId COLDKEY = Keypair.development("Alice").account();
    private static final AccountId STAKED = Keypair.development("Bob").account();
    private static final Netuid SUBNET = Netuid.of(2);
    private static final String HASH = "0x" + "11".repeat(32);

    private static final String BEFORE_LOCKS = "add_collateral claim_root_with_hotkey lock_stake move_lock move_stake"
            + " pow_register remove_stake remove_stake_limit set_min_collateral set_perpetual_lock"
            + " set_reject_locked_alpha set_subnet_emission_enabled";
    private static final String BEFORE_BASKETS =
            "stake_into_basket swap_basket swap_basket_many transfer_stake unstake_all";
    private static final String AFTER_LOCKS =
            "add_collateral claim_root_with_hotkey move_stake pow_register remove_stake remove_stake_limit set_min_collateral stake_into_basket swap_basket swap_basket_many transfer_stake unstake_all";

    /** A chain of that runtime on which nothing is stored, where alpha has a price and the coldkey a stake. */
    private static ScriptedNode node(byte[] metadataBytes, long specVersion) throws IOException {
        Metadata metadata = Metadata.parse(metadataBytes);
        ScriptedNode node = new ScriptedNode();
        node.on("chain_getBlockHash", (peer, r) -> peer.answer(r, HASH));
        node.on("chain_getHeader", (peer, r) -> peer.answer(r, Map.of("number", "0x64", "parentHash", HASH)));
        node.on(
                "state_getRuntimeVersion",
                (peer, r) -> peer.answer(
                        r, Map.of("specName", "node-subtensor", "specVersion", specVersion, "transactionVersion", 1)));
        node.answering("state_getMetadata", Hex.encode(metadataBytes));
        node.answering("state_getKeysPaged", List.of());
        node.answering("system_accountNextIndex", 0);
        Map<String, String> stored = new HashMap<>();
        stored.put(Hex.encode(metadata.storageKey("System", "Account", COLDKEY)), Hex.encode(rich(metadata)));
        for (int netuid = 0; netuid < 4; netuid++) {
            stored.put(Hex.encode(metadata.storageKey("SubtensorModule", "NetworksAdded", netuid)), "0x01");
        }
        node.on("state_getStorage", (peer, r) -> {
            String value = stored.get(r.at("/params/0").asText());
            peer.answer(r, value == null ? ScriptedNode.JSON.nullNode() : value);
        });
        node.on("state_queryStorageAt", (peer, r) -> {
            List<List<String>> changes = new ArrayList<>();
            r.at("/params/0").forEach(key -> {
                if (stored.containsKey(key.asText())) {
                    changes.add(List.of(key.asText(), stored.get(key.asText())));
                }
            });
            peer.answer(r, List.of(Map.of("block", HASH, "changes", changes)));
        });
        node.on("state_call", (peer, r) -> answer(metadata, peer, r));
        return node;
    }

    private static byte[] rich(Metadata metadata) {
        int type = metadata.entry("System", "Account").value();
        Map<?, ?> empty = (Map<?, ?>) new Samples(metadata, 1).plainest(type);
        Map<Object, Object> data = new LinkedHashMap<>((Map<?, ?>) empty.get("data"));
        data.put("free", 5_000_000_000L);
        Map<Object, Object> account = new LinkedHashMap<>(empty);
        account.put("data", data);
        return metadata.codec().encode(type, account);
    }

    private static void answer(Metadata metadata, ScriptedNode.Peer peer, JsonNode request) {
        String method = request.at("/params/0").asText();
        switch (method) {
            case "Metadata_metadata_versions" -> peer.error(request, -32000, "not offered", null);
            case "TransactionPaymentApi_query_info" ->
                peer.answer(
                        request,
                        Hex.encode(new ScaleWriter()
                                .compact(1)
                                .compact(1)
                                .u8(0)
                                .u64(125_000)
                                .toByteArray()));
            case "SwapRuntimeApi_current_alpha_price" -> {
                boolean root = request.at("/params/1").asText().startsWith("0x0000");
                peer.answer(
                        request,
                        Hex.encode(new ScaleWriter()
                                .u64(root ? 1_000_000_000 : 250_000_000)
                                .toByteArray()));
            }
            case "StakeInfoRuntimeApi_get_stake_info_for_hotkey_coldkey_netuid" ->
                answer(metadata, peer, request, value -> {
                    Map<Object, Object> info = new LinkedHashMap<>(value);
                    info.put("stake", 7_000_000_000L);
                    return info;
                });
            case "StakeInfoRuntimeApi_get_stake_availability_for_coldkeys" ->
                peer.answer(request, Hex.encode(availability(metadata)));
            default -> {
                int split = method.indexOf('_');
                int type = metadata.runtimeCall(method.substring(0, split), method.substring(split + 1))
                        .output();
                peer.answer(
                        request, Hex.encode(metadata.codec().encode(type, new Samples(metadata, 1).plainest(type))));
            }
        }
    }

    private static byte[] availability(Metadata metadata) {
        int type = metadata.runtimeCall("StakeInfoRuntimeApi", "get_stake_availability_for_coldkeys")
                .output();
        return metadata.codec()
                .encode(type, Map.of(COLDKEY, Map.of(2, Map.of("total", 9L, "locked", 2L, "available", 7L))));
    }

    private static void answer(
            Metadata metadata, ScriptedNode.Peer peer, JsonNode request, UnaryOperator<Map<Object, Object>> change) {
        String method = request.at("/params/0").asText();
        int split = method.indexOf('_');
        int type = metadata.runtimeCall(method.substring(0, split), method.substring(split + 1))
                .output();
        Object plain = new Samples(metadata, 3).random(type);
        for (long seed = 4; plain instanceof Optional<?> optional && optional.isEmpty(); seed++) {
            plain = new Samples(metadata, seed).random(type);
        }
        Object inside = plain instanceof Optional<?> optional ? optional.orElseThrow() : plain;
        Map<Object, Object> changed = change.apply(new LinkedHashMap<>((Map<?, ?>) inside));
        peer.answer(
                request,
                Hex.encode(
                        metadata.codec().encode(type, plain instanceof Optional<?> ? Optional.of(changed) : changed)));
    }

    @ParameterizedTest(name = "runtime {1}")
    @CsvSource({
        "finney-spec343-v15.scale, 343, " + BEFORE_LOCKS + " stake_burn " + BEFORE_BASKETS,
        "finney-2025-12.scale, 365, " + BEFORE_LOCKS + " stake_burn " + BEFORE_BASKETS,
        "finney-2026-04.scale, 393, " + BEFORE_LOCKS + " " + BEFORE_BASKETS,
        "finney-2026-07-spec424-v16.scale, 424, " + AFTER_LOCKS,
        "localnet-spec461-v15.scale, 461, pow_register swap_basket_many"
    })
    void each_is_composed_or_refused_by_name(String file, long spec, String lacking) throws Exception {
        byte[] bytes = Vectors.metadata(file).orElse(null);
        Assumptions.assumeTrue(bytes != null, "skipped: no metadata");
        Set<String> unknown = new TreeSet<>();
        int composed = 0;
        try (ScriptedNode node = node(bytes, spec);
                Subtensor chain = Subtensor.connect(Network.of(node.uri()))) {
            List<Intent> samples = new IntentSamples(STAKED, SUBNET, Netuid.of(3), new Random(7)).all();
            for (Intent intent : samples) {
                try {
                    Plan plan = chain.plan(intent, COLDKEY, Policy.NONE);
                    if (plan.call().isPresent()) {
                        Call call = plan.call().get();
                        byte[] encoded = chain.metadata().encodeCall(call);
                        assertThat(chain.metadata().encodeCall(chain.metadata().decodeCall(encoded)))
                                .isEqualTo(encoded);
                        composed++;
                    } else {
                        assertThat(plan.obstacles()).as("%s", intent).isNotEmpty();
                    }
                } catch (ChainException e) {
                    assertThat(e.code()).as("%s: %s", intent, e).isIn("metadata.unknown", "chain.subnet");
                    if (e.code().equals("metadata.unknown")) {
                        unknown.add(intent.op());
                    }
                } catch (InvalidValueException e) {
                    assertThat(e.code()).as("%s: %s", intent, e).isEqualTo("intent.nothing");
                }
            }
        }
        System.out.println("runtime " + spec + ": " + composed + " composed; it lacks something of " + unknown);
        assertThat(String.join(" ", unknown)).isEqualTo(lacking);
        assertThat(composed).isGreaterThan(40);
    }
}
