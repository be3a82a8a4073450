package tiphys.store.keep;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import tiphys.store.sql.Database;
import tiphys.store.sql.Micros;
import tiphys.store.sql.Sql;
import tiphys.store.write.Committer;
import tiphys.store.write.RecentCommits;
import tiphys.store.write.StoreOptions;

/// Lets go of what is too old or too many, in short steps between the commits.
public final class Cleaning {
    private static final int STEP = 1000;

    private final EventCleaning events;
    private final Committer committer;
    private final RecentCommits latest;
    private final Duration identities;

    public Cleaning(Committer committer, Database database, RecentCommits latest, StoreOptions options) {
        this.events = new EventCleaning(committer, database);
        this.committer = committer;
        this.latest = latest;
        this.identities = options.identities();
    }

    /// See [SqliteStore#purgeEvents].
    public Removed events(Instant now, EventLimits.Policy policy) {
        var gone = events.clean(now, policy);
        if (gone.events() > 0) {
            committer.change(this::restart);
        }
        return gone;
    }

    /// See [SqliteStore#leavingEvents].
    public Leaving leaving(Instant now, Duration within, EventLimits.Policy policy) {
        return events.leaving(now, within, policy);
    }

    /// See [SqliteStore#purgeRuns].
    public long runs(Instant now, Retention retention) {
        return repeat(sql -> {
            var leaving =
                    sql.all(
                            row -> row.getString(1),
                            "SELECT uid FROM (SELECT uid, finished, row_number() OVER"
                                    + " (PARTITION BY namespace ORDER BY created DESC, uid DESC) AS place"
                                    + " FROM run WHERE finished IS NOT NULL) WHERE finished < ? OR place > ? LIMIT "
                                    + STEP,
                            retention.before(now),
                            retention.count());
            for (var uid : leaving) {
                var its =
                        "(SELECT id FROM stream WHERE closed IS NOT NULL AND key = ?"
                                + " AND kind = (SELECT id FROM kind WHERE name = 'run'))";
                sql.run("DELETE FROM history WHERE stream = " + its, uid);
                sql.run("DELETE FROM stream WHERE id = " + its, uid);
                sql.run("DELETE FROM run WHERE uid = ?", uid);
            }
            return leaving.size();
        });
    }

    /// See [SqliteStore#purgeChanges].
    public long changes(Instant now, Duration window) {
        long gone =
                repeat(sql -> {
                    long before = Micros.of(now.minus(window));
                    var last =
                            sql.first(
                                    row -> new long[] {row.getLong(1), row.getLong(2)},
                                    "SELECT max(id), max(version) FROM (SELECT id, version FROM change WHERE at < ? ORDER BY id LIMIT "
                                            + STEP
                                            + ") HAVING count(*) > 0",
                                    before);
                    if (last.isEmpty()) {
                        return 0;
                    }
                    sql.run("UPDATE meta SET value = max(value, ?) WHERE key = 'forgotten'", last.get()[1]);
                    return sql.run("DELETE FROM change WHERE id <= ?", last.get()[0]);
                });
        gone +=
                repeat(sql ->
                        sql.run(
                                "DELETE FROM event_identity WHERE (source, identity) IN (SELECT source, identity FROM event_identity"
                                        + " WHERE at < ? LIMIT "
                                        + STEP
                                        + ")",
                                Micros.of(now.minus(identities))));
        gone +=
                repeat(sql ->
                        sql.run(
                                "DELETE FROM secret WHERE id NOT IN (SELECT secret FROM object WHERE secret IS NOT NULL)"
                                        + " AND id NOT IN (SELECT secret FROM change WHERE secret IS NOT NULL)"));
        committer.change(this::forgotten);
        return gone;
    }

    /// Both run on the committing thread, so that no batch comes between the reading and the telling.
    private long restart(Sql sql) {
        latest.restart(latest.head());
        return latest.head();
    }

    private long forgotten(Sql sql) throws SQLException {
        long forgotten = sql.number("SELECT value FROM meta WHERE key = 'forgotten'");
        latest.forgotten(forgotten);
        return forgotten;
    }

    private interface Step {
        int of(Sql sql) throws SQLException;
    }

    private long repeat(Step step) {
        long all = 0;
        while (true) {
            int some = committer.change(step::of);
            all += some;
            if (some < STEP) {
                return all;
            }
        }
    }
}
