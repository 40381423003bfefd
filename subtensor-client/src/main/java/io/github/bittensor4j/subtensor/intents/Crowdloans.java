package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.subtensor.Call;
import java.util.Optional;

/**
 * Raising TAO together. Until a loan is finalized everything in it can go back: contributors withdraw, or its creator refunds them and
 * dissolves it. Nothing goes back by itself.
 */
public final class Crowdloans {
    private static final String PALLET = "Crowdloan";
    private static final String ID = "crowdloan_id";

    private Crowdloans() {}

    private static Draft of(String function, long id, String effect) {
        return Draft.of(Call.of(PALLET, function, ID, id)).effect(effect + " crowdloan " + id);
    }

    private static Draft change(String function, long id, String name, Object value, String effect) {
        return Draft.of(Call.of(PALLET, function, ID, id, name, value)).effect(effect + " of crowdloan " + id);
    }

    /**
     * Opens a loan. Its number is in the event {@code Created}.
     *
     * @param deposit what the creator puts in; part of what is raised
     * @param minContribution the least that others may give
     * @param cap how much is raised; when it is reached the loan can be finalized
     * @param end the last block for contributions
     * @param target who gets what was raised; either this or {@code call}
     * @param call what is done with it when it is finalized
     */
    @Operation("opens a crowdloan")
    public record CreateCrowdloan(
            Tao deposit, Tao minContribution, Tao cap, long end, Optional<AccountId> target, Optional<Intent> call)
            implements Intent {
        /** Checks that it has one purpose. */
        public CreateCrowdloan {
            if (target.isPresent() == call.isPresent()) {
                throw new InvalidValueException(
                        "crowdloan.purpose",
                        (target.isPresent() ? "a target and a call" : "neither target nor call")
                                + " (expected: one of them)",
                        "");
            }
        }

        @Override
        public Draft draft(Planning planning) {
            Draft draft = call.map(inner -> planning.draft(inner).wrapped(later -> create(Optional.of(later))))
                    .orElseGet(() -> Draft.of(create(Optional.empty())));
            return draft.spends(deposit)
                    .effect("opens a crowdloan for " + cap + " until block " + end + ", with " + deposit
                            + " of one's own");
        }

        private Call create(Optional<Call> later) {
            return Call.of(
                    PALLET,
                    "create",
                    "deposit",
                    deposit,
                    "min_contribution",
                    minContribution,
                    "cap",
                    cap,
                    "end",
                    end,
                    "call",
                    later,
                    "target_address",
                    target);
        }
    }

    /**
     * Gives TAO to a loan.
     *
     * @param crowdloanId which
     * @param amount how much; all for the free balance without the existential deposit and 0.0005 TAO for the fee
     */
    @Operation("gives TAO to a crowdloan")
    public record ContributeCrowdloan(long crowdloanId, Amount<Tao> amount) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            Tao tao = amount.value().orElseGet(planning::spendable);
            Draft draft = change("contribute", crowdloanId, "amount", tao, "adds " + tao + " to the contributions")
                    .spends(tao);
            return amount.isAll() ? draft.warning("gives the whole free balance") : draft;
        }
    }

    /**
     * Settles a loan whose cap was reached. Its creator does it.
     *
     * @param crowdloanId which
     */
    @Operation("settles a crowdloan that was raised")
    public record FinalizeCrowdloan(long crowdloanId) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return of("finalize", crowdloanId, "settles");
        }
    }

    /**
     * Gives contributions back, some fifty at a time. The loan's creator does it.
     *
     * @param crowdloanId which
     */
    @Operation("gives the contributions of a crowdloan back")
    public record RefundCrowdloan(long crowdloanId) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return of("refund", crowdloanId, "gives contributions back from");
        }
    }

    /**
     * Removes a loan in which nothing but the creator's own is left; that returns. Its creator does it.
     *
     * @param crowdloanId which
     */
    @Operation("removes a crowdloan whose contributions went back")
    public record DissolveCrowdloan(long crowdloanId) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return of("dissolve", crowdloanId, "removes");
        }
    }

    /**
     * Takes one's own contribution back; the creator's deposit stays.
     *
     * @param crowdloanId which
     */
    @Operation("takes one's contribution to a crowdloan back")
    public record WithdrawCrowdloan(long crowdloanId) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return of("withdraw", crowdloanId, "takes one's own back from");
        }
    }

    /**
     * Changes how much is raised. The loan's creator does it.
     *
     * @param crowdloanId which
     * @param newCap the new goal
     */
    @Operation("changes how much a crowdloan raises")
    public record UpdateCrowdloanCap(long crowdloanId, Tao newCap) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return change("update_cap", crowdloanId, "new_cap", newCap, "sets the cap to " + newCap);
        }
    }

    /**
     * Changes when contributions end. The loan's creator does it.
     *
     * @param crowdloanId which
     * @param newEnd the new last block
     */
    @Operation("changes when a crowdloan ends")
    public record UpdateCrowdloanEnd(long crowdloanId, long newEnd) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return change("update_end", crowdloanId, "new_end", newEnd, "sets the end to block " + newEnd);
        }
    }

    /**
     * Changes the least that may be given. The loan's creator does it.
     *
     * @param crowdloanId which
     * @param newMinContribution the new least
     */
    @Operation("changes the least contribution to a crowdloan")
    public record UpdateCrowdloanMinContribution(long crowdloanId, Tao newMinContribution) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return change(
                    "update_min_contribution",
                    crowdloanId,
                    "new_min_contribution",
                    newMinContribution,
                    "sets the least contribution to " + newMinContribution);
        }
    }

    /**
     * Limits what one contributor may give. The loan's creator does it.
     *
     * @param crowdloanId which
     * @param newMaxContribution the new most; empty for no limit
     */
    @Operation("limits what one contributor gives to a crowdloan")
    public record SetCrowdloanMaxContribution(long crowdloanId, Optional<Tao> newMaxContribution) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return change(
                    "set_max_contribution",
                    crowdloanId,
                    "new_max_contribution",
                    newMaxContribution,
                    newMaxContribution
                            .map(most -> "sets the most of one contributor to " + most)
                            .orElse("lifts the limit for one contributor"));
        }
    }
}
