package tiphys.manifest.schema;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tiphys.manifest.Value;

/// Writes structures as OpenAPI documents, with what kubectl looks for: descriptions and references for `explain`, the paths' kinds
/// and the query parameter `fieldValidation` for `apply`, merge keys for strategic merge patches.
final class OpenApi {
    /// Which version of OpenAPI.
    enum Form {
        V2("#/definitions/"),
        V3("#/components/schemas/");

        private final String prefix;

        Form(String prefix) {
            this.prefix = prefix;
        }
    }

    private static final Set<String> WRITES = Set.of("post", "put", "patch");
    private static final List<String> PATCHES =
            List.of("application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml");

    private final Catalogue catalogue;
    private final Form form;

    OpenApi(Catalogue catalogue, Form form) {
        this.catalogue = catalogue;
        this.form = form;
    }

    Optional<Value.Mapping> document(String group, String version) {
        var kinds =
                kinds().filter(one ->
                                one.kind().stream()
                                        .anyMatch(kind -> kind.group().equals(group) && kind.version().equals(version)))
                        .toList();
        if (kinds.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                object(
                        "openapi",
                        "3.0.0",
                        "info",
                        object("title", "Tiphys", "version", "v1"),
                        "paths",
                        paths(kinds),
                        "components",
                        object("schemas", schemas(kinds))));
    }

    Value.Mapping document() {
        var kinds = kinds().toList();
        return object(
                "swagger",
                "2.0",
                "info",
                object("title", "Tiphys", "version", "v1"),
                "paths",
                paths(kinds),
                "definitions",
                schemas(kinds));
    }

    Value.Mapping schema(Structure structure) {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (var field : structure.fields().values()) {
            properties.put(field.name(), property(field));
            if (field.required()) {
                required.add(field.name());
            }
        }
        Map<String, Object> schema = new LinkedHashMap<>();
        if (!structure.description().isEmpty()) {
            schema.put("description", structure.description());
        }
        schema.put("type", "object");
        if (!properties.isEmpty()) {
            schema.put("properties", properties);
        }
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        structure
                .kind()
                .ifPresent(kind -> schema.put("x-kubernetes-group-version-kind", List.of(groupVersionKind(kind))));
        return (Value.Mapping) Value.of(schema);
    }

    private Stream<Structure> kinds() {
        return catalogue.structures().values().stream().filter(structure -> structure.kind().isPresent());
    }

    /// The kinds' schemas and every one that they refer to.
    private Map<String, Object> schemas(List<Structure> kinds) {
        Map<String, Object> schemas = new LinkedHashMap<>();
        var left = new ArrayDeque<>(kinds);
        var seen = new LinkedHashSet<String>();
        kinds.forEach(kind -> seen.add(kind.name()));
        while (!left.isEmpty()) {
            var structure = left.removeFirst();
            schemas.put(structure.publicName(), schema(structure));
            for (var field : structure.fields().values()) {
                reference(field.type()).filter(other -> seen.add(other.name())).ifPresent(left::add);
            }
        }
        return schemas;
    }

    private Optional<Structure> reference(Type type) {
        return switch (type) {
            case Type.Reference reference -> Optional.of(catalogue.get(reference));
            case Type.ListOf(var item, _) -> reference(item);
            case Type.MapOf(var value) -> reference(value);
            case Type.Plain _, Type.Words _ -> Optional.empty();
        };
    }

    private Value.Mapping property(Structure.Field field) {
        var type = type(field.type());
        var property = field.description().isEmpty() ? object() : object("description", field.description());
        if (form == Form.V3 && type.find("$ref").isPresent() && !field.description().isEmpty()) {
            property =
                    property.with("allOf", Value.list(List.of(type))); // beside a $ref, OpenAPI 3 ignores a description
        } else {
            for (var part : type.fields().entrySet()) {
                property = property.with(part.getKey(), part.getValue());
            }
        }
        if (field.type() instanceof Type.ListOf(_, var mergeKey) && !mergeKey.isEmpty()) {
            property = property.with("x-kubernetes-patch-merge-key", Value.text(mergeKey));
            property = property.with("x-kubernetes-patch-strategy", Value.text("merge"));
        }
        return property;
    }

    private Value.Mapping type(Type type) {
        return switch (type) {
            case Type.Plain plain -> plain(plain);
            case Type.Words(var words, var open) ->
                    open ? object("type", "string") : object("type", "string", "enum", words);
            case Type.ListOf(var item, _) -> object("type", "array", "items", type(item));
            case Type.MapOf(var value) -> object("type", "object", "additionalProperties", type(value));
            case Type.Reference reference -> object("$ref", form.prefix + catalogue.get(reference).publicName());
        };
    }

    private static Value.Mapping plain(Type.Plain type) {
        return switch (type) {
            case STRING, QUANTITY, SCALAR -> object("type", "string");
            case INT -> object("type", "integer", "format", "int64");
            case NUMBER -> object("type", "number");
            case BOOL -> object("type", "boolean");
            case BYTES -> object("type", "string", "format", "byte");
            case TIME -> object("type", "string", "format", "date-time");
            case INT_OR_STRING -> object("type", "string", "format", "int-or-string");
            case ITEMS -> object("type", "array", "items", object());
            case ANY -> object("type", "object", "x-kubernetes-preserve-unknown-fields", true);
        };
    }

    private static Value.Mapping groupVersionKind(Structure.ServedKind kind) {
        return object("group", kind.group(), "kind", kind.kind(), "version", kind.version());
    }

    private Value.Mapping paths(List<Structure> kinds) {
        var paths = object();
        for (var kind : kinds.stream().flatMap(structure -> structure.kind().stream()).toList()) {
            var base =
                    (kind.group().isEmpty() ? "/api/" : "/apis/")
                            + kind.apiVersion()
                            + (kind.namespaced() ? "/namespaces/{namespace}/" : "/")
                            + kind.plural();
            paths = paths.with(base, operations(kind, "get", "post"));
            paths = paths.with(base + "/{name}", operations(kind, "get", "put", "patch", "delete"));
        }
        return paths;
    }

    private Value.Mapping operations(Structure.ServedKind kind, String... verbs) {
        var operations = object();
        for (var verb : verbs) {
            operations = operations.with(verb, operation(kind, verb));
        }
        return operations;
    }

    private Value.Mapping operation(Structure.ServedKind kind, String verb) {
        boolean writes = WRITES.contains(verb);
        return object(
                "parameters",
                writes ? Stream.of("dryRun", "fieldManager", "fieldValidation").map(this::parameter).toList() : null,
                "consumes",
                verb.equals("patch") && form == Form.V2 ? patches(kind) : null,
                "requestBody",
                verb.equals("patch") && form == Form.V3 ? body(patches(kind)) : null,
                "responses",
                object("200", object("description", "OK")),
                "x-kubernetes-action",
                verb,
                "x-kubernetes-group-version-kind",
                groupVersionKind(kind));
    }

    /// The patches that a kind takes: on Argo's kinds, as on every custom resource, no strategic merge.
    private static List<String> patches(Structure.ServedKind kind) {
        return kind.group().equals("argoproj.io")
                ? PATCHES
                : Stream.concat(PATCHES.stream(), Stream.of("application/strategic-merge-patch+json")).toList();
    }

    private static Value.Mapping body(List<String> types) {
        var content = object();
        for (var type : types) {
            content = content.with(type, object("schema", object("type", "object")));
        }
        return object("content", content);
    }

    private Value.Mapping parameter(String name) {
        return form == Form.V2
                ? object("name", name, "in", "query", "type", "string")
                : object("name", name, "in", "query", "schema", object("type", "string"));
    }

    private static Value.Mapping object(@Nullable Object... keysAndValues) {
        return Value.object(keysAndValues);
    }
}
