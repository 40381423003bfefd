package io.github.bittensor4j.localnet.internal.pallets;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.localnet.internal.declare.Call;
import io.github.bittensor4j.localnet.internal.declare.Declarations;
import io.github.bittensor4j.localnet.internal.declare.Variant;
import io.github.bittensor4j.localnet.internal.runtime.Arguments;
import io.github.bittensor4j.localnet.internal.runtime.Context;
import io.github.bittensor4j.localnet.internal.runtime.DispatchException;
import io.github.bittensor4j.localnet.internal.runtime.Invalidity;
import io.github.bittensor4j.localnet.internal.runtime.Origin;
import io.github.bittensor4j.localnet.internal.runtime.Pallet;
import io.github.bittensor4j.localnet.internal.state.Codec;
import io.github.bittensor4j.localnet.internal.state.StorageValue;
import java.util.List;
import java.util.Optional;

/** Sudo: one account that may call as root. A sudo call by anybody else is refused before it reaches a block. */
public final class SudoPallet extends Pallet {
    private final AccountId first;
    private final StorageValue<AccountId> key;

    /**
     * The pallet.
     *
     * @param declarations where it is declared
     * @param first whose key it is at genesis
     */
    public SudoPallet(Declarations declarations, AccountId first) {
        super("Sudo", declarations);
        this.first = first;
        key = value("Key", Codec.ACCOUNT);
        call("sudo", (context, origin, arguments) -> {
            requireSudo(context, origin);
            asRoot(context, arguments, "Sudid", Origin.ROOT);
        });
        call("sudo_unchecked_weight", (context, origin, arguments) -> {
            requireSudo(context, origin);
            asRoot(context, arguments, "Sudid", Origin.ROOT);
        });
        call("sudo_as", (context, origin, arguments) -> {
            requireSudo(context, origin);
            asRoot(context, arguments, "SudoAsDone", Origin.of(arguments.account("who")));
        });
        call("set_key", this::setKey);
        call("remove_key", this::removeKey);
    }

    @Override
    protected void genesis(Context context) {
        key.put(context.state(), first);
    }

    @Override
    protected Optional<Invalidity> validate(Context context, AccountId signer, Call call) {
        boolean allowed = !call.pallet().equals("Sudo")
                || key.find(context.state()).filter(signer::equals).isPresent();
        return allowed ? Optional.empty() : Optional.of(Invalidity.BAD_SIGNER);
    }

    private void requireSudo(Context context, Origin origin) {
        AccountId sender = origin.signed();
        if (key.find(context.state()).filter(sender::equals).isEmpty()) {
            throw error("RequireSudo");
        }
        context.paysNothing();
    }

    private void asRoot(Context context, Arguments arguments, String event, Origin origin) {
        Optional<DispatchException> refused = context.dispatch(origin, arguments.call("call"));
        context.paysNothing();
        emit(context, event, result(refused));
    }

    /**
     * An outcome as the declared type {@code Result<(), DispatchError>}.
     *
     * @param refused why not, or empty
     * @return the plain value
     */
    static Variant result(Optional<DispatchException> refused) {
        return refused.map(r -> Variant.of("Err", r.error())).orElse(Variant.of("Ok", List.of()));
    }

    private void setKey(Context context, Origin origin, Arguments arguments) {
        requireSudo(context, origin);
        Optional<AccountId> old = key.find(context.state());
        AccountId next = arguments.account("new");
        key.put(context.state(), next);
        emit(context, "KeyChanged", old, next);
    }

    private void removeKey(Context context, Origin origin, Arguments arguments) {
        requireSudo(context, origin);
        key.remove(context.state());
        emit(context, "KeyRemoved");
    }
}
