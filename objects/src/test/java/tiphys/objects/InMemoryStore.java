package tiphys.objects;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import tiphys.journal.InMemoryJournal;

/// A journal and an object store for tests, in one, because object writes ride in the journal's transactions. It passes
/// the contracts that the real store passes. Commits happen at once, on the caller's thread.
public final class InMemoryStore extends InMemoryJournal implements ObjectStore {
    private final InMemoryObjects objects;

    /// @param riders keep further kinds of writes
    public InMemoryStore(Rider... riders) {
        this(100_000, riders);
    }

    /// @param window how many changes watchers can go back
    public InMemoryStore(int window, Rider... riders) {
        this(new InMemoryObjects(window), riders);
    }

    private InMemoryStore(InMemoryObjects objects, Rider... riders) {
        super(Stream.concat(Stream.of(objects), Stream.of(riders)).toArray(Rider[]::new));
        this.objects = objects;
    }

    @Override
    public Optional<ApiObject> get(ObjectKey key) {
        return objects.get(key);
    }

    @Override
    public Map<ObjectKey, String> uids(ResourceType type) {
        return objects.uids(type);
    }

    @Override
    public Listing list(ResourceType type, Optional<String> namespace, Optional<String> after, int limit) {
        return objects.list(type, namespace, after, limit);
    }

    @Override
    public List<ObjectChange> changes(ResourceType type, Optional<String> namespace, long afterVersion, int limit) {
        return objects.changes(type, namespace, afterVersion, limit);
    }

    @Override
    public long version() {
        return objects.version();
    }

    @Override
    public void onChange(LongConsumer listener) {
        objects.onChange(listener);
    }
}
