package tiphys.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.DidYouMean;
import tiphys.manifest.Position;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.TemplateRef;
import tiphys.manifest.workflow.WorkflowSpec;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;

/// What one object of a set may refer to in it: the objects of its namespace. An object that names no namespace is put into one
/// when it is applied, so it may meet every other.
final class LintReferences {
    private final List<Lint.Entry> reachable;
    private final Lint.Entry owner;
    private final List<Diagnostic> found = new ArrayList<>();

    LintReferences(List<Lint.Entry> all, Lint.Entry owner) {
        this.owner = owner;
        this.reachable =
                all.stream()
                        .filter(one ->
                                one.namespace().isEmpty()
                                        || owner.namespace().isEmpty()
                                        || one.namespace().equals(owner.namespace()))
                        .toList();
    }

    /// The WorkflowTemplates and ClusterWorkflowTemplates, as [TemplateRef#library] names them.
    Map<String, WorkflowSpec> templates() {
        var templates = new LinkedHashMap<String, WorkflowSpec>();
        for (var one : reachable) {
            if (template(one)) {
                templates.putIfAbsent(library(one), new WorkflowSpec(one.json().mapAt("spec")));
            }
        }
        return templates;
    }

    private static boolean template(Lint.Entry one) {
        return one.is(ResourceTypes.WORKFLOW_TEMPLATE) || one.is(ResourceTypes.CLUSTER_WORKFLOW_TEMPLATE);
    }

    private static String library(Lint.Entry one) {
        return TemplateRef.library(one.name(), one.is(ResourceTypes.CLUSTER_WORKFLOW_TEMPLATE));
    }

    /// The object of [#templates] with that name.
    Optional<Lint.Entry> library(String name) {
        return reachable.stream().filter(one -> template(one) && library(one).equals(name)).findFirst();
    }

    /// The EventSources.
    List<Value.Mapping> eventSources() {
        return reachable.stream().filter(one -> one.is(ResourceTypes.EVENT_SOURCE)).map(Lint.Entry::json).toList();
    }

    /// What the object names and the set does not have, although it has others of that kind.
    List<Diagnostic> check() {
        var spec = owner.json().mapAt("spec");
        if (owner.is(ResourceTypes.WORKFLOW) || template(owner)) {
            account(spec, "spec");
            var templates = spec.listAt("templates");
            for (int i = 0; i < templates.size(); i++) {
                if (templates.get(i) instanceof Value.Mapping template) {
                    account(template, "spec.templates[" + i + "]");
                }
            }
        } else if (owner.is(ResourceTypes.SENSOR) || owner.is(ResourceTypes.EVENT_SOURCE)) {
            account(spec.mapAt("template"), "spec.template");
            bus(spec);
        } else if (owner.is(ResourceTypes.ROLE_BINDING)) {
            binding();
        }
        return found;
    }

    private void account(Value.Mapping json, String path) {
        var name = json.textAt("serviceAccountName").orElse("default");
        if (!name.equals("default")) {
            refer(ResourceTypes.SERVICE_ACCOUNT, name, at(json, "serviceAccountName"), path + ".serviceAccountName");
        }
    }

    private void bus(Value.Mapping spec) {
        var name = spec.textAt("eventBusName").filter(text -> !text.isEmpty()).orElse("default");
        var at = spec.find("eventBusName").map(Value::at).orElse(owner.json().at());
        refer(ResourceTypes.EVENT_BUS, name, at, "spec.eventBusName");
    }

    private void binding() {
        var role = owner.json().mapAt("roleRef");
        if (role.textAt("kind").orElse("").equals("Role")) {
            refer(ResourceTypes.ROLE, role.textAt("name").orElse(""), at(role, "name"), "roleRef.name");
        }
        var subjects = owner.json().listAt("subjects");
        for (int i = 0; i < subjects.size(); i++) {
            if (subjects.get(i) instanceof Value.Mapping subject
                    && subject.textAt("kind").orElse("").equals("ServiceAccount")) {
                var name = subject.textAt("name").orElse("");
                if (!name.equals("default")) {
                    refer(ResourceTypes.SERVICE_ACCOUNT, name, at(subject, "name"), "subjects[" + i + "].name");
                }
            }
        }
    }

    private void refer(ResourceType type, String name, Position at, String path) {
        var names = reachable.stream().filter(one -> one.is(type)).map(Lint.Entry::name).toList();
        if (names.isEmpty() || names.contains(name) || name.isEmpty() || name.contains("{{")) {
            return;
        }
        var message = "the " + type.kind() + " " + name + " is not among these files, though others are";
        var warning = Diagnostic.warning("TIP-1203", message, at, path);
        found.add(DidYouMean.hint(name, names).map(warning::hint).orElse(warning));
    }

    private static Position at(Value.Mapping json, String field) {
        return json.find(field).map(Value::at).orElse(json.at());
    }
}
