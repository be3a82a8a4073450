package tiphys.server.kubernetes;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tiphys.manifest.Value;
import tiphys.objects.ResourceType;

/// The documents that say what the types look like. kubectl reads them for `explain`, and to learn that the server itself
/// checks fields (`fieldValidation`), so that it does not.
final class OpenApi {
    private static final String PROTOBUF_TWO = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    /// An empty document: `swagger: 2.0`, title `tiphys`, version `0`. Clients up to 1.28 want one in this form before they
    /// send anything, and then leave the checking to the server.
    private static final byte[] EMPTY_TWO = {
        0x0a, 3, '2', '.', '0', 0x12, 11, 0x0a, 6, 't', 'i', 'p', 'h', 'y', 's', 0x12, 1, '0'
    };

    private final Map<String, Document> groups = new LinkedHashMap<>();
    private final Document index;
    private final Document two;
    private final Document twoInProtobuf = Document.of(PROTOBUF_TWO, EMPTY_TWO);

    /// @param schemas the JSON schema of a type's objects, if it is known
    OpenApi(String programVersion, Function<ResourceType, Optional<Value.Mapping>> schemas) {
        var info = Value.object("title", "Tiphys", "version", programVersion);
        var paths = new LinkedHashMap<String, Value>();
        var definitions = new LinkedHashMap<String, Value>();
        groups("", "api/v1", info, schemas, paths, definitions);
        for (var group : Served.groups()) {
            var version = Served.versionOf(group).orElseThrow();
            groups(group, "apis/" + group + "/" + version, info, schemas, paths, definitions);
        }
        index = Document.json(Value.object("paths", paths));
        two =
                Document.json(
                        Value.object("swagger", "2.0", "info", info, "paths", Map.of(), "definitions", definitions));
    }

    Document index() {
        return index;
    }

    Optional<Document> group(String group, String version) {
        return Optional.ofNullable(groups.get(group.isEmpty() ? "api/" + version : "apis/" + group + "/" + version));
    }

    /// The old form, in protobuf if that is asked for before JSON.
    Document two(String accept) {
        return accept.contains("proto-openapi") ? twoInProtobuf : two;
    }

    private void groups(
            String group,
            String path,
            Value.Mapping info,
            Function<ResourceType, Optional<Value.Mapping>> schemas,
            Map<String, Value> index,
            Map<String, Value> definitions) {
        var paths = new LinkedHashMap<String, Value>();
        var components = new LinkedHashMap<String, Value>();
        for (var served : Served.of(group, Served.versionOf(group).orElseThrow())) {
            var type = served.type();
            var collection = "/" + path + (type.namespaced() ? "/namespaces/{namespace}/" : "/") + type.plural();
            var reference = Map.of("$ref", "#/components/schemas/" + schemaName(type));
            if (served.verbs().contains("create")) {
                paths.put(collection, Value.object("post", operation(type, "post", reference)));
            }
            if (served.verbs().contains("patch")) {
                paths.put(
                        collection + "/{name}",
                        Value.object(
                                "get", operation(type, "get", reference),
                                "put", operation(type, "put", reference),
                                "patch", operation(type, "patch", reference)));
            } else if (served.verbs().contains("get")) {
                paths.put(collection + "/{name}", Value.object("get", operation(type, "get", reference)));
            }
            var schema =
                    schemas.apply(type)
                            .orElseGet(OpenApi::anything)
                            .with("x-kubernetes-group-version-kind", Value.list(List.of(groupVersionKind(type))));
            components.put(schemaName(type), schema);
            definitions.put(schemaName(type), schema);
        }
        var document =
                Document.json(
                        Value.object(
                                "openapi",
                                "3.0.0",
                                "info",
                                info,
                                "paths",
                                paths,
                                "components",
                                Map.of("schemas", components)));
        groups.put(path, document);
        index.put(path, Value.object("serverRelativeURL", "/openapi/v3/" + path + "?hash=" + document.hash()));
    }

    private static Value.Mapping operation(ResourceType type, String action, Map<String, String> schema) {
        var parameters =
                List.of("dryRun", "fieldManager", "fieldValidation").stream()
                        .map(name -> Value.object("name", name, "in", "query", "schema", Map.of("type", "string")))
                        .toList();
        return Value.object(
                "description",
                action + " a " + type.kind(),
                "operationId",
                action + type.kind(),
                "parameters",
                action.equals("get") ? null : parameters,
                "responses",
                Map.of(
                        "200",
                        Map.of("description", "OK", "content", Map.of("application/json", Map.of("schema", schema)))),
                "x-kubernetes-action",
                action,
                "x-kubernetes-group-version-kind",
                groupVersionKind(type));
    }

    private static Value.Mapping groupVersionKind(ResourceType type) {
        return Value.object("group", type.group(), "version", type.version(), "kind", type.kind());
    }

    /// `io.argoproj.v1alpha1.Workflow`, `io.k8s.api.core.v1.Pod`.
    private static String schemaName(ResourceType type) {
        var group = type.group().isEmpty() ? "core" : type.group().split("\\.", -1)[0];
        return group.equals("argoproj")
                ? "io.argoproj.workflow." + type.version() + "." + type.kind()
                : "io.k8s.api." + group + "." + type.version() + "." + type.kind();
    }

    private static Value.Mapping anything() {
        return Value.object(
                "type",
                "object",
                "x-kubernetes-preserve-unknown-fields",
                true,
                "properties",
                Value.object(
                        "apiVersion", Map.of("type", "string"),
                        "kind", Map.of("type", "string"),
                        "metadata", Map.of("type", "object")));
    }
}
