package tiphys.store.write;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tiphys.journal.Append;
import tiphys.journal.CloseStream;
import tiphys.journal.Conflict;
import tiphys.journal.Entry;
import tiphys.journal.ReopenStream;
import tiphys.journal.SaveSnapshot;
import tiphys.journal.StreamName;
import tiphys.store.sql.Micros;
import tiphys.store.sql.Sql;

/// Writes streams and entries. Knows the last number of each stream that it met, so that a precondition costs no read and
/// a batch writes it once. For the thread that commits.
public final class StreamRows {
    private static final int REMEMBERED = 100_000;

    private final Sql sql;
    private final Map<StreamName, Stream> streams = new HashMap<>();
    private final Map<String, Long> kinds = new HashMap<>();
    private final Set<Stream> moved = new HashSet<>();
    private final List<Entry> appended = new ArrayList<>();
    private final Set<StreamName> ended = new HashSet<>();
    private boolean reopened;
    private long sequence;

    StreamRows(Sql sql) {
        this.sql = sql;
    }

    private static final class Stream {
        private final long id;
        private final long kind;
        private long last;
        private boolean closed;

        Stream(long id, long kind, long last, boolean closed) {
            this.id = id;
            this.kind = kind;
            this.last = last;
            this.closed = closed;
        }
    }

    /// What a batch made, for the readers in memory.
    ///
    /// @param ended streams that were closed
    /// @param reopened whether older entries became live again
    record Fresh(List<Entry> appended, Set<StreamName> ended, boolean reopened) {}

    /// Starts a batch from what is on disk.
    void begin(long sequenceOnDisk) {
        sequence = sequenceOnDisk;
        appended.clear();
        moved.clear();
        ended.clear();
        reopened = false;
        if (streams.size() > REMEMBERED) {
            streams.clear();
        }
    }

    /// Forgets what was learnt in a batch that was rolled back.
    void forget() {
        streams.clear();
        kinds.clear();
    }

    /// The last sequence given.
    long sequence() {
        return sequence;
    }

    /// Writes what a batch changed once.
    Fresh finish() throws SQLException {
        for (var stream : moved) {
            sql.run("UPDATE stream SET last = ? WHERE id = ?", stream.last, stream.id);
        }
        return new Fresh(List.copyOf(appended), Set.copyOf(ended), reopened);
    }

    void append(Append append, Unit unit) throws SQLException {
        var name = append.stream();
        var known = find(name);
        if (known.isPresent() && known.get().closed) {
            throw new Conflict(Conflict.Reason.STREAM_CLOSED, name + " is closed");
        }
        long last = known.map(stream -> stream.last).orElse(0L);
        if (append.after().isPresent() && append.after().getAsLong() != last) {
            throw new Conflict(
                    Conflict.Reason.STREAM_MOVED, name + " is at " + last + ", not at " + append.after().getAsLong());
        }
        var stream = known.isPresent() ? known.get() : create(name, unit);
        long firstSequence = sequence;
        int firstAppended = appended.size();
        unit.undo()
                .add(() -> {
                    stream.last = last;
                    sequence = firstSequence;
                    appended.subList(firstAppended, appended.size()).clear();
                });
        var at = Micros.instant(unit.at());
        for (var entry : append.entries()) {
            sequence++;
            stream.last++;
            insert(stream, sequence, stream.last, unit.at(), entry.type(), entry.body());
            appended.add(new Entry(sequence, name, stream.last, at, entry.type(), entry.body()));
        }
        moved.add(stream);
    }

    private void insert(Stream stream, long place, long number, long at, String type, byte[] body) throws SQLException {
        var insert =
                sql.prepare(
                        "INSERT INTO entry (sequence, stream, kind, number, at, type, body) VALUES (?, ?, ?, ?, ?, ?, ?)");
        insert.setLong(1, place);
        insert.setLong(2, stream.id);
        insert.setLong(3, stream.kind);
        insert.setLong(4, number);
        insert.setLong(5, at);
        insert.setString(6, type);
        insert.setBytes(7, body);
        insert.executeUpdate();
    }

    void save(SaveSnapshot snapshot) throws SQLException {
        var stream = find(snapshot.stream());
        if (stream.isPresent() && !stream.get().closed) {
            sql.run(
                    "INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?, ?)",
                    stream.get().id,
                    snapshot.number(),
                    snapshot.format(),
                    snapshot.body());
        }
    }

    void close(CloseStream close, Unit unit) throws SQLException {
        var known = find(close.stream());
        if (known.isEmpty() || known.get().closed) {
            return;
        }
        var stream = known.get();
        var entries =
                sql.all(
                        row -> entry(row, close.stream()),
                        "SELECT sequence, number, at, type, body FROM entry WHERE stream = ? ORDER BY number",
                        stream.id);
        sql.run("INSERT OR REPLACE INTO history VALUES (?, ?)", stream.id, History.packed(entries));
        sql.run("DELETE FROM entry WHERE stream = ?", stream.id);
        sql.run("DELETE FROM snapshot WHERE stream = ?", stream.id);
        sql.run("UPDATE stream SET closed = ? WHERE id = ?", unit.at(), stream.id);
        stream.closed = true;
        boolean first = ended.add(close.stream());
        unit.undo()
                .add(() -> {
                    stream.closed = false;
                    if (first) {
                        ended.remove(close.stream());
                    }
                });
    }

    void reopen(ReopenStream reopen, Unit unit) throws SQLException {
        var known = find(reopen.stream());
        if (known.isEmpty() || !known.get().closed) {
            return;
        }
        var stream = known.get();
        var packed = sql.first(row -> row.getBytes(1), "SELECT entries FROM history WHERE stream = ?", stream.id);
        for (var entry : packed.map(bytes -> History.unpacked(bytes, reopen.stream())).orElse(List.of())) {
            insert(stream, entry.sequence(), entry.number(), Micros.of(entry.at()), entry.type(), entry.body());
        }
        sql.run("DELETE FROM history WHERE stream = ?", stream.id);
        sql.run("UPDATE stream SET closed = NULL WHERE id = ?", stream.id);
        stream.closed = false;
        reopened = true;
        unit.undo().add(() -> stream.closed = true);
    }

    /// Reads an entry from the columns sequence, number, at, type, body.
    public static Entry entry(ResultSet row, StreamName stream) throws SQLException {
        return new Entry(
                row.getLong(1),
                stream,
                row.getLong(2),
                Micros.instant(row.getLong(3)),
                row.getString(4),
                row.getBytes(5));
    }

    private Optional<Stream> find(StreamName name) throws SQLException {
        var known = Optional.ofNullable(streams.get(name));
        if (known.isPresent()) {
            return known;
        }
        var found =
                sql.first(
                        row -> new Stream(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4) != 0),
                        "SELECT id, kind, last, closed IS NOT NULL FROM stream"
                                + " WHERE kind = (SELECT id FROM kind WHERE name = ?) AND key = ?",
                        name.kind(),
                        name.key());
        found.ifPresent(stream -> streams.put(name, stream));
        return found;
    }

    private Stream create(StreamName name, Unit unit) throws SQLException {
        var kind = kinds.get(name.kind());
        if (kind == null) {
            sql.run("INSERT OR IGNORE INTO kind (name) VALUES (?)", name.kind());
            kind = sql.number("SELECT id FROM kind WHERE name = ?", name.kind());
            kinds.put(name.kind(), kind);
            unit.undo().add(() -> kinds.remove(name.kind()));
        }
        sql.run("INSERT INTO stream (kind, key, last) VALUES (?, ?, 0)", kind, name.key());
        var stream = new Stream(sql.number("SELECT last_insert_rowid()"), kind, 0, false);
        streams.put(name, stream);
        unit.undo()
                .add(() -> {
                    streams.remove(name);
                    moved.remove(stream);
                });
        return stream;
    }
}
