package io.github.bittensor4j.subtensor;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.BlockRef;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A node of one block whose state and answers a test writes down as plain values: they are encoded by a runtime's own metadata and read
 * over a real WebSocket. What was not written down is not stored, and a runtime call that was not is an error.
 */
final class EncodedNode implements AutoCloseable {
    static final long HEAD = 1000;

    private final Metadata metadata;
    private final ScriptedNode node;
    private final NavigableMap<String, String> stored = new ConcurrentSkipListMap<>();
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final Map<String, Object> headers = new ConcurrentHashMap<>();
    private volatile UnaryOperator<@Nullable String> otherwiseStored = key -> null;
    private volatile Function<String, @Nullable String> otherwise = call -> null;

    EncodedNode(byte[] metadata) throws IOException {
        this.metadata = StorageKeysVectorTest.Spec.parsed(metadata);
        String bytes = Hex.encode(metadata);
        this.node = new ScriptedNode()
                .on("chain_getBlockHash", (peer, request) -> {
                    JsonNode number = request.path("params").path(0);
                    peer.answer(request, number.asLong(HEAD) > HEAD ? null : hash(number.asLong(HEAD)));
                })
                .on("chain_getHeader", (peer, request) -> {
                    String hash = request.path("params").path(0).asText();
                    peer.answer(request, headers.computeIfAbsent(hash, h -> header(number(h), 0)));
                })
                .answering(
                        "state_getRuntimeVersion", Map.of("specName", "x", "specVersion", 1, "transactionVersion", 1))
                .answering("state_getMetadata", bytes)
                .answering("state_subscribeRuntimeVersion", "versions")
                .on(
                        "state_getStorage",
                        (peer, request) -> peer.answer(
                                request, storedAt(request.get("params").get(0).asText())))
                .on("state_queryStorageAt", (peer, request) -> {
                    List<List<String>> changes = new ArrayList<>();
                    request.get("params").get(0).forEach(key -> {
                        List<String> change = new ArrayList<>(List.of(key.asText()));
                        change.add(storedAt(key.asText()));
                        changes.add(change);
                    });
                    peer.answer(request, List.of(Map.of("block", hash(HEAD), "changes", changes)));
                })
                .on("state_getKeysPaged", (peer, request) -> {
                    String prefix = request.get("params").get(0).asText();
                    JsonNode after = request.get("params").get(2);
                    peer.answer(
                            request,
                            stored.tailMap(after.isNull() ? prefix : after.asText(), after.isNull()).keySet().stream()
                                    .filter(k -> k.startsWith(prefix))
                                    .limit(request.get("params").get(1).asInt())
                                    .toList());
                })
                .on("state_call", (peer, request) -> {
                    String call = request.get("params").get(0).asText();
                    String arguments = request.get("params").get(1).asText();
                    String written = answers.get(call + arguments);
                    String answer = written == null ? otherwise.apply(call) : written;
                    if (answer != null) {
                        peer.answer(request, answer);
                    } else {
                        peer.error(request, -32603, "Execution failed: " + call, null);
                    }
                });
    }

    private static Map<String, Object> header(long number, long fork) {
        return Map.of(
                "number", "0x" + Long.toHexString(number),
                "parentHash", hash(number - 1),
                "stateRoot", hash(fork),
                "extrinsicsRoot", hash(0),
                "digest", Map.of("logs", List.of()));
    }

    /** Tells of a block of some height to whoever subscribed to heads; another fork, another block. */
    void announce(ScriptedNode.Peer subscriber, long number, long fork) {
        Map<String, Object> header = header(number, fork);
        headers.put(Headers.ref(ScriptedNode.JSON.valueToTree(header)).hash(), header);
        subscriber.notice("heads", header);
    }

    static String hash(long number) {
        return String.format("0x%064x", number + 0xb10c0000L);
    }

    private static long number(String hash) {
        return Long.parseLong(hash.substring(50), 16) - 0xb10c0000L;
    }

    static BlockRef head() {
        return new BlockRef(HEAD, hash(HEAD));
    }

    Metadata metadata() {
        return metadata;
    }

    ScriptedNode node() {
        return node;
    }

    Subtensor connect() {
        return Subtensor.connect(
                Network.of(node.uri()), SubtensorOptions.defaults().withoutMetadataCache());
    }

    /** Stores a value under {@code Pallet.Item}, or under an item of the subnets' pallet. */
    EncodedNode put(String item, Object value, Object... keys) {
        int dot = item.indexOf('.');
        String pallet = dot < 0 ? "SubtensorModule" : item.substring(0, dot);
        String name = item.substring(dot + 1);
        stored.put(
                Hex.encode(metadata.storageKey(pallet, name, keys)),
                Hex.encode(metadata.codec().encode(metadata.entry(pallet, name).value(), value)));
        return this;
    }

    /** Answers {@code Api.method} when it is asked with these arguments. */
    EncodedNode answer(String call, Object value, Object... arguments) {
        int dot = call.indexOf('.');
        MetadataTree.Method method = metadata.runtimeCall(call.substring(0, dot), call.substring(dot + 1));
        answers.put(
                call.replace('.', '_') + Hex.encode(metadata.encodeArguments(method, arguments)),
                Hex.encode(metadata.codec().encode(method.output(), value)));
        return this;
    }

    /** Stores bytes as a node was recorded to hold them. */
    EncodedNode recorded(String key, String value) {
        stored.put(key, value);
        return this;
    }

    /** Answers {@code Api_method} with bytes as a node was recorded to. */
    EncodedNode recordedAnswer(String call, String arguments, String answer) {
        answers.put(call + arguments, answer);
        return this;
    }

    private @Nullable String storedAt(String key) {
        String written = stored.get(key);
        return written == null ? otherwiseStored.apply(key) : written;
    }

    /** What is stored under keys under which nothing was written down, and what runtime calls answer to {@code Api_method}; in hex. */
    EncodedNode otherwise(UnaryOperator<@Nullable String> stored, Function<String, @Nullable String> answers) {
        this.otherwiseStored = stored;
        this.otherwise = answers;
        return this;
    }

    static Map<String, Object> map(Object... namesAndValues) {
        Map<String, Object> map = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }

    @Override
    public void close() {
        node.close();
    }
}
