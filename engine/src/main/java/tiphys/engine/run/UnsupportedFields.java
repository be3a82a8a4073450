package tiphys.engine.run;

import java.util.List;
import java.util.Set;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Template;
import tiphys.manifest.workflow.WorkflowSpec;

/// Fields that mean something and are not supported yet: refused by name, so that nothing is ignored.
final class UnsupportedFields {
    private static final Set<String> OF_SPEC =
            Set.of(
                    "volumeClaimTemplates",
                    "synchronization",
                    "artifactRepositoryRef",
                    "artifactGC",
                    "podSpecPatch",
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
                    "metrics",
                    "podSpecPatch",
                    "pendingTimeout");

    private final List<Diagnostic> found;

    UnsupportedFields(List<Diagnostic> found) {
        this.found = found;
    }

    void spec(WorkflowSpec spec) {
        fields(spec.json(), OF_SPEC, "spec", "spec");
        hooks(spec.json(), "spec");
        var templates = spec.templates();
        for (int i = 0; i < templates.size(); i++) {
            template(templates.get(i), "spec.templates[" + i + "]");
        }
    }

    private void template(Template template, String path) {
        var name = "templates." + template.name();
        fields(template.json(), OF_TEMPLATE, path, name);
        for (var side : List.of("inputs", "outputs")) {
            if (!template.json().listAt(side, "artifacts").isEmpty()) {
                refuse(name + "." + side + ".artifacts", template.json().mapAt(side), "artifacts", path + "." + side);
            }
        }
        for (var group : template.steps()) {
            group.forEach(task -> {
                hooks(task.json(), path);
                task.inline().ifPresent(inline -> template(inline, path + ".inline"));
            });
        }
        for (var task : template.tasks()) {
            hooks(task.json(), path);
            task.inline().ifPresent(inline -> template(inline, path + ".inline"));
        }
    }

    private void hooks(Value.Mapping owner, String path) {
        for (var hook : owner.mapAt("hooks").fields().keySet()) {
            if (!hook.equals("exit")) {
                refuse("hooks." + hook, owner.mapAt("hooks"), hook, path + ".hooks");
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
