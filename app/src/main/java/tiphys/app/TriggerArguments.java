package tiphys.app;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tiphys.manifest.Value;

/// Which arguments of the workflow that a trigger creates get their values from an event.
///
/// @param places of the arguments in `spec.arguments.parameters`
record TriggerArguments(Set<Integer> places) {
    private static final Pattern DEST = Pattern.compile("spec\\.arguments\\.parameters\\.([0-9]{1,6})\\.value");

    private static final Pattern CODE =
            Pattern.compile(
                    "spec\\.templates\\.[0-9]+\\.(script\\.source|(container|script)\\.(command|args)(\\.[-0-9]+)?)");

    static TriggerArguments of(Value trigger) {
        var places = new TreeSet<Integer>();
        for (var parameter : trigger.listAt("template", "k8s", "parameters")) {
            var dest = DEST.matcher(parameter.textAt("dest").orElse(""));
            if (dest.matches() && fromEvent(parameter)) {
                places.add(Integer.parseInt(dest.group(1)));
            }
        }
        return new TriggerArguments(places);
    }

    /// The parameters of a trigger that put a value from an event right into a program.
    static List<Value> intoCode(Value trigger) {
        return trigger.listAt("template", "k8s", "parameters").stream()
                .filter(parameter ->
                        CODE.matcher(parameter.textAt("dest").orElse("")).matches() && fromEvent(parameter))
                .toList();
    }

    /// A parameter without a key has the same value for every event.
    private static boolean fromEvent(Value parameter) {
        return List.of("dataKey", "dataTemplate", "contextKey", "contextTemplate").stream()
                .anyMatch(key -> !parameter.textAt("src", key).orElse("").isEmpty());
    }

    /// The workflow with values where the trigger puts them.
    Value.Mapping in(Value.Mapping workflow) {
        var spec = workflow.mapAt("spec");
        var arguments = spec.mapAt("arguments");
        if (!(arguments.find("parameters").orElse(Value.nothing()) instanceof Value.Sequence(var given, var at))) {
            return workflow;
        }
        var filled = new ArrayList<Value>();
        for (int i = 0; i < given.size(); i++) {
            var parameter = given.get(i);
            boolean empty = parameter.find("value").isEmpty() && parameter.find("valueFrom").isEmpty();
            filled.add(
                    places.contains(i) && empty && parameter instanceof Value.Mapping json
                            ? json.with("value", Value.text(""))
                            : parameter);
        }
        var parameters = new Value.Sequence(filled, at);
        return workflow.with("spec", spec.with("arguments", arguments.with("parameters", parameters)));
    }

    /// The names of those arguments.
    Set<String> names(Value.Mapping workflow) {
        var names = new LinkedHashSet<String>();
        var parameters = workflow.listAt("spec", "arguments", "parameters");
        for (int place : places) {
            if (place < parameters.size()) {
                parameters.get(place).textAt("name").ifPresent(names::add);
            }
        }
        return names;
    }
}
