package io.github.bittensor4j.localnet.internal.node;

import java.util.Optional;

/**
 * What became of an extrinsic, as its watcher hears it.
 *
 * @param state {@code future}, {@code ready}, {@code inBlock}, {@code finalized} or {@code invalid}
 * @param block the block of the last three but {@code invalid}
 */
public record TransactionStatus(String state, Optional<Hash> block) {
    static TransactionStatus of(String state) {
        return new TransactionStatus(state, Optional.empty());
    }

    static TransactionStatus in(String state, Hash block) {
        return new TransactionStatus(state, Optional.of(block));
    }

    /**
     * Whether nothing follows.
     *
     * @return true for {@code finalized} and {@code invalid}
     */
    public boolean last() {
        return state.equals("finalized") || state.equals("invalid");
    }
}
