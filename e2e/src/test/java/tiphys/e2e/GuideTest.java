package tiphys.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// What a reader of the guide may do beside its straight way: leave an object out, take one away, delete what runs. Each
/// test has the guide's objects in a namespace and on a port of its own.
class GuideTest {
    private static final String ARGO = "/apis/argoproj.io/v1alpha1/namespaces/";
    private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1/namespaces/";
    private static final String BINDING = "argo-workflowtaskresults-binding";

    private static Path folder;
    private static Server server;

    private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final int port = Server.freePort();
    private String namespace;

    @BeforeAll
    static void start(@TempDir Path directory) {
        folder = directory;
        server = Server.start(directory.resolve("data"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void names(TestInfo test) {
        namespace = "guide-" + Integer.toHexString(test.getDisplayName().hashCode());
    }

    @Test
    void a_sensor_whose_role_binding_is_taken_away_is_forbidden_and_a_replay_makes_the_run() throws Exception {
        applyAllBut();
        listens(true);
        var binding = server.get(RBAC + namespace + "/rolebindings/" + BINDING);
        delete(RBAC + namespace + "/rolebindings/" + BINDING);

        assertThat(post().statusCode()).isEqualTo(200);
        var event = awaitVerdict("failed");
        assertThat(Json.write(event))
                .contains(
                        "workflows.argoproj.io is forbidden: User \\\"system:serviceaccount:"
                                + namespace
                                + ":operate-workflow-sa\\\" cannot create resource \\\"workflows\\\" in API group \\\"argoproj.io\\\"");
        assertThat(event.listAt("runs")).isEmpty();

        var again = server.send("POST", RBAC + namespace + "/rolebindings", "application/json", fresh(binding));
        assertThat(again.statusCode()).as(again.body()).isEqualTo(201);
        assertThat(replay(event, false).statusCode()).isEqualTo(200);
        awaitRuns(event, 1);
    }

    @Test
    void an_event_from_before_the_sensor_is_kept_and_replayed_and_a_second_run_is_asked_for() throws Exception {
        applyAllBut("sensor");
        listens(true);
        assertThat(post().statusCode()).isEqualTo(200);
        var event = awaitVerdict("unheard");
        assertThat(event.textAt("summary")).contains("no sensor listened");
        assertThat(replay(event, false).statusCode()).isEqualTo(422);

        apply("sensor");
        Server.eventually("the sensor listens", () -> replay(event, false).statusCode() == 200);
        var first = awaitRuns(event, 1);

        var refused = replay(event, false);
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("TIP-3409", first.getFirst());
        awaitRuns(event, 1);
        assertThat(replay(event, true).statusCode()).isEqualTo(200);
        awaitRuns(event, 2);
    }

    @Test
    void without_an_event_bus_no_listener_opens_and_the_conditions_say_so() throws Exception {
        applyAllBut("eventbus");
        for (var object : List.of("eventsources/webhook", "sensors/ml-pipeline-sensor")) {
            Server.eventually(
                    object + " misses its bus",
                    () ->
                            server.get(ARGO + namespace + "/" + object).listAt("status", "conditions").stream()
                                    .anyMatch(one ->
                                            one.textAt("status").orElse("").equals("False")
                                                    && one.textAt("message")
                                                            .orElse("")
                                                            .contains("EventBus \"default\"")));
        }
        listens(false);
        apply("eventbus");
        listens(true);
        delete(ARGO + namespace + "/eventbus/default");
        listens(false);
    }

    @Test
    void deleting_a_running_workflow_terminates_it() throws Exception {
        createNamespace();
        long step = startSleeping("sleeps");
        delete(ARGO + namespace + "/workflows/sleeps");
        assertEnds(step);
        assertTerminatedWithItsWorkflow("sleeps");
    }

    @Test
    void deleting_a_pod_fails_its_node() throws Exception {
        createNamespace();
        long step = startSleeping("sleeps");
        var pods = "/api/v1/namespaces/" + namespace + "/pods";
        var pod = server.get(pods).listAt("items").getFirst().textAt("metadata", "name").orElseThrow();
        delete(pods + "/" + pod);
        assertEnds(step);
        var run = server.awaitEnd(namespace, "sleeps");
        assertThat(run.textAt("phase").orElse("")).isIn("Failed", "Error");
        assertThat(run.listAt("nodes").getFirst().textAt("message").orElse("")).contains("pod deleted");
    }

    @Test
    void deleting_a_namespace_takes_all_that_is_in_it() throws Exception {
        applyAllBut();
        listens(true);
        long step = startSleeping("sleeps");
        delete("/api/v1/namespaces/" + namespace);
        assertEnds(step);
        listens(false);
        for (var kind : List.of("workflows", "eventsources", "sensors", "eventbus", "workflowtemplates")) {
            assertThat(server.get(ARGO + namespace + "/" + kind).listAt("items")).as(kind).isEmpty();
        }
        assertTerminatedWithItsWorkflow("sleeps");
        assertThat(server.healthy()).isTrue();
    }

    private void createNamespace() {
        var answer =
                server.send(
                        "POST",
                        "/api/v1/namespaces",
                        "application/json",
                        "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"" + namespace + "\"}}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    /// Applies the guide's objects, but those whose file has such a name.
    private void applyAllBut(String... left) throws IOException {
        createNamespace();
        var chosen = Files.createDirectory(folder.resolve(namespace));
        try (var files = Files.list(Program.ROOT.resolve("examples/ml-pipeline"))) {
            for (var file : files.toList()) {
                if (!List.of(left).contains(file.getFileName().toString().replace(".yaml", ""))) {
                    copy(file, chosen);
                }
            }
        }
        server.apply(chosen, namespace);
    }

    private void apply(String name) throws IOException {
        var chosen = Files.createDirectory(folder.resolve(namespace + "-" + name));
        copy(Program.ROOT.resolve("examples/ml-pipeline/" + name + ".yaml"), chosen);
        server.apply(chosen, namespace);
    }

    private void copy(Path file, Path to) throws IOException {
        var text = Files.readString(file).replace("argo-events", namespace).replace("12000", "" + port);
        Files.writeString(to.resolve(file.getFileName()), text);
    }

    private void listens(boolean whether) {
        Server.eventually(
                "the webhook " + (whether ? "listens" : "is closed"), () -> RawRequest.isAnswered(port) == whether);
    }

    private HttpResponse<String> post() throws IOException, InterruptedException {
        var body = HttpRequest.BodyPublishers.ofString("{\"model\":\"resnet\",\"dataset\":\"imagenet\"}");
        var request =
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/trigger"))
                        .header("Content-Type", "application/json")
                        .timeout(Duration.ofSeconds(20));
        return client.send(request.POST(body).build(), HttpResponse.BodyHandlers.ofString());
    }

    /// The namespace's one event, when it has this verdict.
    private Value awaitVerdict(String verdict) {
        Server.eventually(
                "the event's verdict is " + verdict,
                () -> events().size() == 1 && events().getFirst().textAt("verdict").orElse("").equals(verdict));
        return event(events().getFirst());
    }

    private List<Value> events() {
        return server.get("/tiphys/v1/events?namespace=" + namespace).listAt("items");
    }

    private static Value event(Value event) {
        return server.get("/tiphys/v1/events/" + event.textAt("id").orElseThrow());
    }

    private static HttpResponse<String> replay(Value event, boolean confirmed) {
        return server.send(
                "POST",
                "/tiphys/v1/events/" + event.textAt("id").orElseThrow() + "/replay",
                "application/json",
                "{\"confirmed\":" + confirmed + "}");
    }

    /// The runs that an event made, when there are so many and all succeeded.
    private List<String> awaitRuns(Value event, int count) {
        Server.eventually("the event has " + count + " runs", () -> event(event).listAt("runs").size() >= count);
        var runs = event(event).listAt("runs").stream().map(run -> run.textAt("name").orElseThrow()).toList();
        assertThat(runs).hasSize(count).doesNotHaveDuplicates();
        for (var run : runs) {
            assertThat(server.awaitEnd(namespace, run).textAt("phase")).contains("Succeeded");
        }
        assertThat(server.get("/tiphys/v1/runs?namespace=" + namespace).listAt("items")).hasSize(count);
        return runs;
    }

    /// Starts a step that would sleep for long; returns its process.
    private long startSleeping(String name) throws IOException {
        var mark = folder.resolve(namespace + ".pid");
        server.create(
                namespace,
                "workflows",
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata: {name: %s}
                spec:
                  entrypoint: main
                  templates:
                  - name: main
                    script:
                      image: alpine:3.20
                      command: [sh]
                      source: |
                        echo $$ > %s.new
                        mv %s.new %s
                        exec sleep 600
                """
                        .formatted(name, mark, mark, mark));
        Server.eventually("the step runs", () -> Files.exists(mark));
        return Long.parseLong(Files.readString(mark).strip());
    }

    private static void assertEnds(long process) {
        Server.eventually(
                "the step's process ends", () -> ProcessHandle.of(process).map(found -> !found.isAlive()).orElse(true));
    }

    /// What became of the run can still be read.
    private void assertTerminatedWithItsWorkflow(String name) {
        assertThat(server.send("GET", ARGO + namespace + "/workflows/" + name, "application/json", "").statusCode())
                .isEqualTo(404);
        var run = server.awaitEnd(namespace, name);
        assertThat(run.textAt("phase")).contains("Failed");
        assertThat(run.textAt("message")).contains("the Workflow object was deleted");
    }

    private static void delete(String path) {
        var answer = server.send("DELETE", path, "application/json", "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    /// The object as somebody would create it anew.
    private static String fresh(Value object) {
        var mapping = (Value.Mapping) object;
        var metadata = Value.object("name", object.textAt("metadata", "name").orElseThrow());
        return Json.write(mapping.with("metadata", metadata));
    }
}
