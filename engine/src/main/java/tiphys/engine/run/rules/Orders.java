package tiphys.engine.run.rules;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.engine.ResolvedTemplate;
import tiphys.engine.StepOrder;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.NodeNames;
import tiphys.engine.run.state.NodeType;
import tiphys.engine.run.state.RunFact;
import tiphys.engine.run.state.RunState;
import tiphys.engine.run.state.VolumeClaims;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.tags.Tags;
import tiphys.language.tags.Tags.Unresolved;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Template;
import tiphys.manifest.workflow.WorkflowSpec;

/// What an executor is asked for, worked out from a leaf's template.
public final class Orders {
    private static final Duration GRACE = Duration.ofSeconds(30);

    /// What of a template is over when its order is made.
    private static final List<String> ENGINE_FIELDS =
            List.of("inputs", "retryStrategy", "timeout", "activeDeadlineSeconds", "metrics");

    private final RunState state;

    public Orders(RunState state) {
        this.state = state;
    }

    /// The order for a leaf's next attempt.
    ///
    /// @throws EvaluationFailed if the template cannot be resolved
    public StepOrder order(Node node, Instant at) {
        var plan = state.plan(node);
        var pod = podName(state, node);
        var own = own(node, pod);
        var scope = new RunScope(state, completed(node.inputs, own), -1);
        own.forEach(scope::with);
        for (var output : plan.template().outputs()) {
            output.path().ifPresent(path -> scope.with("outputs.parameters." + output.name() + ".path", path));
        }
        node.artifacts.forEach(input ->
                input.path().ifPresent(path -> scope.with("inputs.artifacts." + input.name() + ".path", path)));
        for (var output : plan.template().outputArtifacts()) {
            output.path()
                    .map(path -> Tags.replace(path, scope, Unresolved.LAST, Budget.standard()))
                    .ifPresent(path -> scope.with("outputs.artifacts." + output.name() + ".path", path));
        }
        var spec = state.library().spec();
        var template =
                new Template(
                        (Value.Mapping)
                                Tags.replace(body(plan.template(), spec), scope, Unresolved.LAST, Budget.standard()));
        if (template.served()) {
            template = ServedOrders.completed(template, plan.template(), node.inputs, spec);
        }
        var patches = replaced(PodPatches.of(template, spec), scope);
        var patched =
                patches.isEmpty()
                        ? new PodPatches.Patched(template, volumes(template, spec), Optional.empty())
                        : PodPatches.apply(template, volumes(template, spec), patches);
        boolean pods = PodFields.wanted(state);
        return new StepOrder(
                state.nextAttempt(node),
                state.uid,
                state.host,
                state.namespace,
                state.name,
                NodeNames.id(state.name, node.name),
                node.name,
                pod,
                ImageRows.into(
                        state,
                        new ResolvedTemplate(
                                ArtifactRules.placed(
                                        state,
                                        node,
                                        joined(
                                                        patched.template(),
                                                        new Volumes(
                                                                PodRules.volumes(
                                                                        pod, patched.template(), patched.volumes()),
                                                                pods
                                                                        ? Optional.of(template.volumes())
                                                                        : Optional.empty()))
                                                .json(),
                                        scope))),
                resultWanted(node),
                deadline(template, node, at),
                patched.grace().orElse(GRACE),
                pods ? new PodFields(state, node, scope).of(patches) : Value.Mapping.EMPTY);
    }

    private static List<String> replaced(List<String> patches, RunScope scope) {
        return patches.stream().map(patch -> Tags.replace(patch, scope, Unresolved.KEEP, Budget.standard())).toList();
    }

    /// The template's own volumes, and then the workflow's, which see its own variables alone.
    private List<Value> volumes(Template template, WorkflowSpec spec) {
        var volumes = new ArrayList<Value>(template.volumes());
        volumes.addAll(VolumeClaims.volumes(spec, state.name));
        var common = Value.list(spec.json().listAt("volumes"));
        if (!common.items().isEmpty()) {
            var scope = new RunScope(state, Map.of(), -1);
            var replaced = Tags.replace(common, scope, Unresolved.KEEP, Budget.standard());
            volumes.addAll(((Value.Sequence) replaced).items());
        }
        return volumes;
    }

    /// What only the step itself knows.
    private Map<String, String> own(Node node, String pod) {
        var own = new LinkedHashMap<String, String>();
        own.put("node.name", node.name);
        own.put("pod.name", pod);
        if (node.boundary >= 0) {
            var shown = node.role == RunFact.Role.TRY ? state.node(node.parent) : node;
            var kind = state.node(node.boundary).type == NodeType.DAG ? "tasks.name" : "steps.name";
            own.put(kind, state.displayName(shown));
        }
        if (node.role == RunFact.Role.TRY) {
            RetryRules.lastTry(own, state, without(state.node(node.parent), node));
            own.put("retries", Integer.toString(node.item));
        }
        return own;
    }

    /// Inputs with such tags replaced as an argument could not replace, for it was worked out before.
    private static Map<String, String> completed(Map<String, String> inputs, Map<String, String> own) {
        if (inputs.values().stream().noneMatch(value -> value.contains("{{"))) {
            return inputs;
        }
        var completed = new LinkedHashMap<String, String>();
        inputs.forEach((name, value) -> {
            var text = value;
            for (var one : own.entrySet()) {
                text = text.replace("{{" + one.getKey() + "}}", one.getValue());
            }
            completed.put(name, text);
        });
        return completed;
    }

    /// The volumes that a template may mount.
    ///
    /// @param known its own, then the workflow's
    /// @param ofPod where steps are pods: those that it has whether they are mounted or not, and then volumes are of any kind
    record Volumes(List<Value> known, Optional<List<Value.Mapping>> ofPod) {
        /// Those of a step that is no pod.
        Volumes(List<Value> known) {
            this(known, Optional.empty());
        }
    }

    /// The template with the volumes that it mounts.
    ///
    /// @throws EvaluationFailed if one is not there, or of a kind that is not supported
    static ResolvedTemplate joined(Template template, Volumes those) {
        var mounted = new LinkedHashSet<String>();
        those.ofPod().ifPresent(kept -> kept.forEach(volume -> mounted.add(volume.textAt("name").orElse(""))));
        for (var container : new ResolvedTemplate(template.json()).containers()) {
            new Template(container.template().json())
                    .container()
                    .listAt("volumeMounts")
                    .forEach(item -> mounted.add(item.textAt("name").orElse("")));
        }
        var volumes = new ArrayList<Value>();
        for (var name : mounted) {
            var volume =
                    those.known().stream()
                            .filter(one -> one.textAt("name").orElse("").equals(name))
                            .findFirst()
                            .orElseThrow(
                                    () -> new EvaluationFailed("volume '" + name + "' not found in workflow spec"));
            if (those.ofPod().isEmpty() && ResolvedTemplate.volume(volume).isEmpty()) {
                throw new EvaluationFailed(
                        "volume '"
                                + name
                                + "' is of a kind that this version does not support; emptyDir, configMap, secret,"
                                + " downwardAPI, projected, hostPath and persistentVolumeClaim are");
            }
            volumes.add(volume);
        }
        var json = template.json().without("volumes").without("podSpecPatch");
        boolean plugin = json.find("plugin").isPresent(); // which is told its inputs
        for (var field : ENGINE_FIELDS) {
            json = plugin && field.equals("inputs") ? json : json.without(field);
        }
        return new ResolvedTemplate(volumes.isEmpty() ? json : json.with("volumes", Value.list(volumes)));
    }

    /// The retry as it was before the try that is being ordered began.
    private static Node without(Node retry, Node current) {
        if (retry.tries == null || retry.tries.isEmpty() || retry.tries.getLast() != current.index) {
            return retry;
        }
        var before =
                new Node(
                        retry.index,
                        new RunFact.NodeBegan(
                                retry.name,
                                retry.type,
                                retry.template,
                                retry.boundary,
                                retry.parent,
                                retry.ordinal,
                                retry.item,
                                retry.role,
                                retry.inputs,
                                "",
                                List.of(),
                                retry.artifacts),
                        retry.phase,
                        retry.startedMicros,
                        retry.depth);
        retry.tries.subList(0, retry.tries.size() - 1).forEach(before::addTry);
        return before;
    }

    /// What of a template concerns its process.
    private static Value.Mapping body(Template template, WorkflowSpec spec) {
        var json = template.json();
        for (var field : List.of("inputs", "retryStrategy", "metadata", "annotations", "metrics", "memoize")) {
            json = json.without(field);
        }
        var whole = FieldsOfPods.asked(template, spec) ? FieldsOfPods.with(json, template, spec) : json;
        return FieldsOfPods.own(whole, template, spec);
    }

    public static String podName(RunState state, Node node) {
        var key = node.template;
        var template = key.contains("/inline/") ? "" : key.substring(key.lastIndexOf('/') + 1);
        return NodeNames.pod(state.name, node.name, template);
    }

    private boolean resultWanted(Node node) {
        if (node.boundary < 0) {
            return false;
        }
        var owner = state.plan(state.node(node.boundary));
        return node.ordinal >= 0 && owner.resultRead(owner.task(node.ordinal).name());
    }

    private Optional<Instant> deadline(Template template, Node node, Instant at) {
        Optional<Instant> deadline =
                state.deadlineMicros > 0 && !state.exempt(node)
                        ? Optional.of(RunState.instant(state.deadlineMicros))
                        : Optional.empty();
        if (template.activeDeadlineSeconds().isPresent()) {
            long seconds = seconds(template.activeDeadlineSeconds().get());
            if (seconds < 1 || seconds > Integer.MAX_VALUE) {
                throw new EvaluationFailed(
                        "Pod \"%s\" is invalid: spec.activeDeadlineSeconds: Invalid value: %d: must be between 1 and 2147483647, inclusive"
                                .formatted(podName(state, node), seconds));
            }
            deadline = LeafRules.earlier(deadline, Optional.of(at.plusSeconds(seconds)));
        }
        if (template.timeout().isPresent()) {
            var limit = Durations.limit(template.timeout().get());
            deadline = LeafRules.earlier(deadline, Optional.of(RunState.instant(node.startedMicros).plus(limit)));
        }
        if (node.role == RunFact.Role.TRY) {
            deadline = LeafRules.earlier(deadline, new RetryRules.Limits(state, state.node(node.parent)).latestEnd());
        }
        return deadline;
    }

    private static long seconds(String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw new EvaluationFailed("value '" + text + "' cannot be resolved to an int");
        }
    }
}
