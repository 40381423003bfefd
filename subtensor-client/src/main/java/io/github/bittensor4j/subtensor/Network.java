package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.InvalidValueException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * Which chain to talk to, and where.
 *
 * @param name how people call it, such as {@code finney}; for an address of one's own the address itself
 * @param endpoint the node's WebSocket address, {@code ws} or {@code wss}
 */
public record Network(String name, URI endpoint) {
    /** Checks the address. */
    public Network {
        String scheme = String.valueOf(endpoint.getScheme()).toLowerCase(Locale.ROOT);
        if (!(scheme.equals("ws") || scheme.equals("wss")) || endpoint.getHost() == null) {
            throw new InvalidValueException(
                    "network.endpoint",
                    "network: \"" + endpoint + "\" (expected: finney, test, local, or a ws:// or wss:// address)",
                    "give a network's name or a node's WebSocket address such as ws://127.0.0.1:9944");
        }
    }

    /**
     * The main network, through its public entry point.
     *
     * @return the network
     */
    public static Network finney() {
        return new Network("finney", URI.create("wss://entrypoint-finney.opentensor.ai:443"));
    }

    /**
     * The test network, through its public entry point.
     *
     * @return the network
     */
    public static Network test() {
        return new Network("test", URI.create("wss://test.finney.opentensor.ai:443"));
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
     * Reads what people type.
     *
     * @param text {@code finney}, {@code test}, {@code local}, or a {@code ws://} or {@code wss://} address
     * @return the network
     * @throws InvalidValueException when it is neither
     */
    public static Network parse(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "finney" -> finney();
            case "test" -> test();
            case "local" -> local();
            default -> {
                try {
                    yield of(new URI(text.strip()));
                } catch (URISyntaxException e) {
                    throw new InvalidValueException(
                            "network.endpoint",
                            "network: \"" + text + "\" (expected: finney, test, local, or a ws:// or wss:// address)",
                            "");
                }
            }
        };
    }

    /** The name. */
    @Override
    public String toString() {
        return name;
    }
}
