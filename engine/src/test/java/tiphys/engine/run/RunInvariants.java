package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.NodePhase;
import tiphys.engine.run.state.NodeType;
import tiphys.engine.run.state.RunFact.Role;
import tiphys.engine.run.state.RunState;
import tiphys.engine.run.state.Slots;

/// What must be true of a run's state after every command. The engine counts instead of looking; here everything is looked at
/// again, and must agree with what was counted.
final class RunInvariants {
    private final RunState state;
    private final Map<Integer, List<Node>> slotted = new HashMap<>();
    private final Map<Integer, List<Node>> hooks = new HashMap<>();

    private RunInvariants(RunState state) {
        this.state = state;
        for (var node : state.nodes) {
            if (inSlot(node)) {
                slotted.computeIfAbsent(node.boundary, _ -> new ArrayList<>()).add(node);
            }
            if (node.role == Role.HOOK) {
                hooks.computeIfAbsent(node.parent, _ -> new ArrayList<>()).add(node);
            }
        }
    }

    static void check(RunState state) {
        var all = new RunInvariants(state);
        all.indexes();
        all.progress();
        for (var node : state.nodes) {
            all.family(node);
            all.counters(node);
        }
    }

    private static boolean inSlot(Node node) {
        return node.role == Role.CHILD && node.type != NodeType.STEP_GROUP && node.type != NodeType.TASK_GROUP;
    }

    private static void equal(String what, Node node, Object counted, Object looked) {
        if (!counted.equals(looked)) {
            assertThat(counted).as("%s of %s", what, node.name).isEqualTo(looked);
        }
    }

    private void indexes() {
        var open = new TreeSet<Integer>();
        var suspended = new TreeSet<Integer>();
        int leaves = 0;
        int done = 0;
        for (var node : state.nodes) {
            if (node.order != null) {
                open.add(node.index);
            }
            if (node.type == NodeType.SUSPEND && node.phase == NodePhase.RUNNING) {
                suspended.add(node.index);
            }
            if (node.type.ordered()) {
                leaves++;
                done += node.phase.fulfilled() ? 1 : 0;
            }
        }
        assertThat(state.openPods).as("open pods").isEqualTo(open);
        assertThat(state.daemons)
                .as("daemons")
                .isEqualTo(new TreeSet<>(open.stream().filter(index -> !state.node(index).address.isEmpty()).toList()));
        for (var node : state.nodes) {
            assertThat(state.daemonRetries.contains(node.index))
                    .as("%s is a retry of a daemon", node.name)
                    .isEqualTo(node.type == NodeType.RETRY && node.daemoned);
        }
        assertThat(state.suspended).as("suspended nodes").isEqualTo(suspended);
        assertThat(state.leaves).as("leaves").isEqualTo(leaves);
        assertThat(state.leavesDone).as("leaves that are over").isEqualTo(done);
    }

    /// A run that goes on waits for something that will come; one that is over for nothing.
    private void progress() {
        long wakeup = state.deadlineMicros > 0 && !state.deadlinePassed ? state.deadlineMicros : Long.MAX_VALUE;
        var waits = false;
        for (var node : state.nodes) {
            if (node.waitsUntilMicros > 0 && !node.phase.fulfilled()) {
                waits = true;
                wakeup = Math.min(wakeup, node.waitsUntilMicros);
            }
        }
        if (state.ended) {
            assertThat(state.nextTimer()).as("wakeup of a run that is over").isEmpty();
            assertThat(state.openPods).as("orders of a run that is over").isEmpty();
            assertThat(state.locked).as("locks of a run that is over").isEmpty();
            assertThat(state.locks).as("locks of a run that is over").isNull();
            assertThat(state.nodes).as("nodes of a run that is over").allMatch(node -> node.phase.fulfilled());
            return;
        }
        assertThat(state.nextTimer().map(RunState::micros).orElse(Long.MAX_VALUE)).as("wakeup").isEqualTo(wakeup);
        if (state.started && !state.suspend) {
            assertThat(
                            waits
                                    || !state.openPods.isEmpty()
                                    || !state.suspended.isEmpty()
                                    || !state.locking.isEmpty()
                                    || !state.asking.isEmpty()
                                    || state.waitsForLocks(-1))
                    .as("the run waits for something")
                    .isTrue();
        }
        for (long key : state.queue) {
            var owner = state.node((int) (key >> 32));
            assertThat(owner.phase.fulfilled()).as("%s is over and has something in the queue", owner.name).isFalse();
        }
    }

    private void family(Node node) {
        var own = hooks.getOrDefault(node.index, List.of());
        equal("hooks under way", node, node.hooksOpen, (int) own.stream().filter(hook -> !hook.settled).count());
        equal(
                "settled",
                node,
                node.settled,
                (!node.address.isEmpty() || node.phase.fulfilled()) && own.stream().allMatch(hook -> hook.settled));
        assertThat(own.stream().map(hook -> hook.name).distinct()).as("hooks of %s", node.name).hasSize(own.size());
        if (!node.phase.fulfilled()) {
            if (node.parent >= 0
                    && node.address.isEmpty()
                    && (node.role != Role.HOOK || node.name.endsWith(".onExit"))) {
                equal("parent is over", node, state.node(node.parent).phase.fulfilled(), node.role == Role.HOOK);
            }
            if (node.boundary >= 0) {
                equal("body is over", node, state.node(node.boundary).phase.fulfilled(), false);
            }
        }
    }

    private void counters(Node node) {
        if (node.type == NodeType.STEPS || node.type == NodeType.DAG) {
            var children = slotted.getOrDefault(node.index, List.of());
            equal("children under way", node, node.active, (int) children.stream().filter(one -> !one.settled).count());
            equal(
                    "children that failed",
                    node,
                    node.failures,
                    (int) children.stream().filter(one -> one.phase.failedOrError()).count());
            var limit = state.plan(node).template().parallelism();
            long busy = children.stream().filter(one -> !one.phase.fulfilled() && one.address.isEmpty()).count();
            assertThat(busy).as("parallelism of %s", node.name).isLessThanOrEqualTo(limit.orElse(Long.MAX_VALUE));
            for (int ordinal = 0; ordinal < state.plan(node).tasks().size(); ordinal++) {
                int which = ordinal;
                slot(node, ordinal, children.stream().filter(one -> one.ordinal == which).toList());
            }
        }
        if (node.type == NodeType.DAG) {
            dag(node);
        }
        if (node.type == NodeType.TASK_GROUP || node.type == NodeType.STEP_GROUP) {
            group(node);
        }
    }

    private Slots.Slot slotOf(Node owner, int ordinal) {
        return state.slot(owner.index, ordinal);
    }

    private void slot(Node owner, int ordinal, List<Node> children) {
        var slot = slotOf(owner, ordinal);
        equal("next of slot " + ordinal, owner, slot.next, children.size());
        equal("open of slot " + ordinal, owner, slot.open, (int) children.stream().filter(one -> !one.settled).count());
        equal(
                "children of slot " + ordinal,
                owner,
                Arrays.stream(slot.children, 0, slot.childCount).boxed().toList(),
                children.stream().map(one -> one.index).toList());
        if (slot.items == null) {
            equal("node of slot " + ordinal, owner, slot.node, children.isEmpty() ? -1 : children.getFirst().index);
        }
    }

    private boolean taskSettled(Node dag, int ordinal) {
        return state.nodes.stream()
                .anyMatch(one ->
                        one.parent == dag.index
                                && one.boundary == dag.index
                                && one.role == Role.CHILD
                                && one.ordinal == ordinal
                                && one.settled);
    }

    private void dag(Node dag) {
        var plan = state.plan(dag);
        int open = 0;
        for (int ordinal = 0; ordinal < plan.tasks().size(); ordinal++) {
            var settled = taskSettled(dag, ordinal);
            open += settled ? 0 : 1;
            equal("settled of slot " + ordinal, dag, slotOf(dag, ordinal).settled, settled);
            int waiting = 0;
            for (var name : plan.depends(ordinal).tasks()) {
                waiting += taskSettled(dag, plan.ordinal(name)) ? 0 : 1;
            }
            if (dag.slots == null) {
                throw new AssertionError(dag.name + " has no slots");
            }
            equal("waiting of task " + ordinal, dag, dag.slots.waiting[ordinal], waiting);
        }
        equal("open tasks", dag, dag.open, open);
    }

    private void group(Node group) {
        int open = 0;
        if (group.type == NodeType.TASK_GROUP) {
            var slot = slotOf(state.node(group.boundary), group.ordinal);
            open = slot.items == null ? 0 : slot.items.size();
            for (var child : slotted.getOrDefault(group.boundary, List.of())) {
                open -= child.parent == group.index && child.settled ? 1 : 0;
            }
        } else {
            var plan = state.plan(state.node(group.parent));
            int start = plan.groupStart(group.item);
            for (int ordinal = start; ordinal < start + plan.groupSize(group.item); ordinal++) {
                var slot = slotOf(state.node(group.parent), ordinal);
                var over = slot.exhausted() && slot.open == 0;
                equal("settled of step " + ordinal, group, slot.settled, over);
                open += over ? 0 : 1;
            }
        }
        equal("open children", group, group.open, open);
    }
}
