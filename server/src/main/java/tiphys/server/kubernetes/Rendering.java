package tiphys.server.kubernetes;

import java.util.List;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.Objects;
import tiphys.objects.ResourceType;

/// In which form objects are sent, as the `Accept` header wants them.
sealed interface Rendering {

    /// The whole objects.
    record Whole() implements Rendering {}

    /// Rows that kubectl prints.
    ///
    /// @param include what stands beside the cells: `None`, `Metadata` or `Object`
    record Rows(Tables tables, String include) implements Rendering {}

    /// Only the metadata.
    record MetadataOnly() implements Rendering {}

    /// The first form in the header that is known.
    static Rendering of(KubernetesCall call, Tables tables) {
        for (var range : call.accept().split(",", -1)) {
            if (range.contains("as=Table") && !range.contains("v1beta1")) {
                return new Rows(tables, call.parameter("includeObject").orElse("Metadata"));
            }
            if (range.contains("as=PartialObjectMetadata")) {
                return new MetadataOnly();
            }
            if (!range.contains(";as=") && (range.contains("json") || range.contains("*/*"))) {
                return new Whole();
            }
        }
        return new Whole();
    }

    /// One object.
    default Value.Mapping one(ApiObject object) {
        return switch (this) {
            case Whole _ -> object.json();
            case MetadataOnly _ -> metadata(object);
            case Rows(var tables, var include) ->
                    tables.table(object.type(), List.of(object), include, true)
                            .with("metadata", resourceVersion(object.resourceVersion()));
        };
    }

    /// One object of a watch.
    ///
    /// @param first whether it is the watch's first, which alone carries the columns
    default Value.Mapping watched(ApiObject object, boolean first) {
        return switch (this) {
            case Whole _, MetadataOnly _ -> one(object);
            case Rows(var tables, var include) ->
                    tables.table(object.type(), List.of(object), include, first)
                            .with("metadata", resourceVersion(object.resourceVersion()));
        };
    }

    /// The field of a list that holds its objects.
    default String items() {
        return this instanceof Rows ? "rows" : "items";
    }

    /// A page of a list.
    default Value.Mapping list(ResourceType type, Objects.Page page) {
        var metadata = resourceVersion(page.version());
        if (!page.next().isEmpty()) {
            metadata = metadata.with("continue", page.next());
            if (page.remaining() > 0) {
                metadata = metadata.with("remainingItemCount", Value.number(page.remaining()));
            }
        }
        return switch (this) {
            case Whole _ ->
                    Value.object(
                            "apiVersion",
                            type.apiVersion(),
                            "kind",
                            type.kind() + "List",
                            "metadata",
                            metadata,
                            "items",
                            page.objects().stream().map(ApiObject::json).toList());
            case MetadataOnly _ ->
                    Value.object(
                            "apiVersion",
                            "meta.k8s.io/v1",
                            "kind",
                            "PartialObjectMetadataList",
                            "metadata",
                            metadata,
                            "items",
                            page.objects().stream().map(Rendering::metadata).toList());
            case Rows(var tables, var include) ->
                    tables.table(type, page.objects(), include, true).with("metadata", metadata);
        };
    }

    static Value.Mapping metadata(ApiObject object) {
        return Value.object(
                "kind", "PartialObjectMetadata",
                "apiVersion", "meta.k8s.io/v1",
                "metadata", object.json().mapAt("metadata"));
    }

    private static Value.Mapping resourceVersion(long version) {
        return Value.object("resourceVersion", Long.toString(version));
    }
}
