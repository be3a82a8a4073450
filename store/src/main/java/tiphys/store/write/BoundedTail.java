package tiphys.store.write;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/// The latest committed things in memory, so that readers right behind the head do not touch the disk. Bounded in number
/// and bytes. Safe for every thread.
final class BoundedTail<T> {
    private final ToLongFunction<T> place;
    private final ToLongFunction<T> size;
    private final int most;
    private final long mostBytes;
    private final ArrayList<T> items = new ArrayList<>();
    private int start;
    private long bytes;
    private long from;

    /// @param place the ascending number that readers ask by
    /// @param size the bytes of one
    /// @param from nothing before and at this place is known
    BoundedTail(ToLongFunction<T> place, ToLongFunction<T> size, int most, long mostBytes, long from) {
        this.place = place;
        this.size = size;
        this.most = most;
        this.mostBytes = mostBytes;
        this.from = from;
    }

    synchronized void add(T item) {
        items.add(item);
        bytes += size.applyAsLong(item);
        while (items.size() - start > most || (bytes > mostBytes && start < items.size())) {
            var oldest = items.get(start);
            from = place.applyAsLong(oldest);
            bytes -= size.applyAsLong(oldest);
            start++;
        }
        if (start > most / 8) { // often enough that little is held that nobody asks for
            items.subList(0, start).clear();
            start = 0;
        }
    }

    /// Nothing at this place or before it is in the tail.
    synchronized long from() {
        return from;
    }

    /// What comes after a place; empty if the tail does not reach back to it. A page ends only where the place changes.
    synchronized Optional<List<T>> after(long asked, Predicate<T> which, int limit) {
        if (asked < from) {
            return Optional.empty();
        }
        int low = start;
        int high = items.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (place.applyAsLong(items.get(middle)) <= asked) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        var found = new ArrayList<T>();
        for (int i = low; i < items.size(); i++) {
            var item = items.get(i);
            if (!which.test(item)) {
                continue;
            }
            if (!found.isEmpty()
                    && found.size() >= limit
                    && place.applyAsLong(found.getLast()) != place.applyAsLong(item)) {
                break;
            }
            found.add(item);
        }
        return Optional.of(found);
    }

    /// Forgets all; nothing up to this place is known.
    synchronized void restart(long at) {
        items.clear();
        start = 0;
        bytes = 0;
        from = at;
    }
}
