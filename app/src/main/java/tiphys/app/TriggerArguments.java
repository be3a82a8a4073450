package tiphys.app;

import java.util.ArrayList;
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
}
