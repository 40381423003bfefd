package io.github.bittensor4j.neuron;

import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.Metagraph;
import io.github.bittensor4j.core.NeuronInfo;
import io.github.bittensor4j.core.tls.TlsKey;
import io.github.bittensor4j.neuron.NeuronEvent.Kind;
import io.github.bittensor4j.subtensor.Call;
import io.github.bittensor4j.subtensor.Calls;
import io.github.bittensor4j.subtensor.ExtrinsicOutcome;
import io.github.bittensor4j.subtensor.SubmitOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * Keeps the endpoint that the chain shows, and the TLS key if there is one, equal to those of this miner: they are published when they differ, and then
 * only as often as the subnet allows. The transaction costs nothing but counts against a rate limit.
 *
 * <p>Used by one thread at a time.
 */
final class Publication {
    private final NeuronSettings settings;
    private final Life life;
    private final Endpoint endpoint;
    private final Optional<TlsKey> tlsKey;
    private long notBefore;

    Publication(NeuronSettings settings, Life life, Endpoint endpoint, Optional<TlsKey> tlsKey) {
        this.tlsKey = tlsKey;
        this.settings = settings;
        this.life = life;
        this.endpoint = endpoint;
    }

    /**
     * The endpoint to publish for an axon that listens at an address.
     *
     * @throws ConfigException when the chain would refuse it or nobody could reach it
     */
    static Endpoint choose(Optional<String> ip, Optional<Integer> port, InetSocketAddress bound, boolean sameMachine) {
        String host = ip.orElseGet(() -> {
            InetAddress address = bound.getAddress();
            if (!address.isAnyLocalAddress()) {
                return address.getHostAddress();
            }
            if (sameMachine) {
                return "127.0.0.2";
            }
            throw new ConfigException(
                    "external_ip",
                    "--axon-external-ip: missing (expected: the IP address at which others reach this machine; the axon listens on all of them)",
                    "Give the flag or call publish(...): it is never looked up by asking a third party.");
        });
        return check(new Endpoint(host, port.orElse(bound.getPort())));
    }

    static Endpoint check(Endpoint endpoint) {
        InetAddress address;
        try {
            if (!endpoint.host().matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
                throw new UnknownHostException(endpoint.host()); // nothing is ever looked up
            }
            address = InetAddress.getByName(endpoint.host());
        } catch (UnknownHostException e) {
            throw new ConfigException(
                    "external_ip",
                    "published address: \"" + endpoint.host()
                            + "\" (expected: a literal IP address; the chain stores no names)",
                    "Give the address that the name stands for.");
        }
        if (address.isAnyLocalAddress()) {
            throw new ConfigException(
                    "external_ip",
                    "published address: " + endpoint.host()
                            + " (expected: one that others can reach; on the chain it means \"not serving\")",
                    "Listen there if you like, and publish the address at which others reach this machine.");
        }
        if (endpoint.host().equals("127.0.0.1") || address.getHostAddress().equals("0:0:0:0:0:0:0:1")) {
            throw new ConfigException(
                    "external_ip",
                    "published address: " + endpoint.host()
                            + " (expected: any other; the chain refuses this one with InvalidIpAddress)",
                    "On one machine publish and listen on 127.0.0.2, another loopback address."
                            + " On macOS it must be added first: sudo ifconfig lo0 alias 127.0.0.2 up");
        }
        return new Endpoint(address.getHostAddress(), endpoint.port());
    }

    /** What to do when an axon could not listen; on macOS only 127.0.0.1 exists until another loopback address is added. */
    static String bindHint(InetSocketAddress bind, String reason) {
        if (reason.contains("in use")) {
            return "Another program has the port, perhaps the same miner: stop it, or choose another port with --axon-port.";
        }
        boolean loopback = bind.getAddress() != null && bind.getAddress().isLoopbackAddress();
        return "The address must be one of this machine: choose it with --axon-ip."
                + (loopback && !bind.getAddress().getHostAddress().equals("127.0.0.1")
                        ? " On macOS add it first: sudo ifconfig lo0 alias "
                                + bind.getAddress().getHostAddress() + " up."
                        : "");
    }

    /** Publishes if the chain shows something else and the rate limit allows it. */
    void keep(Metagraph metagraph, NeuronInfo seat) throws InterruptedException {
        Optional<Endpoint> shown = seat.axon().map(a -> a.endpoint());
        long now = metagraph.block().number();
        if (now < notBefore || shown.filter(this::same).isPresent() && isKeyShown()) {
            return;
        }
        ExtrinsicOutcome outcome = settings.chain.submit(call(), settings.hotkey, SubmitOptions.defaults());
        if (outcome instanceof ExtrinsicOutcome.Included included) {
            // The metagraph shows it from the next look on; until then it must not be published once more
            notBefore = included.block().number() + 1;
            life.published(endpoint);
            life.say(
                    Kind.PUBLISHED,
                    "the chain shows " + endpoint + " for uid " + seat.uid() + " of subnet " + settings.netuid
                            + " from block " + included.block().number());
        } else if (outcome instanceof ExtrinsicOutcome.Refused refused) {
            if (!refused.error().contains("ServingRateLimitExceeded") && !refused.retryable()) {
                throw new NeuronException(
                        "neuron.publish_refused",
                        false,
                        "the chain refused to publish " + endpoint + ": " + refused.error() + ": " + refused.message(),
                        refused.hint());
            }
            long limit = settings.chain.hyperparameters(settings.netuid).servingRateLimit();
            notBefore =
                    Math.max(now + 1, seat.axon().map(a -> a.block() + limit).orElse(now + limit));
            life.say(
                    Kind.PUBLISH_WAITING,
                    "the chain does not take " + endpoint + " yet (" + refused.error() + "): published from block "
                            + notBefore);
        } else {
            notBefore = now + 1; // publishing the same twice changes nothing, so the next look decides
            life.say(Kind.PUBLISH_WAITING, "it is not known whether " + endpoint + " was published: looking again");
        }
    }

    private Call call() {
        return tlsKey.map(key -> Calls.serveAxonTls(settings.netuid, endpoint, key))
                .orElseGet(() -> Calls.serveAxon(settings.netuid, endpoint));
    }

    private boolean isKeyShown() {
        return tlsKey.isEmpty()
                || settings.chain
                        .tlsKey(settings.netuid, settings.hotkey.account())
                        .equals(tlsKey);
    }

    private boolean same(Endpoint shown) {
        try {
            return shown.port() == endpoint.port() && check(shown).host().equals(endpoint.host());
        } catch (ConfigException e) {
            return false; // what stands there could not be published today
        }
    }
}
