package tiphys.runtime;

import tiphys.manifest.Value;
import tiphys.objects.ApiObject;

/// What the events side writes on a Workflow that a trigger made, and the run side shows.
final class RunAnnotations {
    /// The id of the event that led to it.
    static final String EVENT = "tiphys.io/event";

    /// Why parameters fell back to their defaults: a JSON object from the parameter's dest to a sentence.
    static final String FALLBACKS = "tiphys.io/fallbacks";

    private RunAnnotations() {}

    static String event(Value.Mapping workflow) {
        return workflow.textAt("metadata", "annotations", EVENT).orElse("");
    }

    static String event(ApiObject workflow) {
        return event(workflow.json());
    }
}
