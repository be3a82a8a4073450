package tiphys.engine.run.rules;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.engine.run.state.Library;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.NodePhase;
import tiphys.engine.run.state.NodeType;
import tiphys.engine.run.state.Outputs;
import tiphys.engine.run.state.RunFact;
import tiphys.engine.run.state.RunFact.NodeBegan;
import tiphys.engine.run.state.RunFact.Role;
import tiphys.engine.run.state.RunFact.Shutdown;
import tiphys.engine.run.state.RunState;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.gotext.GoDuration;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Hook;
import tiphys.manifest.workflow.Task;
import tiphys.manifest.workflow.Template;

/// How nodes begin.
public final class BeginRules {
    /// How deep templates may call one another (Argo's limit).
    private static final int DEEPEST = 100;

    /// How many leaves are under way at most when the manifest sets no limit: enough to keep any executor busy, and so few
    /// that a wide loop starts at once and costs no more than a narrow one.
    private static final int WINDOW = 256;

    public static final String FAILED_FAST = "template has failed or errored children and failFast enabled";

    private final Decider deciding;
    private final RunState state;

    BeginRules(Decider deciding) {
        this.deciding = deciding;
        this.state = deciding.state;
    }

    /// Where a node comes to stand.
    record Place(String name, int boundary, int parent, int ordinal, int item, Role role) {}

    /// Whether a child of a template may begin now.
    boolean mayBegin(int boundary) {
        if (state.suspend || !mayGoOn()) {
            return false;
        }
        if (state.openPods.size() >= leafLimit()) {
            return false;
        }
        if (boundary < 0) {
            return true;
        }
        var owner = state.node(boundary);
        if (failsFast(owner)) {
            return false;
        }
        var limit = state.plan(owner).template().parallelism();
        return limit.isEmpty() || owner.active < limit.getAsLong();
    }

    /// Whether a child of a steps or dag node failed whose template wants no more children then (its own `failFast`, not
    /// that of `dag`, which Argo only looks at when a target never began).
    boolean failsFast(Node owner) {
        return owner.failures > 0
                && state.plan(owner).template().json().find("failFast").equals(Optional.of(Value.bool(true)));
    }

    /// Which limit keeps a child of a template from beginning, for people; see [#mayBegin].
    String limit(int boundary) {
        if (state.suspend) {
            return "the workflow is suspended";
        }
        if (state.openPods.size() >= leafLimit()) {
            return state.openPods.size()
                    + " steps are under way, and "
                    + (state.library().spec().parallelism().isPresent()
                            ? "the workflow's parallelism lets no more run at once"
                            : "no more are ordered ahead");
        }
        if (boundary >= 0 && failsFast(state.node(boundary))) {
            return FAILED_FAST;
        }
        return boundary < 0
                ? ""
                : "the parallelism of "
                        + state.node(boundary).name
                        + " lets no more than "
                        + state.node(boundary).active
                        + " run at once";
    }

    /// Whether there is no room for any leaf.
    boolean full() {
        return state.suspend || !mayGoOn() || state.openPods.size() >= leafLimit();
    }

    private long leafLimit() {
        return Math.min(WINDOW, state.library().spec().parallelism().orElse(WINDOW));
    }

    /// Whether the run goes on: it is not being ended, or only its exit handler is left.
    boolean mayGoOn() {
        if (state.shutdown == Shutdown.TERMINATE) {
            return false;
        }
        return state.exit >= 0 || (state.shutdown == Shutdown.NONE && !state.deadlinePassed);
    }

    /// Begins the node of a template.
    ///
    /// @param given the values of its arguments
    void template(Place place, String key, Map<String, String> given, String why) {
        var plan = state.library().plan(key);
        if (plan.isEmpty()) {
            failed(place, "template name '" + key.substring(key.lastIndexOf('/') + 1) + "' undefined");
            return;
        }
        if (place.boundary() >= 0 && state.node(place.boundary()).depth >= DEEPEST) {
            failed(place, "max depth exceeded");
            return;
        }
        var template = plan.get().template();
        Map<String, String> inputs;
        try {
            inputs = Substitution.inputs(state, template, given, Budget.standard());
        } catch (EvaluationFailed e) {
            failed(place, e.getMessage());
            return;
        }
        if (place.role() != Role.TRY && template.retryStrategy().isPresent()) {
            int retry = begin(place, NodeType.RETRY, key, inputs, why);
            deciding.retries.next(state.node(retry));
            return;
        }
        switch (template.type().orElse(Template.Type.PLUGIN)) {
            case CONTAINER, SCRIPT -> deciding.leaves.order(state.node(begin(place, NodeType.POD, key, inputs, why)));
            case DAG -> deciding.flow.beginDag(begin(place, NodeType.DAG, key, inputs, why));
            case STEPS -> deciding.flow.beginGroup(begin(place, NodeType.STEPS, key, inputs, why), 0);
            case SUSPEND -> suspend(state.node(begin(place, NodeType.SUSPEND, key, inputs, why)), template);
            case CONTAINER_SET, RESOURCE, DATA, HTTP, PLUGIN ->
                    failed(place, "Template '" + template.name() + "' missing specification");
        }
    }

    private void suspend(Node node, Template template) {
        var kept = state.kept.get(node.name);
        if (kept != null) {
            deciding.ends.end(node, NodePhase.SUCCEEDED, "", kept.outputs());
            return;
        }
        var duration = template.suspendDuration();
        if (duration.isPresent()) {
            String text;
            try {
                text =
                        tiphys.language.tags.Tags.replace(
                                duration.get(),
                                new RunScope(state, node.inputs, -1),
                                tiphys.language.tags.Tags.Unresolved.KEEP,
                                Budget.standard());
            } catch (EvaluationFailed e) {
                deciding.ends.end(node, NodePhase.ERROR, e.getMessage(), Outputs.NONE);
                return;
            }
            var wait = GoDuration.parseOrSeconds(text);
            if (wait.isEmpty()) {
                deciding.ends.end(node, NodePhase.ERROR, "invalid suspend duration: " + text, Outputs.NONE);
            } else {
                deciding.emit(new RunFact.Waits(node.index, deciding.at.plus(wait.get()), ""));
            }
        }
    }

    int begin(Place place, NodeType type, String key, Map<String, String> inputs, String why) {
        int index = state.nodes.size();
        deciding.emit(
                new NodeBegan(
                        place.name(),
                        type,
                        key,
                        place.boundary(),
                        place.parent(),
                        place.ordinal(),
                        place.item(),
                        place.role(),
                        inputs,
                        why));
        return index;
    }

    /// A node that could not begin properly: it is there, and in Error.
    void failed(Place place, String message) {
        int index = begin(place, NodeType.SKIPPED, "", Map.of(), "");
        deciding.ends.end(state.node(index), NodePhase.ERROR, message, Outputs.NONE);
    }

    /// A node that says why something does not run.
    void notRun(Place place, NodePhase phase, String message) {
        int index = begin(place, NodeType.SKIPPED, "", Map.of(), message);
        deciding.ends.end(state.node(index), phase, message, Outputs.NONE);
    }

    /// The exit hook of a node that is over.
    void hook(Node node, Hook hook) {
        var task = hook.asTask("onExit");
        var boundary = node.boundary;
        var within = boundary < 0 ? "local" : state.node(boundary).template;
        var place = new Place(node.name + ".onExit", boundary, node.index, node.ordinal, -1, Role.HOOK);
        Map<String, String> given;
        try {
            given = arguments(task, boundary);
        } catch (EvaluationFailed e) {
            failed(place, e.getMessage());
            return;
        }
        template(place, Library.keyOf(task, within), given, "its step is over: " + node.phase.text());
    }

    /// The values of a task's arguments, its tags replaced in the body of its steps or dag node.
    Map<String, String> arguments(Task task, int boundary) {
        if (boundary < 0) {
            var scope = new RunScope(state, Map.of(), -1);
            return Substitution.given(
                    new Task(
                            (Value.Mapping)
                                    tiphys.language.tags.Tags.replace(
                                            task.json(),
                                            scope,
                                            tiphys.language.tags.Tags.Unresolved.KEEP,
                                            Budget.standard())));
        }
        var owner = state.node(boundary);
        var scope = new RunScope(state, owner.inputs, boundary);
        return Substitution.given(Substitution.resolve(task, scope, prefix(owner), Budget.standard()));
    }

    static String prefix(Node owner) {
        return owner.type == NodeType.DAG ? "tasks" : "steps";
    }

    /// The hook that follows a node's end.
    Optional<Hook> hookOf(Node node) {
        if (node.boundary < 0 || node.role != Role.CHILD || node.type == NodeType.STEP_GROUP || node.ordinal < 0) {
            return Optional.empty();
        }
        if (state.node(node.parent).type == NodeType.TASK_GROUP) {
            return Optional.empty();
        }
        return state.plan(state.node(node.boundary)).task(node.ordinal).exit();
    }

    static Map<String, String> merged(Map<String, String> first, Map<String, String> over) {
        var all = new LinkedHashMap<>(first);
        all.putAll(over);
        return all;
    }

    /// What a text says when several reasons hold.
    static String because(List<String> reasons) {
        return String.join("; ", reasons.stream().filter(one -> !one.isEmpty()).toList());
    }
}
