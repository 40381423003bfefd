package io.github.bittensor4j.localnet.internal.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.scale.ScaleException;
import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.localnet.internal.node.Block;
import io.github.bittensor4j.localnet.internal.node.Chain;
import io.github.bittensor4j.localnet.internal.node.Hash;
import io.github.bittensor4j.localnet.internal.node.TransactionStatus;
import io.github.bittensor4j.localnet.internal.pallets.RuntimeIdentity;
import io.github.bittensor4j.localnet.internal.state.Snapshot;
import io.github.bittensor4j.localnet.internal.state.StorageKey;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The methods of the node by name, and what they answer. Thread-safe. */
final class Methods {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int HASH_BYTES = 32;
    private static final int MOST_KEYS_A_PAGE = 1000;

    /**
     * A block is final at once, but its watchers hear so a moment later: clients that look at the block first, as polkadot.js does, would
     * otherwise never show their user that the extrinsic is in one.
     */
    private static final long FINALITY_MILLIS = 250;

    private final Chain chain;
    private final String version;
    private final Map<String, Method> methods = new TreeMap<>();
    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "localnet-notify");
        thread.setDaemon(true);
        return thread;
    });

    /** What a method does. */
    @FunctionalInterface
    private interface Method {
        Answer answer(Optional<Connection> connection, Parameters parameters);
    }

    /** An answer, and what is to be done once it is on its way: a subscription's first notification comes behind its id. */
    record Answer(JsonNode result, Runnable then) {
        static Answer of(JsonNode result) {
            return new Answer(result, () -> {});
        }
    }

    Methods(Chain chain, String version) {
        this.chain = chain;
        this.version = version;
        system();
        blocks();
        state();
        author();
        plain("rpc_methods", p -> {
            ObjectNode answer = JSON.objectNode();
            answer.put("version", 1);
            ArrayNode names = answer.putArray("methods");
            methods.keySet().forEach(names::add);
            return answer;
        });
    }

    Answer call(String method, Optional<Connection> connection, Parameters parameters) {
        Method code = methods.get(method);
        if (code == null) {
            throw RpcException.unknownMethod(method);
        }
        return code.answer(connection, parameters);
    }

    private void plain(String name, Function<Parameters, JsonNode> code) {
        methods.put(name, (connection, parameters) -> Answer.of(code.apply(parameters)));
    }

    private void alias(String alias, String name) {
        Method code = methods.get(name);
        if (code == null) {
            throw new IllegalStateException(name);
        }
        methods.put(alias, code);
    }

    /** What begins when the id is on its way. */
    @FunctionalInterface
    private interface Start {
        void start(Connection.Subscription subscription, Parameters parameters);
    }

    private void subscription(String subscribe, String notification, String unsubscribe, Start start) {
        methods.put(subscribe, (connection, parameters) -> {
            Connection.Subscription made = connection
                    .orElseThrow(() -> new RpcException(
                            -32601, "Method not found: " + subscribe + " needs a WebSocket connection", ""))
                    .subscribe(notification, unsubscribe);
            return new Answer(TextNode.valueOf(made.id()), () -> start.start(made, parameters));
        });
        methods.put(
                unsubscribe,
                (connection, parameters) -> Answer.of(BooleanNode.valueOf(connection.isPresent()
                        && connection.get().unsubscribe(parameters.text(0, "a subscription id"), unsubscribe))));
    }

    private static TextNode hex(byte[] bytes) {
        return TextNode.valueOf("0x" + HexFormat.of().formatHex(bytes));
    }

    private static JsonNode hex(Optional<byte[]> bytes) {
        return bytes.<JsonNode>map(Methods::hex).orElse(NullNode.getInstance());
    }

    private static JsonNode text(Optional<Hash> hash) {
        return hash.<JsonNode>map(h -> TextNode.valueOf(h.toString())).orElse(NullNode.getInstance());
    }

    // ---- system

    private void system() {
        plain("system_name", p -> TextNode.valueOf("bittensor4j localnet"));
        plain("system_version", p -> TextNode.valueOf(version));
        plain("system_chain", p -> TextNode.valueOf("Bittensor"));
        plain("system_chainType", p -> TextNode.valueOf("Local"));
        plain(
                "system_properties",
                p -> JSON.objectNode()
                        .put("isEthereum", false)
                        .put("ss58Format", 42)
                        .put("tokenDecimals", 9)
                        .put("tokenSymbol", "TAO"));
        plain(
                "system_health",
                p -> JSON.objectNode().put("peers", 0).put("isSyncing", false).put("shouldHavePeers", false));
        plain("system_peers", p -> JSON.arrayNode());
        plain("system_nodeRoles", p -> JSON.arrayNode().add("Authority"));
        plain("system_localListenAddresses", p -> JSON.arrayNode());
        plain(
                "system_syncState",
                p -> JSON.objectNode()
                        .put("startingBlock", 0)
                        .put("currentBlock", chain.head().number())
                        .put("highestBlock", chain.head().number()));
        plain("system_accountNextIndex", p -> JSON.numberNode(chain.nextNonce(p.account(0))));
        alias("account_nextIndex", "system_accountNextIndex");
        plain("system_dryRun", p -> hex(chain.dryRun(p.bytes(0, "an extrinsic"))));
    }

    // ---- blocks

    private void blocks() {
        plain("chain_getHeader", p -> wanted(p, 0).map(this::header).orElse(NullNode.getInstance()));
        plain("chain_getBlock", p -> wanted(p, 0).map(this::block).orElse(NullNode.getInstance()));
        plain("chain_getBlockHash", this::blockHash);
        alias("chain_getHead", "chain_getBlockHash");
        plain(
                "chain_getFinalizedHead",
                p -> TextNode.valueOf(chain.head().hash().toString()));
        alias("chain_getFinalisedHead", "chain_getFinalizedHead");
        heads("chain_subscribeNewHeads", "chain_newHead", "chain_unsubscribeNewHeads");
        heads("chain_subscribeAllHeads", "chain_allHead", "chain_unsubscribeAllHeads");
        heads("chain_subscribeFinalizedHeads", "chain_finalizedHead", "chain_unsubscribeFinalizedHeads");
        alias("chain_subscribeNewHead", "chain_subscribeNewHeads");
        alias("chain_unsubscribeNewHead", "chain_unsubscribeNewHeads");
        alias("subscribe_newHead", "chain_subscribeNewHeads");
        alias("unsubscribe_newHead", "chain_unsubscribeNewHeads");
        alias("chain_subscribeFinalisedHeads", "chain_subscribeFinalizedHeads");
        alias("chain_unsubscribeFinalisedHeads", "chain_unsubscribeFinalizedHeads");
    }

    private void heads(String subscribe, String notification, String unsubscribe) {
        subscription(subscribe, notification, unsubscribe, (subscription, parameters) -> {
            HeadFeed feed = new HeadFeed(subscription);
            subscription.stopWith(chain.onBlock((block, changes) -> feed.hear(block)));
            feed.hear(chain.head());
        });
    }

    /** Heads in order, each once: a block may be made while the subscription begins. */
    private final class HeadFeed {
        private final Connection.Subscription subscription;
        private long last = -1;

        HeadFeed(Connection.Subscription subscription) {
            this.subscription = subscription;
        }

        synchronized void hear(Block block) {
            if (block.number() > last) {
                last = block.number();
                subscription.tell(header(block));
            }
        }
    }

    private Optional<Block> wanted(Parameters parameters, int index) {
        Optional<Hash> hash = parameters.hash(index);
        return hash.isPresent() ? chain.block(hash.get()) : Optional.of(chain.head());
    }

    private JsonNode header(Block block) {
        ObjectNode header = JSON.objectNode();
        header.put("parentHash", block.parent().toString());
        header.put("number", "0x" + Long.toHexString(block.number()));
        header.put("stateRoot", block.stateRoot().toString());
        header.put("extrinsicsRoot", block.extrinsicsRoot().toString());
        ArrayNode logs = header.putObject("digest").putArray("logs");
        block.digest().forEach(item -> logs.add(hex(item)));
        return header;
    }

    private JsonNode block(Block block) {
        ObjectNode answer = JSON.objectNode();
        ObjectNode inner = answer.putObject("block");
        inner.set("header", header(block));
        ArrayNode extrinsics = inner.putArray("extrinsics");
        block.extrinsics().forEach(bytes -> extrinsics.add(hex(bytes)));
        answer.putNull("justifications");
        return answer;
    }

    private JsonNode blockHash(Parameters parameters) {
        Optional<JsonNode> wanted = parameters.node(0);
        if (wanted.isEmpty()) {
            return TextNode.valueOf(chain.head().hash().toString());
        }
        if (wanted.get().isArray()) {
            ArrayNode answer = JSON.arrayNode();
            wanted.get().forEach(number -> answer.add(text(chain.hash(number(number)))));
            return answer;
        }
        return text(chain.hash(number(wanted.get())));
    }

    private static long number(JsonNode node) {
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return node.longValue();
        }
        if (node.isTextual() && node.textValue().matches("0x[0-9a-fA-F]{1,15}")) {
            return Long.parseLong(node.textValue().substring(2), 16);
        }
        throw RpcException.parameters("a block number is expected");
    }

    // ---- state

    private record At(Block block, Snapshot state) {}

    private At at(Parameters parameters, int index) {
        Optional<Hash> hash = parameters.hash(index);
        if (hash.isEmpty()) {
            // The head may move on while its state is looked up, but by far less than what is kept.
            Block head = chain.head();
            return new At(head, chain.state(head).orElseThrow());
        }
        Block block = chain.block(hash.get())
                .orElseThrow(() -> RpcException.unknownBlock(hash.get().toString()));
        return new At(
                block,
                chain.state(block)
                        .orElseThrow(() -> RpcException.discarded(hash.get().toString())));
    }

    private void state() {
        plain("state_getStorage", p -> hex(at(p, 1).state().get(p.key(0))));
        alias("state_getStorageAt", "state_getStorage");
        plain("state_getStorageHash", p -> hex(at(p, 1).state().get(p.key(0)).map(Hashes::blake2b256)));
        alias("state_getStorageHashAt", "state_getStorageHash");
        plain(
                "state_getStorageSize",
                p -> at(p, 1).state()
                        .get(p.key(0))
                        .<JsonNode>map(value -> JSON.numberNode(value.length))
                        .orElse(NullNode.getInstance()));
        alias("state_getStorageSizeAt", "state_getStorageSize");
        plain(
                "state_getKeysPaged",
                p -> keys(at(p, 3).state(), p.optionalKey(0), p.count(1, MOST_KEYS_A_PAGE), p.optionalKey(2)));
        alias("state_getKeysPagedAt", "state_getKeysPaged");
        plain("state_getKeys", p -> keys(at(p, 1).state(), p.optionalKey(0), Integer.MAX_VALUE, Optional.empty()));
        plain("state_queryStorageAt", p -> {
            At at = at(p, 1);
            return JSON.arrayNode().add(changes(at.block().hash(), p.keys(0), at.state()));
        });
        plain("state_call", this::runtimeCall);
        alias("state_callAt", "state_call");
        plain("state_getMetadata", p -> {
            at(p, 0);
            return hex(chain.runtime().metadata(14));
        });
        plain("state_getRuntimeVersion", p -> {
            Optional<Hash> hash = p.hash(0);
            if (hash.isPresent() && chain.block(hash.get()).isEmpty()) {
                throw RpcException.unknownBlock(hash.get().toString());
            }
            return runtimeVersion();
        });
        alias("chain_getRuntimeVersion", "state_getRuntimeVersion");
        subscription(
                "state_subscribeRuntimeVersion",
                "state_runtimeVersion",
                "state_unsubscribeRuntimeVersion",
                (subscription, parameters) -> subscription.tell(runtimeVersion()));
        alias("chain_subscribeRuntimeVersion", "state_subscribeRuntimeVersion");
        alias("chain_unsubscribeRuntimeVersion", "state_unsubscribeRuntimeVersion");
        subscription("state_subscribeStorage", "state_storage", "state_unsubscribeStorage", this::subscribeStorage);
    }

    private void subscribeStorage(Connection.Subscription subscription, Parameters parameters) {
        List<StorageKey> keys = parameters.keys(0);
        Block now = chain.head();
        subscription.stopWith(chain.onBlock((block, changed) -> {
            List<StorageKey> those = keys.stream().filter(changed::containsKey).toList();
            if (!those.isEmpty() && block.number() > now.number()) {
                subscription.tell(
                        changes(block.hash(), those, chain.state(block).orElseThrow()));
            }
        }));
        subscription.tell(changes(now.hash(), keys, chain.state(now).orElseThrow()));
    }

    private static JsonNode keys(Snapshot state, Optional<StorageKey> prefix, int count, Optional<StorageKey> after) {
        StorageKey from = prefix.orElse(StorageKey.of(new byte[0]));
        ArrayNode found = JSON.arrayNode();
        if (count > 0) {
            // The key that is asked from is not among the answers, also when it is the prefix itself.
            state.scan(from, after.orElse(from), (key, value) -> {
                if (after.isEmpty() || !after.get().equals(key)) {
                    found.add(key.toString());
                }
                return found.size() < count;
            });
        }
        return found;
    }

    private static ObjectNode changes(Hash block, List<StorageKey> keys, Snapshot state) {
        ObjectNode answer = JSON.objectNode();
        answer.put("block", block.toString());
        ArrayNode changes = answer.putArray("changes");
        for (StorageKey key : keys) {
            changes.addArray().add(key.toString()).add(hex(state.get(key)));
        }
        return answer;
    }

    private JsonNode runtimeCall(Parameters parameters) {
        String method = parameters.text(0, "a runtime API's name");
        byte[] input = parameters.bytes(1, "the SCALE bytes of its arguments");
        At at = at(parameters, 2);
        byte[] answer;
        try {
            if (method.equals("TaggedTransactionQueue_validate_transaction")) {
                return hex(validity(input));
            }
            answer = chain.runtime()
                    .callApi(method, input, at.state(), at.block().number())
                    .orElseThrow(() -> RpcException.execution("Exported method " + method + " is not found"));
        } catch (ScaleException e) {
            throw RpcException.execution("arguments of " + method + " can not be decoded: " + e.getMessage());
        }
        return hex(answer);
    }

    /** The pool's question, which only the chain with its pool can answer: whence it comes, the extrinsic, the block. */
    private byte[] validity(byte[] input) {
        ScaleReader in = new ScaleReader(input);
        in.u8();
        byte[] body = in.bytes();
        in.raw(HASH_BYTES);
        in.end();
        return chain.validity(new ScaleWriter(body.length + 4).bytes(body).toByteArray());
    }

    private JsonNode runtimeVersion() {
        Map<String, Object> plain = RuntimeIdentity.plain(chain.runtime().declarations());
        ObjectNode answer = JSON.objectNode();
        answer.put("specName", RuntimeIdentity.SPEC_NAME);
        answer.put("implName", RuntimeIdentity.SPEC_NAME);
        answer.put("authoringVersion", 1);
        answer.put("specVersion", RuntimeIdentity.SPEC_VERSION);
        answer.put("implVersion", 1);
        ArrayNode apis = answer.putArray("apis");
        for (Object api : (List<?>) plain.getOrDefault("apis", List.of())) {
            List<?> pair = (List<?>) api;
            apis.addArray().add(hex((byte[]) pair.get(0))).add((Long) pair.get(1));
        }
        answer.put("transactionVersion", RuntimeIdentity.TRANSACTION_VERSION);
        answer.put("systemVersion", RuntimeIdentity.STATE_VERSION);
        answer.put("stateVersion", RuntimeIdentity.STATE_VERSION);
        return answer;
    }

    // ---- extrinsics

    private void author() {
        plain(
                "author_submitExtrinsic",
                p -> TextNode.valueOf(chain.submit(p.bytes(0, "an extrinsic")).toString()));
        methods.put("author_submitAndWatchExtrinsic", (connection, parameters) -> {
            byte[] extrinsic = parameters.bytes(0, "an extrinsic");
            Connection.Subscription made = connection
                    .orElseThrow(() -> new RpcException(
                            -32601,
                            "Method not found: author_submitAndWatchExtrinsic needs a WebSocket connection",
                            ""))
                    .subscribe("author_extrinsicUpdate", "author_unwatchExtrinsic");
            Watcher watcher = new Watcher(made);
            try {
                chain.submit(extrinsic, watcher::hear);
            } catch (RuntimeException refused) {
                made.end();
                throw refused;
            }
            return new Answer(TextNode.valueOf(made.id()), watcher::open);
        });
        methods.put(
                "author_unwatchExtrinsic",
                (connection, parameters) -> Answer.of(BooleanNode.valueOf(connection.isPresent()
                        && connection
                                .get()
                                .unsubscribe(parameters.text(0, "a subscription id"), "author_unwatchExtrinsic"))));
        plain("author_pendingExtrinsics", p -> {
            ArrayNode pending = JSON.arrayNode();
            chain.pending().forEach(bytes -> pending.add(hex(bytes)));
            return pending;
        });
        plain("payment_queryInfo", p -> {
            at(p, 1);
            Chain.Quote quote;
            try {
                quote = chain.quote(p.bytes(0, "an extrinsic"));
            } catch (ScaleException e) {
                throw RpcException.parameters("the extrinsic can not be decoded: " + e.getMessage());
            }
            ObjectNode answer = JSON.objectNode();
            answer.putObject("weight")
                    .put("ref_time", quote.weight().refTime())
                    .put("proof_size", quote.weight().proofSize());
            answer.put("class", quote.dispatchClass().toLowerCase(Locale.ROOT));
            answer.put("partialFee", Long.toUnsignedString(quote.partialFee().rao()));
            return answer;
        });
    }

    /** Passes on what becomes of an extrinsic, once its subscription's id is on its way. */
    private final class Watcher {
        private final Connection.Subscription subscription;
        private final List<TransactionStatus> early = new ArrayList<>();
        private boolean open;

        Watcher(Connection.Subscription subscription) {
            this.subscription = subscription;
        }

        synchronized void hear(TransactionStatus status) {
            if (!open) {
                early.add(status);
            } else if (status.state().equals("finalized")) {
                try {
                    later.schedule(() -> tell(status), FINALITY_MILLIS, TimeUnit.MILLISECONDS);
                } catch (RejectedExecutionException closing) {
                    subscription.end();
                }
            } else {
                tell(status);
            }
        }

        synchronized void open() {
            open = true;
            early.forEach(this::hear);
        }

        private void tell(TransactionStatus status) {
            subscription.tell(status(status));
            if (status.last()) {
                subscription.end();
            }
        }
    }

    void close() {
        later.shutdownNow();
    }

    private static JsonNode status(TransactionStatus status) {
        return status.block()
                .<JsonNode>map(hash -> JSON.objectNode().put(status.state(), hash.toString()))
                .orElse(TextNode.valueOf(status.state()));
    }
}
