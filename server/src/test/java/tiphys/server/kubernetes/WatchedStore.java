package tiphys.server.kubernetes;

import java.time.InstantSource;
import java.util.Map;
import org.eclipse.jetty.server.Handler;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.InMemoryStore;
import tiphys.objects.Objects;
import tiphys.objects.ResourceTypes;
import tiphys.server.follow.Followers;

/// The Kubernetes-style API over objects in memory, for tests of what is in front of it.
public final class WatchedStore {
    private final LocalObjects objects = new LocalObjects(new InMemoryStore());

    public WatchedStore() {
        create(ResourceTypes.NAMESPACE, Value.object("name", "lab"));
    }

    public Handler api(Followers followers) {
        return new KubernetesApi(
                new KubernetesApi.Ports(
                        objects,
                        objects.store,
                        new LocalLogs(),
                        InstantSource.fixed(LocalApi.NOW),
                        "0.1.0-test",
                        "0123abc",
                        "2026-11-24T12:00:00Z",
                        followers));
    }

    /// Creates a ConfigMap in the namespace `lab`.
    public void create(String name) {
        create(ResourceTypes.CONFIG_MAP, Value.object("name", name, "namespace", "lab", "labels", Map.of("t", "x")));
    }

    private void create(tiphys.objects.ResourceType type, Value metadata) {
        objects.create(
                new ApiObject(
                        type, Value.object("apiVersion", type.apiVersion(), "kind", type.kind(), "metadata", metadata)),
                Objects.Mode.PLAIN);
    }
}
