package tiphys.journal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// Keeps streams, cursors and whatever [Write]s ride with them. Safe for every thread. Reads see only what was flushed.
/// Each adapter passes `JournalContract`, the in-memory one too.
public interface Journal extends AutoCloseable {

    /// Stores a transaction atomically and completes when it is on disk. Transactions that arrive together may share one
    /// flush; they are stored in the order of the calls. Completes exceptionally with [Conflict] or [StoreUnavailable];
    /// then nothing of it was stored. A queue of more than a stated limit refuses with [StoreUnavailable].
    ///
    /// A transaction that says after which entry it comes, or appends nothing, may be written on the calling thread, which then
    /// waits for the flush; whatever that thread holds, no dependent and no listener may wait for.
    /// The future's dependents run on the thread that commits: they must be short and never block.
    CompletableFuture<Committed> commit(Transaction transaction);

    /// The live entries of a stream after the entry with that number, oldest first.
    List<Entry> read(StreamName stream, long afterNumber, int limit);

    /// The live entries of one kind of stream after a sequence, oldest first. Stops short of nothing: an entry that is not
    /// given was not committed or not live when this was called. Of large entries there may be fewer than the limit, but none
    /// only if there is none.
    List<Entry> readKind(String kind, long afterSequence, int limit);

    /// The latest entries of one kind of stream before a sequence, newest first.
    List<Entry> readKindBackwards(String kind, long beforeSequence, int limit);

    /// Every live entry after a sequence, oldest first: the feed of the UI and of `tiphys watch`.
    List<Entry> readAll(long afterSequence, int limit);

    /// The entries of a stream that was closed; empty if it is unknown or still live.
    List<Entry> history(StreamName stream);

    /// The live streams of a kind with the number of their last entry.
    Map<StreamName, Long> live(String kind);

    /// The latest snapshot of a live stream.
    Optional<Snapshot> snapshot(StreamName stream);

    /// Where a consumer stands; 0 if it never moved.
    long cursor(String consumer);

    /// Where all consumers stand whose names begin so, in no order.
    ///
    /// @param prefix not empty
    List<CursorMove> cursors(String prefix);

    /// The sequence of the last flushed entry; 0 in an empty journal.
    long head();

    /// Calls the listener after each flush with the new head. Called on the thread that commits: short, never blocking.
    void onCommit(Consumer<Long> listener);

    /// Waits for what was handed in, then lets go of the store.
    @Override
    void close();
}
