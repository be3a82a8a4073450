package tiphys.server.kubernetes;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ResourceType;

/// Kubernetes' `Table`: what `kubectl get` prints.
final class Tables {
    private final InstantSource clock;

    Tables(InstantSource clock) {
        this.clock = clock;
    }

    /// @param include what stands beside the cells: `None`, `Metadata` or `Object`
    /// @param columns whether the columns are described
    Value.Mapping table(ResourceType type, List<ApiObject> objects, String include, boolean columns) {
        var shown = Columns.of(type);
        var now = clock.instant();
        var rows = new ArrayList<Value>();
        for (var object : objects) {
            var row = Value.object("cells", shown.stream().map(column -> column.cell().apply(object, now)).toList());
            rows.add(
                    switch (include) {
                        case "None" -> row;
                        case "Object" -> row.with("object", object.json());
                        default -> row.with("object", Rendering.metadata(object));
                    });
        }
        return Value.object(
                "kind",
                "Table",
                "apiVersion",
                "meta.k8s.io/v1",
                "metadata",
                Value.Mapping.EMPTY,
                "columnDefinitions",
                columns ? shown.stream().map(Columns.Column::json).toList() : List.of(),
                "rows",
                rows);
    }
}
