package tiphys.runtime.sources;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import tiphys.events.Arrival;
import tiphys.events.EventData;
import tiphys.events.source.Assignment;
import tiphys.events.source.OrderedIntake;
import tiphys.events.source.Source;
import tiphys.events.source.SourceKind;
import tiphys.events.source.SourceState;
import tiphys.events.source.Surroundings;
import tiphys.journal.CursorMove;
import tiphys.journal.StoreUnavailable;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectChange;
import tiphys.objects.ObjectStore;
import tiphys.objects.Rbac;
import tiphys.runtime.objects.StoredPages;
import tiphys.runtime.sources.ResourceSettings.Change;

/// One watch of objects at work, on a virtual thread. The version up to which changes were handed in is its checkpoint.
final class ResourceSource implements Source {
    private static final Logger LOG = System.getLogger(ResourceSource.class.getName());
    private static final String PART = "version";
    private static final int PAGE = 200;
    private static final int WAITING = 100;

    /// How many changes that became no events a checkpoint may lie behind.
    private static final int BEHIND = 500;

    private static final Duration AGAIN = Duration.ofSeconds(5);
    private static final Duration END = Duration.ofSeconds(5);

    private final ObjectStore store;
    private final Assignment assignment;
    private final ResourceSettings settings;
    private final Surroundings around;
    private final Consumer<ResourceSource> ended;
    private final OrderedIntake intake;
    private final Semaphore news = new Semaphore(0);
    private final Thread thread;

    /// The objects as they were told last, for what an update replaces.
    private final Map<String, ApiObject> last = new HashMap<>();

    private long startedAt;
    private volatile boolean closed;

    ResourceSource(ObjectStore store, Assignment assignment, Surroundings around, Consumer<ResourceSource> ended) {
        this.store = store;
        this.assignment = assignment;
        this.settings = (ResourceSettings) assignment.settings();
        this.around = around;
        this.ended = ended;
        this.intake = new OrderedIntake(around, WAITING, () -> {});
        this.thread = Thread.ofVirtual().name("source-" + assignment.name()).unstarted(this::run);
    }

    void start() {
        startedAt = store.version();
        thread.start();
    }

    /// Something was committed.
    void news() {
        if (news.availablePermits() == 0) {
            news.release();
        }
    }

    private void run() {
        try {
            while (!closed && !mayWatch()) {
                pause();
            }
            long told = around.checkpoint().at(PART).orElse(0);
            while (!closed) {
                try {
                    told = told == 0 ? all() : changes(told);
                } catch (ObjectStore.Expired e) {
                    LOG.log(Level.WARNING, "{0}: {1}; objects are listed again", assignment.name(), e.getMessage());
                    told = 0;
                } catch (StoreUnavailable e) {
                    LOG.log(Level.WARNING, "{0} cannot watch now: {1}", assignment.name(), e.getMessage());
                    pause();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, assignment.name() + " cannot go on", e);
            intake.is(new SourceState.Stopped(around.clock().instant(), "it cannot go on: " + e));
        }
    }

    /// Whether the service account may see what it asks for; else the state says so.
    private boolean mayWatch() {
        var roles = new ArrayList<ApiObject>();
        Rbac.TYPES.forEach(type -> StoredPages.each(store, type, Optional.empty(), roles::add));
        var user = Rbac.serviceAccount(assignment.name().namespace(), assignment.serviceAccount());
        boolean may =
                Rbac.of(roles).allows(new Rbac.Wish(user, "watch", settings.type(), "", settings.namespace(), ""));
        var now = around.clock().instant();
        if (!may) {
            var why =
                    "service account %s may not watch %s %s; bind it to a role that allows it"
                            .formatted(
                                    assignment.serviceAccount(),
                                    settings.type().groupResource(),
                                    settings.namespace().isEmpty()
                                            ? "in all namespaces"
                                            : "in " + settings.namespace());
            if (!intake.state().problem().equals(Optional.of(why))) {
                intake.is(new SourceState.BackingOff(now, why, now.plus(AGAIN)));
            }
        } else if (!(intake.state() instanceof SourceState.Running)) {
            intake.is(new SourceState.Running(now));
        }
        return may;
    }

    private void pause() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(AGAIN.toMillis());
    }

    /// Tells what is there, if it is to be told.
    ///
    /// @return the version that it was at
    private long all() throws InterruptedException {
        long version = settings.afterStart() ? startedAt : store.version();
        var objects = new ArrayList<ApiObject>();
        StoredPages.each(store, settings.type(), Optional.empty(), objects::add);
        for (var object : objects) {
            if (concerns(object)) {
                if (!settings.afterStart()) {
                    tell(Change.ADD, object, Optional.empty(), List.of());
                }
                last.put(object.uid(), object);
            }
        }
        while (!closed && !intake.isEmpty()) {
            news.tryAcquire(100, TimeUnit.MILLISECONDS); // the place is known only when all of them are on disk
        }
        if (!closed && version > 0) {
            passOver(version);
        }
        return Math.max(version, 1);
    }

    private long changes(long told) throws InterruptedException {
        var changes = store.changes(settings.type(), namespace(), told, PAGE);
        if (changes.isEmpty()) {
            news.tryAcquire(30, TimeUnit.SECONDS);
            news.drainPermits();
            return told;
        }
        for (var change : changes) {
            change(change);
        }
        long until = changes.getLast().version();
        if (until - around.checkpoint().at(PART).orElse(0) > BEHIND && intake.isEmpty() && !closed) {
            passOver(until);
        }
        return until;
    }

    /// Records the place; what cannot be recorded now is tried until it is, for whoever listed the objects again would tell them again.
    private void passOver(long version) throws InterruptedException {
        var moves = List.of(around.checkpoint().to(PART, version));
        while (!closed) {
            var now = around.clock().instant();
            try {
                around.intake().passOver(moves, now).join();
                if (!(intake.state() instanceof SourceState.Running)) {
                    intake.is(new SourceState.Running(now));
                }
                return;
            } catch (CompletionException e) {
                if (!(e.getCause() instanceof StoreUnavailable why)) {
                    throw e;
                }
                intake.is(
                        new SourceState.BackingOff(
                                now, "events cannot be recorded: " + why.getMessage(), now.plus(AGAIN)));
                pause();
            }
        }
    }

    private void change(ObjectChange change) throws InterruptedException {
        var object = change.object();
        var kind = Change.of(change.type());
        var before = Optional.ofNullable(last.get(object.uid()));
        if (kind == Change.DELETE) {
            last.remove(object.uid());
        } else {
            last.put(object.uid(), object);
        }
        var moves = List.of(around.checkpoint().to(PART, change.version()));
        tell(kind, object, kind == Change.UPDATE ? before : Optional.empty(), moves);
    }

    private boolean concerns(ApiObject object) {
        return settings.namespace().isEmpty() || settings.namespace().equals(object.namespace());
    }

    private Optional<String> namespace() {
        return settings.namespace().isEmpty() ? Optional.empty() : Optional.of(settings.namespace());
    }

    private void tell(Change change, ApiObject object, Optional<ApiObject> before, List<CursorMove> moves)
            throws InterruptedException {
        if (closed || !settings.takes(change, object)) {
            return; // a later one, or the next start, passes it over
        }
        var name = assignment.name();
        var version = change == Change.UPDATE ? " " + object.resourceVersion() : "";
        intake.put(
                new Arrival(
                        name.namespace(),
                        name.eventSource(),
                        name.eventName(),
                        "resource",
                        EventData.of(payload(change, object, before)),
                        Optional.of(assignment.uid() + " " + change + " " + object.uid() + version),
                        around.clock().instant(),
                        moves));
    }

    private Value payload(Change change, ApiObject object, Optional<ApiObject> before) {
        var type = settings.type();
        return SourceKind.withMetadata(
                settings,
                Value.object("type", change.name(), "body", object.json())
                        .with("oldBody", before.<Value>map(ApiObject::json).orElseGet(Value::nothing))
                        .with("group", Value.text(type.group()))
                        .with("version", Value.text(type.version()))
                        .with("resource", Value.text(type.plural())));
    }

    @Override
    public SourceState state() {
        return intake.state();
    }

    @Override
    public Optional<Trouble> lastTrouble() {
        return intake.lastTrouble();
    }

    @Override
    public void close() {
        closed = true;
        intake.close();
        ended.accept(this);
        thread.interrupt();
        try {
            thread.join(END);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
