package tiphys.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// What the whole server does with input that is wrong, huge or hostile: it says what is wrong, and goes on. After each test
/// an event still makes a run, and memory is bounded.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BadInputTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String WORKFLOWS = "/apis/argoproj.io/v1alpha1/namespaces/default/workflows";
    private static final int HUGE = 50_000_000;
    private static final long SERVER_KIB = 800 << 10;
    private static final long RUNNER_KIB = 400 << 10;

    private static Path folder;
    private static Server server;
    private static int port;
    private static int events;
    private static RawRequest slow;

    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        folder = directory;
        port = Server.freePort();
        server = Server.start(directory.resolve("data"));
        try (var in = BadInputTest.class.getResourceAsStream("trouble.yaml")) {
            var text = new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("@port@", "" + port);
            server.apply(Files.writeString(directory.resolve("trouble.yaml"), text), "default");
        }
        Server.eventually("the webhook listens", () -> RawRequest.isAnswered(port));
        slow = new RawRequest(port).write("POST /any HTTP/1.1\r\nHost: l");
        create("deaf", "trap '' TERM; echo deaf; while :; do sleep 0.1; done");
        Server.eventually(
                "the deaf step has begun",
                () -> {
                    var run = server.findRun("default", "deaf");
                    return run.isPresent() && Json.write(run.get()).contains("\"logBytes\":5");
                });
        server.send("POST", "/tiphys/v1/namespaces/default/runs/deaf/terminate", "application/json", "{}");
    }

    @AfterAll
    static void stop() throws IOException {
        slow.close();
        server.close();
    }

    @AfterEach
    void the_server_is_alive_and_its_memory_is_bounded() throws Exception {
        assertThat(server.healthy()).isTrue();
        assertRuns("after");
        assertThat(peakKib(server.pid())).as("the server's memory").isLessThan(SERVER_KIB);
        assertThat(peakKib(server.runner().orElseThrow())).as("the runner's memory").isLessThan(RUNNER_KIB);
        client.close();
    }

    @Test
    void manifests_that_cannot_be_read_are_refused_with_their_place() throws Exception {
        assertRefused(400, "application/yaml", "", "empty body");
        assertRefused(400, "application/json", "", "empty body");
        assertRefused(400, "application/yaml", "kind: Workflow\nmetadata: {name: a", "ends in the middle", "2:19");
        assertRefused(400, "application/json", "{\"kind\":\"Workflow\",\"metadata\":", "end-of-input", "1:");
        assertRefused(400, "application/yaml", "a: " + "[".repeat(100_000), "deeper than 200 levels", "1:203");
        assertRefused(400, "application/json", "{\"a\":" + "[".repeat(100_000), "deeper than 200 levels", "1:205");
        assertRefused(400, "application/yaml", aliasBomb(), "aliases expand to more than", "5:45");
        assertRefused(413, "application/yaml", "a: " + "x".repeat(HUGE), "too large");
        assertRefused(413, "application/json", "{\"a\":\"" + "x".repeat(HUGE) + "\"}", "too large");
        assertRefused(415, "image/png", "x", "accepted media types");
    }

    @Test
    void files_that_cannot_be_read_are_refused_by_apply_with_their_place() throws Exception {
        assertApplyRefused("empty.yaml", "", "TIP-7305");
        assertApplyRefused("cut.yaml", "kind: Workflow\nmetadata: {name: a", "cut.yaml:2:19", "ends in the middle");
        assertApplyRefused("deep.yaml", "a: " + "[".repeat(100_000), "deep.yaml:1:203", "TIP-1004");
        assertApplyRefused("deep.json", "{\"a\":" + "[".repeat(100_000), "deep.json:1:", "TIP-1004");
        assertApplyRefused("bomb.yaml", aliasBomb(), "bomb.yaml:5:45", "TIP-1004");
        assertApplyRefused("huge.yaml", "a: " + "x".repeat(HUGE), "huge.yaml:1:1", "TIP-1002");
        assertApplyRefused("huge.json", "{\"a\":\"" + "x".repeat(HUGE) + "\"}", "huge.json:1:1", "TIP-1002");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../etc/passwd", "..", "a/../b", "a\\u0000b", "%2e%2e%2f"})
    void names_that_lead_elsewhere_are_refused(String name) {
        var object =
                "{\"apiVersion\":\"argoproj.io/v1alpha1\",\"kind\":\"Workflow\",\"metadata\":{\"name\":\""
                        + name
                        + "\"}}";
        assertRefused(422, "application/json", object, "metadata.name: Invalid value");
    }

    @Test
    void paths_that_lead_elsewhere_are_refused() throws Exception {
        for (var path :
                List.of("/../../etc/passwd", "/tiphys/v1/namespaces/..%2f..%2f/runs/x", "/%2e%2e/%2e%2e/etc/passwd")) {
            try (var raw = new RawRequest(URI.create(server.plain()).getPort())) {
                var request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
                assertThat(raw.write(request).answer())
                        .as(path)
                        .matches("(?s)HTTP/1.1 4\\d\\d .*")
                        .doesNotContain("root:");
            }
        }
    }

    @Test
    void workflows_that_make_no_sense_fail_before_any_step_runs() {
        var step = "{name: b, container: {image: \"alpine:3.20\", command: [\"true\"]}}";
        assertFails("no-template", "{entrypoint: nope, templates: [" + step + "]}", "template name 'nope' undefined");
        assertFails(
                "no-step-template",
                "{entrypoint: a, templates: [{name: a, steps: [[{name: s, template: nope}]]}]}",
                "nope");
        assertFails(
                "cycle",
                "{entrypoint: a, templates: [{name: a, dag: {tasks: [{name: t, template: b, dependencies: [u]}, "
                        + "{name: u, template: b, dependencies: [t]}]}}, "
                        + step
                        + "]}",
                "cycle");
        assertFails(
                "missing",
                "{entrypoint: a, templates: [{name: a, inputs: {parameters: [{name: p}]}, container: "
                        + "{image: \"alpine:3.20\", command: [echo, \"{{inputs.parameters.p}}\"]}}]}",
                "inputs.parameters.p was not supplied");
        assertFails(
                "reserved",
                "{entrypoint: a, templates: [{name: a, containerSet: {containers: [{name: wait, image: \"alpine:3.20\"}]}}]}",
                "containerSet");
        assertFails(
                "endless",
                "{entrypoint: a, templates: [{name: a, steps: [[{name: s, template: b, "
                        + "withParam: \"{{=map(1..100000, {map(1..100000, #)})}}\"}]]}, "
                        + step
                        + "]}",
                "");
    }

    @Test
    void a_filter_that_fails_or_would_backtrack_for_ever_decides_its_own_delivery_only() throws Exception {
        var answer = post("{\"text\":\"" + "a".repeat(10_000) + "!\"}");
        assertThat(answer.statusCode()).isEqualTo(200);
        Server.eventually("three sensors have decided", () -> lastEvent().listAt("deliveries").size() == 3);
        for (var delivery : lastEvent().listAt("deliveries")) {
            var text = Json.write(delivery);
            switch (delivery.textAt("sensor").orElse("")) {
                case "fine" -> assertThat(delivery.textAt("verdict")).contains("fired");
                case "endless" -> assertThat(text).contains("filtered", "\"result\":false,\"error\":\"\"");
                case "failing" -> assertThat(text).contains("filtered", "comparator");
                default -> throw new AssertionError(text);
            }
        }
    }

    @Test
    void a_webhook_body_that_is_no_good_is_refused_and_makes_no_event() throws Exception {
        long before = events();
        assertThat(post("{\"text\":").statusCode()).isEqualTo(400);
        assertThat(post("[".repeat(100_000)).statusCode()).isEqualTo(400);
        assertThat(post("\"" + "x".repeat(2_000_000) + "\"").statusCode()).isBetween(400, 413);
        assertThat(send(webhook().header("Content-Type", "image/png").POST(body("\u0089PNG"))).statusCode())
                .isEqualTo(400);
        assertThat(send(webhook().GET()).statusCode()).isEqualTo(400);
        var head =
                "POST /any HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n";
        for (int i = 0; i < 50; i++) {
            try (var raw = new RawRequest(port)) {
                raw.write(head + "{\"text\":\"cut off");
            }
        }
        assertThat(events()).isEqualTo(before);
    }

    @Test
    void slow_clients_keep_nobody_from_sending_events() throws Exception {
        var others = new ArrayList<RawRequest>();
        try {
            for (int i = 0; i < 300; i++) {
                others.add(new RawRequest(port).write("POST /any HTTP/1.1\r\nHost: l"));
            }
            assertRuns("among slow clients");
        } finally {
            for (var one : others) {
                one.close();
            }
        }
    }

    @Test
    void steps_that_misbehave_end_and_leave_the_server_as_it_was() throws Exception {
        create("prints", "head -c 1000000000 /dev/zero | tr '\\\\0' x; echo; echo the end");
        create("closes", "exec >&- 2>&-; exit 3");
        create("leaves", "(trap '' HUP; sleep 7654321) & echo started");

        assertThat(server.awaitEnd("default", "leaves").textAt("phase")).contains("Succeeded");
        Server.eventually(
                "the child that was left behind is gone",
                () ->
                        ProcessHandle.allProcesses()
                                .noneMatch(one -> one.info().commandLine().orElse("").contains("sleep 7654321")));
        assertThat(Json.write(server.awaitEnd("default", "closes"))).contains("Error (exit code 3)");
        var printed = server.awaitEnd("default", "prints");
        assertThat(printed.textAt("phase")).contains("Succeeded");
        var log = server.send("GET", logOf(printed), "text/plain", "").body();
        assertThat(log).hasSizeLessThan(70 << 20).startsWith("xxxx").endsWith("the end\n");
    }

    @Test
    @Order(Integer.MAX_VALUE) // both were begun before the other tests, for each may take thirty seconds
    void a_deaf_step_and_a_slow_client_are_ended_in_the_end() throws Exception {
        slow.write("ocal");
        assertThat(slow.answer()).doesNotContain("200");
        var run = server.awaitEnd("default", "deaf");
        assertThat(run.textAt("phase")).contains("Failed");
        assertThat(run.textAt("message").orElse("")).contains("Terminate");
    }

    @Test
    void requests_without_the_token_or_from_elsewhere_are_refused() throws Exception {
        assertThat(server.send(server.request(WORKFLOWS)).statusCode()).isEqualTo(401);
        assertThat(server.send(server.request(WORKFLOWS)).body()).contains("Unauthorized", "token");
        assertThat(server.send(server.request("/tiphys/v1/status")).body()).contains("TIP-4010");
        assertThat(server.send(server.request(WORKFLOWS).header("Authorization", "Bearer wrong")).statusCode())
                .isEqualTo(401);
        assertThat(send(HttpRequest.newBuilder(URI.create(server.plain() + WORKFLOWS))).statusCode()).isEqualTo(401);
        var foreign = server.request("/tiphys/v1/status").header("Authorization", "Bearer " + server.token());
        assertThat(server.send(foreign.header("Origin", "http://evil.example")).body()).contains("TIP-4031");
        try (var raw = new RawRequest(URI.create(server.plain()).getPort())) {
            raw.write("GET /tiphys/v1/status HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
            assertThat(raw.answer()).startsWith("HTTP/1.1 403").contains("TIP-4030");
        }
    }

    private static String aliasBomb() {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 12; i++) {
            var before = "*a" + (i - 1);
            bomb.append("a" + i + ": &a" + i + " [" + (before + ", ").repeat(9) + before + "]\n");
        }
        return bomb.toString();
    }

    private static void assertRefused(int status, String contentType, String body, String... says) {
        var answer = server.send("POST", WORKFLOWS, contentType, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains("\"kind\":\"Status\"").contains(says);
    }

    private static void assertApplyRefused(String name, String text, String... says) throws IOException {
        var file = Files.writeString(folder.resolve(name), text);
        var ended = Program.tiphys(LIMIT, "apply", "-f", file.toString(), "--data", server.data().toString());
        assertThat(ended.code()).as(ended.output()).isNotZero();
        assertThat(ended.output()).contains(says).doesNotContain("Exception").hasSizeLessThan(5_000);
        Files.delete(file);
    }

    /// The workflow is refused at once or fails before it starts, with this text.
    private static void assertFails(String name, String spec, String says) {
        var workflow =
                "{apiVersion: argoproj.io/v1alpha1, kind: Workflow, metadata: {name: "
                        + name
                        + "}, spec: "
                        + spec
                        + "}";
        var answer = server.send("POST", WORKFLOWS, "application/yaml", workflow);
        if (answer.statusCode() == 201) {
            var run = server.awaitEnd("default", name);
            assertThat(run.textAt("phase").orElse("")).as(Json.write(run)).isIn("Failed", "Error");
            assertThat(Json.write(run)).contains(says);
        } else {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
            assertThat(answer.body()).contains(says);
        }
    }

    private static void create(String name, String script) {
        server.create(
                "default",
                "workflows",
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata: {name: %s}
                spec:
                  entrypoint: main
                  templates:
                  - name: main
                    container: {image: "alpine:3.20", command: [sh, -c, "%s"]}
                """
                        .formatted(name, script));
    }

    private static String logOf(Value run) {
        var node = run.listAt("nodes").getFirst().textAt("id").orElseThrow();
        return "/tiphys/v1/namespaces/default/runs/" + run.textAt("name").orElseThrow() + "/nodes/" + node + "/log";
    }

    /// An event makes a run that succeeds.
    private void assertRuns(String text) throws Exception {
        var mark = text + " " + ++events;
        assertThat(post("{\"text\":\"" + mark + "\"}").statusCode()).isEqualTo(200);
        Server.eventually("the event has a run", () -> !lastEvent().listAt("runs").isEmpty());
        var name = lastEvent().listAt("runs").getFirst().textAt("name").orElseThrow();
        var run = server.awaitEnd("default", name);
        assertThat(run.textAt("phase")).contains("Succeeded");
        assertThat(server.send("GET", logOf(run), "text/plain", "").body()).isEqualTo(mark + "\n");
    }

    private static Value lastEvent() {
        var id = server.get("/tiphys/v1/events?limit=1").listAt("items").getFirst().textAt("id").orElseThrow();
        return server.get("/tiphys/v1/events/" + id);
    }

    private static long events() {
        return ((Value.Number) server.get("/tiphys/v1/status").find("events", "total").orElseThrow())
                .decimal()
                .longValue();
    }

    private static HttpRequest.Builder webhook() {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/any")).timeout(LIMIT);
    }

    private static HttpRequest.BodyPublisher body(String text) {
        return HttpRequest.BodyPublishers.ofString(text);
    }

    private HttpResponse<String> post(String json) throws Exception {
        return send(webhook().header("Content-Type", "application/json").POST(body(json)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /// The most memory that a process has had, where the system tells it.
    private static long peakKib(long pid) throws IOException {
        var status = Path.of("/proc/" + pid + "/status");
        return Files.exists(status)
                ? Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("VmHWM:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .findFirst()
                        .orElse(0)
                : 0;
    }
}
