package io.github.bittensor4j.axon;

import io.github.bittensor4j.protocol.internal.Refusal;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Slows addresses down from which come signatures that do not hold, and replays: each cost this axon a check. Of IPv6 the network of 64
 * bits counts, which one host may have whole. Only who failed has an entry, and only until its bucket is full again; when there is no room
 * for another, those that are there are kept, and new ones are not slowed.
 */
final class Peers {
    private static final int MOST_PEERS = 1 << 16;

    private final Rate failures;
    private final ConcurrentHashMap<InetAddress, AtomicLong> fullAt = new ConcurrentHashMap<>();

    Peers(Rate failures) {
        this.failures = failures;
    }

    /** Whether this address may try again. */
    void check(InetAddress peer) throws Refused {
        AtomicLong bucket = fullAt.isEmpty() ? null : fullAt.get(network(peer));
        if (bucket != null) {
            Duration wait = failures.wait(bucket.get(), System.nanoTime());
            if (!wait.isZero()) {
                throw Refused.until(
                        Refusal.LIMIT_PEER, "too many requests from this address were not the sender's own", wait);
            }
        }
    }

    /** A request from this address was not what it claims to be. */
    void failed(InetAddress peer) {
        long now = System.nanoTime();
        InetAddress network = network(peer);
        AtomicLong bucket = fullAt.get(network);
        if (bucket == null) {
            if (fullAt.size() >= MOST_PEERS) {
                return;
            }
            bucket = fullAt.computeIfAbsent(network, key -> new AtomicLong(now));
        }
        bucket.updateAndGet(at -> failures.take(at, now));
    }

    /** Forgets who has not failed for long. To be called now and then. */
    void sweep() {
        long now = System.nanoTime();
        fullAt.values().removeIf(at -> at.get() - now <= 0);
    }

    int size() {
        return fullAt.size();
    }

    private static InetAddress network(InetAddress peer) {
        if (!(peer instanceof Inet6Address)) {
            return peer;
        }
        byte[] address = peer.getAddress();
        Arrays.fill(address, 8, 16, (byte) 0);
        try {
            return InetAddress.getByAddress(address);
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError("16 bytes are an address", e);
        }
    }
}
