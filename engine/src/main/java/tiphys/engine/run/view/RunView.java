package tiphys.engine.run.view;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tiphys.engine.AttemptId;
import tiphys.engine.StepOrder;
import tiphys.engine.run.rules.DisplayNames;
import tiphys.engine.run.rules.LeafRules;
import tiphys.engine.run.rules.Orders;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.NodeNames;
import tiphys.engine.run.state.NodePhase;
import tiphys.engine.run.state.NodeType;
import tiphys.engine.run.state.Outputs;
import tiphys.engine.run.state.RunState;
import tiphys.language.EvaluationFailed;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.WorkflowSpec;

/// How a run stands: a window on its state, true until the run is told something. For the run's owner.
public final class RunView {
    private final RunState state;

    public RunView(RunState state) {
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
        return state.progress();
    }

    /// How many nodes there are.
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

    /// The WorkflowTemplate that it runs, `cluster/NAME` for a ClusterWorkflowTemplate; empty if none.
    public String template() {
        return new WorkflowSpec(state.workflow.mapAt("spec")).workflowTemplateRef().orElse("");
    }

    /// One attempt at a node, for people.
    ///
    /// @param program what runs it; empty before it started
    /// @param state `waiting`, `running`, `exited`, `lost` or `cancelled`
    public record AttemptView(
            AttemptId attempt,
            String nodeId,
            String podName,
            String image,
            String program,
            String state,
            Optional<Instant> startedAt,
            Optional<Instant> finishedAt,
            Optional<Integer> exitCode) {}

    /// A node, for people.
    ///
    /// @param boundary the id of the steps or dag node that it belongs to; empty for none
    /// @param children ids of what began because of it; what follows a steps or dag node is a child of that node
    /// @param podName empty if it runs no process
    public record NodeView(
            String id,
            String name,
            String displayName,
            NodeType type,
            String template,
            NodePhase phase,
            String message,
            Instant startedAt,
            Optional<Instant> finishedAt,
            String boundary,
            List<String> children,
            String podName,
            Map<String, String> inputs,
            Outputs outputs,
            List<AttemptView> attempts) {}

    /// Every node, in the order in which they began.
    public List<NodeView> tree() {
        var children = StatusJson.children(state, List::of);
        var views = new ArrayList<NodeView>(state.nodes.size());
        for (var node : state.nodes) {
            views.add(view(node, children.getOrDefault(node.index, List.of())));
        }
        return views;
    }

    private NodeView view(Node node, List<Integer> children) {
        return new NodeView(
                id(node),
                node.name,
                DisplayNames.of(state, node),
                node.type,
                node.template.substring(node.template.lastIndexOf('/') + 1),
                node.phase,
                node.message,
                RunState.instant(node.startedMicros),
                instant(node.finishedMicros),
                node.boundary < 0 ? "" : id(state.node(node.boundary)),
                children.stream().map(child -> id(state.node(child))).toList(),
                node.type == NodeType.POD ? Orders.podName(state, node) : "",
                node.inputs,
                node.outputs,
                attempts(node));
    }

    private String id(Node node) {
        return NodeNames.id(state.name, node.name);
    }

    private static Optional<Instant> instant(long micros) {
        return micros == 0 ? Optional.empty() : Optional.of(RunState.instant(micros));
    }

    /// The attempts at the node of that id, oldest first. More than one only if the run was retried: the tries of a retry
    /// strategy are nodes of their own.
    public List<AttemptView> attempts(String nodeId) {
        for (var node : state.nodes) {
            if (node.type.ordered() && id(node).equals(nodeId)) {
                return attempts(node);
            }
        }
        return List.of();
    }

    /// The last attempt at each of the run's nodes.
    public List<AttemptView> attempts() {
        return state.nodes.stream()
                .filter(node -> node.type.ordered() && node.attempt != null)
                .map(node -> attempts(node).getLast())
                .toList();
    }

    /// A step as a pod shows it.
    ///
    /// @param order what was ordered; once the attempt is over it is worked out again. Empty if that cannot be done any more
    public record PodView(
            AttemptView attempt, String nodeName, NodePhase phase, String message, Optional<StepOrder> order) {}

    /// The pods, of each node the last attempt's, that have such a name.
    public List<PodView> pods(Predicate<String> podName, int limit) {
        var pods = new ArrayList<PodView>();
        for (var node : state.nodes) {
            if (node.type == NodeType.POD
                    && node.attempt != null
                    && pods.size() < limit
                    && podName.test(Orders.podName(state, node))) {
                pods.add(
                        new PodView(
                                attempts(node).getLast(),
                                node.name,
                                node.phase,
                                node.message,
                                Optional.ofNullable(order(node))));
            }
        }
        return pods;
    }

    private @Nullable StepOrder order(Node node) {
        if (node.order != null) {
            return node.order;
        }
        try {
            return new Orders(state).order(node, RunState.instant(node.startedMicros));
        } catch (EvaluationFailed e) {
            return null;
        }
    }

    private List<AttemptView> attempts(Node node) {
        if (node.attempt == null) {
            return List.of();
        }
        var all = new ArrayList<AttemptView>(1);
        for (var earlier : state.earlier.getOrDefault(node.name, List.of())) {
            all.add(attempt(node, earlier, "exited", Optional.empty(), Optional.empty(), Optional.empty()));
        }
        all.add(
                attempt(
                        node,
                        node.attempt,
                        attemptState(node),
                        instant(node.ranMicros),
                        instant(node.finishedMicros),
                        node.outputs.exitCode().flatMap(RunView::number)));
        return all;
    }

    private AttemptView attempt(
            Node node,
            AttemptId id,
            String now,
            Optional<Instant> started,
            Optional<Instant> finished,
            Optional<Integer> exitCode) {
        return new AttemptView(
                id, id(node), Orders.podName(state, node), node.image, node.program, now, started, finished, exitCode);
    }

    private static String attemptState(Node node) {
        if (node.phase == NodePhase.PENDING) {
            return "waiting";
        }
        if (node.phase == NodePhase.RUNNING) {
            return "running";
        }
        if (node.message.startsWith(LeafRules.LOST)) {
            return "lost";
        }
        return node.cancelled != null ? "cancelled" : "exited";
    }

    private static Optional<Integer> number(String text) {
        try {
            return Optional.of(Integer.parseInt(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
