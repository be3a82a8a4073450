package tiphys.objects;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/// Keeps the API's objects. Writes go through [tiphys.journal.Journal#commit] as [ObjectWrite]s; this port reads. Safe for
/// every thread; sees only what was flushed. Each adapter passes `ObjectStoreContract`.
public interface ObjectStore {
    /// The object, if it is there.
    Optional<ApiObject> get(ObjectKey key);

    /// A page of the objects of a type, ordered by namespace and name.
    ///
    /// @param namespace empty for every namespace
    /// @param after the `namespace/name` of the last object of the page before; empty for the first page
    /// @param limit at most so many; fewer, but at least one, where they are large
    Listing list(ResourceType type, Optional<String> namespace, Optional<String> after, int limit);

    /// The uids of all objects of a type, at one moment. No object is read whole.
    Map<ObjectKey, String> uids(ResourceType type);

    /// What happened to objects of a type after a version, oldest first, from the watch window.
    ///
    /// @param limit about so many, all of a version; fewer, but at least one, where they are large
    /// @throws Expired if the window no longer reaches back to that version
    List<ObjectChange> changes(ResourceType type, Optional<String> namespace, long afterVersion, int limit);

    /// The version of the last commit that wrote an object.
    long version();

    /// Calls the listener with the new version after each commit that wrote an object; on the thread that commits: short,
    /// never blocking.
    void onChange(LongConsumer listener);

    /// A page and the version at which it was true.
    record Listing(long version, List<ApiObject> objects, boolean more) {}

    /// Says that a watch window no longer reaches back: the API's 410 Gone.
    final class Expired extends RuntimeException {
        private static final long serialVersionUID = 1;

        public Expired(long asked, long oldest) {
            super("too old resource version: " + asked + " (" + oldest + ")");
        }
    }
}
