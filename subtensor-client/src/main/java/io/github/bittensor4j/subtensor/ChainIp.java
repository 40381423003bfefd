package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.InvalidValueException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * An IP address as the chain stores it.
 *
 * @param number the address read as a big-endian number
 * @param type 4 or 6
 */
record ChainIp(BigInteger number, int type) {
    static ChainIp of(String host) {
        // Only what can not be a name is given to the resolver, so nothing is ever looked up.
        boolean v4 = host.matches("\\d{1,3}(\\.\\d{1,3}){3}");
        boolean v6 = host.indexOf(':') >= 0 && host.matches("[0-9a-fA-F:.]+");
        if (v4 || v6) {
            try {
                byte[] bytes = InetAddress.getByName(host).getAddress();
                return new ChainIp(new BigInteger(1, bytes), bytes.length == 4 ? 4 : 6);
            } catch (UnknownHostException e) {
                // reported below
            }
        }
        throw new InvalidValueException(
                "axon.ip",
                "published axon address: \"" + host + "\" (expected: a literal IPv4 or IPv6 address)",
                "the chain stores numbers, not names: give the address that others reach you at");
    }

    /** The literal address, or empty where the number is zero: not serving. */
    String text() {
        byte[] big = number.toByteArray();
        int length = type == 4 ? 4 : 16;
        byte[] bytes = new byte[length];
        int copy = Math.min(big.length, length);
        System.arraycopy(big, big.length - copy, bytes, length - copy, copy);
        try {
            return number.signum() == 0 ? "" : InetAddress.getByAddress(bytes).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException(Arrays.toString(bytes), e);
        }
    }
}
