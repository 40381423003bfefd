package io.github.bittensor4j.localnet.internal.yuma;

import java.math.BigInteger;

/** Which addresses a neuron may publish. */
public final class ServedAddress {
    private static final BigInteger IPV4_LOOPBACK = BigInteger.valueOf(0x7f00_0001L);
    private static final BigInteger IPV4_MAX = BigInteger.valueOf(0xffff_ffffL);
    private static final BigInteger IPV6_MAX = BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE);

    private ServedAddress() {}

    /** Whether the chain knows the address family: 4 or 6. */
    public static boolean isFamily(int ipType) {
        return ipType == 4 || ipType == 6;
    }

    /**
     * Whether an address may be published: no loopback {@code 127.0.0.1} or {@code ::1}, no broadcast.
     *
     * @param allowZero whether 0, which says that nothing is served, counts as valid
     */
    public static boolean isValid(int ipType, BigInteger ip, boolean allowZero) {
        if (!allowZero && ip.signum() == 0) {
            return false;
        }
        return switch (ipType) {
            case 4 -> ip.compareTo(IPV4_MAX) < 0 && !ip.equals(IPV4_LOOPBACK);
            case 6 -> ip.compareTo(IPV6_MAX) < 0 && !ip.equals(BigInteger.ONE);
            default -> false;
        };
    }
}
