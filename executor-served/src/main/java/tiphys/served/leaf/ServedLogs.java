package tiphys.served.leaf;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.Set;
import java.util.function.Predicate;
import tiphys.engine.AttemptId;
import tiphys.engine.Logs;

/// What leaves said of what they asked and what was answered: a small file for each attempt, below a folder for its run. Of an
/// attempt that has none, what the steps' processes printed. Safe for every thread.
public final class ServedLogs implements Logs {
    /// How long one attempt's file may be: a leaf says little, but a plugin may be asked for days.
    private static final long LONGEST = 1 << 20;

    private static final Set<StandardOpenOption> APPEND =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);

    private final Path folder;
    private final Logs processes;

    /// @param data the data directory
    /// @param processes what the processes of the other steps printed
    public ServedLogs(Path data, Logs processes) {
        this.folder = data.toAbsolutePath().normalize().resolve("served");
        this.processes = processes;
    }

    /// Leaves that the server runs itself have no containers.
    @Override
    public Logs of(String container) {
        return processes.of(container);
    }

    private Path file(AttemptId attempt) {
        return folder.resolve(attempt.runUid()).resolve(attempt.text() + ".log");
    }

    /// Adds a line; nothing, if there is too much already.
    void append(AttemptId attempt, String line) throws IOException {
        var file = file(attempt);
        var run = folder.resolve(attempt.runUid());
        if (!Files.isDirectory(run)) {
            Files.createDirectories(
                    run, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        try (var channel = Files.newByteChannel(file, APPEND)) {
            if (channel.size() < LONGEST) {
                channel.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
            }
        }
    }

    @Override
    public byte[] read(AttemptId attempt, long offset, int limit) throws IOException {
        var file = file(attempt);
        if (!Files.exists(file)) {
            return processes.read(attempt, offset, limit);
        }
        try (var channel = Files.newByteChannel(file)) {
            var into = ByteBuffer.allocate(Math.clamp(channel.size() - offset, 0, limit));
            channel.position(offset);
            while (into.hasRemaining() && channel.read(into) >= 0) {
                // until it is full or the file's end
            }
            return java.util.Arrays.copyOf(into.array(), into.position());
        }
    }

    @Override
    public long size(AttemptId attempt) throws IOException {
        var file = file(attempt);
        return Files.exists(file) ? Files.size(file) : processes.size(attempt);
    }

    @Override
    public InputStream open(AttemptId attempt) throws IOException {
        var file = file(attempt);
        return Files.exists(file) ? new ByteArrayInputStream(Files.readAllBytes(file)) : processes.open(attempt);
    }

    /// Removes what is kept of runs that nobody knows any more. Blocks.
    ///
    /// @param gone says so of a run's uid
    /// @param before folders that changed later stay
    /// @return how many runs' folders went
    public long purgeWhere(Predicate<String> gone, Instant before) throws IOException {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        long count = 0;
        try (var runs = Files.newDirectoryStream(folder)) {
            for (var run : runs) {
                if (Files.getLastModifiedTime(run).toInstant().isBefore(before)
                        && gone.test(String.valueOf(run.getFileName()))) {
                    remove(run);
                    count++;
                }
            }
        }
        return count;
    }

    private static void remove(Path run) throws IOException {
        try (var files = Files.walk(run)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
