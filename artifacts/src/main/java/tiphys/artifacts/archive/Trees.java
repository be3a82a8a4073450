package tiphys.artifacts.archive;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tiphys.engine.Artifacts.Trouble;

/// Files and directories on the disk, links never followed.
public final class Trees {
    private static final PosixFilePermission[] BITS = {
        PosixFilePermission.OTHERS_EXECUTE,
        PosixFilePermission.OTHERS_WRITE,
        PosixFilePermission.OTHERS_READ,
        PosixFilePermission.GROUP_EXECUTE,
        PosixFilePermission.GROUP_WRITE,
        PosixFilePermission.GROUP_READ,
        PosixFilePermission.OWNER_EXECUTE,
        PosixFilePermission.OWNER_WRITE,
        PosixFilePermission.OWNER_READ
    };

    private Trees() {}

    /// How many bytes the files of a tree have.
    public static long bytes(Path tree) throws IOException {
        long[] bytes = {0};
        Files.walkFileTree(
                tree,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        bytes[0] += attributes.isRegularFile() ? attributes.size() : 0;
                        return FileVisitResult.CONTINUE;
                    }
                });
        return bytes[0];
    }

    /// Removes a tree; without effect if it is not there.
    public static void delete(Path tree) throws IOException {
        if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(
                tree,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                            throws IOException {
                        Files.setPosixFilePermissions(directory, permissions(0700)); // also one that nobody may change
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                        Files.deleteIfExists(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                            throws IOException {
                        try {
                            Files.deleteIfExists(directory);
                        } catch (DirectoryNotEmptyException e) {
                            throw failure == null ? e : failure;
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /// Gives what was loaded the rights that its artifact asks for.
    ///
    /// @param mode empty to leave it as it is
    public static void rights(Path tree, OptionalInt mode, boolean all) throws IOException {
        if (mode.isEmpty()) {
            return;
        }
        var permissions = permissions(mode.getAsInt());
        if (!all || !Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
            Files.setPosixFilePermissions(tree, permissions);
            return;
        }
        Files.walkFileTree(
                tree,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                        if (attributes.isRegularFile()) {
                            Files.setPosixFilePermissions(file, permissions);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                            throws IOException {
                        Files.setPosixFilePermissions(directory, permissions);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /// Rights as a number, such as 0644.
    public static int mode(Path file) throws IOException {
        int mode = 0;
        for (var permission : Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS)) {
            for (int i = 0; i < BITS.length; i++) {
                mode |= BITS[i] == permission ? 1 << i : 0;
            }
        }
        return mode;
    }

    /// A number as rights; what is more than 0777 has no meaning.
    public static Set<PosixFilePermission> permissions(int mode) {
        var permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int i = 0; i < BITS.length; i++) {
            if ((mode & (1 << i)) != 0) {
                permissions.add(BITS[i]);
            }
        }
        return permissions;
    }

    /// A path below a directory that somebody else gave the name of.
    ///
    /// @throws Trouble if it leaves the directory
    public static Path below(Path directory, String name) throws Trouble {
        var relative = name.replaceFirst("^(\\./)+", "");
        if (relative.startsWith("/") || relative.indexOf('\0') >= 0) {
            throw outside(name);
        }
        var path = directory.resolve(relative).normalize();
        if (!path.startsWith(directory)) {
            throw outside(name);
        }
        for (var above = path.getParent();
                above != null && above.startsWith(directory) && !above.equals(directory);
                above = above.getParent()) {
            if (Files.isSymbolicLink(above)) {
                throw outside(name);
            }
        }
        return path;
    }

    private static Trouble outside(String name) {
        return new Trouble(
                Trouble.Kind.REFUSED,
                "TIP-6051: the archive names a file outside of the directory it is unpacked to: " + name);
    }
}
