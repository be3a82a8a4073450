package tiphys.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import tiphys.engine.RunRows;
import tiphys.events.Deliveries;
import tiphys.events.EventIndexReader;
import tiphys.journal.Committed;
import tiphys.journal.CursorMove;
import tiphys.journal.Entry;
import tiphys.journal.Journal;
import tiphys.journal.Snapshot;
import tiphys.journal.StoreUnavailable;
import tiphys.journal.StreamName;
import tiphys.journal.Transaction;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectChange;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectStore;
import tiphys.objects.ResourceType;
import tiphys.store.keep.Checkpointer;
import tiphys.store.keep.Cleaning;
import tiphys.store.keep.Counts;
import tiphys.store.keep.DirectoryInUse;
import tiphys.store.keep.DirectoryLock;
import tiphys.store.keep.EventLimits;
import tiphys.store.keep.Leaving;
import tiphys.store.keep.Measuring;
import tiphys.store.keep.Removed;
import tiphys.store.keep.Retention;
import tiphys.store.keep.Sizes;
import tiphys.store.read.DerivedReads;
import tiphys.store.read.JournalReads;
import tiphys.store.read.ObjectReads;
import tiphys.store.sql.Database;
import tiphys.store.sql.IncompatibleStore;
import tiphys.store.sql.Migrations;
import tiphys.store.sql.Sql;
import tiphys.store.write.Committer;
import tiphys.store.write.Disk;
import tiphys.store.write.KeyMissing;
import tiphys.store.write.RecentCommits;
import tiphys.store.write.SecretBox;
import tiphys.store.write.StoreOptions;
import tiphys.store.write.StoredObjects;
import tiphys.store.write.WriteAheadLog;
import tiphys.store.write.Writer;

/// The journal and the objects in one SQLite file, `tiphys.db` in the data directory. Safe for every thread. One process
/// holds the directory. What a commit acknowledged is on disk: it survives a kill of the process and the loss of power.
public final class SqliteStore implements Journal, ObjectStore {
    private static final System.Logger LOG = System.getLogger(SqliteStore.class.getName());

    private final Path directory;
    private final StoreOptions options;
    private final DirectoryLock lock;
    private final Database database;
    private final Sql writing;
    private final WriteAheadLog log;
    private final Checkpointer checkpointer;
    private final Committer committer;
    private final Cleaning cleaning;
    private final RecentCommits latest;
    private final JournalReads journal;
    private final ObjectReads objects;
    private boolean closed;

    private SqliteStore(Path directory, StoreOptions options, DirectoryLock lock, Database database, Disk disk)
            throws SQLException, IOException {
        this.directory = directory;
        this.options = options;
        this.lock = lock;
        this.database = database;
        this.writing = new Sql(database.connect());
        writing.execute("PRAGMA synchronous=NORMAL"); // the committer flushes
        var turn = new ReentrantLock(true);
        var stored = new StoredObjects(new SecretBox(directory));
        var writer = new Writer(writing, options, stored);
        this.latest = new RecentCommits(writer.meta("sequence"), writer.meta("version"), writer.meta("forgotten"));
        this.log = new WriteAheadLog(database.log(), turn);
        this.checkpointer = new Checkpointer(new Sql(database.connect()), turn, log);
        this.committer =
                new Committer(writer, disk, log, database.gate(), latest, options, checkpointer::written, turn);
        this.cleaning = new Cleaning(committer, database, latest, options);
        this.journal = new JournalReads(database, latest);
        this.objects = new ObjectReads(database, latest, stored);
    }

    /// Opens the store in a directory, making or upgrading it.
    ///
    /// @throws DirectoryInUse if another process holds the directory
    /// @throws IncompatibleStore if a newer program wrote it
    /// @throws KeyMissing if its Secrets were encrypted with a key that is not there
    /// @throws StoreUnavailable if the files cannot be read or written
    public static SqliteStore open(Path directory, StoreOptions options) {
        return open(directory, options, Disk.REAL);
    }

    static SqliteStore open(Path directory, StoreOptions options, Disk disk) {
        try {
            Files.createDirectories(directory);
            var lock = DirectoryLock.take(directory, Instant.now());
            var database = new Database(directory.resolve("tiphys.db"), options.readers());
            try {
                try (var connection = database.connect()) {
                    Migrations.run(connection, directory);
                    openSecrets(connection, directory);
                }
                database.openReaders();
                return new SqliteStore(directory, options, lock, database, disk);
            } catch (SQLException | IOException | RuntimeException e) {
                closeAll(database, lock);
                throw e;
            }
        } catch (SQLException | IOException e) {
            throw new StoreUnavailable("the store in " + directory + " cannot be opened: " + e.getMessage(), e);
        }
    }

    private static void openSecrets(Connection connection, Path directory) throws SQLException {
        var box = new SecretBox(directory);
        int sealed = new StoredObjects(box).sealOld(connection);
        if (sealed > 0) {
            LOG.log(System.Logger.Level.INFO, sealed + " Secrets of an older version were encrypted");
        }
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT EXISTS (SELECT 1 FROM secret)")) {
            if (rows.next() && rows.getBoolean(1) && !box.hasKey()) {
                throw new KeyMissing(
                        ("the Secrets in %s cannot be read: the key beside the database, %s, is missing; put it back"
                                        + " from where the directory was copied or restored")
                                .formatted(directory, SecretBox.KEY_FILE));
            }
        }
    }

    private static void closeAll(AutoCloseable... parts) {
        for (var part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.log(System.Logger.Level.WARNING, "a part of the store could not be closed", e);
            }
        }
    }

    /// The index of events, as [tiphys.events.EventIndex] rows fill it.
    public EventIndexReader events() {
        return new DerivedReads.EventRows(database);
    }

    /// The list of deliveries.
    public Deliveries deliveries() {
        return new DerivedReads.DeliveryTable(database);
    }

    /// The list of runs.
    public RunRows runs() {
        return new DerivedReads.RunTable(database);
    }

    /// Deletes the entries of `source/…` streams that are too old, too many or, in their namespace, too large, the oldest first,
    /// but none that the cursor of a live trigger has not passed or that waits in its join; and deliveries that are
    /// too old. Blocks.
    public Removed purgeEvents(Instant now, EventLimits.Policy policy) {
        return cleaning.events(now, policy);
    }

    /// What [#purgeEvents] will delete within a time if nothing else comes, and what it keeps past the limits.
    public Leaving leavingEvents(Instant now, Duration within, EventLimits.Policy policy) {
        return cleaning.leaving(now, within, policy);
    }

    /// Deletes the rows and histories of ended runs that are too old or, in their namespace, too many. Blocks.
    ///
    /// @return how many runs went
    public long purgeRuns(Instant now, Retention retention) {
        return cleaning.runs(now, retention);
    }

    /// Deletes what the watch window and the window of identities no longer hold by age, and secret data that nothing
    /// refers to any more; to be called each minute or so. Blocks.
    ///
    /// @return how many rows went
    public long purgeChanges(Instant now) {
        return cleaning.changes(now, options.watch().age());
    }

    /// Gives some pages that hold nothing back to the file system; after a purge. Blocks.
    public void vacuum() {
        committer.vacuum(4000);
    }

    /// Writes a copy of the store, as it is at one moment, into a new file; commits go on. Blocks.
    ///
    /// @throws StoreUnavailable if the file exists or cannot be written
    public void backup(Path target) {
        try (var sql = new Sql(database.connect())) {
            sql.run("VACUUM INTO ?", target);
        } catch (SQLException e) {
            throw new StoreUnavailable("no backup could be written to " + target + ": " + e.getMessage(), e);
        }
    }

    /// How large the store is. Reads every page: for people, not for a metric.
    public Sizes sizes() {
        try {
            return Measuring.sizes(database, committer.flushes(), freeBytes());
        } catch (IOException e) {
            throw new StoreUnavailable("the size of the store cannot be read", e);
        }
    }

    /// How many runs and how many events are kept.
    public Counts counts() {
        return database.read(
                sql -> new Counts(sql.number("SELECT count(*) FROM run"), sql.number("SELECT count(*) FROM event_id")));
    }

    /// How many flushes there were since the start.
    public long flushes() {
        return committer.flushes();
    }

    /// What the file system of the data directory still takes, in bytes.
    public long freeBytes() {
        try {
            return Files.getFileStore(directory).getUsableSpace();
        } catch (IOException e) {
            throw new StoreUnavailable("the free space of " + directory + " cannot be read", e);
        }
    }

    @Override
    public CompletableFuture<Committed> commit(Transaction transaction) {
        return committer.commit(transaction);
    }

    @Override
    public List<Entry> read(StreamName stream, long afterNumber, int limit) {
        return journal.read(stream, afterNumber, limit);
    }

    @Override
    public List<Entry> readKind(String kind, long afterSequence, int limit) {
        return journal.readKind(kind, afterSequence, limit);
    }

    @Override
    public List<Entry> readKindBackwards(String kind, long beforeSequence, int limit) {
        return journal.readKindBackwards(kind, beforeSequence, limit);
    }

    @Override
    public List<Entry> readAll(long afterSequence, int limit) {
        return journal.readAll(afterSequence, limit);
    }

    @Override
    public List<Entry> history(StreamName stream) {
        return journal.history(stream);
    }

    @Override
    public Map<StreamName, Long> live(String kind) {
        return journal.live(kind);
    }

    @Override
    public Optional<Snapshot> snapshot(StreamName stream) {
        return journal.snapshot(stream);
    }

    @Override
    public long cursor(String consumer) {
        return journal.cursor(consumer);
    }

    @Override
    public List<CursorMove> cursors(String prefix) {
        return journal.cursors(prefix);
    }

    @Override
    public long head() {
        return latest.head();
    }

    @Override
    public void onCommit(Consumer<Long> listener) {
        latest.onCommit(listener);
    }

    @Override
    public Optional<ApiObject> get(ObjectKey key) {
        return objects.find(key);
    }

    @Override
    public Map<ObjectKey, String> uids(ResourceType type) {
        return objects.uids(type);
    }

    @Override
    public Listing list(ResourceType type, Optional<String> namespace, Optional<String> after, int limit) {
        return objects.list(type, namespace, after, limit);
    }

    @Override
    public List<ObjectChange> changes(ResourceType type, Optional<String> namespace, long afterVersion, int limit) {
        return objects.changes(type, namespace, afterVersion, limit);
    }

    @Override
    public long version() {
        return latest.version();
    }

    @Override
    public void onChange(LongConsumer listener) {
        latest.onChange(listener);
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        closeAll(committer, log, checkpointer, writing, database, lock);
    }
}
