package io.github.bittensor4j.bench;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.BlockRef;
import io.github.bittensor4j.core.Metagraph;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.NeuronInfo;
import io.github.bittensor4j.core.Uid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The validators of a made-up subnet. For one thread until it is complete. */
final class Subnet {
    private static final Netuid NETUID = Netuid.of(1);

    private final List<NeuronInfo> validators = new ArrayList<>();
    private Metagraph metagraph = snapshot();

    void add(AccountId hotkey, long stakeWeight) {
        Alpha none = Alpha.ofRao(NETUID, 0);
        validators.add(new NeuronInfo(
                Uid.of(validators.size()),
                hotkey,
                hotkey,
                true,
                Optional.empty(),
                true,
                stakeWeight,
                none,
                0,
                0,
                0,
                0,
                none,
                0,
                0));
        metagraph = snapshot();
    }

    private Metagraph snapshot() {
        return new Metagraph(NETUID, new BlockRef(1, "0x" + "00".repeat(32)), 360, validators);
    }

    Metagraph metagraph() {
        return metagraph;
    }
}
