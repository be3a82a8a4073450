package tiphys.artifacts.archive;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import tiphys.engine.Artifacts.Item;
import tiphys.engine.Artifacts.Trouble;

/// Zip archives as Argo makes them: files alone, without rights; a link becomes a copy of its file, a directory without files is
/// lost.
public final class Zipped {
    private Zipped() {}

    /// Writes a file or directory under its own name.
    ///
    /// @throws Trouble if a link in it leads out of it
    public static void write(Path from, OutputStream out) throws IOException {
        var top = Objects.requireNonNull(from.getFileName()).toString();
        var real = from.toRealPath();
        try (var zip = new ZipOutputStream(out);
                var files = Files.walk(from)) {
            for (var file : (Iterable<Path>) files.sorted()::iterator) {
                if (!Files.isRegularFile(file)) {
                    continue;
                }
                inside(real, file);
                var below = from.relativize(file).toString();
                zip.putNextEntry(new ZipEntry(below.isEmpty() ? top : top + "/" + below));
                Files.copy(file, zip);
                zip.closeEntry();
            }
        }
    }

    /// Directories of this machine's programs, which stand in for those of an image.
    private static final List<Path> OF_THE_MACHINE = List.of(Path.of("/usr"), Path.of("/etc"));

    /// Looks that a link leads to something in the same tree, or in the machine's own directories if the tree is one of those: then
    /// no step made it.
    ///
    /// @throws Trouble if it does not
    public static void inside(Path tree, Path file) throws IOException {
        if (!Files.isSymbolicLink(file)) {
            return;
        }
        var target = file.toRealPath();
        if (!target.startsWith(tree)
                && !(OF_THE_MACHINE.stream().anyMatch(tree::startsWith)
                        && OF_THE_MACHINE.stream().anyMatch(target::startsWith))) {
            throw new Trouble(
                    Trouble.Kind.REFUSED,
                    "TIP-6054: " + file.getFileName() + " is a link that leaves the directory that is saved");
        }
    }

    /// Whether a file begins as a zip archive does.
    public static boolean is(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var magic = in.readNBytes(4);
            return magic.length == 4 && magic[0] == 'P' && magic[1] == 'K' && magic[2] == 3 && magic[3] == 4;
        }
    }

    /// Unpacks an archive into a directory that is there and empty.
    ///
    /// @throws Trouble if it is damaged, or names what is outside
    public static void read(Path packed, Path into) throws IOException {
        try (var zip = new ZipInputStream(new BufferedInputStream(Files.newInputStream(packed)))) {
            for (@Nullable ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                var path = Trees.below(into, entry.getName());
                if (path.equals(into)) {
                    continue;
                }
                Files.createDirectories(Objects.requireNonNull(path.getParent()));
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else {
                    Files.deleteIfExists(path);
                    Files.copy(zip, path);
                }
            }
        } catch (java.util.zip.ZipException | java.io.EOFException | IllegalArgumentException e) {
            throw new Trouble(Trouble.Kind.REFUSED, "TIP-6053: the archive is damaged: " + e.getMessage(), e);
        }
    }

    /// What is in an archive, at most so much of it.
    public static List<Item> list(InputStream packed, int most) throws IOException {
        var items = new ArrayList<Item>();
        try (var zip = new ZipInputStream(packed)) {
            for (@Nullable ZipEntry entry = zip.getNextEntry();
                    entry != null && items.size() < most;
                    entry = zip.getNextEntry()) {
                items.add(
                        new Item(
                                entry.getName(),
                                entry.getSize() < 0 ? OptionalLong.empty() : OptionalLong.of(entry.getSize())));
            }
        }
        return items;
    }

    /// The bytes of one file in an archive; the caller closes it.
    ///
    /// @throws Trouble if there is no such file in it
    public static InputStream open(InputStream packed, String name) throws IOException {
        var zip = new ZipInputStream(packed);
        for (@Nullable ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            if (entry.getName().equals(name) && !entry.isDirectory()) {
                return zip;
            }
        }
        zip.close();
        throw new Trouble(Trouble.Kind.MISSING, "there is no " + name + " in the archive");
    }
}
