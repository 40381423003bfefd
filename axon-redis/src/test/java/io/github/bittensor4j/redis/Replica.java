package io.github.bittensor4j.redis;

import io.github.bittensor4j.axon.AccessPolicy;
import io.github.bittensor4j.axon.Axon;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.crypto.Keypair;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * One of several axons of one hotkey, in a process of its own. Answers with its name. Tells its port on standard output, and for every line
 * on standard input how many calls it accepted and answered.
 */
final class Replica {
    static final SynapseType<byte[], byte[]> WORK = SynapseType.bytes("work.v1");

    /** Whose path a proxy may be tempted to write anew. */
    static final SynapseType<byte[], byte[]> ROUTED =
            SynapseType.bytes("routed").route("/a%20b/%7Ec/D?e=%2F&f=%41");

    record Word(String text) {}

    static final SynapseType<Word, Word> WORD = SynapseType.json("Word", Word.class, Word.class);

    private Replica() {}

    public static void main(String[] arguments) throws IOException {
        byte[] name = arguments[1].getBytes(StandardCharsets.UTF_8);
        RedisReplayStore replays = RedisReplayStore.open(
                arguments[0],
                RedisReplayOptions.DEFAULT.clocks(Duration.ofMillis(100)).timeout(Duration.ofSeconds(5)));
        Axon axon = Axon.builder(Keypair.development("Bob"))
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .access(AccessPolicy.open())
                .replays(replays)
                .limits(l -> l.waiting(1000))
                .serve(WORK, (call, question) -> {
                    // a handler at work, so that some are under way when this process is killed
                    byte[] work = question;
                    for (int i = 0; i < 4000; i++) {
                        work = Hashes.sha256(work);
                    }
                    return name;
                })
                .serve(ROUTED, (call, question) -> name)
                .serve(WORD, (call, question) -> question)
                .stream(ROUTED, (call, question, parts) -> {
                    parts.send(question);
                    parts.send(name);
                })
                .start();
        System.out.println(axon.port());
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (questions.readLine() != null) {
            System.out.println(axon.status().accepted() + " " + axon.status().answered());
        }
        System.exit(0);
    }
}
