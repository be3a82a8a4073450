package tiphys.runtime.objects;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tiphys.journal.Conflict;
import tiphys.journal.CursorMove;
import tiphys.journal.Journal;
import tiphys.journal.StoreUnavailable;
import tiphys.journal.Transaction;
import tiphys.objects.ObjectStore;
import tiphys.objects.ObjectWrite;
import tiphys.objects.Rbac;
import tiphys.objects.StoredObject;

/// Commits writes of objects and waits until they are on disk; keeps the grants and the dependents up to date with them.
final class ObjectCommits {
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final Journal journal;
    private final ObjectStore store;
    private final InstantSource clock;
    private final Grants grants;
    private final Dependents dependents;

    ObjectCommits(Journal journal, ObjectStore store, InstantSource clock, Grants grants, Dependents dependents) {
        this.journal = journal;
        this.store = store;
        this.clock = clock;
        this.grants = grants;
        this.dependents = dependents;
    }

    /// Stores the writes together and says their version.
    ///
    /// @throws Conflict if a precondition did not hold
    /// @throws StoreUnavailable if the store cannot write
    long commit(List<ObjectWrite> writes) {
        writes.forEach(dependents::written);
        boolean about = writes.stream().anyMatch(write -> Rbac.TYPES.contains(StoredObject.keyOf(write).type()));
        try {
            return journal.commit(new Transaction(clock.instant(), List.of(), births(writes), List.copyOf(writes)))
                    .get(LONGEST.toSeconds(), TimeUnit.SECONDS)
                    .version();
        } catch (ExecutionException e) {
            throw reason(e);
        } catch (TimeoutException e) {
            throw new StoreUnavailable(
                    "the store did not answer within "
                            + LONGEST.toSeconds()
                            + " s; whether the write was stored is not known",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailable(
                    "interrupted while the store was writing; whether the write was stored is not known", e);
        } finally {
            if (about) {
                grants.changed();
            }
        }
    }

    private List<CursorMove> births(List<ObjectWrite> writes) {
        long head = journal.head();
        return writes.stream().flatMap(write -> Births.of(write, store, head).stream()).toList();
    }

    private static RuntimeException reason(ExecutionException failure) {
        return switch (failure.getCause()) {
            case Conflict conflict -> conflict;
            case StoreUnavailable unavailable -> unavailable;
            case null, default -> new IllegalStateException("the journal failed in a way it does not declare", failure);
        };
    }
}
