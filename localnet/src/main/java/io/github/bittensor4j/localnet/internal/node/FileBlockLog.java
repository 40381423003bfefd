package io.github.bittensor4j.localnet.internal.node;

import io.github.bittensor4j.core.scale.ScaleException;
import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.localnet.LocalnetException;
import io.github.bittensor4j.localnet.internal.state.StorageKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blocks in a directory. One file at a time, {@code chain-NUMBER.log}: the whole state after block NUMBER, then one record per block. A
 * record is its length, a CRC-32C, and the bytes. Every block is forced to the disk before it is announced, so a killed process
 * loses none that a client has seen. A record that breaks off at the end of the file was being written when the
 * process died: it is cut off. Damage anywhere else is an error. When a file has grown by 64 MiB a new one is begun, complete before the
 * old one is deleted; a start then reads little, and blocks before it can not be read any more.
 */
public final class FileBlockLog implements BlockLog {
    private static final Logger LOG = LoggerFactory.getLogger(FileBlockLog.class);
    private static final byte[] MAGIC = {'b', '4', 'j', 'c', 'h', 'a', 'i', 'n', 1};
    private static final int HEAD = 8;
    private static final int LARGEST_RECORD = 1 << 30;
    private static final long GROWTH = 64L << 20;

    private final Path directory;
    private final long growth;
    private final FileChannel lockFile;
    private @Nullable FileChannel file;
    private long checkpointEnd;
    private long end;

    /**
     * Locks a directory.
     *
     * @param directory made when it is not there
     * @throws LocalnetException when it is in use by another chain, or can not be written
     */
    public FileBlockLog(Path directory) {
        this(directory, GROWTH);
    }

    FileBlockLog(Path directory, long growth) {
        this.directory = directory;
        this.growth = growth;
        FileChannel opened = null;
        try {
            Files.createDirectories(directory);
            opened = FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (opened.tryLock() == null) {
                throw new OverlappingFileLockException();
            }
            lockFile = opened;
        } catch (OverlappingFileLockException e) {
            closeQuietly(opened);
            throw new LocalnetException(
                    "localnet.state.locked",
                    "state directory " + directory + " is in use by another running local chain",
                    "Stop that chain, or give this one another directory.",
                    null);
        } catch (IOException e) {
            closeQuietly(opened);
            throw io("opened", directory, e);
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                LOG.debug("localnet: a file could not be closed", e);
            }
        }
    }

    private static LocalnetException io(String what, Path path, IOException cause) {
        return new LocalnetException(
                "localnet.state.io",
                path + " can not be " + what + ": " + cause.getMessage(),
                "Check that the directory is there, writable, and its disk not full.",
                cause);
    }

    private static LocalnetException corrupted(Path path, long at, String why) {
        return new LocalnetException(
                "localnet.state.corrupted",
                path + " is damaged at byte " + at + ": " + why,
                "Restore the directory from a copy, or start with an empty one: the chain then begins anew.",
                null);
    }

    @Override
    public boolean open(Hash genesis, Replay replay) {
        Path newest = null;
        long highest = -1;
        try (Stream<Path> all = Files.list(directory)) {
            for (Path path : all.toList()) {
                String name = path.getFileName().toString();
                if (name.endsWith(".tmp")) {
                    Files.delete(path); // a checkpoint that was not finished
                } else if (name.matches("chain-[0-9]{1,18}\\.log")) {
                    long number = Long.parseLong(name.substring(6, name.length() - 4));
                    Path old = number > highest ? newest : path;
                    if (number > highest) {
                        highest = number;
                        newest = path;
                    }
                    if (old != null) {
                        Files.delete(old); // replaced by a later one, which was complete before it got its name
                    }
                }
            }
            if (newest == null) {
                return false;
            }
            FileChannel channel = FileChannel.open(newest, StandardOpenOption.READ, StandardOpenOption.WRITE);
            file = channel;
            read(newest, channel, genesis, replay);
            return true;
        } catch (IOException e) {
            throw io("read", directory, e);
        }
    }

    private void read(Path path, FileChannel channel, Hash genesis, Replay replay) throws IOException {
        long size = channel.size();
        ByteBuffer magic = ByteBuffer.allocate(MAGIC.length);
        readFully(channel, magic, 0);
        if (size < MAGIC.length || !magic.equals(ByteBuffer.wrap(MAGIC))) {
            throw corrupted(path, 0, "it does not begin as a chain's log");
        }
        long at = MAGIC.length;
        Hash parent = null;
        while (at < size) {
            Optional<byte[]> record = record(path, channel, at, size);
            if (record.isEmpty()) {
                if (parent == null) {
                    throw corrupted(path, at, "its checkpoint is not complete");
                }
                LOG.warn(
                        "localnet: the last record of {} broke off when the chain was stopped; {} bytes are cut off",
                        path,
                        size - at);
                channel.truncate(at);
                break;
            }
            try {
                parent = replay(path, at, parent, record.get(), genesis, replay);
            } catch (ScaleException e) {
                throw corrupted(path, at, String.valueOf(e.getMessage()));
            }
            at += HEAD + record.get().length;
            if (checkpointEnd == 0) {
                checkpointEnd = at;
            }
        }
        if (parent == null) {
            throw corrupted(path, at, "it holds no checkpoint");
        }
        end = at;
    }

    /** The record at a place; empty when the file ends before it does. */
    private static Optional<byte[]> record(Path path, FileChannel channel, long at, long size) throws IOException {
        if (size - at < HEAD) {
            return Optional.empty();
        }
        ByteBuffer head = ByteBuffer.allocate(HEAD).order(ByteOrder.LITTLE_ENDIAN);
        readFully(channel, head, at);
        int length = head.getInt();
        int sum = head.getInt();
        if (length < 0 || length > LARGEST_RECORD) {
            throw corrupted(path, at, "a record of " + Integer.toUnsignedString(length) + " bytes");
        }
        if (length > size - at - HEAD) {
            return Optional.empty();
        }
        ByteBuffer body = ByteBuffer.allocate(length);
        readFully(channel, body, at + HEAD);
        if (sum(body.array()) != sum) {
            if (at + HEAD + length == size) {
                return Optional.empty(); // the last one: its length reached the disk, its bytes did not
            }
            throw corrupted(path, at, "the sum of a record is wrong");
        }
        return Optional.of(body.array());
    }

    private static void readFully(FileChannel channel, ByteBuffer into, long at) throws IOException {
        long from = at;
        while (into.hasRemaining()) {
            int count = channel.read(into, from);
            if (count < 0) {
                break;
            }
            from += count;
        }
        into.flip();
    }

    private static int sum(byte[] bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        return (int) sum.getValue();
    }

    private static Hash replay(Path path, long at, @Nullable Hash parent, byte[] record, Hash genesis, Replay replay) {
        ScaleReader in = new ScaleReader(record);
        if (parent == null) {
            int count = in.length(32);
            List<Hash> earlier = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                earlier.add(new Hash(in.raw(32)));
            }
            Block block = Block.read(in);
            Hash first = earlier.isEmpty() ? block.hash() : earlier.get(0);
            if (!first.equals(genesis)) {
                throw new LocalnetException(
                        "localnet.state.version",
                        "state in " + path + " belongs to a chain of genesis " + first + ", this one's is " + genesis,
                        "It was made by another version or with another block time: use that one, or an empty directory.",
                        null);
            }
            if (block.number() != count) {
                throw corrupted(path, at, "its checkpoint is of block " + block.number() + " behind " + count);
            }
            replay.checkpoint(earlier, block, changes(in));
            return block.hash();
        }
        Block block = Block.read(in);
        if (!block.parent().equals(parent)) {
            throw corrupted(path, at, "block " + block.number() + " does not follow the one before it");
        }
        replay.block(block, changes(in));
        return block.hash();
    }

    private static Map<StorageKey, Optional<byte[]>> changes(ScaleReader in) {
        int count = in.length(2);
        Map<StorageKey, Optional<byte[]>> changes = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            StorageKey key = StorageKey.of(in.bytes());
            changes.put(key, in.bool() ? Optional.of(in.bytes()) : Optional.empty());
        }
        in.end();
        return changes;
    }

    private static void write(ScaleWriter out, Map<StorageKey, Optional<byte[]>> changes) {
        out.compact(changes.size());
        changes.forEach((key, value) -> {
            out.bytes(key.bytes()).bool(value.isPresent());
            value.ifPresent(out::bytes);
        });
    }

    private static ByteBuffer framed(byte[] record) {
        return ByteBuffer.allocate(HEAD + record.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(record.length)
                .putInt(sum(record))
                .put(record)
                .flip();
    }

    @Override
    public void checkpoint(List<Hash> earlier, Block block, Map<StorageKey, Optional<byte[]>> state) {
        ScaleWriter record = new ScaleWriter(1 << 20);
        record.compact(earlier.size());
        earlier.forEach(hash -> record.raw(hash.bytes()));
        block.write(record);
        write(record, state);
        Path path = directory.resolve("chain-" + block.number() + ".log");
        Path unfinished = directory.resolve("chain-" + block.number() + ".tmp");
        ByteBuffer framed = framed(record.toByteArray());
        long length = MAGIC.length + (long) framed.remaining();
        FileChannel next = null;
        try {
            next = FileChannel.open(
                    unfinished,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE);
            writeFully(next, ByteBuffer.wrap(MAGIC), 0);
            writeFully(next, framed, MAGIC.length);
            next.force(true);
            Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            closeQuietly(next); // the file in use is as it was
            throw io("written", path, e);
        }
        closeQuietly(file);
        file = next;
        checkpointEnd = length;
        end = length;
        try (Stream<Path> all = Files.list(directory)) {
            for (Path old : all.toList()) {
                String name = old.getFileName().toString();
                if (name.matches("chain-[0-9]{1,18}\\.log") && !old.equals(path)) {
                    Files.delete(old);
                }
            }
        } catch (IOException e) {
            throw io("cleaned", directory, e);
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
        long to = at;
        while (bytes.hasRemaining()) {
            to += channel.write(bytes, to);
        }
    }

    @Override
    public void append(Block block, Map<StorageKey, Optional<byte[]>> changes) {
        FileChannel channel = file;
        if (channel == null) {
            throw new IllegalStateException("append before a checkpoint");
        }
        ScaleWriter record = new ScaleWriter(1024);
        block.write(record);
        write(record, changes);
        ByteBuffer framed = framed(record.toByteArray());
        int length = framed.remaining();
        try {
            writeFully(channel, framed, end);
            channel.force(false);
            end += length;
        } catch (IOException e) {
            try {
                channel.truncate(end); // half a record must not stay before the next one
            } catch (IOException worse) {
                e.addSuppressed(worse);
            }
            throw io("written", directory, e);
        }
    }

    @Override
    public boolean full() {
        return end - checkpointEnd > growth;
    }

    @Override
    public void close() {
        closeQuietly(file);
        closeQuietly(lockFile);
    }
}
