package io.github.bittensor4j.core;

import java.util.regex.Pattern;

/**
 * Where something listens: a host name or literal IP address, and a port.
 *
 * @param host a host name, IPv4 literal or IPv6 literal without brackets; not blank
 * @param port 1 to 65535
 */
public record Endpoint(String host, int port) {
    // Names may hold what DNS forbids but containers use, the underscore; an IPv6 address is told by two colons at
    // least.
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]{1,253}");
    private static final Pattern IPV6 = Pattern.compile("(?=[^:]*:[^:]*:)[0-9A-Fa-f:.]{2,45}(%[A-Za-z0-9._-]{1,64})?");
    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

    /** Checks both parts. */
    public Endpoint {
        if (!HOST.matcher(host).matches() && !IPV6.matcher(host).matches()) {
            throw InvalidValueException.outOfRange("endpoint.host", "host", shown(host), "a host name or IP address");
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
            String port = text.substring(colon + 1);
            if ((bracketed || host.indexOf(':') < 0) && PORT.matcher(port).matches()) {
                return new Endpoint(bracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(port));
            }
        }
        throw InvalidValueException.outOfRange(
                "endpoint.text", "endpoint", shown(text), "host:port such as 127.0.0.2:8091");
    }

    private static String shown(String text) {
        String head = text.length() > 64 ? text.substring(0, 64) + "..." : text;
        return "\"" + head.replaceAll("[^ -~]", "?") + "\"";
    }

    /** The form that {@link #parse} reads. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
