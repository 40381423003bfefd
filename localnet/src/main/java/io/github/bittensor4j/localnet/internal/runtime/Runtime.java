package io.github.bittensor4j.localnet.internal.runtime;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.scale.ScaleException;
import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.localnet.internal.declare.Call;
import io.github.bittensor4j.localnet.internal.declare.Declarations;
import io.github.bittensor4j.localnet.internal.declare.MetadataWriter;
import io.github.bittensor4j.localnet.internal.declare.PalletDeclaration;
import io.github.bittensor4j.localnet.internal.declare.Type;
import io.github.bittensor4j.localnet.internal.declare.Values;
import io.github.bittensor4j.localnet.internal.declare.Variant;
import io.github.bittensor4j.localnet.internal.state.Snapshot;
import io.github.bittensor4j.localnet.internal.state.State;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The pallets of a chain, put together: finds the code behind a call or a runtime API by its declared name. Thread-safe once built. */
public final class Runtime {
    /** The versions of metadata there are. */
    public static final List<Integer> METADATA_VERSIONS = List.of(14, 15);

    private final Declarations declarations;
    private final List<Pallet> pallets;
    private final Map<String, CallCode> calls = new HashMap<>();
    private final Map<String, Pallet.Api> apis = new HashMap<>();
    private final Map<Integer, byte[]> metadata = new LinkedHashMap<>();

    /**
     * Puts pallets together.
     *
     * @param declarations where they are declared
     * @param pallets their code, in any order
     */
    public Runtime(Declarations declarations, List<Pallet> pallets) {
        this.declarations = declarations;
        this.pallets = pallets.stream()
                .sorted(Comparator.comparingInt(p -> p.declaration().index()))
                .toList();
        for (Pallet pallet : pallets) {
            String name = pallet.declaration().name();
            pallet.calls().forEach((call, code) -> calls.put(name + "." + call, code));
            apis.putAll(pallet.apis());
        }
        for (int version : METADATA_VERSIONS) {
            metadata.put(version, new MetadataWriter(declarations).write(version));
        }
    }

    /**
     * The metadata of a version, its magic word in front.
     *
     * @param version one of {@link #METADATA_VERSIONS}
     * @return not to be changed
     */
    public byte[] metadata(int version) {
        byte[] bytes = metadata.get(version);
        if (bytes == null) {
            throw new IllegalArgumentException(
                    "metadata version " + version + " (expected: " + METADATA_VERSIONS + ")");
        }
        return bytes;
    }

    /**
     * The declarations.
     *
     * @return types, pallets, runtime APIs
     */
    public Declarations declarations() {
        return declarations;
    }

    /**
     * A context on a state.
     *
     * @param state to read and write
     * @param block the block's number
     * @return the context
     */
    public Context context(State state, long block) {
        return new Context(this, state, block);
    }

    /**
     * Writes genesis.
     *
     * @param context block 0
     */
    public void genesis(Context context) {
        pallets.forEach(p -> p.genesis(context));
    }

    /**
     * Runs what comes before a block's extrinsics.
     *
     * @param context the block
     */
    public void initialize(Context context) {
        context.phase(Variant.of("Initialization"));
        pallets.forEach(p -> p.onInitialize(context));
    }

    /**
     * Runs what comes after a block's extrinsics.
     *
     * @param context the block
     */
    public void finish(Context context) {
        context.phase(Variant.of("Finalization"));
        pallets.forEach(p -> p.onFinalize(context));
    }

    /**
     * Says which extrinsic the following events belong to.
     *
     * @param context the block
     * @param index the extrinsic's index in it
     */
    public void applying(Context context, int index) {
        context.phase(Variant.of("ApplyExtrinsic", (long) index));
    }

    /**
     * The events of a block.
     *
     * @param context the block
     * @return the SCALE bytes of each record
     */
    public List<byte[]> events(Context context) {
        return context.events();
    }

    /**
     * Whether the call that ran last said that it costs its sender nothing. Asking forgets it.
     *
     * @param context the block
     * @return true when it said so
     */
    public boolean turnedFree(Context context) {
        return context.takeFree();
    }

    /**
     * Whether there is code behind a call, and behind every call it holds.
     *
     * @param call the call
     * @return the two names of the first that has none
     */
    public Optional<String> notModelled(Call call) {
        if (!calls.containsKey(call.toString())) {
            return Optional.of(call.toString());
        }
        for (Object argument : call.arguments().values()) {
            Optional<String> inner = notModelledIn(argument);
            if (inner.isPresent()) {
                return inner;
            }
        }
        return Optional.empty();
    }

    private Optional<String> notModelledIn(Object argument) {
        if (argument instanceof Call inner) {
            return notModelled(inner);
        } else if (argument instanceof List<?> items && !items.isEmpty() && items.get(0) instanceof Call) {
            return items.stream()
                    .map(item -> notModelled((Call) item))
                    .flatMap(Optional::stream)
                    .findFirst();
        }
        return Optional.empty();
    }

    /**
     * What a call costs.
     *
     * @param call the call
     * @return its weight, class and whether its sender pays; a plain call's for what is not modelled
     */
    public DispatchInfo info(Call call) {
        CallCode code = calls.get(call.toString());
        return code == null
                ? new DispatchInfo(Weight.ZERO, false, false, true)
                : code.info(new Arguments(call.arguments()));
    }

    /** Runs a call inside of whatever layer is open; what it wrote before it failed stays for the caller to take back. */
    void run(Context context, Origin origin, Call call) {
        if (!origin.permits(call)) {
            throw DispatchException.module(declarations.pallet("System"), "CallFiltered");
        }
        if (origin instanceof Origin.Signed signed) {
            for (Pallet pallet : pallets) {
                pallet.against(context, signed.account(), call).ifPresent(refused -> {
                    throw refused;
                });
            }
        }
        CallCode code = calls.get(call.toString());
        if (code == null) {
            throw DispatchException.other(call + " is not modelled by this local chain");
        }
        code.handler().run(context, origin, new Arguments(call.arguments()));
    }

    /**
     * Asks all pallets whether a signed extrinsic may be in a block.
     *
     * @param context the state as it is now
     * @param signer who signed
     * @param call what
     * @return the first refusal
     */
    public Optional<Invalidity> validate(Context context, AccountId signer, Call call) {
        return pallets.stream()
                .map(p -> p.validate(context, signer, call))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /**
     * Who pays the fee of an extrinsic.
     *
     * @param context the state as it is now
     * @param signer who signed
     * @param call what
     * @return the signer, unless a pallet names another
     */
    public AccountId feePayer(Context context, AccountId signer, Call call) {
        return pallets.stream()
                .map(p -> p.feePayer(context, signer, call))
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(signer);
    }

    /** The record of an event. */
    byte[] event(Variant phase, String pallet, String event, List<?> fields) {
        PalletDeclaration declared = declarations.pallet(pallet);
        Type.Alternative alternative = declared.event(event)
                .orElseThrow(() -> new IllegalStateException("event " + pallet + "." + event + " is not declared"));
        ScaleWriter out = new ScaleWriter();
        Values.write(declarations.types().of("Phase"), phase, out);
        out.u8(declared.index()).u8(alternative.index());
        Values.writeFields(declared.events().orElseThrow(), alternative.fields(), fields, out);
        return out.compact(0).toByteArray();
    }

    /**
     * Answers a runtime API.
     *
     * @param method its name with the API's, such as {@code SubnetInfoRuntimeApi_get_metagraph}
     * @param input the SCALE bytes of its arguments
     * @param at the state to answer from
     * @param block that state's block
     * @return the SCALE bytes of the answer; empty when there is no code behind it
     * @throws ScaleException when the input is not its arguments
     */
    public Optional<byte[]> callApi(String method, byte[] input, Snapshot at, long block) {
        Pallet.Api api = apis.get(method);
        if (api == null) {
            return Optional.empty();
        }
        ScaleReader in = new ScaleReader(input);
        Map<String, Object> arguments = new LinkedHashMap<>();
        for (Type.Field field : api.method().inputs()) {
            // An extrinsic is opaque to its own type: the code behind the API reads it.
            arguments.put(field.name().orElseThrow(), Values.read(field.type(), in));
        }
        in.end();
        Object answer = api.handler().answer(context(new State(at), block), new Arguments(arguments));
        return Optional.of(Values.encode(api.method().output(), answer));
    }
}
