package tiphys.cli.command;

import java.util.LinkedHashMap;
import java.util.Map;
import tiphys.manifest.Value;

/// The merge patch (RFC 7386) of an apply: what the manifest says and the object does not, and a null for what an earlier
/// manifest said and this one does not.
public final class Merge {
    private Merge() {}

    public static Value.Mapping patch(Value.Mapping before, Value.Mapping wanted, Value.Mapping live) {
        Map<String, Value> patch = new LinkedHashMap<>();
        for (var field : wanted.fields().entrySet()) {
            var now = live.fields().get(field.getKey());
            if (field.getValue() instanceof Value.Mapping inner && now instanceof Value.Mapping inside) {
                var deeper = patch(before.mapAt(field.getKey()), inner, inside);
                if (!deeper.fields().isEmpty()) {
                    patch.put(field.getKey(), deeper);
                }
            } else if (!field.getValue().equals(now) && !(field.getValue() instanceof Value.Null && now == null)) {
                patch.put(field.getKey(), field.getValue());
            }
        }
        for (var name : before.fields().keySet()) {
            if (!wanted.fields().containsKey(name) && live.fields().containsKey(name)) {
                patch.put(name, Value.nothing());
            }
        }
        return new Value.Mapping(patch, Map.of(), tiphys.manifest.Position.NONE);
    }
}
