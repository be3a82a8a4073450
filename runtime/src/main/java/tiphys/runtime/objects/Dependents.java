package tiphys.runtime.objects;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectStore;
import tiphys.objects.ObjectWrite;
import tiphys.objects.ResourceTypes;

/// Which objects name which owners. It remembers candidates only, the few objects that have an owner, and asks the store
/// before it says one: so a deletion scans nothing. The stored objects are read once, at the first question.
final class Dependents {
    private final ObjectStore store;
    private final Map<String, Set<Candidate>> byOwner = new ConcurrentHashMap<>();
    private final ReentrantLock reading = new ReentrantLock();
    private volatile boolean read;

    private record Candidate(ObjectKey key, String uid) {}

    Dependents(ObjectStore store) {
        this.store = store;
    }

    /// Takes note of a write before it is committed: a candidate too many does no harm.
    void written(ObjectWrite write) {
        switch (write) {
            case ObjectWrite.Create(var object) -> note(object);
            case ObjectWrite.Update(var object, _, _) -> note(object);
            case ObjectWrite.Status _, ObjectWrite.Data _, ObjectWrite.Unchanged _, ObjectWrite.Delete _ -> {}
        }
    }

    private void note(ApiObject object) {
        for (var owner : object.json().listAt("metadata", "ownerReferences")) {
            owner.textAt("uid")
                    .ifPresent(uid ->
                            byOwner.computeIfAbsent(uid, _ -> ConcurrentHashMap.newKeySet())
                                    .add(new Candidate(object.key(), object.uid())));
        }
    }

    /// The object and everything that goes with it: what names it as owner and has no other living owner, and what
    /// names those; owners come before what they own.
    List<ApiObject> closure(ApiObject root) {
        readOnce();
        var doomed = new LinkedHashMap<String, ApiObject>();
        doomed.put(root.uid(), root);
        var queue = new ArrayList<>(List.of(root.uid()));
        for (int i = 0; i < queue.size(); i++) {
            for (var candidate : byOwner.getOrDefault(queue.get(i), Set.of())) {
                store.get(candidate.key())
                        .filter(object -> object.uid().equals(candidate.uid()) && !doomed.containsKey(object.uid()))
                        .filter(object -> isOwnedByAny(object, doomed.keySet()))
                        .filter(object -> !hasOtherOwner(object, doomed.keySet()))
                        .ifPresent(object -> {
                            doomed.put(object.uid(), object);
                            queue.add(object.uid());
                        });
            }
        }
        return List.copyOf(doomed.values());
    }

    /// Lets go of what is known about a deleted object.
    void forget(ApiObject object) {
        byOwner.remove(object.uid());
        for (var owner : owners(object)) {
            byOwner.computeIfPresent(
                    owner,
                    (_, candidates) -> {
                        candidates.remove(new Candidate(object.key(), object.uid()));
                        return candidates.isEmpty() ? null : candidates;
                    });
        }
    }

    private static boolean isOwnedByAny(ApiObject object, Set<String> uids) {
        return owners(object).stream().anyMatch(uids::contains);
    }

    private static Set<String> owners(ApiObject object) {
        var uids = new HashSet<String>();
        object.json().listAt("metadata", "ownerReferences").forEach(owner -> owner.textAt("uid").ifPresent(uids::add));
        return uids;
    }

    private boolean hasOtherOwner(ApiObject object, Set<String> doomed) {
        return object.json().listAt("metadata", "ownerReferences").stream()
                .filter(owner -> !doomed.contains(owner.textAt("uid").orElse("")))
                .anyMatch(owner -> lives(owner, object.namespace()));
    }

    private boolean lives(Value owner, String namespace) {
        return ResourceTypes.byKind(owner.textAt("apiVersion").orElse(""), owner.textAt("kind").orElse(""))
                .flatMap(type ->
                        store.get(
                                new ObjectKey(
                                        type, type.namespaced() ? namespace : "", owner.textAt("name").orElse(""))))
                .filter(object -> object.uid().equals(owner.textAt("uid").orElse("")))
                .isPresent();
    }

    private void readOnce() {
        if (read) {
            return;
        }
        reading.lock();
        try {
            if (!read) {
                ResourceTypes.ALL.stream()
                        .filter(type -> !type.equals(ResourceTypes.POD))
                        .forEach(type -> StoredPages.each(store, type, Optional.empty(), this::note));
                read = true;
            }
        } finally {
            reading.unlock();
        }
    }
}
