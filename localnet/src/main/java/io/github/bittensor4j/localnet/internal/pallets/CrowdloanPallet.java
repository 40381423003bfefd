package io.github.bittensor4j.localnet.internal.pallets;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.localnet.internal.declare.Call;
import io.github.bittensor4j.localnet.internal.declare.Declarations;
import io.github.bittensor4j.localnet.internal.declare.Values;
import io.github.bittensor4j.localnet.internal.declare.Variant;
import io.github.bittensor4j.localnet.internal.runtime.Arguments;
import io.github.bittensor4j.localnet.internal.runtime.Context;
import io.github.bittensor4j.localnet.internal.runtime.DispatchInfo;
import io.github.bittensor4j.localnet.internal.runtime.Origin;
import io.github.bittensor4j.localnet.internal.runtime.Pallet;
import io.github.bittensor4j.localnet.internal.runtime.Runtime;
import io.github.bittensor4j.localnet.internal.runtime.Weight;
import io.github.bittensor4j.localnet.internal.state.Codec;
import io.github.bittensor4j.localnet.internal.state.StorageDoubleMap;
import io.github.bittensor4j.localnet.internal.state.StorageMap;
import io.github.bittensor4j.localnet.internal.state.StorageValue;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Crowdloan: TAO that many give towards a cap, and that goes to an account or pays for a call once the cap is raised, or back. A call of
 * more than 128 bytes would be kept by another pallet, which is not modelled: it is refused.
 */
public final class CrowdloanPallet extends Pallet {
    private static final byte[] ACCOUNTS = "modlbt/cloan".getBytes(StandardCharsets.US_ASCII);
    private static final Weight CREATE = new Weight(60_000_000, 6_148);

    /** A call no longer than this stands in the loan itself. */
    private static final int LONGEST_CALL = 128;

    private final BalancesPallet balances;
    private final Supplier<Runtime> runtime;
    private final StorageMap<Long, Object> loans;
    private final StorageValue<Long> next;
    private final StorageValue<Long> current;
    private final StorageDoubleMap<Long, AccountId, Tao> contributions;
    private final StorageMap<Long, Tao> mostEach;
    private final long leastDeposit;
    private final long leastContribution;
    private final long shortest;
    private final long longest;
    private final long refundsAtOnce;
    private final long mostContributors;

    /** A loan as it is stored, with what is changed of it. */
    private static final class Loan {
        final long id;
        private final Map<String, Object> fields;

        Loan(long id, Object stored) {
            this.id = id;
            this.fields = new LinkedHashMap<>();
            ((Map<?, ?>) stored).forEach((name, value) -> fields.put(String.valueOf(name), value));
        }

        private Arguments read() {
            return new Arguments(fields);
        }

        AccountId creator() {
            return read().account("creator");
        }

        AccountId funds() {
            return read().account("funds_account");
        }

        long rao(String field) {
            return read().u64(field);
        }

        long contributors() {
            return read().u32("contributors_count");
        }

        void set(String field, Object value) {
            fields.put(field, value);
        }
    }

    /**
     * The pallet.
     *
     * @param declarations where it is declared
     * @param balances who holds the TAO
     * @param runtime the runtime it becomes part of: asked what the calls inside cost
     */
    public CrowdloanPallet(Declarations declarations, BalancesPallet balances, Supplier<Runtime> runtime) {
        super("Crowdloan", declarations);
        this.balances = balances;
        this.runtime = runtime;
        loans = map("Crowdloans", Codec.U32, Codec.plain(type("CrowdloanInfo")));
        next = value("NextCrowdloanId", Codec.U32);
        current = value("CurrentCrowdloanId", Codec.U32);
        contributions = map("Contributions", Codec.U32, Codec.ACCOUNT, Codec.TAO);
        mostEach = map("MaxContributions", Codec.U32, Codec.TAO);
        leastDeposit = (Long) constant("MinimumDeposit");
        leastContribution = (Long) constant("AbsoluteMinimumContribution");
        shortest = (Long) constant("MinimumBlockDuration");
        longest = (Long) constant("MaximumBlockDuration");
        refundsAtOnce = (Long) constant("RefundContributorsLimit");
        mostContributors = (Long) constant("MaxContributors");
        call("create", this::create).info(this::cost);
        call("contribute", this::contribute);
        call("withdraw", this::withdraw);
        call("finalize", this::finish);
        call("refund", this::refund);
        call("dissolve", this::dissolve);
        call("update_min_contribution", this::updateMinimum);
        call("update_end", this::updateEnd);
        call("update_cap", this::updateCap);
        call("set_max_contribution", this::setMaximum);
    }

    private DispatchInfo cost(Arguments arguments) {
        Weight inner = arguments
                .optional("call", Call.class)
                .map(call -> runtime.get().info(call).weight())
                .orElse(Weight.ZERO);
        return new DispatchInfo(CREATE.plus(inner), false, false, true);
    }

    private void require(boolean condition, String error) {
        if (!condition) {
            throw error(error);
        }
    }

    private Loan loan(Context context, Arguments arguments) {
        long id = arguments.u32("crowdloan_id");
        return new Loan(id, loans.find(context.state(), id).orElseThrow(() -> error("InvalidCrowdloanId")));
    }

    private Loan open(Context context, Arguments arguments) {
        Loan loan = loan(context, arguments);
        require(!loan.read().bool("finalized"), "AlreadyFinalized");
        return loan;
    }

    /** One that is not final, for who made it. */
    private Loan own(Context context, Origin origin, Arguments arguments) {
        Loan loan = open(context, arguments);
        require(origin.signed().equals(loan.creator()), "InvalidOrigin");
        return loan;
    }

    private void save(Context context, Loan loan) {
        loans.put(context.state(), loan.id, loan.fields);
    }

    private void checkEnd(Context context, long end) {
        long now = context.block();
        require(now < end, "CannotEndInPast");
        require(end - now >= shortest, "BlockDurationTooShort");
        require(end - now <= longest, "BlockDurationTooLong");
    }

    private static AccountId account(long id) {
        byte[] account = new byte[AccountId.LENGTH];
        byte[] bytes = new ScaleWriter().raw(ACCOUNTS).u32(id).toByteArray();
        System.arraycopy(bytes, 0, account, 0, bytes.length);
        return AccountId.of(account);
    }

    private void create(Context context, Origin origin, Arguments arguments) {
        AccountId creator = origin.signed();
        long deposit = arguments.u64("deposit");
        long cap = arguments.u64("cap");
        long end = arguments.u32("end");
        Optional<Call> call = arguments.optional("call", Call.class);
        Optional<AccountId> target = arguments.optional("target_address", AccountId.class);
        require(Long.compareUnsigned(deposit, leastDeposit) >= 0, "DepositTooLow");
        require(Long.compareUnsigned(cap, deposit) > 0, "CapTooLow");
        require(
                Long.compareUnsigned(arguments.u64("min_contribution"), leastContribution) >= 0,
                "MinimumContributionTooLow");
        require(call.isPresent() != target.isPresent(), "InvalidFinalizationConfig");
        checkEnd(context, end);
        require(canPay(context, creator, deposit), "InsufficientBalance");
        long id = next.get(context.state());
        next.put(context.state(), id + 1);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("creator", creator);
        fields.put("deposit", deposit);
        fields.put("min_contribution", arguments.u64("min_contribution"));
        fields.put("end", end);
        fields.put("cap", cap);
        fields.put("funds_account", account(id));
        fields.put("raised", deposit);
        fields.put("target_address", target);
        fields.put("call", call.map(c -> bounded(context, c)));
        fields.put("finalized", false);
        fields.put("contributors_count", 1L);
        save(context, new Loan(id, fields));
        pay(context, creator, account(id), deposit);
        contributions.put(context.state(), id, creator, Tao.ofRao(deposit));
        emit(context, "Created", id, creator, end, cap);
    }

    private Variant bounded(Context context, Call call) {
        byte[] bytes = Values.encode(context.runtime().declarations().call(), call);
        require(bytes.length <= LONGEST_CALL, "CallUnavailable");
        return Variant.of("Inline", (Object) bytes);
    }

    private boolean canPay(Context context, AccountId account, long rao) {
        return rao >= 0 && balances.free(context.state(), account).rao() >= rao;
    }

    private void pay(Context context, AccountId from, AccountId to, long rao) {
        balances.transfer(context, from, to, Tao.ofRao(rao), false);
    }

    private void contribute(Context context, Origin origin, Arguments arguments) {
        AccountId giver = origin.signed();
        Loan loan = loan(context, arguments);
        long raised = loan.rao("raised");
        long cap = loan.rao("cap");
        long wanted = arguments.u64("amount");
        require(context.block() < loan.read().u32("end"), "ContributionPeriodEnded");
        require(Long.compareUnsigned(raised, cap) < 0, "CapRaised");
        require(Long.compareUnsigned(wanted, loan.rao("min_contribution")) >= 0, "ContributionTooLow");
        require(loan.contributors() < mostContributors, "MaxContributorsReached");
        Optional<Long> before =
                contributions.find(context.state(), loan.id, giver).map(Tao::rao);
        Optional<Long> most = mostEach.find(context.state(), loan.id).map(Tao::rao);
        long room = cap - raised;
        if (most.isPresent()) {
            require(before.orElse(0L) < most.get(), "MaxContributionReached");
            room = Math.min(room, most.get() - before.orElse(0L));
        }
        long amount = Long.compareUnsigned(wanted, room) < 0 ? wanted : room;
        require(canPay(context, giver, amount), "InsufficientBalance");
        pay(context, giver, loan.funds(), amount);
        contributions.put(context.state(), loan.id, giver, Tao.ofRao(before.orElse(0L) + amount));
        loan.set("raised", raised + amount);
        if (before.isEmpty()) {
            loan.set("contributors_count", loan.contributors() + 1);
        }
        save(context, loan);
        emit(context, "Contributed", loan.id, giver, amount);
    }

    private void withdraw(Context context, Origin origin, Arguments arguments) {
        AccountId giver = origin.signed();
        Loan loan = open(context, arguments);
        long given = contributions
                .find(context.state(), loan.id, giver)
                .map(Tao::rao)
                .orElse(0L);
        require(given > 0, "NoContribution");
        long amount = given;
        if (giver.equals(loan.creator())) {
            amount = given - loan.rao("deposit");
            require(amount > 0, "DepositCannotBeWithdrawn");
            contributions.put(context.state(), loan.id, giver, Tao.ofRao(loan.rao("deposit")));
        } else {
            contributions.remove(context.state(), loan.id, giver);
            loan.set("contributors_count", loan.contributors() - 1);
        }
        pay(context, loan.funds(), giver, amount);
        loan.set("raised", loan.rao("raised") - amount);
        save(context, loan);
        emit(context, "Withdrew", loan.id, giver, amount);
    }

    private void finish(Context context, Origin origin, Arguments arguments) {
        AccountId creator = origin.signed();
        Loan loan = loan(context, arguments);
        require(creator.equals(loan.creator()), "InvalidOrigin");
        require(loan.rao("raised") == loan.rao("cap"), "CapNotRaised");
        require(!loan.read().bool("finalized"), "AlreadyFinalized");
        require(current.find(context.state()).isEmpty(), "AlreadyFinalizing");
        loan.set("finalized", true);
        save(context, loan);
        Optional<AccountId> target = loan.read().optional("target_address", AccountId.class);
        if (target.isPresent()) {
            pay(context, loan.funds(), target.get(), loan.rao("raised"));
        } else {
            current.put(context.state(), loan.id);
            context.dispatch(Origin.of(creator), call(context, loan)).ifPresent(refused -> {
                throw refused;
            });
            current.remove(context.state());
            // What was raised for a call is what the call must have spent.
            require(balances.free(context.state(), loan.funds()).isZero(), "FundsNotSettled");
        }
        emit(context, "Finalized", loan.id);
    }

    private Call call(Context context, Loan loan) {
        Variant kept =
                loan.read().optional("call", Variant.class).orElseThrow(() -> error("InvalidFinalizationConfig"));
        return (Call) Values.decode(context.runtime().declarations().call(), (byte[]) kept.value(0));
    }

    private void refund(Context context, Origin origin, Arguments arguments) {
        Loan loan = own(context, origin, arguments);
        long refunded = 0;
        boolean all = true;
        for (Map.Entry<AccountId, Tao> one :
                contributions.all(context.state(), loan.id).entrySet()) {
            if (one.getKey().equals(loan.creator())) {
                continue;
            }
            if (refunded == refundsAtOnce) {
                all = false;
                break;
            }
            pay(context, loan.funds(), one.getKey(), one.getValue().rao());
            contributions.remove(context.state(), loan.id, one.getKey());
            loan.set("raised", loan.rao("raised") - one.getValue().rao());
            refunded++;
        }
        loan.set("contributors_count", loan.contributors() - refunded);
        save(context, loan);
        emit(context, all ? "AllRefunded" : "PartiallyRefunded", loan.id);
    }

    private void dissolve(Context context, Origin origin, Arguments arguments) {
        Loan loan = own(context, origin, arguments);
        Tao given =
                contributions.find(context.state(), loan.id, loan.creator()).orElseThrow(() -> error("NoContribution"));
        require(given.rao() == loan.rao("raised"), "NotReadyToDissolve");
        pay(context, loan.funds(), loan.creator(), given.rao());
        contributions.remove(context.state(), loan.id, loan.creator());
        loans.remove(context.state(), loan.id);
        mostEach.remove(context.state(), loan.id);
        emit(context, "Dissolved", loan.id);
    }

    private void updateMinimum(Context context, Origin origin, Arguments arguments) {
        Loan loan = own(context, origin, arguments);
        long least = arguments.u64("new_min_contribution");
        require(Long.compareUnsigned(least, leastContribution) >= 0, "MinimumContributionTooLow");
        mostEach.find(context.state(), loan.id)
                .ifPresent(most -> require(Long.compareUnsigned(least, most.rao()) <= 0, "MinimumContributionTooHigh"));
        loan.set("min_contribution", least);
        save(context, loan);
        emit(context, "MinContributionUpdated", loan.id, least);
    }

    private void updateEnd(Context context, Origin origin, Arguments arguments) {
        Loan loan = own(context, origin, arguments);
        long end = arguments.u32("new_end");
        checkEnd(context, end);
        loan.set("end", end);
        save(context, loan);
        emit(context, "EndUpdated", loan.id, end);
    }

    private void updateCap(Context context, Origin origin, Arguments arguments) {
        Loan loan = own(context, origin, arguments);
        long cap = arguments.u64("new_cap");
        require(Long.compareUnsigned(cap, loan.rao("raised")) >= 0, "CapTooLow");
        loan.set("cap", cap);
        save(context, loan);
        emit(context, "CapUpdated", loan.id, cap);
    }

    private void setMaximum(Context context, Origin origin, Arguments arguments) {
        Loan loan = own(context, origin, arguments);
        Optional<Long> most = arguments.optional("new_max_contribution", Long.class);
        if (most.isPresent()) {
            long given = contributions
                    .find(context.state(), loan.id, loan.creator())
                    .map(Tao::rao)
                    .orElse(0L);
            require(
                    Long.compareUnsigned(most.get(), loan.rao("min_contribution")) >= 0
                            && Long.compareUnsigned(most.get(), given) >= 0,
                    "MaximumContributionTooLow");
            mostEach.put(context.state(), loan.id, Tao.ofRao(most.get()));
        } else {
            mostEach.remove(context.state(), loan.id);
        }
        emit(context, "MaxContributionUpdated", loan.id, most);
    }
}
