package tiphys.runtime.objects;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import tiphys.journal.StoreUnavailable;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectStore;
import tiphys.objects.ObjectWrite;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceTypes;

/// Lets objects come into namespaces that are there, and closes a namespace for good before it is emptied: a creation
/// is either stored before the namespace closes, and then deleted with it, or refused.
final class NamespaceGate {
    private static final int CHUNK = 200;
    private static final int LONGEST_SECONDS = 60;

    private final ObjectStore store;
    private final ObjectCommits commits;
    private final Dependents dependents;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    NamespaceGate(ObjectStore store, ObjectCommits commits, Dependents dependents) {
        this.store = store;
        this.commits = commits;
        this.dependents = dependents;
    }

    /// Creates an object while its namespace stays open.
    <T> T enter(ApiObject object, Supplier<T> create) {
        if (!object.type().namespaced()) {
            return create.get();
        }
        lock.readLock().lock();
        try {
            checkOpen(object);
            return create.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /// The namespace of an object that is to be created, which must be open and stay as it is until the object is stored.
    ObjectWrite.Unchanged asItIs(ApiObject object) {
        var namespace = checkOpen(object);
        return new ObjectWrite.Unchanged(namespace.key(), namespace.uid(), namespace.resourceVersion());
    }

    private ApiObject checkOpen(ApiObject object) {
        var key = key(object.namespace());
        var namespace = store.get(key).orElseThrow(() -> Refusal.notFound(key));
        if (isClosed(namespace)) {
            throw Refusal.forbidden(
                    object.key(),
                    "unable to create new content in namespace " + key.name() + " because it is being terminated");
        }
        return namespace;
    }

    private static ObjectKey key(String namespace) {
        return new ObjectKey(ResourceTypes.NAMESPACE, "", namespace);
    }

    private static boolean isClosed(ApiObject namespace) {
        return namespace.json().find("metadata", "deletionTimestamp").isPresent();
    }

    /// Deletes a namespace and everything in it; carries on where an earlier attempt ended.
    void delete(ApiObject namespace, String instant) {
        close(namespace, instant);
        for (var type : ResourceTypes.ALL.reversed()) {
            if (type.namespaced() && !type.equals(ResourceTypes.POD)) {
                while (true) {
                    var page = store.list(type, Optional.of(namespace.name()), Optional.empty(), CHUNK).objects();
                    if (page.isEmpty()) {
                        break;
                    }
                    remove(page);
                }
            }
        }
        remove(List.of(namespace));
    }

    /// Deletes objects: those at the end of the list first, so that what is cut short can be done again by deleting the
    /// first. A few hundred go together or not at all.
    void remove(List<ApiObject> objects) {
        for (int end = objects.size(); end > 0; end = Math.max(0, end - CHUNK)) {
            var chunk = objects.subList(Math.max(0, end - CHUNK), end);
            var writes = new ArrayList<ObjectWrite>();
            chunk.forEach(object -> writes.add(new ObjectWrite.Delete(object.key(), object.uid())));
            commits.commit(writes);
            chunk.forEach(dependents::forget);
        }
    }

    private void close(ApiObject namespace, String instant) {
        try {
            if (!lock.writeLock().tryLock(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                throw new Refusal(
                        503,
                        "ServiceUnavailable",
                        "objects were still being created in the namespace after " + LONGEST_SECONDS + " s; try again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailable("interrupted before the namespace was closed", e);
        }
        try {
            var current = store.get(namespace.key()).orElseThrow(() -> Refusal.notFound(namespace.key()));
            if (!isClosed(current)) {
                commits.commit(
                        List.of(
                                new ObjectWrite.Update(
                                        current.withMetadata("deletionTimestamp", Value.text(instant))
                                                .withStatus(current.status().with("phase", "Terminating")),
                                        OptionalLong.empty())));
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /// The namespaces whose deletion was begun and not ended.
    List<ApiObject> closed() {
        var closed = new ArrayList<ApiObject>();
        StoredPages.each(
                store,
                ResourceTypes.NAMESPACE,
                Optional.empty(),
                namespace -> {
                    if (isClosed(namespace)) {
                        closed.add(namespace);
                    }
                });
        return closed;
    }
}
