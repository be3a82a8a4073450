package tiphys.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tiphys.events.Arrival;
import tiphys.events.Event;
import tiphys.events.EventData;
import tiphys.events.Events;
import tiphys.events.Intake;
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
import tiphys.runtime.events.SourceFeed;
import tiphys.runtime.events.SourceIntake;
import tiphys.runtime.events.StatusWriter;
import tiphys.runtime.events.TriggerRunner;
import tiphys.runtime.events.Triggers;
import tiphys.runtime.objects.ObjectsWatch;
import tiphys.runtime.objects.StoredPages;
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

    private final EventPorts ports;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Wakeups wakeups;
    private final EventObjects objects;
    private final SourceIntake intake;
    private final Triggers triggers;
    private final EventReconciler reconciler;
    private final EventStories stories;
    private final FlowView flow;
    private final ArrivalsView arrivals;
    private final List<ObjectsWatch> watches = new ArrayList<>();

    public EventHub(EventPorts ports) {
        this.ports = ports;
        wakeups = new Wakeups(ports.clock());
        var feed = new SourceFeed(ports.journal());
        intake = new SourceIntake(ports, feed, threads);
        objects = new EventObjects(ports.quarantine());
        var context =
                new ActorContext(
                        ports.journal(),
                        ports.clock(),
                        threads,
                        wakeups,
                        MAILBOX,
                        ports.quarantine(),
                        _ -> reconcileLater());
        triggers = new Triggers(ports, context, feed);
        reconciler =
                new EventReconciler(
                        objects,
                        ports.store(),
                        ports.webhooks(),
                        new StatusWriter(ports.journal(), ports.clock(), this::reconcileLater),
                        triggers,
                        this::reconcileLater);
        stories = new EventStories(ports, triggers);
        flow = new FlowView(ports, objects, reconciler, triggers);
        arrivals = new ArrivalsView(ports, reconciler);
    }

    /// Takes up what the objects ask for and the firings that are open, opens the listeners, and follows the objects.
    public void start() {
        long version = ports.store().version();
        for (var type : WATCHED) {
            if (!type.equals(ResourceTypes.SECRET)) {
                StoredPages.each(
                        ports.store(), type, Optional.empty(), object -> objects.accept(ObjectsWatch.added(object)));
            }
        }
        reconciler.reconcile();
        for (var type : WATCHED) {
            watches.add(new ObjectsWatch(ports.store(), type, version, this::changed).start());
        }
    }

    private void changed(ObjectChange change) {
        objects.accept(change);
        reconciler.reconcile();
    }

    /// Lets a trigger or an object that was set aside be tried again; without effect if it was not.
    public void repair(StreamName stream) {
        if (stream.kind().equals(TriggerFacts.KIND)) {
            triggers.drop(stream);
            reconciler.reconcile();
        } else if (stream.kind().equals(Quarantine.OBJECT)) {
            for (var type : WATCHED) {
                StoredPages.each(
                        ports.store(), type, Optional.empty(), object -> objects.accept(ObjectsWatch.added(object)));
            }
            reconciler.reconcile();
        }
    }

    private void reconcileLater() {
        wakeups.in(AGAIN, () -> threads.execute(reconciler::reconcile));
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
        return CompletableFuture.supplyAsync(() -> replayNow(id, confirmed), threads);
    }

    private Replayed replayNow(String id, boolean confirmed) {
        var event = stories.event(id);
        if (event.isEmpty()) {
            return new Replayed.Unknown();
        }
        var listeners = listeners(event.get());
        if (listeners.isEmpty()) {
            return new Replayed.NobodyListens();
        }
        var runs = stories.objects(id);
        if (!runs.isEmpty() && !confirmed) {
            return new Replayed.NeedsConfirmation(runs);
        }
        var given = new ArrayList<String>();
        for (var runner : listeners) {
            var use = runner.use();
            if (use.isPresent()) {
                var refused =
                        runner.ask(new TriggerCommand.Replay(use.get().sensor(), use.get().trigger(), event.get()))
                                .join();
                if (refused.isEmpty()) {
                    given.add(runner.name().toString());
                }
            }
        }
        return given.isEmpty() ? new Replayed.NobodyListens() : new Replayed.Given(given);
    }

    private List<TriggerRunner> listeners(Event event) {
        return triggers.all().stream()
                .filter(runner -> runner.use().filter(use -> use.concerns(event)).isPresent())
                .sorted(Comparator.comparing(runner -> runner.name().toString()))
                .toList();
    }

    @Override
    public CompletableFuture<String> send(String namespace, String eventSource, String eventName, Value body) {
        var served = reconciler.served().get(namespace + "/" + eventSource + "/" + eventName);
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
        var data =
                Value.object(
                        "header",
                        Value.object("Content-Type", List.of("application/json"), "User-Agent", List.of("tiphys")),
                        "body",
                        body);
        var metadata = served.webhook().metadata();
        return accept(
                new Arrival(
                        namespace,
                        eventSource,
                        eventName,
                        "webhook",
                        EventData.of(metadata.map(found -> data.with("metadata", found)).orElse(data)),
                        Optional.empty(),
                        ports.clock().instant()));
    }

    @Override
    public Value.Mapping flow(String namespace) {
        return flow.of(namespace);
    }

    @Override
    public List<Value.Mapping> arrivals(String namespace, String eventSource) {
        return arrivals.of(namespace, eventSource);
    }

    /// Closes the listeners, lets what is being decided end, and stops. Open firings are taken up at the next start.
    @Override
    public void close() {
        watches.forEach(ObjectsWatch::close);
        ports.webhooks().serve(Set.of());
        triggers.close();
        wakeups.close();
        threads.close();
    }
}
