package tiphys.events.past;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import tiphys.events.firing.Resolved;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// A place where two objects differ that firings wanted.
///
/// @param path in the form of a parameter's `dest`: `spec.arguments.parameters.0.value`
/// @param was empty if there was nothing
/// @param would empty if there would be nothing
/// @param why where the new value comes from, if a parameter says so
record Difference(String path, Optional<Value> was, Optional<Value> would, String why) {
    private static final int MOST = 20;
    private static final int SHOWN = 300;

    /// Where two objects differ, apart from the marks that every firing leaves. At most a few places.
    ///
    /// @param parameters those of the new object
    static List<Difference> between(Value.Mapping was, Value.Mapping would, List<Resolved> parameters) {
        var found = new ArrayList<Difference>();
        compare("", Optional.of(bare(was)), Optional.of(bare(would)), parameters, found);
        return found;
    }

    /// Without labels and annotations of Argo Events and of ours.
    private static Value.Mapping bare(Value.Mapping object) {
        var metadata = object.mapAt("metadata");
        for (var field : List.of("labels", "annotations")) {
            var marks = metadata.mapAt(field);
            for (var key : marks.fields().keySet()) {
                if (key.startsWith("events.argoproj.io/") || key.startsWith("tiphys.io/")) {
                    marks = marks.without(key);
                }
            }
            metadata = marks.fields().isEmpty() ? metadata.without(field) : metadata.with(field, marks);
        }
        return object.with("metadata", metadata);
    }

    private static void compare(
            String path, Optional<Value> was, Optional<Value> would, List<Resolved> parameters, List<Difference> into) {
        if (was.equals(would) || into.size() == MOST) {
            return;
        }
        if (was.isPresent() && would.isPresent()) {
            if (was.get() instanceof Value.Mapping before && would.get() instanceof Value.Mapping after) {
                var keys = new LinkedHashSet<>(before.fields().keySet());
                keys.addAll(after.fields().keySet());
                keys.forEach(key -> compare(below(path, key), before.find(key), after.find(key), parameters, into));
                return;
            }
            if (was.get() instanceof Value.Sequence before && would.get() instanceof Value.Sequence after) {
                for (int i = 0; i < Math.max(before.items().size(), after.items().size()); i++) {
                    compare(below(path, Integer.toString(i)), item(before, i), item(after, i), parameters, into);
                }
                return;
            }
        }
        into.add(new Difference(path, was, would, why(path, parameters)));
    }

    private static String below(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static Optional<Value> item(Value.Sequence list, int index) {
        return index < list.items().size() ? Optional.of(list.items().get(index)) : Optional.empty();
    }

    private static String why(String path, List<Resolved> parameters) {
        return parameters.stream()
                .filter(parameter -> path.equals(parameter.dest()) || path.startsWith(parameter.dest() + "."))
                .reduce((_, last) -> last)
                .map(parameter ->
                        parameter.fallback().isEmpty()
                                ? parameter.origin()
                                : parameter.origin() + ": " + parameter.fallback())
                .orElse("");
    }

    Value.Mapping json() {
        return Value.object("path", path, "was", shown(was), "would", shown(would), "why", why);
    }

    private static String shown(Optional<Value> value) {
        var text = value.map(one -> one instanceof Value.Null ? "null" : Json.text(one)).orElse("");
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    }
}
