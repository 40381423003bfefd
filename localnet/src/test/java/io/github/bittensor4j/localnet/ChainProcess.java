package io.github.bittensor4j.localnet;

import java.nio.file.Path;

/** A local chain in a process of its own, so that it can be killed. Ends when its standard input does, at the latest with its parent. */
final class ChainProcess {
    private ChainProcess() {}

    public static void main(String[] arguments) throws Exception {
        Localnet chain = Localnet.builder()
                .blockTime(BlockTime.FAST)
                .stateDirectory(Path.of(arguments[0]))
                .start();
        System.out.println("endpoint " + chain.endpoint());
        while (System.in.read() >= 0) {
            // nothing is said to it
        }
        chain.close();
    }
}
