package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.crypto.DerivedAccounts;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.subtensor.Call;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Acting as an account of several signatories. The first signatory opens an operation, others approve it, the last one executes it with the
 * whole call. All of them name the same threshold, the same other signatories in any order, and the same call; all but the first name where
 * it was opened.
 */
public final class Multisigs {
    private static final String PALLET = "Multisig";

    private Multisigs() {}

    /**
     * Where an operation was opened, as the chain keeps it in {@code Multisig.Multisigs}.
     *
     * @param height the block
     * @param index the place of the extrinsic in it
     */
    public record Timepoint(long height, long index) {
        private Map<String, Object> value() {
            return Map.of("height", height, "index", index);
        }
    }

    /**
     * Does something as an account of which every signatory may act alone.
     *
     * @param otherSignatories all but the signer, in any order
     * @param call what to do as that account
     */
    @Operation("acts as an account of several signatories that each may act alone")
    public record MultisigThreshold1(List<AccountId> otherSignatories, Intent call) implements Intent {
        /** Copies the list. */
        public MultisigThreshold1 {
            otherSignatories = List.copyOf(otherSignatories);
        }

        @Override
        public Draft draft(Planning planning) {
            Group group = new Group(1, otherSignatories, planning);
            return group.inner(call)
                    .wrapped(inner ->
                            Call.of(PALLET, "as_multi_threshold_1", "other_signatories", group.sorted(), "call", inner))
                    .effect("does it as " + group.account());
        }
    }

    /**
     * Approves with the whole call, and executes it when that was the last approval missing.
     *
     * @param threshold how many signatories it needs, the signer included; 2 or more
     * @param otherSignatories all but the signer, in any order
     * @param call what to do as their account
     * @param timepoint where it was opened; empty to open it, which reserves a deposit
     */
    @Operation("approves what an account of several signatories does, and does it when enough have")
    public record MultisigExecute(
            int threshold, List<AccountId> otherSignatories, Intent call, Optional<Timepoint> timepoint)
            implements Intent {
        /** Copies the list. */
        public MultisigExecute {
            otherSignatories = List.copyOf(otherSignatories);
        }

        @Override
        public Draft draft(Planning planning) {
            Group group = new Group(threshold, otherSignatories, planning);
            return group.told(group.inner(call).wrapped(group.asMulti(timepoint)), timepoint);
        }
    }

    /**
     * Approves without executing: by the call's hash, or with the whole call when it opens the operation, so that the others find it on
     * the chain.
     *
     * @param threshold how many signatories it needs, the signer included; 2 or more
     * @param otherSignatories all but the signer, in any order
     * @param call what is approved
     * @param timepoint where it was opened; empty to open it, which reserves a deposit
     */
    @Operation("approves what an account of several signatories is to do")
    public record MultisigApprove(
            int threshold, List<AccountId> otherSignatories, Intent call, Optional<Timepoint> timepoint)
            implements Intent {
        /** Copies the list. */
        public MultisigApprove {
            otherSignatories = List.copyOf(otherSignatories);
        }

        @Override
        public Draft draft(Planning planning) {
            Group group = new Group(threshold, otherSignatories, planning);
            UnaryOperator<Call> approval = timepoint.isEmpty()
                    ? group.asMulti(timepoint)
                    : inner -> Call.of(
                            PALLET,
                            "approve_as_multi",
                            "threshold",
                            threshold,
                            "other_signatories",
                            group.sorted(),
                            "maybe_timepoint",
                            timepoint.map(Timepoint::value),
                            "call_hash",
                            group.hash(inner),
                            "max_weight",
                            group.weight(inner));
            return group.told(group.inner(call).wrapped(approval), timepoint);
        }
    }

    /**
     * Gives an operation up before enough have approved; the deposit returns. Only who opened it can.
     *
     * @param threshold as it was opened
     * @param otherSignatories all but the signer, in any order
     * @param call what was approved
     * @param timepoint where it was opened
     */
    @Operation("gives up what an account of several signatories was to do")
    public record MultisigCancel(
            int threshold,
            List<AccountId> otherSignatories,
            Intent call,
            @JsonField(name = "timepoint") Timepoint timepoint)
            implements Intent {
        /** Copies the list. */
        public MultisigCancel {
            otherSignatories = List.copyOf(otherSignatories);
        }

        @Override
        public Draft draft(Planning planning) {
            Group group = new Group(threshold, otherSignatories, planning);
            return group.inner(call)
                    .wrapped(inner -> Call.of(
                            PALLET,
                            "cancel_as_multi",
                            "threshold",
                            threshold,
                            "other_signatories",
                            group.sorted(),
                            "timepoint",
                            timepoint.value(),
                            "call_hash",
                            group.hash(inner)))
                    .effect("gives up the operation of " + group.account() + "; the deposit returns");
        }
    }

    /** The signatories of an account, one of whom plans. */
    private record Group(int threshold, List<AccountId> others, Planning planning) {
        Group {
            if (threshold < 1 || threshold > others.size() + 1) {
                throw new InvalidValueException(
                        "multisig.threshold",
                        "threshold: " + threshold + " of " + (others.size() + 1) + " signatories (expected: 1 to "
                                + (others.size() + 1) + ")",
                        "");
            }
            if (others.contains(planning.account())
                    || others.stream().distinct().count() != others.size()) {
                throw new InvalidValueException(
                        "multisig.signatories",
                        "other signatories: the signer " + planning.account() + ", or one of them twice (expected:"
                                + " each of the others once)",
                        "");
            }
        }

        List<AccountId> sorted() {
            return others.stream()
                    .sorted(Comparator.comparing(AccountId::bytes, Arrays::compareUnsigned))
                    .toList();
        }

        AccountId account() {
            List<AccountId> all = new ArrayList<>(others);
            all.add(planning.account());
            return DerivedAccounts.multisig(threshold, all);
        }

        Draft inner(Intent call) {
            return planning.as(account()).draft(call);
        }

        UnaryOperator<Call> asMulti(Optional<Timepoint> timepoint) {
            if (threshold < 2) {
                throw new InvalidValueException(
                        "multisig.threshold",
                        "threshold: " + threshold + " (expected: 2 or more)",
                        "Where each signatory may act alone, use multisig_threshold_1.");
            }
            return inner -> Call.of(
                    PALLET,
                    "as_multi",
                    "threshold",
                    threshold,
                    "other_signatories",
                    sorted(),
                    "maybe_timepoint",
                    timepoint.map(Timepoint::value),
                    "call",
                    inner,
                    "max_weight",
                    weight(inner));
        }

        Draft told(Draft draft, Optional<Timepoint> timepoint) {
            Draft told = draft.effect("approves it as one of " + threshold + " signatories of " + account());
            return timepoint.isPresent() ? told : told.effect("opens the operation and reserves a deposit");
        }

        byte[] hash(Call inner) {
            return Hashes.blake2b256(planning.metadata().encodeCall(inner));
        }

        /** What the runtime says that the call weighs: it refuses one that weighs more. */
        Object weight(Call inner) {
            int length = planning.metadata().encodeCall(inner).length;
            return planning.ask("TransactionPaymentCallApi", "query_call_info", inner, length)
                    .get("weight")
                    .plain();
        }
    }
}
