package tiphys.engine.run.validate;

import java.util.List;
import java.util.Set;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Task;
import tiphys.manifest.workflow.Template;
import tiphys.manifest.workflow.WorkflowSpec;

/// Fields that mean something and are not supported yet: refused by name, so that nothing is ignored.
public final class UnsupportedFields {
    private static final Set<String> OF_SPEC =
            Set.of(
                    "volumeClaimTemplates",
                    "synchronization",
                    "artifactRepositoryRef",
                    "artifactGC",
                    "archiveLogs",
                    "podSpecPatch",
                    "ttlStrategy",
                    "workflowMetadata",
                    "executorPlugins",
                    "metrics");
    private static final Set<String> OF_TEMPLATE =
            Set.of(
                    "containerSet",
                    "resource",
                    "data",
                    "http",
                    "plugin",
                    "synchronization",
                    "memoize",
                    "daemon",
                    "sidecars",
                    "initContainers",
                    "archiveLocation",
                    "metrics",
                    "podSpecPatch",
                    "pendingTimeout");
    private static final Set<String> VOLUMES = Set.of("name", "emptyDir", "configMap", "secret");
    private static final Set<String> OUTPUTS = Set.of("path", "parameter", "expression", "default", "supplied");

    private final List<Diagnostic> found;

    public UnsupportedFields(List<Diagnostic> found) {
        this.found = found;
    }

    public void spec(WorkflowSpec spec) {
        fields(spec.json(), OF_SPEC, "spec", "spec");
        hooks(spec.json(), "spec");
        volumes(spec.json(), "spec", "spec");
        if (!spec.json().listAt("arguments", "artifacts").isEmpty()) {
            refuse("spec.arguments.artifacts", spec.json().mapAt("arguments"), "artifacts", "spec.arguments");
        }
        clusterScope(spec.json(), "workflowTemplateRef", "spec", "spec");
        var templates = spec.templates();
        for (int i = 0; i < templates.size(); i++) {
            template(templates.get(i), "spec.templates[" + i + "]");
        }
    }

    public void template(Template template, String path) {
        var name = "templates." + template.name();
        fields(template.json(), OF_TEMPLATE, path, name);
        volumes(template.json(), path, name);
        for (var side : List.of("inputs", "outputs")) {
            if (!template.json().listAt(side, "artifacts").isEmpty()) {
                refuse(name + "." + side + ".artifacts", template.json().mapAt(side), "artifacts", path + "." + side);
            }
        }
        for (var output : template.outputs()) {
            only(output.valueFrom(), OUTPUTS, name + ".outputs.parameters." + output.name() + ".valueFrom", path);
        }
        container(template.container(), name, path);
        template.steps().forEach(group -> group.forEach(task -> task(task, name, path)));
        template.tasks().forEach(task -> task(task, name, path));
    }

    private void container(Value.Mapping container, String name, String path) {
        for (var variable : container.listAt("env")) {
            only(
                    variable.mapAt("valueFrom"),
                    Set.of("configMapKeyRef", "secretKeyRef"),
                    name + ".env." + variable.textAt("name").orElse("") + ".valueFrom",
                    path + ".env");
        }
        for (var mount : container.listAt("volumeMounts")) {
            if (mount instanceof Value.Mapping json && json.find("subPathExpr").isPresent()) {
                refuse(name + ".volumeMounts.subPathExpr", json, "subPathExpr", path + ".volumeMounts");
            }
        }
    }

    private void task(Task task, String owner, String path) {
        var name = owner + "." + task.name();
        hooks(task.json(), path);
        clusterScope(task.json(), "templateRef", name, path);
        if (!task.json().listAt("arguments", "artifacts").isEmpty()) {
            refuse(name + ".arguments.artifacts", task.json().mapAt("arguments"), "artifacts", path);
        }
        task.inline().ifPresent(inline -> template(inline, path + ".inline"));
    }

    private void volumes(Value.Mapping owner, String path, String name) {
        for (var volume : owner.listAt("volumes")) {
            if (volume instanceof Value.Mapping json) {
                only(json, VOLUMES, name + ".volumes." + json.textAt("name").orElse(""), path + ".volumes");
            }
        }
    }

    public void clusterScope(Value.Mapping owner, String field, String name, String path) {
        var reference = owner.mapAt(field);
        if (reference.find("clusterScope").filter(value -> value.equals(Value.bool(true))).isPresent()) {
            refuse(name + "." + field + ".clusterScope", reference, "clusterScope", path + "." + field);
        }
    }

    private void hooks(Value.Mapping owner, String path) {
        for (var hook : owner.mapAt("hooks").fields().keySet()) {
            if (!hook.equals("exit")) {
                refuse("hooks." + hook, owner.mapAt("hooks"), hook, path + ".hooks");
            }
        }
    }

    /// Refuses every field that is none of these.
    private void only(Value.Mapping json, Set<String> supported, String name, String path) {
        for (var field : json.fields().keySet()) {
            if (!supported.contains(field)) {
                refuse(name + "." + field, json, field, path);
            }
        }
    }

    private void fields(Value.Mapping json, Set<String> unsupported, String path, String name) {
        for (var field : json.fields().entrySet()) {
            var empty =
                    (field.getValue() instanceof Value.Sequence(var items, _) && items.isEmpty())
                            || field.getValue() instanceof Value.Null
                            || field.getValue().equals(Value.bool(false));
            if (unsupported.contains(field.getKey()) && !empty) {
                refuse(name + "." + field.getKey(), json, field.getKey(), path);
            }
        }
    }

    private void refuse(String what, Value.Mapping json, String field, String path) {
        found.add(
                Diagnostic.error(
                                "TIP-2020",
                                what + " is not supported by this version of Tiphys",
                                json.keyAt(field),
                                path + "." + field)
                        .hint("docs/parity.md lists what is; nothing that a manifest says is ignored"));
    }
}
