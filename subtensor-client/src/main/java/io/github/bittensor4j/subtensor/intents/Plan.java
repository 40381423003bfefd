package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.BlockRef;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.subtensor.Call;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An intent as it would be done: the call by the chain as it was at one block, what it costs and does, and what stands against it. Made by
 * {@link io.github.bittensor4j.subtensor.Subtensor#plan}; what is executed is this very call, with the amounts and price limits in it.
 */
public final class Plan {
    private final Intent intent;
    private final AccountId account;
    private final BlockRef block;
    private final long specVersion;
    private final Draft draft;
    private final Tao fee;
    private final List<String> violations;
    private final byte[] callData;
    private final long judgedAt;

    private Plan(
            Intent intent,
            AccountId account,
            BlockRef block,
            long specVersion,
            Draft draft,
            Tao fee,
            List<String> violations,
            byte[] callData,
            long judgedAt) {
        this.callData = callData;
        this.judgedAt = judgedAt;
        this.intent = intent;
        this.account = account;
        this.block = block;
        this.specVersion = specVersion;
        this.draft = draft;
        this.fee = fee;
        this.violations = violations;
    }

    /**
     * Plans an intent.
     *
     * @param intent what is wanted
     * @param planning by which block and for whom
     * @param policy what is allowed
     * @return the plan, whether or not anything stands against it
     * @throws io.github.bittensor4j.subtensor.ChainException with code {@code metadata.unknown} when the runtime lacks what it needs
     * @throws io.github.bittensor4j.core.InvalidValueException when it can not be done at all
     */
    public static Plan of(Intent intent, Planning planning, Policy policy) {
        Draft draft = planning.draft(intent);
        Tao fee = draft.call()
                .map(call -> planning.chain().fee(call, planning.account()))
                .orElse(Tao.ZERO);
        return new Plan(
                intent,
                planning.account(),
                planning.block(),
                planning.chain().runtimeVersion().specVersion(),
                draft,
                fee,
                policy.violations(draft, fee),
                draft.call().map(planning.metadata()::encodeCall).orElse(new byte[0]),
                planning.block().number());
    }

    /**
     * The same call judged anew, for the moment before it is signed.
     *
     * @param policy what is allowed
     * @param fee what the call costs now, with the tip
     * @param now the newest block, by which what had to wait may be due
     * @return a copy with that fee and the violations of that policy
     */
    public Plan judged(Policy policy, Tao fee, BlockRef now) {
        return new Plan(
                intent, account, block, specVersion, draft, fee, policy.violations(draft, fee), callData, now.number());
    }

    /**
     * What is wanted.
     *
     * @return as given
     */
    public Intent intent() {
        return intent;
    }

    /**
     * Who signs.
     *
     * @return the account it was planned for
     */
    public AccountId account() {
        return account;
    }

    /**
     * By which block it was planned.
     *
     * @return the newest block at that time
     */
    public BlockRef block() {
        return block;
    }

    /**
     * By which runtime it was planned; under another it is not executed.
     *
     * @return its spec version
     */
    public long specVersion() {
        return specVersion;
    }

    /**
     * What is signed.
     *
     * @return the call; empty when an obstacle leaves nothing to sign
     */
    public Optional<Call> call() {
        return draft.call();
    }

    /**
     * What it costs beside what it spends.
     *
     * @return the runtime's own estimate, without a tip
     */
    public Tao fee() {
        return fee;
    }

    /**
     * What leaves the account.
     *
     * @return at most
     */
    public Spend spend() {
        return draft.spend();
    }

    /**
     * What it does.
     *
     * @return in words, one line each
     */
    public List<String> effects() {
        return draft.effects();
    }

    /**
     * What to think of before.
     *
     * @return in words, one line each
     */
    public List<String> warnings() {
        return draft.warnings();
    }

    /**
     * Why the chain would refuse it now.
     *
     * @return in words, one line each; empty when nothing is known against it
     */
    public List<String> obstacles() {
        return draft.obstacles();
    }

    /**
     * The first block that can take it, where a rate limit or a waiting time says so.
     *
     * @return a height, which may lie behind; empty where there is no such rule
     */
    public OptionalLong earliestBlock() {
        return draft.earliestBlock();
    }

    /**
     * What the policy forbids of it.
     *
     * @return in words, one line each; empty when it is allowed
     */
    public List<String> violations() {
        return violations;
    }

    /**
     * Whether those who watch the pool could trade against it, so that it is better submitted shielded.
     *
     * @return true for trades
     */
    public boolean shieldAdvised() {
        return draft.shieldAdvised();
    }

    /**
     * Whether it can be executed: the policy forbids nothing of it and no obstacle is known.
     *
     * @return true when nothing stands against it
     */
    public boolean ok() {
        return violations.isEmpty()
                && draft.obstacles().isEmpty()
                && draft.call().isPresent()
                && !tooEarly();
    }

    private boolean tooEarly() {
        return draft.earliestBlock().isPresent() && draft.earliestBlock().getAsLong() > judgedAt + 1;
    }

    /**
     * The plan for scripts, with the names of the official SDK: {@code op}, {@code signer}, {@code signer_address}, {@code args}, {@code
     * fee_tao}, {@code spend_tao}, {@code spend_unbounded}, {@code effects}, {@code warnings}, {@code violations}, {@code ok}; and {@code
     * spend_alpha} by subnet, {@code obstacles}, {@code earliest_block}, {@code shield_advised}, {@code block}, {@code spec_version},
     * {@code call} by names and {@code call_data}, the bytes that would be signed, in hex.
     *
     * @return one JSON object; amounts are texts
     */
    public String toJson() {
        return IntentJson.write(this).toString();
    }

    byte[] callData() {
        return callData;
    }

    /** The intent and what stands against it. */
    @Override
    public String toString() {
        return intent.op() + " by " + account + " at block " + block.number()
                + (ok() ? "" : ": " + violations + draft.obstacles());
    }
}
