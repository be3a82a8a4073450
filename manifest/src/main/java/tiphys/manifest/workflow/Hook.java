package tiphys.manifest.workflow;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.manifest.Value;

/// A lifecycle hook: a template that runs because something else began, changed or ended.
public record Hook(Value.Mapping json) {

    /// The exit hook of a spec, step or task: the older `onExit`, else `hooks.exit`.
    static Optional<Hook> exit(Value.Mapping owner) {
        return owner.textAt("onExit")
                .filter(name -> !name.isEmpty())
                .map(name -> new Hook(Value.object("template", name)))
                .or(() -> owner.find("hooks", "exit").map(_ -> new Hook(owner.mapAt("hooks", "exit"))));
    }

    /// The hooks of a spec, step or task that are not its exit hook, by their keys.
    static Map<String, Hook> lifecycle(Value.Mapping owner) {
        var hooks = new LinkedHashMap<String, Hook>();
        owner.mapAt("hooks")
                .fields()
                .forEach((key, hook) -> {
                    if (!key.equals("exit") && hook instanceof Value.Mapping json) {
                        hooks.put(key, new Hook(json));
                    }
                });
        return hooks;
    }

    /// The template's name; empty if `templateRef` names it.
    public String template() {
        return json.textAt("template").orElse("");
    }

    /// The template in another object.
    public Optional<TemplateRef> templateRef() {
        return TemplateRef.in(json);
    }

    /// When it runs; empty for always.
    public String expression() {
        return json.textAt("expression").orElse("");
    }

    /// The arguments it is given.
    public List<Parameter> arguments() {
        return Parameter.list(json.mapAt("arguments"), "parameters");
    }

    /// The hook as a task, so that both run the same way.
    public Task asTask(String name) {
        return new Task(json.with("name", name).without("expression"));
    }
}
