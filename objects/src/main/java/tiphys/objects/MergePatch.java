package tiphys.objects;

import java.util.LinkedHashMap;
import tiphys.manifest.Value;

/// RFC 7386, and the three-way merge that `apply` makes of it.
final class MergePatch {
    private MergePatch() {}

    /// The target with the patch merged in: objects field by field, a null removes, all else replaces.
    static Value merge(Value target, Value patch) {
        if (!(patch instanceof Value.Mapping changes)) {
            return patch;
        }
        var merged =
                new LinkedHashMap<>(target instanceof Value.Mapping map ? map.fields() : Value.Mapping.EMPTY.fields());
        changes.fields()
                .forEach((field, change) -> {
                    if (change instanceof Value.Null) {
                        merged.remove(field);
                    } else {
                        merged.put(field, merge(merged.getOrDefault(field, Value.Mapping.EMPTY), change));
                    }
                });
        return Value.of(merged);
    }

    /// The target with what is wanted now merged in, without what was wanted before and no longer is. What others have
    /// set beside it stays. Lists are replaced whole.
    ///
    /// @param before what was wanted before; empty if that is not known
    static Value.Mapping apply(Value.Mapping target, Value.Mapping wanted, Value.Mapping before) {
        var merged = new LinkedHashMap<>(target.fields());
        before.fields().keySet().stream().filter(field -> !wanted.fields().containsKey(field)).forEach(merged::remove);
        wanted.fields()
                .forEach((field, value) -> {
                    if (value instanceof Value.Mapping inner) {
                        merged.put(field, apply(target.mapAt(field), inner, before.mapAt(field)));
                    } else if (value instanceof Value.Null) {
                        merged.remove(field);
                    } else {
                        merged.put(field, value);
                    }
                });
        return new Value.Mapping(merged, target.keys(), target.at());
    }
}
