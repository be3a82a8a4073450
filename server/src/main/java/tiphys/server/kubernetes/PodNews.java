package tiphys.server.kubernetes;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tiphys.objects.ApiObject;
import tiphys.objects.Objects;
import tiphys.objects.ResourceTypes;
import tiphys.objects.Selector;

/// The pods as they are in a round, listed, compared and rendered once for all watches that want the same. Within a round
/// it belongs to the round's thread; [#now] is safe for every thread.
final class PodNews {
    private static final Selector ALL = Selector.parse("", "");

    private final Objects objects;
    private final PodLists lists;
    private final Map<String, List<ApiObject>> listed = new HashMap<>();
    private final Map<String, Snapshot> snapshots = new HashMap<>();
    private final Map<Step, byte[]> steps = new HashMap<>();
    private final Set<String> asked = new HashSet<>();

    /// A selection of the pods at one moment. Equal only to itself.
    static final class Snapshot {
        static final Snapshot NOTHING = new Snapshot(Map.of());

        private final Map<String, ApiObject> byUid;
        private volatile long version;

        private Snapshot(Map<String, ApiObject> byUid) {
            this.byUid = byUid;
        }

        static Snapshot of(List<ApiObject> pods, Selector selector) {
            var byUid = new LinkedHashMap<String, ApiObject>();
            pods.stream().filter(selector::matches).forEach(pod -> byUid.put(pod.uid(), pod));
            return new Snapshot(byUid);
        }

        Map<String, ApiObject> byUid() {
            return byUid;
        }

        boolean showsTheSameAs(Snapshot other) {
            return byUid.size() == other.byUid.size()
                    && byUid.values().stream()
                            .allMatch(pod -> {
                                var same = other.byUid.get(pod.uid());
                                return same != null && same.json().equals(pod.json());
                            });
        }
    }

    /// From one moment to another, as watches show it.
    private record Step(Snapshot from, Snapshot to, Rendering rendering, boolean first) {}

    PodNews(Objects objects, PodLists lists) {
        this.objects = objects;
        this.lists = lists;
    }

    /// A round begins.
    void begin() {
        snapshots.keySet().retainAll(asked);
        asked.clear();
        listed.clear();
        steps.clear();
    }

    /// The pods of a selection now.
    Snapshot now(Watches.Wanted watch) {
        return Snapshot.of(all(watch.namespace()), watch.selector());
    }

    private List<ApiObject> all(Optional<String> namespace) {
        return objects.list(ResourceTypes.POD, namespace, ALL, 0, "").objects();
    }

    /// The pods of a selection in this round: the same snapshot as before if nothing has changed.
    Snapshot inRound(Watches.Wanted watch) {
        var selection = watch.selection();
        if (asked.add(selection)) {
            var pods = listed.computeIfAbsent(watch.namespace().orElse(""), _ -> all(watch.namespace()));
            var found = Snapshot.of(pods, watch.selector());
            snapshots.merge(selection, found, (before, after) -> before.showsTheSameAs(after) ? before : after);
        }
        return java.util.Objects.requireNonNull(snapshots.get(selection));
    }

    /// The version under which a client may ask for what comes after a snapshot.
    long remember(Watches.Wanted watch, Snapshot snapshot) {
        long known = snapshot.version;
        if (known == 0) {
            known = lists.remember(watch.selection(), List.copyOf(snapshot.byUid.values()));
            snapshot.version = known;
        }
        return known;
    }

    Optional<Map<String, PodLists.Seen>> at(long version, Watches.Wanted watch) {
        return lists.at(version, watch.selection());
    }

    /// What happened between two snapshots, as lines.
    byte[] lines(Snapshot from, Snapshot to, Rendering rendering, boolean first) {
        return steps.computeIfAbsent(new Step(from, to, rendering, first), PodNews::lines);
    }

    private static byte[] lines(Step step) {
        var out = new ByteArrayOutputStream();
        for (var pod : step.to().byUid.values()) {
            var before = step.from().byUid.get(pod.uid());
            if (before == null) {
                line(out, "ADDED", pod, step);
            } else if (!before.json().equals(pod.json())) {
                line(out, "MODIFIED", pod, step);
            }
        }
        step.from()
                .byUid
                .forEach((uid, pod) -> {
                    if (!step.to().byUid.containsKey(uid)) {
                        line(out, "DELETED", pod, step);
                    }
                });
        return out.toByteArray();
    }

    private static void line(ByteArrayOutputStream out, String what, ApiObject pod, Step step) {
        out.writeBytes(WatchLines.line(what, step.rendering().watched(pod, step.first() && out.size() == 0)));
    }
}
