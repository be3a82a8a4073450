package tiphys.engine.run.rules;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.engine.Executor;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.RunState;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Scope;
import tiphys.language.tags.Tags;
import tiphys.language.tags.Tags.Unresolved;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Template;
import tiphys.manifest.workflow.WorkflowSpec;

/// What a manifest asks of a step's pod beside what its template says of its containers (Argo's 1.16): where it may run, in whose
/// name, what it bears. Worked out only where steps are pods.
final class PodFields {
    /// Where the first of them that says anything wins: the template, the one that its node is a part of, the workflow.
    private static final List<String> PLACES = List.of("nodeSelector", "affinity", "tolerations");

    /// Of the template, else of the workflow.
    private static final List<String> EITHER =
            List.of("schedulerName", "securityContext", "serviceAccountName", "resourceClaims");

    /// Of the workflow alone.
    private static final List<String> COMMON = List.of("imagePullSecrets", "hostNetwork", "dnsPolicy", "dnsConfig");

    /// What a workflow may ask of a cluster beside its pods.
    private static final List<String> ASKED_BY_WORKFLOWS =
            List.of(
                    "ttlStrategy",
                    "podGC",
                    "podDisruptionBudget",
                    "volumeClaimTemplates",
                    "volumeClaimGC",
                    "metrics",
                    "artifactGC");

    private final RunState state;
    private final Node node;
    private final Scope scope;
    private final Value.Mapping template;
    private final Value.Mapping workflow;

    /// @param scope what the tags of the template see
    PodFields(RunState state, Node node, Scope scope) {
        this.state = state;
        this.node = node;
        this.scope = scope;
        template = state.plan(node).template().json();
        workflow = state.library().spec().json();
    }

    /// Whether the steps of a run are pods.
    static boolean wanted(RunState state) {
        return state.host.startsWith(Executor.CLUSTER);
    }

    /// The fields of a node's pod; see [tiphys.engine.StepOrder#pod].
    ///
    /// @param patches what the manifest patches into the pod, in order, its tags replaced
    /// @throws EvaluationFailed if a tag has no value
    Value.Mapping of(List<String> patches) {
        var spec = new LinkedHashMap<String, Object>();
        PLACES.forEach(field -> place(field).ifPresent(value -> spec.put(field, value)));
        EITHER.forEach(field -> first(field, template, workflow).ifPresent(value -> spec.put(field, value)));
        COMMON.forEach(field -> first(field, workflow).ifPresent(value -> spec.put(field, value)));
        first("automountServiceAccountToken", template, workflow)
                .ifPresent(value -> spec.put("automountServiceAccountToken", value));
        first("priorityClassName", template)
                .or(() -> first("podPriorityClassName", workflow))
                .ifPresent(value -> spec.put("priorityClassName", value));
        first("podResources", template, workflow).ifPresent(value -> spec.put("resources", value));
        var aliases = new ArrayList<Value>(workflow.listAt("hostAliases"));
        aliases.addAll(template.listAt("hostAliases"));
        if (!aliases.isEmpty()) {
            spec.put("hostAliases", aliases);
        }
        var metadata = metadata();
        var fields =
                Value.object(
                        "spec",
                        spec.isEmpty() ? null : replaced(Value.of(spec)),
                        "metadata",
                        metadata.isEmpty() ? null : replaced(Value.of(metadata)),
                        "executor",
                        first("executor", template, workflow).map(this::replaced).orElse(null),
                        "podGC",
                        first("podGC", workflow).orElse(null),
                        "podDisruptionBudget",
                        first("podDisruptionBudget", workflow).map(this::replaced).orElse(null),
                        "onExit",
                        state.exempt(node) ? true : null,
                        "podSpecPatch",
                        patches.isEmpty() ? null : Value.of(patches));
        return fields;
    }

    /// What a workflow and one of its templates ask of a cluster beside the pods themselves, by the names of the fields: for an executor to
    /// refuse before the run starts what it does not do.
    static List<String> asks(Template template, WorkflowSpec spec) {
        var asks = new ArrayList<String>();
        for (var field : ASKED_BY_WORKFLOWS) {
            first(field, spec.json()).ifPresent(_ -> asks.add("spec." + field));
        }
        if (!template.inputArtifacts().isEmpty()) {
            asks.add("inputs.artifacts");
        }
        if (!template.outputArtifacts().isEmpty()) {
            asks.add("outputs.artifacts");
        }
        for (var field : List.of("memoize", "metrics")) {
            first(field, template.json()).ifPresent(_ -> asks.add(field));
        }
        return asks;
    }

    private Optional<Value> place(String field) {
        var own = first(field, template);
        if (own.isPresent()) {
            return own;
        }
        var above = node.boundary < 0 ? Value.Mapping.EMPTY : state.plan(state.node(node.boundary)).template().json();
        return first(field, above, workflow);
    }

    private static Optional<Value> first(String field, Value.Mapping... owners) {
        for (var owner : owners) {
            var value = owner.find(field).filter(PodFields::saysSomething);
            if (value.isPresent()) {
                return value;
            }
        }
        return Optional.empty();
    }

    private static boolean saysSomething(Value value) {
        return switch (value) {
            case Value.Null _ -> false;
            case Value.Text(var text, _) -> !text.isEmpty();
            case Value.Sequence(var items, _) -> !items.isEmpty();
            case Value.Mapping map -> !map.fields().isEmpty();
            case Value.Bool _, Value.Number _ -> true;
        };
    }

    /// Labels and annotations: the template's own win over the workflow's; a step's own display name is one, too.
    private Map<String, Object> metadata() {
        var metadata = new LinkedHashMap<String, Object>();
        for (var field : List.of("labels", "annotations")) {
            var merged = new LinkedHashMap<String, Object>(workflow.mapAt("podMetadata", field).fields());
            merged.putAll(template.mapAt("metadata", field).fields());
            if (!merged.isEmpty()) {
                metadata.put(field, merged);
            }
        }
        return metadata;
    }

    private Value replaced(Value value) {
        return Json.write(value).contains("{{")
                ? Tags.replace(value, scope, Unresolved.LAST, Budget.standard())
                : value;
    }
}
