package io.github.bittensor4j.neuron;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.tls.TlsKey;
import io.github.bittensor4j.subtensor.Subtensor;
import java.util.Map;
import java.util.Optional;

/** The TLS keys that the neurons of a subnet have published, kept at hand. Thread-safe. */
final class PublishedKeys {
    private final Subtensor chain;
    private final Netuid netuid;
    private volatile Map<AccountId, TlsKey> known;

    PublishedKeys(Subtensor chain, Netuid netuid) {
        this.chain = chain;
        this.netuid = netuid;
        this.known = chain.tlsKeys(netuid);
    }

    /** Reads them anew; when that fails, the ones at hand stay. */
    void refresh() {
        known = chain.tlsKeys(netuid);
    }

    /** The key of a hotkey; never waits. */
    Optional<TlsKey> of(AccountId hotkey) {
        return Optional.ofNullable(known.get(hotkey));
    }
}
