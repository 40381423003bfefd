package io.github.bittensor4j.localnet.internal.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.localnet.internal.declare.ApiDeclaration;
import io.github.bittensor4j.localnet.internal.declare.Call;
import io.github.bittensor4j.localnet.internal.declare.Declarations;
import io.github.bittensor4j.localnet.internal.declare.Type;
import io.github.bittensor4j.localnet.internal.declare.Values;
import io.github.bittensor4j.localnet.internal.declare.Variant;
import io.github.bittensor4j.localnet.internal.pallets.Pallets;
import io.github.bittensor4j.localnet.internal.runtime.Context;
import io.github.bittensor4j.localnet.internal.runtime.DispatchException;
import io.github.bittensor4j.localnet.internal.runtime.Invalidity;
import io.github.bittensor4j.localnet.internal.runtime.Origin;
import io.github.bittensor4j.localnet.internal.state.Codec;
import io.github.bittensor4j.localnet.internal.state.Snapshot;
import io.github.bittensor4j.localnet.internal.state.State;
import io.github.bittensor4j.localnet.internal.state.StorageKey;
import io.github.bittensor4j.localnet.internal.state.StorageMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;

/** All pallets on bare state: blocks, calls and reads without a node around them. */
final class TestChain {
    private static final Pallets PALLETS = Pallets.create(250);
    private static final Declarations DECLARATIONS = PALLETS.runtime().declarations();

    final Items items = new Items(DECLARATIONS);
    final Stakes stakes = new Stakes(items);
    private final State state = new State(nothing());
    private final List<String> events = new ArrayList<>();
    private Context context = PALLETS.runtime().context(state, 0);
    private long block;

    TestChain() {
        PALLETS.runtime().genesis(context);
    }

    static AccountId account(int number) {
        byte[] bytes = new byte[AccountId.LENGTH];
        Arrays.fill(bytes, (byte) number);
        return AccountId.of(bytes);
    }

    void fund(AccountId account, long tao) {
        PALLETS.balances().mint(context, account, Tao.of(Long.toString(tao)));
    }

    void blocks(int count) {
        for (int i = 0; i < count; i++) {
            collectEvents();
            context = PALLETS.runtime().context(state, ++block);
            PALLETS.runtime().initialize(context);
        }
    }

    /** Runs a signed call of SubtensorModule; the error's name, or empty text. */
    String call(AccountId signer, String name, Object... arguments) {
        return dispatch(Origin.of(signer), "SubtensorModule", name, arguments);
    }

    /** Runs a call of AdminUtils as root. */
    String sudo(String name, Object... arguments) {
        return dispatch(Origin.ROOT, "AdminUtils", name, arguments);
    }

    /** Runs a signed call of AdminUtils. */
    String admin(AccountId signer, String name, Object... arguments) {
        return dispatch(Origin.of(signer), "AdminUtils", name, arguments);
    }

    private String dispatch(Origin origin, String pallet, String name, Object... values) {
        return context.dispatch(origin, toCall(pallet, name, values))
                .map(DispatchException::getMessage)
                .map(error -> error.substring(error.indexOf('.') + 1))
                .orElse("");
    }

    /** A call as it comes from outside: through bytes. */
    private static Call toCall(String pallet, String name, Object... values) {
        Type.Alternative declared = DECLARATIONS.pallet(pallet).call(name).orElseThrow();
        Map<String, Object> arguments = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            Type.Field field = declared.fields().get(i);
            arguments.put(
                    field.name().orElseThrow(), Values.decode(field.type(), Values.encode(field.type(), values[i])));
        }
        return new Call(pallet, name, arguments);
    }

    /** What the pool says to a call of SubtensorModule. */
    Optional<String> inPool(AccountId signer, String name, Object... arguments) {
        return PALLETS.runtime()
                .validate(context, signer, toCall("SubtensorModule", name, arguments))
                .map(Invalidity::text);
    }

    /** Answers a runtime call as a client sees it: through bytes. */
    Object read(String api, String method, Object... values) {
        ApiDeclaration.Method declared = Optional.ofNullable(DECLARATIONS.apis().get(api))
                .map(found -> found.methods().get(method))
                .orElseThrow();
        ScaleWriter in = new ScaleWriter();
        for (int i = 0; i < values.length; i++) {
            Values.write(declared.inputs().get(i).type(), values[i], in);
        }
        return Values.decode(declared.output(), read(api + "_" + method, in.toByteArray()));
    }

    /** Answers a runtime call in bytes. */
    byte[] read(String name, byte[] arguments) {
        return PALLETS.runtime().callApi(name, arguments, now(), block).orElseThrow();
    }

    State state() {
        return state;
    }

    long block() {
        return block;
    }

    long balance(AccountId account) {
        return PALLETS.balances().free(state, account).rao();
    }

    long totalIssuance() {
        return PALLETS.balances().totalIssuance(state).rao();
    }

    long allBalances() {
        var accounts = new StorageMap<>(
                DECLARATIONS.pallet("System"),
                "Account",
                Codec.ACCOUNT,
                Codec.plain(DECLARATIONS.types().of("AccountInfo")));
        return accounts.all(state).values().stream()
                .mapToLong(account -> (Long) ((Map<?, ?>) ((Map<?, ?>) account).get("data")).get("free"))
                .sum();
    }

    /** The names of all events so far. */
    List<String> events() {
        collectEvents();
        return events;
    }

    private void collectEvents() {
        for (byte[] record : PALLETS.runtime().events(context)) {
            Map<?, ?> decoded = (Map<?, ?>) Values.decode(DECLARATIONS.types().of("EventRecord"), record);
            Variant outer = (Variant) decoded.get("event");
            events.add(((Variant) outer.value(0)).name());
        }
        context = PALLETS.runtime().context(state, block);
    }

    private Snapshot now() {
        return new Snapshot() {
            @Override
            public Optional<byte[]> get(StorageKey key) {
                return state.get(key);
            }

            @Override
            public void scan(StorageKey prefix, StorageKey after, BiPredicate<StorageKey, byte[]> visitor) {
                boolean[] going = {true};
                state.scan(prefix, (key, value) -> {
                    if (going[0] && (after.equals(prefix) || key.compareTo(after) > 0)) {
                        going[0] = visitor.test(key, value);
                    }
                });
            }
        };
    }

    private static Snapshot nothing() {
        return new Snapshot() {
            @Override
            public Optional<byte[]> get(StorageKey key) {
                return Optional.empty();
            }

            @Override
            public void scan(StorageKey prefix, StorageKey after, BiPredicate<StorageKey, byte[]> visitor) {}
        };
    }
}
