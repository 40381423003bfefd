package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What leaves the account's free balance and its stakes, beside the fee. Staking spends TAO; unstaking, moving and handing over stake
 * spend alpha.
 *
 * @param tao how much TAO at most
 * @param alpha how much of each subnet's alpha at most
 * @param unbounded whether it can be more, because the chain decides when it is done
 */
public record Spend(Tao tao, Map<Netuid, Alpha> alpha, boolean unbounded) {
    /** Nothing. */
    public static final Spend NOTHING = new Spend(Tao.ZERO, Map.of(), false);

    /** Copies the amounts. */
    public Spend {
        alpha = Collections.unmodifiableMap(new TreeMap<>(alpha));
    }

    /**
     * Both together.
     *
     * @param other spent as well
     * @return the sum
     */
    public Spend plus(Spend other) {
        Map<Netuid, Alpha> sum = new TreeMap<>(alpha);
        other.alpha.forEach((netuid, amount) -> sum.merge(netuid, amount, Alpha::plus));
        return new Spend(tao.plus(other.tao), sum, unbounded || other.unbounded);
    }
}
