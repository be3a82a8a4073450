package tiphys.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;

/// Small things that grow when they are evaluated, `bombs.yaml`, each in a Workflow and in a WorkflowTemplate that is submitted, and
/// those of events in the filter of a sensor and in the parameter of a firing. A real server with a small heap takes all of
/// them. It may die, but only twice for each that it then sets aside; everything else goes on.
class BombsTest {
    private static final String HEAP = "160m";
    private static final Duration PATIENCE = Duration.ofSeconds(100);
    private static final Pattern REPETITION = Pattern.compile("@\\{(.*?)\\*(\\d+)\\}");
    private static final Set<String> OVER = Set.of("Succeeded", "Failed", "Error");
    private static final String OBJECTS = "/apis/argoproj.io/v1alpha1/namespaces/default/";
    private static final String HOLD =
            """
            - name: hold
              inputs: {parameters: [{name: a}]}
              suspend: {}
            """;

    @TempDir Path directory;

    private final int port = Server.freePort();
    private final Map<String, String> refused = new TreeMap<>();
    private final Set<String> made = new TreeSet<>();
    private Server server;
    private int deaths;

    @Test
    void nothing_that_grows_when_it_is_evaluated_keeps_the_server_down() throws IOException {
        var bombs = (Value.Mapping) Yaml.parse(bombs(), "bombs.yaml").getFirst();
        try {
            start();
            server.apply(write("trouble.yaml", text("trouble.yaml").replace("@port@", "" + port)), "default");
            create(
                    "workflowtemplates",
                    named("WorkflowTemplate", "pipeline", "{entrypoint: main, templates: [" + OK + "]}"));
            for (var bomb : bombs.listAt("workflows")) {
                workflows(bomb);
            }
            settle();
            for (var bomb : bombs.listAt("filters")) {
                sensor("filter-", bomb, "filters: " + Json.write(bomb.mapAt("filters")), "");
            }
            for (var bomb : bombs.listAt("parameters")) {
                sensor("parameter-", bomb, "", "parameters: [" + Json.write(bomb.mapAt("parameter")) + "]");
            }
            sensor("good-", Value.object("name", "one"), "", "");
            alive("an event is taken", () -> RawRequest.isAnswered(port) && post(event()) == 200);
            settle();
            alive(
                    "the good sensor fired",
                    () -> Json.write(server.get("/tiphys/v1/runs?limit=500")).contains("good-one-run"));
            create("workflows", named("Workflow", "good", "{entrypoint: main, templates: [" + OK + "]}"));
            alive("a run ends well", () -> phase("good").equals("Succeeded"));
            report();
            assertThat(aside().keySet().toString()).doesNotContain("good");
            assertThat(deaths).as("deaths of the server").isLessThanOrEqualTo(2 * aside().size());
        } finally {
            if (server != null && server.alive()) {
                server.close();
            }
        }
    }

    private static final String OK = "{name: main, container: {image: busybox, command: [\"true\"]}}";

    private void workflows(Value bomb) {
        var name = bomb.textAt("name").orElseThrow();
        var templates =
                bomb.listAt("templates").isEmpty()
                        ? "[{name: main, steps: [[{name: s, template: step, arguments: {parameters: [{name: a, value: "
                                + Json.write(Value.text(bomb.textAt("argument").orElseThrow()))
                                + "}]}}]]}, {name: step, inputs: {parameters: [{name: a}]},"
                                + " container: {image: busybox, command: [\"true\"], args: [\"{{inputs.parameters.a}}\"]}}]"
                        : Json.write(Value.list(withHold(bomb.listAt("templates"))));
        var spec =
                "{entrypoint: main, arguments: {parameters: [{name: big, value: "
                        + "b".repeat(100_000)
                        + "}]}, templates: "
                        + templates
                        + "}";
        create("workflows", named("Workflow", "w-" + name, spec));
        if (create("workflowtemplates", named("WorkflowTemplate", "t-" + name, spec))) {
            retried(
                    "t-" + name,
                    () ->
                            server.send(
                                    "POST",
                                    "/tiphys/v1/namespaces/default/runs",
                                    "application/json",
                                    "{\"template\":\"t-" + name + "\"}"));
        }
    }

    private static List<Value> withHold(List<Value> templates) {
        var all = new ArrayList<>(templates);
        all.addAll(((Value.Sequence) Yaml.parse(HOLD.getBytes(StandardCharsets.UTF_8), "hold").getFirst()).items());
        return all;
    }

    private void sensor(String before, Value bomb, String filters, String parameters) {
        var name = before + bomb.textAt("name").orElseThrow();
        var workflow =
                "{apiVersion: argoproj.io/v1alpha1, kind: Workflow, metadata: {generateName: "
                        + name
                        + "-run-}, spec: {workflowTemplateRef: {name: pipeline}, arguments: {parameters: [{name: p, value: v}]}}}";
        create(
                "sensors",
                named(
                        "Sensor",
                        name,
                        "{template: {serviceAccountName: sensor}, dependencies: [{name: d, eventSourceName: webhook, eventName: any"
                                + (filters.isEmpty() ? "" : ", " + filters)
                                + "}], triggers: [{template: {name: t, k8s: {source: {resource: "
                                + workflow
                                + "}"
                                + (parameters.isEmpty() ? "" : ", " + parameters)
                                + "}}}]}"));
    }

    private static String named(String kind, String name, String spec) {
        return "{apiVersion: argoproj.io/v1alpha1, kind: "
                + kind
                + ", metadata: {name: "
                + name
                + "}, spec: "
                + spec
                + "}";
    }

    private boolean create(String resource, String yaml) {
        var name = yaml.replaceFirst("(?s).*?metadata: \\{name: ([^}]*)\\}.*", "$1");
        return retried(name, () -> server.send("POST", OBJECTS + resource, "application/yaml", yaml));
    }

    private interface Request {
        java.net.http.HttpResponse<String> send();
    }

    /// Sends until a server lives to answer it.
    private boolean retried(String name, Request request) {
        for (int attempt = 0; attempt < 10; attempt++) {
            try {
                var answer = request.send();
                if (answer.statusCode() >= 500) {
                    throw new AssertionError(name + ": " + answer.body());
                }
                if (answer.statusCode() < 300 || answer.statusCode() == 409) {
                    made.add(name);
                    return true;
                }
                refused.put(name, answer.body());
                return false;
            } catch (UncheckedIOException e) {
                restart();
            }
        }
        throw new AssertionError(name + " is never answered");
    }

    private int post(String body) {
        try (var client = java.net.http.HttpClient.newHttpClient()) {
            return client.send(
                            java.net.http.HttpRequest.newBuilder(
                                            java.net.URI.create("http://127.0.0.1:" + port + "/any"))
                                    .timeout(Duration.ofSeconds(20))
                                    .header("Content-Type", "application/json")
                                    .POST(java.net.http.HttpRequest.BodyPublishers.ofString(body))
                                    .build(),
                            java.net.http.HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static String event() {
        var list = new StringBuilder("0");
        for (int i = 1; i < 20_000; i++) {
            list.append(',').append(i);
        }
        return "{\"word\":\"w\",\"big\":\""
                + "a".repeat(300_000)
                + "\",\"list\":["
                + list
                + "],\"deep\":"
                + "[".repeat(150)
                + "]".repeat(150)
                + "}";
    }

    /// Waits until every run has ended, waits for somebody or is set aside, and every trigger has had its events.
    private void settle() {
        alive("everything has ended or is set aside", () -> open().isEmpty());
    }

    private List<String> open() {
        var open = new ArrayList<String>();
        for (var run : server.get("/tiphys/v1/runs?limit=500").listAt("items")) {
            boolean aside = run.textAt("message").orElse("").contains("tiphys repair");
            if (!aside && !OVER.contains(run.textAt("phase").orElse("")) && !holds(run)) {
                open.add(run.textAt("name").orElse(""));
            }
        }
        for (var sensor : server.get("/tiphys/v1/flow?namespace=default").listAt("sensors")) {
            for (var trigger : sensor.listAt("triggers")) {
                boolean done = trigger.find("backlog").equals(java.util.Optional.of(Value.number(0)));
                if (!done && trigger.textAt("message").orElse("").isEmpty()) {
                    open.add(sensor.textAt("name").orElse(""));
                }
            }
        }
        return open;
    }

    /// Whether a run waits for somebody: its suspended steps are there.
    private boolean holds(Value run) {
        return run.textAt("name").orElse("").matches("[wt]-(with|items|template).*")
                && !run.textAt("progress").orElse("0/0").equals("0/0");
    }

    private void alive(String what, java.util.function.BooleanSupplier condition) {
        Server.eventually(
                PATIENCE,
                what,
                () -> {
                    try {
                        return condition.getAsBoolean();
                    } catch (UncheckedIOException e) {
                        restart();
                        return false;
                    }
                });
    }

    private String phase(String name) {
        return server.findRun("default", name).flatMap(run -> run.textAt("phase")).orElse("");
    }

    private Map<String, String> aside() {
        var all = new TreeMap<String, String>();
        for (var one : server.get("/tiphys/v1/status").listAt("quarantined")) {
            all.put(
                    one.textAt("run").orElse("") + " " + one.textAt("stream").orElse(""),
                    one.textAt("reason").orElse(""));
        }
        return all;
    }

    private void start() {
        var command = new ArrayList<>(List.of("env", "TIPHYS_HEAP=" + HEAP));
        command.addAll(Server.command(directory.resolve("data")));
        while (true) {
            try {
                server = Server.launch(directory.resolve("data"), command);
                return;
            } catch (AssertionError e) {
                if (!String.valueOf(e.getMessage()).startsWith("the server ended with 3")) {
                    throw e;
                }
                died(); // while it took up what was there
            }
        }
    }

    private void restart() {
        if (server.alive()) {
            server.kill(); // it did not answer in time
        }
        died();
        start();
    }

    private void died() {
        deaths++;
        System.out.println("death " + deaths + " after " + made.size() + " were made");
        assertThat(deaths).as("deaths of the server").isLessThan(100);
    }

    private void report() {
        System.out.println(
                made.size() + " bombs taken, " + refused.size() + " refused, " + deaths + " deaths; set aside:");
        aside().forEach((name, why) -> System.out.println("  " + name + ": " + why));
    }

    private Path write(String name, String text) throws IOException {
        return java.nio.file.Files.writeString(directory.resolve(name), text);
    }

    private static String text(String name) throws IOException {
        try (var in = BombsTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static byte[] bombs() throws IOException {
        return REPETITION
                .matcher(text("bombs.yaml"))
                .replaceAll(found -> java.util.regex.Matcher.quoteReplacement(repeated(found)))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String repeated(MatchResult found) {
        return found.group(1).repeat(Integer.parseInt(found.group(2)));
    }
}
