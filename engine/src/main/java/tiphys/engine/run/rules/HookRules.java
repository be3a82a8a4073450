package tiphys.engine.run.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.engine.run.rules.BeginRules.Place;
import tiphys.engine.run.state.Library;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.NodePhase;
import tiphys.engine.run.state.NodeType;
import tiphys.engine.run.state.Outputs;
import tiphys.engine.run.state.RunFact.Role;
import tiphys.engine.run.state.RunFact.Shutdown;
import tiphys.engine.run.state.RunState;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Scope;
import tiphys.language.expr.Expression;
import tiphys.language.tags.Tags;
import tiphys.language.tags.Tags.Unresolved;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Hook;
import tiphys.manifest.workflow.Task;

/// Hooks of the workflow, of steps and of tasks: when they begin, and what they are given (Argo's 3.6).
///
/// Argo looks at a hook's expression each time it looks at the workflow, so that a condition may come and go unseen. Here it is
/// looked at whenever the node changes to which the hook belongs, or a step or task that the expression names: a condition
/// that held for an instant is never missed. Once begun, a hook runs to its end, and what it belongs to is settled only then.
/// What becomes of a hook changes nothing else; only an expression that cannot be worked out does.
final class HookRules {
    /// How the message of a node begins one of whose hooks has an expression that cannot be worked out.
    static final String UNEVALUATED = "unable to evaluate expression '";

    private static final String EXIT = "onExit";

    private final Decider deciding;
    private final RunState state;

    HookRules(Decider deciding) {
        this.deciding = deciding;
        this.state = deciding.state;
    }

    /// The exit hook that follows a node's end, if its expression holds; also if that cannot be worked out, for then the
    /// hook's node says why.
    Optional<Hook> exit(Node node, NodePhase phase) {
        if (!phase.completed() || state.shutdown == Shutdown.TERMINATE || state.gone) {
            return Optional.empty();
        }
        return taskOf(node)
                .flatMap(Task::exit)
                .filter(hook -> {
                    try {
                        return holds(node, phase, hook.expression());
                    } catch (EvaluationFailed e) {
                        return true;
                    }
                });
    }

    /// The step or task whose hooks a node has; empty for groups of steps, tries and items of a dag's loop.
    private Optional<Task> taskOf(Node node) {
        if (node.boundary < 0 || node.role != Role.CHILD || node.type == NodeType.STEP_GROUP || node.ordinal < 0) {
            return Optional.empty();
        }
        if (state.node(node.parent).type == NodeType.TASK_GROUP) {
            return Optional.empty();
        }
        return Optional.of(state.plan(state.node(node.boundary)).task(node.ordinal));
    }

    private Map<String, Hook> hooksOf(Node node) {
        if (node.role == Role.TOP) {
            return node.index == state.root ? state.library().spec().lifecycleHooks() : Map.of();
        }
        return taskOf(node).map(Task::lifecycleHooks).orElse(Map.of());
    }

    /// A node began: its hooks are looked at before anything of it runs. If an expression cannot be worked out, the node ends.
    void began(Node node) {
        if (node.type == NodeType.SKIPPED) {
            return; // it is about to end, and its hooks are looked at then
        }
        try {
            due(node, node.phase, false).forEach(key -> begin(node, key));
        } catch (EvaluationFailed e) {
            deciding.ends.end(node, NodePhase.ERROR, e.getMessage(), Outputs.NONE);
            return;
        }
        neighbours(node);
    }

    /// A node that is not over changed.
    void changed(Node node) {
        look(node.index);
        neighbours(node);
    }

    /// The hooks that begin because a node is about to end so.
    List<String> atEnd(Node node, NodePhase phase, String message) {
        return message.startsWith(UNEVALUATED) ? List.of() : due(node, phase, true);
    }

    /// Begins a hook of a node that has ended, before anything else is looked at.
    void next(Node node, String key) {
        deciding.next(() -> begin(node, key));
    }

    void nextExit(Node node, Hook hook) {
        deciding.next(() -> begin(node, EXIT, hook, node.phase));
    }

    /// Other nodes whose hooks look at this one.
    void neighbours(Node node) {
        if (node.boundary < 0 || node.ordinal < 0 || node.role != Role.CHILD || node.type == NodeType.STEP_GROUP) {
            return;
        }
        var readers = state.plan(state.node(node.boundary)).hookReaders(node.ordinal);
        for (int reader : readers) {
            var slot = state.slot(node.boundary, reader);
            if (slot.node >= 0) {
                look(slot.node);
            } else {
                for (int i = 0; i < slot.childCount; i++) {
                    look(slot.children[i]);
                }
            }
        }
    }

    private void look(int index) {
        var node = state.node(index);
        if (!node.settled) {
            due(node, node.phase, true).forEach(key -> begin(node, key));
        }
    }

    /// What the whole workflow gives has changed.
    void globalsChanged() {
        if (state.root >= 0) {
            look(state.root);
        }
    }

    /// The hooks of a node that have not begun, and whose expressions hold while it is in a phase.
    ///
    /// @param lenient whether a hook whose expression cannot be worked out begins as well, to say so
    /// @throws EvaluationFailed if one cannot be worked out, and that is not lenient
    private List<String> due(Node node, NodePhase phase, boolean lenient) {
        var hooks = hooksOf(node);
        if (hooks.isEmpty() || state.shutdown != Shutdown.NONE || state.gone || state.ended) {
            return List.of();
        }
        var due = new ArrayList<String>();
        for (var entry : hooks.entrySet()) {
            if (state.hooked(node, entry.getKey())) {
                continue;
            }
            try {
                if (holds(node, phase, entry.getValue().expression())) {
                    due.add(entry.getKey());
                }
            } catch (EvaluationFailed e) {
                if (!lenient) {
                    throw e;
                }
                due.add(entry.getKey());
            }
        }
        return due;
    }

    /// Whether an expression holds while a node is in a phase; an empty one always does.
    ///
    /// @throws EvaluationFailed if that cannot be worked out
    private boolean holds(Node node, NodePhase phase, String expression) {
        if (expression.isBlank()) {
            return true;
        }
        try {
            var text = completed(node, expression);
            return Expression.parse(text).evaluate(scope(node, phase), Budget.standard()).equals(Value.bool(true));
        } catch (EvaluationFailed e) {
            throw new EvaluationFailed(UNEVALUATED + expression + "': " + e.getMessage());
        }
    }

    /// An expression with what its body's inputs and the item of its loop give.
    private String completed(Node node, String expression) {
        if (!expression.contains("{{")) {
            return expression;
        }
        var json = ofItem(new Task(Value.object("when", expression)), node).json();
        var inputs = node.boundary < 0 ? Map.<String, String>of() : state.node(node.boundary).inputs;
        return Tags.replace(
                json.textAt("when").orElse(""), new RunScope(state, inputs, -1), Unresolved.KEEP, Budget.standard());
    }

    private Scope scope(Node node, NodePhase phase) {
        if (node.role == Role.TOP) {
            var text = phase.fulfilled() ? EndRules.mainPhase(state, phase).text() : NodePhase.RUNNING.text();
            return new RunScope(state, Map.of(), -1).with("workflow.status", text);
        }
        var owner = state.node(node.boundary);
        var task = state.plan(owner).task(node.ordinal);
        return new RunScope(state, owner.inputs, node.boundary)
                .with(BeginRules.prefix(owner) + "." + task.name() + ".status", phase.text());
    }

    private void begin(Node node, String key) {
        var hook = hooksOf(node).get(key);
        if (hook != null && !state.hooked(node, key)) {
            begin(node, "hooks." + key, hook, node.phase);
        }
    }

    private void begin(Node node, String suffix, Hook hook, NodePhase phase) {
        var task = hook.asTask(suffix.substring(suffix.lastIndexOf('.') + 1));
        var within = node.boundary < 0 ? "local" : state.node(node.boundary).template;
        var place = new Place(node.name + "." + suffix, node.boundary, node.index, node.ordinal, -1, Role.HOOK);
        Task given;
        try {
            holds(node, phase, hook.expression());
            given = arguments(node, ofItem(task, node));
        } catch (EvaluationFailed e) {
            deciding.begin.failed(place, e.getMessage());
            return;
        }
        deciding.begin.template(
                place,
                Library.keyOf(task, within),
                Substitution.given(given),
                ArtifactRules.given(given),
                why(node, suffix, hook, phase));
    }

    private static String why(Node node, String suffix, Hook hook, NodePhase phase) {
        var what = node.role == Role.TOP ? "the workflow" : "its step";
        if (suffix.equals(EXIT)) {
            return what + " is over: " + phase.text();
        }
        return what + " is " + phase.text() + ", and '" + hook.expression() + "' holds";
    }

    /// A hook's arguments, as far as they can be worked out: what cannot stays as it is written, as in Argo. What its step
    /// printed, and its exit code, are not known to it; and before that step is over, nothing of its siblings is.
    private Task arguments(Node node, Task task) {
        if (node.boundary < 0) {
            var scope = new RunScope(state, Map.of(), -1);
            return replaced(task, scope, scope);
        }
        var owner = state.node(node.boundary);
        if (!node.phase.fulfilled()) {
            var scope = new RunScope(state, owner.inputs, -1);
            return replaced(task, scope, scope);
        }
        var own = BeginRules.prefix(owner) + "." + state.plan(owner).task(node.ordinal).name() + ".";
        var all = new RunScope(state, owner.inputs, node.boundary);
        return replaced(
                task,
                all,
                new Scope() {
                    @Override
                    public Optional<Value> find(String name) {
                        return name.equals(own + "outputs.result") || name.equals(own + "exitCode")
                                ? Optional.empty()
                                : all.find(name);
                    }

                    @Override
                    public java.util.Set<String> names() {
                        var names = new java.util.LinkedHashSet<>(all.names());
                        names.remove(own + "outputs.result");
                        names.remove(own + "exitCode");
                        return names;
                    }
                });
    }

    private static Task replaced(Task task, RunScope artifacts, Scope scope) {
        var json = ArtifactRules.resolved(task.json(), artifacts, Budget.standard());
        return new Task((Value.Mapping) Tags.replace(json, scope, Unresolved.KEEP, Budget.standard()));
    }

    /// The hook of a loop's item: with the item's tags replaced.
    private Task ofItem(Task task, Node node) {
        if (node.boundary < 0 || node.ordinal < 0 || node.item < 0) {
            return task;
        }
        var items = state.slot(node).items;
        var scope = new RunScope(state, state.node(node.boundary).inputs, node.boundary);
        return items == null ? task : Loops.withItem(task, items.get(node.item), scope, Budget.standard());
    }
}
