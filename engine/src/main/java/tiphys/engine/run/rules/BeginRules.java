package tiphys.engine.run.rules;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.engine.lock.LockName;
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
import tiphys.language.tags.Tags;
import tiphys.language.tags.Tags.Unresolved;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Artifact;
import tiphys.manifest.workflow.Task;
import tiphys.manifest.workflow.Template;

/// How nodes begin.
public final class BeginRules {
    /// After how many calls that were too deep nothing of a run begins any more: templates that call themselves more than once would
    /// fill the memory with a tree that has no end.
    private static final int MOST_TOO_DEEP = 100;

    /// How many leaves are under way at most when the manifest sets no limit: enough to keep any executor busy, and so few
    /// that a wide loop starts at once and costs no more than a narrow one.
    static final int WINDOW = 256;

    /// How many nodes of one run wait for locks at most.
    private static final int MOST_WAITING = 1_024;

    /// How long the values of one run's nodes may be together, in characters.
    private static final long MOST_VALUES = 256L << 20;

    public static final String FAILED_FAST = "template has failed or errored children and failFast enabled";

    private final Decider deciding;
    private final RunState state;

    BeginRules(Decider deciding) {
        this.deciding = deciding;
        this.state = deciding.state;
    }

    /// What a node is given.
    record Inputs(Map<String, String> values, List<Artifact> artifacts) {
        static final Inputs NONE = new Inputs(Map.of(), List.of());
    }

    /// Where a node comes to stand.
    record Place(String name, int boundary, int parent, int ordinal, int item, Role role) {}

    /// Whether a child of a template may begin now.
    boolean mayBegin(int boundary) {
        if (held() || !mayGoOn()) {
            return false;
        }
        if (state.busy() >= leafLimit() || state.locking.size() >= MOST_WAITING) {
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
        if (held()) {
            return "the workflow is suspended";
        }
        if (state.busy() >= leafLimit()) {
            return state.busy()
                    + " steps are under way, and "
                    + (state.library().spec().parallelism().isPresent()
                            ? "the workflow's parallelism lets no more run at once"
                            : "no more are ordered ahead");
        }
        if (state.locking.size() >= MOST_WAITING) {
            return state.locking.size() + " steps wait for locks, and no more join them";
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
        return held() || !mayGoOn() || state.busy() >= leafLimit() || state.locking.size() >= MOST_WAITING;
    }

    private long leafLimit() {
        return Math.min(WINDOW, state.library().spec().parallelism().orElse(WINDOW));
    }

    /// Whether nothing begins because the run is suspended. One that is being ended is not held: what would begin is over at
    /// once, and its handlers run.
    private boolean held() {
        return state.suspend && state.shutdown == Shutdown.NONE;
    }

    /// Whether the run goes on by its rules; one whose object is gone is ended as it stands.
    boolean mayGoOn() {
        return !state.gone;
    }

    /// Begins the node of a template.
    ///
    /// @param given the values of its arguments
    /// @param artifacts those of its arguments
    void template(Place place, String key, Map<String, String> given, Map<String, Artifact> artifacts, String why) {
        var plan = state.library().plan(key);
        if (plan.isEmpty()) {
            failed(
                    place,
                    startError(place, "template name '" + key.substring(key.lastIndexOf('/') + 1) + "' undefined"));
            return;
        }
        boolean tooDeep = place.boundary() >= 0 && state.node(place.boundary()).depth >= Node.DEEPEST;
        if (tooDeep || state.tooDeep >= MOST_TOO_DEEP) {
            failed(place, startError(place, "max depth exceeded"));
            return;
        }
        var template = plan.get().template();
        Inputs inputs;
        try {
            var values = Substitution.inputs(state, template, given, Budget.standard());
            checkRoom(RunState.length(values));
            inputs =
                    new Inputs(
                            values,
                            ArtifactRules.inputs(
                                    template, artifacts, new RunScope(state, values, -1), Budget.standard()));
        } catch (EvaluationFailed e) {
            failed(place, startError(place, e));
            return;
        }
        try {
            DisplayNames.check(state, template, inputs.values());
        } catch (EvaluationFailed e) {
            int index = begin(place, type(template), key, inputs, why);
            deciding.ends.end(state.node(index), NodePhase.ERROR, startError(place, e), Outputs.NONE);
            return;
        }
        var type = place.role() != Role.TRY && template.retryStrategy().isPresent() ? NodeType.RETRY : type(template);
        if (type == NodeType.SKIPPED) {
            failed(place, startError(place, "Template '" + template.name() + "' missing specification"));
            return;
        }
        List<String> targets;
        List<LockName> locks;
        try {
            targets = type == NodeType.DAG ? targets(key, template, inputs.values()) : List.of();
            var asks = place.role() != Role.TRY && !state.kept.containsKey(place.name());
            locks = asks ? deciding.locks.of(template, inputs.values()) : List.of();
            if (asks) {
                deciding.memo.of(template, inputs.values()); // what cannot be worked out is said before anything begins
            }
        } catch (EvaluationFailed e) {
            failed(place, startError(place, e));
            return;
        }
        var node = state.node(began(place, type, key, inputs, why, targets));
        if (place.role() != Role.TRY) {
            deciding.metrics.began(node);
        }
        if (!locks.isEmpty()) {
            try {
                deciding.pending.until(node).ifPresent(until -> deciding.pending.watch(node, until));
            } catch (EvaluationFailed e) {
                deciding.ends.end(node, NodePhase.ERROR, startError(node, e), Outputs.NONE);
                return;
            }
            deciding.emit(new RunFact.LocksAsked(node.index, locks));
        }
        deciding.hooks.began(node);
        if (locks.isEmpty() && !node.phase.fulfilled() && !deciding.memo.asks(node)) {
            go(node);
        }
    }

    /// Lets a node go on that has its locks: its result is looked up, or it does what its template says.
    void proceed(Node node) {
        if (!deciding.memo.asks(node)) {
            goWithRoom(node);
        }
    }

    /// Lets a node go on that waited. One with a process may still have to wait for room; it keeps its locks meanwhile.
    void goWithRoom(Node node) {
        var over = mayGoOn() ? deciding.ends.overAtOnce(node) : Optional.of(LockRules.STOPPED);
        if (over.isPresent()) {
            deciding.ends.end(node, NodePhase.FAILED, over.get(), Outputs.NONE);
            return;
        }
        if (!state.exempt(node) && node.type.ordered() && !mayBegin(-1)) {
            deciding.emit(new RunFact.Queued(node.index, -1, limit(-1)));
            return;
        }
        go(node);
    }

    /// Lets a node that began do what its template says.
    void go(Node node) {
        switch (node.type) {
            case POD, HTTP, PLUGIN -> deciding.leaves.order(node);
            case RETRY -> deciding.retries.next(node);
            case DAG -> deciding.flow.beginDag(node.index);
            case STEPS -> deciding.flow.beginGroup(node.index, 0);
            case SUSPEND -> suspend(node, state.plan(node).template());
            case CONTAINER, STEP_GROUP, TASK_GROUP, SKIPPED ->
                    throw new IllegalStateException(node.name + " of run " + state.uid + " has no template of its own");
        }
    }

    /// A node that is not begun any more, because the run is being stopped.
    void stopped(Place place, String key, String message) {
        var plan = state.library().plan(key);
        var type = plan.map(one -> type(one.template())).orElse(NodeType.SKIPPED);
        int index = began(place, type, type == NodeType.SKIPPED ? "" : key, Inputs.NONE, "", List.of());
        deciding.ends.end(state.node(index), NodePhase.FAILED, message, Outputs.NONE);
    }

    /// Checks that a run's values stay together below what one run may take.
    ///
    /// @param more how long those are that are to be added, in characters
    /// @throws EvaluationFailed if they do not
    void checkRoom(long more) {
        if (state.valueLength + more > MOST_VALUES) {
            throw new EvaluationFailed(
                    "the inputs and outputs of this run's nodes would be more than "
                            + (MOST_VALUES >> 20)
                            + " MiB together; hand large values on as files, or split the run");
        }
    }

    /// The type of a template's node that does not come to run.
    private static NodeType type(Template template) {
        return switch (template.type().orElse(Template.Type.PLUGIN)) {
            case CONTAINER, CONTAINER_SET, SCRIPT, RESOURCE, DATA -> NodeType.POD;
            case HTTP -> NodeType.HTTP;
            case PLUGIN -> NodeType.PLUGIN;
            case DAG -> NodeType.DAG;
            case STEPS -> NodeType.STEPS;
            case SUSPEND -> NodeType.SUSPEND;
        };
    }

    /// What a node says that could not begin: in a dag it names the task.
    String startError(Place place, EvaluationFailed why) {
        return startError(place, String.valueOf(why.getMessage()));
    }

    private String startError(Place place, String why) {
        var inDag =
                place.role() == Role.CHILD
                        && place.boundary() >= 0
                        && state.node(place.boundary()).type == NodeType.DAG;
        return inDag ? "task '" + place.name() + "' errored: " + why : why;
    }

    /// As [#startError], for a node that began.
    String startError(Node node, EvaluationFailed why) {
        return startError(new Place(node.name, node.boundary, node.parent, node.ordinal, node.item, node.role), why);
    }

    /// The targets of a dag that only its inputs tell; empty if its template does.
    ///
    /// @throws EvaluationFailed if they cannot be worked out
    private List<String> targets(String key, Template template, Map<String, String> inputs) {
        var text = template.json().textAt("dag", "target").orElse("");
        if (!text.contains("{{")) {
            return List.of();
        }
        var targets =
                Template.targets(
                        Tags.replace(text, new RunScope(state, inputs, -1), Unresolved.REFUSE, Budget.standard()));
        var tasks = state.library().plan(key).orElseThrow();
        for (var target : targets) {
            if (tasks.ordinal(target) < 0) {
                throw new EvaluationFailed("target '" + target + "' is not defined");
            }
        }
        return targets.isEmpty() ? tasks.leaves() : targets;
    }

    private void suspend(Node node, Template template) {
        if (node.phase.fulfilled()) {
            return;
        }
        var kept = state.kept.get(node.name);
        if (kept != null) {
            deciding.ends.end(node, kept.phase(), kept.message(), kept.outputs());
            return;
        }
        var duration = template.suspendDuration();
        if (duration.isPresent()) {
            Duration wait;
            try {
                var scope = new RunScope(state, node.inputs, -1);
                wait = Durations.of(Tags.replace(duration.get(), scope, Unresolved.LAST, Budget.standard()));
            } catch (EvaluationFailed e) {
                deciding.ends.end(node, NodePhase.ERROR, startError(node, e), Outputs.NONE);
                return;
            }
            deciding.emit(new RunFact.Waits(node.index, deciding.at.plus(wait), ""));
            if (wait.isZero()) {
                return;
            }
        }
        deciding.ends.overAtOnce(node).ifPresent(why -> deciding.ends.end(node, NodePhase.FAILED, why, Outputs.NONE));
    }

    int begin(Place place, NodeType type, String key, Inputs inputs, String why) {
        int index = began(place, type, key, inputs, why, List.of());
        deciding.hooks.began(state.node(index));
        return index;
    }

    /// The same before its hooks are looked at.
    private int began(Place place, NodeType type, String key, Inputs inputs, String why, List<String> targets) {
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
                        inputs.values(),
                        why,
                        targets,
                        inputs.artifacts()));
        return index;
    }

    /// A node that could not begin properly: it is there, and in Error.
    void failed(Place place, String message) {
        int index = begin(place, NodeType.SKIPPED, "", Inputs.NONE, "");
        deciding.ends.end(state.node(index), NodePhase.ERROR, message, Outputs.NONE);
    }

    /// A node that says why something does not run.
    void notRun(Place place, NodePhase phase, String message) {
        int index = begin(place, NodeType.SKIPPED, "", Inputs.NONE, message);
        deciding.ends.end(state.node(index), phase, message, Outputs.NONE);
    }

    /// A task with the tags of its arguments replaced in the body of its steps or dag node.
    Task resolved(Task task, int boundary) {
        var inputs = boundary < 0 ? Map.<String, String>of() : state.node(boundary).inputs;
        return Substitution.resolve(task, new RunScope(state, inputs, boundary), Budget.standard());
    }

    static String prefix(Node owner) {
        return owner.type == NodeType.DAG ? "tasks" : "steps";
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
