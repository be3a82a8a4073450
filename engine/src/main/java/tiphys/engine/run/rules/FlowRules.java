package tiphys.engine.run.rules;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tiphys.engine.run.rules.BeginRules.Place;
import tiphys.engine.run.state.Library;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.NodeNames;
import tiphys.engine.run.state.NodePhase;
import tiphys.engine.run.state.NodeType;
import tiphys.engine.run.state.Outputs;
import tiphys.engine.run.state.Plan;
import tiphys.engine.run.state.RunFact;
import tiphys.engine.run.state.RunFact.Role;
import tiphys.engine.run.state.RunFact.Shutdown;
import tiphys.engine.run.state.RunState;
import tiphys.engine.run.state.Slots;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.depends.Depends;
import tiphys.language.govaluate.Govaluate;
import tiphys.language.tags.Tags;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Task;

/// How steps follow one another: groups, dependencies, conditions, loops (Argo's 3.1 to 3.4).
public final class FlowRules {
    private final Decider deciding;
    private final RunState state;

    FlowRules(Decider deciding) {
        this.deciding = deciding;
        this.state = deciding.state;
    }

    /// Begins the tasks of a dag that wait for nothing.
    void beginDag(int dag) {
        var node = state.node(dag);
        if (node.phase.fulfilled()) {
            return; // a hook of it could not be worked out
        }
        var plan = state.plan(node);
        for (int i = 0; i < plan.tasks().size(); i++) {
            if (wanted(node, i) && plan.needs(i) == 0) {
                task(node, i, "it waits for no other task");
            }
        }
        deciding.later(() -> checkDag(state.node(dag)));
    }

    private static boolean wanted(Node dag, int ordinal) {
        return dag.slots != null && dag.slots.wanted[ordinal];
    }

    /// Begins a group of steps. All of them are looked at first: if a condition, a tag or a loop of one cannot be worked out,
    /// none of them begins.
    void beginGroup(int steps, int group) {
        var node = state.node(steps);
        if (node.phase.fulfilled()) {
            return;
        }
        var plan = state.plan(node);
        if (group >= plan.groups()) {
            deciding.ends.endBody(node);
            return;
        }
        int index =
                deciding.begin.begin(
                        new Place(node.name + "[" + group + "]", steps, steps, -1, group, Role.CHILD),
                        NodeType.STEP_GROUP,
                        "",
                        BeginRules.Inputs.NONE,
                        "");
        int start = plan.groupStart(group);
        var looks = new ArrayList<Look>();
        try {
            for (int i = 0; i < plan.groupSize(group); i++) {
                looks.add(condition(node, start + i));
            }
        } catch (EvaluationFailed e) {
            var why = "failed to resolve references: " + e.getMessage();
            deciding.ends.end(state.node(index), NodePhase.ERROR, why, Outputs.NONE);
            return;
        }
        try {
            looks.replaceAll(look -> expanded(node, look));
        } catch (EvaluationFailed e) {
            deciding.ends.end(state.node(index), NodePhase.ERROR, e.getMessage(), Outputs.NONE);
            return;
        }
        for (var look : looks) {
            if (state.node(index).broken >= 0) {
                break;
            }
            slot(node, index, look, group == 0 ? "" : "the group before it is over");
        }
        deciding.later(() -> checkGroup(state.node(index)));
    }

    private Place place(int boundary, int parent, int ordinal, int item, String suffix) {
        var owner = state.node(boundary);
        var task = state.plan(owner).task(ordinal);
        var base = owner.type == NodeType.DAG ? owner.name : state.node(parent).name;
        return new Place(base + "." + task.name() + suffix, boundary, parent, ordinal, item, Role.CHILD);
    }

    /// What a step or task comes to before it begins.
    ///
    /// @param holds whether its condition lets it run; one that reads an item is looked at for each item
    /// @param sentence what its condition came to, for people; may be empty
    /// @param items of a loop; null if it is none
    private record Look(int ordinal, boolean holds, String sentence, @Nullable List<Value> items) {}

    /// Looks at a step's condition, and at its tags if it is to run.
    ///
    /// @throws EvaluationFailed if one of them cannot be worked out
    private Look condition(Node owner, int ordinal) {
        var task = state.plan(owner).task(ordinal);
        var sentence = "";
        if (!Loops.readsItem(task.when()) && !task.when().isBlank()) {
            var text = conditionText(task, owner, owner.index);
            try {
                var when = new When(text, Govaluate.when(text, Budget.standard()));
                if (!when.holds()) {
                    return new Look(ordinal, false, when.sentence(), null);
                }
                sentence = when.sentence();
            } catch (EvaluationFailed e) {
                if (!task.loops()) {
                    throw e;
                } // each item fails by itself
            }
        }
        resolved(owner, owner.index, ordinal);
        return new Look(ordinal, true, sentence, null);
    }

    /// The same with the items of its loop.
    ///
    /// @throws EvaluationFailed if they cannot be worked out
    private Look expanded(Node owner, Look look) {
        if (!state.plan(owner).task(look.ordinal()).loops()) {
            return look;
        }
        if (!look.holds()) {
            return new Look(
                    look.ordinal(),
                    false,
                    look.sentence(),
                    Loops.skipped(state.plan(owner).task(look.ordinal()), scope(owner)));
        }
        var task = resolved(owner, owner.index, look.ordinal());
        var items = Loops.items(task);
        Loops.check(task, items, scope(owner));
        return new Look(look.ordinal(), true, look.sentence(), items);
    }

    private RunScope scope(Node owner) {
        return new RunScope(state, owner.inputs, owner.index);
    }

    /// Begins a task of a dag.
    ///
    /// @param because what lets it begin, for people
    private void task(Node dag, int ordinal, String because) {
        Look look;
        var flaw = flawBefore(dag, ordinal);
        if (flaw.isPresent()) {
            deciding.begin.failed(place(dag.index, dag.index, ordinal, -1, ""), flaw.get());
            return;
        }
        try {
            look = expanded(dag, condition(dag, ordinal));
        } catch (EvaluationFailed e) {
            deciding.begin.failed(place(dag.index, dag.index, ordinal, -1, ""), e.getMessage());
            return;
        }
        slot(dag, dag.index, look, because);
    }

    /// Begins a step or task that was looked at: its loop, its children.
    private void slot(Node owner, int parent, Look look, String because) {
        int ordinal = look.ordinal();
        var alone = place(owner.index, parent, ordinal, -1, "");
        var items = look.items();
        if (!look.holds() && items == null) {
            deciding.begin.notRun(alone, NodePhase.SKIPPED, look.sentence());
            return;
        }
        var why = BeginRules.because(List.of(because, look.sentence()));
        if (items == null) {
            fill(owner.index, parent, ordinal, why);
            return;
        }
        if (items.isEmpty()) {
            deciding.begin.notRun(alone, NodePhase.SKIPPED, "Skipped, empty params");
            return;
        }
        deciding.emit(new RunFact.Expanded(owner.index, ordinal, items));
        if (owner.type == NodeType.DAG) {
            int group = deciding.begin.begin(alone, NodeType.TASK_GROUP, "", BeginRules.Inputs.NONE, why);
            if (!state.node(group).phase.fulfilled()) {
                fill(owner.index, group, ordinal, "");
            }
        } else {
            fill(owner.index, parent, ordinal, why);
        }
    }

    /// What a condition came to.
    ///
    /// @param text with the values in the place of its tags
    private record When(String text, boolean holds) {
        String sentence() {
            return "when '" + text + "' evaluated " + holds;
        }
    }

    private String conditionText(Task task, Node owner, int boundary) {
        return Tags.replaceStrictly(
                        Value.object("when", task.when()),
                        new RunScope(state, owner.inputs, boundary),
                        java.util.Set.of(BeginRules.prefix(owner)),
                        Budget.standard())
                .textAt("when")
                .orElse("");
    }

    private When when(Task task, Node owner, int boundary) {
        var text = conditionText(task, owner, boundary);
        return new When(text, Govaluate.when(text, Budget.standard()));
    }

    private Task resolved(Node owner, int boundary, int ordinal) {
        return state.slot(boundary, ordinal)
                .resolved(() ->
                        Substitution.resolve(
                                state.plan(owner).task(ordinal),
                                new RunScope(state, owner.inputs, boundary),
                                Budget.standard()));
    }

    /// Begins as many children of a slot as may begin; the rest is queued.
    ///
    /// @param parent the group that the children report to
    /// @param why for the first child, for people
    private void fill(int boundary, int parent, int ordinal, String why) {
        var owner = state.node(boundary);
        var plan = state.plan(owner);
        var task = plan.task(ordinal);
        var key = Library.keyOf(task, owner.template);
        var slot = state.slot(boundary, ordinal);
        var first = why;
        while (!slot.exhausted()) {
            if (state.node(parent).broken >= 0) {
                return;
            }
            if (givesUp(owner, slot) || !deciding.begin.mayBegin(boundary)) {
                if (deciding.begin.mayGoOn() && !state.queue.contains(RunState.slotKey(boundary, ordinal))) {
                    deciding.emit(new RunFact.Queued(boundary, ordinal, deciding.begin.limit(boundary)));
                }
                return;
            }
            child(owner, parent, ordinal, key, slot, first);
            first = "";
        }
    }

    /// The key of a template whose name has tags.
    private static String dynamic(Task task, Task named, Node owner) {
        return Library.keyOf(task.templateRef().isPresent() ? task : named, owner.template);
    }

    /// Whether the rest of a loop does not begin because the run is being ended, or its deadline has passed: its items would only fail one by one.
    private boolean givesUp(Node owner, Slots.Slot slot) {
        return (state.deadlinePassed || state.shutdown != Shutdown.NONE)
                && slot.items != null
                && slot.items.size() - slot.next > BeginRules.WINDOW
                && !state.exempt(owner);
    }

    private Task ofItem(String when, Value item, Node owner) {
        var condition = new Task(Value.object("when", when));
        return Loops.readsItem(when) ? Loops.withItem(condition, item, scope(owner), Budget.standard()) : condition;
    }

    private void child(Node owner, int parent, int ordinal, String key, Slots.Slot slot, String because) {
        int item = slot.items == null ? -1 : slot.next;
        var suffix = "";
        var why = because;
        try {
            var value = slot.items == null ? Value.nothing() : slot.items.get(item);
            if (slot.items != null) {
                suffix = Loops.name("", item, value);
                var when = state.plan(owner).task(ordinal).when();
                if (!when.isBlank()) {
                    var decided = when(ofItem(when, value, owner), owner, owner.index);
                    if (!decided.holds()) {
                        deciding.begin.notRun(
                                place(owner.index, parent, ordinal, item, suffix),
                                NodePhase.SKIPPED,
                                decided.sentence());
                        return;
                    }
                    why = Loops.readsItem(when) ? BeginRules.because(List.of(because, decided.sentence())) : because;
                }
            }
            var task = resolved(owner, owner.index, ordinal);
            var named = task; // by which template an item cannot change, as in Argo, unless it is another object's
            if (slot.items != null) {
                task = Loops.withItem(task, value, scope(owner), Budget.standard());
            }
            deciding.begin.template(
                    place(owner.index, parent, ordinal, item, suffix),
                    key.contains("{{") ? dynamic(task, named, owner) : key,
                    Substitution.given(task),
                    ArtifactRules.given(task),
                    why);
        } catch (EvaluationFailed e) {
            deciding.begin.failed(place(owner.index, parent, ordinal, item, suffix), e.getMessage());
        }
    }

    /// Lets begin what waited for room.
    ///
    /// @return whether anything began
    boolean drainQueue() {
        if (state.queue.isEmpty() || !state.started || state.ended || deciding.begin.full()) {
            return false;
        }
        int before = state.nodes.size();
        for (long key : List.copyOf(firstOf())) {
            if (deciding.begin.full()) {
                break;
            }
            int owner = (int) (key >> 32);
            int ordinal = (int) key;
            if (ordinal == -1) {
                deciding.begin.go(state.node(owner));
            } else {
                var group = groupOf(owner, ordinal);
                fill(owner, group, ordinal, "there is room for it now");
            }
        }
        return state.nodes.size() > before;
    }

    /// The first of the queue, so that a long queue costs no more than a short one.
    private List<Long> firstOf() {
        var first = new ArrayList<Long>();
        for (var key : state.queue) {
            first.add(key);
            if (first.size() >= 512) {
                break;
            }
        }
        return first;
    }

    private int groupOf(int boundary, int ordinal) {
        var owner = state.node(boundary);
        if (owner.type == NodeType.DAG) {
            var slot = state.slot(boundary, ordinal);
            return slot.items == null ? boundary : slot.node;
        }
        return owner.groupNode;
    }

    /// A child is settled: its neighbours look whether they go on.
    void settled(Node node) {
        if (!deciding.begin.mayGoOn()) {
            return;
        }
        if (node.boundary >= 0) {
            var owner = state.node(node.boundary);
            if (owner.phase.fulfilled()) {
                return;
            }
            if (owner.active == 0 && deciding.begin.failsFast(owner)) {
                deciding.ends.failFast(owner, node);
                return;
            }
        }
        var parent = state.node(node.parent);
        switch (parent.type) {
            case STEPS -> {
                if (node.phase.failedOrError()) {
                    deciding.ends.end(parent, NodePhase.FAILED, node.message, Outputs.NONE);
                } else {
                    nextGroup(parent, node.item);
                }
            }
            case STEP_GROUP -> {
                refill(node);
                checkGroup(parent);
            }
            case TASK_GROUP -> {
                refill(node);
                checkTaskGroup(parent);
            }
            case DAG -> {
                for (var dependent : state.plan(parent).dependents(node.ordinal)) {
                    if (parent.slots != null
                            && parent.slots.waiting[dependent] == 0
                            && wanted(parent, dependent)
                            && !looked(parent, dependent)) {
                        beginDependent(parent, dependent);
                    }
                }
                checkDag(parent);
            }
            case POD, CONTAINER, HTTP, PLUGIN, RETRY, SKIPPED, SUSPEND ->
                    throw new IllegalStateException(
                            node.name + " of run " + state.uid + " reports to a " + parent.type);
        }
    }

    /// Begins the group behind one that went well, unless the results of a loop in it cannot be put together.
    private void nextGroup(Node steps, int group) {
        var flaw = Loops.flaw(state, steps, group);
        if (flaw.isPresent()) {
            var why = deciding.begin.startError(steps, new EvaluationFailed(flaw.get()));
            deciding.ends.end(steps, NodePhase.ERROR, why, Outputs.NONE);
        } else {
            beginGroup(steps.index, group + 1);
        }
    }

    /// Why what a task needs cannot be put together: the results of a loop that it waits for, be it through others.
    private Optional<String> flawBefore(Node dag, int ordinal) {
        var plan = state.plan(dag);
        if (!plan.hasLoops()) {
            return Optional.empty();
        }
        var seen = new HashSet<String>();
        var open = new ArrayDeque<>(plan.depends(ordinal).tasks());
        while (!open.isEmpty()) {
            var name = open.poll();
            int before = plan.ordinal(name);
            if (before < 0 || !seen.add(name)) {
                continue;
            }
            var flaw = Loops.flaw(state, state.slot(dag.index, before));
            if (flaw.isPresent()) {
                return flaw;
            }
            open.addAll(plan.depends(before).tasks());
        }
        return Optional.empty();
    }

    /// Whether a task was looked at already: several that it waited for may have settled at once.
    private boolean looked(Node dag, int ordinal) {
        return state.slot(dag.index, ordinal).touched() || state.queue.contains(RunState.slotKey(dag.index, ordinal));
    }

    private void refill(Node node) {
        var slot = state.slot(node);
        if (slot.items != null
                && !slot.exhausted()
                && !state.queue.contains(RunState.slotKey(node.boundary, node.ordinal))) {
            fill(node.boundary, node.parent, node.ordinal, "");
        }
    }

    private void beginDependent(Node dag, int ordinal) {
        var plan = state.plan(dag);
        if (plan.depends(ordinal).holds((name, result) -> is(dag, name, result), name -> bare(dag, name))) {
            task(dag, ordinal, after(dag, ordinal));
        } else {
            deciding.begin.notRun(
                    place(dag.index, dag.index, ordinal, -1, ""),
                    NodePhase.OMITTED,
                    "omitted: depends condition not met");
        }
    }

    /// What a task waited for and how it ended, for people.
    private String after(Node dag, int ordinal) {
        var plan = state.plan(dag);
        var ended = new ArrayList<String>();
        for (var name : plan.depends(ordinal).tasks()) {
            int before = plan.ordinal(name);
            if (before >= 0) {
                ended.add(name + " " + phaseOf(dag, before).text());
            }
        }
        var text = plan.task(ordinal).depends();
        var all = "it waited for " + String.join(", ", ended);
        return text.isBlank() ? all : all + ", and its depends '" + text + "' holds";
    }

    private boolean bare(Node dag, String name) {
        var plan = state.plan(dag);
        int ordinal = plan.ordinal(name);
        if (ordinal < 0) {
            return false;
        }
        var task = plan.task(ordinal);
        return switch (phaseOf(dag, ordinal)) {
            case SUCCEEDED, SKIPPED -> true;
            case FAILED -> task.continuesOnFailed();
            case ERROR -> task.continuesOnError();
            case PENDING, RUNNING, OMITTED -> daemoned(dag, ordinal);
        };
    }

    /// Whether a task is a daemon that answers.
    private boolean daemoned(Node dag, int ordinal) {
        var slot = state.slot(dag.index, ordinal);
        return slot.node >= 0 && state.node(slot.node).daemoned;
    }

    private boolean is(Node dag, String name, Depends.Result result) {
        int ordinal = state.plan(dag).ordinal(name);
        if (ordinal < 0) {
            return false;
        }
        var phase = phaseOf(dag, ordinal);
        return switch (result) {
            case SUCCEEDED -> phase == NodePhase.SUCCEEDED;
            case FAILED -> phase == NodePhase.FAILED;
            case ERRORED -> phase == NodePhase.ERROR;
            case SKIPPED -> phase == NodePhase.SKIPPED;
            case OMITTED -> phase == NodePhase.OMITTED;
            case DAEMONED -> daemoned(dag, ordinal);
            case ANY_SUCCEEDED -> phases(dag, ordinal).contains(NodePhase.SUCCEEDED);
            case ALL_FAILED -> {
                var all = phases(dag, ordinal);
                yield !all.isEmpty() && all.stream().allMatch(one -> one == NodePhase.FAILED);
            }
        };
    }

    private List<NodePhase> phases(Node dag, int ordinal) {
        var slot = state.slot(dag.index, ordinal);
        var phases = new ArrayList<NodePhase>();
        if (slot.items != null) {
            for (int i = 0; i < slot.childCount; i++) {
                phases.add(state.node(slot.children[i]).phase);
            }
        }
        return phases;
    }

    private NodePhase phaseOf(Node dag, int ordinal) {
        var slot = state.slot(dag.index, ordinal);
        return slot.node < 0 ? NodePhase.PENDING : state.node(slot.node).phase;
    }

    private void checkTaskGroup(Node group) {
        if (group.open > 0 || group.phase.fulfilled()) {
            return;
        }
        var slot = state.slot(group);
        var phase = NodePhase.SUCCEEDED;
        for (int i = 0; i < slot.childCount; i++) {
            var child = state.node(slot.children[i]).phase;
            phase = child.failedOrError() ? child : phase;
        }
        deciding.ends.end(group, phase, "", Outputs.NONE);
    }

    /// Whether a node is an item of a loop whose condition cannot be read.
    private static boolean unread(Node child) {
        return child.type == NodeType.SKIPPED
                && (child.message.startsWith("Invalid 'when' expression")
                        || child.message.startsWith("Expected boolean evaluation"));
    }

    private void checkGroup(Node group) {
        if (group.phase.fulfilled()) {
            return;
        }
        var steps = state.node(group.parent);
        if (group.broken >= 0) {
            if (steps.active == 0) {
                var child = state.node(group.broken);
                var why =
                        child.message.startsWith(HookRules.UNEVALUATED) || unread(child)
                                ? child.message
                                : "step group deemed errored due to child " + child.name + " error: " + child.message;
                deciding.ends.end(group, NodePhase.ERROR, why, Outputs.NONE);
            }
            return;
        }
        if (group.open > 0) {
            return;
        }
        var plan = state.plan(steps);
        int start = plan.groupStart(group.item);
        for (int ordinal = start; ordinal < start + plan.groupSize(group.item); ordinal++) {
            var slot = state.slot(steps.index, ordinal);
            var task = plan.task(ordinal);
            for (int i = 0; i < slot.childCount; i++) {
                var child = state.node(slot.children[i]);
                if (PendingRules.tooLong(child)) {
                    deciding.ends.end(group, NodePhase.FAILED, PendingRules.TIMEOUT, Outputs.NONE);
                    return;
                }
                if (stops(child.phase, task)) {
                    deciding.ends.end(
                            group,
                            NodePhase.FAILED,
                            "child '" + NodeNames.id(state.name, child.name) + "' failed",
                            Outputs.NONE);
                    return;
                }
            }
        }
        deciding.ends.end(group, NodePhase.SUCCEEDED, "", Outputs.NONE);
    }

    /// Whether such an end of a step or task is one that its `continueOn` does not cover.
    static boolean stops(NodePhase phase, Task task) {
        return switch (phase) {
            case FAILED -> !task.continuesOnFailed();
            case ERROR -> !task.continuesOnError();
            default -> false;
        };
    }

    private void checkDag(Node dag) {
        if (dag.open > 0 || dag.phase.fulfilled()) {
            return;
        }
        var plan = state.plan(dag);
        var worst = NodePhase.SUCCEEDED;
        var branch = new NodePhase[plan.tasks().size()];
        // Argo looks at the targets by name, and the last that failed gives the phase
        for (int i : byName(plan)) {
            if (wanted(dag, i) && plan.target(dag.targets, i)) {
                var phase = branch(dag, plan, i, branch);
                var task = plan.task(i);
                if (stops(phase, task)) {
                    worst = phase;
                }
            }
        }
        if (worst == NodePhase.SUCCEEDED) {
            deciding.ends.endBody(dag);
        } else {
            deciding.ends.end(dag, worst, "", Outputs.NONE);
        }
    }

    private static int[] byName(Plan plan) {
        return IntStream.range(0, plan.tasks().size())
                .boxed()
                .sorted(Comparator.comparing(task -> plan.task(task).name()))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /// The phase that a task's branch has come to: its own if it ran, else what its ancestors came to.
    private NodePhase branch(Node dag, Plan plan, int target, NodePhase[] known) {
        var open = new java.util.ArrayDeque<Integer>();
        open.push(target);
        while (!open.isEmpty()) {
            int task = open.peek();
            if (known[task] != null) {
                open.pop();
                continue;
            }
            var own = phaseOf(dag, task);
            if (own.completed()) {
                known[task] = own;
                open.pop();
                continue;
            }
            var worst = NodePhase.SUCCEEDED;
            var complete = true;
            for (var name : plan.depends(task).tasks()) {
                int before = plan.ordinal(name);
                if (before < 0) {
                    continue;
                }
                if (known[before] == null) {
                    open.push(before);
                    complete = false;
                } else if (known[before].failedOrError()) {
                    worst = known[before];
                }
            }
            if (complete) {
                known[task] = worst;
                open.pop();
            }
        }
        return known[target];
    }
}
