package io.github.bittensor4j.neuron;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Metagraph;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Uid;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a validator thinks of each miner: one moving average per seat, kept together with the hotkey that earned it.
 *
 * <p>A round moves the scores of those it scored and of nobody else. A seat whose hotkey changed starts afresh at zero, as does a miner
 * that was never scored. With a state directory the scores are on disk after every round, written beside and moved into place, so that a
 * validator that is killed resumes where its last round ended; a file that is damaged is an error and is never overwritten. One
 * directory may serve many validators: each has a file of its own, and a second process on the same file is refused.
 *
 * <p>Safe for use by many threads. The {@link Validator} that got it opens and closes it.
 */
public final class Scores {
    private static final String HEADER = "bittensor4j scores 1";
    private static final int MAX_FILE_BYTES = 16 << 20; // 65536 seats need less than 8 MB

    private final double alpha;
    private final @Nullable Path directory;
    private final Map<Uid, Entry> entries = new TreeMap<>();

    private String title = "";
    private boolean open;
    private @Nullable FileChannel lockFile;
    private @Nullable Path file;

    private record Entry(AccountId hotkey, double score) {}

    private Scores(double alpha, @Nullable Path directory) {
        if (!(alpha > 0.0 && alpha <= 1.0)) {
            throw new InvalidValueException(
                    "scores.alpha",
                    "alpha: " + alpha + " (expected: above 0, at most 1)",
                    "0.1 moves a tenth of the way.");
        }
        this.alpha = alpha;
        this.directory = directory;
    }

    /**
     * An exponential moving average that is kept on disk: new = old + alpha * (score - old), from zero.
     *
     * @param alpha how far one round moves a score, above 0 and at most 1; 1 keeps the last round only
     * @param stateDirectory where the scores are kept; made when it does not exist
     * @return the scores, not yet opened
     */
    public static Scores movingAverage(double alpha, Path stateDirectory) {
        return new Scores(alpha, Objects.requireNonNull(stateDirectory, "stateDirectory"));
    }

    /**
     * An exponential moving average in memory only: a restarted validator begins from nothing.
     *
     * @param alpha how far one round moves a score, above 0 and at most 1
     * @return the scores, not yet opened
     */
    public static Scores movingAverage(double alpha) {
        return new Scores(alpha, null);
    }

    /**
     * The scores as they stand.
     *
     * @return a copy, by seat; a seat that was never scored is absent
     */
    public synchronized Map<Uid, Double> snapshot() {
        Map<Uid, Double> copy = new TreeMap<>();
        entries.forEach((uid, entry) -> copy.put(uid, entry.score));
        return copy;
    }

    /**
     * The file that keeps them.
     *
     * @return its path once the validator has started, or empty for scores in memory
     */
    public synchronized Optional<Path> file() {
        return Optional.ofNullable(file);
    }

    /** Refuses what is no score: the caller's message names the seat before an average can swallow it. */
    static void check(Uid uid, double score) {
        if (!(score >= 0.0) || Double.isInfinite(score)) {
            throw new ScoresException(
                    "value",
                    false,
                    "score of uid " + uid + ": " + score + " (expected: a finite number, zero or more)",
                    "A loss of NaN usually comes from an empty answer: score it 0.",
                    null);
        }
    }

    /** Reads what an earlier life left and keeps the file for this one. */
    synchronized void open(Netuid netuid, AccountId hotkey, String genesis) {
        if (open) {
            throw new ScoresException(
                    "in_use",
                    false,
                    "these scores already belong to a running validator",
                    "Give each validator a Scores of its own; they may share a directory.",
                    null);
        }
        title = "netuid " + netuid + "\nvalidator " + hotkey.ss58() + "\nchain " + genesis + "\n";
        if (directory != null) {
            String name = "scores-" + genesis.substring(2, 10) + "-" + netuid + "-" + hotkey.ss58();
            Path target = directory.resolve(name + ".txt");
            try {
                Files.createDirectories(directory);
                lock(directory.resolve(name + ".lock"), target);
                file = target;
                read(target);
            } catch (IOException e) {
                release();
                throw new ScoresException(
                        "io",
                        false,
                        "scores can not be kept in " + directory + ": " + e.getMessage(),
                        "Name a directory this user may write to.",
                        e);
            } catch (BittensorException e) {
                release();
                throw e;
            }
        }
        open = true;
    }

    private void lock(Path path, Path target) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        @Nullable FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null; // held by this very process
        }
        if (lock == null) {
            channel.close();
            throw new ScoresException(
                    "in_use",
                    false,
                    "another validator already keeps its scores in " + target,
                    "Stop it first: one hotkey can run one validator per subnet.",
                    null);
        }
        lockFile = channel; // closing the channel frees the lock; so does the end of the process
    }

    private void read(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(MAX_FILE_BYTES + 1);
        }
        if (bytes.length > MAX_FILE_BYTES) {
            throw corrupt(path, "longer than " + MAX_FILE_BYTES + " bytes");
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        String[] head = text.split("\n", 3);
        if (head.length < 3 || !head[0].equals(HEADER)) {
            throw corrupt(path, "it does not begin with \"" + HEADER + "\"");
        }
        if (!head[1].equals("sha256 " + checksum(head[2]))) {
            throw corrupt(path, "its checksum does not match");
        }
        if (!head[2].startsWith(title)) {
            throw corrupt(path, "they belong to another chain, subnet or validator");
        }
        try {
            for (String line : head[2].substring(title.length()).split("\n")) {
                if (!line.isEmpty()) {
                    String[] word = line.split(" ", 3);
                    Uid uid = Uid.of(Integer.parseInt(word[0]));
                    double score = Double.parseDouble(word[2]);
                    check(uid, score);
                    entries.put(uid, new Entry(AccountId.fromSs58(word[1]), score));
                }
            }
        } catch (BittensorException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw corrupt(path, e.getMessage());
        }
    }

    private static ScoresException corrupt(Path path, @Nullable String why) {
        return new ScoresException(
                "corrupt",
                false,
                "the scores in " + path + " are damaged: " + why,
                "Restore the file from a copy, or move it away to begin with no scores.",
                null);
    }

    /** Moves the averages of those that a finished round scored, and keeps them. */
    synchronized void apply(Map<Uid, Double> scored, Metagraph metagraph) {
        if (!open) {
            return; // a round that outlived the drain limit: the file may be another validator's by now
        }
        scored.forEach((uid, score) -> metagraph.neuron(uid).ifPresent(neuron -> {
            Entry old = entries.get(uid);
            double from = old != null && old.hotkey.equals(neuron.hotkey()) ? old.score : 0.0;
            entries.put(uid, new Entry(neuron.hotkey(), from + alpha * (score - from)));
        }));
        save();
    }

    /** Forgets seats that changed hands, so that a hotkey that returns later starts afresh as well. */
    synchronized void reconcile(Metagraph metagraph) {
        boolean changed = entries.entrySet()
                .removeIf(e -> metagraph
                        .neuron(e.getKey())
                        .filter(n -> n.hotkey().equals(e.getValue().hotkey))
                        .isEmpty());
        if (changed) {
            save();
        }
    }

    /** The scores that are worth a weight: above zero, and earned by the hotkey that sits there now. */
    synchronized Map<Uid, Double> positive(Metagraph metagraph) {
        Map<Uid, Double> result = new TreeMap<>();
        entries.forEach((uid, entry) -> metagraph
                .neuron(uid)
                .filter(n -> entry.score > 0.0 && n.hotkey().equals(entry.hotkey))
                .ifPresent(n -> result.put(uid, entry.score)));
        return result;
    }

    /** Keeps the scores: written beside, forced to the disk, then moved into place, so that a reader finds the old or the new. */
    synchronized void save() {
        Path target = file;
        if (target == null) {
            return;
        }
        StringBuilder body = new StringBuilder(title);
        entries.forEach((uid, entry) -> body.append(uid)
                .append(' ')
                .append(entry.hotkey.ss58())
                .append(' ')
                .append(entry.score)
                .append('\n'));
        String text = HEADER + "\nsha256 " + checksum(body.toString()) + "\n" + body;
        Path beside = target.resolveSibling(target.getFileName() + ".new");
        try {
            try (FileChannel channel = FileChannel.open(
                    beside,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            try {
                Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(beside, target, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new ScoresException(
                    "io",
                    true,
                    "scores could not be written to " + target + ": " + e.getMessage(),
                    "Make room on the disk or give back the right to write; the next round tries again.",
                    e);
        }
    }

    /** Keeps the scores for the last time and lets the file go. */
    synchronized void close() {
        if (open) {
            open = false;
            try {
                save();
            } finally {
                release();
            }
        }
    }

    private void release() {
        FileChannel channel = lockFile;
        lockFile = null;
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // The lock ends with the process at the latest; there is nothing the caller could do about it
            }
        }
    }

    private static String checksum(String body) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
