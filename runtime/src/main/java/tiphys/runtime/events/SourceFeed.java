package tiphys.runtime.events;

import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tiphys.events.Event;
import tiphys.events.SourceFacts;
import tiphys.journal.Entry;
import tiphys.journal.Journal;

/// Gives consumers the accepted events in commit order. The latest ones are kept as they were accepted, so that nobody has
/// to parse them again. Safe for every thread.
public final class SourceFeed {
    private static final int KEPT = 2048;
    private static final int LARGEST_KEPT = 8 << 10;

    /// So many bytes of entries are parsed for one reader at most, or one entry.
    private static final int PARSED = 1 << 20;

    private static final int LARGEST_READ = 4 << 10;

    private final Journal journal;
    private final AtomicReferenceArray<Heard> latest = new AtomicReferenceArray<>(KEPT);

    /// What one reader parsed, for those that come behind it.
    private final AtomicReferenceArray<Heard> read = new AtomicReferenceArray<>(KEPT);

    /// The last one that is too large to be kept, as long as memory is not short.
    private final AtomicReference<SoftReference<@Nullable Heard>> large =
            new AtomicReference<>(new SoftReference<>(null));

    private final ReentrantLock parsing = new ReentrantLock();
    private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean telling = new AtomicBoolean();
    private final AtomicLong head;
    private final Executor threads;

    /// @param threads where listeners are told
    public SourceFeed(Journal journal, Executor threads) {
        this.journal = journal;
        this.threads = threads;
        this.head = new AtomicLong(journal.head());
    }

    /// An event and the sequence of its entry.
    record Heard(long sequence, Event event) {}

    /// Some events in order.
    ///
    /// @param upTo everything up to this sequence is in it
    record Page(List<Heard> events, long upTo) {}

    /// The sequence of the last event that was told of.
    long head() {
        return head.get();
    }

    /// An event was committed. On the thread that commits.
    void accepted(long sequence, Event event, int bytes) {
        if (listeners.isEmpty()) {
            head.accumulateAndGet(sequence, Math::max);
            return;
        }
        if (bytes <= LARGEST_KEPT) {
            latest.set((int) (sequence % KEPT), new Heard(sequence, event));
        }
        head.accumulateAndGet(sequence, Math::max);
        // However many events come meanwhile, and however many listen, the thread that commits pays for one task.
        if (!telling.get() && telling.compareAndSet(false, true)) {
            threads.execute(this::tell);
        }
    }

    private void tell() {
        telling.set(false);
        listeners.forEach(Runnable::run);
    }

    /// Somebody begins to listen, and is called after events came; until then nothing is kept for anybody. The listener is
    /// quick.
    void begin(Runnable listener) {
        listeners.add(listener);
    }

    /// Somebody listens no more.
    void end(Runnable listener) {
        listeners.remove(listener);
    }

    /// The events after a sequence: at most so many, and no more than is parsed at once.
    Page after(long sequence, int limit) {
        var events = new ArrayList<Heard>();
        long upTo = sequence;
        int parsed = 0;
        for (var entry : journal.readKind(SourceFacts.KIND, sequence, limit)) {
            var kept = kept(entry.sequence());
            if (kept != null) {
                events.add(kept);
            } else {
                parsed += entry.body().length;
                if (parsed > PARSED && parsed > entry.body().length) {
                    break;
                }
                parse(entry).ifPresent(events::add);
            }
            upTo = entry.sequence();
        }
        return new Page(events, upTo);
    }

    private @Nullable Heard kept(long sequence) {
        int place = (int) (sequence % KEPT);
        var fresh = latest.get(place);
        if (fresh != null && fresh.sequence() == sequence) {
            return fresh;
        }
        var old = read.get(place);
        return old != null && old.sequence() == sequence ? old : null;
    }

    /// What is large is parsed by one reader, and found by the others.
    private Optional<Heard> parse(Entry entry) {
        if (entry.body().length <= LARGEST_READ) {
            var heard = heard(entry);
            heard.ifPresent(one -> read.set((int) (one.sequence() % KEPT), one));
            return heard;
        }
        parsing.lock();
        try {
            var last = large.get().get();
            if (last != null && last.sequence() == entry.sequence()) {
                return Optional.of(last);
            }
            var heard = heard(entry);
            heard.ifPresent(one -> large.set(new SoftReference<>(one)));
            return heard;
        } finally {
            parsing.unlock();
        }
    }

    private static Optional<Heard> heard(Entry entry) {
        return SourceFacts.event(entry).map(event -> new Heard(entry.sequence(), event));
    }
}
