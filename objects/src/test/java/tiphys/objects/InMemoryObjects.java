package tiphys.objects;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongConsumer;
import tiphys.journal.Committed;
import tiphys.journal.InMemoryJournal;
import tiphys.journal.Write;

/// The objects of an [InMemoryStore].
final class InMemoryObjects implements ObjectStore, InMemoryJournal.Rider {
    private static final Comparator<ObjectKey> BY_NAME =
            Comparator.comparing(ObjectKey::namespace).thenComparing(ObjectKey::name);

    private final Map<ObjectKey, StoredObject> objects = new HashMap<>();
    private final TreeMap<Integer, ObjectChange> changes = new TreeMap<>();
    private final List<LongConsumer> listeners = new CopyOnWriteArrayList<>();
    private final int kept;
    private long version;
    private long forgotten;

    /// @param kept how many changes the watch window holds
    InMemoryObjects(int kept) {
        this.kept = kept;
    }

    @Override
    public boolean knows(Write write) {
        return write instanceof ObjectWrite;
    }

    @Override
    public boolean versioned() {
        return true;
    }

    @Override
    public synchronized void keep(Write write, InMemoryJournal.Commit commit) {
        var change = (ObjectWrite) write;
        var key = StoredObject.keyOf(change);
        var effect = StoredObject.after(Optional.ofNullable(objects.get(key)), change, commit.version());
        effect.ifPresent(made -> {
            made.after()
                    .ifPresentOrElse(
                            after -> InMemoryJournal.replace(objects, key, after, commit.undo()),
                            () -> InMemoryJournal.remove(objects, key, commit.undo()));
            int next = changes.isEmpty() ? 1 : changes.lastKey() + 1;
            InMemoryJournal.replace(changes, next, made.change(), commit.undo());
        });
    }

    @Override
    public void committed(Committed committed) {
        if (committed.version() == 0) {
            return;
        }
        synchronized (this) {
            version = committed.version();
            while (changes.size() > kept) {
                forgotten = changes.pollFirstEntry().getValue().version();
            }
        }
        listeners.forEach(listener -> listener.accept(committed.version()));
    }

    @Override
    public synchronized Optional<ApiObject> get(ObjectKey key) {
        return Optional.ofNullable(objects.get(key)).map(StoredObject::object);
    }

    @Override
    public synchronized Map<ObjectKey, String> uids(ResourceType type) {
        var uids = new HashMap<ObjectKey, String>();
        objects.forEach((key, stored) -> {
            if (key.type().equals(type)) {
                uids.put(key, stored.object().uid());
            }
        });
        return uids;
    }

    @Override
    public synchronized Listing list(ResourceType type, Optional<String> namespace, Optional<String> after, int limit) {
        var from =
                objects.keySet().stream()
                        .filter(key -> key.type().equals(type))
                        .filter(key -> namespace.isEmpty() || key.namespace().equals(namespace.get()))
                        .filter(key -> after.isEmpty() || BY_NAME.compare(key, last(type, after.get())) > 0)
                        .sorted(BY_NAME)
                        .map(key -> objects.get(key).object())
                        .toList();
        return new Listing(version, from.stream().limit(limit).toList(), from.size() > limit);
    }

    private static ObjectKey last(ResourceType type, String after) {
        int slash = after.indexOf('/');
        return new ObjectKey(type, after.substring(0, slash), after.substring(slash + 1));
    }

    @Override
    public synchronized List<ObjectChange> changes(
            ResourceType type, Optional<String> namespace, long afterVersion, int limit) {
        if (afterVersion < forgotten) {
            throw new Expired(afterVersion, forgotten);
        }
        var found = new ArrayList<ObjectChange>();
        for (var change : changes.values()) {
            if (change.version() <= afterVersion
                    || !change.object().type().equals(type)
                    || namespace.isPresent() && !change.object().namespace().equals(namespace.get())) {
                continue;
            }
            if (found.size() >= limit && found.getLast().version() != change.version()) {
                break;
            }
            found.add(change);
        }
        return found;
    }

    @Override
    public synchronized long version() {
        return version;
    }

    @Override
    public void onChange(LongConsumer listener) {
        listeners.add(listener);
    }
}
