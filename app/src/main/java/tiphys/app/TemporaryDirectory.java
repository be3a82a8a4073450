package tiphys.app;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A data directory that goes when its command ends, in `TMPDIR` or the system's place.
final class TemporaryDirectory {
    private static final Duration RUNNER_ENDS = Duration.ofSeconds(5);

    private final Path path;

    TemporaryDirectory(String prefix) throws IOException {
        var place = Path.of(System.getenv().getOrDefault("TMPDIR", System.getProperty("java.io.tmpdir")));
        path = Files.createTempDirectory(place, prefix);
    }

    Path path() {
        return path;
    }

    /// Waits, bounded, for processes of the directory to let go of it, and removes it.
    void delete() throws IOException {
        long end = System.nanoTime() + RUNNER_ENDS.toNanos();
        while (inUse() && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        Files.walkFileTree(
                path,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                        Files.deleteIfExists(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException why) throws IOException {
                        if (why instanceof NoSuchFileException) {
                            return FileVisitResult.CONTINUE;
                        }
                        throw why;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path directory, IOException why) throws IOException {
                        Files.deleteIfExists(directory);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private boolean inUse() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .anyMatch(process ->
                        process.info().arguments().stream()
                                .flatMap(java.util.Arrays::stream)
                                .anyMatch(path.toString()::equals));
    }
}
