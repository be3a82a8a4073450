package tiphys.server.kubernetes;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectStore;

/// The lines of one watch, gathered until they are sent. Belongs to one thread at a time.
final class WatchLines {
    private static final long BOOKMARK_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Watches.Wanted wanted;
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    private boolean first = true;
    private long lastBookmark = System.nanoTime();

    WatchLines(Watches.Wanted wanted) {
        this.wanted = wanted;
    }

    /// Whether no object was told yet. In rows, the first one carries the columns.
    boolean first() {
        return first;
    }

    void change(String what, ApiObject object) {
        raw(line(what, wanted.rendering().watched(object, first)));
    }

    /// Takes lines of objects that were made for several watches.
    void raw(byte[] made) {
        lines.writeBytes(made);
        told(made);
    }

    /// Lines of objects that were made for several watches are sent without being gathered here.
    void told(byte[] made) {
        first &= made.length == 0;
    }

    /// Whether it is time to say again how far the watch has come.
    boolean bookmarkIsDue() {
        return wanted.bookmarks() && System.nanoTime() - lastBookmark >= BOOKMARK_NANOS;
    }

    void bookmark(long at, boolean initialEnd) {
        lastBookmark = System.nanoTime();
        var metadata = Value.object("resourceVersion", Long.toString(at), "creationTimestamp", Value.nothing());
        if (initialEnd) {
            metadata = metadata.with("annotations", Value.object("k8s.io/initial-events-end", "true"));
        }
        var type = wanted.type();
        lines.writeBytes(
                line(
                        "BOOKMARK",
                        Value.object("kind", type.kind(), "apiVersion", type.apiVersion(), "metadata", metadata)));
    }

    /// The line that says that the client has to list again.
    byte[] expired(ObjectStore.Expired expired) {
        return line("ERROR", Statuses.failure(Statuses.expired(expired), Value.Mapping.EMPTY));
    }

    int size() {
        return lines.size();
    }

    /// What was gathered since the last call.
    byte[] take() {
        var taken = lines.toByteArray();
        lines.reset();
        return taken;
    }

    static byte[] line(String what, Value.Mapping object) {
        var json = Json.bytes(Value.object("type", what, "object", object));
        var line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        return line;
    }
}
