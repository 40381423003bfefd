package io.github.bittensor4j.localnet.internal.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.localnet.internal.declare.Call;
import io.github.bittensor4j.localnet.internal.declare.Declarations;
import io.github.bittensor4j.localnet.internal.pallets.BalancesPallet;
import io.github.bittensor4j.localnet.internal.pallets.DrandPallet;
import io.github.bittensor4j.localnet.internal.runtime.Arguments;
import io.github.bittensor4j.localnet.internal.runtime.CallCode;
import io.github.bittensor4j.localnet.internal.runtime.Context;
import io.github.bittensor4j.localnet.internal.runtime.DispatchException;
import io.github.bittensor4j.localnet.internal.runtime.Invalidity;
import io.github.bittensor4j.localnet.internal.runtime.Pallet;
import java.util.Optional;
import java.util.Set;

/** SubtensorModule: subnets, neurons, weights and stake, with their share of every block and the runtime calls that read them. */
public final class SubtensorPallet extends Pallet {
    private static final String NAME = "SubtensorModule";

    /** What neurons and validators send all day costs them nothing. */
    private static final Set<String> FREE = Set.of(
            "set_weights",
            "set_mechanism_weights",
            "batch_set_weights",
            "batch_commit_weights",
            "batch_reveal_weights",
            "commit_weights",
            "commit_mechanism_weights",
            "commit_timelocked_weights",
            "commit_timelocked_mechanism_weights",
            "reveal_weights",
            "reveal_mechanism_weights",
            "serve_axon",
            "serve_axon_tls",
            "serve_prometheus",
            "associate_evm_key",
            "increase_take",
            "decrease_take");

    private final SubnetRuntime runtime;
    private final BalancesPallet balances;
    private final DrandPallet drand;
    private final AccountId author;
    private final AccountId rootOwner;

    /**
     * The pallet.
     *
     * @param declarations where it is declared
     * @param balances who holds the TAO
     * @param drand the beacon for which weights are sealed
     * @param author who makes the blocks and is paid the fees of swaps
     * @param rootOwner who owns the root network
     */
    public SubtensorPallet(
            Declarations declarations,
            BalancesPallet balances,
            DrandPallet drand,
            AccountId author,
            AccountId rootOwner) {
        super(NAME, declarations);
        this.runtime = new SubnetRuntime(declarations);
        this.balances = balances;
        this.drand = drand;
        this.author = author;
        this.rootOwner = rootOwner;
        for (String name : runtime.calls()) {
            CallCode code = call(name, (context, origin, arguments) -> {
                AccountId signer = origin.signed();
                refusing(() -> runtime.call(host(context), signer, name, arguments));
            });
            if (FREE.contains(name)) {
                code.free();
            }
        }
        for (String name : runtime.rootCalls()) {
            call(name, (context, origin, arguments) -> {
                origin.root();
                refusing(() -> runtime.rootCall(host(context), name, arguments));
            });
        }
        for (String name : runtime.ownerCalls()) {
            call(name, (context, origin, arguments) -> {
                Optional<AccountId> signer = origin.isRoot() ? Optional.empty() : Optional.of(origin.signed());
                refusing(() -> runtime.ownerCall(host(context), signer, name, arguments));
            });
        }
        for (String name : runtime.reads()) {
            String[] parts = name.split("\\.");
            api(parts[0], parts[1], (context, arguments) -> runtime.read(host(context), name, arguments));
        }
    }

    SubnetRuntime runtime() {
        return runtime;
    }

    @Override
    protected void genesis(Context context) {
        runtime.genesis(host(context), rootOwner);
    }

    @Override
    protected void onInitialize(Context context) {
        runtime.beginBlock(host(context));
    }

    @Override
    protected void onFinalize(Context context) {
        runtime.endBlock(host(context));
    }

    @Override
    protected Optional<DispatchException> against(Context context, AccountId who, Call call) {
        return runtime.refusalByAnnouncement(context.state(), who, call).map(this::error);
    }

    @Override
    protected Optional<Invalidity> validate(Context context, AccountId signer, Call call) {
        Optional<String> announced = runtime.refusalByAnnouncement(context.state(), signer, call);
        if (announced.isPresent()) {
            return Optional.of(Invalidity.custom(announced.get().equals("ColdkeySwapDisputed") ? 21 : 0));
        }
        if (!call.pallet().equals(NAME)) {
            return Optional.empty();
        }
        return runtime.refusalInPool(host(context), signer, call.name(), new Arguments(call.arguments()))
                .map(Invalidity::custom);
    }

    /** Runs something and turns a refusal of this pallet into the chain's error. */
    void refusing(Runnable work) {
        try {
            work.run();
        } catch (Refusal refusal) {
            if (refusal.isBadOrigin()) {
                throw DispatchException.badOrigin();
            }
            throw refusal.isOf(NAME) ? error(refusal.error()) : refusal;
        }
    }

    private Host host(Context context) {
        return host(context, (in, pallet, event, fields) -> emit(in, event, fields));
    }

    /** The chain around a call of another pallet whose events go elsewhere. */
    Host host(Context context, ContextHost.Events others) {
        return new ContextHost(context, balances, drand, author, (in, pallet, event, fields) -> {
            if (pallet.equals(NAME)) {
                emit(in, event, fields);
            } else {
                others.deposit(in, pallet, event, fields);
            }
        });
    }
}
