package tiphys.engine.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tiphys.engine.run.state.Need;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ResourceTypes;

/// The Workflow that `argo resubmit` makes of another one: the same spec under a new name, with some parameters changed.
public final class Resubmitted {
    private static final String ORIGINAL_LABEL = "workflows.argoproj.io/resubmitted-from-workflow";
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    /// Annotations of Tiphys tell how an object came to be, so they are the original's alone.
    private static final String OWN_ANNOTATIONS = "tiphys.io/";

    private static final Set<String> LABELS_OF_THE_ORIGINAL =
            Set.of(
                    "workflows.argoproj.io/phase",
                    "workflows.argoproj.io/completed",
                    "workflows.argoproj.io/workflow-archiving-status",
                    "workflows.argoproj.io/creator",
                    "workflows.argoproj.io/creator-email",
                    "workflows.argoproj.io/creator-preferred-username");
    private static final int LONGEST_LABEL = 63;

    private Resubmitted() {}

    /// The same, beginning with what went well in the original.
    public static ApiObject memoized(ApiObject original, Map<String, String> given) {
        var made = workflow(original, given);
        var annotations = made.json().mapAt("metadata", "annotations");
        return made.withMetadata("annotations", annotations.with(Need.Earlier.ANNOTATION, Value.text(original.uid())));
    }

    /// @param given the parameters that shall be others, by name
    public static ApiObject workflow(ApiObject original, Map<String, String> given) {
        var spec = original.spec().without("shutdown").without("suspend");
        if (!given.isEmpty()) {
            spec = spec.with("arguments", spec.mapAt("arguments").with("parameters", changed(spec, given)));
        }
        return new ApiObject(
                ResourceTypes.WORKFLOW,
                Value.object(
                        "apiVersion",
                        ResourceTypes.WORKFLOW.apiVersion(),
                        "kind",
                        ResourceTypes.WORKFLOW.kind(),
                        "metadata",
                        metadata(original),
                        "spec",
                        spec));
    }

    private static Value.Mapping metadata(ApiObject original) {
        var labels = Value.Mapping.EMPTY;
        for (var label : original.json().mapAt("metadata", "labels").fields().entrySet()) {
            if (!LABELS_OF_THE_ORIGINAL.contains(label.getKey())) {
                labels = labels.with(label.getKey(), label.getValue());
            }
        }
        if (original.name().length() <= LONGEST_LABEL) {
            labels = labels.with(ORIGINAL_LABEL, Value.text(original.name()));
        }
        var annotations = Value.Mapping.EMPTY;
        for (var annotation : original.json().mapAt("metadata", "annotations").fields().entrySet()) {
            if (!annotation.getKey().startsWith(OWN_ANNOTATIONS) && !annotation.getKey().equals(LAST_APPLIED)) {
                annotations = annotations.with(annotation.getKey(), annotation.getValue());
            }
        }
        var metadata =
                Value.object(
                        "generateName",
                        original.json().textAt("metadata", "generateName").orElse(original.name() + "-"),
                        "namespace",
                        original.namespace(),
                        "labels",
                        labels);
        return annotations.fields().isEmpty() ? metadata : metadata.with("annotations", annotations);
    }

    private static Value changed(Value.Mapping spec, Map<String, String> given) {
        var left = new LinkedHashMap<>(given);
        var parameters = new ArrayList<Value>();
        for (var parameter : spec.listAt("arguments", "parameters")) {
            var value = left.remove(parameter.textAt("name").orElse(""));
            parameters.add(
                    value == null || !(parameter instanceof Value.Mapping mapping)
                            ? parameter
                            : mapping.without("valueFrom").with("value", Value.text(value)));
        }
        left.forEach((name, value) -> parameters.add(Value.object("name", name, "value", value)));
        return Value.list(parameters);
    }
}
