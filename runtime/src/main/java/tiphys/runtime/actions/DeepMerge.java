package tiphys.runtime.actions;

import tiphys.manifest.Value;

/// One object over another, as Argo's `update` has it: objects field by field; lists are replaced, but not by empty ones; null changes nothing.
final class DeepMerge {
    private DeepMerge() {}

    static Value.Mapping of(Value.Mapping below, Value.Mapping over) {
        var merged = below;
        for (var field : over.fields().entrySet()) {
            var before = below.find(field.getKey());
            var value = field.getValue();
            boolean nothing =
                    value instanceof Value.Null || (value instanceof Value.Sequence list && list.items().isEmpty());
            if (nothing && before.isPresent()) {
                continue;
            }
            boolean both =
                    before.isPresent() && before.get() instanceof Value.Mapping && value instanceof Value.Mapping;
            merged =
                    merged.with(field.getKey(), both ? of((Value.Mapping) before.get(), (Value.Mapping) value) : value);
        }
        return merged;
    }
}
