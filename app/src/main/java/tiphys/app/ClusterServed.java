package tiphys.app;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import tiphys.engine.StepOrder;
import tiphys.kubernetes.access.ClusterObjects;
import tiphys.kubernetes.access.Discovery;
import tiphys.kubernetes.client.ApiClient;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectAccess;
import tiphys.objects.ObjectKey;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;
import tiphys.served.http.HeaderSecrets;
import tiphys.served.resource.ResourceApi;

/// What steps that the server does itself see of a cluster: its objects, always in the name of the step's service account, `default`
/// where none is named, so that a step may here what its pod might with Argo.
final class ClusterServed implements ResourceApi, HeaderSecrets {
    private static final String USUAL = "default";
    private static final Duration FIRST_LOOK = Duration.ofMillis(250);

    /// Argo's own pace.
    private static final Duration LOOK = Duration.ofSeconds(5);

    private final ApiClient client;
    private final Discovery discovery;

    ClusterServed(ApiClient client) {
        this.client = client;
        this.discovery = new Discovery(client);
    }

    @Override
    public ObjectAccess in(String namespace, Optional<String> account) {
        return new ClusterObjects(client.as(namespace, account.orElse(USUAL)));
    }

    @Override
    public Optional<ResourceType> byKind(String apiVersion, String kind) {
        return answered(() -> discovery.byKind(apiVersion, kind));
    }

    @Override
    public Optional<ResourceType> byWord(String word) {
        return answered(() -> discovery.byWord(word));
    }

    private interface Ask {
        Optional<ResourceType> now() throws IOException;
    }

    private static Optional<ResourceType> answered(Ask ask) {
        try {
            return ask.now();
        } catch (IOException e) {
            throw new Refusal(503, "ServiceUnavailable", String.valueOf(e.getMessage()));
        }
    }

    @Override
    public boolean shown(ResourceType type) {
        return false;
    }

    /// A step may read its object, and need not be allowed to watch it: so it is read again and again.
    @Override
    public void await(ObjectKey key, Look look) throws InterruptedException {
        for (var pause = FIRST_LOOK; !look.over(); pause = longer(pause)) {
            Thread.sleep(pause);
        }
    }

    private static Duration longer(Duration pause) {
        return pause.multipliedBy(2).compareTo(LOOK) > 0 ? LOOK : pause.multipliedBy(2);
    }

    @Override
    public Optional<Value.Mapping> find(StepOrder order, String name) {
        var account = order.pod().textAt("spec", "serviceAccountName").filter(text -> !text.isEmpty());
        return in(order.namespace(), account)
                .find(new ObjectKey(ResourceTypes.SECRET, order.namespace(), name))
                .map(ApiObject::json);
    }
}
