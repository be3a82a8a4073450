package tiphys.server.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tiphys.engine.Runs;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.WorkflowSpec;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.Objects;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;
import tiphys.objects.Selector;
import tiphys.server.http.Problem;

/// Requests about objects: the templates and what is submitted from them, and single objects for panels.
final class TemplateRequests {
    /// Among how many of the latest runs those of a template are counted.
    private static final int COUNTED = 1000;

    private static final String MASK = "***";
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private final Objects objects;
    private final Runs runs;

    TemplateRequests(Objects objects, Runs runs) {
        this.objects = objects;
        this.runs = runs;
    }

    void list(Call call) {
        var namespace = call.text("namespace");
        var found =
                objects.list(
                                ResourceTypes.WORKFLOW_TEMPLATE,
                                namespace.isEmpty() ? Optional.empty() : Optional.of(namespace),
                                Selector.ALL,
                                0,
                                "")
                        .objects();
        var counts = new HashMap<String, Integer>();
        for (var run : runs.list(new Runs.Query(namespace, "", "", "", "", COUNTED))) {
            counts.merge(run.namespace() + "/" + run.template(), 1, Integer::sum);
        }
        call.items(found.stream().map(one -> template(one, counts)).toList());
    }

    private static Value.Mapping template(ApiObject template, Map<String, Integer> counts) {
        var spec = new WorkflowSpec(template.spec());
        var parameters = new ArrayList<Value>();
        for (var parameter : spec.arguments()) {
            parameters.add(
                    Value.object(
                            "name",
                            parameter.name(),
                            "value",
                            parameter.value().or(parameter::defaultValue).orElse(""),
                            "description",
                            parameter.json().textAt("description").orElse(""),
                            "enum",
                            parameter.json().listAt("enum")));
        }
        return Value.object(
                "namespace",
                template.namespace(),
                "name",
                template.name(),
                "createdAt",
                template.json().textAt("metadata", "creationTimestamp").orElse(""),
                "entrypoint",
                spec.entrypoint(),
                "parameters",
                parameters,
                "runs",
                counts.getOrDefault(template.namespace() + "/" + template.name(), 0));
    }

    void submit(Call call) throws Exception {
        var namespace = call.part("namespace");
        var body = call.object();
        var name = body.textAt("template").orElse("");
        if (name.isEmpty()) {
            throw new Problem(
                            400,
                            "TIP-4003",
                            "the body has no \"template\"",
                            "name the WorkflowTemplate: {\"template\":\"NAME\",\"parameters\":{}}")
                    .thrown();
        }
        var template =
                objects.find(new ObjectKey(ResourceTypes.WORKFLOW_TEMPLATE, namespace, name))
                        .orElseThrow(() ->
                                new Problem(
                                                404,
                                                "TIP-4040",
                                                "there is no WorkflowTemplate "
                                                        + Call.shortened(namespace + "/" + name),
                                                "`tiphys get wftmpl -A` shows those there are")
                                        .thrown());
        var workflow = Submission.workflow(template, body);
        var created = objects.create(workflow, Objects.Mode.PLAIN).object();
        call.response().getHeaders().put("Location", "/tiphys/v1/namespaces/" + namespace + "/runs/" + created.name());
        call.answer(
                201, runs.detail(namespace, created.name()).orElseGet(() -> RunRequests.json(fresh(created, name))));
    }

    /// The run as it is before anything was decided about it.
    private static Runs.Summary fresh(ApiObject workflow, String template) {
        var created = workflow.json().textAt("metadata", "creationTimestamp").orElse("");
        return new Runs.Summary(
                workflow.uid(),
                workflow.namespace(),
                workflow.name(),
                "",
                "",
                created,
                "",
                "",
                "0/0",
                template,
                "",
                false,
                "",
                List.of());
    }

    void object(Call call) {
        var kind = call.part("kind");
        var type =
                typeOf(kind)
                        .orElseThrow(() ->
                                new Problem(
                                                404,
                                                "TIP-4043",
                                                "there is no kind " + Call.shortened(kind),
                                                "`tiphys get` takes the same kinds")
                                        .thrown());
        var object =
                objects.get(new ObjectKey(type, type.namespaced() ? call.part("namespace") : "", call.part("name")));
        call.answer(type.equals(ResourceTypes.SECRET) ? masked(object.json()) : object.json());
    }

    /// By kind, plural, singular or short name.
    private static Optional<ResourceType> typeOf(String text) {
        var lower = text.toLowerCase(Locale.ROOT);
        return ResourceTypes.ALL.stream()
                .filter(type ->
                        type.kind().equalsIgnoreCase(text)
                                || type.plural().equals(lower)
                                || type.shortNames().contains(lower))
                .findFirst();
    }

    /// A Secret as panels may show it: its keys without their values.
    private static Value.Mapping masked(Value.Mapping secret) {
        var shown = secret;
        for (var field : List.of("data", "stringData")) {
            if (secret.find(field).isPresent()) {
                var keys = new HashMap<String, Object>();
                secret.mapAt(field).fields().keySet().forEach(key -> keys.put(key, MASK));
                shown = shown.with(field, Value.of(keys));
            }
        }
        var annotations = secret.mapAt("metadata", "annotations").without(LAST_APPLIED); // repeats the values
        return secret.find("metadata", "annotations").isEmpty()
                ? shown
                : shown.with("metadata", secret.mapAt("metadata").with("annotations", annotations));
    }
}
