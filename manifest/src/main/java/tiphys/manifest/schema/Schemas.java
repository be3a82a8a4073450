package tiphys.manifest.schema;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.manifest.Value;

/// The schemas of every kind that this version knows: the fields of Argo Workflows v4.1.2 and Argo Events v1.9.9, and of the
/// Kubernetes types that they embed. Read at the first use; safe for every thread.
public final class Schemas {
    private Schemas() {}

    private static final class Loaded {
        static final Catalogue CATALOGUE = Catalogue.load();
        static final Map<String, Schema> BY_KIND = byKind(CATALOGUE);
    }

    /// With plain loops, for the first use is part of every command's start.
    private static Map<String, Schema> byKind(Catalogue catalogue) {
        var schemas = new LinkedHashMap<String, Schema>();
        for (var structure : catalogue.structures().values()) {
            if (structure.kind().isPresent()) {
                var kind = structure.kind().get();
                schemas.put(key(kind.apiVersion(), kind.kind()), new Schema(catalogue, structure, kind));
            }
        }
        return Collections.unmodifiableMap(schemas);
    }

    /// The schema of a kind, by what a manifest says.
    public static Optional<Schema> find(String apiVersion, String kind) {
        return Optional.ofNullable(Loaded.BY_KIND.get(key(apiVersion, kind)));
    }

    /// Shows every field that an object of a type sets.
    ///
    /// @param structure the type, as `workflow.WorkflowSpec`
    /// @param path the object's own path, before those of its fields
    public static void visit(String structure, Value.Mapping object, String path, FieldVisitor visitor) {
        new FieldWalk(Loaded.CATALOGUE, visitor).structure(structure, object, path);
    }

    /// An object over another one of the same type, as Kubernetes' strategic merge has it: what the second one says wins, objects
    /// are joined field by field, and lists whose items have a key item by item, those of the first one first.
    ///
    /// @param structure the type, as `workflow.WorkflowSpec`
    public static Value.Mapping merged(String structure, Value.Mapping under, Value.Mapping over) {
        return new StrategicMerge(Loaded.CATALOGUE).structure(structure, under, over);
    }

    /// The fields of each type that can be reached from one, by the type that says them: what there is to claim.
    ///
    /// @param structure as `workflow.WorkflowSpec`
    public static Map<String, List<String>> fields(String structure) {
        var found = new LinkedHashMap<String, List<String>>();
        var open = new ArrayDeque<>(List.of(structure));
        var seen = new HashSet<String>(open);
        while (!open.isEmpty()) {
            for (var field : Loaded.CATALOGUE.get(new Type.Reference(open.remove())).fields().values()) {
                var names = found.computeIfAbsent(field.owner(), owner -> new ArrayList<>());
                if (!names.contains(field.name())) {
                    names.add(field.name());
                }
                reference(field.type()).filter(seen::add).ifPresent(open::add);
            }
        }
        return found;
    }

    private static Optional<String> reference(Type type) {
        return switch (type) {
            case Type.Plain _, Type.Words _ -> Optional.empty();
            case Type.ListOf(var item, _) -> reference(item);
            case Type.MapOf(var value) -> reference(value);
            case Type.Reference(var structure) -> Optional.of(structure);
        };
    }

    /// Every schema, by kind.
    public static List<Schema> all() {
        return Loaded.BY_KIND.values().stream()
                .sorted(Comparator.comparing(Schema::apiVersion).thenComparing(Schema::kind))
                .toList();
    }

    /// The OpenAPI 3 document of one group and version, as kubectl asks for it at `/openapi/v3/apis/GROUP/VERSION` (for
    /// the core group, which is empty, `/openapi/v3/api/v1`); empty if no kind is in it.
    public static Optional<Value.Mapping> openApiV3(String group, String version) {
        return new OpenApi(Loaded.CATALOGUE, OpenApi.Form.V3).document(group, version);
    }

    /// The OpenAPI 2 (swagger) document of every kind.
    public static Value.Mapping openApiV2() {
        return new OpenApi(Loaded.CATALOGUE, OpenApi.Form.V2).document();
    }

    private static String key(String apiVersion, String kind) {
        return apiVersion.concat(" ").concat(kind);
    }
}
