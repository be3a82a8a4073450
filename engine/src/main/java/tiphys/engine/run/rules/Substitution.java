package tiphys.engine.run.rules;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tiphys.engine.run.state.RunState;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Scope;
import tiphys.language.tags.Tags;
import tiphys.language.tags.Tags.Unresolved;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Parameter;
import tiphys.manifest.workflow.Task;
import tiphys.manifest.workflow.Template;

/// How values get into texts: arguments into inputs, inputs into templates (Argo's passes 3 to 6).
public final class Substitution {
    /// What only the step itself knows, once it runs.
    static final Set<String> LATER =
            Set.of("retries", "lastRetry", "pod.name", "node.name", "steps.name", "tasks.name", "outputs");

    /// The same, and the item of a loop.
    private static final Set<String> OF_LOOPS =
            Stream.concat(LATER.stream(), Stream.of("item")).collect(Collectors.toUnmodifiableSet());

    private Substitution() {}

    /// A step or task with the tags replaced that its siblings and its template's inputs give. Conditions, hooks and inline
    /// templates are left alone: they have their own time.
    ///
    /// @throws EvaluationFailed if a tag of a sibling cannot be resolved
    static Task resolve(Task task, RunScope scope, Budget budget) {
        var json = task.json().without("when").without("hooks").without("onExit").without("inline").without("depends");
        json = ArtifactRules.resolved(json, scope, budget);
        var arguments = json.mapAt("arguments");
        if (!arguments.listAt("parameters").isEmpty()) {
            json = json.with("arguments", arguments.with("parameters", withoutAbsent(arguments, scope)));
        }
        return new Task((Value.Mapping) Tags.replaceExcept(json, scope, task.loops() ? OF_LOOPS : LATER, budget));
    }

    /// The arguments without those whose whole value is the output of something that did not run: such an argument
    /// counts as not given, so that the input's own default applies.
    private static Value.Sequence withoutAbsent(Value.Mapping arguments, Scope scope) {
        return Value.list(
                arguments.listAt("parameters").stream()
                        .filter(one -> !one.textAt("value").map(text -> absent(text, scope)).orElse(false))
                        .toList());
    }

    private static boolean absent(String text, Scope scope) {
        if (!text.startsWith("{{") || !text.endsWith("}}") || text.startsWith("{{=")) {
            return false;
        }
        var tags = Tags.find(text);
        return tags.size() == 1
                && tags.getFirst().length() == text.length()
                && scope.find(tags.getFirst().body()).orElse(Value.text("")) instanceof Value.Null;
    }

    /// The values of a template's inputs.
    ///
    /// @param given the values of the arguments
    /// @throws EvaluationFailed `inputs.parameters.x was not supplied`
    static Map<String, String> inputs(RunState state, Template template, Map<String, String> given, Budget budget) {
        var inputs = new LinkedHashMap<String, String>();
        for (var input : template.inputs()) {
            var value = again(state, given.get(input.name()), budget);
            if (value == null) {
                value =
                        input.value()
                                .or(input::defaultValue)
                                .or(() -> fromConfigMap(state, input))
                                .or(input::valueFromDefault)
                                .map(text ->
                                        Tags.replace(
                                                text, new RunScope(state, inputs, -1), Unresolved.KEEP_LATE, budget))
                                .orElseThrow(() ->
                                        new EvaluationFailed(
                                                "inputs.parameters." + input.name() + " was not supplied"));
            }
            inputs.put(input.name(), value);
        }
        return inputs;
    }

    /// An argument with the workflow's parameters put in once more: a nested tag becomes one of theirs, and their own values may
    /// name others.
    private static @Nullable String again(RunState state, @Nullable String value, Budget budget) {
        if (value == null || !value.contains("{{workflow.parameters.") || value.contains("{{=")) {
            return value;
        }
        Map<String, Value> known = new LinkedHashMap<>();
        state.parameters.forEach((name, text) -> known.put("workflow.parameters." + name, Value.text(text)));
        return Tags.replace(value, Scope.of(known), Unresolved.KEEP, budget);
    }

    private static Optional<String> fromConfigMap(RunState state, Parameter input) {
        if (input.configMapKey().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ConfigMapKeys.value(state, input, state.parameters));
        } catch (EvaluationFailed e) {
            var substitution = String.valueOf(e.getMessage()).startsWith("failed to substitute");
            throw substitution
                    ? e
                    : new EvaluationFailed(
                            "unable to retrieve inputs.parameters."
                                    + input.name()
                                    + " from ConfigMap: "
                                    + e.getMessage());
        }
    }

    /// The values that a task's arguments give.
    static Map<String, String> given(Task task) {
        var given = new LinkedHashMap<String, String>();
        task.arguments().forEach(one -> one.value().ifPresent(value -> given.put(one.name(), value)));
        return given;
    }

    /// A part of a template with what is known of the whole run in the place of its tags; other tags stay, and all do if one of
    /// them cannot be replaced.
    public static Value.Mapping known(RunState state, Value.Mapping part) {
        try {
            return (Value.Mapping)
                    Tags.replace(part, new RunScope(state, Map.of(), -1), Unresolved.KEEP, Budget.standard());
        } catch (EvaluationFailed e) {
            return part;
        }
    }
}
