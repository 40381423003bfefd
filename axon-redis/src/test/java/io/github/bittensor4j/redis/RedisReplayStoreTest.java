package io.github.bittensor4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bittensor4j.axon.ReplayStore.Nonce;
import io.github.bittensor4j.axon.ReplayStore.Verdict;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.crypto.Keypair;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a real Redis. Time is what the nonces say: only how long Redis keeps them is real. */
@Timeout(120)
class RedisReplayStoreTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long NOW = 1_800_000_000L * SECOND;
    private static final RedisReplayOptions OPTIONS = RedisReplayOptions.DEFAULT.timeout(Duration.ofSeconds(5));

    private final AccountId receiver = Keypair.development("Bob").account();
    private final AccountId alice = Keypair.development("Alice").account();
    private final AccountId charlie = Keypair.development("Charlie").account();
    private final List<AutoCloseable> closing = new ArrayList<>();

    @TempDir
    private Path folder;

    @BeforeAll
    static void needs() {
        assumeTrue(RedisServer.installed(RedisServer.PROGRAM), "redis-server is not installed here: skipped");
    }

    @AfterEach
    void close() throws Exception {
        Collections.reverse(closing);
        for (AutoCloseable each : closing) {
            each.close();
        }
    }

    private RedisServer redis(String... settings) throws Exception {
        RedisServer server = new RedisServer(folder, settings);
        closing.add(server);
        return server;
    }

    private RedisReplayStore store(RedisServer server) {
        return store(server, OPTIONS);
    }

    private RedisReplayStore store(RedisServer server, RedisReplayOptions options) {
        RedisReplayStore store = RedisReplayStore.open(server.uri(), options);
        closing.add(store);
        return store;
    }

    private Nonce nonce(AccountId hotkey, long value, long now) {
        return new Nonce(receiver, hotkey, value, now - 10 * SECOND, now + 2 * SECOND);
    }

    private static Verdict ask(RedisReplayStore store, Nonce nonce) throws Exception {
        return store.accept(nonce).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** Asks until Redis answers again. */
    private static Verdict answer(RedisReplayStore store, Nonce nonce) throws Exception {
        long end = System.nanoTime() + 30 * SECOND;
        Verdict verdict = ask(store, nonce);
        while (verdict == Verdict.UNAVAILABLE && System.nanoTime() < end) {
            Thread.onSpinWait();
            verdict = ask(store, nonce);
        }
        return verdict;
    }

    /** The first question to an empty Redis sets the floor 4 seconds ahead of it. */
    private void begun(RedisReplayStore store, long now) throws Exception {
        assertThat(ask(store, nonce(alice, now, now))).isEqualTo(Verdict.STALE);
    }

    private void directly(RedisServer server, Consumer<StatefulRedisConnection<String, String>> use) {
        RedisClient client = RedisClient.create(server.uri());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            use.accept(connection);
        } finally {
            client.shutdown();
        }
    }

    @Test
    void a_nonce_is_accepted_once_by_whichever_store_is_asked_first() throws Exception {
        RedisServer redis = redis();
        RedisReplayStore one = store(redis);
        RedisReplayStore two = store(redis);
        begun(one, NOW);
        long now = NOW + 10 * SECOND;
        assertThat(ask(one, nonce(alice, now, now))).isEqualTo(Verdict.ACCEPTED);
        assertThat(ask(one, nonce(alice, now, now))).isEqualTo(Verdict.REPLAYED);
        assertThat(ask(two, nonce(alice, now, now))).isEqualTo(Verdict.REPLAYED);
        assertThat(ask(two, nonce(charlie, now, now))).isEqualTo(Verdict.ACCEPTED);
        assertThat(ask(two, nonce(alice, now + 1, now))).isEqualTo(Verdict.ACCEPTED);
        Nonce other = new Nonce(charlie, alice, now, now - 10 * SECOND, now + 2 * SECOND);
        assertThat(ask(two, other)).isEqualTo(Verdict.STALE);
    }

    @Test
    void of_equal_nonces_that_come_at_once_to_three_stores_each_is_accepted_once() throws Exception {
        RedisServer redis = redis();
        List<RedisReplayStore> stores = List.of(store(redis), store(redis), store(redis));
        begun(stores.get(0), NOW);
        long now = NOW + 10 * SECOND;
        for (int i = 0; i < 500; i++) {
            Nonce nonce = nonce(alice, now + i, now);
            List<CompletableFuture<Verdict>> asked = stores.stream()
                    .map(store -> store.accept(nonce).toCompletableFuture())
                    .toList();
            List<Verdict> verdicts = new ArrayList<>();
            for (CompletableFuture<Verdict> each : asked) {
                verdicts.add(each.get(20, TimeUnit.SECONDS));
            }
            assertThat(verdicts).containsExactlyInAnyOrder(Verdict.ACCEPTED, Verdict.REPLAYED, Verdict.REPLAYED);
        }
    }

    @Test
    void what_an_emptied_redis_may_have_accepted_is_stale() throws Exception {
        RedisServer redis = redis();
        RedisReplayStore store = store(redis);
        begun(store, NOW);
        long now = NOW + 10 * SECOND;
        assertThat(ask(store, nonce(alice, now + 2 * SECOND, now))).isEqualTo(Verdict.ACCEPTED);
        directly(redis, connection -> connection.sync().flushall());
        assertThat(ask(store, nonce(alice, now + 2 * SECOND, now))).isEqualTo(Verdict.STALE);
        // the window into the future and what clocks may differ, later
        assertThat(ask(store, nonce(alice, now + 4 * SECOND - 1, now + 2 * SECOND)))
                .isEqualTo(Verdict.STALE);
        assertThat(ask(store, nonce(alice, now + 4 * SECOND, now + 2 * SECOND))).isEqualTo(Verdict.ACCEPTED);
    }

    @Test
    void a_redis_that_was_killed_and_kept_nothing_does_not_reopen_the_window() throws Exception {
        RedisServer redis = redis();
        RedisReplayStore store = store(redis);
        begun(store, NOW);
        long now = NOW + 10 * SECOND;
        Nonce accepted = nonce(alice, now + SECOND, now);
        assertThat(ask(store, accepted)).isEqualTo(Verdict.ACCEPTED);
        redis.kill();
        assertThat(ask(store, nonce(alice, now + 1, now))).isEqualTo(Verdict.UNAVAILABLE);
        redis.startAgain();
        assertThat(answer(store, accepted)).isEqualTo(Verdict.STALE);
        assertThat(ask(store, nonce(alice, now + 5 * SECOND, now + 5 * SECOND))).isEqualTo(Verdict.ACCEPTED);
    }

    @Test
    void a_redis_that_starts_anew_from_an_older_snapshot_does_not_reopen_the_window() throws Exception {
        RedisServer redis = redis("--save", "3600 1");
        RedisReplayStore store = store(redis);
        begun(store, NOW);
        long now = NOW + 10 * SECOND;
        assertThat(ask(store, nonce(alice, now, now))).isEqualTo(Verdict.ACCEPTED);
        directly(redis, connection -> connection.sync().save());
        Nonce afterwards = nonce(alice, now + 1, now);
        assertThat(ask(store, afterwards)).isEqualTo(Verdict.ACCEPTED);
        redis.kill();
        redis.startAgain();
        directly(
                redis,
                connection -> assertThat(connection.sync().keys("*:floor")).hasSize(1));
        assertThat(answer(store, afterwards)).isEqualTo(Verdict.STALE);
    }

    @Test
    void a_redis_that_does_not_answer_is_given_up_in_time() throws Exception {
        RedisServer redis = redis();
        RedisReplayStore store = store(redis, OPTIONS.timeout(Duration.ofMillis(300)));
        answer(store, nonce(alice, NOW, NOW));
        long now = NOW + 10 * SECOND;
        assertThat(answer(store, nonce(alice, now, now))).isIn(Verdict.ACCEPTED, Verdict.REPLAYED);
        redis.signal("STOP");
        try {
            assertThat(ask(store, nonce(alice, now + 1, now))).isEqualTo(Verdict.UNAVAILABLE);
        } finally {
            redis.signal("CONT");
        }
        // the one that had no answer in time may have been remembered, so either is right
        assertThat(answer(store, nonce(alice, now + 1, now))).isIn(Verdict.ACCEPTED, Verdict.REPLAYED);
        assertThat(ask(store, nonce(alice, now + 1, now))).isEqualTo(Verdict.REPLAYED);
    }

    @Test
    void a_nonce_is_kept_as_long_as_it_can_be_fresh_anywhere_and_no_longer() throws Exception {
        RedisServer redis = redis();
        RedisReplayStore store = store(redis);
        begun(store, NOW);
        long now = NOW + 10 * SECOND;
        assertThat(ask(store, nonce(alice, now, now))).isEqualTo(Verdict.ACCEPTED);
        String key = "bittensor4j:replay:{" + receiver.ss58() + "}:" + alice.ss58() + ":" + now;
        directly(redis, connection -> assertThat(connection.sync().pttl(key)).isBetween(1L, 14_001L));
    }

    @Test
    void a_script_that_redis_has_forgotten_is_sent_again() throws Exception {
        RedisServer redis = redis();
        RedisReplayStore store = store(redis);
        begun(store, NOW);
        directly(redis, connection -> connection.sync().scriptFlush());
        long now = NOW + 10 * SECOND;
        assertThat(ask(store, nonce(alice, now, now))).isEqualTo(Verdict.ACCEPTED);
        assertThat(ask(store, nonce(alice, now, now))).isEqualTo(Verdict.REPLAYED);
    }

    @Test
    void a_full_redis_refuses_rather_than_forgets() throws Exception {
        RedisServer redis = redis("--save", "", "--maxmemory-policy", "noeviction");
        RedisReplayStore store = store(redis);
        begun(store, NOW);
        long now = NOW + 10 * SECOND;
        assertThat(ask(store, nonce(alice, now, now))).isEqualTo(Verdict.ACCEPTED);
        directly(redis, connection -> connection.sync().configSet("maxmemory", "1"));
        assertThat(ask(store, nonce(alice, now + 1, now))).isEqualTo(Verdict.FULL);
        directly(redis, connection -> connection.sync().configSet("maxmemory", "0"));
        assertThat(ask(store, nonce(alice, now, now))).isEqualTo(Verdict.REPLAYED);
    }

    @Test
    void a_redis_that_would_drop_keys_is_not_taken() throws Exception {
        RedisServer redis = redis("--save", "", "--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru");
        assertThatThrownBy(() -> RedisReplayStore.open(redis.uri()))
                .isInstanceOfSatisfying(
                        RedisReplayException.class, e -> assertThat(e.code()).isEqualTo("redis.eviction"))
                .hasMessageContaining("allkeys-lru");
    }

    @Test
    void no_redis_and_no_address_are_named_and_no_password_is() throws Exception {
        RedisServer redis = redis();
        redis.kill();
        String uri = redis.uri().replace("redis://", "redis://user:geheim@");
        assertThatThrownBy(() -> RedisReplayStore.open(uri))
                .isInstanceOfSatisfying(
                        RedisReplayException.class, e -> assertThat(e.code()).isEqualTo("redis.connect"))
                .hasMessageContaining("127.0.0.1:")
                .hasMessageNotContaining("geheim");
        assertThatThrownBy(() -> RedisReplayStore.open("user:geheim at home"))
                .isInstanceOfSatisfying(
                        RedisReplayException.class, e -> assertThat(e.code()).isEqualTo("redis.uri"))
                .hasMessageNotContaining("geheim");
    }

    @Test
    void a_closed_store_accepts_nothing() throws Exception {
        RedisReplayStore store = store(redis());
        store.close();
        store.close();
        assertThat(ask(store, nonce(alice, NOW, NOW))).isEqualTo(Verdict.UNAVAILABLE);
    }

    @Test
    void options_out_of_range_are_named() {
        assertThatThrownBy(() -> OPTIONS.timeout(Duration.ZERO)).isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> OPTIONS.clocks(Duration.ofHours(1))).isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> OPTIONS.pending(0)).isInstanceOf(InvalidValueException.class);
    }
}
