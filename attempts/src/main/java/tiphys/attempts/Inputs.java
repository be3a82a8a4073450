package tiphys.attempts;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The artifacts that a step is given: they wait beside the attempts, and are moved to where the step wants them.
public final class Inputs {
    private Inputs() {}

    /// Moves what was staged; the outer first, so that one may lie in the directory of another. An optional artifact that was not
    /// there was not staged.
    ///
    /// @param paths as the template names them, in the order of the staged names
    /// @param place where a path's bytes belong
    public static void place(AttemptFolder folder, List<String> paths, Function<String, Path> place)
            throws IOException {
        if (paths.isEmpty()) {
            return;
        }
        var staged = folder.staged();
        var order =
                IntStream.range(0, paths.size())
                        .boxed()
                        .sorted(Comparator.comparingInt(one -> paths.get(one).length()))
                        .toList();
        for (int one : order) {
            var from = staged.resolve(Integer.toString(one));
            if (Files.exists(from, NOFOLLOW_LINKS)) {
                var to = place.apply(paths.get(one));
                Files.createDirectories(Objects.requireNonNull(to.getParent()));
                move(from, to);
            }
        }
        delete(staged);
    }

    /// Moves a file or directory, into a directory that is there already what is in it.
    private static void move(Path from, Path to) throws IOException {
        if (Files.isDirectory(from, NOFOLLOW_LINKS) && Files.isDirectory(to)) {
            List<Path> children;
            try (var all = Files.list(from)) {
                children = all.toList();
            }
            for (var child : children) {
                move(child, to.resolve(child.getFileName()));
            }
            return;
        }
        try {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        } catch (
                java.nio.file.DirectoryNotEmptyException
                        e) { // a directory on another disk, or a file in the place of one
            if (!Files.isDirectory(from, NOFOLLOW_LINKS) || Files.exists(to, NOFOLLOW_LINKS)) {
                throw e;
            }
            Files.createDirectory(to);
            move(from, to);
        }
    }

    /// Removes a tree; without effect if it is not there.
    public static void delete(Path tree) throws IOException {
        if (!Files.exists(tree, NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(
                tree,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                            throws IOException {
                        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
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
                        Files.deleteIfExists(directory);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
