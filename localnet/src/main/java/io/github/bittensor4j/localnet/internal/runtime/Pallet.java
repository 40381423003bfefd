package io.github.bittensor4j.localnet.internal.runtime;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.localnet.internal.declare.ApiDeclaration;
import io.github.bittensor4j.localnet.internal.declare.Call;
import io.github.bittensor4j.localnet.internal.declare.Declarations;
import io.github.bittensor4j.localnet.internal.declare.PalletDeclaration;
import io.github.bittensor4j.localnet.internal.declare.Type;
import io.github.bittensor4j.localnet.internal.declare.Values;
import io.github.bittensor4j.localnet.internal.state.Codec;
import io.github.bittensor4j.localnet.internal.state.State;
import io.github.bittensor4j.localnet.internal.state.StorageDoubleMap;
import io.github.bittensor4j.localnet.internal.state.StorageMap;
import io.github.bittensor4j.localnet.internal.state.StorageTripleMap;
import io.github.bittensor4j.localnet.internal.state.StorageValue;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The code of one declared pallet. A subclass binds its storage, calls and runtime APIs by name in its constructor; everything that is
 * bound must be declared, not everything that is declared must be bound. The package description shows each step.
 *
 * <p>A pallet holds no state of its own: all of it stands in {@link State}, so that it can be read at any block and taken back.
 */
public abstract class Pallet {
    private final Declarations declarations;
    private final PalletDeclaration declaration;
    private final Map<String, CallCode> calls = new HashMap<>();
    private final Map<String, Api> apis = new HashMap<>();

    /** What a runtime API does. */
    @FunctionalInterface
    public interface ApiHandler {
        /**
         * Answers.
         *
         * @param context the state of the block asked about; what is written is thrown away
         * @param arguments its arguments
         * @return a plain value of the declared output
         */
        Object answer(Context context, Arguments arguments);
    }

    record Api(ApiDeclaration.Method method, ApiHandler handler) {}

    /**
     * A pallet.
     *
     * @param name its declared name
     * @param declarations where it is declared
     */
    protected Pallet(String name, Declarations declarations) {
        this.declarations = declarations;
        this.declaration = declarations.pallet(name);
    }

    /**
     * Its declaration.
     *
     * @return the declaration
     */
    public final PalletDeclaration declaration() {
        return declaration;
    }

    final Map<String, CallCode> calls() {
        return Collections.unmodifiableMap(calls);
    }

    final Map<String, Api> apis() {
        return Collections.unmodifiableMap(apis);
    }

    /**
     * A declared type, for codecs of plain values.
     *
     * @param text the type as declarations write it
     * @return the type
     */
    protected final Type type(String text) {
        return declarations.types().of(text);
    }

    /**
     * A handle on a storage item of one value.
     *
     * @param item its declared name
     * @param codec how its value stands there
     * @param <T> the Java type
     * @return the handle
     */
    protected final <T> StorageValue<T> value(String item, Codec<T> codec) {
        return new StorageValue<>(declaration, item, codec);
    }

    /**
     * A handle on a map.
     *
     * @param item its declared name
     * @param keys how its keys stand there
     * @param codec how its values stand there
     * @param <K> the Java type of the key
     * @param <T> the Java type of the value
     * @return the handle
     */
    protected final <K, T> StorageMap<K, T> map(String item, Codec<K> keys, Codec<T> codec) {
        return new StorageMap<>(declaration, item, keys, codec);
    }

    /**
     * A handle on a map of two keys.
     *
     * @param item its declared name
     * @param firsts how its first keys stand there
     * @param seconds how its second keys stand there
     * @param codec how its values stand there
     * @param <A> the Java type of the first key
     * @param <B> the Java type of the second key
     * @param <T> the Java type of the value
     * @return the handle
     */
    protected final <A, B, T> StorageDoubleMap<A, B, T> map(
            String item, Codec<A> firsts, Codec<B> seconds, Codec<T> codec) {
        return new StorageDoubleMap<>(declaration, item, firsts, seconds, codec);
    }

    /**
     * A handle on a map of three keys.
     *
     * @param item its declared name
     * @param firsts how its first keys stand there
     * @param seconds how its second keys stand there
     * @param thirds how its third keys stand there
     * @param codec how its values stand there
     * @param <A> the Java type of the first key
     * @param <B> the Java type of the second key
     * @param <C> the Java type of the third key
     * @param <T> the Java type of the value
     * @return the handle
     */
    protected final <A, B, C, T> StorageTripleMap<A, B, C, T> map(
            String item, Codec<A> firsts, Codec<B> seconds, Codec<C> thirds, Codec<T> codec) {
        return new StorageTripleMap<>(declaration, item, firsts, seconds, thirds, codec);
    }

    /**
     * Binds a call.
     *
     * @param name its declared name
     * @param handler what it does
     * @return where its cost can be said
     */
    protected final CallCode call(String name, CallCode.Handler handler) {
        if (declaration.call(name).isEmpty()) {
            throw new IllegalStateException("call " + declaration.name() + "." + name + " is not declared");
        }
        CallCode code = new CallCode(handler);
        if (calls.putIfAbsent(name, code) != null) {
            throw new IllegalStateException("call " + declaration.name() + "." + name + " is bound twice");
        }
        return code;
    }

    /**
     * Binds a method of a runtime API.
     *
     * @param api its declared name
     * @param name the method
     * @param handler what it answers
     */
    protected final void api(String api, String name, ApiHandler handler) {
        ApiDeclaration declared = declarations.apis().get(api);
        ApiDeclaration.Method method =
                declared == null ? null : declared.methods().get(name);
        if (method == null) {
            throw new IllegalStateException("runtime API " + api + "." + name + " is not declared");
        }
        apis.put(api + "_" + name, new Api(method, handler));
    }

    /**
     * A constant.
     *
     * @param name its declared name
     * @return its plain value
     */
    protected final Object constant(String name) {
        PalletDeclaration.Constant constant = declaration.constants().get(name);
        if (constant == null) {
            throw new IllegalStateException("constant " + declaration.name() + "." + name + " is not declared");
        }
        return Values.decode(constant.type(), constant.value());
    }

    /**
     * Emits an event.
     *
     * @param context the block
     * @param event its declared name
     * @param fields plain values in the order of its fields
     */
    protected final void emit(Context context, String event, Object... fields) {
        context.deposit(declaration.name(), event, List.of(fields));
    }

    /**
     * An error to throw.
     *
     * @param name its declared name
     * @return the error
     */
    protected final DispatchException error(String name) {
        return DispatchException.module(declaration, name);
    }

    /**
     * Writes what genesis holds of this pallet.
     *
     * @param context block 0
     */
    protected void genesis(Context context) {}

    /**
     * Runs before a block's extrinsics.
     *
     * @param context the block
     */
    protected void onInitialize(Context context) {}

    /**
     * Runs after a block's extrinsics.
     *
     * @param context the block
     */
    protected void onFinalize(Context context) {}

    /**
     * Has a say in whether a signed extrinsic may be in a block, before its fee is taken. Asked for every pallet.
     *
     * @param context the state as it is now; not to be written
     * @param signer who signed
     * @param call what
     * @return why not; empty when this pallet has nothing against it
     */
    protected Optional<Invalidity> validate(Context context, AccountId signer, Call call) {
        return Optional.empty();
    }

    /**
     * Has a say in every call of an account, also those within other calls. Asked for every pallet.
     *
     * @param context the block
     * @param who in whose name it is made
     * @param call what
     * @return why not; empty when this pallet has nothing against it
     */
    protected Optional<DispatchException> against(Context context, AccountId who, Call call) {
        return Optional.empty();
    }

    /**
     * Names another account that pays the fee of an extrinsic.
     *
     * @param context the state as it is now; not to be written
     * @param signer who signed
     * @param call what
     * @return who pays; empty when this pallet does not care
     */
    protected Optional<AccountId> feePayer(Context context, AccountId signer, Call call) {
        return Optional.empty();
    }
}
