package tiphys.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.events.Events;
import tiphys.events.sensor.SensorReader;
import tiphys.events.source.SourceSpec;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;
import tiphys.objects.ApiObject;
import tiphys.objects.ResourceTypes;
import tiphys.runtime.EventHub;
import tiphys.runtime.events.EventPorts;
import tiphys.server.http.Metrics;
import tiphys.server.webhook.WebhookListeners;
import tiphys.server.webhook.WebhookSources;
import tiphys.testkit.Eventually;

/// Runs the recorded scenarios of event sources and sensors, where they are there, on the whole of events: listeners, store,
/// triggers, objects. Each makes what the original made, or it is listed with a reason; the test fails when one gets
/// worse or better than the list says.
class EventScenariosTest {
    private static final Path SCENARIOS = Path.of("../../shared/field/events/scenarios.yaml");
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String NAMESPACE = "default";

    private static final String ALLOWED =
            """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: sensors}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
            subjects: [{kind: ServiceAccount, name: default, namespace: default}]
            ---
            apiVersion: argoproj.io/v1alpha1
            kind: EventBus
            metadata: {name: default, namespace: default}
            spec: {jetstream: {version: latest}}
            """;

    /// One scenario.
    private record Scenario(String name, Value.Mapping json) {
        ApiObject sensor() {
            return object("Sensor", name, json.mapAt("sensor"));
        }

        boolean isRefused() {
            return !SensorReader.read(sensor().json(), EventTriggerKinds.forReading()).usable()
                    || json.mapAt("event sources").fields().entrySet().stream()
                            .anyMatch(source ->
                                    !SourceSpec.read(
                                                    source(source.getKey(), source.getValue(), 1).json(),
                                                    EventSourceKinds.forReading())
                                            .usable());
        }
    }

    private static ApiObject object(String kind, String name, Value.Mapping spec) {
        var json =
                Value.object(
                        "apiVersion",
                        "argoproj.io/v1alpha1",
                        "kind",
                        kind,
                        "metadata",
                        Value.object("name", name, "namespace", NAMESPACE),
                        "spec",
                        spec);
        return new ApiObject(ResourceTypes.byKind("argoproj.io/v1alpha1", kind).orElseThrow(), json);
    }

    private static ApiObject source(String name, Value events, int port) {
        var webhooks = new LinkedHashMap<String, Value>();
        ((Value.Mapping) events)
                .fields()
                .forEach((event, webhook) -> {
                    var served = ((Value.Mapping) webhook).with("port", Integer.toString(port));
                    webhooks.put(event, served.find("method").isPresent() ? served : served.with("method", "POST"));
                });
        return object("EventSource", name, Value.object("webhook", webhooks));
    }

    @Test
    void each_scenario_makes_what_the_original_made(@TempDir Path data) throws IOException {
        assumeTrue(Files.exists(SCENARIOS), "there is no file " + SCENARIOS);
        var all =
                ((Value.Sequence) Yaml.parse(recorded(), "scenarios").getFirst())
                        .items().stream()
                                .map(one -> new Scenario(one.textAt("name").orElseThrow(), (Value.Mapping) one))
                                .toList();
        var scenarios = all.stream().filter(one -> !one.isRefused()).toList();
        var wrong = new TreeMap<String, String>();
        try (var core =
                Core.open(
                        data,
                        Core.Steps.INSIDE,
                        tiphys.container.choice.Choice.PROCESS,
                        failure -> {
                            throw new IllegalStateException(failure);
                        })) {
            var ids = new AtomicLong();
            try (var webhooks = new WebhookSources(WebhookListeners.Options.LOOPBACK, new Metrics());
                    var events =
                            new EventHub(
                                    new EventPorts(
                                            core.store(),
                                            core.store(),
                                            core.store().events(),
                                            core.store().deliveries(),
                                            core.store().runs(),
                                            core.objects(),
                                            EventSourceKinds.of(webhooks, core.store(), core.store()),
                                            EventTriggerKinds.of(core),
                                            core.clock(),
                                            () -> "%032x".formatted(ids.incrementAndGet()),
                                            core.runs()::created,
                                            core.runs()::liveRuns,
                                            1000,
                                            core.quarantine()))) {
                events.start();
                var ports = apply(core, scenarios);
                Eventually.within(SOON, "every sensor listens", () -> listening(core) == scenarios.size());
                int taken = post(scenarios, ports);
                Eventually.within(SOON, "everything is decided", () -> isDecided(events, taken));
                scenarios.forEach(one -> difference(core, one).ifPresent(what -> wrong.put(one.name(), what)));
            }
        }
        judge(all.size(), scenarios, wrong);
    }

    /// The recorder's YAML takes a bare `n` and `5E0` for texts, Go's for a truth value and a number.
    private static byte[] recorded() throws IOException {
        return Files.readString(SCENARIOS)
                .replaceAll("(?m)(: |- )([yYnN]|[0-9]+[eE][0-9]+)$", "$1\"$2\"")
                .getBytes(UTF_8);
    }

    private static void judge(int all, List<Scenario> scenarios, Map<String, String> wrong) throws IOException {
        var listed = listed();
        System.out.println(
                "event scenarios: "
                        + (scenarios.size() - wrong.size())
                        + " of "
                        + scenarios.size()
                        + " as recorded, "
                        + listed.size()
                        + " listed; "
                        + (all - scenarios.size())
                        + " refused by name");
        var worse = new TreeMap<>(wrong);
        worse.keySet().removeAll(listed.keySet());
        var better = new TreeMap<>(listed);
        better.keySet().removeAll(wrong.keySet());
        better.keySet().retainAll(scenarios.stream().map(Scenario::name).toList());
        assertThat(worse).as("made something else and not listed").isEmpty();
        assertThat(better).as("listed, but made as recorded").isEmpty();
    }

    private static Map<String, String> listed() throws IOException {
        try (var in = Objects.requireNonNull(EventScenariosTest.class.getResourceAsStream("event-scenarios.txt"))) {
            return new String(in.readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(": ", 2))
                    .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
        }
    }

    /// Applies everything; gives the port of each event source.
    private static Map<String, Integer> apply(Core core, List<Scenario> scenarios) throws IOException {
        for (var document : Yaml.parse(ALLOWED.getBytes(UTF_8), "allowed")) {
            var type =
                    ResourceTypes.byKind(
                            document.textAt("apiVersion").orElseThrow(), document.textAt("kind").orElseThrow());
            create(core, new ApiObject(type.orElseThrow(), (Value.Mapping) document));
        }
        var sources = new LinkedHashMap<String, Value.Mapping>();
        for (var scenario : scenarios) {
            scenario.json()
                    .mapAt("event sources")
                    .fields()
                    .forEach((name, events) -> {
                        var merged = sources.getOrDefault(name, Value.Mapping.EMPTY);
                        for (var event : ((Value.Mapping) events).fields().entrySet()) {
                            merged = merged.with(event.getKey(), event.getValue());
                        }
                        sources.put(name, merged);
                    });
        }
        var ports = new LinkedHashMap<String, Integer>();
        for (var source : sources.entrySet()) {
            ports.put(source.getKey(), freePort());
            create(core, source(source.getKey(), source.getValue(), ports.get(source.getKey())));
        }
        for (var scenario : scenarios) {
            for (var before : scenario.json().listAt("exists before")) {
                create(core, existing((Value.Mapping) before));
            }
        }
        scenarios.forEach(scenario -> create(core, scenario.sensor()));
        return ports;
    }

    private static ApiObject existing(Value.Mapping json) {
        var type = ResourceTypes.byKind(json.textAt("apiVersion").orElseThrow(), json.textAt("kind").orElseThrow());
        var metadata = json.mapAt("metadata").with("namespace", NAMESPACE);
        return new ApiObject(type.orElseThrow(), json.with("metadata", metadata));
    }

    private static void create(Core core, ApiObject object) {
        core.objects().create(object, tiphys.objects.Objects.Mode.PLAIN);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static long listening(Core core) {
        return objects(core, "Sensor").stream()
                .filter(sensor ->
                        sensor.status().listAt("conditions").stream()
                                .anyMatch(one ->
                                        one.textAt("type").equals(Optional.of("Deployed"))
                                                && one.textAt("status").equals(Optional.of("True"))))
                .count();
    }

    private static List<ApiObject> objects(Core core, String kind) {
        var type =
                kind.equals("ConfigMap")
                        ? ResourceTypes.byKind("v1", kind)
                        : ResourceTypes.byKind("argoproj.io/v1alpha1", kind);
        return core.store().list(type.orElseThrow(), Optional.empty(), Optional.empty(), 10_000).objects();
    }

    /// Posts everything in order; gives how many were taken.
    private static int post(List<Scenario> scenarios, Map<String, Integer> ports) throws IOException {
        int taken = 0;
        for (var scenario : scenarios) {
            var first = scenario.json().mapAt("event sources").fields().keySet().iterator().next();
            for (var post : scenario.json().listAt("posts")) {
                taken += answer((Value.Mapping) post, ports.get(first)) == 200 ? 1 : 0;
            }
        }
        return taken;
    }

    /// Sends a request byte for byte as the recorder did.
    private static int answer(Value.Mapping post, int port) throws IOException {
        var body = post.textAt("body").orElse("").getBytes(UTF_8);
        var request = new StringBuilder();
        request.append(post.textAt("method").orElse("POST")).append(' ').append(post.textAt("to").orElseThrow());
        request.append(" HTTP/1.1\r\nAccept-Encoding: identity\r\n");
        if (body.length > 0) {
            request.append("Content-Length: ").append(body.length).append("\r\n");
        }
        request.append("Host: localhost:").append(port).append("\r\nUser-Agent: test\r\n");
        post.mapAt("headers")
                .fields()
                .forEach((name, value) -> request.append(name).append(": ").append(Json.text(value)).append("\r\n"));
        request.append("Connection: close\r\n\r\n");
        var out = new ByteArrayOutputStream();
        out.write(request.toString().getBytes(ISO_8859_1));
        out.write(body);
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(out.toByteArray());
            socket.getOutputStream().flush();
            var answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            return Integer.parseInt(answer.substring(9, 12));
        }
    }

    /// What the filters of sources did not let through.
    private static long passedOver(Value.Mapping flow) {
        return flow.listAt("sources").stream()
                .flatMap(source -> source.find("filtered", "total").stream())
                .mapToLong(total -> ((Value.Number) total).decimal().longValue())
                .sum();
    }

    private static boolean isDecided(Events events, int taken) {
        var flow = events.flow(NAMESPACE);
        boolean behind =
                flow.listAt("sensors").stream()
                        .flatMap(sensor -> sensor.listAt("triggers").stream())
                        .anyMatch(trigger -> !trigger.find("backlog").equals(Optional.of(Value.number(0))));
        var page = events.list(Events.Query.of(NAMESPACE, "", "", 1000));
        return !behind
                && page.items().size() + passedOver(flow) == taken
                && page.items().stream()
                        .map(one -> events.find(one.textAt("id").orElseThrow()).orElseThrow())
                        .flatMap(story -> story.listAt("deliveries").stream())
                        .map(delivery -> delivery.textAt("firing", "state").orElse("done"))
                        .allMatch(state -> state.equals("done") || state.equals("failed"));
    }

    /// What a scenario made otherwise.
    private static Optional<String> difference(Core core, Scenario scenario) {
        var made = new TreeMap<String, Value.Mapping>();
        for (var kind : List.of("ConfigMap", "WorkflowTemplate", "Workflow")) {
            for (var object : objects(core, kind)) {
                // what is updated or patched gets no labels
                boolean meant = scenario.json().mapAt("made").find(kind + "/" + object.name()).isPresent();
                if (meant || object.labels().getOrDefault("events.argoproj.io/sensor", "").equals(scenario.name())) {
                    made.put(kind + "/" + object.name(), told(object));
                }
            }
        }
        var wanted = new TreeMap<String, Value.Mapping>();
        scenario.json().mapAt("made").fields().forEach((name, object) -> wanted.put(name, (Value.Mapping) object));
        if (!made.keySet().equals(wanted.keySet())) {
            return Optional.of("made " + made + " instead of " + wanted);
        }
        return made.keySet().stream()
                .filter(name -> !same(filled(wanted.get(name)), made.get(name)))
                .map(name -> name + " is " + Json.write(made.get(name)) + " instead of " + Json.write(wanted.get(name)))
                .findFirst();
    }

    /// An object as the recorder wrote it down, with what it left out.
    private static Value.Mapping filled(Value.Mapping wanted) {
        var filled = wanted;
        for (var field : List.of("annotations", "labels", "data", "spec")) {
            if (wanted.find(field).isEmpty()) {
                filled = filled.with(field, Value.Mapping.EMPTY);
            }
        }
        return filled;
    }

    private static Value.Mapping told(ApiObject object) {
        return Value.object(
                "annotations",
                without(object.annotations(), "tiphys.io/"),
                "labels",
                without(object.labels(), "events.argoproj.io/"),
                "data",
                object.json().mapAt("data"),
                "spec",
                object.json().mapAt("spec"));
    }

    private static Map<String, String> without(Map<String, String> all, String prefix) {
        return all.entrySet().stream()
                .filter(one -> !one.getKey().startsWith(prefix))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static boolean same(Value wanted, Value made) {
        return switch (wanted) {
            case Value.Mapping map ->
                    made instanceof Value.Mapping other
                            && map.fields().keySet().equals(other.fields().keySet())
                            && map.fields().entrySet().stream()
                                    .allMatch(one -> same(one.getValue(), other.find(one.getKey()).orElseThrow()));
            case Value.Sequence(var items, _) -> {
                var others = made instanceof Value.Sequence(var found, _) ? found : List.<Value>of();
                boolean equal = items.size() == others.size() && made instanceof Value.Sequence;
                for (int i = 0; equal && i < items.size(); i++) {
                    equal = same(items.get(i), others.get(i));
                }
                yield equal;
            }
            case Value.Text(var text, _) when text.contains("TIME") || text.contains("\"ID\"") ->
                    made instanceof Value.Text(var other, _)
                            && other.matches(
                                    Pattern.quote(text).replace("TIME", "\\E.*\\Q").replace("\"ID\"", "\"\\E.*\\Q\""));
            case Value.Number number -> // the recorder kept doubles
                    made instanceof Value.Number other
                            && number.decimal().doubleValue() == other.decimal().doubleValue();
            case Value.Null _, Value.Bool _, Value.Text _ -> wanted.equals(made);
        };
    }
}
