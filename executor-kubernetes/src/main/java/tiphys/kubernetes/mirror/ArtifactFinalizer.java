package tiphys.kubernetes.mirror;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import tiphys.kubernetes.beside.RunSpec;
import tiphys.kubernetes.client.ApiClient;
import tiphys.kubernetes.client.Paths;
import tiphys.kubernetes.client.Patience;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.ResourceTypes;

/// Argo's finalizer of Workflows whose artifacts go with them (`artifactGC` with `OnWorkflowDeletion`): it keeps a deleted Workflow until its
/// artifacts are deleted. [StatusWriter] puts it there.
public final class ArtifactFinalizer implements AutoCloseable {
    /// Its name.
    static final String NAME = "workflows.argoproj.io/artifact-gc";

    private static final Logger LOG = System.getLogger(ArtifactFinalizer.class.getName());
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final ApiClient client;
    private final Function<String, Optional<List<String>>> collect;
    private final Set<String> going = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService threads =
            Executors.newScheduledThreadPool(4, Thread.ofVirtual().name("artifact-gc-", 0).factory());

    /// @param collect deletes the artifacts of the run of a uid, and says what could not be deleted; empty while the run goes on
    public ArtifactFinalizer(ApiClient client, Function<String, Optional<List<String>>> collect) {
        this.client = client;
        this.collect = collect;
    }

    /// Whether an object wants it.
    static boolean wanted(ApiObject object) {
        return object.type().equals(ResourceTypes.WORKFLOW)
                && Json.write(RunSpec.of(object.json())).contains("\"OnWorkflowDeletion\"");
    }

    private static List<Value> others(Value.Mapping workflow) {
        return workflow.listAt("metadata", "finalizers").stream().filter(one -> !one.equals(Value.text(NAME))).toList();
    }

    /// A Workflow as it is in the cluster.
    public void seen(Value.Mapping workflow) {
        var uid = workflow.textAt("metadata", "uid").orElse("");
        if (workflow.find("metadata", "deletionTimestamp").isPresent()
                && others(workflow).size() < workflow.listAt("metadata", "finalizers").size()
                && going.add(uid)) {
            var key =
                    new ObjectKey(
                            ResourceTypes.WORKFLOW,
                            workflow.textAt("metadata", "namespace").orElse(""),
                            workflow.textAt("metadata", "name").orElse(""));
            var force =
                    RunSpec.of(workflow)
                            .find("artifactGC", "forceFinalizerRemoval")
                            .equals(Optional.of(Value.bool(true)));
            later(new Deleted(key, uid, force), FIRST_PAUSE);
        }
    }

    private record Deleted(ObjectKey key, String uid, boolean force) {}

    private void later(Deleted workflow, Duration pause) {
        try {
            var _ =
                    threads.schedule(
                            () -> {
                                if (done(workflow)) {
                                    going.remove(workflow.uid());
                                } else {
                                    var twice = pause.multipliedBy(2);
                                    later(workflow, twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice);
                                }
                            },
                            pause.toMillis(),
                            TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException _) {
            // closed: the next start sees it again
        }
    }

    private boolean done(Deleted workflow) {
        try {
            var problems = collect.apply(workflow.uid());
            if (problems.isEmpty()) {
                return false;
            }
            problems.get()
                    .forEach(problem -> LOG.log(Level.WARNING, "{0} is deleted, and its {1}", workflow.key(), problem));
            return (problems.get().isEmpty() || workflow.force()) && removed(workflow);
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "the artifacts of {0} are not deleted yet: {1}", workflow.key(), e.getMessage());
            return false;
        }
    }

    private boolean removed(Deleted workflow) throws IOException {
        var path = Paths.of(workflow.key());
        var there = Patience.ask(() -> client.get(path));
        if (there.code() == 404 || !there.body().textAt("metadata", "uid").equals(Optional.of(workflow.uid()))) {
            return true;
        }
        var metadata =
                Value.object(
                        "uid",
                        workflow.uid(),
                        "resourceVersion",
                        there.body().textAt("metadata", "resourceVersion").orElse(""));
        var changes = Value.object("metadata", metadata.with("finalizers", Value.list(others(there.body()))));
        var answer = Patience.ask(() -> client.patch(path, changes));
        return answer.done() || answer.code() == 404;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
