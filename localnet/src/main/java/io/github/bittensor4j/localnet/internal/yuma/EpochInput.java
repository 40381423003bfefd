package io.github.bittensor4j.localnet.internal.yuma;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The state of one mechanism of a subnet when its epoch begins. All lists over uids are as long as {@code stake}.
 *
 * @param block the current block
 * @param lastEpochBlock block of the last completed epoch; 0 for none
 * @param emission rao of alpha to share out
 * @param owner uid of the owner's hotkey, where it has one here
 * @param stake stake weight of each uid, as {@link FixedType#I64F64}
 * @param lastUpdate block of each uid's last weights
 * @param registeredAt block of each uid's registration
 * @param permits stored permits
 * @param weights stored weights by uid, in the order in which they were submitted
 * @param bonds stored bonds by uid
 * @param commitBlocks where weights are committed before they are revealed: block of each uid's oldest open commit, empty for none
 */
public record EpochInput(
        long block,
        long lastEpochBlock,
        BigInteger emission,
        OptionalInt owner,
        List<Fixed> stake,
        long[] lastUpdate,
        long[] registeredAt,
        boolean[] permits,
        List<List<UidValue>> weights,
        List<List<UidValue>> bonds,
        Optional<List<OptionalLong>> commitBlocks) {}
