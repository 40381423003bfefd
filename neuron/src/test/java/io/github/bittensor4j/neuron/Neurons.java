package io.github.bittensor4j.neuron;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.AxonInfo;
import io.github.bittensor4j.core.BlockRef;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.Metagraph;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.NeuronInfo;
import io.github.bittensor4j.core.Uid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Metagraphs for tests that need no chain. */
final class Neurons {
    static final Netuid NETUID = Netuid.of(2);

    private Neurons() {}

    static AccountId account(int number) {
        byte[] bytes = new byte[AccountId.LENGTH];
        Arrays.fill(bytes, (byte) number);
        return AccountId.of(bytes);
    }

    static NeuronInfo neuron(
            int uid, AccountId hotkey, boolean permit, long lastUpdate, long registeredAt, boolean serves) {
        return new NeuronInfo(
                Uid.of(uid),
                hotkey,
                account(99),
                true,
                serves ? Optional.of(new AxonInfo(new Endpoint("127.0.0.2", 8000 + uid), 4, 0, 1)) : Optional.empty(),
                permit,
                0,
                Alpha.ofRao(NETUID, 0),
                0,
                0,
                0,
                0,
                Alpha.ofRao(NETUID, 0),
                lastUpdate,
                registeredAt);
    }

    /** A subnet of serving miners whose hotkeys are these numbers, in the order of their uids. */
    static Metagraph subnet(long block, int... hotkeys) {
        List<NeuronInfo> neurons = new ArrayList<>();
        for (int hotkey : hotkeys) {
            neurons.add(neuron(neurons.size(), account(hotkey), false, 0, 0, true));
        }
        return metagraph(block, neurons);
    }

    static Metagraph metagraph(long block, List<NeuronInfo> neurons) {
        return new Metagraph(NETUID, new BlockRef(block, "0x" + "0".repeat(64)), 360, neurons);
    }
}
