package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.axon.AccessPolicy;
import io.github.bittensor4j.axon.Axon;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.crypto.Keypair;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** What tests of axon and dendrite together have in common: a miner, a validator, and what was started, closed in the end. */
abstract class BothSides {
    static final SynapseType<byte[], byte[]> ECHO = SynapseType.bytes("echo.v1");
    static final Duration SOON = Duration.ofSeconds(20);

    final Keypair miner = Keypair.development("Bob");
    final Keypair validator = Keypair.development("Alice");
    final List<AutoCloseable> closing = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        Collections.reverse(closing);
        for (AutoCloseable each : closing) {
            each.close();
        }
    }

    /** An axon of the miner for everybody, on any port of this machine. */
    final Axon.Builder loopback() {
        return Axon.builder(miner)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .access(AccessPolicy.open());
    }

    final Axon started(Axon.Builder builder) {
        Axon axon = builder.start();
        closing.add(axon);
        return axon;
    }

    final Dendrite dendrite(DendriteOptions options) {
        Dendrite dendrite = Dendrite.open(validator, options);
        closing.add(dendrite);
        return dendrite;
    }

    final Target at(int port) {
        return Target.of(miner.account(), new Endpoint("127.0.0.1", port));
    }
}
