package tiphys.objects;

import java.util.List;
import java.util.Optional;

/// The pods that `kubectl` sees: one for each step of a run, made up from the run when somebody asks. Safe for every
/// thread.
public interface Pods {
    /// No pods at all.
    Pods NONE =
            new Pods() {
                @Override
                public List<ApiObject> list(Optional<String> namespace) {
                    return List.of();
                }

                @Override
                public Optional<ApiObject> find(String namespace, String name) {
                    return Optional.empty();
                }

                @Override
                public void delete(ApiObject pod) {}
            };

    /// The pods of a namespace, or of all.
    List<ApiObject> list(Optional<String> namespace);

    /// What happened to the runs of a namespace, or of all, as Events.
    default List<ApiObject> events(Optional<String> namespace) {
        return List.of();
    }

    /// One pod by its name.
    Optional<ApiObject> find(String namespace, String name);

    /// Fails the pod's node, as the deletion of a pod does on Kubernetes.
    void delete(ApiObject pod);
}
