package tiphys.server.kubernetes;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.objects.ObjectChange;
import tiphys.objects.ObjectStore;
import tiphys.objects.Objects;
import tiphys.objects.ResourceType;

/// What is new in the store, read and rendered once in a round for all watches that want the same. Within a round it
/// belongs to the round's thread.
final class ObjectNews {
    private static final int BATCH = 200;

    /// A watch that is behind is told about so much at once: that much waits for a slow client.
    private static final int PIECE_BYTES = 64 << 10;

    private final Objects objects;
    private final ObjectStore store;
    private final Map<Range, List<ObjectChange>> batches = new HashMap<>();
    private final Map<Shared, Piece> pieces = new HashMap<>();
    private final IdentityHashMap<ObjectChange, Map<Form, byte[]>> lines = new IdentityHashMap<>();
    private long version;

    /// Changes of a type behind a version.
    private record Range(String type, String namespace, long at) {}

    /// Watches without selectors that are at one place are told the same.
    private record Shared(String type, String namespace, long at, Rendering rendering, boolean first) {}

    /// How one change is shown.
    private record Form(String what, Rendering rendering, boolean first) {}

    /// @param upTo the version up to which the bytes tell
    record Piece(byte[] bytes, long upTo) {}

    ObjectNews(Objects objects, ObjectStore store) {
        this.objects = objects;
        this.store = store;
    }

    Objects objects() {
        return objects;
    }

    /// The store's version now. Safe for every thread.
    long newest() {
        return store.version();
    }

    /// A round begins.
    void begin() {
        batches.clear();
        pieces.clear();
        lines.clear();
        version = store.version();
    }

    /// The version up to which this round tells.
    long version() {
        return version;
    }

    /// Everything that happened to objects of a type behind a version, or the first part of it.
    Piece piece(ResourceType type, Optional<String> namespace, long at, Rendering rendering, boolean first) {
        var shared = new Shared(type.groupResource(), namespace.orElse(""), at, rendering, first);
        return pieces.computeIfAbsent(shared, _ -> made(batch(type, namespace, at), at, rendering, first));
    }

    private Piece made(List<ObjectChange> batch, long at, Rendering rendering, boolean first) {
        var out = new ByteArrayOutputStream();
        long upTo = batch.isEmpty() ? Math.max(at, version) : at;
        for (var one : batch) {
            if (isFull(out.size()) && one.version() > upTo) {
                break;
            }
            out.writeBytes(line(one, one.type().name(), rendering, first && out.size() == 0));
            upTo = one.version();
        }
        return new Piece(out.toByteArray(), upTo);
    }

    /// Whether so many bytes are enough for one time. All changes of a version are told together.
    static boolean isFull(int bytes) {
        return bytes >= PIECE_BYTES;
    }

    /// Changes behind a version; empty if there are none.
    List<ObjectChange> batch(ResourceType type, Optional<String> namespace, long at) {
        return batches.computeIfAbsent(
                new Range(type.groupResource(), namespace.orElse(""), at),
                _ -> store.changes(type, namespace, at, BATCH));
    }

    /// One change as a watch's line.
    byte[] line(ObjectChange change, String what, Rendering rendering, boolean first) {
        return lines.computeIfAbsent(change, _ -> new HashMap<>())
                .computeIfAbsent(
                        new Form(what, rendering, first),
                        _ -> WatchLines.line(what, rendering.watched(change.object(), first)));
    }
}
