package tiphys.engine;

import java.time.Instant;
import java.util.Optional;
import tiphys.journal.Write;

/// A line of the list of runs. Stored again it replaces itself, by uid.
///
/// @param phase Argo's: Pending, Running, Succeeded, Failed, Error; empty before the first decision
/// @param progress `2/3`
/// @param template the WorkflowTemplate it was made from; empty if none
/// @param event the id of the event that led to it; empty if none
/// @param shutdown `Stop`, `Terminate` or empty
/// @param parameters the first of its parameters, shortened, as JSON in the form of docs/api.md
public record RunRow(
        String uid,
        String namespace,
        String name,
        String phase,
        String message,
        Instant created,
        Optional<Instant> started,
        Optional<Instant> finished,
        String progress,
        String template,
        String event,
        boolean suspended,
        String shutdown,
        String parameters)
        implements Write {}
