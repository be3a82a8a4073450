package tiphys.server.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tiphys.engine.Runs;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.TemplateRef;
import tiphys.manifest.workflow.WorkflowSpec;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.Objects;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;
import tiphys.objects.Selector;
import tiphys.server.http.Problem;

/// Requests about templates, what is submitted from them, and what is submitted once more or deleted.
final class TemplateRequests {
    /// Among how many of the latest runs those of a template are counted.
    private static final int COUNTED = 1000;

    private static final String DESCRIPTION = "workflows.argoproj.io/description";

    private final Objects objects;
    private final Runs runs;

    TemplateRequests(Objects objects, Runs runs) {
        this.objects = objects;
        this.runs = runs;
    }

    void list(Call call) {
        var namespace = call.text("namespace");
        var found =
                new ArrayList<ApiObject>(
                        all(
                                ResourceTypes.WORKFLOW_TEMPLATE,
                                namespace.isEmpty() ? Optional.empty() : Optional.of(namespace)));
        found.addAll(all(ResourceTypes.CLUSTER_WORKFLOW_TEMPLATE, Optional.empty()));
        var counts = new HashMap<String, Integer>();
        for (var run : runs.list(new Runs.Query(namespace, "", "", "", "", COUNTED))) {
            var home = TemplateRef.clusterWide(run.template()) ? "" : run.namespace();
            counts.merge(home + "/" + run.template(), 1, Integer::sum);
        }
        call.items(found.stream().map(one -> template(one, counts)).toList());
    }

    private List<ApiObject> all(ResourceType type, Optional<String> namespace) {
        return objects.list(type, namespace, Selector.ALL, 0, "").objects();
    }

    /// What the API calls a template: `cluster/NAME`, if it belongs to no namespace.
    static String library(ApiObject template) {
        return TemplateRef.library(template.name(), !template.type().namespaced());
    }

    private Optional<ApiObject> find(String namespace, String library) {
        boolean clusterWide = TemplateRef.clusterWide(library);
        var type = clusterWide ? ResourceTypes.CLUSTER_WORKFLOW_TEMPLATE : ResourceTypes.WORKFLOW_TEMPLATE;
        return objects.find(new ObjectKey(type, clusterWide ? "" : namespace, TemplateRef.nameOf(library)));
    }

    private static Value.Mapping template(ApiObject template, Map<String, Integer> counts) {
        var spec = new WorkflowSpec(template.spec());
        var parameters = new ArrayList<Value>();
        for (var parameter : spec.arguments()) {
            parameters.add(
                    parameter(
                            parameter.name(),
                            parameter.value().or(parameter::defaultValue).orElse(null),
                            parameter.json().textAt("description").orElse(""),
                            parameter.json().listAt("enum"),
                            true));
        }
        UsedParameters.undeclared(template)
                .forEach(name -> parameters.add(parameter(name, null, "", List.of(), false)));
        return Value.object(
                "namespace",
                template.namespace(),
                "name",
                library(template),
                "createdAt",
                template.json().textAt("metadata", "creationTimestamp").orElse(""),
                "entrypoint",
                spec.entrypoint(),
                "description",
                template.json().textAt("metadata", "annotations", DESCRIPTION).orElse(""),
                "parameters",
                parameters,
                "runs",
                counts.getOrDefault(template.namespace() + "/" + library(template), 0));
    }

    /// @param value its default; null if it has none
    private static Value.Mapping parameter(
            String name, @Nullable String value, String description, List<Value> choices, boolean declared) {
        return Value.object(
                "name", name, "value", value, "description", description, "enum", choices, "declared", declared);
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
                find(namespace, name)
                        .orElseThrow(() ->
                                new Problem(
                                                404,
                                                "TIP-4040",
                                                "there is no WorkflowTemplate "
                                                        + Call.shortened(
                                                                TemplateRef.clusterWide(name)
                                                                        ? name
                                                                        : namespace + "/" + name),
                                                "`tiphys get wftmpl -A` shows those there are")
                                        .thrown());
        created(call, Submission.workflow(template, namespace, body), name);
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

    /// Starts the Workflow of a run once more.
    void resubmit(Call call) throws Exception {
        var run = RunRequests.found(runs, call);
        var wish = call.object();
        var given = Submission.given(wish);
        var original = objects.get(new ObjectKey(ResourceTypes.WORKFLOW, run.namespace(), run.name()));
        var template =
                new WorkflowSpec(original.spec())
                        .workflowTemplateRef()
                        .flatMap(library -> find(run.namespace(), library));
        created(call, Resubmission.workflow(original, template, given, wish), run.template());
    }

    /// Deletes the Workflow of a run; one that is under way ends with it.
    void delete(Call call) {
        var run = RunRequests.found(runs, call);
        objects.delete(
                new ObjectKey(ResourceTypes.WORKFLOW, run.namespace(), run.name()),
                new Objects.Precondition(Optional.of(run.uid()), Optional.empty()),
                Objects.Mode.PLAIN);
        call.answer(Value.Mapping.EMPTY);
    }

    private void created(Call call, ApiObject workflow, String template) {
        var created = objects.create(workflow, Objects.Mode.PLAIN).object();
        var namespace = created.namespace();
        call.response().getHeaders().put("Location", "/tiphys/v1/namespaces/" + namespace + "/runs/" + created.name());
        call.answer(
                201,
                runs.detail(namespace, created.name()).orElseGet(() -> RunRequests.json(fresh(created, template))));
    }
}
