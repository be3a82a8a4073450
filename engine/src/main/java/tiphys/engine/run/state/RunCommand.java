package tiphys.engine.run.state;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.engine.StepReport;
import tiphys.engine.Transfer;
import tiphys.engine.lock.LockAnswer;
import tiphys.engine.lock.LockTicket;
import tiphys.manifest.Value;

/// What a run is told.
public sealed interface RunCommand {
    /// The Workflow object exists like this. Told at first, and again when its spec changed (`suspend`, `shutdown`).
    ///
    /// @param workflow the whole object
    /// @param host the boot id of the host that steps will run on
    /// @param rules what the controller's settings ask of a Workflow that is seen for the first time
    record Observed(Value.Mapping workflow, String host, Rules rules) implements RunCommand {
        /// Where there are no settings.
        public Observed(Value.Mapping workflow, String host) {
            this(workflow, host, Rules.NONE);
        }
    }

    /// What the controller's settings ask of every Workflow.
    ///
    /// @param defaults whether there may be something that every Workflow has: [Need.Defaults]
    /// @param turn whether it may have to wait for its turn: [Need.Turn]
    /// @param images whether somebody made rules for images: [Need.Images]
    record Rules(boolean defaults, boolean turn, boolean images) {
        /// Nothing.
        public static final Rules NONE = new Rules(false, false);

        /// Where nobody made rules for images.
        public Rules(boolean defaults, boolean turn) {
            this(defaults, turn, false);
        }
    }

    /// The Workflow object is gone.
    record Gone() implements RunCommand {}

    /// Something that was asked for.
    ///
    /// @param content the template's spec, or the key's text; empty if there is no such thing
    /// @param revision the resource version it was read at
    record Supplied(Need need, Optional<Value> content, String revision) implements RunCommand {}

    /// What became of a wish for locks.
    record LocksAnswered(LockTicket ticket, LockAnswer answer) implements RunCommand {}

    /// What is kept of a node's result.
    ///
    /// @param kept the value in the ConfigMap; empty if there is none
    record CacheAnswered(int era, int node, Optional<String> kept) implements RunCommand {}

    /// An executor's report.
    record Report(StepReport report) implements RunCommand {}

    /// Artifacts of an attempt were moved, or could not be.
    record Moved(Transfer transfer) implements RunCommand {}

    /// Output artifacts of an ended run were deleted.
    ///
    /// @param names by node, of those that were
    /// @param problems why others were not
    record Deleted(Map<Integer, List<String>> names, List<String> problems) implements RunCommand {}

    /// Time has passed.
    record Tick() implements RunCommand {}

    /// Stop: running steps are ended, exit handlers run.
    ///
    /// @param selector of suspended nodes: these fail, and the run goes on; empty to stop the whole run
    record Stop(String selector, String message, String user) implements RunCommand {
        public Stop(String message, String user) {
            this("", message, user);
        }
    }

    /// Terminate: everything is ended.
    record Terminate(String user) implements RunCommand {}

    /// Start nothing new.
    record Suspend(String user) implements RunCommand {}

    /// Go on; suspended nodes that the selector matches (all, if it is empty) succeed.
    record Resume(String selector, String user) implements RunCommand {}

    /// Set what suspended nodes are to have: Argo's `node set`.
    ///
    /// @param selector which nodes
    /// @param phase Argo's name of the phase in which they end; empty to let them wait
    /// @param message empty to leave it as it is
    /// @param outputs values of output parameters that are to be supplied
    record Set(String selector, String phase, String message, Map<String, String> outputs, String user)
            implements RunCommand {}

    /// Run what failed once more.
    ///
    /// @param restartSuccessful whether what the selector matches runs again though it succeeded
    /// @param selector of nodes; may be empty
    /// @param parameters other values of `workflow.parameters`
    record Retry(boolean restartSuccessful, String selector, Map<String, String> parameters, String user)
            implements RunCommand {
        public Retry(String user) {
            this(false, "", Map.of(), user);
        }
    }

    /// A step's pod was deleted.
    record DeletePod(String podName) implements RunCommand {}
}
