package tiphys.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import tiphys.engine.lock.LockTable;
import tiphys.manifest.Value;

/// What faces (HTTP, CLI) may ask and tell about runs. Safe for every thread; what it says was committed.
public interface Runs {
    /// A line of the list of runs.
    ///
    /// @param phase Argo's: Pending, Running, Succeeded, Failed, Error; empty before the first decision
    /// @param startedAt RFC 3339; empty if it did not start
    /// @param progress `2/3`
    /// @param template the WorkflowTemplate it was made from; empty if none
    /// @param event the id of the event that led to it; empty if none
    /// @param shutdown `Stop`, `Terminate` or empty
    /// @param parameters the first of its parameters, shortened, in the JSON of docs/api.md
    record Summary(
            String uid,
            String namespace,
            String name,
            String phase,
            String message,
            String createdAt,
            String startedAt,
            String finishedAt,
            String progress,
            String template,
            String event,
            boolean suspended,
            String shutdown,
            List<Value> parameters) {
        public Summary {
            parameters = List.copyOf(parameters);
        }
    }

    /// Which runs to list; an empty text means any.
    ///
    /// @param search is in the name or the message
    record Query(String namespace, String phase, String template, String search, String before, int limit) {}

    /// The latest runs first.
    List<Summary> list(Query query);

    /// One run's summary by its object's name.
    Optional<Summary> find(String namespace, String name);

    /// Argo's `status` of a run, with every node; empty if the uid is unknown.
    Optional<Value.Mapping> status(String uid);

    /// One run with its nodes and their attempts, in the JSON of docs/api.md (`RUN` with `nodes`).
    Optional<Value.Mapping> detail(String namespace, String name);

    /// The attempts of a node, oldest first; a node that runs no process has none.
    List<AttemptId> attempts(String uid, String nodeId);

    /// How the locks of a namespace, or of all if it is empty, stand that runs hold or wait for.
    default List<LockTable.Standing> locks(String namespace) {
        return List.of();
    }

    /// The artifacts of a run's nodes; empty if the run is unknown.
    List<NodeArtifact> artifacts(String uid);

    /// Every decision about a run, or about one node of it, in order, as readable sentences with their facts.
    List<Value.Mapping> explain(String uid, Optional<String> nodeId);

    /// Tells a run to do something.
    ///
    /// @param user who says so, for the record
    /// @return completes when it is flushed; the answer is empty, or the refusal in Argo's words
    CompletableFuture<Optional<String>> control(String namespace, String name, Control control, String user);

    /// What a run can be told.
    sealed interface Control {
        /// @param selector of suspended nodes that fail instead of the whole run; empty to stop it
        record Stop(String selector, String message) implements Control {
            public Stop(String message) {
                this("", message);
            }
        }

        record Terminate() implements Control {}

        record Suspend() implements Control {}

        /// @param selector Argo's node field selector; empty resumes everything
        record Resume(String selector) implements Control {}

        /// Gives suspended nodes outputs and a message, or ends them: Argo's `node set`.
        ///
        /// @param selector Argo's node field selector
        /// @param phase in which they end; empty to let them wait
        /// @param message empty to leave it as it is
        record Set(String selector, String phase, String message, Map<String, String> outputs) implements Control {}

        /// @param restartSuccessful whether what the selector matches runs again though it succeeded
        /// @param parameters other values of the run's arguments
        record Retry(boolean restartSuccessful, String selector, Map<String, String> parameters) implements Control {
            public Retry() {
                this(false, "", Map.of());
            }
        }

        /// The pod of a step was deleted.
        record DeletePod(String podName) implements Control {}
    }
}
