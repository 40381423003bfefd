package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.scale.ScaleException;
import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.core.scale.ScaleWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Metadata kept in a folder, one file for each chain and version of its runtime. A file is written whole or not at all, checked when it
 * is read, and never trusted over what it says of itself: one that is damaged, cut short or of another chain is read again from the node.
 * Nothing that goes wrong here is an error; the node has it all.
 */
final class MetadataCache {
    private static final Logger LOG = LoggerFactory.getLogger(MetadataCache.class);

    private static final byte[] MAGIC = {'B', 'T', '4', 'J', 'M', 'E', 'T', 1};
    private static final int HEAD = MAGIC.length + 32 + 8 + 4 + 4;

    /** The most files kept; those not used for longest go. */
    static final int MOST_FILES = 16;

    private final Path folder;

    MetadataCache(Path folder) {
        this.folder = folder;
    }

    private Path file(String genesis, long spec) {
        return folder.resolve(genesis.substring(2, 18) + "-" + spec + ".metadata");
    }

    Optional<Metadata> read(String genesis, long spec) {
        Path file = file(genesis, spec);
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > HEAD + MetadataTree.MAX_BYTES) {
                return Optional.empty();
            }
            byte[] all = Files.readAllBytes(file);
            ScaleReader in = new ScaleReader(all);
            boolean fits = Arrays.equals(in.raw(MAGIC.length), MAGIC)
                    && Arrays.equals(in.raw(32), Hex.decode(genesis))
                    && in.u64() == spec
                    && in.u32() == all.length - HEAD
                    && in.u32() == sum(all, HEAD);
            if (fits) {
                Metadata metadata = Metadata.parse(Arrays.copyOfRange(all, HEAD, all.length));
                Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis()));
                return Optional.of(metadata);
            }
            LOG.warn("{} is damaged or of another chain: read from the node again", file);
        } catch (IOException | SecurityException | ScaleException e) {
            LOG.warn("{} can not be used, read from the node again: {}", file, e.toString());
        }
        return Optional.empty();
    }

    private static long sum(byte[] bytes, int from) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, from, bytes.length - from);
        return sum.getValue();
    }

    void write(String genesis, long spec, byte[] metadata) {
        try {
            Files.createDirectories(folder);
            byte[] all = new ScaleWriter(HEAD + metadata.length)
                    .raw(MAGIC)
                    .raw(Hex.decode(genesis))
                    .u64(spec)
                    .u32(metadata.length)
                    .u32(sum(metadata, 0))
                    .raw(metadata)
                    .toByteArray();
            // A name of its own, so that two writers at once do not meet; then moved in one step.
            Path temporary = Files.createTempFile(folder, "metadata", ".tmp");
            try {
                try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                    ByteBuffer left = ByteBuffer.wrap(all);
                    while (left.hasRemaining()) {
                        out.write(left);
                    }
                    out.force(true);
                }
                Files.move(
                        temporary,
                        file(genesis, spec),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
            trim();
        } catch (IOException | SecurityException e) {
            LOG.debug("metadata is not kept in {}: {}", folder, e.toString());
        }
    }

    private void trim() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(folder)) {
            all.filter(f -> f.toString().endsWith(".metadata")).forEach(files::add);
        }
        files.sort(Comparator.comparing(MetadataCache::used).reversed());
        for (Path old : files.subList(Math.min(files.size(), MOST_FILES), files.size())) {
            Files.deleteIfExists(old);
        }
    }

    private static FileTime used(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }
}
