package tiphys.served.resource;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import tiphys.journal.StoreUnavailable;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectStore;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;

/// Tells those who wait for an object that it changed. One thread follows the store, however many wait; a change costs those
/// who wait for that object. Safe for every thread.
final class Changes {
    private static final Logger LOG = System.getLogger(Changes.class.getName());
    private static final int PAGE = 500;

    /// What is no stored object, but a view of something else, is looked at again after that time.
    private static final Duration LOOK = Duration.ofSeconds(1);

    /// Even a waiter that heard of nothing looks again after that time.
    private static final Duration LONG_LOOK = Duration.ofMinutes(1);

    private final ObjectStore store;
    private final Map<ObjectKey, Set<Semaphore>> waiting = new ConcurrentHashMap<>();
    private final Semaphore moved = new Semaphore(0);
    private final Map<ResourceType, Long> told = new HashMap<>();
    private boolean following;

    Changes(ObjectStore store) {
        this.store = store;
    }

    /// Looks until it is over, first now and then after each change of the object.
    void await(ObjectKey key, ResourceApi.Look look) throws InterruptedException {
        follow();
        var changed = new Semaphore(0);
        waiting.compute(
                key,
                (_, all) -> {
                    var more = all == null ? new HashSet<Semaphore>() : new HashSet<>(all);
                    more.add(changed);
                    return more;
                });
        try {
            var longest = key.type().equals(ResourceTypes.POD) ? LOOK : LONG_LOOK;
            while (!look.over()) {
                var _ = changed.tryAcquire(longest.toMillis(), TimeUnit.MILLISECONDS);
                changed.drainPermits();
            }
        } finally {
            waiting.computeIfPresent(
                    key,
                    (_, all) -> {
                        var fewer = new HashSet<>(all);
                        fewer.remove(changed);
                        return fewer.isEmpty() ? null : fewer;
                    });
        }
    }

    private synchronized void follow() {
        if (!following) {
            following = true;
            store.onChange(_ -> moved.release());
            Thread.ofVirtual().name("resource-changes").start(this::run);
        }
    }

    private void run() {
        try {
            while (true) {
                moved.acquire();
                moved.drainPermits();
                var types = new HashSet<ResourceType>();
                waiting.keySet().forEach(key -> types.add(key.type()));
                told.keySet().retainAll(types);
                for (var type : types) {
                    tell(type);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(ResourceType type) {
        try {
            var after = told.get(type);
            if (after == null) {
                told.put(type, store.version());
                wakeAll(type);
                return;
            }
            long last = after;
            while (true) {
                var changes = store.changes(type, Optional.empty(), last, PAGE);
                if (changes.isEmpty()) {
                    break;
                }
                for (var change : changes) {
                    waiting.getOrDefault(change.object().key(), Set.of()).forEach(Semaphore::release);
                }
                last = changes.getLast().version();
            }
            told.put(type, last);
        } catch (ObjectStore.Expired e) {
            told.put(type, store.version());
            wakeAll(type);
        } catch (StoreUnavailable e) {
            LOG.log(Level.WARNING, "changes of {0} cannot be read now: {1}", type.plural(), e.getMessage());
        }
    }

    private void wakeAll(ResourceType type) {
        waiting.forEach((key, all) -> {
            if (key.type().equals(type)) {
                all.forEach(Semaphore::release);
            }
        });
    }
}
