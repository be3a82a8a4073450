package tiphys.events.cron;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;

/// The face of the CronWorkflows. Safe for every thread.
public interface Crons {
    /// One row for each ([CronView#row]), by namespace and name.
    ///
    /// @param namespace empty for every namespace
    List<Value.Mapping> list(String namespace);

    /// The page of one ([CronView#page]).
    Optional<Value.Mapping> page(String namespace, String name);

    /// A run that somebody wants now, not stored yet; empty if there is no such CronWorkflow.
    ///
    /// @param parameters values of arguments that shall be others
    Optional<ApiObject> byHand(String namespace, String name, Map<String, String> parameters);

    /// What makes up for the runs that were due between two instants, not stored yet; empty if there is no such CronWorkflow.
    ///
    /// @throws tiphys.objects.Refusal with 422 if there is none to be made, or too many
    Optional<List<ApiObject>> backfill(String namespace, String name, CronBackfill.Wish wish);
}
