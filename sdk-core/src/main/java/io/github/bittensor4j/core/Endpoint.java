package io.github.bittensor4j.core;

/**
 * Where something listens: a host name or literal IP address, and a port.
 *
 * @param host a host name, IPv4 literal or IPv6 literal without brackets; not blank
 * @param port 1 to 65535
 */
public record Endpoint(String host, int port) {
    /** Checks both parts. */
    public Endpoint {
        if (host.isBlank()
                || host.length() > 253
                || host.chars().anyMatch(c -> c <= ' ' || c == '/' || c == '[' || c == ']')) {
            throw InvalidValueException.outOfRange(
                    "endpoint.host", "host", "\"" + host + "\"", "a host name or IP address");
        }
        if (port < 1 || port > 65535) {
            throw InvalidValueException.outOfRange("endpoint.port", "port", port, "1-65535");
        }
    }

    /**
     * Reads {@code host:port}, or {@code [ipv6]:port}.
     *
     * @param text such as {@code 127.0.0.2:8091}
     * @return the endpoint
     * @throws InvalidValueException when the text has another form
     */
    public static Endpoint parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon > 0) {
            String host = text.substring(0, colon);
            boolean bracketed = host.length() > 2 && host.startsWith("[") && host.endsWith("]");
            if (bracketed || host.indexOf(':') < 0) {
                try {
                    return new Endpoint(
                            bracketed ? host.substring(1, host.length() - 1) : host,
                            Integer.parseInt(text.substring(colon + 1)));
                } catch (NumberFormatException e) {
                    // reported below, with the whole text
                }
            }
        }
        throw InvalidValueException.outOfRange(
                "endpoint.text", "endpoint", "\"" + text + "\"", "host:port such as 127.0.0.2:8091");
    }

    /** The form that {@link #parse} reads. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
