package io.github.bittensor4j.axon;

import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.crypto.Keypair;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;

/** An axon in a process of its own, to be killed. Tells its port on standard output. */
final class RestartedAxon {
    private RestartedAxon() {}

    public static void main(String[] arguments) throws InterruptedException {
        Axon axon = Axon.builder(Keypair.development("Bob"))
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .access(AccessPolicy.open())
                .serve(SynapseType.bytes("echo.v1"), (call, bytes) -> bytes)
                .start();
        System.out.println("port " + axon.port());
        System.out.flush();
        new CountDownLatch(1).await();
    }
}
