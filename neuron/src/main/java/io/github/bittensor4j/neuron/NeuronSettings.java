package io.github.bittensor4j.neuron;

import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.tls.TlsIdentity;
import io.github.bittensor4j.subtensor.Subtensor;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** What the builders of both kinds of neuron collect alike. */
final class NeuronSettings {
    final Netuid netuid;
    final Signer hotkey;
    final Subtensor chain;
    Duration refresh = Duration.ofSeconds(12);
    Duration drainLimit = Duration.ofSeconds(15);
    Consumer<NeuronEvent> listener = event -> {};
    Optional<Registration> registration = Optional.empty();

    NeuronSettings(Netuid netuid, Signer hotkey, Subtensor chain) {
        this.netuid = netuid;
        this.hotkey = hotkey;
        this.chain = chain;
    }

    static void publishable(TlsIdentity identity) {
        if (identity.key().isEmpty()) {
            throw new ConfigException(
                    "tls",
                    "TLS identity " + identity + " (expected: a key on P-256, which the chain can show)",
                    "TlsIdentity.pinned(file) makes one.");
        }
    }

    static Duration within(String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new InvalidValueException(
                    "neuron." + name, name + ": " + value + " (expected: " + least + " to " + most + ")", "");
        }
        return value;
    }
}
