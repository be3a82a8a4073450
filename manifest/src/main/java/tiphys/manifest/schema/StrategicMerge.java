package tiphys.manifest.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tiphys.manifest.Value;

/// Lays an object over another one of the same type as Kubernetes' strategic merge does: objects are joined field by field, lists
/// whose items have a key item by item, everything else is replaced. An explicit null says nothing.
final class StrategicMerge {
    private final Catalogue catalogue;

    StrategicMerge(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    Value.Mapping structure(String structure, Value.Mapping under, Value.Mapping over) {
        var fields = catalogue.get(new Type.Reference(structure)).fields();
        var merged = under;
        for (var entry : over.fields().entrySet()) {
            var type = Optional.ofNullable(fields.get(entry.getKey())).map(Structure.Field::type);
            merged = with(merged, entry.getKey(), type.orElse(Type.Plain.ANY), entry.getValue());
        }
        return merged;
    }

    private Value.Mapping with(Value.Mapping merged, String field, Type type, Value own) {
        var before = merged.find(field).filter(value -> !(value instanceof Value.Null));
        if (before.isPresent() && own instanceof Value.Null) {
            return merged;
        }
        return merged.with(field, before.map(value -> value(type, value, own)).orElse(own));
    }

    private Value value(Type type, Value under, Value over) {
        if (under instanceof Value.Mapping before && over instanceof Value.Mapping own) {
            if (type instanceof Type.Reference(var structure)) {
                return structure(structure, before, own);
            }
            if (type instanceof Type.MapOf(var inner)) {
                var merged = before;
                for (var entry : own.fields().entrySet()) {
                    merged = with(merged, entry.getKey(), inner, entry.getValue());
                }
                return merged;
            }
        }
        if (type instanceof Type.ListOf(var item, var key)
                && !key.isEmpty()
                && under instanceof Value.Sequence(var before, _)
                && over instanceof Value.Sequence(var own, _)) {
            return items(item, key, before, own);
        }
        return over;
    }

    private Value items(Type type, String key, List<Value> under, List<Value> over) {
        var merged = new ArrayList<>(under);
        for (var own : over) {
            var name = own.find(key);
            int at = 0;
            while (at < merged.size() && (name.isEmpty() || !merged.get(at).find(key).equals(name))) {
                at++;
            }
            if (at < merged.size()) {
                merged.set(at, value(type, merged.get(at), own));
            } else {
                merged.add(own);
            }
        }
        return Value.list(merged);
    }
}
