package tiphys.runtime.runs;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import tiphys.engine.RunRow;
import tiphys.engine.RunRows;
import tiphys.events.firing.Wanted;
import tiphys.journal.Journal;
import tiphys.journal.StreamName;
import tiphys.journal.Transaction;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.WorkflowSpec;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectStore;
import tiphys.objects.ObjectWrite;
import tiphys.objects.ResourceTypes;

/// Shows runs that are set aside, without reading their streams: on the Workflow object and in the list of runs.
public final class AsideRuns {
    private static final Logger LOG = System.getLogger(AsideRuns.class.getName());
    private static final String CONDITION = "Quarantined";

    private final Journal journal;
    private final ObjectStore objects;
    private final RunRows rows;
    private final InstantSource clock;

    public AsideRuns(Journal journal, ObjectStore objects, RunRows rows, InstantSource clock) {
        this.journal = journal;
        this.objects = objects;
        this.rows = rows;
        this.clock = clock;
    }

    /// The Workflow object of a run.
    public Optional<ApiObject> object(String uid) {
        return objects.uids(ResourceTypes.WORKFLOW).entrySet().stream()
                .filter(entry -> entry.getValue().equals(uid))
                .map(Map.Entry::getKey)
                .findFirst()
                .flatMap(objects::get)
                .filter(object -> object.uid().equals(uid));
    }

    /// Says of a run's object and row why it is set aside. Its phase stays what it was, for nothing is known to have failed;
    /// one that never began is pending.
    public void show(StreamName stream, String why) {
        var message = "the run is " + why + "; `tiphys repair " + stream + "` lets it go on";
        var row = rows.find(stream.key());
        try {
            object(stream.key())
                    .ifPresent(object -> {
                        var shown = row.orElseGet(() -> row(object));
                        journal.commit(
                                        new Transaction(
                                                clock.instant(),
                                                List.of(),
                                                List.of(),
                                                List.of(
                                                        new ObjectWrite.Status(
                                                                object.key(),
                                                                object.uid(),
                                                                status(object, message),
                                                                Value.Mapping.EMPTY),
                                                        with(shown, message))))
                                .join();
                    });
        } catch (CompletionException e) {
            LOG.log(Level.WARNING, "that {0} is set aside cannot be shown now: {1}", stream, e.getMessage());
        }
    }

    private Value.Mapping status(ApiObject object, String message) {
        var before = object.status();
        var conditions =
                before.listAt("conditions").stream()
                        .filter(one -> !one.textAt("type").equals(Optional.of(CONDITION)))
                        .toList();
        var all = new ArrayList<Value>(conditions);
        all.add(
                Value.object(
                        "type",
                        CONDITION,
                        "status",
                        "True",
                        "message",
                        message,
                        "lastTransitionTime",
                        clock.instant().truncatedTo(ChronoUnit.SECONDS).toString()));
        return before.with("phase", phase(object)).with("message", message).with("conditions", Value.list(all));
    }

    private static String phase(ApiObject object) {
        return object.status().textAt("phase").filter(phase -> !phase.isEmpty()).orElse("Pending");
    }

    /// The row of a run that never was projected.
    private static RunRow row(ApiObject object) {
        return new RunRow(
                object.uid(),
                object.namespace(),
                object.name(),
                phase(object),
                "",
                object.json().textAt("metadata", "creationTimestamp").map(Instant::parse).orElse(Instant.EPOCH),
                Optional.empty(),
                Optional.empty(),
                "0/0",
                new WorkflowSpec(object.spec()).workflowTemplateRef().orElse(""),
                object.annotations().getOrDefault(Wanted.EVENT, ""),
                false,
                "",
                "[]");
    }

    private static RunRow with(RunRow row, String message) {
        return new RunRow(
                row.uid(),
                row.namespace(),
                row.name(),
                row.phase(),
                message,
                row.created(),
                row.started(),
                row.finished(),
                row.progress(),
                row.template(),
                row.event(),
                row.suspended(),
                row.shutdown(),
                row.parameters());
    }
}
