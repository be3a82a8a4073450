package tiphys.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import tiphys.engine.InMemoryRunRows;
import tiphys.events.Arrival;
import tiphys.events.EventData;
import tiphys.events.InMemoryEventRows;
import tiphys.events.action.TriggerKinds;
import tiphys.events.hook.Registrars;
import tiphys.events.source.Assignment;
import tiphys.events.source.Source;
import tiphys.events.source.SourceKinds;
import tiphys.events.source.SourceName;
import tiphys.events.source.SourceState;
import tiphys.events.source.Surroundings;
import tiphys.events.trigger.TriggerFacts;
import tiphys.events.webhook.HttpDoor;
import tiphys.events.webhook.Receiver;
import tiphys.events.webhook.WebhookKind;
import tiphys.events.webhook.WebhookSettings;
import tiphys.journal.Quarantine;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;
import tiphys.objects.ApiObject;
import tiphys.objects.InMemoryStore;
import tiphys.objects.ObjectKey;
import tiphys.objects.Objects;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;
import tiphys.runtime.events.EventPorts;
import tiphys.runtime.objects.TinyObjects;
import tiphys.runtime.sources.DerivedKind;
import tiphys.testkit.Eventually;

/// An event hub in memory, and what tests do with it.
final class EventBench implements AutoCloseable {
    static final String NS = "argo-events";
    static final Duration SOON = Duration.ofSeconds(20);

    final InMemoryEventRows rows = new InMemoryEventRows();
    final InMemoryRunRows runs = new InMemoryRunRows();
    final InMemoryStore store = new InMemoryStore(rows, runs);
    final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-24T14:00:00Z"));
    final InstantSource clock = now::get;
    final TinyObjects objects = new TinyObjects(new Severable(store), clock);
    final FakeWebhooks webhooks = new FakeWebhooks();
    final FarSide farSide = new FarSide();
    final AtomicInteger liveRuns = new AtomicInteger();
    private final AtomicLong ids = new AtomicLong();
    Severable process = new Severable(store);
    EventHub hub = open();

    /// Remembers the routes, and refuses the ports it is told to.
    static final class FakeWebhooks implements HttpDoor {
        final Map<Integer, String> broken = new HashMap<>();
        private final Map<SourceName, Route> routes = new ConcurrentHashMap<>();

        record Route(WebhookSettings settings, Optional<String> token, Surroundings around) {}

        /// Something arrives at a source, as its listener would hand it in.
        String arrive(String source, String event, Value body) {
            var name = new SourceName(NS, source, event);
            var around = java.util.Objects.requireNonNull(routes.get(name), "a route").around();
            var data = Value.object("header", Value.Mapping.EMPTY, "body", body);
            return around.intake()
                    .accept(
                            new Arrival(
                                    NS,
                                    source,
                                    event,
                                    "webhook",
                                    EventData.of(data),
                                    Optional.empty(),
                                    around.clock().instant()))
                    .join();
        }

        Collection<Route> routes() {
            return routes.values();
        }

        @Override
        public String host() {
            return "localhost";
        }

        @Override
        public Source open(
                Assignment assignment,
                WebhookSettings settings,
                String type,
                Optional<Receiver> receiver,
                Surroundings around) {
            var route = new Route(settings, settings.token().map(assignment.secrets()::get), around);
            var now = around.clock().instant();
            var problem = Optional.ofNullable(broken.get(settings.port()));
            routes.put(assignment.name(), route);
            return new Source() {
                @Override
                public SourceState state() {
                    return problem.<SourceState>map(why -> new SourceState.Stopped(now, why))
                            .orElseGet(() -> new SourceState.Running(now));
                }

                @Override
                public void close() {
                    routes.remove(assignment.name(), route);
                }
            };
        }
    }

    private EventHub open() {
        process = new Severable(store);
        return new EventHub(
                new EventPorts(
                        process,
                        process,
                        rows,
                        rows,
                        runs,
                        objects.over(process),
                        new SourceKinds(WebhookKind.family(webhooks, Registrars.NONE))
                                .with(new DerivedKind(() -> process)),
                        new TriggerKinds(List.of(farSide)),
                        clock,
                        () -> String.format("%032x", ids.incrementAndGet()),
                        _ -> {},
                        liveRuns::get,
                        1000,
                        Quarantine.forgetful()));
    }

    EventBench start() {
        hub.start();
        return this;
    }

    /// Kills the hub, wherever it is, and starts another on the same store.
    void kill() {
        process.cutAfter(0);
        restart();
    }

    /// Ends the hub and starts another on the same store.
    void restart() {
        hub.close();
        hub = open();
        hub.start();
    }

    /// Creates the objects of a guide's file.
    void applyGuide(String... files) {
        for (var file : files) {
            apply(read(Path.of("../examples/ml-pipeline", file)));
        }
    }

    static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Creates objects, or replaces them.
    void apply(String yaml) {
        for (var document : Yaml.parse(yaml.getBytes(StandardCharsets.UTF_8), "test")) {
            var json = (Value.Mapping) document;
            var type =
                    ResourceTypes.byKind(json.textAt("apiVersion").orElseThrow(), json.textAt("kind").orElseThrow())
                            .orElseThrow();
            var object = new ApiObject(type, json);
            if (object.namespace().isEmpty()) {
                object = object.withMetadata("namespace", Value.text(NS));
            }
            if (objects.find(object.key()).isPresent()) {
                objects.replace(object.key(), object, Objects.Mode.PLAIN);
            } else {
                objects.create(object, Objects.Mode.PLAIN);
            }
        }
    }

    /// Posts a body to the guide's webhook.
    String post(String body) {
        return post("webhook", "trigger", body, Optional.empty());
    }

    String post(String source, String event, String body, Optional<String> identity) {
        var data = Value.object("header", Value.Mapping.EMPTY, "body", Json.parse(body));
        return hub.accept(new Arrival(NS, source, event, "webhook", EventData.of(data), identity, clock.instant()))
                .join();
    }

    /// Every entry of triggers, as text.
    String journalText() {
        return store.readKind(TriggerFacts.KIND, 0, 1000).stream()
                .map(entry -> entry.type() + " " + new String(entry.body(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("\n"));
    }

    ApiObject object(ResourceType type, String name) {
        return store.get(new ObjectKey(type, NS, name)).orElseThrow();
    }

    List<ApiObject> workflows() {
        return new ArrayList<>(
                store.list(ResourceTypes.WORKFLOW, Optional.empty(), Optional.empty(), 10_000).objects());
    }

    int count(ResourceType type) {
        return store.list(type, Optional.empty(), Optional.empty(), 100_000).objects().size();
    }

    void awaitWorkflows(int count) {
        Eventually.within(SOON, count + " workflows", () -> workflows().size() >= count);
    }

    /// Waits until an event has a verdict; gives its story.
    Value.Mapping await(String event, String verdict) {
        Eventually.within(SOON, event + " " + verdict, () -> story(event).textAt("verdict").orElse("").equals(verdict));
        return story(event);
    }

    /// Waits until the sensor's condition says so.
    void awaitCondition(ResourceType type, String name, String condition, String status) {
        Eventually.within(
                SOON, name + " " + condition, () -> condition(type, name, condition, "status").equals(status));
    }

    String condition(ResourceType type, String name, String condition, String field) {
        return object(type, name).status().listAt("conditions").stream()
                .filter(one -> one.textAt("type").orElse("").equals(condition))
                .findFirst()
                .flatMap(one -> one.textAt(field))
                .orElse("");
    }

    Value.Mapping story(String event) {
        return hub.find(event).orElseThrow();
    }

    @Override
    public void close() {
        hub.close();
    }
}
