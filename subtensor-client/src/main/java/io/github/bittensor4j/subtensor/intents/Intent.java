package io.github.bittensor4j.subtensor.intents;

/**
 * What somebody wants done on the chain. Implementations are immutable records: the same intent can be planned again at any time, and
 * becomes JSON and back by {@link Intents}.
 */
public interface Intent {
    /**
     * What it is called: its record's name in snake case, which is the name that the official SDK 11 uses.
     *
     * @return such as {@code add_stake}
     */
    default String op() {
        return Intents.nameOf(getClass());
    }

    /**
     * Which of a wallet's keys signs it.
     *
     * @return as its {@link Operation} says
     */
    default Operation.Key signer() {
        return Intents.operation(getClass()).signer();
    }

    /**
     * Composes the call by the chain as it is at one block, and says what it does. Nothing is signed or sent.
     *
     * @param planning the chain at that block, and who asks
     * @return the call and all that is known of it
     * @throws io.github.bittensor4j.core.InvalidValueException when this can not be done at all, such as unstaking where nothing is staked
     * @throws io.github.bittensor4j.subtensor.ChainException with code {@code metadata.unknown} when the runtime lacks what is needed
     */
    Draft draft(Planning planning);
}
