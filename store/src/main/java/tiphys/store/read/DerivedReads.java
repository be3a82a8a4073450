package tiphys.store.read;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tiphys.engine.RunRow;
import tiphys.engine.RunRows;
import tiphys.engine.Runs;
import tiphys.events.Deliveries;
import tiphys.events.EventIndexReader;
import tiphys.journal.StreamName;
import tiphys.store.sql.Database;
import tiphys.store.sql.Micros;

/// Reads the derived rows.
public final class DerivedReads {
    private DerivedReads() {}

    private static Optional<Instant> instant(ResultSet row, int column) throws SQLException {
        long micros = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Micros.instant(micros));
    }

    public record EventRows(Database database) implements EventIndexReader {
        @Override
        public Optional<Long> sequence(String eventId) {
            return database.read(
                    sql -> sql.first(row -> row.getLong(1), "SELECT sequence FROM event_id WHERE id = ?", eventId));
        }

        @Override
        public Optional<String> eventOf(StreamName source, String identity) {
            return database.read(sql ->
                    sql.first(
                            row -> row.getString(1),
                            "SELECT event FROM event_identity WHERE source = ? AND identity = ?",
                            source,
                            identity));
        }
    }

    public record RunTable(Database database) implements RunRows {
        private static final String SELECT =
                "SELECT uid, namespace, name, phase, message, created, started, finished, progress, template, event,"
                        + " suspended, shutdown, parameters FROM run";

        @Override
        public List<RunRow> list(Runs.Query query) {
            var where = new StringBuilder(" WHERE 1");
            var values = new ArrayList<Object>();
            isOrAny(where, values, "namespace", query.namespace());
            isOrAny(where, values, "phase", query.phase());
            isOrAny(where, values, "template", query.template());
            if (!query.search().isEmpty()) {
                where.append(" AND (instr(name, ?) > 0 OR instr(message, ?) > 0)");
                values.add(query.search());
                values.add(query.search());
            }
            return database.read(sql -> {
                if (!query.before().isEmpty()) {
                    var before =
                            sql.first(row -> row.getLong(1), "SELECT created FROM run WHERE uid = ?", query.before());
                    if (before.isPresent()) {
                        where.append(" AND (created, uid) < (?, ?)");
                        values.add(before.get());
                        values.add(query.before());
                    }
                }
                values.add(query.limit());
                return sql.all(
                        RunTable::row, SELECT + where + " ORDER BY created DESC, uid DESC LIMIT ?", values.toArray());
            });
        }

        @Override
        public Set<String> ended() {
            return new HashSet<>(
                    database.read(sql ->
                            sql.all(
                                    row -> row.getString(1),
                                    "SELECT uid FROM run WHERE phase IN ('Succeeded', 'Failed', 'Error')")));
        }

        private static void isOrAny(StringBuilder where, List<Object> values, String column, String wanted) {
            if (!wanted.isEmpty()) {
                where.append(" AND ").append(column).append(" = ?");
                values.add(wanted);
            }
        }

        @Override
        public Optional<RunRow> find(String namespace, String name) {
            return database.read(sql ->
                    sql.first(
                            RunTable::row,
                            SELECT + " WHERE namespace = ? AND name = ? ORDER BY created DESC, uid DESC LIMIT 1",
                            namespace,
                            name));
        }

        @Override
        public Optional<RunRow> find(String uid) {
            return database.read(sql -> sql.first(RunTable::row, SELECT + " WHERE uid = ?", uid));
        }

        @Override
        public List<RunRow> ofEvent(String eventId) {
            return database.read(sql ->
                    sql.all(RunTable::row, SELECT + " WHERE event = ? AND event <> '' ORDER BY created, uid", eventId));
        }

        private static RunRow row(ResultSet row) throws SQLException {
            return new RunRow(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    row.getString(4),
                    row.getString(5),
                    Micros.instant(row.getLong(6)),
                    instant(row, 7),
                    instant(row, 8),
                    row.getString(9),
                    row.getString(10),
                    row.getString(11),
                    row.getBoolean(12),
                    row.getString(13),
                    row.getString(14));
        }
    }

    public record DeliveryTable(Database database) implements Deliveries {
        private static final String SELECT =
                "SELECT event, namespace, sensor, trigger_name, verdict, firing, object, at, sequence FROM delivery";

        @Override
        public List<Delivery> ofEvent(String eventId) {
            return database.read(
                    sql -> sql.all(DeliveryTable::row, SELECT + " WHERE event = ? ORDER BY sequence", eventId));
        }

        @Override
        public Map<String, Delivery> latest(Collection<String> eventIds) {
            return database.read(sql -> {
                var latest = new HashMap<String, Delivery>();
                for (var id : eventIds) {
                    sql.first(DeliveryTable::row, SELECT + " WHERE event = ? ORDER BY sequence DESC LIMIT 1", id)
                            .ifPresent(delivery -> latest.put(id, delivery));
                }
                return latest;
            });
        }

        @Override
        public List<Delivery> list(String namespace, String verdict, long before, int limit) {
            return database.read(sql ->
                    sql.all(
                            DeliveryTable::row,
                            SELECT
                                    + " WHERE sequence < ? AND ? IN ('', namespace) AND ? IN ('', verdict)"
                                    + " ORDER BY sequence DESC LIMIT ?",
                            before == 0 ? Long.MAX_VALUE : before,
                            namespace,
                            verdict,
                            limit));
        }

        @Override
        public Map<TriggerName, Map<String, Long>> counts(String namespace) {
            var counts = new HashMap<TriggerName, Map<String, Long>>();
            database.read(sql ->
                    sql.all(
                            row ->
                                    counts.computeIfAbsent(
                                                    new TriggerName(namespace, row.getString(1), row.getString(2)),
                                                    _ -> new HashMap<>())
                                            .put(row.getString(3), row.getLong(4)),
                            "SELECT sensor, trigger_name, verdict, count FROM delivery_count WHERE namespace = ? AND count > 0",
                            namespace));
            return counts;
        }

        private static Delivery row(ResultSet row) throws SQLException {
            return new Delivery(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    row.getString(4),
                    row.getString(5),
                    Optional.ofNullable(row.getString(6)),
                    Optional.ofNullable(row.getString(7)),
                    Micros.instant(row.getLong(8)),
                    row.getLong(9));
        }
    }
}
