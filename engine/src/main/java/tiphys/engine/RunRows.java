package tiphys.engine;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The list of runs, as [RunRow]s stored it. Safe for every thread; sees only what was flushed.
public interface RunRows {
    /// The latest created first.
    ///
    /// @param query its `search` is a part of the name; its `before` is the uid of the last run of the page before
    List<RunRow> list(Runs.Query query);

    /// The latest run of an object with that name.
    Optional<RunRow> find(String namespace, String name);

    /// A run by its uid.
    Optional<RunRow> find(String uid);

    /// The uids of all runs that have ended.
    Set<String> ended();

    /// The runs that an event led to, oldest first.
    List<RunRow> ofEvent(String eventId);
}
