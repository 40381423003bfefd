package io.github.bittensor4j.localnet.internal.pallets;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.localnet.internal.declare.Declarations;
import io.github.bittensor4j.localnet.internal.runtime.Context;
import io.github.bittensor4j.localnet.internal.runtime.DispatchException;
import io.github.bittensor4j.localnet.internal.runtime.DispatchInfo;
import io.github.bittensor4j.localnet.internal.runtime.Pallet;
import io.github.bittensor4j.localnet.internal.runtime.Weight;
import java.util.List;
import java.util.Optional;

/** TransactionPayment: what an extrinsic costs, taken before it runs. */
public final class TransactionPaymentPallet extends Pallet {
    /** What every extrinsic costs to run besides its call. */
    private static final Weight BASE = new Weight(108_157_000, 0);

    private final BalancesPallet balances;
    private final SystemPallet system;

    /**
     * What an extrinsic costs.
     *
     * @param base for being there
     * @param length for its bytes
     * @param weight for its call
     * @param tip what the sender adds
     */
    public record Fee(long base, long length, long weight, long tip) {
        /**
         * All of it.
         *
         * @return rao
         */
        public Tao total() {
            return Tao.ofRao(Math.addExact(base + length + weight, tip));
        }

        /**
         * All but the tip.
         *
         * @return rao
         */
        public Tao partial() {
            return Tao.ofRao(base + length + weight);
        }
    }

    /**
     * The pallet.
     *
     * @param declarations where it is declared
     * @param balances who is charged
     * @param system who exists
     */
    public TransactionPaymentPallet(Declarations declarations, BalancesPallet balances, SystemPallet system) {
        super("TransactionPayment", declarations);
        this.balances = balances;
        this.system = system;
        api(
                "TransactionPaymentApi",
                "query_weight_to_fee",
                (context, arguments) -> weightToFee((Long)
                        ((List<?>) List.copyOf(((java.util.Map<?, ?>) arguments.get("weight")).values())).get(0)));
        api("TransactionPaymentApi", "query_length_to_fee", (context, arguments) -> arguments.u32("length"));
        api(
                "TransactionPaymentCallApi",
                "query_weight_to_fee",
                (context, arguments) -> weightToFee((Long)
                        ((List<?>) List.copyOf(((java.util.Map<?, ?>) arguments.get("weight")).values())).get(0)));
        api("TransactionPaymentCallApi", "query_length_to_fee", (context, arguments) -> arguments.u32("length"));
    }

    /** 500,000 parts per billion of a rao per picosecond. */
    private static long weightToFee(long refTime) {
        return refTime / 2000;
    }

    /**
     * What an extrinsic costs: half a rao per 1000 picoseconds, one rao per byte, the tip.
     *
     * @param info what is known of its call
     * @param bytes its length
     * @param tip what its sender adds, as bits
     * @return the fee; zero for calls that are free
     */
    public static Fee fee(DispatchInfo info, int bytes, long tip) {
        return info.paysFee()
                ? new Fee(
                        weightToFee(BASE.refTime()),
                        bytes,
                        weightToFee(Math.min(info.weight().refTime(), 4_000_000_000_000L)),
                        tip)
                : new Fee(0, 0, 0, tip);
    }

    /**
     * Takes a fee.
     *
     * @param context the block
     * @param payer who pays
     * @param fee how much
     * @return false when the payer can not pay
     */
    public boolean charge(Context context, AccountId payer, Tao fee) {
        if (fee.rao() == 0) {
            return true;
        }
        if (!system.exists(context.state(), payer)) {
            return false;
        }
        Optional<DispatchException> refused = context.attempt(() -> balances.withdraw(context, payer, fee, true));
        return refused.isEmpty();
    }

    /**
     * Says what was paid in the end, and gives back what was not owed.
     *
     * @param context the block
     * @param payer who paid
     * @param taken what was taken before
     * @param owed what is owed after
     * @param tip the part that was a tip
     */
    public void settle(Context context, AccountId payer, Tao taken, Tao owed, Tao tip) {
        if (taken.rao() != 0) {
            balances.deposit(context, payer, Tao.ofRao(taken.rao() - owed.rao()));
        }
        emit(context, "TransactionFeePaid", payer, owed, tip);
    }
}
