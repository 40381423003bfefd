package io.github.bittensor4j.wallet;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;

/** Key files on disk: bounded reading, and writing that is for the owner only, whole or not at all, and never over another key unasked. */
final class KeyFiles {
    private static final int MAX_BYTES = 65_536;
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final SecureRandom RANDOM = new SecureRandom();

    private KeyFiles() {}

    static byte[] read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new WalletException(
                    WalletException.FILE_MISSING,
                    file + ": " + (Files.exists(file) ? "not a file" : "no such key file"),
                    "Check the wallet's path and names, or make the key: jbt wallet new-hotkey, regen-hotkey or regen-coldkey, or Wallet.saveHotkey and saveColdkey.");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] data = in.readNBytes(MAX_BYTES + 1);
            if (data.length > MAX_BYTES) {
                throw new WalletException(
                        WalletException.FILE_DAMAGED,
                        file + ": larger than a key file can be (expected: at most " + MAX_BYTES + " bytes)",
                        "Check whether it is another file.");
            }
            return data;
        } catch (IOException e) {
            throw access(file, "cannot be read", e);
        }
    }

    static boolean exists(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** Makes a folder and those above it, for the owner only where they are new. */
    static void createFolder(Path folder) {
        try {
            Files.createDirectories(folder, ownerOnly(folder, "rwx------"));
        } catch (IOException e) {
            throw access(folder, "cannot be made", e);
        }
    }

    /** Writes a file; where one is replaced, the old one moves into the folder {@code replaced} first. */
    static void write(Path target, byte[] data, Overwrite overwrite, Path replaced) {
        if (exists(target) && (overwrite == Overwrite.REFUSE || Files.isSymbolicLink(target))) {
            throw Files.isSymbolicLink(target) ? link(target) : taken(target);
        }
        Path folder = target.toAbsolutePath().getParent();
        if (folder == null) {
            throw taken(target);
        }
        createFolder(folder);
        byte[] random = new byte[8];
        RANDOM.nextBytes(random);
        String unique = HexFormat.of().formatHex(random);
        Path part = folder.resolve("." + target.getFileName() + "." + unique + ".tmp");
        try {
            try (FileChannel channel = FileChannel.open(
                    part,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    ownerOnly(folder, "rw-------"))) {
                ByteBuffer left = ByteBuffer.wrap(data);
                while (left.hasRemaining()) {
                    channel.write(left);
                }
                channel.force(true);
            }
            if (overwrite == Overwrite.REPLACE) {
                keep(target, replaced, unique);
                Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            } else {
                putNew(part, target);
            }
            force(folder);
            if (!Arrays.equals(data, read(target))) {
                throw new WalletException(
                        WalletException.FILE_ACCESS,
                        target + ": does not read back as it was written",
                        "Check the disk; do not rely on this file.");
            }
        } catch (FileAlreadyExistsException e) {
            throw taken(target);
        } catch (IOException e) {
            throw access(target, "cannot be written", e);
        } finally {
            try {
                Files.deleteIfExists(part);
            } catch (IOException e) {
                // The error that matters is on its way; what stays behind only its owner can read.
            }
        }
    }

    /** A link is made in one step and fails where a file is; not every file system has links. */
    private static void putNew(Path part, Path target) throws IOException {
        try {
            Files.createLink(target, part);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | IOException e) {
            Files.move(part, target);
        }
    }

    private static void keep(Path target, Path replaced, String unique) throws IOException {
        if (!exists(target)) {
            return;
        }
        createFolder(replaced);
        Path copy = replaced.resolve(target.getFileName() + "-" + STAMP.format(Instant.now()) + "-" + unique);
        try {
            Files.createLink(copy, target);
        } catch (UnsupportedOperationException e) {
            Files.copy(target, copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    private static void force(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Some systems cannot open folders; there the file's own force has to do.
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path near, String permissions) {
        return near.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    static WalletException taken(Path file) {
        return new WalletException(
                WalletException.FILE_EXISTS,
                file + ": there is a key already, and it was not asked to be replaced",
                "Use another name, or ask for replacing; the old file is then kept in the wallet's folder 'replaced'.");
    }

    private static WalletException link(Path file) {
        return new WalletException(
                WalletException.FILE_EXISTS,
                file + ": is a symbolic link, which is never written over",
                "Remove the link, or write to where it leads.");
    }

    private static WalletException access(Path file, String what, IOException cause) {
        return new WalletException(
                WalletException.FILE_ACCESS,
                file + ": " + what + " (" + why(cause) + ")",
                "Check owner, permissions and space.",
                cause);
    }

    /** The system's own words; a message of Java's would say the path once more. */
    private static String why(IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return "not there";
        }
        String words = cause instanceof FileSystemException named ? named.getReason() : cause.getMessage();
        return words == null ? cause.getClass().getSimpleName() : words;
    }
}
