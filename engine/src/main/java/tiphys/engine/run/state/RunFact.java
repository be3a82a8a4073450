package tiphys.engine.run.state;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.engine.AttemptId;
import tiphys.engine.Measure;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport;
import tiphys.engine.Transfer;
import tiphys.engine.lock.LockName;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Artifact;

/// What a run's decisions record. Nodes are named by their index, which is the order in which they began.
public sealed interface RunFact {
    /// The Workflow object was seen for the first time.
    record Observed(Value.Mapping workflow, String host) implements RunFact {}

    /// Something from outside is needed.
    record Asked(Need need) implements RunFact {}

    /// It came, or there is none; frozen for the life of the run.
    record Supplied(Need need, Optional<Value> content, String revision) implements RunFact {}

    /// The run begins.
    ///
    /// @param spec the spec that is run, with what `workflowTemplateRef` and defaults gave
    /// @param parameters the values of `workflow.parameters`
    record Started(Value.Mapping spec, Map<String, String> parameters) implements RunFact {}

    /// The Workflow object gets labels and annotations, over those that it has.
    record Labelled(Map<String, String> labels, Map<String, String> annotations) implements RunFact {}

    /// A node began.
    ///
    /// @param template the key of its template in the run's [Library]; empty for groups
    /// @param boundary the steps or dag node that it belongs to; -1 for none
    /// @param parent the node that it reports its end to: a group, a dag, a retry, the node that it is a hook of; -1 for
    ///     none
    /// @param ordinal which step or task of the parent it is; -1 if it is none
    /// @param item which item of a loop, or which try; -1 if it is none
    /// @param role what it is to its parent
    /// @param inputs its input parameters
    /// @param why the condition that let it begin, for people; may be empty
    /// @param targets of a dag whose targets only its inputs tell: their names; empty if its template tells them
    /// @param artifacts its input artifacts, as its status shows them
    record NodeBegan(
            String name,
            NodeType type,
            String template,
            int boundary,
            int parent,
            int ordinal,
            int item,
            Role role,
            Map<String, String> inputs,
            String why,
            List<String> targets,
            List<Artifact> artifacts)
            implements RunFact {
        public NodeBegan {
            targets = List.copyOf(targets);
            artifacts = List.copyOf(artifacts);
        }
    }

    /// What a node is to its parent.
    enum Role {
        /// The root, or the exit handler of the run.
        TOP,
        /// A step, a task, an item of a loop, a group of steps.
        CHILD,
        /// A try of a retry node.
        TRY,
        /// A hook of the workflow, of a step or of a task.
        HOOK,
        /// A container of a pod that has several; it ends with its pod's attempt, and nothing follows from it.
        PART
    }

    /// The items of a loop, or, without items, that the slot's children may begin.
    record Expanded(int owner, int ordinal, List<Value> items) implements RunFact {
        public Expanded {
            items = List.copyOf(items);
        }
    }

    /// A node, or the whole run, is to hold locks before it goes on.
    ///
    /// @param node -1 for the run
    record LocksAsked(int node, List<LockName> locks) implements RunFact {
        public LocksAsked {
            locks = List.copyOf(locks);
        }
    }

    /// It waits for them.
    ///
    /// @param lock the first that is not to be had
    /// @param free how many could still hold that
    /// @param limit how many may hold that
    /// @param holders who holds it, as Argo names holders
    record LocksAwaited(int node, LockName lock, int free, int limit, List<String> holders) implements RunFact {
        public LocksAwaited {
            holders = List.copyOf(holders);
        }
    }

    /// It holds them.
    record LocksGranted(int node) implements RunFact {}

    /// It cannot have them.
    record LocksRefused(int node, String why) implements RunFact {}

    /// It gave them back, or waits no more.
    record LocksReleased(int node) implements RunFact {}

    /// A node's result is looked up.
    ///
    /// @param cache the ConfigMap's name
    record CacheAsked(int node, String cache, String key) implements RunFact {}

    /// It was there, so that nothing runs, or not.
    ///
    /// @param by the id of the node that gave it
    record CacheAnswered(int node, boolean hit, String by) implements RunFact {}

    /// What the node gave is kept.
    record CacheStored(int node) implements RunFact {}

    /// A slot has more to begin than may begin now.
    ///
    /// @param ordinal the slot of the owner; -1 if the owner itself waits: a retry with its next try, a leaf with its locks
    /// @param why which limit keeps it, for people
    record Queued(int owner, int ordinal, String why) implements RunFact {}

    /// A node's message changed, or it began to run.
    record NodeChanged(int node, NodePhase phase, String message) implements RunFact {}

    /// A suspended node was given values or a message.
    ///
    /// @param outputs the output parameters that were given now
    /// @param message empty to leave it as it is
    record NodeSupplied(int node, Map<String, String> outputs, String message, String user) implements RunFact {}

    /// A node is over.
    ///
    /// @param hooks how many hooks follow at once; its parent goes on when they are over
    record NodeEnded(int node, NodePhase phase, String message, Outputs outputs, int hooks) implements RunFact {}

    /// An executor is asked to run a node's step.
    record StepOrdered(int node, StepOrder order) implements RunFact {}

    /// The step's process runs.
    record StepStarted(int node, AttemptId attempt, Instant at, String program) implements RunFact {}

    /// A daemon answers; those who waited for it go on, and it goes on beside them.
    record StepReady(int node, AttemptId attempt, Instant at, String address) implements RunFact {}

    /// How far a step says that it is.
    record Progressed(int node, String progress) implements RunFact {}

    /// What a step used. Recorded where it is enough to be shown in whole seconds.
    record Used(int node, long cpuMicros, long peakBytes) implements RunFact {}

    /// The step's process is over, and its artifacts are saved before its attempt counts as over.
    ///
    /// @param ending with the outputs, which the node's end will have
    record OutputsLeft(int node, AttemptId attempt, Instant at, StepReport.Ending ending) implements RunFact {}

    /// The step's attempt is over. Its outputs are in the node's end.
    record StepEnded(int node, AttemptId attempt, Instant at, StepReport.Ending ending) implements RunFact {}

    /// Artifacts of an attempt were moved, or could not be: into the step, which is then given to the executor, or out of it.
    record ArtifactsMoved(int node, Transfer transfer) implements RunFact {}

    /// Output artifacts of a node were deleted, after the run's end.
    record ArtifactsDeleted(int node, List<String> names) implements RunFact {}

    /// Why artifacts could not be deleted after the run's end; it is not tried again.
    record ArtifactsStay(List<String> problems) implements RunFact {}

    /// What `metrics` ask for of a node, or with -1 of the run, was worked out.
    ///
    /// @param flaws why others could not be, in Argo's words
    record Measured(int node, List<Measure> measures, List<String> flaws) implements RunFact {
        public Measured {
            measures = List.copyOf(measures);
            flaws = List.copyOf(flaws);
        }
    }

    /// The executor is asked to end an attempt.
    ///
    /// @param why becomes the node's message
    record CancelWanted(int node, AttemptId attempt, String why) implements RunFact {}

    /// A node waits until an instant: for its next try, or for the end of a suspension.
    record Waits(int node, Instant until, String message) implements RunFact {}

    /// Nothing new starts, or things start again.
    record SuspendChanged(boolean suspended, String user) implements RunFact {}

    /// The run is being stopped or terminated.
    record ShutdownWanted(Shutdown shutdown, String message, String user) implements RunFact {}

    /// How a run is ended from outside.
    enum Shutdown {
        NONE(""),
        STOP("Stop"),
        TERMINATE("Terminate");

        private final String text;

        Shutdown(String text) {
            this.text = text;
        }

        /// Argo's name.
        public String text() {
            return text;
        }
    }

    /// Steps run on another boot of the host from now on.
    record HostChanged(String host) implements RunFact {}

    /// The Workflow object is gone.
    record ObjectGone() implements RunFact {}

    /// The run's own deadline passed.
    record DeadlinePassed() implements RunFact {}

    /// A finished run begins again.
    ///
    /// @param again what of it; empty for a fact of older versions, which kept what had succeeded
    record Restarted(String user, Optional<Again> again) implements RunFact {}

    /// What of a restarted run runs again.
    ///
    /// @param nodes by name; every other one keeps how it ended
    /// @param parameters other values of `workflow.parameters`
    record Again(List<String> nodes, Map<String, String> parameters) {
        public Again {
            nodes = List.copyOf(nodes);
        }
    }

    /// The run is over.
    record Ended(NodePhase phase, String message) implements RunFact {}
}
