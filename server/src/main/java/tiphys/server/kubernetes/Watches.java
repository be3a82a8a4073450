package tiphys.server.kubernetes;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectChange;
import tiphys.objects.ObjectStore;
import tiphys.objects.Objects;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;
import tiphys.objects.Selector;

/// Streams what happens to objects, as `watch=true` asks. A watch reads short batches of the store's window and waits between
/// them; it holds nothing open. Pods have no window, since they are views: their list is compared twice a second, at first
/// with the one that the watch goes on from. Services that are views of event sources do not appear.
final class Watches {
    private static final int MOST = 1000;
    private static final int BATCH = 200;
    private static final int PAGE = 500;

    /// A busy store wakes a watch no more often than this.
    private static final long BREATH_MILLIS = 10;

    private static final long POLL_MILLIS = 500;

    /// An idle stream carries a line end this often, so that one whose client has gone is noticed and ends.
    private static final long QUIET_SECONDS = 30;

    private static final long BOOKMARK_SECONDS = 60;
    private static final long LONGEST_SECONDS = 3600;

    private final Objects objects;
    private final ObjectStore store;
    private final PodLists lists;
    private final ChangeSignal changes;
    private final Semaphore places = new Semaphore(MOST);

    Watches(Objects objects, ObjectStore store, PodLists lists, ChangeSignal changes) {
        this.objects = objects;
        this.store = store;
        this.lists = lists;
        this.changes = changes;
    }

    /// Answers with the stream; returns when the time is over, the client is gone or the server stops.
    void serve(Call call, ResourceType type, Optional<String> namespace, Selector selector, Rendering rendering)
            throws IOException, InterruptedException {
        if (!places.tryAcquire()) {
            throw new Refusal(429, "TooManyRequests", "there are " + MOST + " watches already; try again later");
        }
        try {
            new Watch(call, type, namespace, selector, rendering).run();
        } finally {
            places.release();
        }
    }

    /// One watch. Belongs to its request's thread.
    private final class Watch {
        private final Call call;
        private final ResourceType type;
        private final Optional<String> namespace;
        private final Selector selector;
        private final Rendering rendering;
        private final String selection;
        private final boolean bookmarks;
        private final long end;
        private final Set<String> shown = new HashSet<>();
        private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
        private boolean first = true;
        private long lastSent = System.nanoTime();
        private long lastBookmark = System.nanoTime();

        Watch(Call call, ResourceType type, Optional<String> namespace, Selector selector, Rendering rendering) {
            this.call = call;
            this.type = type;
            this.namespace = namespace;
            this.selector = selector;
            this.rendering = rendering;
            selection = call.selection(namespace);
            bookmarks = call.flag("allowWatchBookmarks");
            long seconds = Math.min(LONGEST_SECONDS, call.number("timeoutSeconds").orElse(LONGEST_SECONDS / 2));
            end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        }

        void run() throws IOException, InterruptedException {
            long from = call.number("resourceVersion").orElse(0L);
            boolean initial = call.parameter("sendInitialEvents").isPresent() && call.flag("sendInitialEvents");
            call.begin("application/json");
            try {
                if (type.equals(Served.DEPLOYMENT)) {
                    flush();
                    while (!over()) {
                        changes.pause(POLL_MILLIS);
                    }
                } else if (type.equals(ResourceTypes.POD)) {
                    pods(from, initial);
                } else {
                    objects(from, initial);
                }
            } catch (ObjectStore.Expired e) {
                event("ERROR", Statuses.failure(Statuses.expired(e), Value.Mapping.EMPTY));
                flush();
            }
            call.end();
        }

        private void objects(long from, boolean initial) throws IOException, InterruptedException {
            long at = from;
            long listed = 0;
            if (from > store.version()) {
                throw new ObjectStore.Expired(from, store.version());
            }
            if (from == 0 || initial || !selector.clauses().isEmpty()) {
                listed = list(from == 0 || initial);
                if (from == 0 || initial) {
                    at = listed;
                }
                if (initial) {
                    bookmark(at, true);
                }
            }
            flush();
            while (!over()) {
                long head = store.version();
                var batch = store.changes(type, namespace, at, BATCH);
                for (var one : batch) {
                    tell(one, listed);
                }
                long upTo = batch.isEmpty() ? Math.max(at, head) : batch.getLast().version();
                pulse(() -> upTo);
                at = upTo;
                if (batch.size() < BATCH) {
                    changes.pause(BREATH_MILLIS);
                    changes.awaitBeyond(at, untilNext());
                }
            }
        }

        /// Remembers what there is.
        ///
        /// @param tell whether it is told, too
        /// @return the version of the list
        private long list(boolean tell) throws IOException {
            var next = "";
            while (true) {
                var page = objects.list(type, namespace, selector, PAGE, next);
                for (var object : page.objects()) {
                    shown.add(object.uid());
                    if (tell) {
                        change("ADDED", object);
                    }
                }
                next = page.next();
                if (next.isEmpty()) {
                    return page.version();
                }
                if (tell) {
                    flush();
                }
            }
        }

        /// With a selector, an object appears when it begins to match and disappears when it no longer does.
        private void tell(ObjectChange one, long listed) {
            var object = one.object();
            if (selector.clauses().isEmpty()) {
                change(one.type().name(), object);
                return;
            }
            boolean matches = selector.matches(object);
            switch (one.type()) {
                case ADDED -> {
                    if (matches) {
                        shown.add(object.uid());
                        change("ADDED", object);
                    }
                }
                case MODIFIED -> {
                    if (matches) {
                        change(shown.add(object.uid()) ? "ADDED" : "MODIFIED", object);
                    } else if (shown.remove(object.uid()) || one.version() <= listed) {
                        change("DELETED", object);
                    }
                }
                case DELETED -> {
                    if (shown.remove(object.uid()) || matches) {
                        change("DELETED", object);
                    }
                }
            }
        }

        private void pods(long from, boolean initial) throws IOException, InterruptedException {
            var listed =
                    from == 0 || initial ? Optional.<Map<String, PodLists.Seen>>empty() : lists.at(from, selection);
            Map<String, ApiObject> known = podsNow();
            for (var pod : known.values()) {
                var before = listed.map(list -> list.get(pod.uid()));
                if (from == 0 || initial || (listed.isPresent() && before.isEmpty())) {
                    change("ADDED", pod);
                } else if (before.isEmpty() || !before.get().version().equals(version(pod))) {
                    change("MODIFIED", pod);
                }
            }
            var now = known;
            listed.ifPresent(list ->
                    list.forEach((uid, seen) -> {
                        if (!now.containsKey(uid)) {
                            change("DELETED", seen.gone(uid));
                        }
                    }));
            if (initial) {
                bookmark(lists.remember(selection, List.copyOf(known.values())), true);
            }
            flush();
            while (!over()) {
                changes.pause(POLL_MILLIS);
                var next = podsNow();
                for (var pod : next.values()) {
                    var before = known.get(pod.uid());
                    if (before == null) {
                        change("ADDED", pod);
                    } else if (!before.json().equals(pod.json())) {
                        change("MODIFIED", pod);
                    }
                }
                known.forEach((uid, pod) -> {
                    if (!next.containsKey(uid)) {
                        change("DELETED", pod);
                    }
                });
                known = next;
                pulse(() -> lists.remember(selection, List.copyOf(next.values())));
            }
        }

        private Map<String, ApiObject> podsNow() {
            var pods = new LinkedHashMap<String, ApiObject>();
            objects.list(type, namespace, selector, 0, "").objects().forEach(pod -> pods.put(pod.uid(), pod));
            return pods;
        }

        private static String version(ApiObject pod) {
            return pod.json().textAt("metadata", "resourceVersion").orElse("");
        }

        private boolean over() {
            return changes.closed() || System.nanoTime() - end >= 0;
        }

        private long untilNext() {
            long now = System.nanoTime();
            long quiet = TimeUnit.SECONDS.toNanos(bookmarks ? BOOKMARK_SECONDS : QUIET_SECONDS);
            return Math.max(1, Math.min(end - now, lastSent + quiet - now));
        }

        /// Sends what was gathered, and from time to time that there is nothing new.
        private void pulse(LongSupplier at) throws IOException {
            long now = System.nanoTime();
            if (bookmarks && now - lastBookmark >= TimeUnit.SECONDS.toNanos(BOOKMARK_SECONDS)) {
                bookmark(at.getAsLong(), false);
            }
            if (lines.size() == 0 && now - lastSent >= TimeUnit.SECONDS.toNanos(QUIET_SECONDS)) {
                lines.write('\n');
            }
            if (lines.size() > 0) {
                flush();
            }
        }

        private void bookmark(long at, boolean initialEnd) {
            lastBookmark = System.nanoTime();
            var metadata = Value.object("resourceVersion", Long.toString(at), "creationTimestamp", Value.nothing());
            if (initialEnd) {
                metadata = metadata.with("annotations", Value.object("k8s.io/initial-events-end", "true"));
            }
            event("BOOKMARK", Value.object("kind", type.kind(), "apiVersion", type.apiVersion(), "metadata", metadata));
        }

        private void change(String what, ApiObject object) {
            event(what, rendering.watched(object, first));
            first = false;
        }

        private void event(String what, Value.Mapping object) {
            lines.writeBytes(Json.bytes(Value.object("type", what, "object", object)));
            lines.write('\n');
        }

        private void flush() throws IOException {
            call.send(lines.toByteArray());
            lines.reset();
            lastSent = System.nanoTime();
        }
    }
}
