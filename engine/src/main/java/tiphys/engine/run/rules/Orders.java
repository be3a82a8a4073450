package tiphys.engine.run.rules;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tiphys.engine.StepOrder;
import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.NodeNames;
import tiphys.engine.run.state.RunFact;
import tiphys.engine.run.state.RunState;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.gotext.GoDuration;
import tiphys.language.tags.Tags;
import tiphys.language.tags.Tags.Unresolved;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Template;
import tiphys.manifest.workflow.WorkflowSpec;

/// What an executor is asked for, worked out from a leaf's template.
public final class Orders {
    private static final Duration GRACE = Duration.ofSeconds(30);

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
        var scope = new RunScope(state, node.inputs, -1).with("node.name", node.name).with("pod.name", pod);
        if (node.role == RunFact.Role.TRY) {
            var retry = state.node(node.parent);
            RetryRules.lastTry(scope, state, without(retry, node));
            scope.with("retries", Integer.toString(node.item));
        }
        for (var output : plan.template().outputs()) {
            output.path().ifPresent(path -> scope.with("outputs.parameters." + output.name() + ".path", path));
        }
        var template =
                new Template(
                        (Value.Mapping) Tags.replace(body(plan.template()), scope, Unresolved.KEEP, Budget.standard()));
        var container = template.container();
        return new StepOrder(
                state.nextAttempt(node),
                state.uid,
                state.host,
                state.namespace,
                state.name,
                NodeNames.id(state.name, node.name),
                node.name,
                pod,
                container.textAt("image").orElse(""),
                texts(container, "command"),
                texts(container, "args"),
                template.type()
                        .filter(type -> type == Template.Type.SCRIPT)
                        .map(_ -> container.textAt("source").orElse("")),
                container.textAt("workingDir").filter(text -> !text.isEmpty()),
                env(container),
                envFrom(container),
                mounts(container, template, state.library().spec()),
                resultWanted(node),
                outputs(template),
                deadline(template, node, at),
                GRACE);
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
                                ""),
                        retry.phase,
                        retry.startedMicros,
                        retry.depth);
        retry.tries.subList(0, retry.tries.size() - 1).forEach(before::addTry);
        return before;
    }

    /// What of a template concerns its process.
    private static Value.Mapping body(Template template) {
        var json = template.json();
        return json.without("inputs").without("retryStrategy").without("metadata");
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
                state.deadlineMicros > 0 && state.exit < 0
                        ? Optional.of(RunState.instant(state.deadlineMicros))
                        : Optional.empty();
        if (template.activeDeadlineSeconds().isPresent()) {
            deadline =
                    LeafRules.earlier(deadline, Optional.of(at.plus(seconds(template.activeDeadlineSeconds().get()))));
        }
        if (template.timeout().isPresent()) {
            var limit =
                    GoDuration.parse(template.timeout().get())
                            .orElseThrow(() ->
                                    new EvaluationFailed(
                                            template.timeout().get() + " has invalid duration format in timeout"));
            deadline = LeafRules.earlier(deadline, Optional.of(RunState.instant(node.startedMicros).plus(limit)));
        }
        if (node.role == RunFact.Role.TRY) {
            deadline = LeafRules.earlier(deadline, new RetryRules.Limits(state, state.node(node.parent)).latestEnd());
        }
        return deadline;
    }

    private static Duration seconds(String text) {
        try {
            return Duration.ofSeconds(Long.parseLong(text.strip()));
        } catch (NumberFormatException e) {
            throw new EvaluationFailed("activeDeadlineSeconds is not a number: " + text);
        }
    }

    static List<String> texts(Value.Mapping container, String field) {
        return container.listAt(field).stream().map(Json::text).toList();
    }

    private static List<StepOrder.Variable> env(Value.Mapping container) {
        var env = new ArrayList<StepOrder.Variable>();
        for (var item : container.listAt("env")) {
            var name = item.textAt("name").orElse("");
            var from = item.mapAt("valueFrom");
            if (from.find("configMapKeyRef").isPresent()) {
                var ref = from.mapAt("configMapKeyRef");
                env.add(
                        new StepOrder.Variable(
                                name,
                                new StepOrder.Source.ConfigMapKey(text(ref, "name"), text(ref, "key"), optional(ref))));
            } else if (from.find("secretKeyRef").isPresent()) {
                var ref = from.mapAt("secretKeyRef");
                env.add(
                        new StepOrder.Variable(
                                name,
                                new StepOrder.Source.SecretKey(text(ref, "name"), text(ref, "key"), optional(ref))));
            } else {
                env.add(
                        new StepOrder.Variable(
                                name, new StepOrder.Source.Literal(item.find("value").map(Json::text).orElse(""))));
            }
        }
        return env;
    }

    private static List<StepOrder.EnvFrom> envFrom(Value.Mapping container) {
        var all = new ArrayList<StepOrder.EnvFrom>();
        for (var item : container.listAt("envFrom")) {
            var prefix = item.textAt("prefix").orElse("");
            if (item.find("configMapRef").isPresent()) {
                var ref = item.mapAt("configMapRef");
                all.add(new StepOrder.EnvFrom(StepOrder.Origin.CONFIG_MAP, text(ref, "name"), prefix, optional(ref)));
            } else if (item.find("secretRef").isPresent()) {
                var ref = item.mapAt("secretRef");
                all.add(new StepOrder.EnvFrom(StepOrder.Origin.SECRET, text(ref, "name"), prefix, optional(ref)));
            }
        }
        return all;
    }

    static List<StepOrder.Mount> mounts(Value.Mapping container, Template template, WorkflowSpec spec) {
        var mounts = new ArrayList<StepOrder.Mount>();
        for (var item : container.listAt("volumeMounts")) {
            var name = item.textAt("name").orElse("");
            mounts.add(
                    new StepOrder.Mount(
                            name,
                            item.textAt("mountPath").orElse(""),
                            item.textAt("subPath").filter(text -> !text.isEmpty()),
                            item.find("readOnly").map(value -> value.equals(Value.bool(true))).orElse(false),
                            volume(name, template, spec)));
        }
        return mounts;
    }

    private static StepOrder.Volume volume(String name, Template template, WorkflowSpec spec) {
        var all = new ArrayList<Value>(template.volumes());
        all.addAll(spec.json().listAt("volumes"));
        for (var volume : all) {
            if (volume.textAt("name").orElse("").equals(name)) {
                return volume(name, volume);
            }
        }
        throw new EvaluationFailed("volume '" + name + "' not found in workflow spec");
    }

    private static StepOrder.Volume volume(String name, Value volume) {
        if (volume.find("emptyDir").isPresent()) {
            return new StepOrder.Volume.EmptyDir();
        }
        for (var kind : List.of("configMap", "secret")) {
            if (volume.find(kind).isPresent()) {
                var source = volume.mapAt(kind);
                return new StepOrder.Volume.Keys(
                        kind.equals("secret") ? StepOrder.Origin.SECRET : StepOrder.Origin.CONFIG_MAP,
                        text(source, kind.equals("secret") ? "secretName" : "name"),
                        source.listAt("items").stream()
                                .map(item ->
                                        new StepOrder.Volume.Item(
                                                item.textAt("key").orElse(""), item.textAt("path").orElse("")))
                                .toList(),
                        optional(source));
            }
        }
        throw new EvaluationFailed(
                "volume '"
                        + name
                        + "' is of a kind that this version does not support;"
                        + " emptyDir, configMap and secret are");
    }

    static List<StepOrder.OutputFile> outputs(Template template) {
        return template.outputs().stream()
                .flatMap(one -> one.path().map(path -> new StepOrder.OutputFile(one.name(), path)).stream())
                .toList();
    }

    private static String text(Value.Mapping map, String field) {
        return map.textAt(field).orElse("");
    }

    private static boolean optional(Value.Mapping map) {
        return map.find("optional").map(value -> value.equals(Value.bool(true))).orElse(false);
    }
}
