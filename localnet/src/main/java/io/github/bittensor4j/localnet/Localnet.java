package io.github.bittensor4j.localnet;

import io.github.bittensor4j.localnet.internal.node.BlockLog;
import io.github.bittensor4j.localnet.internal.node.Chain;
import io.github.bittensor4j.localnet.internal.node.FileBlockLog;
import io.github.bittensor4j.localnet.internal.pallets.Pallets;
import io.github.bittensor4j.localnet.internal.rpc.RpcServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running local chain: a peer that official clients can not tell from the official local chain where it is modelled, and that refuses by
 * name what is not. One author, every block final at once, SS58 format 42, spec version 461.
 *
 * <p>{@code //Alice}, {@code //Bob} and {@code //Charlie} hold 1,000,000 TAO each, {@code //Dave}, {@code //Eve}, {@code //Ferdie}, {@code
 * //One}, {@code //Two} and {@code //Three} 2,000; {@code //Alice} is the sudo key. Everybody knows these keys: this chain is for
 * development, and by default listens on this machine only.
 *
 * <p>In memory the chain begins at genesis each time. With a state directory it goes on where it was, also after the process was
 * killed: a block is on disk before any client hears of it. The state of the last 4096 blocks can be read.
 *
 * <pre>{@code
 * try (Localnet chain = Localnet.builder().blockTime(BlockTime.MANUAL).start()) {
 *     // connect any client to chain.endpoint()
 *     chain.produceBlocks(10);
 * }
 * }</pre>
 *
 * <p>Thread-safe. Who starts it closes it.
 */
public final class Localnet implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Localnet.class);

    private final BlockTime blockTime;
    private final String host;
    private final Chain chain;
    private final RpcServer server;
    private final Optional<ScheduledExecutorService> author;

    private Localnet(Builder builder) {
        blockTime = builder.blockTime;
        host = builder.bind;
        long slot = blockTime.interval().toMillis();
        InstantSource clock = builder.clock;
        LongUnaryOperator time = blockTime == BlockTime.MANUAL
                ? before -> before == 0 ? clock.millis() : before + slot
                : before -> clock.millis();
        BlockLog log = builder.state.<BlockLog>map(FileBlockLog::new).orElse(BlockLog.NONE);
        Chain opened = null;
        try {
            opened = new Chain(Pallets.create(slot), slot, time, log);
            server = new RpcServer(opened, version(), new InetSocketAddress(host, builder.port));
            chain = opened;
        } catch (RuntimeException e) {
            log.close();
            throw e;
        }
        author = blockTime == BlockTime.MANUAL ? Optional.empty() : Optional.of(author(slot));
    }

    private static String version() {
        return Optional.ofNullable(Localnet.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    private ScheduledExecutorService author(long slot) {
        ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "localnet-author");
            thread.setDaemon(true);
            return thread;
        });
        executor.scheduleAtFixedRate(this::produceOne, slot, slot, TimeUnit.MILLISECONDS);
        return executor;
    }

    private void produceOne() {
        try {
            chain.produce();
        } catch (RuntimeException | Error e) { // also an Error: the executor would end all later slots, and say nothing
            LOG.error("localnet: no block was made in this slot: {}", e.getMessage(), e);
        }
    }

    /**
     * A chain to be configured.
     *
     * @return with defaults: 12-second blocks, any free port of 127.0.0.1, in memory
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Where clients connect.
     *
     * @return such as {@code ws://127.0.0.1:9944}; plain HTTP POST works on the same port
     */
    public URI endpoint() {
        String name = host.contains(":") ? "[" + host + "]" : host;
        return URI.create("ws://" + name + ":" + port());
    }

    /**
     * The port that was taken.
     *
     * @return 1 to 65535
     */
    public int port() {
        return server.address().getPort();
    }

    /**
     * The height of the newest block, which is final.
     *
     * @return 0 for genesis
     */
    public long blockNumber() {
        return chain.head().number();
    }

    /**
     * Makes blocks now, one after the other. What clients submitted before is in the first of them.
     *
     * @param count how many, at least 0
     * @throws LocalnetException when the chain makes its blocks by itself
     */
    public void produceBlocks(int count) {
        if (blockTime != BlockTime.MANUAL) {
            throw new LocalnetException(
                    "localnet.time",
                    "a chain of block time " + blockTime + " makes its blocks by itself",
                    "Start it with BlockTime.MANUAL to make blocks yourself.",
                    null);
        }
        if (count < 0) {
            throw new IllegalArgumentException("count: " + count + " (expected: 0 or more)");
        }
        for (int i = 0; i < count; i++) {
            chain.produce();
        }
    }

    /** Stops making blocks, disconnects all clients and frees the port and the state directory. Closing again does nothing. */
    @Override
    public void close() {
        // Not interrupted: that would close the file a block is being written to.
        author.ifPresent(ScheduledExecutorService::shutdown);
        server.close();
        chain.close();
    }

    /** How a local chain is to run. Not thread-safe. */
    public static final class Builder {
        private BlockTime blockTime = BlockTime.REAL;
        private int port;
        private String bind = "127.0.0.1";
        private Optional<Path> state = Optional.empty();
        private InstantSource clock = InstantSource.system();

        private Builder() {}

        /**
         * When blocks are made.
         *
         * @param time default {@link BlockTime#REAL}
         * @return this
         */
        public Builder blockTime(BlockTime time) {
            blockTime = Objects.requireNonNull(time, "blockTime");
            return this;
        }

        /**
         * The port to listen on.
         *
         * @param number 0 (the default) for any that is free; the official local chain uses 9944
         * @return this
         */
        public Builder port(int number) {
            if (number < 0 || number > 0xffff) {
                throw new IllegalArgumentException("port: " + number + " (expected: 0-65535)");
            }
            port = number;
            return this;
        }

        /**
         * The address to listen on.
         *
         * @param address default 127.0.0.1; any other lets the whole network use keys that everybody knows
         * @return this
         */
        public Builder bind(String address) {
            bind = Objects.requireNonNull(address, "bind");
            return this;
        }

        /**
         * Keeps blocks and state in a directory, and goes on from what is there.
         *
         * @param directory made when it is not there; used by one chain at a time
         * @return this
         */
        public Builder stateDirectory(Path directory) {
            state = Optional.of(directory);
            return this;
        }

        /**
         * Where the time of blocks comes from.
         *
         * @param source default the system's clock; with {@link BlockTime#MANUAL} only the first block asks it
         * @return this
         */
        public Builder clock(InstantSource source) {
            clock = Objects.requireNonNull(source, "clock");
            return this;
        }

        /**
         * Starts the chain.
         *
         * @return running; to be closed
         * @throws LocalnetException when its port or its state directory can not be used
         */
        public Localnet start() {
            return new Localnet(this);
        }
    }
}
