package tiphys.engine.run;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.engine.AttemptId;
import tiphys.engine.StepOrder;
import tiphys.manifest.Value;

/// How a run stands: a window on its state, true until the run is told something. For the run's owner.
public final class RunView {
    private final RunState state;

    RunView(RunState state) {
        this.state = state;
    }

    /// Whether anything was recorded.
    public boolean known() {
        return !state.workflow.fields().isEmpty();
    }

    public String name() {
        return state.name;
    }

    public String namespace() {
        return state.namespace;
    }

    /// Pending, Running, Succeeded, Failed or Error; empty before anything is recorded.
    public String phase() {
        return known() ? state.phase.text() : "";
    }

    public String message() {
        return state.message;
    }

    public boolean ended() {
        return state.ended;
    }

    /// Whether the Workflow object is gone.
    public boolean gone() {
        return state.gone;
    }

    public boolean suspended() {
        return state.suspend;
    }

    /// `Stop`, `Terminate`, or empty.
    public String shutdown() {
        return state.shutdown.text();
    }

    public Optional<Instant> startedAt() {
        return state.startedMicros == 0 ? Optional.empty() : Optional.of(RunState.instant(state.startedMicros));
    }

    public Optional<Instant> finishedAt() {
        return state.finishedMicros == 0 ? Optional.empty() : Optional.of(RunState.instant(state.finishedMicros));
    }

    /// Leaves that are over, of all that began: `1/2`.
    public String progress() {
        return state.leavesDone + "/" + state.leaves;
    }

    public int nodes() {
        return state.nodes.size();
    }

    /// The values of `workflow.parameters`.
    public Map<String, String> parameters() {
        return state.parameters;
    }

    /// The Workflow object as it was seen first.
    public Value.Mapping workflow() {
        return state.workflow;
    }

    /// The WorkflowTemplate that it runs; empty if none.
    public String template() {
        return state.workflow.textAt("spec", "workflowTemplateRef", "name").orElse("");
    }

    /// One attempt at a node, for people.
    ///
    /// @param program what runs it; empty before it started
    public record AttemptView(
            AttemptId attempt, String nodeId, String podName, String image, String program, String state) {}

    /// The attempts of a node of that id, of which there is at most one here: a retry's tries are nodes of their own.
    public List<AttemptView> attempts(String nodeId) {
        var found = new ArrayList<AttemptView>();
        for (var node : state.nodes) {
            if (node.type == NodeType.POD
                    && node.attempt != null
                    && NodeNames.id(state.name, node.name).equals(nodeId)) {
                found.add(attempt(node));
            }
        }
        return found;
    }

    /// Every attempt of the run's present nodes.
    public List<AttemptView> attempts() {
        return state.nodes.stream()
                .filter(node -> node.type == NodeType.POD && node.attempt != null)
                .map(this::attempt)
                .toList();
    }

    private AttemptView attempt(Node node) {
        if (node.attempt == null) {
            throw new IllegalStateException(node.name + " has no attempt");
        }
        var phase = node.phase;
        var now =
                phase == NodePhase.PENDING
                        ? "waiting"
                        : phase == NodePhase.RUNNING
                                ? "running"
                                : node.message.startsWith("attempt lost")
                                        ? "lost"
                                        : node.cancelled != null ? "cancelled" : "exited";
        return new AttemptView(
                node.attempt,
                NodeNames.id(state.name, node.name),
                Orders.podName(state, node),
                image(node),
                node.program,
                now);
    }

    private String image(Node node) {
        StepOrder order = node.order;
        return order != null ? order.image() : state.plan(node).template().container().textAt("image").orElse("");
    }
}
