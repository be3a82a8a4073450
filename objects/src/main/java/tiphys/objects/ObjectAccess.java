package tiphys.objects;

import java.util.Optional;
import tiphys.objects.Objects.Mode;
import tiphys.objects.Objects.Page;
import tiphys.objects.Objects.Patch;
import tiphys.objects.Objects.Precondition;
import tiphys.objects.Objects.Written;

/// Objects as one user reads and changes them one by one, wherever they are kept. Safe for every thread; may block.
///
/// Every method throws [Refusal] for what Kubernetes would answer with a `Status`.
public interface ObjectAccess {
    /// The object as it is shown (status joined in; pods are a view of runs).
    ApiObject get(ObjectKey key);

    /// The object, if it is there.
    Optional<ApiObject> find(ObjectKey key);

    /// A page of a list.
    ///
    /// @param namespace empty for every namespace
    /// @param limit 0 for no limit
    /// @param next the continue token of the page before; empty for the first page
    Page list(ResourceType type, Optional<String> namespace, Selector selector, int limit, String next);

    /// Stores a new object; its name is made from `generateName` if it has none.
    Written create(ApiObject object, Mode mode);

    /// Replaces an object; `metadata.resourceVersion`, if it is there, must be the last one.
    Written replace(ObjectKey key, ApiObject object, Mode mode);

    /// Changes an object.
    Written patch(ObjectKey key, Patch patch, Mode mode);

    /// Stores an object whether it is there or not: what `tiphys apply` and `up -f` do. Unchanged objects keep their
    /// version.
    Written apply(ApiObject object, Mode mode);

    /// Deletes an object and what depends on it; a namespace with everything in it, a pod by failing its node.
    ApiObject delete(ObjectKey key, Precondition precondition, Mode mode);
}
