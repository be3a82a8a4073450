package tiphys.store.write;

import java.sql.SQLException;
import java.time.Duration;
import tiphys.engine.RunRow;
import tiphys.events.DeliveryRow;
import tiphys.events.EventIndex;
import tiphys.journal.Conflict;
import tiphys.store.sql.Micros;
import tiphys.store.sql.Sql;

/// Writes the rows that are derived from the journal: events by id, deliveries, runs. For the thread that commits.
final class DerivedRows {
    private final Sql sql;
    private final long identities;

    /// @param identities how long the identities of events are remembered
    DerivedRows(Sql sql, Duration identities) {
        this.sql = sql;
        this.identities = identities.toNanos() / 1000;
    }

    void keep(EventIndex index, Unit unit) throws SQLException {
        if (index.identity().isPresent()) {
            var source = index.source().toString();
            var identity = index.identity().get();
            var first =
                    sql.first(
                            row -> row.getString(1),
                            "SELECT event FROM event_identity WHERE source = ? AND identity = ? AND at > ? AND event <> ?",
                            source,
                            identity,
                            unit.at() - identities,
                            index.eventId());
            if (first.isPresent()) {
                throw new Conflict(
                        Conflict.Reason.ALREADY_EXISTS,
                        source + " took \"" + identity + "\" already as event " + first.get());
            }
            sql.run(
                    "INSERT OR REPLACE INTO event_identity VALUES (?, ?, ?, ?)",
                    source,
                    identity,
                    index.eventId(),
                    unit.at());
        }
        var insert = sql.prepare("INSERT OR REPLACE INTO event_id VALUES (?, ?)");
        insert.setString(1, index.eventId());
        insert.setLong(2, index.entry().sequence(unit.firstSequence()));
        insert.executeUpdate();
    }

    void keep(RunRow row) throws SQLException {
        sql.run(
                "INSERT OR REPLACE INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row.uid(),
                row.namespace(),
                row.name(),
                row.phase(),
                row.message(),
                Micros.of(row.created()),
                Micros.of(row.started()),
                Micros.of(row.finished()),
                row.progress(),
                row.template(),
                row.event(),
                row.suspended() ? 1 : 0,
                row.shutdown(),
                row.parameters());
    }

    void keep(DeliveryRow row, Unit unit) throws SQLException {
        long sequence = row.entry().sequence(unit.firstSequence());
        var before =
                sql.first(
                        found -> found.getString(1),
                        "SELECT verdict FROM delivery"
                                + " WHERE event = ? AND sequence = ? AND namespace = ? AND sensor = ? AND trigger_name = ?",
                        row.eventId(),
                        sequence,
                        row.namespace(),
                        row.sensor(),
                        row.trigger());
        sql.run(
                "INSERT OR REPLACE INTO delivery VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row.eventId(),
                row.namespace(),
                row.sensor(),
                row.trigger(),
                sequence,
                row.verdict(),
                row.firing().orElse(null),
                row.object().orElse(null),
                Micros.of(row.at()));
        if (before.isPresent()) {
            count(row, before.get(), -1);
        }
        count(row, row.verdict(), 1);
    }

    private void count(DeliveryRow row, String verdict, int change) throws SQLException {
        sql.run(
                "INSERT INTO delivery_count VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
                row.namespace(),
                row.sensor(),
                row.trigger(),
                verdict,
                change);
    }
}
