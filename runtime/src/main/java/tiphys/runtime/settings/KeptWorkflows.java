package tiphys.runtime.settings;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import tiphys.journal.StoreUnavailable;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectChange;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectStore;
import tiphys.objects.Objects;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceTypes;
import tiphys.runtime.objects.ObjectsWatch;

/// Deletes the oldest Workflow objects that are over where settings keep only so many of them: `retentionPolicy`. Nothing is remembered
/// of Workflows where none is set; where one is, of as many as are kept. Safe for every thread.
public final class KeptWorkflows implements AutoCloseable {
    private static final Logger LOG = System.getLogger(KeptWorkflows.class.getName());

    private final ObjectStore store;
    private final Objects objects;
    private final Controllers controllers;
    private final Executor tasks;
    private final Map<Place, TreeSet<Over>> kept = new HashMap<>();
    private @Nullable ObjectsWatch watch;
    private int round;
    private boolean closed;

    /// @param tasks where objects are deleted
    public KeptWorkflows(ObjectStore store, Objects objects, Controllers controllers, Executor tasks) {
        this.store = store;
        this.objects = objects;
        this.controllers = controllers;
        this.tasks = tasks;
    }

    /// What is counted together.
    ///
    /// @param group whose settings these are
    private record Place(String group, String phase) {}

    /// A Workflow that is over.
    private record Over(String created, ObjectKey key, String uid) {
        /// The oldest first.
        static final Comparator<Over> ORDER =
                Comparator.comparing(Over::created)
                        .thenComparing(one -> one.key().namespace())
                        .thenComparing(one -> one.key().name())
                        .thenComparing(Over::uid);
    }

    /// Follows the Workflows, from now on and whenever the settings change.
    public KeptWorkflows start() {
        controllers.onChange(() -> tasks.execute(this::again));
        again();
        return this;
    }

    /// Looks at every Workflow there is, if only so many are kept somewhere: the settings may have changed.
    private void again() {
        ObjectsWatch before;
        synchronized (this) {
            before = watch;
            watch = null;
            kept.clear();
            int now = ++round;
            if (!closed && controllers.keep()) {
                watch = new ObjectsWatch(store, ResourceTypes.WORKFLOW, 0, change -> changed(change, now)).start();
            }
        }
        if (before != null) {
            before.close(); // waits for what it tells now, which wants this object
        }
    }

    /// A Workflow object was made, changed or deleted.
    private void changed(ObjectChange change, int told) {
        var workflow = change.object();
        var settings = controllers.lately(workflow.namespace());
        if (!settings.kept().any()) {
            return;
        }
        var phase = workflow.status().textAt("phase").orElse("");
        var over =
                new Over(
                        workflow.json().textAt("metadata", "creationTimestamp").orElse(""),
                        workflow.key(),
                        workflow.uid());
        var limit = settings.kept().of(phase);
        synchronized (this) {
            if (told != round) {
                return;
            }
            kept.forEach((place, all) -> {
                if (place.group().equals(settings.namespace()) && !place.phase().equals(phase)) {
                    all.remove(over); // it was retried
                }
            });
            if (limit.isEmpty()) {
                return;
            }
            var all = kept.computeIfAbsent(new Place(settings.namespace(), phase), _ -> new TreeSet<>(Over.ORDER));
            if (change.type() == ObjectChange.Type.DELETED) {
                all.remove(over);
                return;
            }
            all.add(over);
            var gone = new ArrayList<Over>();
            while (all.size() > limit.getAsInt()) {
                gone.add(all.removeFirst());
            }
            if (!gone.isEmpty()) {
                tasks.execute(() -> delete(gone, phase));
            }
        }
    }

    private void delete(List<Over> gone, String phase) {
        for (var one : gone) {
            try {
                var now = store.get(one.key()).filter(object -> object.uid().equals(one.uid()));
                if (now.flatMap(object -> object.status().textAt("phase")).equals(Optional.of(phase))) {
                    objects.delete(
                            one.key(),
                            new Objects.Precondition(Optional.of(one.uid()), now.map(ApiObject::resourceVersion)),
                            Objects.Mode.PLAIN);
                }
            } catch (Refusal e) {
                LOG.log(Level.DEBUG, "{0} stays: {1}", one.key(), e.getMessage());
            } catch (StoreUnavailable | CompletionException e) {
                LOG.log(Level.WARNING, "{0} cannot be deleted now: {1}", one.key(), e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        again();
    }
}
