package tiphys.runtime.runs;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import tiphys.journal.CursorMove;
import tiphys.journal.Journal;
import tiphys.journal.Transaction;
import tiphys.objects.ObjectChange;
import tiphys.objects.ObjectStore;
import tiphys.objects.ResourceTypes;

/// How far the deletions of Workflows are dealt with that something follows from: a cursor behind the first that is not. So what a
/// kill cut short is done at the next start, as long as the changes are kept. Safe for every thread.
public final class Deletions {
    private static final Logger LOG = System.getLogger(Deletions.class.getName());
    private static final String CURSOR = "runs/deletions";
    private static final int PAGE = 500;

    private final Journal journal;
    private final ObjectStore objects;
    private final InstantSource clock;
    private final TreeSet<Long> open = new TreeSet<>();
    private long last;

    public Deletions(Journal journal, ObjectStore objects, InstantSource clock) {
        this.journal = journal;
        this.objects = objects;
        this.clock = clock;
    }

    /// Tells of those that may not have been dealt with, up to a version.
    public void again(long until, Consumer<ObjectChange> listener) {
        long from = journal.cursor(CURSOR);
        try {
            while (from > 0 && from < until) {
                var changes = objects.changes(ResourceTypes.WORKFLOW, Optional.empty(), from, PAGE);
                if (changes.isEmpty()) {
                    return;
                }
                changes.stream().filter(one -> one.type() == ObjectChange.Type.DELETED).forEach(listener);
                from = changes.getLast().version();
            }
        } catch (ObjectStore.Expired e) {
            LOG.log(
                    Level.WARNING,
                    "artifacts of Workflows that were deleted while no server ran may stay: {0}",
                    e.getMessage());
        }
    }

    /// Something follows from a deletion.
    public void begin(ObjectChange deletion) {
        synchronized (open) {
            boolean first = open.isEmpty();
            open.add(deletion.version());
            if (first) {
                move(deletion.version() - 1);
            }
        }
    }

    /// It is done.
    public void over(ObjectChange deletion) {
        synchronized (open) {
            open.remove(deletion.version());
            last = Math.max(last, deletion.version());
            move(open.isEmpty() ? last : open.first() - 1);
        }
    }

    /// What is not recorded is done again, so nobody waits for it.
    private void move(long to) {
        if (to > 0) {
            var _ =
                    journal.commit(
                                    new Transaction(
                                            clock.instant(), List.of(), List.of(new CursorMove(CURSOR, to)), List.of()))
                            .whenComplete((_, failure) -> {
                                if (failure != null) {
                                    LOG.log(
                                            Level.DEBUG,
                                            "how far deletions are dealt with is not recorded: {0}",
                                            failure);
                                }
                            });
        }
    }
}
