package tiphys.journal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// A journal for tests: commits at once, on the caller's thread. What other rooms store in the same transaction is kept by
/// [Rider]s.
public class InMemoryJournal implements Journal {
    private final List<Rider> riders;
    private final NavigableMap<Long, Entry> entries = new TreeMap<>();
    private final Map<StreamName, Long> last = new HashMap<>();
    private final Map<StreamName, List<Entry>> closed = new HashMap<>();
    private final Map<StreamName, Snapshot> snapshots = new HashMap<>();
    private final Map<String, Long> cursors = new HashMap<>();
    private final List<Consumer<Long>> listeners = new CopyOnWriteArrayList<>();
    private long head;
    private long version;
    private int failures;

    public InMemoryJournal(Rider... riders) {
        this.riders = List.of(riders);
    }

    /// Keeps one kind of [Write]. Called under the journal's lock.
    public interface Rider {
        /// Whether this rider keeps such a write.
        boolean knows(Write write);

        /// Whether the transaction of such a write gets a version.
        default boolean versioned() {
            return false;
        }

        /// Keeps the write, or throws [Conflict] before it changed anything. Each change must be given to
        /// [Commit#undo()] as its reverse.
        void keep(Write write, Commit commit);

        /// Called after a commit, outside the lock.
        default void committed(Committed committed) {}
    }

    /// The commit that a write rides in.
    public record Commit(Instant at, long firstSequence, long version, List<Runnable> undo) {}

    /// Lets the next commits fail with [StoreUnavailable].
    public synchronized void failCommits(int count) {
        failures = count;
    }

    @Override
    public CompletableFuture<Committed> commit(Transaction transaction) {
        Committed committed;
        synchronized (this) {
            if (failures > 0) {
                failures--;
                return CompletableFuture.failedFuture(
                        new StoreUnavailable("the test wants no commit", new IllegalStateException()));
            }
            try {
                committed = store(transaction);
            } catch (Conflict conflict) {
                return CompletableFuture.failedFuture(conflict);
            }
        }
        for (var rider : riders) {
            rider.committed(committed);
        }
        for (var listener : listeners) {
            listener.accept(committed.lastSequence() == 0 ? head() : committed.lastSequence());
        }
        return CompletableFuture.completedFuture(committed);
    }

    private Committed store(Transaction transaction) {
        var undo = new ArrayList<Runnable>();
        long headBefore = head;
        long versionBefore = version;
        undo.add(() -> {
            head = headBefore;
            version = versionBefore;
        });
        try {
            transaction.appends().forEach(append -> append(append, transaction.at(), undo));
            long first = head == headBefore ? 0 : headBefore + 1;
            for (var move : transaction.cursors()) {
                replace(cursors, move.consumer(), move.sequence(), undo);
            }
            boolean versioned =
                    transaction.writes().stream()
                            .anyMatch(write -> riders.stream().anyMatch(r -> r.versioned() && r.knows(write)));
            if (versioned) {
                version++;
            }
            var commit = new Commit(transaction.at(), first, version, undo);
            transaction.writes().forEach(write -> keep(write, commit));
            return new Committed(first, first == 0 ? 0 : head, versioned ? version : 0);
        } catch (RuntimeException e) {
            Collections.reverse(undo);
            undo.forEach(Runnable::run);
            throw e;
        }
    }

    private void append(Append append, Instant at, List<Runnable> undo) {
        var stream = append.stream();
        if (closed.containsKey(stream)) {
            throw new Conflict(Conflict.Reason.STREAM_CLOSED, stream + " is closed");
        }
        long number = last.getOrDefault(stream, 0L);
        if (append.after().isPresent() && append.after().getAsLong() != number) {
            throw new Conflict(
                    Conflict.Reason.STREAM_MOVED,
                    stream + " is at " + number + ", not at " + append.after().getAsLong());
        }
        for (var entry : append.entries()) {
            head++;
            number++;
            replace(entries, head, new Entry(head, stream, number, at, entry.type(), entry.body()), undo);
        }
        replace(last, stream, number, undo);
    }

    private void keep(Write write, Commit commit) {
        var undo = commit.undo();
        switch (write) {
            case SaveSnapshot(var stream, var number, var format, var body) -> {
                if (last.containsKey(stream) && !closed.containsKey(stream)) {
                    replace(snapshots, stream, new Snapshot(number, format, body), undo);
                }
            }
            case CloseStream(var stream) -> {
                if (last.containsKey(stream) && !closed.containsKey(stream)) {
                    var its = read(stream, 0, Integer.MAX_VALUE);
                    its.forEach(entry -> remove(entries, entry.sequence(), undo));
                    remove(snapshots, stream, undo);
                    replace(closed, stream, its, undo);
                }
            }
            case ReopenStream(var stream) -> {
                var its = closed.get(stream);
                if (its != null) {
                    remove(closed, stream, undo);
                    its.forEach(entry -> replace(entries, entry.sequence(), entry, undo));
                }
            }
            case Write other ->
                    riders.stream()
                            .filter(rider -> rider.knows(other))
                            .findFirst()
                            .orElseThrow(() -> new IllegalArgumentException("nobody keeps " + other))
                            .keep(other, commit);
        }
    }

    /// Sets a key and remembers how to undo it; for riders too.
    public static <K, V> void replace(Map<K, V> map, K key, V value, List<Runnable> undo) {
        var before = Optional.ofNullable(map.put(key, value));
        undo.add(() -> before.ifPresentOrElse(old -> map.put(key, old), () -> map.remove(key)));
    }

    /// Removes a key and remembers how to undo it; for riders too.
    public static <K, V> void remove(Map<K, V> map, K key, List<Runnable> undo) {
        Optional.ofNullable(map.remove(key)).ifPresent(old -> undo.add(() -> map.put(key, old)));
    }

    @Override
    public synchronized List<Entry> read(StreamName stream, long afterNumber, int limit) {
        return some(entries, entry -> entry.stream().equals(stream) && entry.number() > afterNumber, limit);
    }

    @Override
    public synchronized List<Entry> readKind(String kind, long afterSequence, int limit) {
        return some(entries.tailMap(afterSequence, false), entry -> entry.stream().kind().equals(kind), limit);
    }

    @Override
    public synchronized List<Entry> readKindBackwards(String kind, long beforeSequence, int limit) {
        return some(
                entries.headMap(beforeSequence, false).descendingMap(),
                entry -> entry.stream().kind().equals(kind),
                limit);
    }

    @Override
    public synchronized List<Entry> readAll(long afterSequence, int limit) {
        return some(entries.tailMap(afterSequence, false), _ -> true, limit);
    }

    private static List<Entry> some(Map<Long, Entry> from, Predicate<Entry> which, int limit) {
        return from.values().stream().filter(which).limit(limit).toList();
    }

    @Override
    public synchronized List<Entry> history(StreamName stream) {
        return closed.getOrDefault(stream, List.of());
    }

    @Override
    public synchronized Map<StreamName, Long> live(String kind) {
        var live = new HashMap<StreamName, Long>();
        last.forEach((stream, number) -> {
            if (stream.kind().equals(kind) && !closed.containsKey(stream)) {
                live.put(stream, number);
            }
        });
        return live;
    }

    @Override
    public synchronized Optional<Snapshot> snapshot(StreamName stream) {
        return Optional.ofNullable(snapshots.get(stream));
    }

    @Override
    public synchronized long cursor(String consumer) {
        return cursors.getOrDefault(consumer, 0L);
    }

    @Override
    public synchronized List<CursorMove> cursors(String prefix) {
        return cursors.entrySet().stream()
                .filter(one -> one.getKey().startsWith(prefix) && one.getValue() != 0)
                .map(one -> new CursorMove(one.getKey(), one.getValue()))
                .toList();
    }

    @Override
    public synchronized long head() {
        return head;
    }

    @Override
    public void onCommit(Consumer<Long> listener) {
        listeners.add(listener);
    }

    @Override
    public void close() {}
}
