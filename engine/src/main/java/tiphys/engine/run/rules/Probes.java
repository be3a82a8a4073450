package tiphys.engine.run.rules;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tiphys.engine.AttemptId;
import tiphys.engine.ResolvedTemplate;
import tiphys.engine.StepOrder;
import tiphys.engine.run.state.Library;
import tiphys.engine.run.state.Plan;
import tiphys.engine.run.state.RunState;
import tiphys.engine.run.state.VolumeClaims;
import tiphys.engine.run.validate.UnsupportedFields;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Scope;
import tiphys.language.tags.Tags;
import tiphys.language.tags.Tags.Unresolved;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Task;
import tiphys.manifest.workflow.Template;
import tiphys.manifest.workflow.WorkflowSpec;

/// What is known of a run's steps before it starts, as orders that are never given: the executor is asked whether it could
/// honour them. What only a tag gives is left out; of a template whose image only a tag gives nothing is known.
public final class Probes {
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final RunState state;
    private final WorkflowSpec spec;
    private final Library library;
    private final Scope scope;

    public Probes(RunState state, WorkflowSpec spec) {
        this.state = state;
        this.spec = spec;
        library = new Library(spec, state.suppliedTemplates());
        Map<String, Value> known = new LinkedHashMap<>();
        RunScope.values(spec).forEach((name, value) -> known.put("workflow.parameters." + name, Value.text(value)));
        scope = Scope.of(known);
    }

    /// One for each template of a step that the entrypoint or the exit handler can lead to.
    public List<StepOrder> all() {
        var orders = new ArrayList<StepOrder>();
        for (var key : reachable()) {
            library.plan(key).map(Plan::template).filter(this::asked).flatMap(this::order).ifPresent(orders::add);
        }
        return orders;
    }

    /// Whether the executor is asked about a template. The server does some itself where steps are no pods.
    private boolean asked(Template template) {
        return template.leaf() || (PodFields.wanted(state) && template.served());
    }

    /// What is not supported in templates of other objects that the run can lead to; its own are checked with its spec.
    List<Diagnostic> unsupported() {
        var found = new ArrayList<Diagnostic>();
        for (var key : reachable()) {
            if (Library.elsewhere(key)) {
                library.plan(key).ifPresent(plan -> new UnsupportedFields(found).template(plan.template(), key));
            }
        }
        return found;
    }

    private Set<String> reachable() {
        var seen = new LinkedHashSet<String>();
        var open = new ArrayDeque<String>();
        open.add("local/" + spec.entrypoint());
        spec.exit().ifPresent(hook -> open.add(Library.keyOf(hook.asTask("onExit"), "local")));
        spec.lifecycleHooks().forEach((key, hook) -> open.add(Library.keyOf(hook.asTask(key), "local")));
        while (!open.isEmpty()) {
            var key = open.remove();
            if (!key.contains("{{") && seen.add(key)) {
                library.plan(key).ifPresent(plan -> plan.tasks().forEach(task -> callees(task, key, open)));
            }
        }
        return seen;
    }

    private static void callees(Task task, String within, ArrayDeque<String> open) {
        open.add(Library.keyOf(task, within));
        task.exit().map(hook -> Library.keyOf(hook.asTask("onExit"), within)).ifPresent(open::add);
        task.lifecycleHooks().forEach((key, hook) -> open.add(Library.keyOf(hook.asTask(key), within)));
    }

    private Optional<StepOrder> order(Template template) {
        try {
            var json = (Value.Mapping) Tags.replace(template.json(), scope, Unresolved.KEEP, Budget.standard());
            var patched = patched(new Template(json));
            var known = new Template(FieldsOfPods.own(patched.json(), patched, spec));
            if (known.container().textAt("image").orElse("").contains("{{")) {
                return Optional.empty();
            }
            return Optional.of(
                    new StepOrder(
                            new AttemptId(state.uid + "-0-0-0"),
                            state.uid,
                            state.host,
                            state.namespace,
                            state.name,
                            state.name,
                            template.name(),
                            state.name,
                            ImageRows.into(
                                    state,
                                    withoutTags(
                                            Orders.joined(known, new Orders.Volumes(known.json().listAt("volumes"))))),
                            false,
                            Optional.empty(),
                            GRACE,
                            PodFields.wanted(state)
                                    ? Value.object("asks", PodFields.asks(template, spec))
                                    : Value.Mapping.EMPTY));
        } catch (EvaluationFailed e) {
            return Optional.empty(); // the step itself will say so, at its time
        }
    }

    /// The template with what it mounts, and patched as far as that is known.
    private Template patched(Template template) {
        var volumes = new ArrayList<Value>(template.volumes());
        volumes.addAll(VolumeClaims.volumes(spec, state.name));
        volumes.addAll(spec.json().listAt("volumes"));
        var patches = PodPatches.of(template, spec).stream().filter(patch -> !patch.contains("{{")).toList();
        var patched =
                patches.isEmpty()
                        ? new PodPatches.Patched(template, volumes, Optional.empty())
                        : PodPatches.apply(template, volumes, patches);
        return new Template(patched.template().json().with("volumes", Value.list(patched.volumes())));
    }

    /// What is known of a template before it runs: paths that only a tag gives are not looked at.
    private static ResolvedTemplate withoutTags(ResolvedTemplate template) {
        var json = template.json();
        for (var type : List.of("container", "script")) {
            if (json.find(type).isPresent()) {
                json = json.with(type, withoutTags(json.mapAt(type)));
            }
        }
        for (var type : List.of("initContainers", "sidecars")) {
            if (!json.listAt(type).isEmpty()) {
                json = json.with(type, withoutTags(json.listAt(type)));
            }
        }
        if (json.find("containerSet").isPresent()) {
            var set = withMounts(json.mapAt("containerSet"));
            json = json.with("containerSet", set.with("containers", withoutTags(set.listAt("containers"))));
        }
        var outputs =
                json.mapAt("outputs").listAt("parameters").stream()
                        .filter(output -> !output.textAt("valueFrom", "path").orElse("").contains("{{"))
                        .toList();
        var volumes = json.listAt("volumes").stream().filter(volume -> !Json.write(volume).contains("{{")).toList();
        return new ResolvedTemplate(
                json.with("outputs", Value.object("parameters", Value.list(outputs)))
                        .with("volumes", Value.list(volumes)));
    }

    private static Value withoutTags(List<Value> containers) {
        return Value.list(
                containers.stream()
                        .filter(one -> !one.textAt("image").orElse("").contains("{{"))
                        .map(one -> withoutTags((Value.Mapping) one))
                        .toList());
    }

    private static Value.Mapping withoutTags(Value.Mapping container) {
        var known = container.without("args").without("source").without("env").without("envFrom");
        if (known.textAt("workingDir").orElse("").contains("{{")) {
            known = known.without("workingDir");
        }
        return withMounts(known);
    }

    private static Value.Mapping withMounts(Value.Mapping owner) {
        var mounts =
                owner.listAt("volumeMounts").stream()
                        .filter(mount -> !mount.textAt("mountPath").orElse("").contains("{{"))
                        .filter(mount -> !mount.textAt("subPath").orElse("").contains("{{"))
                        .toList();
        return owner.with("volumeMounts", Value.list(mounts));
    }
}
