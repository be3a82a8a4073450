package tiphys.app;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import tiphys.journal.StoreUnavailable;
import tiphys.kubernetes.access.ClusterObjects;
import tiphys.kubernetes.client.ApiClient;
import tiphys.kubernetes.client.Paths;
import tiphys.kubernetes.client.Patience;
import tiphys.kubernetes.mirror.Removal;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.Objects;
import tiphys.objects.Refusal;
import tiphys.runtime.cron.CronRuns;

/// The Workflows of a cluster's CronWorkflows. One is made before its time is recorded; its name tells the time, so that it is found again
/// after a crash in between.
final class ClusterCrons implements CronRuns {
    private static final Logger LOG = System.getLogger(ClusterCrons.class.getName());
    private static final int UNAVAILABLE = 503;

    private final ApiClient client;
    private final ClusterObjects objects;
    private final Removal removal;

    ClusterCrons(ApiClient client) {
        this.client = client;
        objects = new ClusterObjects(client);
        removal = new Removal(client);
    }

    @Override
    public Optional<ApiObject> find(ObjectKey key) {
        try {
            return objects.find(key);
        } catch (Refusal e) {
            throw passing(e);
        }
    }

    @Override
    public Made make(ApiObject wish) {
        try {
            var mode = new Objects.Mode(false, Objects.FieldValidation.IGNORE);
            return new Made(objects.create(wish, mode).object(), List.of());
        } catch (Refusal e) {
            throw passing(e);
        }
    }

    /// What a busy or absent API server says is no refusal of the Workflow.
    private static RuntimeException passing(Refusal refusal) {
        return refusal.code() == UNAVAILABLE || refusal.code() == 429
                ? new StoreUnavailable("the cluster does not answer", refusal)
                : refusal;
    }

    @Override
    public void delete(ObjectKey key, String uid) {
        removal.delete(key, uid);
    }

    /// Ends a run whose place another one takes, as Argo does: in its spec, where everybody sees it. What cannot be said now is said at the
    /// next start.
    void terminate(ObjectKey run) {
        Thread.ofVirtual()
                .name("terminate " + run)
                .start(() -> {
                    try {
                        var wish = Value.object("spec", Value.object("shutdown", "Terminate"));
                        var answer = Patience.ask(() -> client.patch(Paths.of(run), wish));
                        if (!answer.done() && answer.code() != 404) {
                            throw new IOException(answer.message());
                        }
                    } catch (IOException e) {
                        LOG.log(Level.WARNING, "{0} is not terminated yet: {1}", run, e.getMessage());
                    }
                });
    }
}
