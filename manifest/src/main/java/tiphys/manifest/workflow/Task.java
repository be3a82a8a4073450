package tiphys.manifest.workflow;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.manifest.Value;

/// A step of a steps template, or a task of a dag template.
public record Task(Value.Mapping json) {

    /// Its name.
    public String name() {
        return json.textAt("name").orElse("");
    }

    /// The template's name; empty if `templateRef` or `inline` gives it.
    public String template() {
        return json.textAt("template").orElse("");
    }

    /// The template in another object.
    public Optional<TemplateRef> templateRef() {
        return TemplateRef.in(json);
    }

    /// The template itself.
    public Optional<Template> inline() {
        return json.find("inline").isPresent() ? Optional.of(new Template(json.mapAt("inline"))) : Optional.empty();
    }

    /// The arguments it is given.
    public List<Parameter> arguments() {
        return Parameter.list(json.mapAt("arguments"), "parameters");
    }

    /// The artifacts that it is given.
    public List<Artifact> artifacts() {
        return Artifact.list(json.mapAt("arguments"));
    }

    /// Its condition, with tags; empty for none.
    public String when() {
        return json.textAt("when").orElse("");
    }

    /// `depends`; empty if there is none.
    public String depends() {
        return json.textAt("depends").orElse("");
    }

    /// `dependencies`.
    public List<String> dependencies() {
        return json.listAt("dependencies").stream().flatMap(item -> Views.scalar(item).stream()).toList();
    }

    /// Whether it is a loop.
    public boolean loops() {
        return withItems().isPresent() || withParam().isPresent() || withSequence().isPresent();
    }

    /// The items of a loop: a list, or a text with a tag. An empty list is no loop: the step runs once.
    public Optional<Value> withItems() {
        return json.find("withItems")
                .filter(value -> !(value instanceof Value.Null))
                .filter(value -> !(value instanceof Value.Sequence(var items, _) && items.isEmpty()));
    }

    /// The text that gives the items of a loop.
    public Optional<String> withParam() {
        return json.textAt("withParam").filter(text -> !text.isEmpty());
    }

    /// The numbers of a loop.
    public Optional<Value.Mapping> withSequence() {
        return json.find("withSequence")
                .flatMap(value -> value instanceof Value.Mapping map ? Optional.of(map) : Optional.empty());
    }

    /// Whether the workflow goes on if it fails.
    public boolean continuesOnFailed() {
        return Views.flag(json.mapAt("continueOn"), "failed");
    }

    /// Whether the workflow goes on if it errors.
    public boolean continuesOnError() {
        return Views.flag(json.mapAt("continueOn"), "error");
    }

    /// What runs after it ended.
    public Optional<Hook> exit() {
        return Hook.exit(json);
    }

    /// The hooks of the step or task with an expression, by their keys; the exit hook is not among them.
    public Map<String, Hook> lifecycleHooks() {
        return Hook.lifecycle(json);
    }
}
