package tiphys.store.quarantine;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tiphys.journal.Quarantine;
import tiphys.journal.StreamName;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// The quarantine in two files of the data directory: `deciding` says what is being decided now, `quarantine.json` which
/// streams are under suspicion since a death and which are set aside.
///
/// A stream that was being decided when a process died is under suspicion. If a process dies while **the same thing** is
/// decided about it again, the stream is set aside at the next start. A busy stream that is killed twice by chance is not: it
/// has gone on in between, and what was interrupted the first time is done. So that a death says which of the suspects
/// it was, only one of them is decided at a time. Suspicion ends when that same thing was decided, and with a stop in order.
public final class QuarantineFiles implements Quarantine, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(QuarantineFiles.class.getName());
    private static final String DECIDING = "deciding";
    private static final String KEPT = "quarantine.json";
    private static final long TURN_SECONDS = 10;
    private static final int MOST_DOUBTS = 8;

    private final Path directory;
    private final @Nullable DecidingFile deciding;

    /// What was being decided at deaths before, by stream, oldest first.
    private final Map<StreamName, List<String>> suspects = new ConcurrentHashMap<>();

    /// Why streams are set aside, until somebody releases them.
    private final Map<StreamName, String> aside = new ConcurrentHashMap<>();

    /// Why streams are set aside until this process ends.
    private final Map<StreamName, String> now = new ConcurrentHashMap<>();

    private final ReentrantLock turn = new ReentrantLock();

    private QuarantineFiles(Path directory, Instant at) {
        this.directory = directory;
        read();
        judge(at);
        this.deciding = create(directory);
    }

    /// Looks at how the last process ended and begins to leave word. The caller holds the directory.
    public static QuarantineFiles open(Path directory, Instant at) {
        return new QuarantineFiles(directory, at);
    }

    /// What is set aside in a directory, whether a process holds it or not; empty if that cannot be read.
    public static Map<StreamName, String> look(Path directory) {
        var found = new TreeMap<StreamName, String>(Comparator.comparing(StreamName::toString));
        try {
            each(load(directory).mapAt("aside"), (stream, reason) -> found.put(stream, text(reason)));
        } catch (IOException | InvalidInput | IllegalArgumentException _) {
            return Map.of(); // the start that cannot read it says so
        }
        return found;
    }

    private void read() {
        try {
            var kept = load(directory);
            each(kept.mapAt("aside"), (stream, reason) -> aside.put(stream, text(reason)));
            each(
                    kept.mapAt("suspects"),
                    (stream, doubts) ->
                            suspects.put(
                                    stream,
                                    ((Value.Sequence) doubts).items().stream().map(QuarantineFiles::text).toList()));
        } catch (IOException | InvalidInput | IllegalArgumentException | ClassCastException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} cannot be read, so nothing is set aside: {1}",
                    directory.resolve(KEPT),
                    e.getMessage());
        }
    }

    private static Value.Mapping load(Path directory) throws IOException {
        var file = directory.resolve(KEPT);
        return Files.exists(file) ? (Value.Mapping) Json.parse(Files.readAllBytes(file)) : Value.Mapping.EMPTY;
    }

    private interface Kept {
        void take(StreamName stream, Value value);
    }

    private static void each(Value.Mapping streams, Kept kept) {
        streams.fields().forEach((name, value) -> kept.take(StreamName.parse(name), value));
    }

    private static String text(Value value) {
        return value instanceof Value.Text(var text, _) ? text : "";
    }

    private void judge(Instant at) {
        var left = new HashMap<StreamName, List<String>>();
        try {
            for (var one : DecidingFile.left(directory.resolve(DECIDING))) {
                left.computeIfAbsent(one.stream(), _ -> new ArrayList<>()).add(one.what());
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "what the last process was deciding cannot be read", e);
        }
        if (left.isEmpty()) {
            return;
        }
        left.forEach((stream, whats) -> {
            var before = suspects.getOrDefault(stream, List.of());
            var again = whats.stream().filter(what -> !what.isEmpty() && before.contains(what)).findFirst();
            if (again.isPresent()) {
                suspects.remove(stream);
                aside.put(stream, reason(again.get(), at));
                LOG.log(System.Logger.Level.ERROR, "{0} is set aside: {1}", stream, aside.get(stream));
            } else {
                var doubts = new ArrayList<>(before);
                doubts.addAll(whats);
                suspects.put(
                        stream, List.copyOf(doubts.subList(Math.max(0, doubts.size() - MOST_DOUBTS), doubts.size())));
                LOG.log(System.Logger.Level.WARNING, "{0} was being decided when the server died: {1}", stream, whats);
            }
        });
        keep();
    }

    private static String reason(String what, Instant at) {
        return "set aside at "
                + at.truncatedTo(ChronoUnit.SECONDS)
                + ", because the server died twice while it was deciding about "
                + what;
    }

    private static @Nullable DecidingFile create(Path directory) {
        try {
            return DecidingFile.create(directory.resolve(DECIDING));
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "what is being decided cannot be written down, so what kills the server is not found: {0}",
                    e.getMessage());
            return null;
        }
    }

    /// Writes down suspects and what is set aside: before anything is decided, flushed.
    private synchronized void keep() {
        var kept = Value.object("suspects", named(suspects), "aside", named(aside));
        var file = directory.resolve(KEPT);
        var next = directory.resolve(KEPT + ".next");
        try {
            if (suspects.isEmpty() && aside.isEmpty()) {
                Files.deleteIfExists(file);
                return;
            }
            Files.write(next, Json.bytes(kept));
            try (var written = FileChannel.open(next, StandardOpenOption.WRITE)) {
                written.force(true);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "{0} cannot be written: {1}", file, e.getMessage());
        }
    }

    private static Value named(Map<StreamName, ?> streams) {
        var byName = new TreeMap<String, Object>();
        streams.forEach((stream, value) -> byName.put(stream.toString(), value));
        return Value.of(byName);
    }

    @Override
    public Mark begin(StreamName stream, String what) {
        var file = deciding;
        if (file == null) {
            return new Place(null, DecidingFile.NONE, stream, what, false);
        }
        boolean alone = !suspects.isEmpty() && suspects.containsKey(stream) && awaitTurn(stream);
        return new Place(file, file.begin(stream, what), stream, what, alone);
    }

    private boolean awaitTurn(StreamName stream) {
        try {
            if (turn.tryLock(TURN_SECONDS, TimeUnit.SECONDS)) {
                return true;
            }
            LOG.log(System.Logger.Level.WARNING, "{0} goes on beside another stream under suspicion", stream);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private final class Place implements Mark {
        private final @Nullable DecidingFile file;
        private final int place;
        private final StreamName stream;
        private final boolean alone;
        private String what;

        Place(@Nullable DecidingFile file, int place, StreamName stream, String what, boolean alone) {
            this.file = file;
            this.place = place;
            this.stream = stream;
            this.what = what;
            this.alone = alone;
        }

        @Override
        public void now(String next) {
            if (file != null && place != DecidingFile.NONE) {
                file.now(place, next);
            }
            survived();
            what = next;
        }

        @Override
        public void close() {
            if (file != null && place != DecidingFile.NONE) {
                file.end(place);
            }
            survived();
            if (alone) {
                turn.unlock();
            }
        }

        /// What was decided without a death is no longer suspected.
        private void survived() {
            if (!suspects.isEmpty() && suspects.containsKey(stream)) {
                acquit(stream, DecidingFile.asKept(what));
            }
        }
    }

    private void acquit(StreamName stream, String what) {
        var before = suspects.get(stream);
        if (before == null || !before.contains(what)) {
            return;
        }
        suspects.computeIfPresent(
                stream,
                (_, doubts) -> {
                    var left = doubts.stream().filter(doubt -> !doubt.equals(what)).toList();
                    return left.isEmpty() ? null : left;
                });
        keep();
    }

    @Override
    public Optional<String> reason(StreamName stream) {
        return Optional.ofNullable(aside.get(stream)).or(() -> Optional.ofNullable(now.get(stream)));
    }

    @Override
    public Map<StreamName, String> all() {
        var all = new TreeMap<StreamName, String>(Comparator.comparing(StreamName::toString));
        all.putAll(now);
        all.putAll(aside);
        return all;
    }

    @Override
    public void setAside(StreamName stream, String reason) {
        now.put(stream, reason);
    }

    @Override
    public boolean release(StreamName stream) {
        boolean was = reason(stream).isPresent();
        now.remove(stream);
        aside.remove(stream);
        suspects.remove(stream);
        keep();
        return was;
    }

    /// The process ends in order: nothing is suspected any more, but what is still being decided.
    @Override
    public void close() {
        try {
            if (deciding != null) {
                deciding.close();
            }
            if (!suspects.isEmpty()) {
                var still = DecidingFile.left(directory.resolve(DECIDING));
                suspects.keySet().removeIf(stream -> still.stream().noneMatch(one -> one.stream().equals(stream)));
                keep();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the quarantine could not be closed in order: {0}", e.getMessage());
        }
    }
}
