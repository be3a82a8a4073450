package tiphys.engine.run.rules;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.NodePhase;
import tiphys.engine.run.state.NodeType;
import tiphys.engine.run.state.Outputs;
import tiphys.engine.run.state.RunFact;
import tiphys.engine.run.state.RunState;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.tags.Tags;
import tiphys.language.tags.Tags.Unresolved;

/// `pendingTimeout`: how long a step may wait before its process starts, for a lock or for its turn at the executor.
final class PendingRules {
    /// What such a node, and what it takes along, says.
    static final String TIMEOUT = "timeout";

    private final Decider deciding;
    private final RunState state;

    PendingRules(Decider deciding) {
        this.deciding = deciding;
        this.state = deciding.state;
    }

    /// Until when a node may wait; empty for ever.
    ///
    /// @throws EvaluationFailed if its limit is no duration
    Optional<Instant> until(Node node) {
        var said = state.plan(node).template().pendingTimeout();
        if (said.isEmpty() || node.type != NodeType.POD) {
            return Optional.empty();
        }
        var scope = new RunScope(state, node.inputs, node.index);
        var text = Tags.replace(said.get(), scope, Unresolved.REFUSE, Budget.standard());
        return Optional.of(RunState.instant(node.startedMicros).plus(Durations.limit(text)));
    }

    /// From now on a node that waits is looked after; one whose time passed while it waited for room is ended at once.
    void watch(Node node, Instant until) {
        if (node.waitsUntilMicros == 0) {
            deciding.emit(new RunFact.Waits(node.index, until, node.message));
        } else if (!until.isAfter(deciding.at)) {
            over(node);
        }
    }

    /// The time of a node is over: it fails if its process did not start yet.
    void over(Node node) {
        if (node.phase != NodePhase.PENDING) {
            return;
        }
        deciding.emit(new RunFact.NodeChanged(node.index, node.phase, node.message)); // it waits for the clock no more
        if (state.waitsForLocks(node.index)) {
            deciding.ends.end(node, NodePhase.FAILED, TIMEOUT, Outputs.NONE);
        } else if (node.endable()) {
            deciding.emit(new RunFact.CancelWanted(node.index, Objects.requireNonNull(node.attempt), TIMEOUT));
        }
    }

    /// Whether a node failed because it waited for too long. As in Argo this is no failure of the step itself: `continueOn` does
    /// not cover it.
    static boolean tooLong(Node node) {
        return node.type == NodeType.POD
                && node.phase == NodePhase.FAILED
                && node.ranMicros == 0
                && node.message.equals(TIMEOUT);
    }
}
