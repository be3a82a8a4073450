package tiphys.server.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Parameter;
import tiphys.manifest.workflow.WorkflowSpec;
import tiphys.objects.ApiObject;
import tiphys.objects.ResourceTypes;
import tiphys.server.http.Problem;

/// Makes the Workflow that `argo submit --from` makes of a WorkflowTemplate, after checking its parameters.
final class Submission {
    private static final String TEMPLATE_LABEL = "workflows.argoproj.io/workflow-template";
    private static final String CLUSTER_TEMPLATE_LABEL = "workflows.argoproj.io/cluster-workflow-template";
    private static final int LONGEST_LABEL = 63;

    private Submission() {}

    /// @param template a WorkflowTemplate or a ClusterWorkflowTemplate
    /// @param namespace of the Workflow
    /// @param wish `parameters` and, if another template of it is meant, `entrypoint`
    /// @throws Problem.Thrown 422 for a parameter that the template does not have, needs, or does not allow
    static ApiObject workflow(ApiObject template, String namespace, Value.Mapping wish) {
        var spec = new WorkflowSpec(template.spec());
        var given = given(wish);
        check(template, spec.arguments(), given);

        var parameters = new ArrayList<Value>();
        given.forEach((name, value) -> parameters.add(Value.object("name", name, "value", value)));
        boolean clusterWide = !template.type().namespaced();
        var reference = Value.object("name", template.name());
        var wanted =
                Value.object(
                                "workflowTemplateRef",
                                clusterWide ? reference.with("clusterScope", Value.bool(true)) : reference)
                        .with("arguments", Value.object("parameters", parameters));
        var entrypoint = wish.textAt("entrypoint").orElse("");
        if (!entrypoint.isEmpty()) {
            if (spec.template(entrypoint).isEmpty()) {
                throw wrong("TIP-4224", called(template) + " has no template " + entrypoint, "");
            }
            wanted = wanted.with("entrypoint", entrypoint);
        }
        var metadata = Value.object("generateName", template.name() + "-", "namespace", namespace);
        if (template.name().length() <= LONGEST_LABEL) {
            metadata =
                    metadata.with(
                            "labels",
                            Value.object(clusterWide ? CLUSTER_TEMPLATE_LABEL : TEMPLATE_LABEL, template.name()));
        }
        return new ApiObject(
                ResourceTypes.WORKFLOW,
                Value.object(
                        "apiVersion",
                        ResourceTypes.WORKFLOW.apiVersion(),
                        "kind",
                        ResourceTypes.WORKFLOW.kind(),
                        "metadata",
                        metadata,
                        "spec",
                        wanted));
    }

    /// The `parameters` of a wish, each as the text that it stands for.
    static Map<String, String> given(Value.Mapping wish) {
        var given = new LinkedHashMap<String, String>();
        wish.mapAt("parameters")
                .fields()
                .forEach((name, value) ->
                        given.put(name, value instanceof Value.Text(var text, _) ? text : Json.write(value)));
        return given;
    }

    private static void check(ApiObject from, List<Parameter> parameters, Map<String, String> given) {
        var undeclared = UsedParameters.undeclared(from);
        var names = new LinkedHashSet<>(parameters.stream().map(Parameter::name).toList());
        names.addAll(undeclared);
        for (var name : given.keySet()) {
            if (!names.contains(name)) {
                throw wrong(
                        "TIP-4221",
                        called(from) + " has no parameter " + Call.shortened(name),
                        names.isEmpty() ? "it takes none" : "its parameters are " + String.join(", ", names));
            }
        }
        for (var name : undeclared) {
            if (!given.containsKey(name)) {
                throw wrong(
                        "TIP-4222",
                        called(from) + " needs the parameter " + name,
                        "its steps use it, and it is not declared");
            }
        }
        for (var parameter : parameters) {
            var value = Optional.ofNullable(given.get(parameter.name()));
            if (value.isEmpty()
                    && parameter.value().isEmpty()
                    && parameter.defaultValue().isEmpty()
                    && parameter.valueFrom().fields().isEmpty()) {
                throw wrong("TIP-4222", called(from) + " needs the parameter " + parameter.name(), "it has no default");
            }
            var allowed = parameter.json().listAt("enum").stream().map(Submission::plain).toList();
            if (value.isPresent() && !allowed.isEmpty() && !allowed.contains(value.get())) {
                throw wrong(
                        "TIP-4223",
                        "the parameter " + parameter.name() + " cannot be " + Call.shortened(value.get()),
                        "it is one of " + String.join(", ", allowed));
            }
        }
    }

    private static String called(ApiObject template) {
        return template.type().kind() + " " + template.name();
    }

    private static String plain(Value value) {
        return value instanceof Value.Text(var text, _) ? text : Json.write(value);
    }

    private static Problem.Thrown wrong(String code, String message, String hint) {
        return new Problem(422, code, message, hint).thrown();
    }
}
