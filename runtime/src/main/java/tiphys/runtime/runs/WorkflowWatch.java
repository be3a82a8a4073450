package tiphys.runtime.runs;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tiphys.engine.Executor;
import tiphys.engine.RunRows;
import tiphys.engine.run.state.RunCommand;
import tiphys.manifest.workflow.WorkflowSpec;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectChange;
import tiphys.runtime.stream.RecentSet;

/// Tells runs about their Workflow objects: that they exist, that somebody changed what a run heeds in them, that they are
/// gone. Level-based: it may be told anything again. Objects whose status says that they are over are left alone, so that
/// a start with many finished runs costs no more than one with few.
public final class WorkflowWatch {
    private static final int GONE_REMEMBERED = 1_000;
    private static final Set<String> OVER = Set.of("Succeeded", "Failed", "Error");

    private final LiveRuns runs;
    private final RunRows rows;
    private final Executor executor;
    private final Map<String, Wish> told = new ConcurrentHashMap<>();

    /// Objects that went before their run was live, the last few.
    private final Set<String> goneUnheard = RecentSet.of(GONE_REMEMBERED);

    public WorkflowWatch(LiveRuns runs, RunRows rows, Executor executor) {
        this.runs = runs;
        this.rows = rows;
        this.executor = executor;
    }

    /// What a run heeds in its object's spec once it has begun.
    private record Wish(boolean suspend, String shutdown) {
        static Wish of(ApiObject object) {
            var spec = new WorkflowSpec(object.spec());
            return new Wish(spec.suspend(), spec.shutdown());
        }
    }

    public void heard(ObjectChange change) {
        var object = change.object();
        switch (change.type()) {
            case ADDED, MODIFIED -> exists(object);
            case DELETED -> gone(object.uid());
        }
    }

    /// A new object was stored. The watch, which tells of it too, may be faster or slower, and even tell of its end first.
    public void created(ApiObject object) {
        var uid = object.uid();
        if (!over(object) && told.putIfAbsent(uid, Wish.of(object)) == null) {
            observed(object);
            if (goneUnheard.contains(uid)) {
                gone(uid);
            }
        }
    }

    private void exists(ApiObject object) {
        var uid = object.uid();
        if (over(object)) {
            told.remove(uid);
            return;
        }
        var wish = Wish.of(object);
        if (wish.equals(told.get(uid)) || (runs.find(uid).isEmpty() && ended(uid))) {
            return;
        }
        told.put(uid, wish);
        observed(object);
    }

    private void observed(ApiObject object) {
        var rules = runs.rules(object.key().namespace());
        runs.keep(object.uid())
                .actor
                .tell(LiveRuns.decide(new RunCommand.Observed(object.json(), executor.host(), rules)));
    }

    /// Whether a run that is not live any more ended, though its object's status was overwritten.
    private boolean ended(String uid) {
        return rows.find(uid).filter(row -> OVER.contains(row.phase())).isPresent();
    }

    private static boolean over(ApiObject object) {
        return OVER.contains(object.status().textAt("phase").orElse(""));
    }

    /// Tells of an object once more, whatever was told of it.
    public void again(ApiObject object) {
        told.remove(object.uid());
        exists(object);
    }

    void gone(String uid) {
        told.remove(uid);
        if (runs.find(uid).isEmpty()) {
            goneUnheard.add(uid);
        }
        runs.find(uid).ifPresent(run -> run.actor.tell(LiveRuns.decide(new RunCommand.Gone())));
    }
}
