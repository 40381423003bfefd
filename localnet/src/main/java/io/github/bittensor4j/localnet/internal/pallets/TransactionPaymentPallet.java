package io.github.bittensor4j.localnet.internal.pallets;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.localnet.internal.declare.Declarations;
import io.github.bittensor4j.localnet.internal.runtime.Arguments;
import io.github.bittensor4j.localnet.internal.runtime.Context;
import io.github.bittensor4j.localnet.internal.runtime.DispatchException;
import io.github.bittensor4j.localnet.internal.runtime.DispatchInfo;
import io.github.bittensor4j.localnet.internal.runtime.Extrinsic;
import io.github.bittensor4j.localnet.internal.runtime.Pallet;
import io.github.bittensor4j.localnet.internal.runtime.Weight;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
        api("TransactionPaymentApi", "query_info", (context, arguments) -> info(opaque(context, arguments)));
        api("TransactionPaymentApi", "query_fee_details", (context, arguments) -> details(opaque(context, arguments)));
        api("TransactionPaymentCallApi", "query_call_info", (context, arguments) -> info(bare(context, arguments)));
        api(
                "TransactionPaymentCallApi",
                "query_call_fee_details",
                (context, arguments) -> details(bare(context, arguments)));
        for (String api : List.of("TransactionPaymentApi", "TransactionPaymentCallApi")) {
            api(api, "query_weight_to_fee", (context, arguments) -> {
                Map<?, ?> weight = (Map<?, ?>) arguments.get("weight");
                return weightToFee((Long) Objects.requireNonNull(weight.get("ref_time")));
            });
            api(api, "query_length_to_fee", (context, arguments) -> arguments.u32("length"));
        }
    }

    private record Priced(DispatchInfo info, Fee fee) {}

    private static Priced priced(Context context, byte[] bytes) {
        Extrinsic extrinsic = Extrinsic.read(context.runtime().declarations(), bytes);
        DispatchInfo info = context.runtime().info(extrinsic.call());
        long tip = extrinsic.signature().map(Extrinsic.Signature::tip).orElse(0L);
        return new Priced(info, fee(info, bytes.length, tip));
    }

    private static Priced opaque(Context context, Arguments arguments) {
        byte[] body = arguments.bytes("uxt");
        return priced(context, new ScaleWriter(body.length + 8).bytes(body).toByteArray());
    }

    private static Priced bare(Context context, Arguments arguments) {
        DispatchInfo info = context.runtime().info(arguments.call("call"));
        return new Priced(info, fee(info, (int) Math.min(Integer.MAX_VALUE, arguments.u32("len")), 0));
    }

    private static Object info(Priced priced) {
        return List.of(
                priced.info().weight().plain(),
                priced.info().dispatchClass(),
                priced.fee().partial());
    }

    private static Object details(Priced priced) {
        Fee fee = priced.fee();
        Optional<?> inclusion = priced.info().paysFee()
                ? Optional.of(List.of(fee.base(), fee.length(), fee.weight()))
                : Optional.empty();
        return List.of(inclusion, fee.tip());
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
