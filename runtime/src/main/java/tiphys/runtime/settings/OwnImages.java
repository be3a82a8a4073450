package tiphys.runtime.settings;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tiphys.journal.StoreUnavailable;
import tiphys.objects.ObjectChange;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectStore;
import tiphys.objects.ResourceTypes;

/// The rules for images that somebody made: the key `rules` of the ConfigMap `tiphys-images`, of a namespace for its Workflows, and of
/// `kube-system` for all; those of the namespace count first. Safe for every thread.
public final class OwnImages {
    /// The name of the ConfigMap.
    public static final String NAME = "tiphys-images";

    /// The namespace of those that hold for all.
    public static final String EVERYWHERE = "kube-system";

    /// The key of the rows.
    public static final String KEY = "rules";

    private final ObjectStore objects;
    private final Set<String> namespaces = ConcurrentHashMap.newKeySet();

    public OwnImages(ObjectStore objects) {
        this.objects = objects;
    }

    /// Looks at what is there.
    ///
    /// @throws StoreUnavailable if it cannot be read
    public void start() {
        for (var key : objects.uids(ResourceTypes.CONFIG_MAP).keySet()) {
            if (key.name().equals(NAME)) {
                namespaces.add(key.namespace());
            }
        }
    }

    /// A ConfigMap was made, changed or deleted.
    public void heardOfConfigMap(ObjectChange change) {
        if (!change.object().name().equals(NAME)) {
            return;
        }
        if (change.type() == ObjectChange.Type.DELETED) {
            namespaces.remove(change.object().namespace());
        } else {
            namespaces.add(change.object().namespace());
        }
    }

    /// Whether there may be rules for the Workflows of a namespace.
    public boolean any(String namespace) {
        return !namespaces.isEmpty() && (namespaces.contains(namespace) || namespaces.contains(EVERYWHERE));
    }

    /// The rows of one namespace.
    ///
    /// @throws StoreUnavailable if they cannot be read
    public String of(String namespace) {
        return objects.get(new ObjectKey(ResourceTypes.CONFIG_MAP, namespace, NAME))
                .flatMap(map -> map.json().textAt("data", KEY))
                .orElse("");
    }

    /// The rows that hold for the Workflows of a namespace, those that count first before the others.
    ///
    /// @throws StoreUnavailable if they cannot be read
    public String rows(String namespace) {
        return namespace.equals(EVERYWHERE) ? of(namespace) : of(namespace) + "\n" + of(EVERYWHERE);
    }
}
