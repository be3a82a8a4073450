package tiphys.manifest.schema;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An object with known fields.
///
/// @param name its package's short name and its own: `core.Container`
/// @param publicName as OpenAPI documents name it: `io.k8s.api.core.v1.Container`
/// @param fields also those of the types it extends, in the order of the file
/// @param rules which fields exclude one another, also those of the types it extends
/// @param kind what it is served as, if it is a kind
record Structure(
        String name,
        String publicName,
        String description,
        Map<String, Field> fields,
        List<AtMostOne> rules,
        Optional<ServedKind> kind) {
    Structure {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        rules = List.copyOf(rules);
    }

    /// A field.
    ///
    /// @param owner the structure that says it, which may be one that this one extends
    record Field(String owner, String name, Type type, boolean required, Limits limits, String description) {}

    /// Fields of which at most one may be set.
    ///
    /// @param why what Kubernetes says otherwise
    record AtMostOne(List<String> fields, String why) {
        AtMostOne {
            fields = List.copyOf(fields);
        }
    }

    /// A kind of the API.
    ///
    /// @param open whether fields of its spec that nobody knows are accepted, and have no effect
    record ServedKind(String group, String version, String kind, String plural, boolean namespaced, boolean open) {
        String apiVersion() {
            return group.isEmpty() ? version : group.concat("/").concat(version);
        }
    }
}
