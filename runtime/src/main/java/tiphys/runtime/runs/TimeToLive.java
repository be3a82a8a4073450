package tiphys.runtime.runs;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import tiphys.journal.StoreUnavailable;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectChange;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectStore;
import tiphys.objects.Objects;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceTypes;
import tiphys.runtime.objects.ObjectsWatch;
import tiphys.runtime.stream.Wakeups;

/// Deletes Workflow objects when the time of their `ttlStrategy` is over, as Argo does: counted from the end of the run, by
/// what the run's end was, else by `secondsAfterCompletion`. What is due is worked out from the objects alone, so a start
/// takes it up. Safe for every thread.
public final class TimeToLive implements AutoCloseable {
    private static final Logger LOG = System.getLogger(TimeToLive.class.getName());

    /// What could not be deleted is tried again after this.
    private static final Duration AGAIN = Duration.ofSeconds(10);

    private final ObjectStore store;
    private final Deletion deletion;
    private final InstantSource clock;
    private final Wakeups wakeups;
    private final Executor tasks;
    private final PriorityQueue<Expiry> expiries = new PriorityQueue<>();
    private final Set<String> known = new HashSet<>();
    private @Nullable ObjectsWatch watch;
    private Wakeups.@Nullable Handle timer;

    /// Deletes an object where it lives.
    public interface Deletion {
        /// Deletes the object of that name if it still is the one of that uid. Blocks.
        ///
        /// @throws StoreUnavailable if that cannot be done now
        void delete(ObjectKey key, String uid);
    }

    /// Deletes objects of this server.
    public static Deletion in(Objects objects) {
        return (key, uid) -> {
            try {
                objects.delete(key, new Objects.Precondition(Optional.of(uid), Optional.empty()), Objects.Mode.PLAIN);
            } catch (Refusal e) {
                LOG.log(Level.DEBUG, "{0} is gone already: {1}", key, e.getMessage());
            }
        };
    }

    /// @param tasks where objects are deleted
    public TimeToLive(ObjectStore store, Deletion deletion, InstantSource clock, Wakeups wakeups, Executor tasks) {
        this.store = store;
        this.deletion = deletion;
        this.clock = clock;
        this.wakeups = wakeups;
        this.tasks = tasks;
    }

    private record Expiry(Instant at, ObjectKey key, String uid) implements Comparable<Expiry> {
        @Override
        public int compareTo(Expiry other) {
            int byTime = at.compareTo(other.at);
            return byTime != 0 ? byTime : uid.compareTo(other.uid);
        }
    }

    /// Looks at every Workflow there is, beside what else goes on, and follows them.
    public TimeToLive start() {
        watch = new ObjectsWatch(store, ResourceTypes.WORKFLOW, 0, this::changed).start();
        return this;
    }

    /// When an object is to go; empty if it is to stay, or its run is not over.
    static Optional<Instant> expiry(ApiObject workflow) {
        var status = workflow.status();
        var stored = status.mapAt("storedWorkflowTemplateSpec");
        var strategy = (stored.fields().isEmpty() ? workflow.spec() : stored).mapAt("ttlStrategy");
        if (strategy.fields().isEmpty()) {
            return Optional.empty();
        }
        var own =
                switch (status.textAt("phase").orElse("")) {
                    case "Succeeded" -> "secondsAfterSuccess";
                    case "Failed", "Error" -> "secondsAfterFailure";
                    default -> "";
                };
        if (own.isEmpty()) {
            return Optional.empty();
        }
        var seconds = seconds(strategy, own).or(() -> seconds(strategy, "secondsAfterCompletion"));
        try {
            return seconds.flatMap(
                    count -> status.textAt("finishedAt").map(at -> Instant.parse(at).plusSeconds(count)));
        } catch (DateTimeException | ArithmeticException e) {
            return Optional.empty(); // so far away that nobody will see it
        }
    }

    private static Optional<Long> seconds(Value.Mapping strategy, String field) {
        return strategy.find(field)
                .filter(Value.Number.class::isInstance)
                .map(value -> ((Value.Number) value).decimal().longValue())
                .filter(count -> count >= 0);
    }

    /// A Workflow object was made, changed or deleted.
    void changed(ObjectChange change) {
        var workflow = change.object();
        if (change.type() == ObjectChange.Type.DELETED) {
            synchronized (this) {
                known.remove(workflow.uid());
            }
            return;
        }
        expiry(workflow).ifPresent(at -> add(new Expiry(at, workflow.key(), workflow.uid())));
    }

    private synchronized void add(Expiry expiry) {
        if (known.add(expiry.uid())) {
            expiries.add(expiry);
            if (expiry.equals(expiries.peek())) {
                sleep();
            }
        }
    }

    private synchronized void sleep() {
        if (timer != null) {
            timer.cancel();
        }
        var first = expiries.peek();
        timer = first == null ? null : wakeups.at(first.at(), this::wake);
    }

    private synchronized void wake() {
        var now = clock.instant();
        while (!expiries.isEmpty() && !expiries.element().at().isAfter(now)) {
            var due = expiries.remove();
            tasks.execute(() -> delete(due));
        }
        sleep();
    }

    private void delete(Expiry due) {
        var now = store.get(due.key()).filter(object -> object.uid().equals(due.uid())).flatMap(TimeToLive::expiry);
        if (now.isEmpty() || now.get().isAfter(clock.instant())) {
            forget(due); // it is gone, or was retried meanwhile, and is told of again when it ends
            now.ifPresent(at -> add(new Expiry(at, due.key(), due.uid())));
            return;
        }
        try {
            deletion.delete(due.key(), due.uid());
        } catch (StoreUnavailable | CompletionException e) {
            LOG.log(Level.WARNING, "{0} cannot be deleted now: {1}", due.key(), e.getMessage());
            forget(due);
            add(new Expiry(clock.instant().plus(AGAIN), due.key(), due.uid()));
        }
    }

    private synchronized void forget(Expiry due) {
        known.remove(due.uid());
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
        wakeups.close();
    }
}
