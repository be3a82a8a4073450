package tiphys.kubernetes.mirror;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import tiphys.journal.StoreUnavailable;
import tiphys.kubernetes.client.ApiClient;
import tiphys.kubernetes.client.Paths;
import tiphys.kubernetes.client.Patience;
import tiphys.objects.ObjectKey;

/// Deletes objects of a cluster. The mirror hears of it, and removes them here.
public final class Removal {
    private static final Logger LOG = System.getLogger(Removal.class.getName());

    private final ApiClient client;

    public Removal(ApiClient client) {
        this.client = client;
    }

    /// Deletes the object of that name if it still is the one of that uid. Blocks.
    ///
    /// @throws StoreUnavailable if the cluster does not do that now
    public void delete(ObjectKey key, String uid) {
        var path = Paths.of(key);
        try {
            var answer = Patience.ask(() -> client.delete(path, uid));
            if (answer.code() == 404 || answer.code() == 409) {
                LOG.log(Level.DEBUG, "{0} is gone already: {1}", key, answer.message());
            } else if (!answer.done()) {
                throw new StoreUnavailable("the cluster does not delete it", new IOException(answer.message()));
            }
        } catch (IOException e) {
            throw new StoreUnavailable("the cluster does not answer", e);
        }
    }
}
