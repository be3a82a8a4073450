package tiphys.runtime.runs;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import tiphys.engine.RunRow;
import tiphys.engine.run.Run;
import tiphys.engine.run.view.RunView;
import tiphys.events.firing.Wanted;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.WorkflowSpec;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectStore;
import tiphys.objects.ObjectWrite;
import tiphys.objects.ResourceTypes;
import tiphys.runtime.stream.StreamActor;

/// What others see of a run without asking it: the Workflow object's status and labels, its row in the list of runs, and,
/// after somebody told the run to suspend or end, the object's spec, where Argo keeps that.
public final class RunProjection {
    private static final String LABELS = "workflows.argoproj.io/";

    private final ObjectStore objects;

    public RunProjection(ObjectStore objects) {
        this.objects = objects;
    }

    static ObjectKey key(RunView view) {
        return new ObjectKey(ResourceTypes.WORKFLOW, view.namespace(), view.name());
    }

    /// Whether a run's Workflow object is there.
    boolean exists(ObjectKey key, String uid) {
        return objects.get(key).filter(object -> object.uid().equals(uid)).isPresent();
    }

    /// Adds the status and the row.
    void project(Run run, StreamActor.Work work) {
        var view = run.view();
        var labels =
                Value.object(LABELS + "phase", view.phase(), LABELS + "completed", view.ended() ? "true" : "false");
        work.writes.add(new ObjectWrite.Status(key(view), run.uid(), run.objectStatus(), labels));
        work.writes.add(row(run));
    }

    /// The run's line in the list of runs.
    public static RunRow row(Run run) {
        var view = run.view();
        return new RunRow(
                run.uid(),
                view.namespace(),
                view.name(),
                view.phase(),
                view.message(),
                created(view),
                view.startedAt(),
                view.finishedAt(),
                view.progress(),
                view.template(),
                view.workflow().textAt("metadata", "annotations", Wanted.EVENT).orElse(""),
                view.suspended(),
                view.shutdown(),
                Json.write(Value.list(RunParameters.shortened(view))));
    }

    private static Instant created(RunView view) {
        return created(view.workflow().textAt("metadata", "creationTimestamp").map(Instant::parse), view.startedAt());
    }

    /// When a run was made. The object tells it in whole seconds; a run that started within that second is put at its
    /// start, so that the list of runs, newest first, keeps the order of runs that came together.
    static Instant created(Optional<Instant> timestamp, Optional<Instant> started) {
        return timestamp
                .filter(second -> started.filter(start -> sameSecond(second, start)).isEmpty())
                .or(() -> started)
                .orElse(Instant.EPOCH);
    }

    private static boolean sameSecond(Instant one, Instant other) {
        return one.getEpochSecond() == other.getEpochSecond();
    }

    /// Adds the claims of volumes that a run makes at its start; of one that is there already nothing is changed.
    void claim(Run run, StreamActor.Work work) {
        for (var json : run.claims().objects()) {
            var claim =
                    new ApiObject(ResourceTypes.PERSISTENT_VOLUME_CLAIM, json)
                            .withMetadata("uid", Value.text(claimUid(json, run.uid())))
                            .withMetadata(
                                    "creationTimestamp",
                                    Value.text(
                                            run.view()
                                                    .startedAt()
                                                    .orElse(Instant.EPOCH)
                                                    .truncatedTo(ChronoUnit.SECONDS)
                                                    .toString()));
            if (objects.get(claim.key()).isEmpty()) {
                work.writes.add(new ObjectWrite.Create(claim));
            }
        }
    }

    /// The same for the same claim, so that a decision that is repeated writes the same.
    private static String claimUid(Value.Mapping claim, String run) {
        var seed = run + "/" + claim.textAt("metadata", "name").orElse("");
        return UUID.nameUUIDFromBytes(seed.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /// Adds the deletion of what a run claimed, if its end deletes it.
    ///
    /// @return the claims that go
    List<ObjectKey> letGo(Run run, StreamActor.Work work) {
        if (!run.claims().deletedAtEnd()) {
            return List.of();
        }
        var gone = new ArrayList<ObjectKey>();
        for (var json : run.claims().objects()) {
            var key = new ApiObject(ResourceTypes.PERSISTENT_VOLUME_CLAIM, json).key();
            work.writes.add(new ObjectWrite.Delete(key, claimUid(json, run.uid())));
            gone.add(key);
        }
        return gone;
    }

    /// What the run put on its object, over what is there.
    private static ApiObject merged(ApiObject object, RunView view, String field) {
        var all = new LinkedHashMap<>(object.json().mapAt("metadata", field).fields());
        all.putAll(view.workflow().mapAt("metadata", field).fields());
        return all.isEmpty() ? object : object.withMetadata(field, Value.of(all));
    }

    /// Adds the change of the object's spec and metadata to what the run was told; nothing if the object is gone or says so already.
    void respec(Run run, StreamActor.Work work) {
        var view = run.view();
        objects.get(key(view))
                .filter(object -> object.uid().equals(run.uid()))
                .ifPresent(object -> {
                    var before = new WorkflowSpec(object.spec());
                    var spec = object.spec();
                    if (before.suspend() != view.suspended()) {
                        spec = view.suspended() ? spec.with("suspend", Value.bool(true)) : spec.without("suspend");
                    }
                    if (!before.shutdown().equals(view.shutdown())) {
                        spec =
                                view.shutdown().isEmpty()
                                        ? spec.without("shutdown")
                                        : spec.with("shutdown", view.shutdown());
                    }
                    var changed = new ApiObject(object.type(), object.json().with("spec", spec));
                    if (!spec.equals(object.spec())) {
                        changed = changed.withMetadata("generation", Value.number(object.generation() + 1));
                    }
                    if (run.labelled()) {
                        changed = merged(merged(changed, view, "labels"), view, "annotations");
                    }
                    if (!changed.json().equals(object.json())) {
                        work.writes.add(new ObjectWrite.Update(changed, OptionalLong.of(object.resourceVersion())));
                    }
                });
    }
}
