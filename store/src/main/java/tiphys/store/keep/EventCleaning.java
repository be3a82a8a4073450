package tiphys.store.keep;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tiphys.store.sql.Database;
import tiphys.store.sql.Sql;
import tiphys.store.write.Committer;

/// Lets go of events that are too old, too many or too large, in short steps between the commits, the oldest first. What a live
/// trigger has not passed, or holds in its join, never goes, whatever the limits say.
final class EventCleaning {
    private static final int STEP = 1000;
    private static final int NAMED = 20;

    /// Sources of a namespace, by the name `namespace/eventsource/event`: what follows the slash is below the next character.
    private static final String OF_NAMESPACE =
            "kind = (SELECT id FROM kind WHERE name = 'source') AND key > ? || '/' AND key < ? || '0'";

    /// What every live trigger has passed.
    private static final String PASSED =
            "(SELECT coalesce(min(sequence), "
                    + Long.MAX_VALUE
                    + ") FROM cursor WHERE consumer IN (SELECT 'trigger/' || key FROM stream WHERE closed IS NULL"
                    + " AND kind = (SELECT id FROM kind WHERE name = 'trigger')))";

    /// Events that wait in a join: their last delivery to a trigger says so, and the trigger's entry is there, as it is while the
    /// trigger lives.
    private static final String HELD =
            "SELECT waits.event AS event, known.sequence AS sequence FROM delivery waits"
                    + " JOIN entry ON entry.sequence = waits.sequence"
                    + " LEFT JOIN event_id known ON known.id = waits.event"
                    + " WHERE waits.verdict = 'waiting' AND NOT EXISTS (SELECT 1 FROM delivery later"
                    + " WHERE later.event = waits.event AND later.sequence > waits.sequence AND later.namespace = waits.namespace"
                    + " AND later.sensor = waits.sensor AND later.trigger_name = waits.trigger_name)";

    private final Committer committer;
    private final Database database;

    EventCleaning(Committer committer, Database database) {
        this.committer = committer;
        this.database = database;
    }

    private record Source(long id, String key, long last) {
        String namespace() {
            return key.substring(0, key.indexOf('/'));
        }
    }

    private static List<Source> sources(Sql sql) throws SQLException {
        return sql.all(
                row -> new Source(row.getLong(1), row.getString(2), row.getLong(3)),
                "SELECT id, key, last FROM stream WHERE closed IS NULL AND kind = (SELECT id FROM kind WHERE name = 'source')"
                        + " ORDER BY key");
    }

    /// The number of a source's first entry that is not too old; those before it are.
    private static long firstYoung(Sql sql, Source source, long before) throws SQLException {
        return sql.first(
                        row -> row.getLong(1),
                        "SELECT number FROM entry WHERE stream = ? AND at >= ? ORDER BY number LIMIT 1",
                        source.id(),
                        before)
                .orElse(source.last() + 1);
    }

    Removed clean(Instant now, EventLimits.Policy policy) {
        var gone = Removed.NOTHING;
        for (var source : database.read(EventCleaning::sources)) {
            var limits = policy.of(source.namespace());
            long old = remove(sql -> of(sql, source, firstYoung(sql, source, limits.before(now)) - 1));
            long many = remove(sql -> of(sql, source, source.last() - limits.count()));
            gone = gone.plus(new Removed(old, many, 0, 0));
        }
        for (var namespace : namespaces()) {
            gone = gone.plus(new Removed(0, 0, tooLarge(namespace, policy.of(namespace).bytes()), 0));
        }
        return gone.plus(new Removed(0, 0, 0, deliveries(now, policy) + replays()));
    }

    /// Where triggers stand in replays of many events, once all of those events are gone.
    private long replays() {
        return committer.change(sql ->
                sql.run(
                        "DELETE FROM cursor WHERE consumer > 'replay/' AND consumer < 'replay0' AND sequence < (SELECT min(sequence)"
                                + " FROM entry WHERE kind = (SELECT id FROM kind WHERE name = 'source'))"));
    }

    private List<String> namespaces() {
        return database.read(sql -> sources(sql).stream().map(Source::namespace).distinct().toList());
    }

    /// Chooses what leaves next: the sequences of entries.
    private interface Choice {
        List<Long> next(Sql sql) throws SQLException;
    }

    private static List<Long> of(Sql sql, Source source, long lastNumber) throws SQLException {
        return sql.all(
                row -> row.getLong(1),
                "SELECT sequence FROM entry WHERE stream = ? AND number <= ? AND sequence <= "
                        + PASSED
                        + " AND sequence NOT IN (SELECT sequence FROM ("
                        + HELD
                        + ") WHERE sequence IS NOT NULL) ORDER BY number LIMIT "
                        + STEP,
                source.id(),
                lastNumber);
    }

    private long remove(Choice choice) {
        long all = 0;
        while (true) {
            int some = committer.change(sql -> remove(sql, choice.next(sql)));
            all += some;
            if (some < STEP) {
                return all;
            }
        }
    }

    private static int remove(Sql sql, List<Long> leaving) throws SQLException {
        for (var sequence : leaving) {
            sql.run("DELETE FROM event_id WHERE sequence = ?", sequence);
            sql.run("DELETE FROM entry WHERE sequence = ?", sequence);
        }
        return leaving.size();
    }

    private static long size(Sql sql, String namespace) throws SQLException {
        return sql.number(
                "SELECT coalesce(sum(length(body)), 0) FROM entry WHERE stream IN (SELECT id FROM stream WHERE "
                        + OF_NAMESPACE
                        + ")",
                namespace,
                namespace);
    }

    private long tooLarge(String namespace, long most) {
        if (most == Long.MAX_VALUE) {
            return 0;
        }
        long[] over = {database.read(sql -> size(sql, namespace)) - most};
        return remove(sql -> {
            var leaving = new ArrayList<Long>();
            if (over[0] > 0) {
                var oldest =
                        sql.all(
                                row -> new long[] {row.getLong(1), row.getLong(2)},
                                "SELECT sequence, length(body) FROM entry WHERE stream IN (SELECT id FROM stream WHERE "
                                        + OF_NAMESPACE
                                        + ") AND sequence <= "
                                        + PASSED
                                        + " AND sequence NOT IN (SELECT sequence FROM ("
                                        + HELD
                                        + ") WHERE sequence IS NOT NULL) ORDER BY sequence LIMIT "
                                        + STEP,
                                namespace,
                                namespace);
                for (var one : oldest) {
                    if (over[0] > 0) {
                        leaving.add(one[0]);
                        over[0] -= one[1];
                    }
                }
            }
            return leaving;
        });
    }

    /// Deliveries that are too old by their namespace's age; those of events that wait stay.
    private long deliveries(Instant now, EventLimits.Policy policy) {
        var namespaces =
                database.read(sql ->
                        sql.all(
                                row -> row.getString(1),
                                "SELECT DISTINCT namespace FROM delivery_count ORDER BY namespace"));
        long all = 0;
        for (var namespace : namespaces) {
            long before = policy.of(namespace).before(now);
            long young = firstYoungDelivery(before);
            while (true) {
                int some =
                        committer.change(sql ->
                                sql.run(
                                        "DELETE FROM delivery WHERE (event, sequence, namespace, sensor, trigger_name) IN (SELECT event,"
                                                + " sequence, namespace, sensor, trigger_name FROM delivery WHERE sequence < ? AND namespace = ? AND at < ?"
                                                + " AND NOT (verdict = 'waiting' AND event IN (SELECT event FROM ("
                                                + HELD
                                                + "))) ORDER BY sequence LIMIT "
                                                + STEP
                                                + ")",
                                        young,
                                        namespace,
                                        before));
                all += some;
                if (some < STEP) {
                    break;
                }
            }
        }
        return all;
    }

    /// The sequence of the first delivery that is not too old, whatever its namespace: behind it there is little to find.
    private long firstYoungDelivery(long before) {
        return database.read(sql ->
                sql.first(
                                row -> row.getLong(1),
                                "SELECT sequence FROM delivery WHERE at >= ? ORDER BY sequence LIMIT 1",
                                before)
                        .orElse(Long.MAX_VALUE));
    }

    /// What will go within a time, if nothing else comes; and what is kept past its limits.
    Leaving leaving(Instant now, Duration within, EventLimits.Policy policy) {
        return database.read(sql -> {
            var soon = new ArrayList<Leaving.Source>();
            long kept = 0;
            long passed = sql.number("SELECT " + PASSED);
            Map<String, Long> bytes = new LinkedHashMap<>();
            for (var source : sources(sql)) {
                var limits = policy.of(source.namespace());
                if (limits.bytes() != Long.MAX_VALUE) {
                    bytes.put(source.namespace(), limits.bytes());
                }
                long young = firstYoung(sql, source, limits.before(now.plus(within)));
                long old = count(sql, source, young, Long.MAX_VALUE);
                if (old > 0) {
                    soon.add(new Leaving.Source(source.key(), "age", old));
                }
                long held = count(sql, source, Long.MAX_VALUE, Long.MAX_VALUE);
                if (held - old >= limits.count()) {
                    soon.add(new Leaving.Source(source.key(), "count", held));
                }
                long due = Math.max(firstYoung(sql, source, limits.before(now)), source.last() - limits.count() + 1);
                kept += count(sql, source, due, Long.MAX_VALUE) - count(sql, source, due, passed);
            }
            for (var namespace : bytes.entrySet()) {
                long size = size(sql, namespace.getKey());
                if (size > namespace.getValue() - namespace.getValue() / 10) {
                    soon.add(new Leaving.Source(namespace.getKey(), "bytes", size));
                }
            }
            var by =
                    kept == 0
                            ? List.<String>of()
                            : sql.all(
                                    row -> row.getString(1),
                                    "SELECT consumer FROM cursor WHERE sequence = ? AND consumer LIKE 'trigger/%' LIMIT "
                                            + NAMED,
                                    passed);
            return new Leaving(soon, kept, by);
        });
    }

    /// How many entries of a source are before a number and not after a sequence.
    private static long count(Sql sql, Source source, long before, long upTo) throws SQLException {
        return sql.number(
                "SELECT count(*) FROM entry WHERE stream = ? AND number < ? AND sequence <= ?",
                source.id(),
                before,
                upTo);
    }
}
