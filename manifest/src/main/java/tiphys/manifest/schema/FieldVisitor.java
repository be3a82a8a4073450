package tiphys.manifest.schema;

import tiphys.manifest.Position;
import tiphys.manifest.Value;

/// Looks at the fields of an object, the outer ones first.
@FunctionalInterface
public interface FieldVisitor {
    /// One field that the object sets, though perhaps to nothing.
    ///
    /// @param structure the type that has the field: `core.Container`
    /// @param field its name in that type: `image`
    /// @param map whether the field holds an object with any keys, so that an empty one holds nothing
    /// @param at where the field begins
    /// @param path as the schema's findings write it: `spec.templates[0].container.image`
    /// @param label the same with names in place of numbers, where the items of a list have some: `spec.templates.main.container.image`
    record Occurrence(
            String structure, String field, boolean map, Value value, Position at, String path, String label) {}

    /// Looks at a field.
    ///
    /// @return whether what it holds is looked at too
    boolean visit(Occurrence occurrence);
}
