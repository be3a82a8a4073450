package tiphys.runtime.events;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import tiphys.events.SourceFacts;
import tiphys.events.trigger.TriggerCommand;
import tiphys.events.trigger.TriggerFact;
import tiphys.events.trigger.TriggerFacts;
import tiphys.journal.Journal;
import tiphys.journal.StreamName;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectStore;
import tiphys.runtime.objects.Births;
import tiphys.runtime.stream.ActorContext;

/// The triggers that run, by their stream. Safe for every thread.
public final class Triggers implements AutoCloseable {
    private static final int VERSIONS = 4096;
    private static final int PAGE = 1000;

    private final ActorContext context;
    private final SourceFeed feed;
    private final DeliveryGate gate;
    private final EventPorts ports;
    private final FiringDispatcher dispatcher;
    private final Map<String, TriggerRunner> running = new ConcurrentHashMap<>();
    private final Deque<Version> versions = new ArrayDeque<>();

    /// The journal's head when an object version was committed.
    private record Version(long version, long head) {}

    /// @param pressed whether more events come than can be taken in, so that triggers hold back
    public Triggers(EventPorts ports, ActorContext context, SourceFeed feed, BooleanSupplier pressed) {
        this.ports = ports;
        this.context = context;
        this.feed = feed;
        this.gate = new DeliveryGate(pressed, System::nanoTime, context.threads(), context.wakeups());
        this.dispatcher =
                new FiringDispatcher(
                        ports.objects(),
                        new Actions(ports.actions(), ports.store(), ports.clock()),
                        ports.clock(),
                        context.wakeups(),
                        context.quarantine(),
                        context.threads(),
                        this::report,
                        ports.created());
        ObjectStore store = ports.store();
        store.onChange(this::remember);
    }

    private void remember(long version) {
        long head = ports.journal().head();
        synchronized (versions) {
            versions.addLast(new Version(version, head));
            if (versions.size() > VERSIONS) {
                versions.removeFirst();
            }
        }
    }

    public Collection<TriggerRunner> all() {
        return running.values();
    }

    /// Keeps the trigger of that stream no more, so that the next call to [#use] begins with it anew.
    public void drop(StreamName stream) {
        var runner = running.remove(stream.toString());
        if (runner != null) {
            runner.stop();
        }
    }

    public Optional<TriggerRunner> find(TriggerName name) {
        return Optional.ofNullable(running.get(name.consumer()));
    }

    /// Lets a trigger do this from the next event on; one that did not run yet is started.
    void use(TriggerName name, ApiObject sensor, Optional<TriggerRunner.Use> use) {
        var runner = running.get(name.consumer());
        if (runner == null) {
            if (use.isEmpty() && ports.journal().live(TriggerFacts.KIND).get(name.stream()) == null) {
                return;
            }
            runner = start(name, after(name, sensor));
        }
        if (!runner.use().equals(use)) {
            runner.use(use);
        }
    }

    private TriggerRunner start(TriggerName name, long after) {
        var runner = new TriggerRunner(name, context, feed, gate, this::room, dispatcher, () -> closed(name));
        running.put(name.consumer(), runner);
        runner.start(after);
        return runner;
    }

    private void closed(TriggerName name) {
        running.remove(name.consumer());
        dispatcher.forget(name);
    }

    /// Retires the triggers of one sensor but these.
    void retain(String namespace, String sensor, Set<String> wanted) {
        for (var runner : running.values()) {
            var name = runner.name();
            if (name.namespace().equals(namespace)
                    && name.sensor().equals(sensor)
                    && !wanted.contains(name.consumer())) {
                runner.retire();
            }
        }
    }

    /// Retires every trigger but these, also those of sensors that were deleted while nothing ran.
    void retain(Set<String> wanted) {
        for (var runner : List.copyOf(running.values())) {
            if (!wanted.contains(runner.name().consumer())) {
                runner.retire();
            }
        }
        for (var stream : ports.journal().live(TriggerFacts.KIND).keySet()) {
            if (!wanted.contains(stream.toString()) && !running.containsKey(stream.toString())) {
                orphan(stream).ifPresent(name -> start(name, 0).retire());
            }
        }
    }

    private Optional<TriggerName> orphan(StreamName stream) {
        Journal journal = ports.journal();
        var parts = stream.key().split("/", 3);
        var first = journal.read(stream, 0, 1);
        return first.isEmpty() || !(TriggerFacts.decode(first.getFirst()) instanceof TriggerFact.Listens listens)
                ? Optional.empty()
                : Optional.of(new TriggerName(parts[0], listens.sensor(), parts[1], listens.trigger()));
    }

    /// After which sequence a new trigger hears: the journal's head when the object was committed, so that no event that
    /// is accepted after its creation was answered is missed. A sensor that an older program stored does not say it: there
    /// it is the head when this process saw the commit, and if none did, the creation time decides.
    private long after(TriggerName name, ApiObject sensor) {
        var born = Births.after(ports.journal(), name.sensorUid(), name.trigger());
        if (born.isPresent()) {
            return born.getAsLong();
        }
        synchronized (versions) {
            for (var seen : versions) {
                if (seen.version() >= sensor.resourceVersion()
                        && versions.getFirst().version() <= sensor.resourceVersion()) {
                    return seen.head();
                }
            }
        }
        var created = created(sensor);
        long before = ports.journal().head() + 1;
        while (true) {
            var page = ports.journal().readKindBackwards(SourceFacts.KIND, before, PAGE);
            for (var entry : page) {
                if (entry.at().isBefore(created)) {
                    return entry.sequence();
                }
            }
            if (page.size() < PAGE) {
                return 0;
            }
            before = page.getLast().sequence();
        }
    }

    private Instant created(ApiObject sensor) {
        try {
            return sensor.json()
                    .textAt("metadata", "creationTimestamp")
                    .map(Instant::parse)
                    .orElseGet(() -> ports.clock().instant());
        } catch (DateTimeParseException _) {
            return ports.clock().instant();
        }
    }

    /// How many firings the brake allows now.
    public int room() {
        return ports.mostLiveRuns() - ports.liveRuns().getAsInt() - dispatcher.pending();
    }

    private void report(TriggerName name, TriggerCommand report) {
        find(name).ifPresent(runner -> runner.tell(report));
    }

    @Override
    public void close() {
        running.values().forEach(TriggerRunner::close);
        dispatcher.close();
    }
}
