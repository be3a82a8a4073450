package tiphys.runtime.objects;

import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectStore;
import tiphys.objects.Rbac;

/// What roles and bindings allow, kept between the changes of any of them. A change that was answered is seen by every
/// check after it. Safe for every thread.
final class Grants {
    private final ObjectStore store;
    private final AtomicLong changes = new AtomicLong();
    private final ReentrantLock loading = new ReentrantLock();
    private volatile Known known = new Known(-1, Rbac.of(java.util.List.of()));

    private record Known(long changes, Rbac rbac) {}

    Grants(ObjectStore store) {
        this.store = store;
    }

    /// Says that a role or binding may have changed.
    void changed() {
        changes.incrementAndGet();
    }

    /// The grants as they are now.
    Rbac now() {
        var last = known;
        if (last.changes() == changes.get()) {
            return last.rbac();
        }
        loading.lock();
        try {
            long before = changes.get();
            if (known.changes() != before) {
                known = new Known(before, load());
            }
            return known.rbac();
        } finally {
            loading.unlock();
        }
    }

    private Rbac load() {
        var objects = new ArrayList<ApiObject>();
        Rbac.TYPES.forEach(type -> StoredPages.each(store, type, java.util.Optional.empty(), objects::add));
        return Rbac.of(objects);
    }
}
