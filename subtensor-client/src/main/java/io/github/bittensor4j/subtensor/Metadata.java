package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.subtensor.internal.Answer;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a runtime says about itself: its pallets, calls, storage, events, errors, constants, runtime calls and types; and with it the
 * translation of anything on its chain to plain values and back. Everything is found by name. Immutable and safe for many threads.
 *
 * <p>Plain values, as they are given out:
 *
 * <ul>
 *   <li>whole numbers: {@link Long} for types of up to 32 bits and for {@code i64}, {@link BigInteger} for wider ones; compact numbers
 *       like the number inside
 *   <li>{@code bool}: {@link Boolean}; {@code str} and {@code char}: {@link String}
 *   <li>vectors and arrays of bytes: {@code byte[]}; other vectors, arrays, sets and tuples: {@link List}; nothing, {@code ()}, the empty
 *       list
 *   <li>structs with named fields: {@link Map} of names to values, in order; a wrapper of one nameless field: the value inside; with more
 *       nameless fields: a list
 *   <li>ordered maps: {@link Map}
 *   <li>accounts: {@link AccountId}
 *   <li>optional values: {@link Optional}
 *   <li>other enums: the variant's name as {@link String} when it has no fields, else a {@link Map} of the one name to its fields
 *   <li>fixed-point numbers: {@link FixedPoint}
 *   <li>calls: {@link Call}; events: {@link ChainEvent}; sequences of bits: a list of {@link Boolean}
 * </ul>
 *
 * <p>Taken as well when encoding: any integer type in range, {@code Tao}, {@code Alpha}, {@code Netuid} and {@code Uid} for numbers; a {@link java.math.BigDecimal} or a
 * map of {@code bits} for a fixed-point number; {@code 0x} hex or text for bytes; an SS58 address for an account or for an address of one; the bare value for a present optional one, and its
 * absence from a map for an absent one.
 */
public final class Metadata {
    /** What chains of this family call their token when they are built, and how many decimals it has. */
    private static final String TOKEN = "TAO";

    private static final int TOKEN_DECIMALS = 9;

    private final MetadataTree tree;
    private final TypeCodec codec;
    private final int callType;
    private final ExtrinsicFormat extrinsics;
    private final Map<String, Integer> pallets;
    private final Map<String, Integer> apis;
    private final Map<String, Pallet> usedPallets = new ConcurrentHashMap<>();
    private final Map<String, Map<String, MetadataTree.Method>> usedApis = new ConcurrentHashMap<>();

    /** One pallet's names. */
    private record Pallet(
            MetadataTree.Pallet pallet,
            Map<String, MetadataTree.Entry> storage,
            Map<String, MetadataTree.Constant> constants) {
        static Pallet of(MetadataTree.Pallet pallet) {
            Map<String, MetadataTree.Entry> storage = new LinkedHashMap<>();
            MetadataTree.Storage stored = pallet.storage();
            if (stored != null) {
                stored.entries().forEach(e -> storage.put(e.name(), e));
            }
            Map<String, MetadataTree.Constant> constants = new LinkedHashMap<>();
            pallet.constants().forEach(c -> constants.put(c.name(), c));
            return new Pallet(pallet, storage, constants);
        }
    }

    private Metadata(MetadataTree tree) {
        this.tree = tree;
        this.callType = tree.outerCall() >= 0 ? tree.outerCall() : ExtrinsicFormat.parameter(tree, "Call");
        this.codec = new TypeCodec(tree.types(), callType, eventType(tree, callType));
        this.extrinsics = new ExtrinsicFormat(tree, codec, callType);
        this.pallets = places(MetadataReader.names(tree.pallets(), MetadataTree.Pallet::name));
        this.apis = places(MetadataReader.names(tree.apis(), MetadataTree.Api::name));
    }

    private static Map<String, Integer> places(List<String> names) {
        Map<String, Integer> places = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            places.put(names.get(i), i);
        }
        return Collections.unmodifiableMap(places);
    }

    private @Nullable Pallet find(String pallet) {
        Integer place = pallets.get(pallet);
        return place == null
                ? null
                : usedPallets.computeIfAbsent(
                        pallet, p -> Pallet.of(tree.pallets().get(place)));
    }

    private Map<String, MetadataTree.Method> methods(String api) {
        Integer place = apis.get(api);
        return place == null
                ? Map.of()
                : usedApis.computeIfAbsent(api, a -> {
                    Map<String, MetadataTree.Method> methods = new LinkedHashMap<>();
                    tree.apis().get(place).methods().forEach(m -> methods.put(m.name(), m));
                    return methods;
                });
    }

    /** Metadata 14 does not say which type is the runtime's event: it is called so, and lives where the runtime's call lives. */
    private static int eventType(MetadataTree tree, int callType) {
        if (tree.outerEvent() >= 0) {
            return tree.outerEvent();
        }
        List<String> call =
                callType < tree.types().size() ? tree.types().get(callType).path() : List.of();
        if (!call.isEmpty()) {
            List<String> path = new ArrayList<>(call);
            path.set(path.size() - 1, "RuntimeEvent");
            for (int i = 0; i < tree.types().size(); i++) {
                if (tree.types().get(i).path().equals(path)) {
                    return i;
                }
            }
        }
        return -1;
    }

    /**
     * Reads metadata of version 14, 15 or 16.
     *
     * @param bytes as {@code state_getMetadata} gives them: the magic first, to the last byte; at most 8 MiB
     * @return the metadata
     * @throws io.github.bittensor4j.core.scale.ScaleException when it is of another version, cut short, or not metadata at all
     */
    public static Metadata parse(byte[] bytes) {
        return new Metadata(MetadataTree.read(bytes));
    }

    /**
     * Writes the metadata again.
     *
     * @return the same bytes that {@link #parse} read
     */
    public byte[] encode() {
        return tree.write();
    }

    /**
     * The form of the metadata itself.
     *
     * @return 14, 15 or 16
     */
    public int version() {
        return tree.version();
    }

    /**
     * The runtime's pallets.
     *
     * @return their names, in the runtime's order
     */
    public List<String> pallets() {
        return List.copyOf(pallets.keySet());
    }

    /**
     * The calls of a pallet.
     *
     * @param pallet such as {@code SubtensorModule}
     * @return their names, in the runtime's order; empty when it has none or is unknown
     */
    public List<String> calls(String pallet) {
        return names(ref(pallet, MetadataTree.Pallet::calls));
    }

    /**
     * The events of a pallet.
     *
     * @param pallet such as {@code SubtensorModule}
     * @return their names, in the runtime's order; empty when it has none or is unknown
     */
    public List<String> events(String pallet) {
        return names(ref(pallet, MetadataTree.Pallet::events));
    }

    /**
     * The storage items of a pallet.
     *
     * @param pallet such as {@code SubtensorModule}
     * @return their names, in the runtime's order; empty when it has none or is unknown
     */
    public List<String> storageItems(String pallet) {
        Pallet found = find(pallet);
        return found == null ? List.of() : List.copyOf(found.storage.keySet());
    }

    /**
     * The constants of a pallet.
     *
     * @param pallet such as {@code SubtensorModule}
     * @return their names, in the runtime's order; empty when it has none or is unknown
     */
    public List<String> constants(String pallet) {
        Pallet found = find(pallet);
        return found == null ? List.of() : List.copyOf(found.constants.keySet());
    }

    /**
     * What the runtime can be asked.
     *
     * @return the names of its APIs, in the runtime's order; empty in metadata 14, which does not list them
     */
    public List<String> runtimeApis() {
        return List.copyOf(apis.keySet());
    }

    /**
     * The methods of a runtime API.
     *
     * @param api such as {@code SubnetInfoRuntimeApi}
     * @return their names, in the runtime's order; empty when it is unknown
     */
    public List<String> runtimeCalls(String api) {
        return List.copyOf(methods(api).keySet());
    }

    /**
     * Whether the runtime knows a call.
     *
     * @param pallet such as {@code SubtensorModule}
     * @param function such as {@code set_weights}
     * @return true when it does
     */
    public boolean hasCall(String pallet, String function) {
        return codec.types().has(callType, pallet, function);
    }

    /**
     * The arguments of a call.
     *
     * @param pallet such as {@code SubtensorModule}
     * @param function such as {@code set_weights}
     * @return their names, in order
     * @throws ChainException when the runtime has no such call
     */
    public List<String> callArguments(String pallet, String function) {
        return variant(ref(pallet, MetadataTree.Pallet::calls), function)
                .orElseThrow(() -> unknown("call", pallet, function))
                .fields()
                .stream()
                .map(f -> String.valueOf(f.name()))
                .toList();
    }

    /**
     * Whether the runtime has a storage item.
     *
     * @param pallet such as {@code SubtensorModule}
     * @param item such as {@code Tempo}
     * @return true when it does
     */
    public boolean hasStorage(String pallet, String item) {
        Pallet found = find(pallet);
        return found != null && found.storage.containsKey(item);
    }

    /**
     * Whether the runtime answers a runtime call.
     *
     * @param api such as {@code SubnetInfoRuntimeApi}
     * @param method such as {@code get_metagraph}
     * @return true when it does; always false in metadata 14, which does not list them
     */
    public boolean hasRuntimeCall(String api, String method) {
        return methods(api).containsKey(method);
    }

    /**
     * A constant of the runtime.
     *
     * @param pallet such as {@code Balances}
     * @param name such as {@code ExistentialDeposit}
     * @return its value, plain
     * @throws ChainException when there is no such constant
     */
    public Object constant(String pallet, String name) {
        Pallet found = find(pallet);
        MetadataTree.Constant constant = found == null ? null : found.constants.get(name);
        if (constant == null) {
            throw unknown("constant", pallet, name);
        }
        return codec.decode(constant.type(), constant.value());
    }

    /**
     * The names of a pallet's errors.
     *
     * @param pallet such as {@code SubtensorModule}
     * @return in the runtime's order; empty when it has none or is unknown
     */
    public List<String> errors(String pallet) {
        return names(ref(pallet, MetadataTree.Pallet::errors));
    }

    private List<String> names(MetadataTree.@Nullable EnumRef ref) {
        return ref == null
                ? List.of()
                : variants(ref.type()).stream().map(MetadataTree.Variant::name).toList();
    }

    /**
     * Where a value is stored.
     *
     * @param pallet such as {@code SubtensorModule}
     * @param item such as {@code Uids}
     * @param keys its keys, plain; fewer than the item has give the prefix of all that begin so
     * @return the storage key
     * @throws ChainException when there is no such item
     * @throws CodecException when a key does not fit
     */
    public byte[] storageKey(String pallet, String item, Object... keys) {
        MetadataTree.Entry entry = entry(pallet, item);
        List<Integer> hashers = entry.hashers() == null ? List.of() : entry.hashers();
        if (keys.length > hashers.size()) {
            throw new CodecException(
                    "storage.keys",
                    pallet + "." + item + ": " + keys.length + " keys (expected: at most " + hashers.size() + ")");
        }
        Pallet found = find(pallet);
        MetadataTree.Storage storage = found == null ? null : found.pallet.storage();
        ScaleWriter out = new ScaleWriter(128)
                .raw(Hashes.twox128((storage == null ? pallet : storage.prefix()).getBytes(StandardCharsets.UTF_8)))
                .raw(Hashes.twox128(item.getBytes(StandardCharsets.UTF_8)));
        int[] types = keyTypes(entry);
        for (int i = 0; i < keys.length; i++) {
            byte[] key;
            try {
                key = codec.encode(types[i], keys[i]);
            } catch (CodecException e) {
                throw e.at(pallet + "." + item + " key " + (i + 1));
            }
            out.raw(StorageHasher.of(hashers.get(i)).hash(key));
        }
        return out.toByteArray();
    }

    /**
     * The bytes of a call.
     *
     * @param call by names
     * @return as they stand in an extrinsic
     * @throws CodecException when the runtime has no such call, an argument is missing, unknown or does not fit
     */
    public byte[] encodeCall(Call call) {
        if (!codec.types().has(callType, call.pallet(), call.function())) {
            throw new CodecException("call.unknown", "this runtime has no call " + call);
        }
        return codec.encode(callType, call);
    }

    /**
     * A call from its bytes.
     *
     * @param bytes as they stand in an extrinsic
     * @return the call, by names
     * @throws io.github.bittensor4j.core.scale.ScaleException when they are no call of this runtime
     */
    public Call decodeCall(byte[] bytes) {
        if (codec.decode(callType, bytes) instanceof Call call) {
            return call;
        }
        throw new CodecException("metadata.type", "what this metadata names as the type of calls is none");
    }

    /**
     * An extrinsic of a block, from its bytes.
     *
     * @param bytes with the length in front, as blocks hold it
     * @return its signer and call
     * @throws io.github.bittensor4j.core.scale.ScaleException when they are no extrinsic of this runtime
     */
    public Extrinsic decodeExtrinsic(byte[] bytes) {
        return extrinsics.read(bytes);
    }

    /**
     * The names of the transaction extensions that extrinsics carry.
     *
     * @return in the runtime's order
     */
    public List<String> transactionExtensions() {
        return extrinsics.extensions().stream()
                .map(MetadataTree.Extension::identifier)
                .toList();
    }

    /**
     * The digest of RFC-0078, which a signature may bind so that the chain refuses a call that was read by other metadata. BLAKE3 over
     * the types of an extrinsic, the runtime's version, the address prefix, and the token's {@code TAO} and 9 decimals.
     *
     * @param version the runtime's version
     * @return 32 bytes
     * @throws CodecException with code {@code metadata.digest} for metadata 16: it numbers types in its own way, and chains carry the
     *     digest of version 15
     */
    public byte[] digest(RuntimeVersion version) {
        if (tree.version() > 15) {
            throw new CodecException(
                    "metadata.digest", "digest of metadata " + tree.version() + " (expected: metadata 14 or 15)");
        }
        return MetadataDigest.of(
                codec.types(),
                extrinsics,
                new MetadataDigest.Facts(
                        version.specVersion(),
                        version.specName(),
                        new Answer("System.SS58Prefix", constant("System", "SS58Prefix")).count(),
                        TOKEN_DECIMALS,
                        TOKEN));
    }

    /**
     * An answer of the runtime that is a list of structs, as columns.
     *
     * @param api such as {@code NeuronInfoRuntimeApi}
     * @param method such as {@code get_neurons_lite}
     * @param answer its bytes
     * @return one column for each field
     * @throws ChainException when the runtime does not offer it
     * @throws io.github.bittensor4j.core.scale.ScaleException when it answers something else, or the bytes are not such an answer
     */
    public Columns decodeColumns(String api, String method, byte[] answer) {
        return codec.columns(runtimeCall(api, method).output(), answer);
    }

    /**
     * An answer of the runtime, plain.
     *
     * @param api such as {@code SubnetInfoRuntimeApi}
     * @param method such as {@code get_dynamic_info}
     * @param answer its bytes
     * @return the value
     * @throws ChainException when the runtime does not offer it
     * @throws io.github.bittensor4j.core.scale.ScaleException when the bytes are not such an answer
     */
    public Object decodeRuntimeCall(String api, String method, byte[] answer) {
        return codec.decode(runtimeCall(api, method).output(), answer);
    }

    TypeCodec codec() {
        return codec;
    }

    MetadataTree.Pallet pallet(String name) {
        Pallet found = find(name);
        if (found == null) {
            throw unknown("pallet", name, "*");
        }
        return found.pallet;
    }

    int callType() {
        return callType;
    }

    ExtrinsicFormat extrinsics() {
        return extrinsics;
    }

    MetadataTree.Method runtimeCall(String api, String method) {
        MetadataTree.Method found = methods(api).get(method);
        if (found == null) {
            throw unknown("runtime call", api, method);
        }
        return found;
    }

    byte[] encodeArguments(MetadataTree.Method method, Object... arguments) {
        if (arguments.length != method.inputs().size()) {
            throw new CodecException(
                    "runtime.arguments",
                    method.name() + ": " + arguments.length + " arguments (expected: "
                            + String.join(
                                    ", ",
                                    method.inputs().stream()
                                            .map(MetadataTree.Input::name)
                                            .toList())
                            + ")");
        }
        ScaleWriter out = new ScaleWriter();
        for (int i = 0; i < arguments.length; i++) {
            try {
                codec.encode(method.inputs().get(i).type(), arguments[i], out);
            } catch (CodecException e) {
                throw e.at(method.name() + " " + method.inputs().get(i).name());
            }
        }
        return out.toByteArray();
    }

    MetadataTree.Entry entry(String pallet, String item) {
        Pallet found = find(pallet);
        MetadataTree.Entry entry = found == null ? null : found.storage.get(item);
        if (entry == null) {
            throw unknown("storage item", pallet, item);
        }
        return entry;
    }

    /** What is there when nothing is stored: the default, or nothing. */
    Optional<Object> stored(MetadataTree.Entry entry, byte @Nullable [] bytes) {
        if (bytes != null) {
            return Optional.of(codec.decode(entry.value(), bytes));
        }
        // Modifier 0 is "optional", 1 is "default".
        return entry.modifier() == 0 ? Optional.empty() : Optional.of(codec.decode(entry.value(), entry.fallback()));
    }

    /** The keys that a storage key was made of; where the hash can not be undone, the hash. */
    List<Object> keys(MetadataTree.Entry entry, byte[] storageKey) {
        List<Integer> hashers = entry.hashers() == null ? List.of() : entry.hashers();
        int[] types = keyTypes(entry);
        ScaleReader in = new ScaleReader(storageKey);
        in.raw(32);
        List<Object> keys = new ArrayList<>();
        for (int i = 0; i < hashers.size(); i++) {
            StorageHasher hasher = StorageHasher.of(hashers.get(i));
            byte[] hash = in.raw(hasher.hashBytes());
            keys.add(hasher.keepsKey() ? codec.decode(types[i], in) : hash);
        }
        in.end();
        return Collections.unmodifiableList(keys);
    }

    int[] keyTypes(MetadataTree.Entry entry) {
        List<Integer> hashers = entry.hashers();
        if (hashers == null) {
            return new int[0];
        }
        if (hashers.size() == 1) {
            return new int[] {entry.key()};
        }
        if (codec.types().type(entry.key()).shape() instanceof MetadataTree.Tuple tuple
                && tuple.elements().size() == hashers.size()) {
            return tuple.elements().stream().mapToInt(e -> e).toArray();
        }
        throw new CodecException("metadata.storage", entry.name() + ": as many hashers as keys are expected");
    }

    /** The name of a pallet's error as the chain reports it: the pallet's place and the error's place, both looked up here. */
    Optional<ModuleError> moduleError(long pallet, int error) {
        for (MetadataTree.Pallet one : tree.pallets()) {
            MetadataTree.EnumRef ref = one.errors();
            if (one.index() == pallet && ref != null) {
                return variants(ref.type()).stream()
                        .filter(v -> v.index() == error)
                        .findFirst()
                        .map(v -> new ModuleError(
                                one.name() + "." + v.name(),
                                String.join(" ", v.docs()).strip()));
            }
        }
        return Optional.empty();
    }

    /** An error of a pallet: {@code Pallet.Error} and the runtime's own words about it. */
    record ModuleError(String name, String docs) {}

    private MetadataTree.@Nullable EnumRef ref(
            String pallet, java.util.function.Function<MetadataTree.Pallet, MetadataTree.@Nullable EnumRef> which) {
        Pallet found = find(pallet);
        return found == null ? null : which.apply(found.pallet);
    }

    List<MetadataTree.Variant> variants(int type) {
        return codec.types().type(type).shape() instanceof MetadataTree.Variants variants
                ? variants.variants()
                : List.of();
    }

    private Optional<MetadataTree.Variant> variant(MetadataTree.@Nullable EnumRef ref, String name) {
        return ref == null
                ? Optional.empty()
                : variants(ref.type()).stream()
                        .filter(v -> v.name().equals(name))
                        .findFirst();
    }

    private static ChainException unknown(String what, String outer, String inner) {
        return new ChainException(
                "metadata.unknown",
                false,
                "this runtime has no " + what + " " + outer + "." + inner,
                "check the spelling, or whether this chain's runtime is older or newer than expected");
    }
}
