package tiphys.process.runner;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import tiphys.attempts.AttemptFolder;
import tiphys.attempts.Machine;

/// Folders of attempts that are still to come, made while other steps run: `<data>/ready/<number>/`, each with its
/// claim, `work`, `tmp` and `log`. So an attempt's claim is one rename, which succeeds once: a folder that holds a claim is not
/// replaced. And no step waits for a new file, which can take long: a file system without a journal looks over what was deleted
/// of late. Safe for every thread; one runner at a time uses the directory.
final class ReadyFolders {
    private final Path directory;
    private final String holder;
    private final int most;
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicInteger count = new AtomicInteger();
    private final ConcurrentLinkedDeque<AttemptFolder> ready = new ConcurrentLinkedDeque<>();

    /// Removes what an earlier runner left.
    ///
    /// @param holder the claims' text
    /// @param most how many are kept
    ReadyFolders(Path data, String holder, int most) throws IOException {
        directory = data.resolve("ready");
        this.holder = holder;
        this.most = most;
        if (Files.exists(directory)) {
            try (var all = Files.walk(directory)) {
                for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        Machine.privateDirectory(directory);
    }

    /// Makes as many as are missing.
    void refill() throws IOException {
        while (count.incrementAndGet() <= most) {
            add();
        }
        count.decrementAndGet();
    }

    private void add() throws IOException {
        var folder = new AttemptFolder(directory.resolve(Long.toString(numbers.incrementAndGet())));
        try {
            folder.claim(holder);
            folder.furnish();
            ready.add(folder);
        } catch (IOException e) {
            count.decrementAndGet();
            throw e;
        }
    }

    /// Claims an attempt and gives it the directories that each has: true for one caller only, ever.
    boolean claim(AttemptFolder attempt) throws IOException {
        var folder = ready.poll();
        if (folder != null) {
            try {
                Files.move(folder.root(), attempt.root(), StandardCopyOption.ATOMIC_MOVE);
                count.decrementAndGet();
                return true;
            } catch (NoSuchFileException _) {
                count.decrementAndGet(); // somebody removed it
            } catch (FileSystemException _) {
                ready.add(folder); // somebody has the attempt, perhaps: its claim decides
            }
        }
        if (!attempt.claim(holder)) {
            return false;
        }
        attempt.furnish();
        return true;
    }
}
