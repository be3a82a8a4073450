package tiphys.store.write;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import tiphys.journal.Committed;
import tiphys.journal.Conflict;
import tiphys.journal.StoreUnavailable;
import tiphys.journal.Transaction;
import tiphys.store.sql.Database;
import tiphys.store.sql.FlushGate;

/// Writes, one batch at a time: takes what waits in its queue, applies each transaction by itself, and lets them share a flush;
/// answers after it, the refused ones too, so that a refusal's reason can be read.
///
/// Whoever hands in a transaction from inside while nobody writes, and nothing from outside waits, writes it on its own thread, for it
/// waits anyway: waking another, and being woken by it, takes a good part of a flush. What comes meanwhile, and what comes from outside,
/// whose threads have more to do than to wait, is left to the committing thread, which takes all of it at once.
public final class Committer implements AutoCloseable {
    /// So much from outside and so much from inside shares a flush at most: arrivals must not wait long for the rest, and
    /// never hold it up.
    private static final int FROM_OUTSIDE = 1_024;

    private static final int FROM_INSIDE = 256;
    private static final long WAITING_BYTES = 256L << 20;
    private static final String CLOSED = "the store is closed";
    private static final long LOGGED_BYTES = 40_000;
    private static final System.Logger LOG = System.getLogger(Committer.class.getName());

    private final Writer writer;
    private final Disk disk;
    private final WriteAheadLog log;
    private final FlushGate gate;
    private final RecentCommits latest;
    private final StoreOptions options;
    private final LongConsumer written;
    private final ReentrantLock writing;
    private final ConcurrentLinkedQueue<Work> outside = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Work> inside = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();

    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicLong flushes = new AtomicLong();
    private final Thread thread;
    private volatile boolean asleep;
    private volatile boolean closed;
    private volatile boolean ended;
    private volatile @Nullable Throwable broken;

    private sealed interface Work {
        CompletableFuture<?> done();
    }

    /// Only what comes from outside is appended without saying after which entry.
    private static boolean fromOutside(Transaction transaction) {
        return !transaction.appends().isEmpty()
                && transaction.appends().stream().allMatch(append -> append.after().isEmpty());
    }

    private void enqueue(Work work, Queue<Work> queue) {
        queued.incrementAndGet();
        queue.add(work);
    }

    /// Writes what waits on the calling thread, if nobody is writing, and else wakes the thread that does so later.
    private void writeOrWake() {
        if (!writing.isHeldByCurrentThread() && writing.tryLock()) { // a listener of a batch may commit, too
            try {
                round();
            } finally {
                writing.unlock();
            }
            if (queued.get() == 0) {
                return;
            }
        }
        wake();
    }

    private void wake() {
        if (asleep) {
            LockSupport.unpark(thread);
        }
    }

    private record Commit(Transaction transaction, long bytes, CompletableFuture<Committed> done) implements Work {}

    private record Change<T>(Database.Read<T> change, CompletableFuture<T> done) implements Work {
        Runnable make(Writer writer) throws SQLException {
            var made = writer.change(change);
            return () -> done.complete(made);
        }
    }

    private record Vacuum(int pages, CompletableFuture<Boolean> done) implements Work {}

    private record Stop(CompletableFuture<Boolean> done) implements Work {}

    /// @param written told about how many bytes each batch brought to the log
    /// @param writing held while a batch is written
    public Committer(
            Writer writer,
            Disk disk,
            WriteAheadLog log,
            FlushGate gate,
            RecentCommits latest,
            StoreOptions options,
            LongConsumer written,
            ReentrantLock writing) {
        this.writer = writer;
        this.disk = disk;
        this.log = log;
        this.gate = gate;
        this.latest = latest;
        this.options = options;
        this.written = written;
        this.writing = writing;
        this.thread = Thread.ofPlatform().name("store-commit").daemon().start(this::workUntilClosed);
    }

    public CompletableFuture<Committed> commit(Transaction transaction) {
        for (var write : transaction.writes()) {
            if (!Writer.knows(write)) {
                return CompletableFuture.failedFuture(new IllegalArgumentException("nobody keeps " + write));
            }
        }
        long bytes = 0;
        for (var append : transaction.appends()) {
            for (var entry : append.entries()) {
                bytes += entry.body().length;
            }
        }
        if (closed) {
            return CompletableFuture.failedFuture(unavailable(CLOSED, null));
        }
        var done = new CompletableFuture<Committed>();
        if (queued.get() >= options.queue() || (waitingBytes.get() + bytes > WAITING_BYTES && queued.get() > 0)) {
            done.completeExceptionally(unavailable("too many transactions wait to be stored", null));
            return done;
        }
        waitingBytes.addAndGet(bytes);
        var commit = new Commit(transaction, bytes, done);
        if (fromOutside(transaction)) {
            enqueue(commit, outside);
            wake();
        } else {
            enqueue(commit, inside);
            if (outside.isEmpty()) {
                writeOrWake();
            } else {
                wake();
            }
        }
        refuseIfEnded();
        return done;
    }

    /// Makes a change in a transaction of its own on the committing thread; waits for it.
    public <T> T change(Database.Read<T> change) {
        var done = new CompletableFuture<T>();
        return await(new Change<>(change, done), done);
    }

    /// Gives unused pages back to the file system; waits for it.
    public void vacuum(int pages) {
        var done = new CompletableFuture<Boolean>();
        await(new Vacuum(pages, done), done);
    }

    /// How many flushes there were since the start.
    public long flushes() {
        return flushes.get();
    }

    private <T> T await(Work work, CompletableFuture<T> done) {
        try {
            enqueue(work, inside);
            wake();
            refuseIfEnded();
            return done.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof StoreUnavailable unavailable ? unavailable : e;
        }
    }

    private void refuseIfEnded() {
        if (ended) {
            refuseWaiting();
        }
    }

    private void refuseWaiting() {
        take(Integer.MAX_VALUE, Integer.MAX_VALUE)
                .forEach(work -> work.done().completeExceptionally(unavailable(CLOSED, null)));
    }

    /// What comes from outside first, so that accepting events goes on while runs and triggers have more to store than the
    /// disk takes; within both in the order of coming.
    private List<Work> take(int fromOutside, int fromInside) {
        var taken = new ArrayList<Work>();
        move(outside, fromOutside, taken);
        move(inside, fromInside, taken);
        queued.addAndGet(-taken.size());
        return taken;
    }

    private static void move(Queue<Work> from, int most, List<Work> to) {
        for (int i = 0; i < most; i++) {
            var work = from.poll();
            if (work == null) {
                return;
            }
            to.add(work);
        }
    }

    private void workUntilClosed() {
        while (!ended) {
            asleep = true;
            while (queued.get() == 0 && !ended) {
                LockSupport.park(this);
            }
            asleep = false;
            writing.lock();
            try {
                round();
            } finally {
                writing.unlock();
            }
        }
    }

    /// Writes what waits; under the lock.
    private void round() {
        if (ended) {
            refuseWaiting();
            return;
        }
        try {
            write(take(FROM_OUTSIDE, FROM_INSIDE));
        } catch (Error e) {
            end(); // then nobody must wait for an answer
            throw e;
        }
        if (closed && queued.get() == 0) {
            end();
        }
    }

    private void end() {
        ended = true;
        LockSupport.unpark(thread);
        refuseWaiting();
    }

    private void write(List<Work> works) {
        var commits = new ArrayList<Commit>();
        for (var work : works) {
            switch (work) {
                case Commit commit -> commits.add(commit);
                case Change<?> change -> {
                    flush(commits);
                    tryAlone(change, () -> change.make(writer));
                }
                case Vacuum vacuum -> {
                    flush(commits);
                    tryAlone(
                            vacuum,
                            () -> {
                                writer.vacuum(vacuum.pages());
                                return () -> vacuum.done().complete(true);
                            });
                }
                case Stop stop -> {
                    flush(commits);
                    stop.done().complete(true);
                }
            }
        }
        flush(commits);
    }

    /// A change that is no transaction.
    private interface Alone {
        /// @return its answer, given after the flush
        Runnable make() throws SQLException;
    }

    private void tryAlone(Work work, Alone change) {
        writing.lock();
        try {
            gate.begin();
            var answer = change.make();
            log.flush();
            gate.end();
            answer.run();
        } catch (SQLException | RuntimeException e) {
            boolean flushFailed = note(e);
            work.done().completeExceptionally(unavailable("the store cannot be changed", e));
            if (flushFailed) {
                options.flushFailed().accept(e);
            }
        } finally {
            writing.unlock();
        }
    }

    private record Answer(CompletableFuture<Committed> to, @Nullable Committed committed, @Nullable Throwable refused) {
        void give() {
            if (committed != null) {
                to.complete(committed);
            } else if (refused != null) {
                to.completeExceptionally(refused);
            }
        }
    }

    /// Stores the commits and empties the list.
    private void flush(List<Commit> commits) {
        if (commits.isEmpty()) {
            return;
        }
        long bytes = commits.stream().mapToLong(Commit::bytes).sum();
        waitingBytes.addAndGet(-bytes);
        writing.lock();
        try {
            if (broken != null) {
                throw unavailable("a flush failed; nothing is stored until the next start", broken);
            }
            var answers = new ArrayList<Answer>(commits.size());
            writer.begin();
            for (var commit : commits) {
                answers.add(apply(commit));
            }
            var batch = writer.finish();
            gate.begin();
            disk.commit(writer::commit);
            disk.flush(log::flush);
            gate.end();
            flushes.incrementAndGet();
            latest.take(batch);
            answers.forEach(Answer::give);
            tell(batch);
            written.accept(bytes + LOGGED_BYTES + 1000L * commits.size());
        } catch (SQLException | RuntimeException e) {
            fail(commits, e);
        } catch (Error e) {
            commits.forEach(commit -> commit.done().completeExceptionally(e));
            throw e;
        } finally {
            writing.unlock();
            commits.clear();
        }
    }

    private Answer apply(Commit commit) throws SQLException {
        try {
            return new Answer(commit.done(), writer.store(commit.transaction()), null);
        } catch (Conflict conflict) {
            return new Answer(commit.done(), null, conflict);
        }
    }

    private void tell(Writer.Batch batch) {
        try {
            latest.tell(batch);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a listener of the store failed", e);
        }
    }

    /// What a failed write means for those who come after it.
    ///
    /// @return whether nobody knows any more what is on disk
    private boolean note(Exception cause) {
        boolean flushFailed = cause instanceof SQLException sql && Disk.flushFailed(sql);
        if (flushFailed) {
            broken = cause;
            gate.fail(cause);
        } else {
            gate.end();
        }
        return flushFailed;
    }

    private void fail(List<Commit> commits, Exception cause) {
        boolean flushFailed = note(cause);
        try {
            writer.rollBack();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
        var unavailable =
                cause instanceof StoreUnavailable known
                        ? known
                        : unavailable("the store cannot write: " + cause.getMessage(), cause);
        commits.forEach(commit -> commit.done().completeExceptionally(unavailable));
        if (flushFailed) {
            options.flushFailed().accept(cause);
        }
    }

    private static StoreUnavailable unavailable(String message, @Nullable Throwable cause) {
        return new StoreUnavailable(message, cause == null ? new IllegalStateException(message) : cause);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (!ended) {
                enqueue(new Stop(new CompletableFuture<>()), inside);
                wake();
            }
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        refuseWaiting();
    }
}
