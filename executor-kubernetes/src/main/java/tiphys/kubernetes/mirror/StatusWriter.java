package tiphys.kubernetes.mirror;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import tiphys.kubernetes.client.Answer;
import tiphys.kubernetes.client.ApiClient;
import tiphys.kubernetes.client.Paths;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectChange;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectStore;
import tiphys.objects.ObjectStore.Expired;
import tiphys.objects.ResourceType;

/// Writes the status of the objects of a type into the cluster as it is here: what changed of it, as one merge patch, at most two a second for each. The
/// run's labels and annotations go with it. What cannot be written now is written later; it is in the journal.
public final class StatusWriter implements AutoCloseable {
    private static final Logger LOG = System.getLogger(StatusWriter.class.getName());
    private static final Duration GAP = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final int AT_ONCE = 16;
    private static final int BATCH = 256;
    private static final Set<String> OVER = Set.of("Succeeded", "Failed", "Error");

    private final ApiClient client;
    private final ObjectStore store;
    private final ResourceType type;
    private final Consumer<ApiObject> over;
    private final ConcurrentHashMap<String, Writing> writings = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Value.Mapping> there = new ConcurrentHashMap<>();
    private final ScheduledExecutorService threads =
            Executors.newScheduledThreadPool(AT_ONCE, Thread.ofVirtual().name("status-", 0).factory());
    private final Object looking = new Object();
    private long version;

    /// How far the writing of one Workflow's status is.
    private static final class Writing {
        private boolean planned;
        private boolean again;
        private long last = System.nanoTime() - GAP.toNanos();
        private Duration pause = GAP;
    }

    /// @param type Workflows or CronWorkflows
    /// @param over hears of Workflows that are over, once that is written; maybe more than once
    public StatusWriter(ApiClient client, ObjectStore store, ResourceType type, Consumer<ApiObject> over) {
        this.type = type;
        this.client = client;
        this.store = store;
        this.over = over;
    }

    /// Begins: everything that is here and differs is written, and then what changes.
    public StatusWriter start() {
        version = store.version();
        store.uids(type)
                .forEach((key, uid) -> {
                    if (there.containsKey(uid)) {
                        plan(key, uid);
                    }
                });
        store.onChange(_ -> execute(this::look));
        return this;
    }

    /// An object as it is in the cluster now.
    public void seen(Value.Mapping workflow) {
        var uid = workflow.textAt("metadata", "uid").orElse("");
        boolean goes = workflow.find("metadata", "deletionTimestamp").isPresent();
        if (goes || OVER.contains(workflow.textAt("status", "phase").orElse(""))) {
            there.remove(uid);
        } else {
            there.put(uid, workflow);
        }
    }

    /// Looks what changed here since the last time.
    private void look() {
        synchronized (looking) {
            while (true) {
                List<ObjectChange> changes;
                try {
                    changes = store.changes(type, Optional.empty(), version, BATCH);
                } catch (Expired _) {
                    version = store.version();
                    store.uids(type).forEach(this::plan);
                    return;
                }
                if (changes.isEmpty()) {
                    return;
                }
                for (var change : changes) {
                    version = Math.max(version, change.version());
                    if (change.type() == ObjectChange.Type.DELETED) {
                        there.remove(change.object().uid());
                    } else if (!change.object().status().fields().isEmpty()) {
                        plan(change.object().key(), change.object().uid());
                    }
                }
            }
        }
    }

    private void plan(ObjectKey key, String uid) {
        var writing = writings.computeIfAbsent(uid, _ -> new Writing());
        long wait;
        synchronized (writing) {
            if (writing.planned) {
                writing.again = true;
                return;
            }
            writing.planned = true;
            wait = Math.max(0, writing.last + writing.pause.toNanos() - System.nanoTime());
        }
        schedule(() -> write(key, uid, writing), wait);
    }

    private void schedule(Runnable work, long nanos) {
        try {
            var _ = threads.schedule(work, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException _) {
            // closed: the next start writes what differs
        }
    }

    private void execute(Runnable work) {
        schedule(
                () -> {
                    try {
                        work.run();
                    } catch (RuntimeException e) {
                        LOG.log(Level.ERROR, "the changes of workflows could not be looked at", e);
                    }
                },
                0);
    }

    private void write(ObjectKey key, String uid, Writing writing) {
        synchronized (writing) {
            writing.again = false;
            writing.last = System.nanoTime();
        }
        boolean well = false;
        try {
            well = written(key, uid);
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "the status of {0} could not be written yet: {1}", key, e.getMessage());
        }
        boolean more;
        synchronized (writing) {
            writing.planned = false;
            writing.pause = well ? GAP : longer(writing.pause);
            more = writing.again || !well;
        }
        if (more) {
            plan(key, uid);
        } else if (!there.containsKey(uid)) { // of a Workflow that is over nothing is kept
            writings.remove(uid, writing);
        }
    }

    private static Duration longer(Duration pause) {
        return pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
    }

    /// Writes what differs.
    ///
    /// @return whether the cluster has it, or has the object no more
    private boolean written(ObjectKey key, String uid) throws IOException {
        var here = store.get(key).filter(object -> object.uid().equals(uid));
        if (here.isEmpty()) {
            return true;
        }
        var path = Paths.of(key);
        var known = there.get(uid);
        if (known == null) {
            var found = client.get(path);
            if (found.code() == 404) {
                return true;
            }
            if (!found.done()) {
                throw new IOException(found.message());
            }
            known = found.body();
        }
        var changes = changes(known, here.get());
        if (changes.fields().isEmpty()) {
            return true;
        }
        var metadata = changes.mapAt("metadata").with("uid", uid); // another object of that name is not meant
        var answer = client.patch(path, changes.with("metadata", metadata));
        if (answer.done()) {
            seen(answer.body());
            if (!there.containsKey(uid)) {
                over.accept(here.get());
            }
            return true;
        }
        there.remove(uid); // whatever is there now is read again
        return refused(key, answer);
    }

    private static boolean refused(ObjectKey key, Answer answer) throws IOException {
        if (answer.code() == 404 || (answer.code() == 422 && answer.message().contains("metadata.uid"))) {
            return true;
        }
        throw new IOException(key + ": " + answer.message());
    }

    private static Value.Mapping changes(Value.Mapping known, ApiObject here) {
        var changes = Value.Mapping.EMPTY;
        var status = Difference.between(known.mapAt("status"), Compressed.fitting(here.status()));
        if (!status.fields().isEmpty()) {
            changes = changes.with("status", status);
        }
        var metadata = Value.Mapping.EMPTY;
        for (var field : List.of("labels", "annotations")) {
            var added = Value.Mapping.EMPTY;
            for (var one : here.json().mapAt("metadata", field).fields().entrySet()) {
                if (!known.mapAt("metadata", field).find(one.getKey()).equals(Optional.of(one.getValue()))) {
                    added = added.with(one.getKey(), one.getValue());
                }
            }
            metadata = added.fields().isEmpty() ? metadata : metadata.with(field, added);
        }
        var finalizers = known.listAt("metadata", "finalizers");
        if (!finalizers.contains(Value.text(ArtifactFinalizer.NAME)) && ArtifactFinalizer.wanted(here)) {
            var all = new ArrayList<>(finalizers);
            all.add(Value.text(ArtifactFinalizer.NAME));
            metadata =
                    metadata.with("finalizers", Value.list(all))
                            .with("resourceVersion", known.textAt("metadata", "resourceVersion").orElse(""));
        }
        return metadata.fields().isEmpty() ? changes : changes.with("metadata", metadata);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
