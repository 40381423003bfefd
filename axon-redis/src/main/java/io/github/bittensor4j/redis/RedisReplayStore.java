package io.github.bittensor4j.redis;

import io.github.bittensor4j.axon.ReplayStore;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What several axons of one hotkey have accepted, in one Redis: a request that one of them answered is refused by all others. Give each
 * axon one: {@code Axon.builder(hotkey).replays(RedisReplayStore.open("redis://10.0.0.5"))}.
 *
 * <p><b>Keys.</b> An accepted nonce is {@code bittensor4j:replay:{RECEIVER}:HOTKEY:NONCE}, the receiver and the sender by their addresses,
 * set by {@code SET NX PX} for the whole freshness window and {@link RedisReplayOptions#clocks()}. The braces keep all keys of a receiver
 * on one node of a cluster.
 *
 * <p><b>A Redis that forgets does not reopen the window.</b> {@code bittensor4j:replay:{RECEIVER}:floor} holds the run of the Redis server
 * (its {@code run_id}, another one after each start) and the time below which nonces are refused as stale. Where it is absent (a new or
 * emptied Redis) or of another run (started anew from an older snapshot, or another server took over), whatever was accepted before may be
 * lost: then the floor is set beyond all that can have been accepted, so for the next seconds (the window into the future and {@code
 * clocks}, 4 s by default) every request is refused with {@code auth.stale}, and none is accepted twice. This is checked in the same step
 * as the nonce.
 *
 * <p><b>Without Redis nobody gets in.</b> While it cannot be reached or does not answer in time, requests are refused with {@code
 * auth.unavailable}; the connection is tried again five times a second. A Redis that drops keys to make room would let replays in, so one
 * whose {@code maxmemory-policy} does that is not accepted; when its memory is full, requests are refused with {@code auth.full}.
 *
 * <p>What it trusts: that the clocks of the axons and of Redis differ by less than {@link RedisReplayOptions#clocks()}, that they all speak
 * to one server (not to two that each believe to be the only one), directly and not through something that picks a server per command.
 *
 * <p>Thread-safe. Whoever opens it closes it, after the axons that use it.
 */
public final class RedisReplayStore implements ReplayStore, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RedisReplayStore.class);
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration RETRY = Duration.ofMillis(200);
    private static final long NANOS_PER_MILLI = 1_000_000;

    /*
     * Times are compared as text of 19 digits: the numbers of a script are too small for nanoseconds.
     */
    private static final String SCRIPT = """
            local floor = redis.call('GET', KEYS[1])
            local run = floor and string.sub(floor, 1, #ARGV[1])
            if run ~= ARGV[1] then
              floor = ARGV[1] .. ARGV[2]
              redis.call('SET', KEYS[1], floor)
            end
            if ARGV[3] < string.sub(floor, #ARGV[1] + 1) then
              return 2
            end
            if redis.call('SET', KEYS[2], '1', 'NX', 'PX', ARGV[4]) then
              return 1
            end
            return 0
            """;

    private static final long ACCEPTED = 1;
    private static final long REPLAYED = 0;
    private static final CompletionStage<Verdict> UNAVAILABLE = CompletableFuture.completedStage(Verdict.UNAVAILABLE);

    private final RedisURI uri;
    private final RedisReplayOptions options;
    private final ClientResources resources;
    private final RedisClient client;
    private final ScheduledThreadPoolExecutor connecting;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable Session session;

    /**
     * A connection to one run of a server: where either is another, this is over.
     *
     * @param connection speaks to that run alone, since it is never opened again
     * @param run the server's run_id
     * @param script the script's name there
     */
    private record Session(StatefulRedisConnection<String, String> connection, String run, String script) {}

    private RedisReplayStore(RedisURI uri, RedisReplayOptions options) {
        this.uri = uri;
        this.options = options;
        resources = DefaultClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .build();
        client = RedisClient.create(resources, uri);
        client.setOptions(ClientOptions.builder()
                // a command sent again on a new connection would be answered by a server that knows nothing of the old
                // one
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(options.pending())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(CONNECT_LIMIT)
                        .keepAlive(true)
                        .build())
                .timeoutOptions(TimeoutOptions.enabled(options.timeout()))
                .build());
        connecting = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "bittensor4j-redis");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Connects to a Redis with the default options.
     *
     * @param uri such as {@code redis://10.0.0.5:6379/0} or {@code rediss://user:password@redis.example}
     * @return the store, to be closed
     * @throws RedisReplayException when it is no such address, the server cannot be reached, or it would drop keys to make room
     */
    public static RedisReplayStore open(String uri) {
        return open(uri, RedisReplayOptions.DEFAULT);
    }

    /**
     * Connects to a Redis.
     *
     * @param uri as of {@link #open(String)}
     * @param options how it behaves
     * @return the store, to be closed
     * @throws RedisReplayException as of {@link #open(String)}
     */
    public static RedisReplayStore open(String uri, RedisReplayOptions options) {
        RedisURI address;
        try {
            address = RedisURI.create(uri);
        } catch (IllegalArgumentException e) {
            // its text may hold the password
            throw new RedisReplayException(
                    "redis.uri", false, "not the address of a Redis", "Write redis://HOST:PORT or rediss://HOST:PORT.");
        }
        RedisReplayStore store = new RedisReplayStore(address, options);
        try {
            store.connect();
            return store;
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    @Override
    public CompletionStage<Verdict> accept(Nonce nonce) {
        Session now = session;
        if (now == null) {
            return UNAVAILABLE;
        }
        long clocks = options.clocks().toNanos();
        String prefix = "bittensor4j:replay:{" + nonce.receiver().ss58() + "}:";
        String[] keys = {prefix + "floor", prefix + nonce.hotkey().ss58() + ":" + nonce.value()};
        long fresh = nonce.newest() - nonce.oldest() + clocks;
        String[] values = {
            now.run, digits(nonce.newest() + clocks), digits(nonce.value()), Long.toString(fresh / NANOS_PER_MILLI + 1)
        };
        try {
            return now.connection
                    .async()
                    .<Long>evalsha(now.script, ScriptOutputType.INTEGER, keys, values)
                    .<CompletionStage<Long>>handle((answer, failure) -> failure instanceof RedisNoScriptException
                            ? now.connection.async().<Long>eval(SCRIPT, ScriptOutputType.INTEGER, keys, values)
                            : failure == null
                                    ? CompletableFuture.completedStage(answer)
                                    : CompletableFuture.failedStage(failure))
                    .thenCompose(answer -> answer)
                    .handle(RedisReplayStore::verdict);
        } catch (RedisException e) {
            return UNAVAILABLE;
        }
    }

    private static Verdict verdict(@Nullable Long answer, @Nullable Throwable failure) {
        if (answer != null) {
            return answer == ACCEPTED ? Verdict.ACCEPTED : answer == REPLAYED ? Verdict.REPLAYED : Verdict.STALE;
        }
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RedisCommandExecutionException
                && String.valueOf(cause.getMessage()).contains("OOM")) {
            return Verdict.FULL;
        }
        LOG.debug("Redis does not tell whether a request is a replay", cause);
        return Verdict.UNAVAILABLE;
    }

    /** Equally long, so that text compares as numbers do. */
    private static String digits(long nanos) {
        String plain = Long.toString(Math.max(0, nanos));
        return "0".repeat(19 - plain.length()) + plain;
    }

    private void connect() {
        StatefulRedisConnection<String, String> connection;
        try {
            connection = client.connect();
        } catch (RedisException e) {
            throw away(e);
        }
        try {
            String info = connection.sync().info();
            checkKeeps(info);
            Session begun = new Session(
                    connection,
                    field(info, "run_id")
                            .orElseThrow(() -> new RedisReplayException(
                                    "redis.run",
                                    false,
                                    "this server tells no run_id",
                                    "Speak to a Redis server itself, and let this user call INFO.")),
                    connection.sync().scriptLoad(SCRIPT));
            connection.addListener(new RedisConnectionStateListener() {
                @Override
                public void onRedisDisconnected(io.lettuce.core.RedisChannelHandler<?, ?> gone) {
                    lost(begun);
                }
            });
            session = begun;
            if (!connection.isOpen()) {
                lost(begun);
            }
        } catch (RedisException e) {
            connection.closeAsync();
            throw away(e);
        } catch (RuntimeException e) {
            connection.closeAsync();
            throw e;
        }
    }

    private RedisReplayException away(RedisException e) {
        return new RedisReplayException(
                "redis.connect",
                true,
                "no Redis answers at " + uri.getHost() + ":" + uri.getPort(),
                "Start it, or give its address and password.",
                e);
    }

    private static void checkKeeps(String info) {
        boolean bounded =
                field(info, "maxmemory").filter(most -> !most.equals("0")).isPresent();
        String policy = field(info, "maxmemory_policy").orElse("noeviction");
        if (bounded && !policy.equals("noeviction")) {
            throw new RedisReplayException(
                    "redis.eviction",
                    false,
                    "this Redis drops keys to make room (maxmemory-policy " + policy + "), which would let replays in",
                    "Set maxmemory-policy noeviction.");
        }
    }

    private static Optional<String> field(String info, String name) {
        return info.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst();
    }

    private synchronized void lost(Session gone) {
        if (session == gone && !closed.get()) {
            session = null;
            LOG.warn("The connection to Redis is lost: requests are refused until it is back");
            connecting.schedule(this::connectAgain, RETRY.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void connectAgain() {
        try {
            if (!closed.get()) {
                connect();
                LOG.info("The connection to Redis is back");
            }
        } catch (RuntimeException e) {
            LOG.debug("Redis is not back", e);
            connecting.schedule(this::connectAgain, RETRY.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Closes the connection; requests that still come are refused. Waits up to 5 seconds for its threads. Idempotent. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        session = null;
        connecting.shutdownNow();
        client.shutdown(Duration.ZERO, CONNECT_LIMIT);
        resources
                .shutdown(0, CONNECT_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CONNECT_LIMIT.toMillis());
    }
}
