package tiphys.events.sensor;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tiphys.events.action.TriggerKinds;
import tiphys.events.spec.BusSpec;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.DidYouMean;
import tiphys.manifest.Position;
import tiphys.manifest.Value;

/// Finds what is wrong with event buses, event sources and sensors that are still files, by the rules that the server refuses them
/// by. An event source that is not among the files may be elsewhere: that is a warning. Codes TIP-31xx; TIP-3101 is something that
/// Argo Events has and this version does not support.
public final class SensorLint {
    private static final String NOT_AMONG_THESE = "TIP-3110";
    private static final String NO_SUCH_EVENT = "TIP-3111";

    /// What annotations begin with that make events of others.
    private static final String DERIVE = "tiphys.io/derive.";

    private SensorLint() {}

    /// Checks an EventBus object.
    public static List<Diagnostic> bus(Value.Mapping object) {
        return BusSpec.read(object).diagnostics();
    }

    /// Checks a Sensor object.
    ///
    /// @param sources the EventSource objects among the same files
    /// @param kinds the types of triggers that are there
    public static List<Diagnostic> sensor(Value.Mapping object, Collection<Value.Mapping> sources, TriggerKinds kinds) {
        var read = SensorReader.read(object, kinds);
        var found = new ArrayList<>(read.diagnostics());
        var written = object.listAt("spec", "dependencies");
        var dependencies = read.value().dependencies();
        for (int i = 0; i < dependencies.size() && i < written.size(); i++) {
            if (written.get(i) instanceof Value.Mapping json) {
                dependency(dependencies.get(i), json, "spec.dependencies[" + i + "]", sources, found);
            }
        }
        return found;
    }

    private static void dependency(
            Dependency dependency,
            Value.Mapping json,
            String path,
            Collection<Value.Mapping> sources,
            List<Diagnostic> found) {
        if (dependency.eventSource().isEmpty() || dependency.eventName().isEmpty()) {
            return; // has been told already
        }
        boolean sourceThere = false;
        Set<String> events = new LinkedHashSet<>();
        for (var source : sources) {
            var name = source.textAt("metadata", "name").orElse("");
            for (var event : eventNames(source)) {
                if (dependency.listensTo(name, event)) {
                    return;
                }
            }
            if (dependency.eventSource().equals(name)) {
                sourceThere = true;
                events.addAll(eventNames(source));
            }
        }
        if (sourceThere) {
            var message =
                    "the EventSource "
                            + dependency.eventSource()
                            + " has no event \""
                            + dependency.eventName()
                            + "\", so the dependency "
                            + dependency.name()
                            + " never holds";
            var error = Diagnostic.error(NO_SUCH_EVENT, message, at(json, "eventName"), path + ".eventName");
            found.add(DidYouMean.hint(dependency.eventName(), events).map(error::hint).orElse(error));
        } else {
            var message =
                    "the dependency "
                            + dependency.name()
                            + " listens to the EventSource "
                            + dependency.eventSource()
                            + ", which is not among these files";
            var warning =
                    Diagnostic.warning(
                            NOT_AMONG_THESE, message, at(json, "eventSourceName"), path + ".eventSourceName");
            var names = sources.stream().flatMap(one -> one.textAt("metadata", "name").stream()).toList();
            found.add(
                    DidYouMean.nearest(dependency.eventSource(), names)
                            .map(near -> warning.hint("did you mean \"" + near + "\"?"))
                            .orElse(warning));
        }
    }

    /// The events of every type, also of those that this version does not support.
    private static Set<String> eventNames(Value.Mapping source) {
        var names = new LinkedHashSet<String>();
        source.mapAt("spec")
                .fields()
                .forEach((type, events) -> {
                    if (events instanceof Value.Mapping map && !type.equals("template") && !type.equals("service")) {
                        names.addAll(map.fields().keySet());
                    }
                });
        for (var annotation : source.mapAt("metadata", "annotations").fields().keySet()) {
            if (annotation.startsWith(DERIVE)) {
                var name = annotation.substring(DERIVE.length());
                names.addAll(List.of(name, name + ".incomplete"));
            }
        }
        return names;
    }

    private static Position at(Value.Mapping json, String field) {
        return json.find(field).map(Value::at).orElse(json.at());
    }
}
