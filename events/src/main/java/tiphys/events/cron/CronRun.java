package tiphys.events.cron;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ResourceTypes;

/// The Workflow objects that a CronWorkflow makes, as Argo makes them.
public final class CronRun {
    /// The label of a run that says whose it is.
    public static final String LABEL = "workflows.argoproj.io/cron-workflow";

    /// The annotation of a run that says for what time it was made; `workflow.scheduledTime` is its value.
    public static final String SCHEDULED = "workflows.argoproj.io/scheduled-time";

    private static final String INSTANCE = "workflows.argoproj.io/controller-instanceid";

    private CronRun() {}

    /// The run that is due at an instant: its name tells the time, so there is one at most.
    public static ApiObject due(CronSpec spec, Instant due) {
        return owned(spec, Value.object("name", name(spec, due)), due, spec.spec().mapAt("workflowSpec"));
    }

    /// `NAME-1795935900`.
    public static String name(CronSpec spec, Instant due) {
        return spec.name() + "-" + due.getEpochSecond();
    }

    /// A run that somebody wants now, as `argo submit --from cronwf/NAME` makes it.
    ///
    /// @param parameters values of arguments that shall be others than the object's
    public static ApiObject byHand(CronSpec spec, Instant at, Map<String, String> parameters) {
        var run = spec.spec().mapAt("workflowSpec");
        return owned(
                spec,
                Value.object("generateName", spec.name() + "-"),
                at.truncatedTo(ChronoUnit.SECONDS),
                parameters.isEmpty() ? run : run.with("arguments", with(run.mapAt("arguments"), parameters)));
    }

    private static ApiObject owned(CronSpec spec, Value.Mapping named, Instant at, Value.Mapping run) {
        var zone = spec.schedules().isEmpty() ? ZoneOffset.UTC : spec.schedules().getFirst().zone();
        return object(
                spec,
                named.with("ownerReferences", Value.list(List.of(owner(spec)))),
                Value.object(LABEL, spec.name()),
                DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(at.atZone(zone)),
                run);
    }

    /// @param named the metadata that makes it this one
    /// @param ofOrigin labels that say where it came from
    /// @param time for which it is made
    static ApiObject object(
            CronSpec spec, Value.Mapping named, Value.Mapping ofOrigin, String time, Value.Mapping run) {
        var more = spec.spec().mapAt("workflowMetadata");
        var labels = ofOrigin;
        var instance = spec.object().textAt("metadata", "labels", INSTANCE);
        if (instance.isPresent()) {
            labels = labels.with(INSTANCE, instance.get());
        }
        var metadata =
                named.with("namespace", spec.namespace())
                        .with("labels", merged(labels, more.mapAt("labels")))
                        .with("annotations", merged(Value.object(SCHEDULED, time), more.mapAt("annotations")));
        var finalizers = more.listAt("finalizers");
        return new ApiObject(
                ResourceTypes.WORKFLOW,
                Value.object(
                        "apiVersion",
                        ResourceTypes.WORKFLOW.apiVersion(),
                        "kind",
                        ResourceTypes.WORKFLOW.kind(),
                        "metadata",
                        finalizers.isEmpty() ? metadata : metadata.with("finalizers", Value.list(finalizers)),
                        "spec",
                        run));
    }

    private static Value.Mapping owner(CronSpec spec) {
        return Value.object(
                "apiVersion",
                ResourceTypes.CRON_WORKFLOW.apiVersion(),
                "kind",
                ResourceTypes.CRON_WORKFLOW.kind(),
                "name",
                spec.name(),
                "uid",
                spec.uid(),
                "controller",
                true,
                "blockOwnerDeletion",
                true);
    }

    private static Value.Mapping merged(Value.Mapping under, Value.Mapping over) {
        var merged = under;
        for (var field : over.fields().entrySet()) {
            merged = merged.with(field.getKey(), field.getValue());
        }
        return merged;
    }

    /// Arguments with other values for some parameters, which may be new ones.
    static Value.Mapping with(Value.Mapping arguments, Map<String, String> values) {
        var all = new ArrayList<Value>();
        for (var parameter : arguments.listAt("parameters")) {
            if (!values.containsKey(parameter.textAt("name").orElse(""))) {
                all.add(parameter);
            }
        }
        values.forEach((name, value) -> all.add(Value.object("name", name, "value", value)));
        return arguments.with("parameters", Value.list(all));
    }
}
