package tiphys.engine.run.rules;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tiphys.engine.run.state.Need;
import tiphys.engine.run.state.RunState;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.tags.Tags;
import tiphys.language.tags.Tags.Unresolved;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Parameter;
import tiphys.manifest.workflow.Task;
import tiphys.manifest.workflow.Template;

/// How values get into texts: arguments into inputs, inputs into templates (Argo's passes 3 to 6).
final class Substitution {
    private Substitution() {}

    /// A step or task with the tags replaced that its siblings and its template's inputs give. Conditions, hooks and inline
    /// templates are left alone: they have their own time.
    ///
    /// @throws EvaluationFailed if a tag of a sibling cannot be resolved
    static Task resolve(Task task, RunScope scope, String prefix, Budget budget) {
        var json = task.json().without("when").without("hooks").without("onExit").without("inline").without("depends");
        var arguments = json.mapAt("arguments");
        if (!arguments.listAt("parameters").isEmpty()) {
            json = json.with("arguments", arguments.with("parameters", withoutAbsent(arguments, scope)));
        }
        return new Task((Value.Mapping) Tags.replaceStrictly(json, scope, Set.of(prefix), budget));
    }

    /// The arguments without those whose whole value is the output of something that did not run: such an argument
    /// counts as not given, so that the input's own default applies.
    private static Value.Sequence withoutAbsent(Value.Mapping arguments, RunScope scope) {
        return Value.list(
                arguments.listAt("parameters").stream()
                        .filter(one -> !one.textAt("value").map(text -> absent(text, scope)).orElse(false))
                        .toList());
    }

    private static boolean absent(String text, RunScope scope) {
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
            var value = given.get(input.name());
            if (value == null) {
                value =
                        input.value()
                                .or(input::defaultValue)
                                .or(() -> fromConfigMap(state, input))
                                .or(input::valueFromDefault)
                                .map(text ->
                                        Tags.replace(text, new RunScope(state, inputs, -1), Unresolved.KEEP, budget))
                                .orElseThrow(() ->
                                        new EvaluationFailed(
                                                "inputs.parameters." + input.name() + " was not supplied"));
            }
            inputs.put(input.name(), value);
        }
        return inputs;
    }

    private static java.util.Optional<String> fromConfigMap(RunState state, Parameter input) {
        return input.configMapKey()
                .flatMap(key -> {
                    var answer = state.supplied.get(new Need.ConfigMapKey(state.namespace, key.name(), key.key()));
                    return answer == null
                            ? java.util.Optional.empty()
                            : answer.content()
                                    .flatMap(found ->
                                            found instanceof Value.Text(var text, _)
                                                    ? java.util.Optional.of(text)
                                                    : java.util.Optional.empty());
                });
    }

    /// The values that a task's arguments give.
    static Map<String, String> given(Task task) {
        var given = new LinkedHashMap<String, String>();
        task.arguments().forEach(one -> one.value().ifPresent(value -> given.put(one.name(), value)));
        return given;
    }
}
