package io.github.bittensor4j.bench;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.subtensor.Network;
import io.github.bittensor4j.subtensor.Subtensor;

/** What {@link ChainLoad} starts as a program of its own: connect, read one balance, end. */
final class FirstBalance {
    private FirstBalance() {}

    /**
     * Prints a balance.
     *
     * @param args a node's address and an account's
     */
    public static void main(String[] args) {
        try (Subtensor chain = Subtensor.connect(Network.parse(args[0]))) {
            System.out.println(chain.balance(AccountId.fromSs58(args[1])));
        }
    }
}
