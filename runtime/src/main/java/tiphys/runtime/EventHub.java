package tiphys.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import tiphys.events.Arrival;
import tiphys.events.Event;
import tiphys.events.EventData;
import tiphys.events.Events;
import tiphys.events.Intake;
import tiphys.events.past.Past;
import tiphys.events.source.Assignment;
import tiphys.events.source.Checkpoint;
import tiphys.events.source.SourceName;
import tiphys.events.source.Surroundings;
import tiphys.events.trigger.TriggerCommand;
import tiphys.events.trigger.TriggerFacts;
import tiphys.journal.Quarantine;
import tiphys.journal.StreamName;
import tiphys.manifest.Value;
import tiphys.objects.ObjectChange;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;
import tiphys.runtime.events.EventObjects;
import tiphys.runtime.events.EventPorts;
import tiphys.runtime.events.EventReconciler;
import tiphys.runtime.events.RunningSources;
import tiphys.runtime.events.SourceFeed;
import tiphys.runtime.events.SourceIntake;
import tiphys.runtime.events.StatusWriter;
import tiphys.runtime.events.TriggerDecider;
import tiphys.runtime.events.TriggerRunner;
import tiphys.runtime.events.Triggers;
import tiphys.runtime.objects.ObjectsWatch;
import tiphys.runtime.objects.StoredPages;
import tiphys.runtime.past.RecordedPast;
import tiphys.runtime.past.Turns;
import tiphys.runtime.stream.ActorContext;
import tiphys.runtime.stream.Wakeups;
import tiphys.runtime.views.ArrivalsView;
import tiphys.runtime.views.EventStories;
import tiphys.runtime.views.FlowView;

/// The event side at work: takes events in, serves event sources, lets triggers consume and fire, and says what became of
/// each event. Safe for every thread.
public final class EventHub implements Events, Intake, AutoCloseable {
    private static final int MAILBOX = 10_000;
    private static final Duration AGAIN = Duration.ofSeconds(2);
    private static final List<ResourceType> WATCHED =
            List.of(ResourceTypes.EVENT_BUS, ResourceTypes.EVENT_SOURCE, ResourceTypes.SENSOR, ResourceTypes.SECRET);

    private static final Duration DRAIN = Duration.ofSeconds(5);

    /// How long a change of a sensor waits for its triggers to listen, so that its condition says so at once.
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final EventPorts ports;
    private final ExecutorService threads;
    private final Executor tasks;
    private final Wakeups wakeups;
    private final EventObjects objects;
    private final SourceIntake intake;
    private final RunningSources sources;
    private final Triggers triggers;
    private final EventReconciler reconciler;
    private final EventStories stories;
    private final FlowView flow;
    private final ArrivalsView arrivals;
    private final Turns replays;
    private final Past past;
    private final List<ObjectsWatch> watches = new ArrayList<>();
    private final AtomicBoolean again = new AtomicBoolean();

    public EventHub(EventPorts ports) {
        this(ports, new Wakeups(ports.clock()), Executors.newVirtualThreadPerTaskExecutor());
    }

    private EventHub(EventPorts ports, Wakeups wakeups, ExecutorService threads) {
        this(ports, wakeups, threads, task -> execute(threads, task), PATIENCE);
    }

    /// @param tasks where everything is done that is not done on the caller's thread
    EventHub(EventPorts ports, Wakeups wakeups, ExecutorService threads, Executor tasks, Duration patience) {
        this.ports = ports;
        this.threads = threads;
        this.tasks = tasks;
        this.wakeups = wakeups;
        var feed = new SourceFeed(ports.journal(), tasks);
        intake = new SourceIntake(ports, feed, tasks);
        objects = new EventObjects(ports.kinds(), ports.actions(), ports.quarantine());
        sources = new RunningSources(this::around);
        var context =
                new ActorContext(
                        ports.journal(),
                        ports.clock(),
                        tasks,
                        wakeups,
                        MAILBOX,
                        ports.quarantine(),
                        _ -> reconcileLater());
        triggers = new Triggers(ports, context, feed, intake::isPressed);
        reconciler =
                new EventReconciler(
                        objects,
                        ports.store(),
                        sources,
                        new StatusWriter(ports.journal(), ports.clock(), this::reconcileLater),
                        triggers,
                        this::reconcileLater,
                        patience);
        stories = new EventStories(ports, triggers);
        flow = new FlowView(ports, objects, reconciler, sources, triggers);
        arrivals = new ArrivalsView(ports, reconciler);
        replays = new Turns(tasks);
        past = new RecordedPast(ports, triggers, stories, replays, tasks);
    }

    private Surroundings around(Assignment assignment) {
        return new Surroundings(
                intake,
                new Checkpoint(assignment.name(), assignment.uid(), ports.journal()::cursor, ports.journal()::cursors),
                ports.clock(),
                (instant, callback) -> wakeups.at(instant, callback)::cancel,
                tasks,
                this::reconcileLater);
    }

    private static void execute(ExecutorService threads, Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException _) {
            System.getLogger(EventHub.class.getName())
                    .log(System.Logger.Level.DEBUG, "not done any more: the server is ending");
        }
    }

    /// Takes up what the objects ask for and the firings that are open, opens the listeners, and follows the objects.
    public void start() {
        long version = ports.store().version();
        takeUp();
        for (var type : WATCHED) {
            watches.add(new ObjectsWatch(ports.store(), type, version, this::changed).start());
        }
    }

    void takeUp() {
        for (var type : WATCHED) {
            if (!type.equals(ResourceTypes.SECRET)) {
                StoredPages.each(
                        ports.store(), type, Optional.empty(), object -> objects.accept(ObjectsWatch.added(object)));
            }
        }
        reconciler.reconcile();
    }

    void changed(ObjectChange change) {
        objects.accept(change);
        reconciler.changed(change);
    }

    /// Lets a trigger or an object that was set aside be tried again; without effect if it was not.
    public void repair(StreamName stream) {
        if (stream.kind().equals(TriggerFacts.KIND)) {
            triggers.drop(stream);
            reconciler.reconcile();
        } else if (stream.kind().equals(Quarantine.OBJECT)) {
            takeUp();
        }
    }

    private void reconcileLater() {
        if (again.compareAndSet(false, true)) {
            wakeups.in(
                    AGAIN,
                    () ->
                            tasks.execute(() -> {
                                again.set(false);
                                reconciler.reconcile();
                            }));
        }
    }

    @Override
    public CompletableFuture<String> accept(Arrival arrival) {
        return intake.accept(arrival);
    }

    @Override
    public Page list(Query query) {
        return stories.list(query);
    }

    @Override
    public Optional<Value.Mapping> find(String id) {
        return stories.find(id);
    }

    @Override
    public CompletableFuture<Replayed> replay(String id, boolean confirmed) {
        return replays.next(() -> replayNow(id, confirmed));
    }

    private CompletableFuture<Replayed> replayNow(String id, boolean confirmed) {
        var event = stories.event(id);
        if (event.isEmpty()) {
            return CompletableFuture.completedFuture(new Replayed.Unknown());
        }
        var listeners = listeners(event.get());
        if (listeners.isEmpty()) {
            return CompletableFuture.completedFuture(new Replayed.NobodyListens());
        }
        var runs = stories.objects(id);
        if (!runs.isEmpty() && !confirmed) {
            return CompletableFuture.completedFuture(new Replayed.NeedsConfirmation(runs));
        }
        var answers = new LinkedHashMap<String, CompletableFuture<Optional<String>>>();
        for (var runner : listeners) {
            runner.use()
                    .ifPresent(use ->
                            answers.put(
                                    runner.name().toString(),
                                    runner.ask(new TriggerCommand.Replay(use.sensor(), use.trigger(), event.get()))));
        }
        return CompletableFuture.allOf(answers.values().toArray(CompletableFuture[]::new))
                .thenApply(_ -> {
                    answers.values().removeIf(refusal -> refusal.join().isPresent());
                    return answers.isEmpty()
                            ? new Replayed.NobodyListens()
                            : new Replayed.Given(List.copyOf(answers.keySet()));
                });
    }

    /// What may be done with many recorded events.
    public Past past() {
        return past;
    }

    /// What a trigger shows, by its stream. For simulations.
    Optional<TriggerDecider.Shown> shown(StreamName stream) {
        return triggers.all().stream()
                .filter(runner -> runner.name().stream().equals(stream))
                .map(TriggerRunner::shown)
                .findFirst();
    }

    private List<TriggerRunner> listeners(Event event) {
        return triggers.all().stream()
                .filter(runner -> runner.use().filter(use -> use.concerns(event)).isPresent())
                .sorted(Comparator.comparing(runner -> runner.name().toString()))
                .toList();
    }

    @Override
    public CompletableFuture<String> send(String namespace, String eventSource, String eventName, Value body) {
        var served = reconciler.served().get(new SourceName(namespace, eventSource, eventName));
        if (served == null) {
            return CompletableFuture.failedFuture(
                    new Refusal(
                            404,
                            "NotFound",
                            "EventSource \""
                                    + eventSource
                                    + "\" in namespace "
                                    + namespace
                                    + " has no event \""
                                    + eventName
                                    + "\""));
        }
        var noBus =
                objects.source(namespace, eventSource)
                        .flatMap(source -> objects.busProblem(namespace, source.read().value().bus()));
        if (noBus.isPresent()) {
            return CompletableFuture.failedFuture(new Refusal(409, "Conflict", noBus.get()));
        }
        var event = served.event();
        return accept(
                new Arrival(
                        namespace,
                        eventSource,
                        eventName,
                        event.kind().type(),
                        event.redaction().of(EventData.of(event.kind().sample(event.settings(), body))),
                        Optional.empty(),
                        ports.clock().instant()));
    }

    @Override
    public Value.Mapping flow(String namespace) {
        return flow.of(namespace);
    }

    /// How many events of event sources are in each state: `running`, `waiting` to be tried again, `stopped`.
    public Map<String, Long> sourceStates() {
        return sources.states();
    }

    @Override
    public List<Value.Mapping> arrivals(String namespace, String eventSource) {
        return arrivals.of(namespace, eventSource);
    }

    /// Closes the listeners, lets what is being decided end, and stops. Open firings are taken up at the next start.
    @Override
    public void close() {
        watches.forEach(ObjectsWatch::close);
        sources.close();
        triggers.close();
        wakeups.close();
        threads.shutdown();
        try {
            if (!threads.awaitTermination(DRAIN.toSeconds(), TimeUnit.SECONDS)) {
                System.getLogger(EventHub.class.getName())
                        .log(System.Logger.Level.WARNING, "triggers were still at work when the server ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
