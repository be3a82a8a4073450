package tiphys.store.write;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tiphys.objects.ObjectKey;
import tiphys.objects.StoredObject;

/// Objects as they were last read or written, and which are not there, so that the next write of one needs no read. Bounded in
/// number and in bytes of JSON; in memory an object takes several times that. For the thread that commits.
final class ObjectCache {
    private static final int MOST = 4096;
    private static final long MOST_BYTES = 8L << 20;

    private final Map<ObjectKey, Known> known = new LinkedHashMap<>(256, 0.75f, true);
    private long bytes;

    /// @param stored the object; empty if it is not there
    /// @param bytes of its JSON
    record Known(Optional<StoredObject> stored, long bytes) {}

    @Nullable Known get(ObjectKey key) {
        return known.get(key);
    }

    void put(ObjectKey key, Known now) {
        var before = known.put(key, now);
        bytes += now.bytes() - (before == null ? 0 : before.bytes());
        var eldest = known.entrySet().iterator();
        while (known.size() > MOST || (bytes > MOST_BYTES && known.size() > 1)) {
            bytes -= eldest.next().getValue().bytes();
            eldest.remove();
        }
    }

    void clear() {
        known.clear();
        bytes = 0;
    }
}
