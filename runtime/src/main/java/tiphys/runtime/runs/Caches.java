package tiphys.runtime.runs;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import tiphys.engine.Memos;
import tiphys.engine.run.state.CacheEntry;
import tiphys.journal.StoreUnavailable;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectStore;
import tiphys.objects.ObjectWrite;
import tiphys.objects.ResourceTypes;
import tiphys.runtime.stream.StreamActor;

/// Results that steps left in ConfigMaps for others. An entry is written in the transaction of the node's end, and can be found
/// from then on, even before the flush: the step after it may ask in the same breath. What was read is remembered until the
/// ConfigMap changes. Safe for every thread.
public final class Caches {
    private static final Logger LOG = System.getLogger(Caches.class.getName());

    /// So often is written when an entry was last used.
    private static final Duration HIT_PAUSE = Duration.ofMinutes(1);

    private static final int MOST_REMEMBERED = 200;

    private final ObjectStore objects;
    private final InstantSource clock;
    private final Optional<Memos> elsewhere;
    private final Executor tasks;
    private final ReentrantLock guard = new ReentrantLock();
    private final Map<ObjectKey, Map<String, String>> unflushed = new HashMap<>();
    private final LinkedHashMap<ObjectKey, Map<String, String>> known =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<ObjectKey, Map<String, String>> eldest) {
                    return size() > MOST_REMEMBERED;
                }
            };

    /// @param elsewhere keeps entries whose ConfigMaps are only mirrored here; empty if the store itself holds them
    /// @param tasks where it keeps them
    public Caches(ObjectStore objects, InstantSource clock, Optional<Memos> elsewhere, Executor tasks) {
        this.objects = objects;
        this.clock = clock;
        this.elsewhere = elsewhere;
        this.tasks = tasks;
    }

    private static ObjectKey key(String namespace, String cache) {
        return new ObjectKey(ResourceTypes.CONFIG_MAP, namespace, cache);
    }

    /// What is kept under a key; empty if there is nothing, or if it cannot be read now.
    Optional<String> find(String namespace, String cache, String key) {
        var map = key(namespace, cache);
        guard.lock();
        try {
            var fresh = unflushed.getOrDefault(map, Map.of()).get(key);
            if (fresh != null) {
                return Optional.of(fresh);
            }
            return Optional.ofNullable(known.computeIfAbsent(map, this::read).get(key));
        } catch (StoreUnavailable e) {
            return Optional.empty(); // the step runs
        } finally {
            guard.unlock();
        }
    }

    private Map<String, String> read(ObjectKey map) {
        var data = new HashMap<String, String>();
        objects.get(map)
                .ifPresent(object ->
                        object.json()
                                .mapAt("data")
                                .fields()
                                .forEach((key, value) -> {
                                    if (value instanceof Value.Text(var text, _)) {
                                        data.put(key, text);
                                    }
                                }));
        return data;
    }

    /// Keeps an entry with the work that led to it.
    void put(String namespace, String cache, String key, CacheEntry entry, StreamActor.Work work) {
        var map = key(namespace, cache);
        var text = entry.text();
        remember(map, key, text);
        if (elsewhere.isPresent()) {
            work.afterFlush(() -> tasks.execute(() -> keep(elsewhere.get(), map, key, text)));
            return;
        }
        var ifAbsent =
                new ApiObject(
                        ResourceTypes.CONFIG_MAP,
                        Value.object(
                                "apiVersion", "v1",
                                "kind", "ConfigMap",
                                "metadata",
                                        Value.object(
                                                "name", cache,
                                                "namespace", namespace,
                                                "uid", UUID.randomUUID().toString(),
                                                "creationTimestamp", seconds(clock.instant()),
                                                "labels",
                                                        Value.object(
                                                                "workflows.argoproj.io/configmap-type", "Cache"))));
        work.writes.add(new ObjectWrite.Data(ifAbsent, Map.of(key, text)));
        work.afterFlush(() -> flushed(map, key, text));
    }

    private void remember(ObjectKey map, String key, String text) {
        guard.lock();
        try {
            unflushed.computeIfAbsent(map, _ -> new HashMap<>()).put(key, text);
        } finally {
            guard.unlock();
        }
    }

    /// Keeps an entry in another place. It is found here until it is seen there; one that is lost makes a step run again.
    private void keep(Memos place, ObjectKey map, String key, String text) {
        try {
            place.keep(map.namespace(), map.name(), key, text);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "a result is not kept in {0}: {1}", map, e.getMessage());
            forget(map, Map.of(key, Value.text(text)));
        }
    }

    private void forget(ObjectKey map, Map<String, ? extends Value> entries) {
        guard.lock();
        try {
            unflushed.computeIfPresent(
                    map,
                    (_, data) -> {
                        data.keySet().removeAll(entries.keySet());
                        return data.isEmpty() ? null : data;
                    });
        } finally {
            guard.unlock();
        }
    }

    private static String seconds(Instant at) {
        return Instant.ofEpochSecond(at.getEpochSecond()).toString();
    }

    private void flushed(ObjectKey map, String key, String text) {
        guard.lock();
        try {
            known.computeIfPresent(
                    map,
                    (_, data) -> {
                        data.put(key, text);
                        return data;
                    });
            unflushed.computeIfPresent(
                    map,
                    (_, data) -> {
                        data.remove(key, text);
                        return data.isEmpty() ? null : data;
                    });
        } finally {
            guard.unlock();
        }
    }

    /// An entry was used.
    void used(String namespace, String cache, String key, StreamActor.Work work) {
        var now = clock.instant();
        find(namespace, cache, key)
                .map(CacheEntry::parse)
                .filter(entry ->
                        entry.lastHit().plus(HIT_PAUSE).isBefore(now) || entry.lastHit().equals(entry.created()))
                .ifPresent(entry -> put(namespace, cache, key, entry.hit(now), work));
    }

    /// A ConfigMap was made, changed or deleted.
    public void changed(ApiObject configMap) {
        guard.lock();
        try {
            known.remove(configMap.key());
        } finally {
            guard.unlock();
        }
        if (elsewhere.isPresent()) {
            forget(configMap.key(), configMap.json().mapAt("data").fields());
        }
    }
}
