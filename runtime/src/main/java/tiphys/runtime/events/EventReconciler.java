package tiphys.runtime.events;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tiphys.events.sensor.SensorSpec;
import tiphys.events.source.Assignment;
import tiphys.events.source.SourceName;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.source.SourceSpec;
import tiphys.events.spec.BusSpec;
import tiphys.objects.ObjectChange;
import tiphys.objects.ObjectStore;
import tiphys.objects.ResourceTypes;

/// Brings what runs in line with what the objects ask for: listeners, triggers, conditions. Level-based, so it may be
/// called at any time and any number of times; one caller at a time.
public final class EventReconciler {
    private final EventObjects objects;
    private final ObjectStore store;
    private final RunningSources running;
    private final StatusWriter status;
    private final Triggers triggers;
    private final Runnable later;
    private final Duration patience;
    private volatile Map<SourceName, ServedEvent> served = Map.of();

    /// An event of an EventSource and whether it can come in.
    ///
    /// @param problem why it cannot; empty if it can
    public record ServedEvent(SourceSpec.Event event, String problem) {
        public SourceName name() {
            return event.name();
        }
    }

    /// @param later has this called again, for what could not be done now
    /// @param patience how long one call waits for new triggers to listen
    public EventReconciler(
            EventObjects objects,
            ObjectStore store,
            RunningSources running,
            StatusWriter status,
            Triggers triggers,
            Runnable later,
            Duration patience) {
        this.objects = objects;
        this.store = store;
        this.running = running;
        this.status = status;
        this.triggers = triggers;
        this.later = later;
        this.patience = patience;
    }

    /// The events that can come in, or cannot, by name.
    public Map<SourceName, ServedEvent> served() {
        return served;
    }

    public synchronized void reconcile() {
        objects.buses().forEach(this::bus);
        sources();
        sensors();
    }

    /// The same for a change of one object; what others ask for is not looked at again, so that a thousand sensors cost a
    /// thousand times what one does.
    public synchronized void changed(ObjectChange change) {
        var type = change.object().type();
        if (type.equals(ResourceTypes.SENSOR)) {
            sensor(change.object().namespace(), change.object().name());
        } else if (type.equals(ResourceTypes.EVENT_BUS)) {
            reconcile();
        } else {
            sources();
        }
    }

    private void sensor(String namespace, String name) {
        var known = objects.sensor(namespace, name);
        triggers.retain(namespace, name, known.map(this::use).orElse(Set.of()));
        long end = System.nanoTime() + patience.toNanos();
        known.ifPresent(sensor -> conditions(sensor, end));
    }

    private void bus(EventObjects.Known<BusSpec> bus) {
        var read = bus.read();
        if (read.usable()) {
            var message =
                    "the embedded durable bus of this server stands in for "
                            + read.value().kind()
                            + "; no cluster is started";
            status.write(
                    bus.object(),
                    List.of(
                            new StatusWriter.Condition("Configured", true, "", message),
                            new StatusWriter.Condition("Deployed", true, "", message)));
        } else {
            status.write(
                    bus.object(),
                    List.of(
                            new StatusWriter.Condition("Configured", false, "InvalidEventBus", read.message()),
                            new StatusWriter.Condition("Deployed", false, "InvalidEventBus", read.message())));
        }
    }

    private record Planned(SourceSpec.Event event, Optional<RunningSources.Wanted> wanted, String problem) {}

    private void sources() {
        var planned = new LinkedHashMap<EventObjects.Known<SourceSpec>, List<Planned>>();
        var wanted = new ArrayList<RunningSources.Wanted>();
        var taken = new HashMap<String, String>();
        for (var source : objects.sources()) {
            var plans = new ArrayList<Planned>();
            for (var event : source.read().value().events()) {
                var plan = plan(source, event, taken);
                plan.wanted().ifPresent(wanted::add);
                plans.add(plan);
            }
            planned.put(source, plans);
        }
        running.serve(wanted);
        var now = new LinkedHashMap<SourceName, ServedEvent>();
        var said = new LinkedHashMap<EventObjects.Known<SourceSpec>, List<String>>();
        planned.forEach((source, plans) -> {
            var problems = new ArrayList<String>();
            for (var plan : plans) {
                var name = plan.event().name();
                var problem =
                        plan.wanted()
                                .flatMap(_ -> running.find(name))
                                .flatMap(found -> found.state().problem())
                                .orElse(plan.problem());
                if (!problem.isEmpty() && !problems.contains(problem)) {
                    problems.add(problem);
                }
                now.put(name, new ServedEvent(plan.event(), problem));
            }
            said.put(source, problems);
        });
        served = Map.copyOf(now); // before anybody reads a condition and asks for what it says
        said.forEach(this::conditions);
    }

    private Planned plan(EventObjects.Known<SourceSpec> source, SourceSpec.Event event, Map<String, String> taken) {
        var spec = source.read().value();
        if (!source.read().usable()) {
            return new Planned(event, Optional.empty(), source.read().message());
        }
        var noBus = objects.busProblem(spec.namespace(), spec.bus());
        if (noBus.isPresent()) {
            return new Planned(event, Optional.empty(), noBus.get() + "; until then no listener is open");
        }
        var secrets = new HashMap<SecretKey, String>();
        for (var key : event.settings().secrets()) {
            var value = secret(spec.namespace(), key);
            if (value.isEmpty()) {
                return new Planned(
                        event,
                        Optional.empty(),
                        key.field()
                                + " names the key "
                                + key.key()
                                + " of Secret "
                                + key.name()
                                + ", which is not there");
            }
            secrets.put(key, value.get());
        }
        var place = event.settings().place();
        if (place.isPresent()) {
            var other = taken.putIfAbsent(place.get(), spec.namespace() + "/" + spec.name());
            if (other != null) {
                return new Planned(
                        event, Optional.empty(), place.get() + " is served for EventSource " + other + " already");
            }
        }
        var assignment =
                new Assignment(
                        event.name(), spec.uid(), event.settings(), secrets, spec.serviceAccount(), event.filter());
        return new Planned(
                event, Optional.of(new RunningSources.Wanted(event.kind(), assignment, event.redaction())), "");
    }

    private Optional<String> secret(String namespace, SecretKey key) {
        return new NamedValues(store, namespace).secret(key.name(), key.key());
    }

    private void conditions(EventObjects.Known<SourceSpec> source, List<String> problems) {
        var read = source.read();
        if (!read.usable()) {
            status.write(
                    source.object(),
                    List.of(
                            new StatusWriter.Condition("Deployed", false, "InvalidEventSource", read.message()),
                            new StatusWriter.Condition(
                                    "SourcesProvided", false, "InvalidEventSource", read.message())));
            return;
        }
        var noBus = objects.busProblem(read.value().namespace(), read.value().bus()).isPresent();
        status.write(
                source.object(),
                List.of(
                        problems.isEmpty()
                                ? new StatusWriter.Condition(
                                        "Deployed", true, "", "the listeners of this server are open")
                                : new StatusWriter.Condition(
                                        "Deployed",
                                        false,
                                        noBus ? "EventBusNotReady" : "NotServed",
                                        String.join("; ", problems)),
                        new StatusWriter.Condition("SourcesProvided", true, "", "")));
    }

    private void sensors() {
        Set<String> wanted = new HashSet<>();
        objects.sensors().forEach(sensor -> wanted.addAll(use(sensor)));
        triggers.retain(wanted);
        long end = System.nanoTime() + patience.toNanos();
        objects.sensors().forEach(sensor -> conditions(sensor, end));
    }

    /// Lets the sensor's triggers do what it says.
    ///
    /// @return the consumers that it wants
    private Set<String> use(EventObjects.Known<SensorSpec> sensor) {
        Set<String> wanted = new HashSet<>();
        var spec = sensor.read().value();
        boolean runs = sensor.read().usable() && objects.busProblem(spec.namespace(), spec.bus()).isEmpty();
        for (var trigger : spec.triggers()) {
            var name = new TriggerName(spec.namespace(), spec.name(), spec.uid(), trigger.name());
            if (!trigger.name().isEmpty()) {
                wanted.add(name.consumer());
                triggers.use(
                        name,
                        sensor.object(),
                        runs ? Optional.of(TriggerRunner.Use.of(spec, trigger)) : Optional.empty());
            }
        }
        return wanted;
    }

    private void conditions(EventObjects.Known<SensorSpec> sensor, long end) {
        var spec = sensor.read().value();
        conditions(sensor, objects.busProblem(spec.namespace(), spec.bus()), notListening(spec, end));
    }

    /// Why a trigger of the sensor does not listen yet, or not at all. A sensor is shown as deployed only when no restart
    /// can forget from which event on it listens.
    private Optional<String> notListening(SensorSpec spec, long end) {
        try {
            for (var trigger : spec.triggers()) {
                var name = new TriggerName(spec.namespace(), spec.name(), spec.uid(), trigger.name());
                var runner = triggers.find(name);
                if (runner.isEmpty()) {
                    continue;
                }
                if (!runner.get().awaitListening(Duration.ofNanos(Math.max(0, end - System.nanoTime())))) {
                    later.run();
                    return Optional.of("the store has not recorded yet that trigger " + trigger.name() + " listens");
                }
                if (runner.get().quarantine().isPresent()) {
                    return runner.get().quarantine();
                }
            }
            return Optional.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.of("the server is ending");
        }
    }

    private void conditions(
            EventObjects.Known<SensorSpec> sensor, Optional<String> noBus, Optional<String> notListening) {
        var errors = sensor.read().errors();
        var dependencies = errors.stream().filter(one -> one.path().startsWith("spec.dependencies")).toList();
        var message = sensor.read().message();
        boolean ready = sensor.read().usable() && noBus.isEmpty() && notListening.isEmpty();
        status.write(
                sensor.object(),
                List.of(
                        new StatusWriter.Condition(
                                "DependenciesProvided",
                                dependencies.isEmpty(),
                                dependencies.isEmpty() ? "" : "InvalidDependencies",
                                dependencies.isEmpty() ? "" : message),
                        ready
                                ? new StatusWriter.Condition("Deployed", true, "", "the sensor listens")
                                : new StatusWriter.Condition(
                                        "Deployed",
                                        false,
                                        !sensor.read().usable()
                                                ? "InvalidSensor"
                                                : noBus.isPresent() ? "EventBusNotReady" : "NotListening",
                                        sensor.read().usable() ? noBus.or(() -> notListening).orElse("") : message),
                        new StatusWriter.Condition(
                                "TriggersProvided",
                                errors.size() == dependencies.size(),
                                errors.size() == dependencies.size() ? "" : "InvalidTriggers",
                                errors.size() == dependencies.size() ? "" : message)));
    }
}
