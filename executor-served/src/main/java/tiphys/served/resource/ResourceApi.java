package tiphys.served.resource;

import java.util.Optional;
import tiphys.objects.ObjectAccess;
import tiphys.objects.ObjectKey;
import tiphys.objects.ResourceType;

/// The API whose objects `resource` templates change and watch. Safe for every thread. What it does not answer is a
/// [tiphys.objects.Refusal].
public interface ResourceApi {
    /// Its objects, as a service account of a namespace may read and change them.
    ///
    /// @param account empty if neither the template nor the workflow names one
    ObjectAccess in(String namespace, Optional<String> account);

    /// The type by what a manifest says. May block.
    Optional<ResourceType> byKind(String apiVersion, String kind);

    /// The type by a word as kubectl takes it: `cm`, `configmaps`, `deployments.apps`. May block.
    Optional<ResourceType> byWord(String word);

    /// Whether objects of that type are shown and kept by nobody, so that a patch changes nothing of them.
    boolean shown(ResourceType type);

    /// Looks at an object until the look is over: now, and then whenever it may have changed.
    void await(ObjectKey key, Look look) throws InterruptedException;

    /// A look at an object.
    interface Look {
        /// Whether nothing more is waited for.
        boolean over();
    }
}
