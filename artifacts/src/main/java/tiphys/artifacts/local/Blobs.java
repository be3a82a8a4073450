package tiphys.artifacts.local;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import tiphys.artifacts.archive.Trees;
import tiphys.engine.Artifacts.Trouble;

/// The bytes of this server's store, each under a name that they are kept by for ever.
///
/// A file up to [#COPIED_BYTES] is copied, and its name is the hash of its bytes, so equal files are kept once. A larger one is
/// linked: its bytes are not read, and its name comes from the file itself (its inode, its time and its length), so that saving it
/// again finds it again. A linked file can be written by nobody but the machine's administrator; if one was, its length or time
/// says so, and it is not handed out any more. Where the file system shares what is copied (btrfs, XFS and others), everything is
/// copied, for that costs nothing there.
final class Blobs {
    /// Up to this size files are copied.
    static final long COPIED_BYTES = 8 << 20;

    private static final Set<String> SHARING = Set.of("btrfs", "xfs", "bcachefs");
    private static final int READABLE = 0444;
    private static final int EXECUTABLE = 0111;

    private final Path root;
    private final Path ours;
    private final boolean shares;

    /// @param ours the directory whose files may be linked: their steps have ended, and nobody else has them
    Blobs(Path root, Path ours) throws IOException {
        this.root = Files.createDirectories(root);
        this.ours = ours;
        shares = SHARING.contains(Files.getFileStore(root).type());
    }

    /// A file that is kept.
    ///
    /// @param name of the blob
    /// @param changedMicros when it was changed last, of a linked one; 0 of others
    record Blob(String name, long bytes, long changedMicros) {}

    /// Keeps a file.
    Blob keep(Path file, BasicFileAttributes attributes) throws IOException {
        if (attributes.size() > COPIED_BYTES && !shares && file.startsWith(ours)) {
            var name =
                    "file-"
                            + hash(
                                    attributes.fileKey()
                                            + " "
                                            + attributes.lastModifiedTime()
                                            + " "
                                            + attributes.size());
            var to = place(name);
            if (!Files.exists(to) && !linked(file, to)) {
                return copied(file);
            }
            return new Blob(name, attributes.size(), micros(attributes.lastModifiedTime().toInstant()));
        }
        return copied(file);
    }

    private static boolean linked(Path file, Path to) throws IOException {
        int mode = Trees.mode(file);
        try {
            Files.createDirectories(Objects.requireNonNull(to.getParent()));
            Files.setPosixFilePermissions(file, Trees.permissions(READABLE | (mode & EXECUTABLE)));
            Files.createLink(to, file);
            return true;
        } catch (FileAlreadyExistsException _) {
            return true;
        } catch (FileSystemException | UnsupportedOperationException _) {
            return false; // another disk, or a file system without links
        }
    }

    private Blob copied(Path file) throws IOException {
        var draft = root.resolve("new-" + UUID.randomUUID());
        var digest = sha256();
        long bytes;
        try {
            try (var channel = FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                    var out = new DigestOutputStream(java.nio.channels.Channels.newOutputStream(channel), digest)) {
                bytes = Files.copy(file, (OutputStream) out);
                channel.force(false);
            }
            var name = "sha256-" + HexFormat.of().formatHex(digest.digest());
            var to = place(name);
            if (!Files.exists(to)) {
                Files.createDirectories(Objects.requireNonNull(to.getParent()));
                Files.move(draft, to, StandardCopyOption.ATOMIC_MOVE);
            } else {
                Files.setLastModifiedTime(
                        to, java.nio.file.attribute.FileTime.from(Instant.now())); // not to be swept now
            }
            return new Blob(name, bytes, 0);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /// Puts a blob at a path where nothing is: linked if it is large and the rights are those that it has, else copied.
    ///
    /// @throws Trouble if the blob is not as it was kept
    void put(Blob blob, int mode, Path to) throws IOException {
        var from = checked(blob);
        if (blob.bytes() > COPIED_BYTES && !shares && readable(mode) == Trees.mode(from)) {
            try {
                Files.createLink(to, from);
                return;
            } catch (FileSystemException | UnsupportedOperationException _) {
                // another disk, or too many links already: copied
            }
        }
        Files.copy(from, to);
        Files.setPosixFilePermissions(to, Trees.permissions(mode));
    }

    private static int readable(int mode) {
        return READABLE | (mode & EXECUTABLE);
    }

    /// Where a blob's bytes are, for reading.
    ///
    /// @throws Trouble if the blob is not as it was kept
    Path checked(Blob blob) throws IOException {
        var file = place(blob.name());
        try {
            var now = Files.readAttributes(file, BasicFileAttributes.class);
            var changed =
                    blob.changedMicros() != 0 && micros(now.lastModifiedTime().toInstant()) != blob.changedMicros();
            if (now.size() == blob.bytes() && !changed) {
                return file;
            }
        } catch (NoSuchFileException _) {
            // told below
        }
        throw new Trouble(
                Trouble.Kind.REFUSED,
                "TIP-6052: the artifact's bytes are not what was saved: somebody changed or removed "
                        + file
                        + "; make the artifact again");
    }

    /// Removes what nobody names any more and was not kept since an instant.
    ///
    /// @return how many
    int sweep(Set<String> named, Instant before) throws IOException {
        int swept = 0;
        try (var files = Files.walk(root)) {
            for (var file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                var attributes = Files.readAttributes(file, "unix:ctime");
                var touched = (java.nio.file.attribute.FileTime) Objects.requireNonNull(attributes.get("ctime"));
                if (!named.contains(file.getFileName().toString()) && touched.toInstant().isBefore(before)) {
                    Files.deleteIfExists(file);
                    swept++;
                }
            }
        }
        return swept;
    }

    private Path place(String name) {
        int at = name.indexOf('-') + 1;
        return root.resolve(name.substring(at, at + 2)).resolve(name);
    }

    private static long micros(Instant at) {
        return at.getEpochSecond() * 1_000_000 + at.getNano() / 1_000;
    }

    private static String hash(String text) {
        return HexFormat.of().formatHex(sha256().digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
