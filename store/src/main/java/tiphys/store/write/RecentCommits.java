package tiphys.store.write;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import tiphys.journal.Entry;
import tiphys.journal.StreamName;
import tiphys.objects.ObjectChange;

/// What is committed, as far as memory knows it: the head, the version, the latest entries and changes, and who wants to
/// hear of them. Written by the committing thread after a flush, read by all.
public final class RecentCommits {
    private static final int ENTRIES = 8192;
    private static final long ENTRY_BYTES = 16L << 20;
    private static final int CHANGES = 2048;

    /// Of JSON; in memory it takes several times that.
    private static final long CHANGE_BYTES = 4L << 20;

    private final BoundedTail<Entry> entries;
    private final Map<String, Kind> kinds = new ConcurrentHashMap<>();
    private final BoundedTail<ObjectRows.Change> changes;
    private final List<Consumer<Long>> onCommit = new CopyOnWriteArrayList<>();
    private final List<LongConsumer> onChange = new CopyOnWriteArrayList<>();
    private volatile long head;
    private volatile long version;
    private volatile long forgotten;

    public RecentCommits(long head, long version, long forgotten) {
        this.head = head;
        this.version = version;
        this.forgotten = forgotten;
        this.entries = entryTail(head);
        this.changes =
                new BoundedTail<>(
                        one -> one.change().version(), ObjectRows.Change::bytes, CHANGES, CHANGE_BYTES, version);
    }

    /// The latest entries of one kind of stream.
    ///
    /// @param ended streams that have ended and may have entries in the tail, which nobody reads any more, and the head at
    ///     their end: to look for those entries at each end of a stream would cost more than all else
    private record Kind(BoundedTail<Entry> tail, Map<StreamName, Long> ended) {
        boolean isLive(Entry entry) {
            return ended.isEmpty() || !ended.containsKey(entry.stream());
        }

        void end(StreamName stream, long at) {
            ended.put(stream, at);
            if (ended.size() % 128 == 0) {
                long from = tail.from();
                ended.values().removeIf(end -> end <= from);
            }
        }

        void restart(long at) {
            tail.restart(at);
            ended.clear();
        }
    }

    private static BoundedTail<Entry> entryTail(long from) {
        return new BoundedTail<>(Entry::sequence, entry -> 100 + entry.body().length, ENTRIES, ENTRY_BYTES, from);
    }

    public long head() {
        return head;
    }

    public long version() {
        return version;
    }

    /// Watchers can no longer ask for what came after an older version than this.
    public long forgotten() {
        return forgotten;
    }

    public void onCommit(Consumer<Long> listener) {
        onCommit.add(listener);
    }

    public void onChange(LongConsumer listener) {
        onChange.add(listener);
    }

    /// Takes what a flushed batch made.
    void take(Writer.Batch batch) {
        long before = head;
        for (var entry : batch.streams().appended()) {
            entries.add(entry);
            kinds.computeIfAbsent(entry.stream().kind(), _ -> new Kind(entryTail(before), new ConcurrentHashMap<>()))
                    .tail()
                    .add(entry);
        }
        if (batch.streams().reopened()) {
            restart(batch.head());
        } else {
            for (var stream : batch.streams().ended()) {
                var kind = kinds.get(stream.kind());
                if (kind != null) {
                    kind.end(stream, batch.head());
                }
            }
        }
        batch.changes().forEach(changes::add);
        forgotten = batch.forgotten();
        version = batch.version();
        head = batch.head();
    }

    /// Forgets the entries in memory, after older ones came or went.
    public void restart(long at) {
        entries.restart(at);
        kinds.values().forEach(kind -> kind.restart(at));
    }

    /// Learns that the watch window became shorter.
    public void forgotten(long now) {
        forgotten = now;
    }

    /// Tells the listeners about a batch that [#take] took.
    void tell(Writer.Batch batch) {
        onCommit.forEach(listener -> listener.accept(batch.head()));
        if (!batch.changes().isEmpty()) {
            onChange.forEach(listener -> listener.accept(batch.version()));
        }
    }

    public Optional<List<Entry>> entries(long after, int limit) {
        return entries.after(after, this::isLive, limit);
    }

    public Optional<List<Entry>> entries(String kind, long after, int limit) {
        var known = kinds.get(kind);
        return known == null ? Optional.empty() : known.tail().after(after, known::isLive, limit);
    }

    private boolean isLive(Entry entry) {
        var kind = kinds.get(entry.stream().kind());
        return kind == null || kind.isLive(entry);
    }

    public Optional<List<ObjectChange>> changes(long after, Predicate<ObjectChange> which, int limit) {
        return changes.after(after, one -> which.test(one.change()), limit)
                .map(found -> found.stream().map(ObjectRows.Change::change).toList());
    }
}
