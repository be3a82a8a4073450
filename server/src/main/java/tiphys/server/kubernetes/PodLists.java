package tiphys.server.kubernetes;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ResourceTypes;

/// Remembers which pods were listed to whom, because pods are views without a watch window: a watch that goes on from a list
/// compares with it and so misses nothing between the two. Each list gets a version of its own. Old lists are forgotten;
/// a watch from one is told of every pod again. Safe for every thread.
final class PodLists {
    private static final int MOST_PODS = 20_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<Long, Listed> lists = new LinkedHashMap<>();
    private long version;
    private int pods;

    /// A pod as it was listed.
    record Seen(String namespace, String name, String version) {
        /// What is known of it when it is gone.
        ApiObject gone(String uid) {
            return new ApiObject(
                    ResourceTypes.POD,
                    Value.object(
                            "apiVersion", "v1",
                            "kind", "Pod",
                            "metadata",
                                    Value.object(
                                            "name", name,
                                            "namespace", namespace,
                                            "uid", uid,
                                            "resourceVersion", version)));
        }
    }

    /// @param selection the namespace and the selectors
    private record Listed(String selection, Map<String, Seen> byUid) {}

    /// @param first the versions begin above it, so that those of an earlier server are not taken for ours
    PodLists(long first) {
        version = first;
    }

    /// Keeps a list and gives it its version.
    long remember(String selection, List<ApiObject> listed) {
        var byUid = new HashMap<String, Seen>();
        for (var pod : listed) {
            var at = pod.json().textAt("metadata", "resourceVersion").orElse("");
            byUid.put(pod.uid(), new Seen(pod.namespace(), pod.name(), at));
        }
        lock.lock();
        try {
            version++;
            lists.put(version, new Listed(selection, byUid));
            pods += byUid.size() + 1;
            while (pods > MOST_PODS && lists.size() > 1) {
                pods -= lists.pollFirstEntry().getValue().byUid().size() + 1;
            }
            return version;
        } finally {
            lock.unlock();
        }
    }

    /// The pods of a list by uid, if it is remembered and was of the same selection.
    Optional<Map<String, Seen>> at(long listVersion, String selection) {
        lock.lock();
        try {
            return Optional.ofNullable(lists.get(listVersion))
                    .filter(listed -> listed.selection().equals(selection))
                    .map(Listed::byUid);
        } finally {
            lock.unlock();
        }
    }
}
