package tiphys.engine.run.view;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.NodeType;
import tiphys.engine.run.state.RunState;
import tiphys.engine.run.state.Slots;

/// By which nodes' ends a node ends: what follows it is their child (Argo's `getOutboundNodes`). A process ends by itself,
/// a steps node by the last group that began, a dag by its targets, a loop by its items, a retry by its last try.
/// Worked out once for each node; for one look at a state that does not change meanwhile.
final class Outbound {
    private final RunState state;
    private final Map<Integer, List<Integer>> known = new HashMap<>();

    Outbound(RunState state) {
        this.state = state;
    }

    /// The last nodes within a node, or the node itself.
    List<Integer> of(int index) {
        var before = known.get(index);
        if (before != null) {
            return before;
        }
        var node = state.node(index);
        if (node.memo != null && node.memo.hit()) {
            return node.type == NodeType.RETRY ? List.of() : List.of(index); // nothing is within it
        }
        var within =
                switch (node.type) {
                    case POD -> ContainerTree.last(state, node);
                    case CONTAINER, HTTP, PLUGIN, SUSPEND, SKIPPED, STEP_GROUP -> List.<Integer>of();
                    case RETRY ->
                            node.tries == null || node.tries.isEmpty()
                                    ? List.<Integer>of()
                                    : List.of(node.tries.getLast());
                    case TASK_GROUP -> ofItems(state.slot(node));
                    case STEPS -> node.slots == null ? List.<Integer>of() : ofLastGroup(node);
                    case DAG -> node.slots == null ? List.<Integer>of() : ofLastTasks(node);
                };
        var empty = within.isEmpty() && node.type != NodeType.STEPS && node.type != NodeType.DAG;
        var ends = empty ? List.of(index) : within;
        known.put(index, ends);
        return ends;
    }

    private List<Integer> ofItems(Slots.Slot slot) {
        var ends = new ArrayList<Integer>();
        for (int i = 0; i < slot.childCount; i++) {
            ends.addAll(of(slot.children[i]));
        }
        return ends;
    }

    private List<Integer> ofLastGroup(Node steps) {
        return steps.group < 0 ? List.of() : StatusJson.lastOf(state, steps, steps.group, this::of);
    }

    private List<Integer> ofLastTasks(Node dag) {
        var plan = state.plan(dag);
        var ends = new ArrayList<Integer>();
        for (int ordinal = 0; ordinal < plan.tasks().size(); ordinal++) {
            int task = state.slot(dag.index, ordinal).node;
            if (task >= 0 && plan.target(dag.targets, ordinal)) {
                ends.addAll(of(task));
            }
        }
        return ends;
    }
}
