package io.github.bittensor4j.subtensor.reads;

import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.subtensor.ChainException;
import io.github.bittensor4j.subtensor.ChainState;
import io.github.bittensor4j.subtensor.MapEntry;
import io.github.bittensor4j.subtensor.internal.Answer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The chain at the one block of a read, its answers ready to be read by type. */
final class At {
    static final String MODULE = "SubtensorModule";

    /** Mechanisms of a subnet store their columns under {@code mechanism * 4096 + netuid}. */
    private static final int SUBNETS = 4096;

    private final ChainState state;

    At(ChainState state) {
        this.state = state;
    }

    ChainState state() {
        return state;
    }

    long block() {
        return state.block().number();
    }

    static int storageIndex(Netuid netuid, int mechanism) {
        return mechanism * SUBNETS + netuid.value();
    }

    /** The first of several names of an item that the runtime has: the newest name first, as it is told when there is none of them. */
    String first(String newest, String... older) {
        return Stream.concat(Stream.of(newest), Stream.of(older))
                .filter(this::has)
                .findFirst()
                .orElse(newest);
    }

    boolean has(String item) {
        return state.hasStorage(MODULE, item);
    }

    /** Ends a read for which the runtime has not what it is about, before it asks for anything else. */
    void require(String item) {
        if (!has(item)) {
            throw unknown(item);
        }
    }

    private static ChainException unknown(String item) {
        return new ChainException(
                "metadata.unknown", false, "this runtime has no storage item " + MODULE + "." + item, "");
    }

    boolean offers(String api, String method) {
        return state.metadata().hasRuntimeCall(api, method);
    }

    /** A value that is there, stored or by the item's default. */
    Answer value(String pallet, String item, Object... keys) {
        return find(pallet, item, keys)
                .orElseThrow(() -> new ChainException("chain.answer", false, item + " is not stored", ""));
    }

    Optional<Answer> find(String pallet, String item, Object... keys) {
        return state.query(pallet, item, keys).map(v -> new Answer(item, v));
    }

    List<Optional<Answer>> many(String pallet, String item, List<Object[]> keys) {
        return state.queryMany(pallet, item, keys).stream()
                .map(v -> v.map(x -> new Answer(item, x)))
                .toList();
    }

    /** The entries of a map whose first keys are given, in the chain's order. */
    Stream<Entry> entries(String pallet, String item, Object... firstKeys) {
        return state.entries(pallet, item, firstKeys).map(e -> new Entry(item, firstKeys.length, e));
    }

    /** One entry of a map: the keys after those that were given, and the value. */
    record Entry(String item, int given, MapEntry entry) {
        Answer key(int place) {
            return new Answer(item + " key", entry.keys().get(given + place));
        }

        Answer value() {
            return new Answer(item, entry.value());
        }
    }

    Answer call(String api, String method, Object... arguments) {
        return described(api, method, arguments)
                .orElseThrow(() -> new ChainException(
                        "metadata.unknown",
                        false,
                        "this runtime does not describe what " + api + "." + method + " answers",
                        ""));
    }

    /** Empty when the runtime answers bytes that its metadata does not explain, as old ones do: they tell nothing. */
    Optional<Answer> described(String api, String method, Object... arguments) {
        Object value = state.runtimeCall(api, method, arguments);
        boolean opaque = value instanceof byte[]
                || value instanceof Optional<?> optional
                        && optional.filter(byte[].class::isInstance).isPresent();
        return opaque ? Optional.empty() : Optional.of(new Answer(method, value));
    }

    /** Several items of the subnets' pallet by one request. */
    Items items(Map<String, List<Object>> keysByItem) {
        return new Items(state.queryEach(MODULE, keysByItem));
    }

    /** Several items of one subnet that exists, by one request. */
    Items subnet(Netuid netuid, String... items) {
        Map<String, List<Object>> keys = new LinkedHashMap<>();
        keys.put("NetworksAdded", List.of(netuid));
        for (String item : items) {
            keys.put(item, List.of(netuid));
        }
        Items found = items(keys);
        if (!found.get("NetworksAdded").flag()) {
            throw new ChainException(
                    "chain.subnet",
                    false,
                    "subnet " + netuid + " does not exist",
                    "jbt query subnets (Subtensor.subnets()) lists those that do");
        }
        return found;
    }

    /** Values by the names of their items. */
    record Items(Map<String, Optional<Object>> values) {
        /** A value that the runtime has, stored or by the item's default. */
        Answer get(String item) {
            return find(item).orElseThrow(() -> {
                if (values.containsKey(item)) {
                    return new ChainException("chain.answer", false, item + " is not stored", "");
                }
                return unknown(item);
            });
        }

        /** A value that may be absent, of an item that the runtime has. */
        Optional<Answer> stored(String item) {
            if (!values.containsKey(item)) {
                get(item);
            }
            return find(item);
        }

        /** A value that may be absent, or of an item that the runtime may not have. */
        Optional<Answer> find(String item) {
            return values.getOrDefault(item, Optional.empty()).map(v -> new Answer(item, v));
        }
    }
}
