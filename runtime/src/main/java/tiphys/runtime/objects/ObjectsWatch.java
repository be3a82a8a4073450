package tiphys.runtime.objects;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import tiphys.journal.StoreUnavailable;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectChange;
import tiphys.objects.ObjectStore;
import tiphys.objects.ResourceType;

/// Follows the objects of one type: every object once at the start (or only what changed since a known version), then each
/// change in order. Level-based: what it tells may be told again after a restart, so listeners are idempotent. One virtual
/// thread; the listener may block it.
public final class ObjectsWatch implements AutoCloseable {
    private static final Logger LOG = System.getLogger(ObjectsWatch.class.getName());
    private static final int PAGE = 500;
    private static final Duration PAUSE = Duration.ofMillis(500);

    /// Not even that there is nothing; an empty store is at version 0.
    private static final long NOTHING = -1;

    private final ObjectStore store;
    private final ResourceType type;
    private final Consumer<ObjectChange> listener;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final Thread thread;
    private long head;
    private long told;
    private boolean closed;

    /// @param after the version up to which everything was told before; 0 tells every object
    public ObjectsWatch(ObjectStore store, ResourceType type, long after, Consumer<ObjectChange> listener) {
        this.store = store;
        this.type = type;
        this.listener = listener;
        this.told = after == 0 ? NOTHING : after;
        store.onChange(this::advance);
        thread = Thread.ofVirtual().name("watch-" + type.plural()).unstarted(this::run);
    }

    public ObjectsWatch start() {
        advance(store.version());
        thread.start();
        return this;
    }

    private void advance(long version) {
        lock.lock();
        try {
            head = Math.max(head, version);
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (awaitNews()) {
                try {
                    if (told == NOTHING) {
                        tellAll();
                    } else {
                        tellChanges();
                    }
                } catch (ObjectStore.Expired e) {
                    LOG.log(Level.INFO, "{0}: {1}; listing again", type.plural(), e.getMessage());
                    tellAll();
                } catch (StoreUnavailable e) {
                    LOG.log(Level.WARNING, "{0} cannot be watched now: {1}", type.plural(), e.getMessage());
                    Thread.sleep(PAUSE);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean awaitNews() throws InterruptedException {
        lock.lock();
        try {
            while (!closed && told >= head && told != NOTHING) {
                moved.await();
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private void tellAll() {
        long version = store.version();
        StoredPages.each(store, type, Optional.empty(), object -> tell(added(object)));
        told = version;
    }

    /// A listener that fails at one object hears of the others all the same.
    private void tell(ObjectChange change) {
        try {
            listener.accept(change);
        } catch (StoreUnavailable e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            LOG.log(Level.ERROR, change.object().key() + " could not be taken in", e);
        }
    }

    /// What tells of an object that was there before.
    public static ObjectChange added(ApiObject object) {
        return new ObjectChange(object.resourceVersion(), ObjectChange.Type.ADDED, object);
    }

    private void tellChanges() {
        long until = head();
        while (true) {
            List<ObjectChange> changes = store.changes(type, Optional.empty(), told, PAGE);
            if (changes.isEmpty()) {
                told = Math.max(until, told);
                return;
            }
            changes.forEach(this::tell);
            told = changes.getLast().version();
        }
    }

    private long head() {
        lock.lock();
        try {
            return head;
        } finally {
            lock.unlock();
        }
    }

    static String cursor(ApiObject object) {
        return object.namespace() + "/" + object.name();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
