package tiphys.manifest.schema;

import java.util.List;
import tiphys.manifest.Value;
import tiphys.manifest.schema.FieldVisitor.Occurrence;

/// Walks through an object along its schema. What has another type than the schema says, and fields that it does not have, are passed
/// over: the schema's check tells of them.
final class FieldWalk {
    private final Catalogue catalogue;
    private final FieldVisitor visitor;

    FieldWalk(Catalogue catalogue, FieldVisitor visitor) {
        this.catalogue = catalogue;
        this.visitor = visitor;
    }

    /// Where the walk is.
    private record Way(String path, String label) {
        Way field(String name) {
            return new Way(path + "." + name, label + "." + name);
        }

        Way item(int index, Value item) {
            var name = item.textAt("name").orElse("");
            return new Way(path + "[" + index + "]", name.isEmpty() ? label + "[" + index + "]" : label + "." + name);
        }
    }

    void structure(String structure, Value.Mapping object, String path) {
        structure(catalogue.get(new Type.Reference(structure)), object, new Way(path, path));
    }

    private void structure(Structure structure, Value.Mapping object, Way way) {
        for (var entry : object.fields().entrySet()) {
            var field = structure.fields().get(entry.getKey());
            if (field != null) {
                var inner = way.field(entry.getKey());
                var occurrence =
                        new Occurrence(
                                field.owner(),
                                field.name(),
                                field.type() instanceof Type.MapOf,
                                entry.getValue(),
                                object.keyAt(entry.getKey()),
                                inner.path(),
                                inner.label());
                if (visitor.visit(occurrence)) {
                    value(field.type(), entry.getValue(), inner);
                }
            }
        }
    }

    private void value(Type type, Value value, Way way) {
        switch (type) {
            case Type.Plain _, Type.Words _ -> {}
            case Type.ListOf(var inner, _) -> {
                var items = value instanceof Value.Sequence(var all, _) ? all : List.<Value>of();
                for (int i = 0; i < items.size(); i++) {
                    value(inner, items.get(i), way.item(i, items.get(i)));
                }
            }
            case Type.MapOf(var inner) -> {
                if (value instanceof Value.Mapping map) {
                    map.fields().forEach((key, one) -> value(inner, one, way.field(key)));
                }
            }
            case Type.Reference reference -> {
                if (value instanceof Value.Mapping object) {
                    structure(catalogue.get(reference), object, way);
                }
            }
        }
    }
}
