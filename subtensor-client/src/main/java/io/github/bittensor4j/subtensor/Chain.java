package io.github.bittensor4j.subtensor;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.BlockRef;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.scale.ScaleException;
import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.subtensor.internal.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Names on top of JSON-RPC: the runtime's metadata, kept as long as the runtime is the same, and what is read by it. */
final class Chain implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Chain.class);

    /** Keys asked for at once while a map is read. */
    private static final int PAGE = 512;

    /** A map larger than this is not read into memory. */
    private static final int MAX_ENTRIES = 1 << 20;

    /** Best first. 15 lists the runtime calls, as 16 does, and every node that has 16 has it too. */
    private static final List<Integer> VERSIONS = List.of(15, 16, 14);

    /** How many runtimes are kept in memory beside the newest. */
    private static final int MOST_OLD_RUNTIMES = 4;

    private final JsonRpc rpc;
    private final Optional<MetadataCache> cache;
    private final Object loading = new Object();
    private final Map<RuntimeVersion, Runtime> old = new LinkedHashMap<>(8, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<RuntimeVersion, Runtime> eldest) {
            return size() > MOST_OLD_RUNTIMES;
        }
    };
    private volatile Runtime runtime;
    private volatile @Nullable ChainState newest;
    private volatile long told;

    /** A runtime: its version and what it says about itself. */
    record Runtime(RuntimeVersion version, Metadata metadata) {}

    Chain(JsonRpc rpc, Optional<Path> cacheFolder) {
        this.rpc = rpc;
        this.cache = cacheFolder.map(MetadataCache::new);
        this.runtime = load(version(rpc.runtimeVersion()), null);
        this.told = runtime.version.specVersion();
        // Where a node does not tell, upgrades are noticed before each submission, and by answers that no longer
        // decode.
        rpc.follow(
                "state_subscribeRuntimeVersion",
                "state_unsubscribeRuntimeVersion",
                news -> told = news.path("specVersion").asLong(told));
    }

    JsonRpc rpc() {
        return rpc;
    }

    String genesisHash() {
        return rpc.genesisHash();
    }

    private static ChainException unexpected(String method, String expected, JsonNode answer) {
        String shown = answer.toString();
        return new ChainException(
                "chain.answer",
                false,
                method + ": the node answered " + (shown.length() > 80 ? shown.substring(0, 80) + "..." : shown)
                        + " (expected: " + expected + ")",
                "this is no node of a chain of this family, or something stands between: ask another");
    }

    static RuntimeVersion version(JsonNode v) {
        if (!v.path("specVersion").isIntegralNumber()
                || !v.path("transactionVersion").isIntegralNumber()) {
            throw unexpected("state_getRuntimeVersion", "a runtime's version", v);
        }
        return new RuntimeVersion(
                v.path("specName").asText(),
                v.path("specVersion").asLong(),
                v.path("transactionVersion").asLong());
    }

    /** The metadata of a runtime: from the folder, else from the node as it was at a block, or is now. */
    private Runtime load(RuntimeVersion version, @Nullable String at) {
        Optional<Metadata> kept = cache.flatMap(c -> c.read(genesisHash(), version.specVersion()));
        if (kept.isPresent()) {
            return new Runtime(version, kept.get());
        }
        byte[] bytes = metadataBytes(at);
        Metadata metadata = Metadata.parse(bytes);
        cache.ifPresent(c -> c.write(genesisHash(), version.specVersion(), bytes));
        return new Runtime(version, metadata);
    }

    private byte[] metadataBytes(@Nullable String at) {
        List<Long> offered = new ArrayList<>();
        try {
            ScaleReader in = new ScaleReader(stateCall("Metadata_metadata_versions", new byte[0], at));
            int count = in.length(4);
            for (int i = 0; i < count; i++) {
                offered.add(in.u32());
            }
            for (int wanted : VERSIONS) {
                if (offered.contains((long) wanted)) {
                    ScaleReader answer = new ScaleReader(
                            stateCall("Metadata_metadata_at_version", new byte[] {(byte) wanted, 0, 0, 0}, at));
                    if (answer.bool()) {
                        return answer.bytes();
                    }
                }
            }
        } catch (NodeException e) {
            LOG.debug("the node does not say which metadata it has: {}", e.getMessage());
        }
        JsonNode answer = at == null ? rpc.call("state_getMetadata") : rpc.call("state_getMetadata", at);
        if (!answer.isTextual()) {
            throw unexpected("state_getMetadata", "bytes in hex", answer);
        }
        return Hex.decode(answer.asText());
    }

    Runtime runtime() {
        if (told != runtime.version.specVersion()) {
            refreshRuntime();
        }
        return runtime;
    }

    /** Asks which runtime the chain runs now, and reads its metadata when it is another one. */
    boolean refreshRuntime() {
        synchronized (loading) {
            Runtime before = runtime;
            RuntimeVersion now = version(rpc.call("state_getRuntimeVersion"));
            if (!now.equals(before.version)) {
                Runtime next = load(now, null);
                LOG.info("runtime upgraded from {} to {}", before.version.specVersion(), now.specVersion());
                old.put(before.version, before);
                runtime = next;
            }
            // Only now: when the new metadata could not be read, the next one tries again.
            told = now.specVersion();
            return runtime != before;
        }
    }

    /** The runtime that a block holds. */
    Runtime runtimeAt(String block) {
        RuntimeVersion version = version(rpc.call("state_getRuntimeVersion", block));
        Runtime current = runtime;
        if (version.equals(current.version)) {
            return current;
        }
        synchronized (loading) {
            Runtime known = old.get(version);
            if (known == null) {
                known = load(version, block);
                old.put(version, known);
            }
            return known;
        }
    }

    String parent(BlockRef block) {
        String hash =
                rpc.call("chain_getHeader", block.hash()).path("parentHash").asText();
        if (hash.isEmpty()) {
            throw new ChainException("chain.answer", true, "the node does not know block " + block.hash(), "");
        }
        return hash;
    }

    /** Does something by the metadata; once more when the runtime turns out to be a new one. */
    <T> T byMetadata(Function<Metadata, T> work) {
        Runtime before = runtime();
        try {
            return work.apply(before.metadata);
        } catch (ScaleException e) {
            if (refreshRuntime() || runtime != before) {
                return work.apply(runtime.metadata);
            }
            throw e;
        }
    }

    BlockRef head() {
        return ref(rpc.call("chain_getBlockHash"));
    }

    /** The newest block's state; the same one as long as it is the newest, so that what is known of its runtime is asked once. */
    ChainState newest() {
        JsonNode hash = rpc.call("chain_getBlockHash");
        ChainState known = newest;
        if (known == null || !known.block().hash().equals(hash.asText())) {
            known = new ChainState(this, ref(hash));
            newest = known;
        }
        return known;
    }

    BlockRef finalized() {
        return ref(rpc.call("chain_getFinalizedHead"));
    }

    private BlockRef ref(JsonNode hash) {
        String text = hash.asText();
        JsonNode header = rpc.call("chain_getHeader", text);
        if (!header.isObject()) {
            throw new ChainException("chain.answer", true, "the node does not know its own block " + text, "");
        }
        return new BlockRef(Headers.number(header), text);
    }

    Optional<String> blockHash(long number) {
        return hash(rpc.call("chain_getBlockHash", number));
    }

    /** The hashes of the blocks from one height to another, both included; empty where the node knows none. */
    List<Optional<String>> blockHashes(long from, long to) {
        return rpc
                .callAll(LongStream.rangeClosed(from, to)
                        .mapToObj(n -> new Question("chain_getBlockHash", n))
                        .toList())
                .stream()
                .map(Chain::hash)
                .toList();
    }

    private static Optional<String> hash(JsonNode answer) {
        if (answer.isNull()) {
            return Optional.empty();
        }
        if (answer.isTextual() && answer.asText().length() == 66) {
            return Optional.of(answer.asText());
        }
        throw unexpected("chain_getBlockHash", "a hash, or null", answer);
    }

    /** The next transaction number, those waiting in the node's pool included. */
    long nextNonce(AccountId account) {
        JsonNode next;
        try {
            next = rpc.call("system_accountNextIndex", account.ss58());
        } catch (NodeException e) {
            if (e.rpcCode() != NodeException.METHOD_NOT_FOUND) {
                throw e;
            }
            next = rpc.call("account_nextIndex", account.ss58());
        }
        if (!next.isIntegralNumber()) {
            throw unexpected("system_accountNextIndex", "a number", next);
        }
        return next.asLong();
    }

    /** How many transactions an account has made up to a block. */
    long accountNonce(AccountId account, BlockRef at) {
        return byMetadata(m -> {
            MetadataTree.Entry entry = m.entry("System", "Account");
            byte[] raw = storage(m.storageKey("System", "Account", account), at.hash())
                    .orElse(null);
            return new Answer("System.Account", m.stored(entry, raw).orElseThrow())
                    .get("nonce")
                    .number();
        });
    }

    Optional<byte[]> storage(byte[] key, @Nullable String at) {
        String hex = Hex.encode(key);
        JsonNode value = at == null ? rpc.call("state_getStorage", hex) : rpc.call("state_getStorage", hex, at);
        if (value.isNull()) {
            return Optional.empty();
        }
        if (value.isTextual()) {
            return Optional.of(Hex.decode(value.asText()));
        }
        throw unexpected("state_getStorage", "bytes in hex, or null", value);
    }

    byte[] stateCall(String method, byte[] arguments, @Nullable String at) {
        String hex = Hex.encode(arguments);
        JsonNode answer = at == null ? rpc.call("state_call", method, hex) : rpc.call("state_call", method, hex, at);
        if (!answer.isTextual()) {
            throw unexpected("state_call " + method, "bytes in hex", answer);
        }
        return Hex.decode(answer.asText());
    }

    Optional<Object> query(String pallet, String item, Object... keys) {
        return queryAt(null, pallet, item, keys);
    }

    Optional<Object> queryAt(@Nullable String at, String pallet, String item, Object... keys) {
        return byMetadata(m -> query(m, at, pallet, item, keys));
    }

    Optional<Object> query(Metadata m, @Nullable String at, String pallet, String item, Object... keys) {
        MetadataTree.Entry entry = m.entry(pallet, item);
        int wanted = entry.hashers() == null ? 0 : entry.hashers().size();
        if (keys.length != wanted) {
            throw new CodecException(
                    "storage.keys", pallet + "." + item + ": " + keys.length + " keys (expected: " + wanted + ")");
        }
        return m.stored(entry, storage(m.storageKey(pallet, item, keys), at).orElse(null));
    }

    /** One value each of several items of a pallet at one block, by one request. Items that the runtime does not have are left out. */
    Map<String, Optional<Object>> queryEach(String at, String pallet, Map<String, List<Object>> keysByItem) {
        return byMetadata(m -> queryEach(m, at, pallet, keysByItem));
    }

    Map<String, Optional<Object>> queryEach(
            Metadata m, String at, String pallet, Map<String, List<Object>> keysByItem) {
        Map<String, String> hexByItem = new LinkedHashMap<>();
        keysByItem.forEach((item, keys) -> {
            if (m.hasStorage(pallet, item)) {
                hexByItem.put(item, Hex.encode(m.storageKey(pallet, item, keys.toArray())));
            }
        });
        Map<String, byte[]> found = values(List.copyOf(hexByItem.values()), at);
        Map<String, Optional<Object>> all = new LinkedHashMap<>();
        hexByItem.forEach((item, hex) -> all.put(item, m.stored(m.entry(pallet, item), found.get(hex))));
        return all;
    }

    /** Many values of one item at one block, in the order of their keys. */
    List<Optional<Object>> queryMany(String at, String pallet, String item, List<Object[]> keys) {
        return byMetadata(m -> queryMany(m, at, pallet, item, keys));
    }

    List<Optional<Object>> queryMany(Metadata m, String at, String pallet, String item, List<Object[]> keys) {
        MetadataTree.Entry entry = m.entry(pallet, item);
        List<String> hex = keys.stream()
                .map(k -> Hex.encode(m.storageKey(pallet, item, k)))
                .toList();
        Map<String, byte[]> found = values(hex, at);
        List<Optional<Object>> all = new ArrayList<>();
        hex.forEach(k -> all.add(m.stored(entry, found.get(k))));
        return all;
    }

    Map<List<Object>, Object> queryMapAt(@Nullable String at, String pallet, String item, Object... firstKeys) {
        String block = at == null ? rpc.call("chain_getBlockHash").asText() : at;
        return byMetadata(m -> queryMap(m, block, pallet, item, firstKeys));
    }

    Map<List<Object>, Object> queryMap(Metadata m, String block, String pallet, String item, Object... firstKeys) {
        Map<List<Object>, Object> all = new LinkedHashMap<>();
        entries(m, block, pallet, item, firstKeys).forEach(entry -> {
            all.put(entry.keys(), entry.value());
            if (all.size() > MAX_ENTRIES) {
                throw new ChainException(
                        "chain.map",
                        false,
                        pallet + "." + item + " has more than " + MAX_ENTRIES + " entries",
                        "give first keys to read a part of it, or walk through entries()");
            }
        });
        return all;
    }

    /** The entries of a map, a page at a time. */
    Stream<MapEntry> entries(Metadata m, String block, String pallet, String item, Object... firstKeys) {
        MetadataTree.Entry entry = m.entry(pallet, item);
        String prefix = Hex.encode(m.storageKey(pallet, item, firstKeys));
        return Stream.iterate(
                        page(block, prefix, null),
                        keys -> !keys.isEmpty(),
                        keys -> keys.size() < PAGE ? List.of() : page(block, prefix, keys.get(keys.size() - 1)))
                .flatMap(keys -> {
                    Map<String, byte[]> values = values(keys, block);
                    return keys.stream()
                            .filter(values::containsKey)
                            .map(key -> new MapEntry(
                                    m.keys(entry, Hex.decode(key)),
                                    m.stored(entry, values.get(key)).orElseThrow()));
                });
    }

    private List<String> page(String block, String prefix, @Nullable String after) {
        JsonNode page = array("state_getKeysPaged", rpc.call("state_getKeysPaged", prefix, PAGE, after, block));
        List<String> keys = new ArrayList<>();
        String before = after;
        for (JsonNode one : page) {
            String key = one.asText();
            // A node that begins again and again would never end.
            if (before == null ? key.compareTo(prefix) < 0 : key.compareTo(before) <= 0) {
                throw unexpected("state_getKeysPaged", "keys after " + (before == null ? prefix : before), page);
            }
            if (!key.startsWith(prefix)) {
                // Chopsticks, once it was asked for a whole map, goes on past the end of a part of it.
                break;
            }
            keys.add(key);
            before = key;
        }
        return keys;
    }

    private static JsonNode array(String method, JsonNode answer) {
        if (!answer.isArray()) {
            throw unexpected(method, "a list", answer);
        }
        return answer;
    }

    private Map<String, byte[]> values(List<String> keys, String at) {
        Map<String, byte[]> all = new LinkedHashMap<>();
        for (int from = 0; from < keys.size(); from += PAGE) {
            List<String> some = keys.subList(from, Math.min(keys.size(), from + PAGE));
            for (JsonNode set : array("state_queryStorageAt", rpc.call("state_queryStorageAt", some, at))) {
                for (JsonNode change : array("state_queryStorageAt", set.path("changes"))) {
                    if (change.path(1).isTextual()) {
                        all.put(
                                change.path(0).asText(),
                                Hex.decode(change.path(1).asText()));
                    }
                }
            }
        }
        return all;
    }

    Object runtimeCallAt(@Nullable String at, String api, String method, Object... arguments) {
        return byMetadata(m -> runtimeCall(m, at, api, method, arguments));
    }

    Object runtimeCall(Metadata m, @Nullable String at, String api, String method, Object... arguments) {
        MetadataTree.Method found = m.runtimeCall(api, method);
        Object answer = m.decodeRuntimeCall(
                api, method, stateCall(api + "_" + method, m.encodeArguments(found, arguments), at));
        return answer instanceof byte[] bytes ? OldAnswers.read(api, method, bytes) : answer;
    }

    Columns columns(Metadata m, @Nullable String at, String api, String method, Object... arguments) {
        MetadataTree.Method found = m.runtimeCall(api, method);
        return m.decodeColumns(api, method, stateCall(api + "_" + method, m.encodeArguments(found, arguments), at));
    }

    /** What including a call would cost its signer now; the signature need not be right for that, only as long. */
    Tao fee(Call call, AccountId payer) {
        // As it would be sent: the length is paid for, and the era and the number have theirs.
        long nonce = nextNonce(payer);
        Era era = Era.mortal(SubmitOptions.defaults().mortality(), 0);
        return byMetadata(m -> {
            byte[] genesis = Hex.decode(genesisHash());
            byte[] extrinsic = m.extrinsics()
                    .unsigned(
                            m.encodeCall(call),
                            payer,
                            KeyScheme.SR25519,
                            new ExtrinsicFormat.Terms(era, genesis, nonce, Tao.ZERO, runtime.version, genesis),
                            0)
                    .signed(new byte[64])
                    .bytes();
            byte[] question =
                    new ScaleWriter().raw(extrinsic).u32(extrinsic.length).toByteArray();
            ScaleReader answer = new ScaleReader(stateCall("TransactionPaymentApi_query_info", question, null));
            // Two compact numbers of weight, the class of the call, the fee; the same in every runtime of this family.
            answer.compactBig();
            answer.compactBig();
            answer.u8();
            Tao fee = Tao.ofRao(answer.u64());
            answer.end();
            return fee;
        });
    }

    /** The runtime's own check of an extrinsic, as the pool asks it; the error's name, or empty when it would be taken. */
    Optional<String> check(SignedExtrinsic extrinsic) {
        return byMetadata(m -> {
            MetadataTree.Method method = m.runtimeCall("TaggedTransactionQueue", "validate_transaction");
            BlockRef at = head();
            // The extrinsic stands there as it is: its type in the metadata is opaque.
            byte[] question = new ScaleWriter()
                    .raw(m.codec().encode(method.inputs().get(0).type(), "External"))
                    .raw(extrinsic.bytes())
                    .raw(Hex.decode(at.hash()))
                    .toByteArray();
            Object answer = m.codec()
                    .decode(
                            method.output(),
                            stateCall("TaggedTransactionQueue_validate_transaction", question, at.hash()));
            return answer instanceof Map<?, ?> map && map.get("Err") != null
                    ? Optional.of(PoolError.name(map.get("Err")))
                    : Optional.empty();
        });
    }

    List<ChainEvent> events(Metadata m, BlockRef block) {
        byte[] raw = storage(m.storageKey("System", "Events"), block.hash())
                .orElseThrow(() -> new ChainException(
                        "chain.answer", true, "block " + block.number() + " has no events", "ask an archive node"));
        return BlockEvents.read(m, raw).all();
    }

    List<Optional<Extrinsic>> extrinsics(Metadata m, BlockRef block) {
        List<Optional<Extrinsic>> all = new ArrayList<>();
        for (JsonNode extrinsic : array(
                "chain_getBlock",
                rpc.call("chain_getBlock", block.hash()).path("block").path("extrinsics"))) {
            Optional<Extrinsic> read;
            try {
                read = Optional.of(m.decodeExtrinsic(Hex.decode(extrinsic.asText())));
            } catch (ScaleException e) {
                LOG.debug("an extrinsic of block {} is not understood: {}", block.number(), e.getMessage());
                read = Optional.empty();
            }
            all.add(read);
        }
        return all;
    }

    @Override
    public void close() {
        rpc.close();
    }
}
