package tiphys.kubernetes.mirror;

import java.util.LinkedHashMap;
import java.util.Map;
import tiphys.manifest.Position;
import tiphys.manifest.Value;

/// The merge patch that makes one object of another.
final class Difference {
    private Difference() {}

    /// What is to be patched; empty if nothing. Lists are replaced whole, what is gone is null.
    static Value.Mapping between(Value.Mapping from, Value.Mapping to) {
        var changes = new LinkedHashMap<String, Value>();
        to.fields()
                .forEach((field, wanted) -> {
                    var found = from.find(field);
                    if (found.isPresent() && found.get().equals(wanted)) {
                        return;
                    }
                    if (wanted instanceof Value.Mapping inner && found.orElse(null) instanceof Value.Mapping before) {
                        changes.put(field, between(before, inner));
                    } else {
                        changes.put(field, wanted);
                    }
                });
        from.fields().keySet().stream()
                .filter(field -> to.find(field).isEmpty())
                .forEach(field -> changes.put(field, Value.nothing()));
        return new Value.Mapping(changes, Map.of(), Position.NONE);
    }
}
