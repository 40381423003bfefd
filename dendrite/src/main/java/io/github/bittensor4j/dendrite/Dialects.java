package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.Endpoint;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which dialect each target speaks: as it was told, or found out by probes that are not signed, and remembered. Within the memory's life
 * a target is asked in no other dialect; when a later probe finds a weaker one, that is logged.
 */
final class Dialects {
    private static final Logger LOG = LoggerFactory.getLogger(Dialects.class);
    private static final int MOST = 10_000;

    /** What a probe found: a dialect, or why there is none. */
    record Found(@Nullable Dialect dialect, End end) {
        static Found of(Dialect dialect) {
            return new Found(dialect, new End.Whole());
        }

        static Found none(End end) {
            return new Found(null, end);
        }
    }

    /** Finds out by asking without a signature. */
    @FunctionalInterface
    interface Probe {
        /**
         * Begins.
         *
         * @param until when it must have ended, a moment of {@link System#nanoTime()}
         * @throws DendriteException when this dendrite is closed
         */
        CompletionStage<Found> of(Target target, long until);
    }

    private record Key(Endpoint endpoint, AccountId hotkey) {}

    private static final class Entry {
        private @Nullable Dialect dialect;
        private long foundAt;
        private @Nullable CompletableFuture<Found> finding;
    }

    private final Optional<Dialect> told;
    private final Duration life;
    private final Probe probe;

    /** The one that was not asked longest comes first. */
    private final Map<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * @param told what targets speak that say nothing of it; empty to find out
     * @param life how long what was found is believed
     */
    Dialects(Optional<Dialect> told, Duration life, Probe probe) {
        this.told = told;
        this.life = life;
        this.probe = probe;
    }

    /** What a target speaks, where nothing has to be found out. */
    Optional<Dialect> known(Target target) {
        Optional<Dialect> own = target.dialect().or(() -> told);
        return own.isPresent() ? own : remembered(key(target));
    }

    private synchronized Optional<Dialect> remembered(Key key) {
        Entry entry = entries.get(key);
        return entry == null || entry.dialect == null || System.nanoTime() - entry.foundAt > life.toNanos()
                ? Optional.empty()
                : Optional.of(entry.dialect);
    }

    /** Finds out; those who want to know of one target at one time share a probe. */
    CompletionStage<Found> find(Target target, long until) {
        Key key = key(target);
        CompletableFuture<Found> finding = new CompletableFuture<>();
        synchronized (this) {
            Entry entry = entries.computeIfAbsent(key, unknown -> new Entry());
            if (entry.finding != null) {
                return entry.finding;
            }
            entry.finding = finding;
            if (entries.size() > MOST) {
                Iterator<Entry> oldest = entries.values().iterator();
                oldest.next();
                oldest.remove();
            }
        }
        CompletionStage<Found> probed;
        try {
            probed = probe.of(target, until);
        } catch (RuntimeException e) {
            probed = CompletableFuture.failedStage(e);
        }
        probed.whenComplete((found, error) -> {
            learn(key, target, error == null ? found.dialect() : null);
            if (error == null) {
                finding.complete(found);
            } else {
                finding.completeExceptionally(error);
            }
        });
        return finding;
    }

    private void learn(Key key, Target target, @Nullable Dialect dialect) {
        Dialect before;
        synchronized (this) {
            Entry entry = entries.get(key);
            if (entry == null) {
                return;
            }
            entry.finding = null;
            if (dialect == null) {
                return;
            }
            before = entry.dialect;
            entry.dialect = dialect;
            entry.foundAt = System.nanoTime();
        }
        if (before != null && dialect.compareTo(before) > 0) {
            LOG.warn(
                    "{} at {} spoke {} before and speaks {} now, which protects less",
                    target.hotkey(),
                    target.endpoint(),
                    before,
                    dialect);
        }
    }

    private static Key key(Target target) {
        return new Key(target.endpoint(), target.hotkey());
    }
}
