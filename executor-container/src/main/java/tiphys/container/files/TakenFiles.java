package tiphys.container.files;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import tiphys.attempts.Modes;

/// Unpacks what an engine gives out of a container. A container's files are foreign input: nothing is written outside of the
/// place they are unpacked to, devices are left out, and no link is followed.
final class TakenFiles {
    private TakenFiles() {}

    /// Unpacks a tar whose first entry is the file or directory that was asked for.
    ///
    /// @param to where that comes to be; nothing is there
    /// @return where it leads, if it is itself a link: then nothing was unpacked
    static Optional<String> unpack(InputStream in, Path to) throws IOException {
        var tar = new TarArchiveInputStream(in);
        var first = tar.getNextEntry();
        if (first == null) {
            throw new IOException("the engine gave an empty archive");
        }
        if (first.isSymbolicLink()) {
            return Optional.of(first.getLinkName());
        }
        var root = first.getName().replaceAll("/+$", "");
        Files.createDirectories(Objects.requireNonNull(to.getParent()));
        for (var entry = first; entry != null; entry = tar.getNextEntry()) {
            var name = entry.getName().replaceAll("/+$", "");
            if (!name.equals(root) && !name.startsWith(root + "/")) {
                throw new IOException("the engine's archive holds " + name + " beside " + root);
            }
            write(tar, entry, below(to, name.substring(root.length())), root, to);
        }
        return Optional.empty();
    }

    private static Path below(Path to, String rest) throws IOException {
        var path = rest.isEmpty() ? to : to.resolve(rest.substring(1)).normalize();
        if (!path.startsWith(to)) {
            throw new IOException("the engine's archive leaves its directory: " + rest);
        }
        for (var parent = path.getParent(); parent != null && parent.startsWith(to); parent = parent.getParent()) {
            if (Files.isSymbolicLink(parent)) {
                throw new IOException("the engine's archive writes through a link: " + rest);
            }
        }
        return path;
    }

    private static void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path path, String root, Path to)
            throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(path);
            Files.setPosixFilePermissions(path, Modes.rights(entry.getMode() | 0700));
        } else if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
            var name = entry.getLinkName().replaceAll("^/+", "");
            if (!name.startsWith(root + "/")) {
                throw new IOException("the engine's archive links to " + name + ", which is outside of it");
            }
            Files.copy(below(to, name.substring(root.length())), path, NOFOLLOW_LINKS);
        } else if (entry.isFile()) {
            try {
                Files.copy(tar, path);
            } catch (FileAlreadyExistsException _) {
                throw new IOException("the engine's archive holds " + entry.getName() + " twice");
            }
            Files.setPosixFilePermissions(path, Modes.rights(entry.getMode() | 0400));
        }
    }
}
