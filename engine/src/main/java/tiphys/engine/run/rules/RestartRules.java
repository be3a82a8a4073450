package tiphys.engine.run.rules;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.NodeType;
import tiphys.engine.run.state.RetainedOutputs;
import tiphys.engine.run.state.RunFact.Again;
import tiphys.engine.run.state.RunFact.Role;
import tiphys.engine.run.state.RunState;

/// What runs once more when a run that is over is retried (Argo's `FormulateRetryWorkflow`). A process that failed runs again,
/// and with it everything that came after it; but not one whose failure something that succeeded came after: it was handled.
/// Everything else keeps how it ended.
///
/// What comes after a node: the hooks of it, in a dag the tasks that depend on its task, in steps the groups behind its own,
/// and what comes after the steps or dag node that it is in.
public final class RestartRules {
    private final RunState state;

    /// The nodes directly within a steps or dag node, by the ordinal of their step or task.
    private final Map<Long, List<Node>> bySlot = new HashMap<>();

    private final Map<Integer, Set<Integer>> slotsOf = new HashMap<>();
    private final Map<Integer, List<Node>> hooksOf = new HashMap<>();
    private final Map<Long, Boolean> handled = new HashMap<>();
    private final Set<Long> marked = new HashSet<>();
    private final Set<Integer> again = new LinkedHashSet<>();

    RestartRules(RunState state) {
        this.state = state;
        for (var node : state.nodes) {
            if (node.role == Role.HOOK && node.parent >= 0) {
                hooksOf.computeIfAbsent(node.parent, _ -> new ArrayList<>()).add(node);
            } else if (node.boundary >= 0 && node.ordinal >= 0) {
                bySlot.computeIfAbsent(slot(node), _ -> new ArrayList<>()).add(node);
                slotsOf.computeIfAbsent(node.boundary, _ -> new LinkedHashSet<>()).add(node.ordinal);
            }
        }
    }

    private static long slot(Node node) {
        return RunState.slotKey(node.boundary, node.ordinal);
    }

    /// What is to run again.
    ///
    /// @param selector of nodes that run again though they succeeded; empty for none
    /// @param parameters other values of `workflow.parameters`; with any, the groups that something runs again in run as a whole
    Again again(String selector, Map<String, String> parameters) {
        var selected = new HashSet<Integer>();
        for (var node : state.nodes) {
            if (!selector.isBlank() && NodeSelector.matches(selector, state, node)) {
                selected.add(node.role == Role.PART ? node.parent : node.index); // containers run with their pod
            }
        }
        for (int index : selected) {
            mark(state.node(index), !parameters.isEmpty());
        }
        for (var node : state.nodes) {
            if (node.phase.failedOrError()
                    && node.type.ordered()
                    && !again.contains(node.index)
                    && !handled(node, selected)) {
                mark(node, !parameters.isEmpty());
            }
        }
        var names = new LinkedHashSet<String>();
        again.forEach(index -> names.add(state.node(index).name));
        return new Again(List.copyOf(names), new LinkedHashMap<>(parameters));
    }

    /// Whether something that succeeded came after a node.
    private boolean handled(Node node, Set<Integer> selected) {
        if (tries(node).stream().anyMatch(one -> succeeded(one, selected))) {
            return true;
        }
        return handledAfter(node, selected);
    }

    /// The tries of which a node is one.
    private List<Node> tries(Node node) {
        var tries = node.role == Role.TRY ? state.node(node.parent).tries : null;
        return tries == null ? List.of() : tries.stream().map(state::node).toList();
    }

    private boolean handledAfter(Node node, Set<Integer> selected) {
        if (hook(node) || node.boundary < 0 || node.ordinal < 0) {
            return false;
        }
        var known = handled.get(slot(node));
        if (known == null) {
            var owner = state.node(node.boundary);
            known =
                    after(owner, node.ordinal).stream()
                                    .flatMap(ordinal -> within(owner, ordinal).stream())
                                    .anyMatch(one -> succeeded(one, selected))
                            || handledAfter(owner, selected);
            handled.put(slot(node), known);
        }
        return known;
    }

    private static boolean succeeded(Node node, Set<Integer> selected) {
        return node.phase == tiphys.engine.run.state.NodePhase.SUCCEEDED && !selected.contains(node.index);
    }

    /// The steps or tasks that come after one.
    private Set<Integer> after(Node owner, int ordinal) {
        var plan = state.plan(owner);
        var found = new LinkedHashSet<Integer>();
        if (owner.type == NodeType.DAG) {
            var open = new ArrayDeque<Integer>(List.of(ordinal));
            while (!open.isEmpty()) {
                for (int dependent : plan.dependents(open.remove())) {
                    if (found.add(dependent)) {
                        open.add(dependent);
                    }
                }
            }
            return found;
        }
        int group = 0;
        while (group + 1 < plan.groups() && plan.groupStart(group + 1) <= ordinal) {
            group++;
        }
        for (int i = plan.groupStart(group) + plan.groupSize(group); i < plan.tasks().size(); i++) {
            found.add(i);
        }
        return found;
    }

    /// The nodes of a step or task, and all that is in them, without hooks.
    private List<Node> within(Node owner, int ordinal) {
        var all = new ArrayList<Node>();
        var open = new ArrayDeque<>(bySlot.getOrDefault(RunState.slotKey(owner.index, ordinal), List.of()));
        while (!open.isEmpty()) {
            var node = open.remove();
            all.add(node);
            inside(node).forEach(open::add);
        }
        return all;
    }

    private List<Node> inside(Node node) {
        var all = new ArrayList<Node>();
        for (int ordinal : slotsOf.getOrDefault(node.index, Set.of())) {
            all.addAll(bySlot.getOrDefault(RunState.slotKey(node.index, ordinal), List.of()));
        }
        return all;
    }

    /// Has a node run again, with all that is in it and all that came after it.
    private void mark(Node node, boolean wholeGroups) {
        add(node);
        tries(node).forEach(this::add); // they begin anew from the first
        var one = node;
        while (!hook(one) && one.boundary >= 0 && one.ordinal >= 0 && marked.add(slot(one))) {
            var owner = state.node(one.boundary);
            for (int ordinal : after(owner, one.ordinal)) {
                within(owner, ordinal).forEach(this::add);
            }
            if (wholeGroups) {
                group(owner, one).forEach(ordinal -> within(owner, ordinal).forEach(this::add));
            }
            one = owner;
        }
    }

    /// Whether a node is a hook, or a try of one: nothing comes after it.
    private boolean hook(Node node) {
        return node.role == Role.HOOK || (node.role == Role.TRY && state.node(node.parent).role == Role.HOOK);
    }

    /// The steps that stand in one group with a node, or the task whose loop it is of.
    private List<Integer> group(Node owner, Node node) {
        var plan = state.plan(owner);
        if (owner.type == NodeType.DAG) {
            return plan.task(node.ordinal).loops() ? List.of(node.ordinal) : List.of();
        }
        var all = new ArrayList<Integer>();
        for (int group = 0; group < plan.groups(); group++) {
            int start = plan.groupStart(group);
            if (node.ordinal >= start && node.ordinal < start + plan.groupSize(group)) {
                for (int i = 0; i < plan.groupSize(group); i++) {
                    all.add(start + i);
                }
            }
        }
        return all;
    }

    private void add(Node node) {
        var open = new ArrayDeque<>(List.of(node));
        while (!open.isEmpty()) {
            var one = open.remove();
            if (again.add(one.index)) {
                inside(one).forEach(open::add);
                open.addAll(hooksOf.getOrDefault(one.index, List.of()));
            }
        }
    }

    /// What need not run again in another run that is made of this one, as if it were retried.
    ///
    /// @param parameters other values of `workflow.parameters`
    public static Map<String, RetainedOutputs> retained(RunState state, Map<String, String> parameters) {
        return state.started
                ? state.retained(Set.copyOf(new RestartRules(state).again("", parameters).nodes()))
                : Map.of();
    }

    /// Why a run cannot be retried; empty if it can.
    static Optional<String> refusal(RunState state, boolean restartSuccessful, String selector) {
        if (!state.ended) {
            return Optional.of("Cannot retry a workflow in phase " + state.phase.text());
        }
        if (!state.phase.failedOrError() && (!restartSuccessful || selector.isBlank())) {
            return Optional.of(
                    "To retry a succeeded workflow, set the options restartSuccessful and nodeFieldSelector");
        }
        if (!state.started) {
            return Optional.of("Cannot retry a workflow that never started: " + state.message);
        }
        return state.gone ? Optional.of("workflows.argoproj.io \"" + state.name + "\" not found") : Optional.empty();
    }
}
