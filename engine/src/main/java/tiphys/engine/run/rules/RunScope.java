package tiphys.engine.run.rules;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tiphys.engine.run.state.Library;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.NodeNames;
import tiphys.engine.run.state.NodePhase;
import tiphys.engine.run.state.NodeType;
import tiphys.engine.run.state.Plan;
import tiphys.engine.run.state.RunFact.Role;
import tiphys.engine.run.state.RunState;
import tiphys.engine.run.state.Slots;
import tiphys.language.Budget;
import tiphys.language.Moment;
import tiphys.language.Scope;
import tiphys.language.gotext.Strftime;
import tiphys.language.tags.Tags;
import tiphys.language.tags.Tags.Unresolved;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Artifact;
import tiphys.manifest.workflow.WorkflowSpec;

/// The variables that a place in a run sees, looked up when they are asked for, so that a scope costs nothing to make.
///
/// `workflow.*` is seen everywhere; `inputs.*` inside a template; `steps.*` and `tasks.*` of a node's siblings in its
/// parent's body; and what the place itself adds (`item`, `retries`, `pod.name`).
final class RunScope implements Scope {
    /// What is known of the time at which a workflow was created, below that name.
    private static final List<String> CREATION_PARTS =
            Stream.concat(Stream.of("RFC3339", "s"), "BbmAadHIMSYypZzL".chars().mapToObj(Character::toString)).toList();

    private final RunState state;
    private final Map<String, String> inputs;
    private final int boundary;
    private final Map<String, Value> own = new LinkedHashMap<>();

    /// @param inputs of the template whose text is read
    /// @param boundary the steps or dag node whose body is read; -1 for none
    RunScope(RunState state, Map<String, String> inputs, int boundary) {
        this.state = state;
        this.inputs = inputs;
        this.boundary = boundary;
    }

    RunScope with(String name, String value) {
        own.put(name, Value.text(value));
        return this;
    }

    RunScope with(String name, Value value) {
        own.put(name, value);
        return this;
    }

    @Override
    public Optional<Value> find(String name) {
        var local = own.get(name);
        if (local != null) {
            return Optional.of(local);
        }
        if (name.startsWith("workflow.")) {
            return workflow(name.substring("workflow.".length()));
        }
        if (name.startsWith("inputs.parameters.")) {
            return input(name.substring("inputs.parameters.".length()));
        }
        if (name.equals("inputs.parameters")) {
            return Optional.of(Value.text(parametersJson(inputs)));
        }
        if (boundary >= 0 && name.startsWith("inputs.artifacts.")) {
            return state.node(boundary).artifact(name.substring("inputs.artifacts.".length())).map(Artifact::json);
        }
        if (boundary >= 0 && name.startsWith(prefix())) {
            var found = sibling(name.substring(prefix().length()));
            if (found.isPresent()) {
                return found;
            }
        }
        return boundary >= 0 && (name.startsWith("steps.") || name.startsWith("tasks."))
                ? aroundHook(name)
                : Optional.empty();
    }

    /// The moment of the decision; each place has chance of its own.
    @Override
    public Optional<Moment> moment() {
        long seed = Objects.hash(state.uid, state.decidingMicros(), state.nodes.size(), boundary, inputs, own);
        return Optional.of(new Moment(RunState.instant(state.decidingMicros()), seed));
    }

    private Optional<Value> input(String name) {
        var value = inputs.get(name);
        if (value == null || boundary < 0 || !(value.contains("{{steps.") || value.contains("{{tasks."))) {
            return text(value);
        }
        return text(
                aroundHook()
                        .map(around -> Tags.replace(value, around, Unresolved.KEEP, Budget.standard()))
                        .orElse(value));
    }

    private Optional<Value> aroundHook(String name) {
        return aroundHook().flatMap(around -> around.find(name));
    }

    /// What is known around a hook whose template is a body of its own: its arguments may have kept tags of that.
    private Optional<RunScope> aroundHook() {
        var body = state.node(boundary);
        var hook = body.role == Role.TRY ? state.node(body.parent) : body;
        return hook.role == Role.HOOK && hook.boundary >= 0
                ? Optional.of(new RunScope(state, state.node(hook.boundary).inputs, hook.boundary))
                : Optional.empty();
    }

    @Override
    public Set<String> names() {
        var names = new LinkedHashSet<>(own.keySet());
        for (var fixed :
                List.of(
                        "name",
                        "namespace",
                        "uid",
                        "mainEntrypoint",
                        "serviceAccountName",
                        "status",
                        "duration",
                        "parameters.json",
                        "labels.json",
                        "annotations.json")) {
            names.add("workflow." + fixed);
        }
        for (var part : CREATION_PARTS) {
            names.add("workflow.creationTimestamp." + part);
        }
        for (var sometimes : List.of("priority", "scheduledTime")) {
            if (workflow(sometimes).isPresent()) {
                names.add("workflow." + sometimes);
            }
        }
        if (knowsFailures()) {
            names.add("workflow.failures");
        }
        state.parameters.keySet().forEach(one -> names.add("workflow.parameters." + one));
        state.globals.keySet().forEach(one -> names.add("workflow.outputs.parameters." + one));
        metadata("labels").fields().keySet().forEach(one -> names.add("workflow.labels." + one));
        metadata("annotations").fields().keySet().forEach(one -> names.add("workflow.annotations." + one));
        inputs.keySet().forEach(one -> names.add("inputs.parameters." + one));
        state.globalArtifacts.keySet().forEach(one -> names.add("workflow.outputs.artifacts." + one));
        if (boundary >= 0) {
            state.node(boundary).artifacts.forEach(one -> names.add("inputs.artifacts." + one.name()));
            siblings(names);
        }
        return names;
    }

    /// Whether a variable of that name is an artifact.
    static boolean names(String variable) {
        return variable.contains("artifacts.");
    }

    /// Whether the body of a steps node is read.
    boolean ofSteps() {
        return boundary >= 0 && state.node(boundary).type == NodeType.STEPS;
    }

    private String prefix() {
        return state.node(boundary).type == NodeType.DAG ? "tasks." : "steps.";
    }

    private Value.Mapping metadata(String field) {
        return state.workflow.mapAt("metadata", field);
    }

    private Optional<Value> workflow(String name) {
        return switch (name) {
            case "name" -> text(state.name);
            case "namespace" -> text(state.namespace);
            case "uid" -> text(state.uid);
            case "mainEntrypoint" -> text(state.library().spec().entrypoint());
            case "serviceAccountName" -> text(state.library().spec().json().textAt("serviceAccountName").orElse(""));
            case "status" -> text(status());
            case "failures" -> knowsFailures() ? text(Failures.of(state)) : Optional.empty();
            case "duration" ->
                    text(
                            String.format(
                                    java.util.Locale.ROOT,
                                    "%.6f",
                                    Math.max(0, state.lastMicros - state.startedMicros) / 1e6));
            case "priority" ->
                    state.library().spec().json().find("priority").map(value -> Value.text(Json.write(value)));
            case "scheduledTime" -> metadata("annotations").find("workflows.argoproj.io/scheduled-time");
            case "creationTimestamp", "creationTimestamp.RFC3339" -> text(created());
            case "creationTimestamp.s" -> text(Long.toString(java.time.Instant.parse(created()).getEpochSecond()));
            case "parameters", "parameters.json" -> text(parametersJson(state.parameters));
            case "labels", "labels.json" -> text(Json.write(metadata("labels")));
            case "annotations", "annotations.json" -> text(Json.write(metadata("annotations")));
            default -> workflowField(name);
        };
    }

    private Optional<Value> workflowField(String name) {
        if (name.startsWith("parameters.")) {
            return text(state.parameters.get(name.substring("parameters.".length())));
        }
        if (name.startsWith("outputs.parameters.")) {
            return text(state.globals.get(name.substring("outputs.parameters.".length())));
        }
        if (name.startsWith("outputs.artifacts.")) {
            return Optional.ofNullable(state.globalArtifacts.get(name.substring("outputs.artifacts.".length())))
                    .map(Artifact::json);
        }
        if (name.startsWith("labels.")) {
            return metadata("labels").find(name.substring("labels.".length()));
        }
        if (name.startsWith("annotations.")) {
            return metadata("annotations").find(name.substring("annotations.".length()));
        }
        if (name.startsWith("creationTimestamp.") && name.length() == "creationTimestamp.".length() + 1) {
            return Strftime.part(
                            name.charAt(name.length() - 1),
                            java.time.Instant.parse(created()).atZone(java.time.ZoneOffset.UTC))
                    .map(Value::text);
        }
        return Optional.empty();
    }

    private String created() {
        return state.workflow.textAt("metadata", "creationTimestamp").orElse("1970-01-01T00:00:00Z");
    }

    private boolean knowsFailures() {
        return state.exit >= 0 || rootOver();
    }

    private boolean rootOver() {
        return state.root >= 0 && state.node(state.root).phase.fulfilled();
    }

    private String status() {
        if (!rootOver()) {
            return NodePhase.RUNNING.text();
        }
        return EndRules.mainPhase(state).text();
    }

    /// `NAME.status`, `NAME.outputs.result` … of a step or task beside the place.
    private Optional<Value> sibling(String rest) {
        var owner = state.node(boundary);
        var plan = state.plan(owner);
        for (int dot = rest.indexOf('.'); dot > 0; dot = rest.indexOf('.', dot + 1)) {
            int ordinal = plan.ordinal(rest.substring(0, dot));
            if (ordinal >= 0) {
                var slot = owner.slots == null ? null : owner.slots.find(ordinal);
                return slot == null ? Optional.empty() : field(plan, ordinal, slot, rest.substring(dot + 1));
            }
        }
        return Optional.empty();
    }

    private Optional<Value> field(Plan plan, int ordinal, Slots.Slot slot, String field) {
        if (slot.items != null) {
            return Loops.field(state, slot, field);
        }
        if (slot.node < 0) {
            return Optional.empty();
        }
        return nodeField(state.node(slot.node), plan.task(ordinal), field);
    }

    private Optional<Value> nodeField(Node node, tiphys.manifest.workflow.Task task, String field) {
        return switch (field) {
            case "id" -> text(NodeNames.id(state.name, node.name));
            case "status" -> node.phase.fulfilled() ? text(node.phase.text()) : text(NodePhase.RUNNING.text());
            case "startedAt" -> text(RunState.time(node.startedMicros));
            case "finishedAt" -> node.finishedMicros == 0 ? Optional.empty() : text(RunState.time(node.finishedMicros));
            case "exitCode" -> node.outputs.exitCode().map(Value::text);
            case "hostNodeName" -> text("localhost");
            case "ip" -> node.address.isEmpty() ? Optional.empty() : text(node.address);
            case "outputs.result" ->
                    node.outputs
                            .result()
                            .<Value>map(Value::text)
                            .or(() -> absent(node) ? Optional.of(Value.nothing()) : Optional.empty());
            case "outputs.parameters" -> text(parametersJson(node.outputs.parameters()));
            default -> {
                if (field.startsWith("outputs.artifacts.")) {
                    yield artifact(node, task, field.substring("outputs.artifacts.".length()));
                }
                yield field.startsWith("outputs.parameters.")
                        ? parameter(node, task, field.substring("outputs.parameters.".length()))
                        : Optional.empty();
            }
        };
    }

    /// An artifact of a sibling; one of a step that did not run is an empty one, which only an optional input takes.
    private Optional<Value> artifact(Node node, tiphys.manifest.workflow.Task task, String name) {
        var found = node.outputs.artifact(name).map(Artifact::json);
        if (found.isPresent() || !absent(node) || !ofSteps()) {
            return found.map(Value.class::cast);
        }
        return state.library()
                .plan(Library.keyOf(task, state.node(boundary).template))
                .filter(plan -> plan.template().outputArtifacts().stream().anyMatch(one -> one.name().equals(name)))
                .map(_ -> Value.Mapping.EMPTY);
    }

    private Optional<Value> parameter(Node node, tiphys.manifest.workflow.Task task, String name) {
        var value = node.outputs.parameters().get(name);
        if (value != null) {
            return text(value);
        }
        if (!absent(node)) {
            return Optional.empty();
        }
        var declared =
                state.library()
                        .plan(Library.keyOf(task, state.node(boundary).template))
                        .flatMap(plan ->
                                plan.template().outputs().stream()
                                        .filter(output -> output.name().equals(name))
                                        .findFirst());
        return declared.map(output -> output.valueFromDefault().<Value>map(Value::text).orElseGet(Value::nothing));
    }

    /// Whether the node is over without having run, so that its outputs are absent, not late.
    private static boolean absent(Node node) {
        return node.phase == NodePhase.SKIPPED || node.phase == NodePhase.OMITTED;
    }

    private void siblings(Set<String> names) {
        var owner = state.node(boundary);
        var plan = state.plan(owner);
        for (int ordinal = 0; ordinal < plan.tasks().size(); ordinal++) {
            var slot = owner.slots == null ? null : owner.slots.find(ordinal);
            if (slot == null || (!slot.settled && slot.node < 0)) {
                continue;
            }
            var base = prefix() + plan.task(ordinal).name() + ".";
            var fields =
                    new ArrayList<>(List.of("id", "status", "startedAt", "finishedAt", "exitCode", "outputs.result"));
            var template = state.library().plan(Library.keyOf(plan.task(ordinal), owner.template));
            template.ifPresent(found ->
                    found.template().outputs().forEach(output -> fields.add("outputs.parameters." + output.name())));
            template.ifPresent(found ->
                    found.template()
                            .outputArtifacts()
                            .forEach(output -> fields.add("outputs.artifacts." + output.name())));
            for (var field : fields) {
                var value = find(base + field);
                var absentResult = field.equals("outputs.result") && value.orElse(null) instanceof Value.Null;
                if (value.isPresent() && !absentResult) {
                    names.add(base + field);
                }
            }
        }
    }

    private static Optional<Value> text(@org.jspecify.annotations.Nullable String text) {
        return text == null ? Optional.empty() : Optional.of(Value.text(text));
    }

    private static String parametersJson(Map<String, String> parameters) {
        var list = new ArrayList<Value>();
        parameters.forEach((name, value) -> list.add(Value.object("name", name, "value", value)));
        return Json.write(Value.list(list));
    }

    /// The values of a spec's arguments before the run: a parameter's own value, or what was supplied for it.
    static Map<String, String> values(WorkflowSpec spec) {
        var values = new LinkedHashMap<String, String>();
        spec.arguments()
                .forEach(one -> one.value().or(one::defaultValue).ifPresent(value -> values.put(one.name(), value)));
        return values;
    }
}
