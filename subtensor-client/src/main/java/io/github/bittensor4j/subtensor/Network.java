package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.InvalidValueException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which chain to talk to, and where: its nodes in order of preference. Immutable.
 *
 * @param name how people call it, such as {@code finney}; for an address of one's own the address itself
 * @param endpoints the nodes' WebSocket addresses, {@code ws} or {@code wss}; the first that is well is used, the others when it is not
 * @param archives nodes that keep all states, asked only for what the others say they have discarded; may be empty
 * @param genesisHash the hash of the chain's first block, {@code 0x} and 64 lower-case hex digits: a node of another chain is refused.
 *     Where it is not known here, that of the first node reached counts for all others
 */
public record Network(String name, List<URI> endpoints, List<URI> archives, Optional<String> genesisHash) {
    private static final Pattern HASH = Pattern.compile("0x[0-9a-f]{64}");
    private static final String EXPECTED = "finney, test, archive, latent-lite, local, or ws:// or wss:// addresses";
    private static final String FINNEY_GENESIS = "0x2f0555cc76fc2840a25a6ea3b9637146806f1f44b090c175ffde2a7e5ab36c03";
    private static final String TEST_GENESIS = "0x8f9cf856bf558a14440e75569c9e58594757048d7b3a84b5d25f6bd978263105";
    private static final URI ARCHIVE = URI.create("wss://archive.chain.opentensor.ai:443");

    /** Checks the addresses and the hash. */
    public Network {
        endpoints = List.copyOf(endpoints);
        archives = List.copyOf(archives);
        if (endpoints.isEmpty()) {
            throw new InvalidValueException("network.endpoint", "network: no address (expected: " + EXPECTED + ")", "");
        }
        endpoints.forEach(Network::check);
        archives.forEach(Network::check);
        genesisHash.filter(hash -> !HASH.matcher(hash).matches()).ifPresent(hash -> {
            throw new InvalidValueException(
                    "network.genesis",
                    "genesis hash: \"" + hash + "\" (expected: 0x and 64 lower-case hex digits)",
                    "");
        });
    }

    /**
     * A chain at one address, by a name of one's own.
     *
     * @param name how people call it
     * @param endpoint {@code ws} or {@code wss}
     */
    public Network(String name, URI endpoint) {
        this(name, List.of(endpoint), List.of(), Optional.empty());
    }

    private static void check(URI endpoint) {
        if (endpoint.getUserInfo() != null) {
            throw new InvalidValueException(
                    "network.endpoint",
                    "network: an address with user and password (expected: none, they would not be sent; not shown here)",
                    "leave out what stands before the @");
        }
        if (endpoint.getPort() == 0 || endpoint.getPort() > 65535) {
            throw new InvalidValueException(
                    "network.endpoint", "network: \"" + endpoint + "\" (expected: a port from 1 to 65535)", "");
        }
        String scheme = String.valueOf(endpoint.getScheme()).toLowerCase(Locale.ROOT);
        if (!(scheme.equals("ws") || scheme.equals("wss")) || endpoint.getHost() == null) {
            throw new InvalidValueException(
                    "network.endpoint",
                    "network: \"" + endpoint + "\" (expected: " + EXPECTED + ")",
                    "give a network's name or a node's WebSocket address such as ws://127.0.0.1:9944");
        }
    }

    /**
     * The main network, through its public entry point, with its public archive.
     *
     * @return the network
     */
    public static Network finney() {
        return new Network(
                "finney",
                List.of(URI.create("wss://entrypoint-finney.opentensor.ai:443")),
                List.of(ARCHIVE),
                Optional.of(FINNEY_GENESIS));
    }

    /**
     * The test network, through its public entry point.
     *
     * @return the network
     */
    public static Network test() {
        return new Network(
                "test",
                List.of(URI.create("wss://test.finney.opentensor.ai:443")),
                List.of(),
                Optional.of(TEST_GENESIS));
    }

    /**
     * A node on this machine at its usual port.
     *
     * @return {@code ws://127.0.0.1:9944}
     */
    public static Network local() {
        return new Network("local", URI.create("ws://127.0.0.1:9944"));
    }

    /**
     * A node at an address of one's own.
     *
     * @param endpoint {@code ws} or {@code wss}
     * @return the network, named by the address
     * @throws InvalidValueException when it is not such an address
     */
    public static Network of(URI endpoint) {
        return new Network(endpoint.toString(), endpoint);
    }

    /**
     * With more nodes to go to when those before them are not well.
     *
     * @param more in order of preference, after those there are
     * @return a copy
     */
    public Network withFallbacks(URI... more) {
        List<URI> all = new ArrayList<>(endpoints);
        all.addAll(List.of(more));
        return new Network(name, all, archives, genesisHash);
    }

    /**
     * With other archives.
     *
     * @param nodes that keep all states, in order of preference; none to read recent states only
     * @return a copy
     */
    public Network withArchives(URI... nodes) {
        return new Network(name, endpoints, List.of(nodes), genesisHash);
    }

    /**
     * The node preferred.
     *
     * @return the first of the endpoints
     */
    public URI endpoint() {
        return endpoints.get(0);
    }

    /**
     * Reads what people type.
     *
     * @param text {@code finney}, {@code test}, {@code local}, {@code archive} (the public archive of finney), {@code latent-lite} (a third
     *     party's node of finney), or one or more {@code ws://} or {@code wss://} addresses with commas between, in order of preference
     * @return the network
     * @throws InvalidValueException when it is neither
     */
    public static Network parse(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "finney" -> finney();
            case "test" -> test();
            case "local" -> local();
            case "archive" -> new Network("archive", List.of(ARCHIVE), List.of(), Optional.of(FINNEY_GENESIS));
            case "latent-lite" ->
                new Network(
                        "latent-lite",
                        List.of(URI.create("wss://lite.sub.latent.to:443")),
                        List.of(ARCHIVE),
                        Optional.of(FINNEY_GENESIS));
            default -> {
                List<URI> addresses = new ArrayList<>();
                for (String one : text.split(",", -1)) {
                    addresses.add(address(text, one.strip()));
                }
                yield new Network(text.strip(), addresses, List.of(), Optional.empty());
            }
        };
    }

    private static URI address(String text, String one) {
        try {
            return new URI(one);
        } catch (URISyntaxException e) {
            throw new InvalidValueException(
                    "network.endpoint", "network: \"" + text + "\" (expected: " + EXPECTED + ")", "");
        }
    }

    /** The name. */
    @Override
    public String toString() {
        return name;
    }
}
