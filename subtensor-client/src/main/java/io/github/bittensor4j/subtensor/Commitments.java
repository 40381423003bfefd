package io.github.bittensor4j.subtensor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Uid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * What a hotkey has committed by hash on one subnet and has yet to reveal, in one file: without it nobody can reveal it any more. It is on
 * disk before the commit is sent, so that no crash loses it. One process uses a file at a time.
 */
final class Commitments {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    /**
     * One commit: everything that the reveal has to repeat.
     *
     * @param due the epoch in which it was made; on runtimes without a count of epochs, the first block of its reveal
     */
    record Commitment(WeightVector weights, int[] salt, long versionKey, long due) {}

    private Commitments(Path file) {
        this.file = file;
    }

    static Commitments in(Path folder, String genesisHash, AccountId hotkey, Netuid netuid, int mechanism) {
        String name = String.join(
                "-", genesisHash.substring(2, 10), hotkey.ss58(), netuid.toString(), Integer.toString(mechanism));
        return new Commitments(folder.resolve(name + ".json"));
    }

    /** Oldest first; empty where there is no file. */
    List<Commitment> all() {
        if (!Files.exists(file)) {
            return List.of();
        }
        List<Commitment> all = new ArrayList<>();
        try {
            for (JsonNode one : JSON.readTree(file.toFile()).path("commits")) {
                all.add(new Commitment(
                        new WeightVector(
                                numbers(one, "uids").stream().map(Uid::of).toList(), numbers(one, "values")),
                        numbers(one, "salt").stream().mapToInt(n -> n).toArray(),
                        Long.parseUnsignedLong(one.path("versionKey").asText()),
                        one.path("due").longValue()));
            }
        } catch (IOException | RuntimeException e) {
            throw new ChainException(
                    "weights.file",
                    false,
                    "commits in " + file + " cannot be read: " + e.getMessage(),
                    "Move the file away; what was committed in it can no longer be revealed.");
        }
        return all;
    }

    private static List<Integer> numbers(JsonNode commit, String name) {
        JsonNode array = commit.path(name);
        if (!array.isArray()) {
            throw new IllegalArgumentException("no " + name);
        }
        List<Integer> all = new ArrayList<>();
        for (JsonNode number : array) {
            if (!number.isInt()) {
                throw new IllegalArgumentException(name + ": " + number);
            }
            all.add(number.intValue());
        }
        return all;
    }

    void add(Commitment commitment) {
        List<Commitment> all = new ArrayList<>(all());
        all.add(commitment);
        write(all);
    }

    /** Replaces everything: the file is whole before it takes the place of the old one. */
    void write(List<Commitment> all) {
        ObjectNode root = JSON.createObjectNode();
        ArrayNode commits = root.putArray("commits");
        for (Commitment commitment : all) {
            ObjectNode one = commits.addObject();
            ArrayNode uids = one.putArray("uids");
            commitment.weights().uids().forEach(uid -> uids.add(uid.value()));
            ArrayNode values = one.putArray("values");
            commitment.weights().values().forEach(values::add);
            ArrayNode salt = one.putArray("salt");
            for (int part : commitment.salt()) {
                salt.add(part);
            }
            one.put("versionKey", Long.toUnsignedString(commitment.versionKey()));
            one.put("due", commitment.due());
        }
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            try (FileChannel out = FileChannel.open(
                    beside,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(root));
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("commits cannot be kept in " + file, e);
        }
    }
}
