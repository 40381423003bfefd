package io.github.bittensor4j.subtensor;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.BlockRef;
import io.github.bittensor4j.core.scale.ScaleException;
import io.github.bittensor4j.core.scale.ScaleReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
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

    private final JsonRpc rpc;
    private final String genesisHash;
    private final Object loading = new Object();
    private volatile Runtime runtime;
    private volatile boolean stale;

    /** A runtime: its version and what it says about itself. */
    record Runtime(RuntimeVersion version, Metadata metadata) {}

    Chain(JsonRpc rpc) {
        this.rpc = rpc;
        this.genesisHash = blockHash(0)
                .orElseThrow(() -> new ChainException("chain.answer", false, "the node has no genesis block", ""));
        this.runtime = load(version());
        try {
            rpc.subscribe(
                    "state_subscribeRuntimeVersion",
                    "state_unsubscribeRuntimeVersion",
                    true,
                    told -> {
                        if (told.path("specVersion").asLong() != runtime.version.specVersion()) {
                            stale = true;
                        }
                    },
                    () -> {});
        } catch (NodeException e) {
            // Such a node's upgrades are noticed before each submission, and by answers that no longer decode.
            LOG.debug("runtime upgrades are not told: {}", e.getMessage());
        }
    }

    JsonRpc rpc() {
        return rpc;
    }

    String genesisHash() {
        return genesisHash;
    }

    private RuntimeVersion version() {
        return version(rpc.call("state_getRuntimeVersion"));
    }

    static RuntimeVersion version(JsonNode v) {
        return new RuntimeVersion(
                v.path("specName").asText(),
                v.path("specVersion").asLong(),
                v.path("transactionVersion").asLong());
    }

    private Runtime load(RuntimeVersion version) {
        return new Runtime(version, Metadata.parse(metadataBytes()));
    }

    private byte[] metadataBytes() {
        List<Long> offered = new ArrayList<>();
        try {
            ScaleReader in = new ScaleReader(stateCall("Metadata_metadata_versions", new byte[0], null));
            int count = in.length(4);
            for (int i = 0; i < count; i++) {
                offered.add(in.u32());
            }
            for (int wanted : VERSIONS) {
                if (offered.contains((long) wanted)) {
                    ScaleReader answer = new ScaleReader(
                            stateCall("Metadata_metadata_at_version", new byte[] {(byte) wanted, 0, 0, 0}, null));
                    if (answer.bool()) {
                        return answer.bytes();
                    }
                }
            }
        } catch (NodeException e) {
            LOG.debug("the node does not say which metadata it has: {}", e.getMessage());
        }
        return Hex.decode(rpc.call("state_getMetadata").asText());
    }

    Runtime runtime() {
        if (stale) {
            refreshRuntime();
        }
        return runtime;
    }

    /** Asks which runtime the chain runs now, and reads its metadata when it is another one. */
    boolean refreshRuntime() {
        synchronized (loading) {
            RuntimeVersion now = version();
            stale = false;
            if (now.equals(runtime.version)) {
                return false;
            }
            LOG.info("runtime upgraded from {} to {}", runtime.version.specVersion(), now.specVersion());
            runtime = load(now);
            return true;
        }
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
        JsonNode hash = rpc.call("chain_getBlockHash", number);
        return hash.isTextual() ? Optional.of(hash.asText()) : Optional.empty();
    }

    /** The next transaction number, those waiting in the node's pool included. */
    long nextNonce(AccountId account) {
        try {
            return rpc.call("system_accountNextIndex", account.ss58()).asLong();
        } catch (NodeException e) {
            if (e.rpcCode() != NodeException.METHOD_NOT_FOUND) {
                throw e;
            }
            return rpc.call("account_nextIndex", account.ss58()).asLong();
        }
    }

    /** How many transactions an account has made up to a block. */
    long accountNonce(AccountId account, BlockRef at) {
        return byMetadata(m -> {
            MetadataTree.Entry entry = m.entry("System", "Account");
            byte[] raw = storage(m.storageKey("System", "Account", account), at.hash())
                    .orElse(null);
            return new Struct("System.Account", m.stored(entry, raw).orElseThrow()).number("nonce");
        });
    }

    Optional<byte[]> storage(byte[] key, @Nullable String at) {
        String hex = Hex.encode(key);
        JsonNode value = at == null ? rpc.call("state_getStorage", hex) : rpc.call("state_getStorage", hex, at);
        return value.isTextual() ? Optional.of(Hex.decode(value.asText())) : Optional.empty();
    }

    byte[] stateCall(String method, byte[] arguments, @Nullable String at) {
        String hex = Hex.encode(arguments);
        JsonNode answer = at == null ? rpc.call("state_call", method, hex) : rpc.call("state_call", method, hex, at);
        return Hex.decode(answer.asText());
    }

    Optional<Object> query(String pallet, String item, Object... keys) {
        return queryAt(null, pallet, item, keys);
    }

    Optional<Object> queryAt(@Nullable String at, String pallet, String item, Object... keys) {
        return byMetadata(m -> {
            MetadataTree.Entry entry = m.entry(pallet, item);
            int wanted = entry.hashers() == null ? 0 : entry.hashers().size();
            if (keys.length != wanted) {
                throw new CodecException(
                        "storage.keys", pallet + "." + item + ": " + keys.length + " keys (expected: " + wanted + ")");
            }
            return m.stored(entry, storage(m.storageKey(pallet, item, keys), at).orElse(null));
        });
    }

    /** One value each of several items of a pallet at one block, by one request. Items that the runtime does not have are left out. */
    Map<String, Optional<Object>> queryEach(String at, String pallet, Map<String, List<Object>> keysByItem) {
        return byMetadata(m -> {
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
        });
    }

    /** Many values of one item at one block, in the order of their keys. */
    List<Optional<Object>> queryMany(String at, String pallet, String item, List<Object[]> keys) {
        return byMetadata(m -> {
            MetadataTree.Entry entry = m.entry(pallet, item);
            List<String> hex = keys.stream()
                    .map(k -> Hex.encode(m.storageKey(pallet, item, k)))
                    .toList();
            Map<String, byte[]> found = values(hex, at);
            List<Optional<Object>> all = new ArrayList<>();
            hex.forEach(k -> all.add(m.stored(entry, found.get(k))));
            return all;
        });
    }

    Map<List<Object>, Object> queryMapAt(@Nullable String at, String pallet, String item, Object... firstKeys) {
        String block = at == null ? rpc.call("chain_getBlockHash").asText() : at;
        return byMetadata(m -> {
            MetadataTree.Entry entry = m.entry(pallet, item);
            String prefix = Hex.encode(m.storageKey(pallet, item, firstKeys));
            Map<List<Object>, Object> all = new LinkedHashMap<>();
            String last = prefix;
            while (true) {
                JsonNode page = last.equals(prefix)
                        ? rpc.call("state_getKeysPaged", prefix, PAGE, null, block)
                        : rpc.call("state_getKeysPaged", prefix, PAGE, last, block);
                List<String> keys = new ArrayList<>();
                page.forEach(k -> keys.add(k.asText()));
                Map<String, byte[]> values = values(keys, block);
                for (String key : keys) {
                    byte[] value = values.get(key);
                    if (value != null) {
                        all.put(
                                m.keys(entry, Hex.decode(key)),
                                m.stored(entry, value).orElseThrow());
                    }
                }
                if (all.size() > MAX_ENTRIES) {
                    throw new ChainException(
                            "chain.map",
                            false,
                            pallet + "." + item + " has more than " + MAX_ENTRIES + " entries",
                            "give first keys to read a part of it");
                }
                if (keys.size() < PAGE || keys.get(keys.size() - 1).equals(last)) {
                    return all;
                }
                last = keys.get(keys.size() - 1);
            }
        });
    }

    private Map<String, byte[]> values(List<String> keys, String at) {
        Map<String, byte[]> all = new LinkedHashMap<>();
        for (int from = 0; from < keys.size(); from += PAGE) {
            List<String> some = keys.subList(from, Math.min(keys.size(), from + PAGE));
            for (JsonNode set : rpc.call("state_queryStorageAt", some, at)) {
                for (JsonNode change : set.path("changes")) {
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
        return byMetadata(m -> {
            MetadataTree.Method found = m.runtimeCall(api, method);
            byte[] answer = stateCall(api + "_" + method, m.encodeArguments(found, arguments), at);
            return m.codec().decode(found.output(), answer);
        });
    }

    @Override
    public void close() {
        rpc.close();
    }
}
