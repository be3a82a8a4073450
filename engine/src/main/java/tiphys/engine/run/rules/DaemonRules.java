package tiphys.engine.run.rules;

import java.util.ArrayList;
import java.util.Objects;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.NodeNames;
import tiphys.engine.run.state.NodePhase;
import tiphys.engine.run.state.NodeType;
import tiphys.engine.run.state.Outputs;
import tiphys.engine.run.state.RunFact;
import tiphys.engine.run.state.RunFact.Role;
import tiphys.engine.run.state.RunState;

/// Steps that go on beside those that follow them (Argo's 3.11). To its neighbours a daemon is settled as soon as it answers. It
/// is over when the steps or dag template is that it belongs to: its node then, its process some time later, which only the run's
/// end waits for. One that ends by itself has failed.
final class DaemonRules {
    private final Decider deciding;
    private final RunState state;

    DaemonRules(Decider deciding) {
        this.deciding = deciding;
        this.state = deciding.state;
    }

    /// A daemon answers: its neighbours look whether they go on.
    void ready(Node node, RunFact.StepReady fact) {
        var whole = node.role == Role.TRY ? state.node(node.parent) : node;
        var again = whole.settled;
        deciding.emit(fact);
        if (again || !whole.settled) {
            return; // it was tried again, and those who waited went on long ago; or it has hooks that are waited for
        }
        if (whole.role == Role.TOP) {
            finish(whole); // nobody is there whom it could serve
            deciding.later(() -> deciding.ends.topEnded(whole));
        } else {
            deciding.later(() -> deciding.ends.settled(whole));
        }
    }

    /// A steps or dag node is about to end: so do its daemons.
    void scopeEnds(Node scope) {
        for (int index : new ArrayList<>(state.daemonRetries)) {
            if (state.node(index).boundary == scope.index) {
                finish(state.node(index));
            }
        }
        for (int index : new ArrayList<>(state.daemons)) {
            var node = state.node(index);
            if (node.boundary == scope.index && !node.phase.fulfilled()) {
                finish(node);
            }
        }
    }

    /// Ends a daemon, or a retry and its last try, well.
    private void finish(Node node) {
        if (node.tries != null && !node.tries.isEmpty()) {
            finish(state.node(node.tries.getLast()));
        }
        abandon(node, NodePhase.SUCCEEDED, "", "its scope is over");
    }

    /// Ends a node before its process is over, which is ended then.
    private void abandon(Node node, NodePhase phase, String message, String why) {
        if (node.phase.fulfilled()) {
            return;
        }
        if (node.order != null && node.cancelled == null) {
            deciding.emit(new RunFact.CancelWanted(node.index, Objects.requireNonNull(node.attempt), why));
        }
        deciding.emit(new RunFact.NodeEnded(node.index, phase, message, Outputs.NONE, 0));
    }

    /// A daemon that answered is over by itself, or because everything is being ended.
    void over(Node node) {
        if (node.role == Role.TRY) {
            deciding.retries.tried(state.node(node.parent), node);
            return;
        }
        if (node.role != Role.CHILD || !node.phase.failedOrError() || !deciding.begin.mayGoOn()) {
            return;
        }
        var scope = state.node(node.boundary);
        var group = state.node(node.parent);
        if (!scope.phase.fulfilled() && scope.active == 0 && deciding.begin.failsFast(scope)) {
            deciding.ends.failFast(scope, node);
            return;
        }
        if (scope.type != NodeType.STEPS
                || scope.phase.fulfilled()
                || !group.phase.fulfilled()
                || !FlowRules.stops(node.phase, state.plan(scope).task(node.ordinal))) {
            return; // a dag goes on with what does not need it; a group that is not over sees it at its end
        }
        var why = "child '" + NodeNames.id(state.name, node.name) + "' failed";
        for (int i = state.nodes.size() - 1; i > group.index; i--) {
            var other = state.node(i);
            if (i != node.index && within(other, scope)) {
                var daemon = other.daemoned || (other.role == Role.TRY && state.node(other.parent).daemoned);
                abandon(other, daemon ? NodePhase.SUCCEEDED : NodePhase.FAILED, daemon ? "" : why, why);
            }
        }
        deciding.emit(new RunFact.NodeEnded(group.index, NodePhase.FAILED, why, Outputs.NONE, 0));
        deciding.ends.end(scope, NodePhase.FAILED, why, Outputs.NONE);
    }

    private boolean within(Node node, Node scope) {
        for (var one = node; one.boundary >= 0; one = state.node(one.boundary)) {
            if (one.boundary == scope.index) {
                return true;
            }
        }
        return false;
    }
}
