package io.github.bittensor4j.subtensor.reads;

import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.subtensor.ChainState;
import io.github.bittensor4j.subtensor.internal.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads of the epochs' clock. Runtimes from spec 423 on keep it for each subnet and say when it is due; on older ones an epoch runs in
 * each block {@code b} of a subnet in which {@code (b + netuid + 1) mod (tempo + 1)} is {@code tempo}.
 */
public final class Epochs extends Family {
    private static final String API = "SubnetInfoRuntimeApi";
    private static final String NEXT = "get_next_epoch_start_block";

    Epochs(Supplier<ChainState> source) {
        super(source);
    }

    /**
     * Where a subnet is in its epoch.
     *
     * @param netuid the subnet
     * @param block the block this is of
     * @param tempo blocks of an epoch
     * @param epochIndex how many epochs ran
     * @param lastEpochBlock the block of the last one
     * @param blocksSinceLastStep blocks since then, by the chain's own count
     * @param pendingEpochAt the block of one that the owner has asked for besides
     * @param nextEpochStartBlock the block of the next one as the clock goes; empty for a subnet without epochs
     * @param blocksRemaining blocks until then
     * @param secondsRemaining the time until then
     */
    public record EpochStatus(
            Netuid netuid,
            long block,
            int tempo,
            long epochIndex,
            long lastEpochBlock,
            long blocksSinceLastStep,
            Optional<Long> pendingEpochAt,
            Optional<Long> nextEpochStartBlock,
            Optional<Long> blocksRemaining,
            Optional<Duration> secondsRemaining) {}

    /** The block of the next epoch after the state's. */
    static Optional<Long> next(At at, Netuid netuid) {
        if (at.offers(API, NEXT)) {
            return at.call(API, NEXT, netuid).present().map(Answer::number);
        }
        int tempo = at.subnet(netuid, "Tempo").get("Tempo").count();
        if (tempo == 0) {
            return Optional.empty();
        }
        long past = (at.block() + netuid.value() + 1) % (tempo + 1);
        long until = tempo - past;
        return Optional.of(at.block() + (until == 0 ? tempo + 1 : until));
    }

    private static long until(At at, long next) {
        return Math.max(0, next - at.block());
    }

    /**
     * When a subnet's next epoch runs, as its clock goes now.
     *
     * @param netuid the subnet
     * @return a block; empty for a subnet without epochs
     */
    @Listed("The block in which a subnet's next epoch runs, as its clock goes now.")
    public Optional<Long> nextEpochStartBlock(@Arg("netuid") Netuid netuid) {
        return read("next_epoch_start_block", at -> {
            at.subnet(netuid);
            return next(at, netuid);
        });
    }

    /**
     * How long until a subnet's next epoch, as its clock goes now.
     *
     * @param netuid the subnet
     * @return blocks; empty for a subnet without epochs
     */
    @Listed("The blocks until a subnet's next epoch, as its clock goes now.")
    public Optional<Long> blocksUntilNextEpoch(@Arg("netuid") Netuid netuid) {
        return read("blocks_until_next_epoch", at -> {
            at.subnet(netuid);
            return next(at, netuid).map(n -> until(at, n));
        });
    }

    /**
     * How long ago a subnet's last epoch ran.
     *
     * @param netuid the subnet
     * @return blocks, by the chain's own count
     */
    @Listed("The blocks since a subnet's last epoch, by the chain's own count.")
    public long blocksSinceLastStep(@Arg("netuid") Netuid netuid) {
        return read(
                "blocks_since_last_step",
                at -> at.subnet(netuid, "BlocksSinceLastStep")
                        .get("BlocksSinceLastStep")
                        .number());
    }

    /**
     * How long ago a neuron last set or committed weights for mechanism 0.
     *
     * @param netuid the subnet
     * @param uid its seat
     * @return blocks; empty when nobody sits there
     */
    @Listed("The blocks since a neuron last set or committed weights.")
    public Optional<Long> blocksSinceLastUpdate(@Arg("netuid") Netuid netuid, @Arg("uid") Uid uid) {
        return read("blocks_since_last_update", at -> {
            List<Answer> updates =
                    at.subnet(netuid, "LastUpdate").get("LastUpdate").list();
            return uid.value() < updates.size()
                    ? Optional.of(at.block() - updates.get(uid.value()).number())
                    : Optional.empty();
        });
    }

    /**
     * Where a subnet is in its epoch.
     *
     * @param netuid the subnet
     * @return its clock
     */
    @Listed("Where a subnet is in its epoch: tempo, last and next epoch, what remains.")
    public EpochStatus epochStatus(@Arg("netuid") Netuid netuid) {
        return read("epoch_status", at -> {
            At.Items items = at.subnet(
                    netuid,
                    "Tempo",
                    "BlocksSinceLastStep",
                    "LastEpochBlock",
                    "PendingEpochAt",
                    "SubnetEpochIndex",
                    "LastMechansimStepBlock");
            int tempo = items.get("Tempo").count();
            Optional<Long> next = next(at, netuid);
            Optional<Long> remaining = next.map(n -> until(at, n));
            Duration blockTime = ChainFacts.blockTime(at);
            return new EpochStatus(
                    netuid,
                    at.block(),
                    tempo,
                    items.find("SubnetEpochIndex")
                            .map(Answer::number)
                            .orElseGet(() -> (at.block() + netuid.value() + 1) / (tempo + 1)),
                    items.find("LastEpochBlock")
                            .orElseGet(() -> items.get("LastMechansimStepBlock"))
                            .number(),
                    items.get("BlocksSinceLastStep").number(),
                    items.find("PendingEpochAt").map(Answer::number).filter(b -> b > 0),
                    next,
                    remaining,
                    remaining.map(blockTime::multipliedBy));
        });
    }
}
