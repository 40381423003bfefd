package io.github.bittensor4j.axon;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.NeuronInfo;
import java.util.Optional;

/** A caller whose signature was checked and whom the access policy let in. Only an axon makes one. Immutable. */
public final class VerifiedCaller {
    private final AccountId hotkey;
    private final Optional<NeuronInfo> neuron;

    VerifiedCaller(AccountId hotkey, Optional<NeuronInfo> neuron) {
        this.hotkey = hotkey;
        this.neuron = neuron;
    }

    /**
     * The caller's identity.
     *
     * @return the key that signed the request
     */
    public AccountId hotkey() {
        return hotkey;
    }

    /**
     * The caller's neuron on this subnet.
     *
     * @return as in the snapshot by which the call was admitted; empty when it is not registered or no metagraph is at hand
     */
    public Optional<NeuronInfo> neuron() {
        return neuron;
    }

    /** The hotkey's address. */
    @Override
    public String toString() {
        return hotkey.ss58();
    }
}
