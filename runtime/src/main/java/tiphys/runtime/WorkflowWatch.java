package tiphys.runtime;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tiphys.engine.Executor;
import tiphys.engine.RunRows;
import tiphys.engine.run.RunCommand;
import tiphys.manifest.workflow.WorkflowSpec;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectChange;

/// Tells runs about their Workflow objects: that they exist, that somebody changed what a run heeds in them, that they are
/// gone. Level-based: it may be told anything again. Objects whose status says that they are over are left alone, so that
/// a start with many finished runs costs no more than one with few.
final class WorkflowWatch {
    private static final Set<String> OVER = Set.of("Succeeded", "Failed", "Error");

    private final LiveRuns runs;
    private final RunRows rows;
    private final Executor executor;
    private final Map<String, Wish> told = new ConcurrentHashMap<>();

    WorkflowWatch(LiveRuns runs, RunRows rows, Executor executor) {
        this.runs = runs;
        this.rows = rows;
        this.executor = executor;
    }

    /// What a run heeds in its object's spec once it has begun.
    private record Wish(boolean suspend, String shutdown) {}

    void heard(ObjectChange change) {
        var object = change.object();
        switch (change.type()) {
            case ADDED, MODIFIED -> exists(object);
            case DELETED -> gone(object.uid());
        }
    }

    private void exists(ApiObject object) {
        var uid = object.uid();
        if (over(object)) {
            told.remove(uid);
            return;
        }
        var spec = new WorkflowSpec(object.spec());
        var wish = new Wish(spec.suspend(), spec.shutdown());
        if (wish.equals(told.get(uid)) || (runs.find(uid).isEmpty() && ended(uid))) {
            return;
        }
        told.put(uid, wish);
        runs.keep(uid).actor.tell(LiveRuns.decide(new RunCommand.Observed(object.json(), executor.host())));
    }

    /// Whether a run that is not live any more ended, though its object's status was overwritten.
    private boolean ended(String uid) {
        return rows.find(uid).filter(row -> OVER.contains(row.phase())).isPresent();
    }

    private static boolean over(ApiObject object) {
        return OVER.contains(object.status().textAt("phase").orElse(""));
    }

    void gone(String uid) {
        told.remove(uid);
        runs.find(uid).ifPresent(run -> run.actor.tell(LiveRuns.decide(new RunCommand.Gone())));
    }
}
