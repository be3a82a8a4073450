package tiphys.runtime;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import tiphys.journal.Committed;
import tiphys.journal.CursorMove;
import tiphys.journal.Entry;
import tiphys.journal.Journal;
import tiphys.journal.Snapshot;
import tiphys.journal.StoreUnavailable;
import tiphys.journal.StreamName;
import tiphys.journal.Transaction;
import tiphys.objects.ApiObject;
import tiphys.objects.InMemoryStore;
import tiphys.objects.ObjectChange;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectStore;
import tiphys.objects.ResourceType;

/// A process's way to the store, which ends after some commits as if the process had been killed between two of them: from
/// then on nothing that it does is stored.
public final class Severable implements Journal, ObjectStore {
    private static final Committed NOTHING = new Committed(0, 0, 0);

    private final InMemoryStore store;
    private final Function<Transaction, Fate> fates;
    private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
    private final AtomicBoolean flushFails = new AtomicBoolean();
    private volatile Predicate<Transaction> refused = _ -> false;

    /// What becomes of a commit.
    enum Fate {
        STORED,
        REFUSED,

        /// It is stored, and whoever wanted it hears that it failed, as after a flush that failed.
        STORED_UNHEARD
    }

    Severable(InMemoryStore store) {
        this(store, _ -> Fate.STORED);
    }

    Severable(InMemoryStore store, Function<Transaction, Fate> fates) {
        this.store = store;
        this.fates = fates;
    }

    /// So many commits are stored yet.
    void cutAfter(int commits) {
        left.set(commits);
    }

    /// From now on these transactions are refused, as by a full disk.
    void refuse(Predicate<Transaction> which) {
        refused = which;
    }

    /// The next commit is stored, and its flush fails: nothing is stored after it.
    void failFlush() {
        flushFails.set(true);
    }

    @Override
    public CompletableFuture<Committed> commit(Transaction transaction) {
        if (flushFails.getAndSet(false)) {
            cutAfter(0);
            return unheard(transaction);
        }
        if (left.getAndUpdate(count -> Math.max(0, count - 1)) == 0) {
            return failed("the process was killed");
        }
        if (refused.test(transaction)) {
            return failed("the disk is full");
        }
        return switch (fates.apply(transaction)) {
            case STORED -> store.commit(transaction);
            case REFUSED -> failed("the disk is full");
            case STORED_UNHEARD -> unheard(transaction);
        };
    }

    private CompletableFuture<Committed> unheard(Transaction transaction) {
        store.commit(transaction).exceptionally(_ -> NOTHING).join();
        return failed("the flush failed");
    }

    private static CompletableFuture<Committed> failed(String why) {
        return CompletableFuture.failedFuture(new StoreUnavailable(why, new IllegalStateException()));
    }

    @Override
    public List<Entry> read(StreamName stream, long afterNumber, int limit) {
        return store.read(stream, afterNumber, limit);
    }

    @Override
    public List<Entry> readKind(String kind, long afterSequence, int limit) {
        return store.readKind(kind, afterSequence, limit);
    }

    @Override
    public List<Entry> readKindBackwards(String kind, long beforeSequence, int limit) {
        return store.readKindBackwards(kind, beforeSequence, limit);
    }

    @Override
    public List<Entry> readAll(long afterSequence, int limit) {
        return store.readAll(afterSequence, limit);
    }

    @Override
    public List<Entry> history(StreamName stream) {
        return store.history(stream);
    }

    @Override
    public Map<StreamName, Long> live(String kind) {
        return store.live(kind);
    }

    @Override
    public Optional<Snapshot> snapshot(StreamName stream) {
        return store.snapshot(stream);
    }

    @Override
    public long cursor(String consumer) {
        return store.cursor(consumer);
    }

    @Override
    public List<CursorMove> cursors(String prefix) {
        return store.cursors(prefix);
    }

    @Override
    public long head() {
        return store.head();
    }

    @Override
    public void onCommit(Consumer<Long> listener) {
        store.onCommit(listener);
    }

    @Override
    public Optional<ApiObject> get(ObjectKey key) {
        return store.get(key);
    }

    @Override
    public Map<ObjectKey, String> uids(ResourceType type) {
        return store.uids(type);
    }

    @Override
    public Listing list(ResourceType type, Optional<String> namespace, Optional<String> after, int limit) {
        return store.list(type, namespace, after, limit);
    }

    @Override
    public List<ObjectChange> changes(ResourceType type, Optional<String> namespace, long afterVersion, int limit) {
        return store.changes(type, namespace, afterVersion, limit);
    }

    @Override
    public long version() {
        return store.version();
    }

    @Override
    public void onChange(LongConsumer listener) {
        store.onChange(listener);
    }

    @Override
    public void close() {}
}
