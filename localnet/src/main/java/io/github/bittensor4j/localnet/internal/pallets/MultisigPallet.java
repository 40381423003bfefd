package io.github.bittensor4j.localnet.internal.pallets;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.localnet.internal.declare.Call;
import io.github.bittensor4j.localnet.internal.declare.Declarations;
import io.github.bittensor4j.localnet.internal.declare.Values;
import io.github.bittensor4j.localnet.internal.runtime.Arguments;
import io.github.bittensor4j.localnet.internal.runtime.Context;
import io.github.bittensor4j.localnet.internal.runtime.DispatchException;
import io.github.bittensor4j.localnet.internal.runtime.DispatchInfo;
import io.github.bittensor4j.localnet.internal.runtime.Origin;
import io.github.bittensor4j.localnet.internal.runtime.Pallet;
import io.github.bittensor4j.localnet.internal.runtime.Runtime;
import io.github.bittensor4j.localnet.internal.runtime.Weight;
import io.github.bittensor4j.localnet.internal.state.Codec;
import io.github.bittensor4j.localnet.internal.state.StorageDoubleMap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Multisig: an account of several, in whose name a call runs once enough of them approved it. */
public final class MultisigPallet extends Pallet {
    private static final Weight OWN = new Weight(50_000_000, 6_811);
    private static final byte[] PREFIX = "modlpy/utilisuba".getBytes(StandardCharsets.US_ASCII);
    private static final Comparator<AccountId> ORDER = Comparator.comparing(AccountId::bytes, Arrays::compareUnsigned);

    private final BalancesPallet balances;
    private final Supplier<Runtime> runtime;
    private final StorageDoubleMap<AccountId, byte[], Operation> operations;
    private final long depositBase;
    private final long depositFactor;
    private final long most;

    private record Timepoint(long height, long index) {
        static Timepoint of(Object plain) {
            Arguments fields = Arguments.of(plain);
            return new Timepoint(fields.u32("height"), fields.u32("index"));
        }

        Object plain() {
            return List.of(height, index);
        }
    }

    private record Operation(Timepoint when, long deposit, AccountId depositor, List<AccountId> approvals) {}

    /** The account of several, and who of them asks now. */
    private record Group(AccountId who, AccountId account, int threshold) {}

    /**
     * The pallet.
     *
     * @param declarations where it is declared
     * @param balances where deposits are set aside
     * @param runtime the runtime it becomes part of: asked what the calls inside cost
     */
    public MultisigPallet(Declarations declarations, BalancesPallet balances, Supplier<Runtime> runtime) {
        super("Multisig", declarations);
        this.balances = balances;
        this.runtime = runtime;
        Codec<List<AccountId>> accounts = Codec.vec(Codec.ACCOUNT);
        operations = map(
                "Multisigs",
                Codec.ACCOUNT,
                Codec.HASH,
                Codec.of(
                        "((u32, u32), u64, [u8; 32], " + accounts.shape() + ")",
                        (out, v) -> {
                            out.u32(v.when().height()).u32(v.when().index());
                            out.u64(v.deposit()).raw(v.depositor().bytes());
                            accounts.write(out, v.approvals());
                        },
                        in -> new Operation(
                                new Timepoint(in.u32(), in.u32()),
                                in.u64(),
                                Codec.ACCOUNT.read(in),
                                accounts.read(in))));
        depositBase = (Long) constant("DepositBase");
        depositFactor = (Long) constant("DepositFactor");
        most = (Long) constant("MaxSignatories");
        call("as_multi_threshold_1", this::one).info(this::cost);
        call("as_multi", this::approveAndRun).info(this::cost);
        call("approve_as_multi", this::approve);
        call("cancel_as_multi", this::cancel);
        call("poke_deposit", this::poke);
    }

    private DispatchInfo cost(Arguments arguments) {
        DispatchInfo inner = runtime.get().info(arguments.call("call"));
        return new DispatchInfo(OWN.plus(inner.weight()), inner.operational(), false, true);
    }

    private static byte[] hash(Context context, Call call) {
        return Hashes.blake2b256(Values.encode(context.runtime().declarations().call(), call));
    }

    private static Timepoint now(Context context) {
        return new Timepoint(context.block(), context.extrinsicIndex());
    }

    private Group group(AccountId who, Arguments arguments, int threshold) {
        List<AccountId> others = arguments.list("other_signatories", AccountId.class);
        if (others.isEmpty()) {
            throw error("TooFewSignatories");
        }
        if (others.size() >= most) {
            throw error("TooManySignatories");
        }
        for (int i = 0; i < others.size(); i++) {
            if (i > 0 && ORDER.compare(others.get(i - 1), others.get(i)) >= 0) {
                throw error("SignatoriesOutOfOrder");
            }
            if (others.get(i).equals(who)) {
                throw error("SenderInSignatories");
            }
        }
        List<AccountId> all = new ArrayList<>(others);
        all.add(who);
        all.sort(ORDER);
        ScaleWriter seed = new ScaleWriter().raw(PREFIX).compact(all.size());
        all.forEach(account -> seed.raw(account.bytes()));
        return new Group(who, AccountId.of(Hashes.blake2b256(seed.u16(threshold).toByteArray())), threshold);
    }

    private Group group(Origin origin, Arguments arguments) {
        AccountId who = origin.signed();
        int threshold = arguments.u16("threshold");
        if (threshold < 2) {
            throw error("MinimumThreshold");
        }
        return group(who, arguments, threshold);
    }

    private void one(Context context, Origin origin, Arguments arguments) {
        Group group = group(origin.signed(), arguments, 1);
        Call call = arguments.call("call");
        context.dispatch(Origin.of(group.account()), call).ifPresent(refused -> {
            throw refused;
        });
        emitExecuted(context, group, now(context), hash(context, call), Optional.empty());
    }

    private void emitExecuted(
            Context context, Group group, Timepoint when, byte[] hash, Optional<DispatchException> refused) {
        emit(context, "MultisigExecuted", group.who(), when.plain(), group.account(), hash, SudoPallet.result(refused));
    }

    private void approveAndRun(Context context, Origin origin, Arguments arguments) {
        Group group = group(origin, arguments);
        Call call = arguments.call("call");
        approve(context, group, arguments, hash(context, call), Optional.of(call));
    }

    private void approve(Context context, Origin origin, Arguments arguments) {
        Group group = group(origin, arguments);
        approve(context, group, arguments, arguments.bytes("call_hash"), Optional.empty());
    }

    private void approve(Context context, Group group, Arguments arguments, byte[] hash, Optional<Call> call) {
        Optional<Timepoint> given =
                arguments.optional("maybe_timepoint", Object.class).map(Timepoint::of);
        Optional<Operation> found = operations.find(context.state(), group.account(), hash);
        if (found.isEmpty()) {
            begin(context, group, given, hash);
            return;
        }
        Operation operation = found.get();
        Timepoint when = given.orElseThrow(() -> error("NoTimepoint"));
        if (!when.equals(operation.when())) {
            throw error("WrongTimepoint");
        }
        boolean isNew = operation.approvals().size() < group.threshold()
                && !operation.approvals().contains(group.who());
        int approvals = operation.approvals().size() + (isNew ? 1 : 0);
        if (call.isPresent() && approvals >= group.threshold()) {
            requireWeight(arguments, call.get());
            operations.remove(context.state(), group.account(), hash);
            balances.unreserve(context, operation.depositor(), Tao.ofRao(operation.deposit()));
            Optional<DispatchException> refused = context.dispatch(Origin.of(group.account()), call.get());
            emitExecuted(context, group, when, hash, refused);
            return;
        }
        if (!isNew) {
            throw error("AlreadyApproved");
        }
        List<AccountId> all = new ArrayList<>(operation.approvals());
        all.add(group.who());
        all.sort(ORDER);
        operations.put(
                context.state(),
                group.account(),
                hash,
                new Operation(operation.when(), operation.deposit(), operation.depositor(), all));
        emit(context, "MultisigApproval", group.who(), when.plain(), group.account(), hash);
    }

    private void begin(Context context, Group group, Optional<Timepoint> given, byte[] hash) {
        if (given.isPresent()) {
            throw error("UnexpectedTimepoint");
        }
        Tao deposit = Tao.ofRao(depositBase + depositFactor * group.threshold());
        balances.reserve(context, group.who(), deposit);
        operations.put(
                context.state(),
                group.account(),
                hash,
                new Operation(now(context), deposit.rao(), group.who(), List.of(group.who())));
        emit(context, "NewMultisig", group.who(), group.account(), hash);
    }

    private void requireWeight(Arguments arguments, Call call) {
        Arguments given = Arguments.of(arguments.get("max_weight"));
        Weight needed = runtime.get().info(call).weight();
        if (Long.compareUnsigned(needed.refTime(), given.u64("ref_time")) > 0
                || Long.compareUnsigned(needed.proofSize(), given.u64("proof_size")) > 0) {
            throw error("MaxWeightTooLow");
        }
    }

    /** The operation of a call, if the one who asks began it. */
    private Operation own(Context context, Group group, byte[] hash, Optional<Timepoint> when) {
        Operation operation =
                operations.find(context.state(), group.account(), hash).orElseThrow(() -> error("NotFound"));
        if (when.isPresent() && !when.get().equals(operation.when())) {
            throw error("WrongTimepoint");
        }
        if (!operation.depositor().equals(group.who())) {
            throw error("NotOwner");
        }
        return operation;
    }

    private void cancel(Context context, Origin origin, Arguments arguments) {
        Group group = group(origin, arguments);
        byte[] hash = arguments.bytes("call_hash");
        Timepoint when = Timepoint.of(arguments.get("timepoint"));
        Operation operation = own(context, group, hash, Optional.of(when));
        balances.unreserve(context, operation.depositor(), Tao.ofRao(operation.deposit()));
        operations.remove(context.state(), group.account(), hash);
        emit(context, "MultisigCancelled", group.who(), when.plain(), group.account(), hash);
    }

    /** The prices of deposits never change here, so no deposit is ever out of date. */
    private void poke(Context context, Origin origin, Arguments arguments) {
        own(context, group(origin, arguments), arguments.bytes("call_hash"), Optional.empty());
    }
}
