package io.github.bittensor4j.subtensor.reads;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.subtensor.ChainState;
import io.github.bittensor4j.subtensor.internal.Answer;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads of leases of subnets and of crowdloans. */
public final class Leasing extends Family {
    private static final String LEASES = "SubnetLeases";
    private static final String PALLET = "Crowdloan";
    private static final String LOANS = "Crowdloans";

    Leasing(Supplier<ChainState> source) {
        super(source);
    }

    /**
     * A leased subnet.
     *
     * @param leaseId its number
     * @param beneficiary who runs the subnet
     * @param coldkey the lease's own coldkey
     * @param hotkey the lease's own hotkey
     * @param emissionsShare the contributors' part of the owner's emission, 0 to 100 percent
     * @param endBlock when it ends; empty for never
     * @param netuid the subnet
     * @param cost what it cost
     */
    public record Lease(
            long leaseId,
            AccountId beneficiary,
            AccountId coldkey,
            AccountId hotkey,
            int emissionsShare,
            Optional<Long> endBlock,
            Netuid netuid,
            Tao cost) {}

    /**
     * A crowdloan.
     *
     * @param creator who started it
     * @param deposit what the creator put in first
     * @param minContribution the least contribution
     * @param cap what it is to raise
     * @param raised what it has raised
     * @param end the block from which nobody can contribute
     * @param finalized whether it is done
     * @param targetAddress where the money goes; empty when a call decides
     * @param fundsAccount where the money is
     */
    public record Crowdloan(
            AccountId creator,
            Tao deposit,
            Tao minContribution,
            Tao cap,
            Tao raised,
            long end,
            boolean finalized,
            Optional<AccountId> targetAddress,
            AccountId fundsAccount) {}

    /**
     * A crowdloan in a list.
     *
     * @param id its number
     * @param creator who started it
     * @param raisedTao what it has raised
     * @param capTao what it is to raise
     * @param finalized whether it is done
     */
    public record CrowdloanSummary(long id, AccountId creator, Tao raisedTao, Tao capTao, boolean finalized) {}

    /**
     * Who gave how much.
     *
     * @param contributor who
     * @param amountTao how much
     */
    public record Contribution(AccountId contributor, Tao amountTao) {}

    private static Lease lease(long id, Answer l) {
        return new Lease(
                id,
                l.get("beneficiary").account(),
                l.get("coldkey").account(),
                l.get("hotkey").account(),
                l.get("emissions_share").count(),
                l.find("end_block").map(Answer::number),
                l.get("netuid").netuid(),
                l.get("cost").tao());
    }

    /**
     * A leased subnet.
     *
     * @param leaseId its number
     * @return empty when there is none of that number
     */
    @Listed("A subnet's lease: beneficiary, share of the emission, end, cost.")
    public Optional<Lease> lease(@Arg("lease_id") long leaseId) {
        return read("lease", at -> at.find(At.MODULE, LEASES, leaseId).map(l -> lease(leaseId, l)));
    }

    /**
     * All leased subnets.
     *
     * @return in the chain's order
     */
    @Listed("Every subnet's lease.")
    public List<Lease> leases() {
        return read(
                "leases",
                at -> at.entries(At.MODULE, LEASES)
                        .map(e -> lease(e.key(0).number(), e.value()))
                        .toList());
    }

    /**
     * A crowdloan.
     *
     * @param crowdloanId its number
     * @return empty when there is none of that number
     */
    @Listed("A crowdloan: creator, deposit, what it has raised of how much, when it ends.")
    public Optional<Crowdloan> crowdloan(@Arg("crowdloan_id") long crowdloanId) {
        return read(
                "crowdloan",
                at -> at.find(PALLET, LOANS, crowdloanId)
                        .map(c -> new Crowdloan(
                                c.get("creator").account(),
                                c.get("deposit").tao(),
                                c.get("min_contribution").tao(),
                                c.get("cap").tao(),
                                c.get("raised").tao(),
                                c.get("end").number(),
                                c.get("finalized").flag(),
                                c.find("target_address").map(Answer::account),
                                c.get("funds_account").account())));
    }

    /**
     * All crowdloans.
     *
     * @return by number
     */
    @Listed("Every crowdloan, in short.")
    public List<CrowdloanSummary> crowdloans() {
        return read(
                "crowdloans",
                at -> at.entries(PALLET, LOANS)
                        .map(e -> new CrowdloanSummary(
                                e.key(0).number(),
                                e.value().get("creator").account(),
                                e.value().get("raised").tao(),
                                e.value().get("cap").tao(),
                                e.value().get("finalized").flag()))
                        .sorted(Comparator.comparing(CrowdloanSummary::id))
                        .toList());
    }

    /**
     * Who gave to a crowdloan.
     *
     * @param crowdloanId its number
     * @return in the chain's order
     */
    @Listed("Who gave how much to a crowdloan.")
    public List<Contribution> crowdloanContributors(@Arg("crowdloan_id") long crowdloanId) {
        return read(
                "crowdloan_contributors",
                at -> at.entries(PALLET, "Contributions", crowdloanId)
                        .map(e -> new Contribution(e.key(0).account(), e.value().tao()))
                        .toList());
    }
}
