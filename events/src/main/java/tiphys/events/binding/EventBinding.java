package tiphys.events.binding;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Moment;
import tiphys.language.Scope;
import tiphys.language.expr.Expression;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.ResourceTypes;

/// A WorkflowEventBinding: for each event that its selector takes it submits a WorkflowTemplate, with arguments that are worked out
/// of the event (Argo's 1.12).
///
/// @param object the object itself
public record EventBinding(ApiObject object) {
    private static final String LABELS = "workflows.argoproj.io/";
    private static final int LONGEST_LABEL = 63;

    /// Whether it takes an event and submits something.
    ///
    /// @throws EvaluationFailed in Argo's words, if that cannot be worked out
    public boolean takes(BindingEvent event, Instant at) {
        var selector = object.json().textAt("spec", "event", "selector").orElse("");
        Value result;
        try {
            result = evaluate(selector, event, at);
        } catch (EvaluationFailed e) {
            throw new EvaluationFailed("failed to evaluate workflow template expression: " + e.getMessage());
        }
        if (!(result instanceof Value.Bool(var takes, _))) {
            throw new EvaluationFailed(
                    "failed to evaluate workflow template expression: unable to cast expression result '"
                            + Json.text(result)
                            + "' to bool");
        }
        return takes && object.json().find("spec", "submit").isPresent();
    }

    /// The template that it submits.
    public ObjectKey template() {
        var reference = object.json().mapAt("spec", "submit", "workflowTemplateRef");
        return clusterWide(reference)
                ? new ObjectKey(ResourceTypes.CLUSTER_WORKFLOW_TEMPLATE, "", reference.textAt("name").orElse(""))
                : new ObjectKey(
                        ResourceTypes.WORKFLOW_TEMPLATE, object.namespace(), reference.textAt("name").orElse(""));
    }

    private static boolean clusterWide(Value.Mapping reference) {
        return reference.find("clusterScope").filter(Value.bool(true)::equals).isPresent();
    }

    /// The Workflow that an event that it takes leads to.
    ///
    /// @param template the one that it submits
    /// @throws EvaluationFailed in Argo's words, if an expression cannot be worked out
    public ApiObject workflow(ApiObject template, BindingEvent event, Instant at) {
        var submit = object.json().mapAt("spec", "submit");
        var clusterWide = !template.type().namespaced();
        var labels = new LinkedHashMap<String, String>();
        label(labels, LABELS + (clusterWide ? "cluster-workflow-template" : "workflow-template"), template.name());
        var annotations = new LinkedHashMap<String, String>();
        texts(template.spec().mapAt("workflowMetadata", "labels"), labels);
        texts(template.spec().mapAt("workflowMetadata", "annotations"), annotations);
        var metadata = submit.mapAt("metadata");
        metadata.mapAt("labels")
                .fields()
                .forEach((key, text) -> labels.put(key, string(Json.text(text), "label \"" + key + "\"", event, at)));
        metadata.mapAt("annotations")
                .fields()
                .forEach((key, text) ->
                        annotations.put(key, string(Json.text(text), "annotation \"" + key + "\"", event, at)));
        label(labels, LABELS + "workflow-event-binding", object.name());
        var name = metadata.textAt("name").filter(text -> !text.isEmpty());
        var prefix = metadata.textAt("generateName").filter(text -> !text.isEmpty());
        var reference = Value.object("name", template.name());
        return new ApiObject(
                ResourceTypes.WORKFLOW,
                Value.object(
                        "apiVersion",
                        ResourceTypes.WORKFLOW.apiVersion(),
                        "kind",
                        ResourceTypes.WORKFLOW.kind(),
                        "metadata",
                        Value.object(
                                "name",
                                name.map(text -> string(text, "name", event, at)).orElse(null),
                                "generateName",
                                name.isPresent()
                                        ? null
                                        : prefix.map(text -> string(text, "generateName", event, at))
                                                .orElse(template.name() + "-"),
                                "namespace",
                                object.namespace(),
                                "labels",
                                labels,
                                "annotations",
                                annotations.isEmpty() ? null : annotations),
                        "spec",
                        Value.object(
                                "workflowTemplateRef",
                                clusterWide ? reference.with("clusterScope", Value.bool(true)) : reference,
                                "arguments",
                                arguments(submit, event, at))));
    }

    private static void texts(Value.Mapping from, Map<String, String> into) {
        from.fields().forEach((key, value) -> into.put(key, Json.text(value)));
    }

    private static void label(Map<String, String> labels, String key, String value) {
        if (value.length() <= LONGEST_LABEL) {
            labels.put(key, value);
        }
    }

    private static Value.Mapping arguments(Value.Mapping submit, BindingEvent event, Instant at) {
        var parameters = new ArrayList<Value>();
        for (var parameter : submit.mapAt("arguments").listAt("parameters")) {
            var name = parameter.textAt("name").orElse("");
            var expression = parameter.textAt("valueFrom", "event");
            if (parameter.find("valueFrom").isEmpty()) {
                throw new EvaluationFailed("malformed workflow template parameter \"" + name + "\": valueFrom is nil");
            }
            try {
                var value = evaluate(expression.orElse(""), event, at);
                parameters.add(
                        Value.object(
                                "name",
                                name,
                                "value",
                                value instanceof Value.Text(var text, _) ? text : Json.write(value)));
            } catch (EvaluationFailed e) {
                throw new EvaluationFailed(
                        "failed to evaluate workflow template parameter \""
                                + name
                                + "\" expression: "
                                + e.getMessage());
            }
        }
        return Value.object("parameters", parameters);
    }

    private static String string(String expression, String what, BindingEvent event, Instant at) {
        Value value;
        try {
            value = evaluate(expression, event, at);
        } catch (EvaluationFailed e) {
            throw new EvaluationFailed("failed to evaluate workflow " + what + " expression: " + e.getMessage());
        }
        if (value instanceof Value.Text(var text, _)) {
            return text;
        }
        throw new EvaluationFailed(
                "workflow " + what + " expression must evaluate to a string, and gave " + Json.text(value));
    }

    private static Value evaluate(String expression, BindingEvent event, Instant at) {
        Scope scope = event.scope().at(new Moment(at, expression.hashCode()));
        return Expression.parse(expression).evaluate(scope, Budget.standard());
    }

    /// What is wrong with a binding, as far as that is known without an event.
    public static List<Diagnostic> lint(Value.Mapping json) {
        var found = new ArrayList<Diagnostic>();
        expression(json.mapAt("spec", "event"), "selector", "spec.event.selector", found);
        var submit = json.mapAt("spec", "submit");
        var parameters = submit.mapAt("arguments").listAt("parameters");
        for (int i = 0; i < parameters.size(); i++) {
            var path = "spec.submit.arguments.parameters[" + i + "]";
            if (parameters.get(i).find("valueFrom", "event").isEmpty()) {
                var message =
                        "malformed workflow template parameter \""
                                + parameters.get(i).textAt("name").orElse("")
                                + "\": valueFrom is nil";
                found.add(
                        Diagnostic.error("TIP-3112", message, parameters.get(i).at(), path)
                                .hint("each parameter needs valueFrom.event, an expression over the event"));
            } else {
                expression(parameters.get(i).mapAt("valueFrom"), "event", path + ".valueFrom.event", found);
            }
        }
        var metadata = submit.mapAt("metadata");
        for (var field : List.of("name", "generateName")) {
            expression(metadata, field, "spec.submit.metadata." + field, found);
        }
        for (var field : List.of("labels", "annotations")) {
            var map = metadata.mapAt(field);
            map.fields().keySet().forEach(key -> expression(map, key, "spec.submit.metadata." + field, found));
        }
        return found;
    }

    private static void expression(Value.Mapping owner, String field, String path, List<Diagnostic> found) {
        var text = Optional.ofNullable(owner.fields().get(field));
        if (text.isEmpty() || !(text.get() instanceof Value.Text(var expression, var at))) {
            return;
        }
        try {
            Expression.parse(expression);
        } catch (EvaluationFailed e) {
            found.add(Diagnostic.error("TIP-3112", "the expression cannot be read: " + e.getMessage(), at, path));
        }
    }
}
