package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.AxonInfo;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.NeuronInfo;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.core.tls.TlsKey;
import java.util.Optional;

/**
 * Whom to ask, and where. Requests are signed for this hotkey alone: another axon at that address refuses them.
 *
 * @param hotkey the neuron's identity
 * @param endpoint where its axon listens
 * @param uid its seat, where known; carried along, not used
 * @param dialect what its axon speaks, where that is known of this one; else {@link DendriteOptions#dialect()} holds
 * @param tlsKey the key with which its axon speaks TLS, as published on chain; then it is spoken to over TLS alone, and with this key alone
 */
public record Target(
        AccountId hotkey, Endpoint endpoint, Optional<Uid> uid, Optional<Dialect> dialect, Optional<TlsKey> tlsKey) {
    /**
     * A target that speaks what the dendrite's options say, with no TLS key.
     *
     * @param hotkey the neuron's identity
     * @param endpoint where its axon listens
     * @param uid its seat, where known
     */
    public Target(AccountId hotkey, Endpoint endpoint, Optional<Uid> uid) {
        this(hotkey, endpoint, uid, Optional.empty(), Optional.empty());
    }

    /**
     * A target outside any metagraph.
     *
     * @param hotkey the neuron's identity
     * @param endpoint where its axon listens
     * @return the target, without a uid
     */
    public static Target of(AccountId hotkey, Endpoint endpoint) {
        return new Target(hotkey, endpoint, Optional.empty());
    }

    /**
     * A neuron of a metagraph.
     *
     * @param neuron the neuron
     * @return the target, or empty when the neuron has published no axon
     */
    public static Optional<Target> of(NeuronInfo neuron) {
        return neuron.axon()
                .map(AxonInfo::endpoint)
                .map(endpoint -> new Target(neuron.hotkey(), endpoint, Optional.of(neuron.uid())));
    }

    /**
     * The same target, spoken to over TLS with one key.
     *
     * @param key what its neuron has published, as {@code Subtensor.tlsKey} reads it
     * @return a changed copy
     */
    public Target pinned(TlsKey key) {
        return new Target(hotkey, endpoint, uid, dialect, Optional.of(key));
    }

    /**
     * The same target, asked in one dialect whatever the dendrite's options say.
     *
     * @param known what its axon speaks
     * @return a changed copy
     */
    public Target speaking(Dialect known) {
        return new Target(hotkey, endpoint, uid, Optional.of(known), tlsKey);
    }
}
