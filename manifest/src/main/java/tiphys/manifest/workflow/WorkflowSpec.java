package tiphys.manifest.workflow;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tiphys.manifest.Value;

/// The spec of a Workflow or WorkflowTemplate.
public record WorkflowSpec(Value.Mapping json) {

    /// The template to start with; empty if the spec does not say.
    public String entrypoint() {
        return json.textAt("entrypoint").orElse("");
    }

    /// The templates, in the order of the manifest.
    public List<Template> templates() {
        return Views.maps(json, "templates").map(Template::new).toList();
    }

    /// The template with that name.
    public Optional<Template> template(String name) {
        return templates().stream().filter(one -> one.name().equals(name)).findFirst();
    }

    /// `spec.arguments.parameters`.
    public List<Parameter> arguments() {
        return Parameter.list(json.mapAt("arguments"), "parameters");
    }

    /// The WorkflowTemplate whose spec this one runs, as [TemplateRef#library] names it.
    public Optional<String> workflowTemplateRef() {
        var reference = json.mapAt("workflowTemplateRef");
        return reference.textAt("name").map(name -> TemplateRef.library(name, Views.flag(reference, "clusterScope")));
    }

    /// The template of the exit handler, from `onExit` or `hooks.exit`.
    public Optional<Hook> exit() {
        return Hook.exit(json);
    }

    /// The hooks of the workflow with an expression, by their keys; the exit hook is not among them.
    public Map<String, Hook> lifecycleHooks() {
        return Hook.lifecycle(json);
    }

    /// How many pods may be active at once.
    public OptionalLong parallelism() {
        return Views.number(json, "parallelism");
    }

    /// The whole run's deadline in seconds after its start.
    public OptionalLong activeDeadlineSeconds() {
        return Views.number(json, "activeDeadlineSeconds");
    }

    /// Whether nothing new starts.
    public boolean suspend() {
        return Views.flag(json, "suspend");
    }

    /// `Stop`, `Terminate`, or empty.
    public String shutdown() {
        return json.textAt("shutdown").orElse("");
    }

    /// The retry strategy of every template that has none of its own.
    public Optional<RetryStrategy> retryStrategy() {
        return RetryStrategy.in(json);
    }
}
