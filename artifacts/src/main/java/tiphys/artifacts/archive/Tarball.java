package tiphys.artifacts.archive;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;
import tiphys.engine.Artifacts.Item;
import tiphys.engine.Artifacts.Trouble;

/// Gzipped tar archives. Links and rights are kept; owners are not.
public final class Tarball {
    private static final int BUFFER = 1 << 16;

    private Tarball() {}

    /// A gzip stream that tries as hard as an artifact says.
    ///
    /// @param level 0 to 9; empty for the usual one
    public static OutputStream gzip(OutputStream out, OptionalInt level) throws IOException {
        return new GZIPOutputStream(out, BUFFER) {
            {
                def.setLevel(level.orElse(Deflater.DEFAULT_COMPRESSION));
            }
        };
    }

    /// Where the entries of an archive are written, one after another.
    public static final class Writer implements AutoCloseable {
        private final TarArchiveOutputStream tar;

        public Writer(OutputStream out) {
            tar = new TarArchiveOutputStream(out, "UTF-8");
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            tar.setAddPaxHeadersForNonAsciiNames(true);
        }

        public void directory(String name, int mode, FileTime changed) throws IOException {
            begin(new TarArchiveEntry(name + "/"), mode, changed);
            tar.closeArchiveEntry();
        }

        public void link(String name, String target, FileTime changed) throws IOException {
            var entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
            entry.setLinkName(target);
            begin(entry, 0777, changed);
            tar.closeArchiveEntry();
        }

        public void file(String name, int mode, FileTime changed, long bytes, Path file) throws IOException {
            var entry = new TarArchiveEntry(name);
            entry.setSize(bytes);
            begin(entry, mode, changed);
            Files.copy(file, tar);
            tar.closeArchiveEntry();
        }

        private void begin(TarArchiveEntry entry, int mode, FileTime changed) throws IOException {
            entry.setMode(mode);
            entry.setModTime(FileTime.from(changed.toInstant().truncatedTo(java.time.temporal.ChronoUnit.SECONDS)));
            tar.putArchiveEntry(entry);
        }

        @Override
        public void close() throws IOException {
            tar.close();
        }
    }

    /// Writes a file or directory under its own name.
    public static void write(Path from, OutputStream out) throws IOException {
        var top = Objects.requireNonNull(from.getFileName()).toString();
        try (var writer = new Writer(out)) {
            Files.walkFileTree(
                    from,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                                throws IOException {
                            writer.directory(name(directory), Trees.mode(directory), attributes.lastModifiedTime());
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                            if (attributes.isSymbolicLink()) {
                                writer.link(
                                        name(file),
                                        Files.readSymbolicLink(file).toString(),
                                        attributes.lastModifiedTime());
                            } else if (attributes.isRegularFile()) {
                                writer.file(
                                        name(file),
                                        Trees.mode(file),
                                        attributes.lastModifiedTime(),
                                        attributes.size(),
                                        file);
                            }
                            return FileVisitResult.CONTINUE;
                        }

                        private String name(Path file) {
                            var below = from.relativize(file).toString();
                            return below.isEmpty() ? top : top + "/" + below;
                        }
                    });
        }
    }

    /// Whether a file is a gzipped tar archive: Argo looks no further than the first entry.
    public static boolean is(Path file) throws IOException {
        try (var in = new BufferedInputStream(Files.newInputStream(file))) {
            in.mark(2);
            if (in.read() != 0x1f || in.read() != 0x8b) {
                return false;
            }
            in.reset();
            try (var tar = new TarArchiveInputStream(new GZIPInputStream(in, BUFFER))) {
                return tar.getNextEntry() != null;
            }
        } catch (IOException | IllegalArgumentException _) {
            return false;
        }
    }

    /// Unpacks an archive into a directory that is there and empty.
    ///
    /// @throws Trouble if it is damaged, or names what is outside
    public static void read(InputStream packed, Path into) throws IOException {
        var directories = new ArrayList<Directory>();
        try (var tar = new TarArchiveInputStream(new GZIPInputStream(packed, BUFFER))) {
            for (@Nullable TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                var path = Trees.below(into, entry.getName());
                if (path.equals(into)) {
                    continue;
                }
                Files.createDirectories(Objects.requireNonNull(path.getParent()));
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                    directories.add(new Directory(path, entry.getMode()));
                } else if (entry.isSymbolicLink()) {
                    Files.deleteIfExists(path);
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else if (entry.isLink()) {
                    Files.deleteIfExists(path);
                    var target = Trees.below(into, entry.getLinkName());
                    if (Files.isSymbolicLink(target)) {
                        Files.createSymbolicLink(path, Files.readSymbolicLink(target));
                    } else {
                        Files.createLink(path, target);
                    }
                } else if (entry.isFile()) {
                    Files.deleteIfExists(path);
                    Files.copy(tar, path);
                    Files.setPosixFilePermissions(path, Trees.permissions(entry.getMode()));
                }
            }
        } catch (ZipException | java.io.EOFException | IllegalArgumentException e) {
            throw damaged(e);
        } catch (IOException e) {
            throw e instanceof java.nio.file.FileSystemException || e instanceof Trouble ? e : damaged(e);
        }
        for (var directory : directories.reversed()) { // when nothing is made in them any more
            Files.setPosixFilePermissions(directory.path(), Trees.permissions(directory.mode()));
        }
    }

    private record Directory(Path path, int mode) {}

    private static Trouble damaged(Exception e) {
        return new Trouble(Trouble.Kind.REFUSED, "TIP-6053: the archive is damaged: " + e.getMessage(), e);
    }

    /// What is in an archive, at most so much of it.
    public static List<Item> list(InputStream packed, int most) throws IOException {
        var items = new ArrayList<Item>();
        try (var tar = new TarArchiveInputStream(new GZIPInputStream(packed, BUFFER))) {
            for (@Nullable TarArchiveEntry entry = tar.getNextEntry();
                    entry != null && items.size() < most;
                    entry = tar.getNextEntry()) {
                items.add(new Item(entry.getName(), OptionalLong.of(entry.getSize())));
            }
        }
        return items;
    }

    /// The bytes of one file in an archive; the caller closes it.
    ///
    /// @throws Trouble if there is no such file in it
    public static InputStream open(InputStream packed, String name) throws IOException {
        var tar = new TarArchiveInputStream(new GZIPInputStream(packed, BUFFER));
        for (@Nullable TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            if (entry.getName().equals(name) && entry.isFile()) {
                return tar;
            }
        }
        tar.close();
        throw new Trouble(Trouble.Kind.MISSING, "there is no " + name + " in the archive");
    }
}
