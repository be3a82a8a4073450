package tiphys.store.read;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.journal.CursorMove;
import tiphys.journal.Entry;
import tiphys.journal.Snapshot;
import tiphys.journal.StreamName;
import tiphys.store.sql.Database;
import tiphys.store.write.History;
import tiphys.store.write.RecentCommits;
import tiphys.store.write.StreamRows;

/// Reads streams: the latest from memory, the rest from disk.
public final class JournalReads {
    private static final String COLUMNS = "e.sequence, e.number, e.at, e.type, e.body";

    /// A page of entries ends at so many bytes: two thousand events may be two gigabytes.
    private static final long PAGE_BYTES = 8L << 20;

    private static final String STREAM =
            "(SELECT id FROM stream WHERE kind = (SELECT id FROM kind WHERE name = ?) AND key = ?)";

    private final Database database;
    private final RecentCommits latest;

    public JournalReads(Database database, RecentCommits latest) {
        this.database = database;
        this.latest = latest;
    }

    public List<Entry> read(StreamName stream, long afterNumber, int limit) {
        return database.read(sql ->
                sql.all(
                        row -> StreamRows.entry(row, stream),
                        "SELECT "
                                + COLUMNS
                                + " FROM entry e WHERE e.stream = "
                                + STREAM
                                + " AND e.number > ? ORDER BY e.number LIMIT ?",
                        stream.kind(),
                        stream.key(),
                        afterNumber,
                        limit));
    }

    public List<Entry> readKind(String kind, long afterSequence, int limit) {
        if (afterSequence >= latest.head()) {
            return List.of();
        }
        return latest.entries(kind, afterSequence, limit)
                .orElseGet(() ->
                        database.read(sql ->
                                sql.untilFull(
                                        row -> named(row, kind),
                                        entry -> entry.body().length,
                                        PAGE_BYTES,
                                        "SELECT "
                                                + COLUMNS
                                                + ", s.key FROM entry e JOIN stream s ON s.id = e.stream"
                                                + " WHERE e.kind = (SELECT id FROM kind WHERE name = ?) AND e.sequence > ?"
                                                + " ORDER BY e.sequence LIMIT ?",
                                        kind,
                                        afterSequence,
                                        limit)));
    }

    public List<Entry> readKindBackwards(String kind, long beforeSequence, int limit) {
        return database.read(sql ->
                sql.all(
                        row -> named(row, kind),
                        "SELECT "
                                + COLUMNS
                                + ", s.key FROM entry e JOIN stream s ON s.id = e.stream"
                                + " WHERE e.kind = (SELECT id FROM kind WHERE name = ?) AND e.sequence < ?"
                                + " ORDER BY e.sequence DESC LIMIT ?",
                        kind,
                        beforeSequence,
                        limit));
    }

    public List<Entry> readAll(long afterSequence, int limit) {
        if (afterSequence >= latest.head()) {
            return List.of();
        }
        return latest.entries(afterSequence, limit)
                .orElseGet(() ->
                        database.read(sql ->
                                sql.all(
                                        row -> named(row, row.getString(7)),
                                        "SELECT "
                                                + COLUMNS
                                                + ", s.key, k.name FROM entry e JOIN stream s ON s.id = e.stream"
                                                + " JOIN kind k ON k.id = e.kind WHERE e.sequence > ? ORDER BY e.sequence LIMIT ?",
                                        afterSequence,
                                        limit)));
    }

    private static Entry named(ResultSet row, String kind) throws SQLException {
        return StreamRows.entry(row, new StreamName(kind, row.getString(6)));
    }

    public List<Entry> history(StreamName stream) {
        return database.read(sql ->
                        sql.first(
                                row -> row.getBytes(1),
                                "SELECT entries FROM history WHERE stream = " + STREAM,
                                stream.kind(),
                                stream.key()))
                .map(packed -> History.unpacked(packed, stream))
                .orElse(List.of());
    }

    public Map<StreamName, Long> live(String kind) {
        var live = new HashMap<StreamName, Long>();
        database.read(sql ->
                sql.all(
                        row -> live.put(new StreamName(kind, row.getString(1)), row.getLong(2)),
                        "SELECT key, last FROM stream WHERE closed IS NULL AND kind = (SELECT id FROM kind WHERE name = ?)",
                        kind));
        return live;
    }

    public Optional<Snapshot> snapshot(StreamName stream) {
        return database.read(sql ->
                sql.first(
                        row -> new Snapshot(row.getLong(1), row.getString(2), row.getBytes(3)),
                        "SELECT number, format, body FROM snapshot WHERE stream = " + STREAM,
                        stream.kind(),
                        stream.key()));
    }

    public long cursor(String consumer) {
        return database.read(sql ->
                sql.first(row -> row.getLong(1), "SELECT sequence FROM cursor WHERE consumer = ?", consumer)
                        .orElse(0L));
    }

    /// @param prefix not empty
    public List<CursorMove> cursors(String prefix) {
        int last = prefix.length() - 1;
        return database.read(sql ->
                sql.all(
                        row -> new CursorMove(row.getString(1), row.getLong(2)),
                        "SELECT consumer, sequence FROM cursor WHERE consumer >= ? AND consumer < ?",
                        prefix,
                        prefix.substring(0, last) + (char) (prefix.charAt(last) + 1)));
    }
}
