package tiphys.runtime.cron;

import java.util.List;
import java.util.Optional;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectWrite;
import tiphys.objects.Objects;

/// Where the Workflows of CronWorkflows live. Every method throws [tiphys.objects.Refusal] for what is refused for good, and
/// [tiphys.journal.StoreUnavailable] for what may be done later.
public interface CronRuns {
    /// A Workflow, if it is there.
    Optional<ApiObject> find(ObjectKey key);

    /// A new Workflow.
    ///
    /// @param object complete but for its version
    /// @param writes to be stored in the transaction that records it; none if it is made already
    record Made(ApiObject object, List<ObjectWrite> writes) {
        public Made {
            writes = List.copyOf(writes);
        }
    }

    /// Makes a Workflow, or says how it is made. Its name is the claim of its time: asked again after a crash it is found.
    Made make(ApiObject wish);

    /// Deletes a Workflow if it still is the one of that uid.
    void delete(ObjectKey key, String uid);

    /// Those of this server: one is stored in the transaction that records it.
    static CronRuns in(Objects objects) {
        return new CronRuns() {
            @Override
            public Optional<ApiObject> find(ObjectKey key) {
                return objects.find(key);
            }

            @Override
            public Made make(ApiObject wish) {
                var plan = objects.plan(wish);
                return new Made(plan.object(), plan.writes());
            }

            @Override
            public void delete(ObjectKey key, String uid) {
                objects.delete(key, new Objects.Precondition(Optional.of(uid), Optional.empty()), Objects.Mode.PLAIN);
            }
        };
    }
}
