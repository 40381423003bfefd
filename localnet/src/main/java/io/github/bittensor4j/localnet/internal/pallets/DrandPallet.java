package io.github.bittensor4j.localnet.internal.pallets;

import io.github.bittensor4j.localnet.internal.declare.Declarations;
import io.github.bittensor4j.localnet.internal.runtime.Context;
import io.github.bittensor4j.localnet.internal.runtime.Pallet;
import io.github.bittensor4j.localnet.internal.state.Codec;
import io.github.bittensor4j.localnet.internal.state.StorageMap;
import io.github.bittensor4j.localnet.internal.state.StorageValue;
import io.github.bittensor4j.timelock.DevelopmentBeacon;
import io.github.bittensor4j.timelock.RoundSignature;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Drand: the rounds of a beacon. A local chain has no drand network to fetch from, so it follows the development beacon, whose key stands
 * in {@code BeaconConfig}; its rounds have quicknet's times. A pulse is made when something waits for its round, not for every round:
 * signing takes longer than all the rest of a block.
 */
public final class DrandPallet extends Pallet {
    private final TimestampPallet timestamp;
    private final StorageValue<Object> beaconConfig;
    private final StorageMap<Long, Object> pulses;
    private final StorageValue<Long> lastStoredRound;
    private final StorageValue<Long> oldestStoredRound;

    /**
     * The pallet.
     *
     * @param declarations where it is declared
     * @param timestamp the time of blocks
     */
    public DrandPallet(Declarations declarations, TimestampPallet timestamp) {
        super("Drand", declarations);
        this.timestamp = timestamp;
        beaconConfig = value("BeaconConfig", Codec.plain(type("BeaconConfiguration")));
        pulses = map("Pulses", Codec.U64, Codec.plain(type("Pulse")));
        lastStoredRound = value("LastStoredRound", Codec.U64);
        oldestStoredRound = value("OldestStoredRound", Codec.U64);
    }

    @Override
    protected void genesis(Context context) {
        Map<String, Object> config = new LinkedHashMap<>();
        ((Map<?, ?>) beaconConfig.get(context.state())).forEach((name, value) -> config.put((String) name, value));
        config.put("public_key", DevelopmentBeacon.BEACON.publicKey());
        beaconConfig.put(context.state(), config);
    }

    @Override
    protected void onFinalize(Context context) {
        Instant now = Instant.ofEpochMilli(timestamp.now(context.state()));
        if (now.isBefore(DevelopmentBeacon.BEACON.genesis())) {
            return;
        }
        long round = DevelopmentBeacon.BEACON.roundAtOrBefore(now);
        if (round > lastStoredRound.get(context.state())) {
            lastStoredRound.put(context.state(), round);
            if (oldestStoredRound.get(context.state()) == 0) {
                oldestStoredRound.put(context.state(), round);
            }
        }
    }

    /**
     * The newest round that the chain knows.
     *
     * @param context the block
     * @return 0 before the first
     */
    public long lastRound(Context context) {
        return lastStoredRound.get(context.state());
    }

    /**
     * The pulse of a round, made and stored on first use.
     *
     * @param context the block
     * @param round 1 or more
     * @return its signature; empty while the round is in the future
     */
    public Optional<RoundSignature> pulse(Context context, long round) {
        if (round < 1 || round > lastStoredRound.get(context.state())) {
            return Optional.empty();
        }
        RoundSignature signature = DevelopmentBeacon.sign(round);
        if (!pulses.contains(context.state(), round)) {
            pulses.put(
                    context.state(),
                    round,
                    Map.of("round", round, "randomness", signature.randomness(), "signature", signature.bytes()));
            emit(context, "NewPulse", List.of(round));
        }
        return Optional.of(signature);
    }
}
