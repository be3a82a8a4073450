package tiphys.app;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectChange;
import tiphys.objects.ObjectStore;
import tiphys.objects.Objects;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceTypes;
import tiphys.runtime.objects.ObjectsWatch;

/// Publishes the server's own certificate authority in each namespace, as clusters do: the ConfigMap `kube-root-ca.crt`. What somebody
/// made under that name stays as it is.
final class RootCertificates implements AutoCloseable {
    private static final Logger LOG = System.getLogger(RootCertificates.class.getName());
    private static final String NAME = "kube-root-ca.crt";

    private final Objects objects;
    private final String certificate;
    private final ObjectsWatch namespaces;

    /// @param file the authority's certificate; it is there once the API is open
    RootCertificates(Objects objects, ObjectStore store, Path file) throws IOException {
        this.objects = objects;
        this.certificate = Files.readString(file);
        this.namespaces = new ObjectsWatch(store, ResourceTypes.NAMESPACE, 0, this::heard);
    }

    RootCertificates start() {
        namespaces.start();
        return this;
    }

    private void heard(ObjectChange change) {
        if (change.type() != ObjectChange.Type.ADDED) {
            return;
        }
        var map =
                new ApiObject(
                        ResourceTypes.CONFIG_MAP,
                        Value.object(
                                "apiVersion",
                                "v1",
                                "kind",
                                "ConfigMap",
                                "metadata",
                                Value.object("name", NAME, "namespace", change.object().name()),
                                "data",
                                Value.object("ca.crt", certificate)));
        try {
            if (objects.find(map.key()).isEmpty()) {
                var _ = objects.create(map, Objects.Mode.PLAIN);
            }
        } catch (Refusal e) { // the namespace is gone already, or somebody was faster
            LOG.log(Level.DEBUG, "{0} is not made in {1}: {2}", NAME, change.object().name(), e.getMessage());
        }
    }

    @Override
    public void close() {
        namespaces.close();
    }
}
