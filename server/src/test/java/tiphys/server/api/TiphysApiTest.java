package tiphys.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tiphys.engine.AttemptId;
import tiphys.engine.Runs.Control;
import tiphys.events.Events.Replayed;
import tiphys.journal.Append;
import tiphys.journal.InMemoryJournal;
import tiphys.journal.NewEntry;
import tiphys.journal.StoreUnavailable;
import tiphys.journal.StreamName;
import tiphys.journal.Transaction;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.objects.ResourceTypes;
import tiphys.server.http.Threads;
import tiphys.testkit.Eventually;

class TiphysApiTest {
    static final Duration LONG = Duration.ofSeconds(20);
    static final AttemptId ATTEMPT = new AttemptId("a-1");

    final FakeRuns runs = new FakeRuns();
    final FakeEvents events = new FakeEvents();
    final FakeObjects objects = new FakeObjects();
    final FakeLogs logs = new FakeLogs();
    final InMemoryJournal journal = new InMemoryJournal();
    final HttpClient client = HttpClient.newHttpClient();
    final Server server = new Server(Threads.pool("test"));
    int port;

    @BeforeEach
    void start() throws Exception {
        var connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        connector.setShutdownIdleTimeout(50);
        server.setStopTimeout(LONG.toMillis());
        server.addConnector(connector);
        server.setHandler(
                new TiphysApi(
                        new TiphysApi.Faces(
                                runs,
                                events,
                                objects,
                                logs,
                                journal,
                                sizes -> Value.object("version", "1.2.3", "sizes", sizes))));
        server.start();
        port = connector.getLocalPort();
    }

    @AfterEach
    void stop() throws Exception {
        client.shutdownNow();
        server.stop();
    }

    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/tiphys/v1/" + path)).timeout(LONG);
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) throws Exception {
        return send(to(path));
    }

    HttpResponse<String> post(String path, String body) throws Exception {
        return send(to(path).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    static void assertProblem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        var json = Json.parse(answer.body());
        assertThat(json.textAt("code")).contains(code);
        assertThat(json.textAt("message").orElse("")).isNotEmpty();
        assertThat(json.textAt("hint")).isPresent();
    }

    @Test
    void the_status_is_the_servers() throws Exception {
        assertThat(get("status?sizes=true").body()).contains("\"sizes\":true");
        var answer = get("status");
        assertThat(answer.body()).isEqualTo("{\"version\":\"1.2.3\",\"sizes\":false}");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    }

    @Test
    void an_unknown_request_is_404_and_a_wrong_method_405() throws Exception {
        assertProblem(get("nothing"), 404, "TIP-4041");
        assertProblem(get("runs/x/y"), 404, "TIP-4041");
        var wrong = send(to("runs").DELETE());
        assertProblem(wrong, 405, "TIP-4050");
        assertThat(wrong.headers().firstValue("Allow")).contains("GET");
        var both = send(to("namespaces/ns/runs").PUT(HttpRequest.BodyPublishers.noBody()));
        assertThat(both.headers().firstValue("Allow")).contains("POST");
    }

    @Test
    void a_body_that_is_no_json_is_told_with_its_place() throws Exception {
        runs.add("r1");
        var answer = post("namespaces/ns/runs/r1/stop", "{\n  \"message\": oops}");
        assertProblem(answer, 400, "TIP-4001");
        assertThat(answer.body()).contains("line 2");
        assertProblem(post("namespaces/ns/runs/r1/stop", "[]"), 400, "TIP-4001");
        assertProblem(post("namespaces/ns/runs/r1/stop", "x".repeat(2_000_000)), 413, "TIP-4013");
    }

    @Test
    void a_bug_is_500_and_says_so() throws Exception {
        runs.summaries.put("bad", FakeRuns.summary("bad"));
        events.sent = CompletableFuture.failedFuture(new IllegalStateException("run 7 has no nodes"));
        var answer = post("namespaces/ns/eventsources/es/e/send", "{}");
        assertProblem(answer, 500, "TIP-5000");
        assertThat(answer.body()).contains("run 7 has no nodes");
    }

    @Test
    void a_store_that_cannot_write_is_503() throws Exception {
        events.sent = CompletableFuture.failedFuture(new StoreUnavailable("disk full", new IOException()));
        var answer = post("namespaces/ns/eventsources/es/e/send", "{}");
        assertProblem(answer, 503, "TIP-5030");
        assertThat(answer.headers().firstValue("Retry-After")).contains("1");
    }

    @Nested
    class Events_of_the_api {
        @BeforeEach
        void events() {
            for (int i = 3; i > 0; i--) {
                events.events.add(Value.object("id", "e" + i, "sequence", i));
            }
        }

        @Test
        void come_in_pages_with_the_place_of_the_next() throws Exception {
            var page = Json.parse(get("events?limit=2").body());
            assertThat(page.listAt("items")).hasSize(2);
            assertThat(page.find("next")).contains(Value.number(2));
            assertThat(Json.parse(get("events").body()).find("next")).contains(Value.number(0));
        }

        @Test
        void are_asked_for_with_good_parameters_only() throws Exception {
            assertProblem(get("events?before=x"), 400, "TIP-4002");
            assertProblem(get("events?before=-1"), 400, "TIP-4002");
            assertProblem(get("events?verdict=maybe"), 400, "TIP-4002");
        }

        @Test
        void are_found_by_their_id() throws Exception {
            assertThat(get("events/e2").body()).isEqualTo("{\"id\":\"e2\",\"sequence\":2}");
            assertProblem(get("events/e9"), 404, "TIP-4040");
        }

        @Test
        void are_replayed_after_confirmation() throws Exception {
            events.replayed = CompletableFuture.completedFuture(new Replayed.NeedsConfirmation(List.of("run-1")));
            var asked = post("events/e1/replay", "{\"confirmed\":false}");
            assertProblem(asked, 409, "TIP-3409");
            assertThat(Json.parse(asked.body()).listAt("runs")).containsExactly(Value.text("run-1"));
            var given = post("events/e1/replay", "{\"confirmed\":true}");
            assertThat(given.body()).isEqualTo("{\"triggers\":[\"sensor/trigger\"]}");
            events.replayed = CompletableFuture.completedFuture(new Replayed.NobodyListens());
            assertProblem(post("events/e1/replay", "{}"), 422, "TIP-3422");
            events.replayed = CompletableFuture.completedFuture(new Replayed.Unknown());
            assertProblem(post("events/e1/replay", ""), 404, "TIP-4040");
        }

        @Test
        void are_sent_by_hand_with_any_json() throws Exception {
            var answer = post("namespaces/ns/eventsources/webhook/trigger/send", "[1,2]");
            assertThat(answer.statusCode()).isEqualTo(202);
            assertThat(answer.body()).isEqualTo("{\"id\":\"e9\"}");
            assertThat(events.lastBody).contains(Json.parse("[1,2]"));
        }

        @Test
        void flow_through_the_default_namespace_unless_another_is_named() throws Exception {
            assertThat(get("flow").body()).contains("default");
            assertThat(get("flow?namespace=argo-events").body()).contains("argo-events");
        }
    }

    @Nested
    class Runs_of_the_api {
        @BeforeEach
        void runs() {
            runs.add("r1");
            runs.add("r2");
        }

        @Test
        void are_listed_with_the_filters_of_the_query() throws Exception {
            var page = Json.parse(get("runs?namespace=ns&phase=Failed&template=t&search=s&before=u&limit=2").body());
            var query = runs.lastQuery.orElseThrow();
            assertThat(List.of(query.namespace(), query.phase(), query.template(), query.search(), query.before()))
                    .containsExactly("ns", "Failed", "t", "s", "u");
            assertThat(page.textAt("next")).contains("uid-r2");
            var run = page.listAt("items").getFirst();
            assertThat(run.textAt("name")).contains("r1");
            assertThat(run.textAt("progress")).contains("1/2");
            assertThat(Json.parse(get("runs").body()).textAt("next")).contains("");
        }

        @Test
        void are_shown_whole() throws Exception {
            runs.node("r1", "n1", ATTEMPT, "running");
            assertThat(Json.parse(get("namespaces/ns/runs/r1").body()).listAt("nodes")).hasSize(1);
            assertProblem(get("namespaces/ns/runs/r9"), 404, "TIP-4040");
        }

        @Test
        void are_explained_whole_or_by_node() throws Exception {
            assertThat(get("namespaces/ns/runs/r1/explain").body()).contains("about uid-r1\"");
            assertThat(get("namespaces/ns/runs/r1/explain?node=n1").body()).contains("about uid-r1/n1");
            assertProblem(get("namespaces/other/runs/r1/explain"), 404, "TIP-4040");
        }

        @Test
        void are_told_what_to_do() throws Exception {
            assertThat(post("namespaces/ns/runs/r1/stop", "{\"message\":\"enough\"}").body()).isEqualTo("{}");
            post("namespaces/ns/runs/r1/terminate", "{}");
            post("namespaces/ns/runs/r1/suspend", "{}");
            post("namespaces/ns/runs/r1/resume", "{\"selector\":\"displayName=approve\"}");
            post("namespaces/ns/runs/r1/retry", "");
            assertThat(runs.told)
                    .containsExactly(
                            new Control.Stop("enough"),
                            new Control.Terminate(),
                            new Control.Suspend(),
                            new Control.Resume("displayName=approve"),
                            new Control.Retry());
        }

        @Test
        void refuse_in_argos_words() throws Exception {
            runs.refusal = Optional.of("cannot suspend completed workflows");
            var answer = post("namespaces/ns/runs/r1/suspend", "{}");
            assertProblem(answer, 409, "TIP-4091");
            assertThat(answer.body()).contains("cannot suspend completed workflows");
            assertProblem(post("namespaces/ns/runs/r9/suspend", "{}"), 404, "TIP-4040");
        }
    }

    @Nested
    class Templates {
        @BeforeEach
        void template() {
            objects.add(
                    ResourceTypes.WORKFLOW_TEMPLATE,
                    (Value.Mapping)
                            Json.parse(
                                    """
                                    {"metadata":{"name":"train","namespace":"ns","creationTimestamp":"2026-11-24T12:00:00Z"},
                                     "spec":{"entrypoint":"main","templates":[{"name":"main"},{"name":"other"}],
                                      "arguments":{"parameters":[
                                       {"name":"model","description":"which","enum":["resnet","bert"],"value":"resnet"},
                                       {"name":"dataset"},{"name":"rounds","value":3}]}}}
                                    """));
            runs.add("r1");
        }

        @Test
        void are_listed_with_what_they_take() throws Exception {
            var template = Json.parse(get("templates?namespace=ns").body()).listAt("items").getFirst();
            assertThat(template)
                    .isEqualTo(
                            Json.parse(
                                    """
                                    {"namespace":"ns","name":"train","createdAt":"2026-11-24T12:00:00Z","entrypoint":"main",
                                     "parameters":[
                                      {"name":"model","value":"resnet","description":"which","enum":["resnet","bert"]},
                                      {"name":"dataset","value":"","description":"","enum":[]},
                                      {"name":"rounds","value":"3","description":"","enum":[]}],"runs":1}
                                    """));
            assertThat(Json.parse(get("templates?namespace=other").body()).listAt("items")).isEmpty();
        }

        @Test
        void are_submitted_as_argo_submits_them() throws Exception {
            var answer =
                    post(
                            "namespaces/ns/runs",
                            "{\"template\":\"train\",\"parameters\":{\"dataset\":\"imagenet\",\"rounds\":5}}");
            assertThat(answer.statusCode()).isEqualTo(201);
            assertThat(Json.parse(answer.body()).textAt("name")).contains("train-abcde");
            var workflow = objects.objects.values().stream().reduce((_, last) -> last).orElseThrow();
            assertThat(workflow.labels()).containsEntry("workflows.argoproj.io/workflow-template", "train");
            assertThat(workflow.spec())
                    .isEqualTo(
                            Json.parse(
                                    """
                                    {"workflowTemplateRef":{"name":"train"},"arguments":{"parameters":[
                                     {"name":"dataset","value":"imagenet"},{"name":"rounds","value":"5"}]}}
                                    """));
        }

        @Test
        void are_submitted_with_good_parameters_only() throws Exception {
            assertProblem(post("namespaces/ns/runs", "{}"), 400, "TIP-4003");
            assertProblem(post("namespaces/ns/runs", "{\"template\":\"tain\"}"), 404, "TIP-4040");
            var unknown = post("namespaces/ns/runs", "{\"template\":\"train\",\"parameters\":{\"modle\":\"x\"}}");
            assertProblem(unknown, 422, "TIP-4221");
            assertThat(unknown.body()).contains("model, dataset, rounds");
            assertProblem(post("namespaces/ns/runs", "{\"template\":\"train\"}"), 422, "TIP-4222");
            assertProblem(
                    post(
                            "namespaces/ns/runs",
                            "{\"template\":\"train\",\"parameters\":{\"dataset\":\"d\",\"model\":\"gpt\"}}"),
                    422,
                    "TIP-4223");
            assertProblem(
                    post(
                            "namespaces/ns/runs",
                            "{\"template\":\"train\",\"entrypoint\":\"mian\",\"parameters\":{\"dataset\":\"d\"}}"),
                    422,
                    "TIP-4224");
            assertThat(objects.objects).hasSize(1);
        }

        @Test
        void and_other_objects_are_shown_for_panels() throws Exception {
            assertThat(get("objects/WorkflowTemplate/ns/train").statusCode()).isEqualTo(200);
            assertThat(get("objects/wftmpl/ns/train").statusCode()).isEqualTo(200);
            assertProblem(get("objects/WorkflowTemplate/ns/gone"), 404, "TIP-4040");
            assertProblem(get("objects/Gizmo/ns/train"), 404, "TIP-4043");
        }

        @Test
        void and_secrets_are_shown_without_their_values() throws Exception {
            objects.add(
                    ResourceTypes.SECRET,
                    (Value.Mapping)
                            Json.parse(
                                    """
                                    {"metadata":{"name":"s","namespace":"ns","annotations":{
                                     "kubectl.kubernetes.io/last-applied-configuration":"aHVudGVyMg=="}},
                                     "data":{"password":"aHVudGVyMg=="}}
                                    """));
            var shown = get("objects/Secret/ns/s").body();
            assertThat(shown).contains("password").doesNotContain("aHVudGVyMg");
        }
    }

    @Nested
    class Logs_of_steps {
        static final String LOG = "namespaces/ns/runs/r1/nodes/n1/log";

        @BeforeEach
        void step() {
            runs.add("r1");
            runs.node("r1", "n1", ATTEMPT, "exited");
            logs.print(ATTEMPT, "one\ntwo\nthree\n");
        }

        @Test
        void are_given_whole_from_an_offset_or_by_last_lines() throws Exception {
            assertThat(get(LOG).body()).isEqualTo("one\ntwo\nthree\n");
            var rest = get(LOG + "?offset=4");
            assertThat(rest.body()).isEqualTo("two\nthree\n");
            assertThat(rest.headers().firstValue("X-Tiphys-Offset")).contains("4");
            var tail = get(LOG + "?tail=2");
            assertThat(tail.body()).isEqualTo("two\nthree\n");
            assertThat(tail.headers().firstValue("X-Tiphys-Offset")).contains("4");
            assertThat(get(LOG + "?tail=99").body()).isEqualTo("one\ntwo\nthree\n");
            assertThat(get(LOG + "?tail=0").body()).isEmpty();
            assertThat(get(LOG + "?offset=999").body()).isEmpty();
        }

        @Test
        void of_great_length_are_given_by_their_last_lines_too() throws Exception {
            logs.print(ATTEMPT, "x".repeat(100_000) + "\n" + "y".repeat(70_000));
            assertThat(get(LOG + "?tail=1").body()).isEqualTo("y".repeat(70_000));
            assertThat(get(LOG + "?tail=2").body()).hasSize(170_001);
        }

        @Test
        void can_be_downloaded() throws Exception {
            var answer = get(LOG + "?download=true");
            assertThat(answer.headers().firstValue("Content-Disposition"))
                    .contains("attachment; filename=\"n1-0.log\"");
        }

        @Test
        void of_nodes_without_a_process_are_404() throws Exception {
            assertProblem(get("namespaces/ns/runs/r1/nodes/n2/log"), 404, "TIP-4042");
            assertProblem(get(LOG + "?attempt=1"), 404, "TIP-4042");
            assertProblem(get(LOG + "?attempt=x"), 400, "TIP-4002");
            assertProblem(get("namespaces/ns/runs/r9/nodes/n1/log"), 404, "TIP-4040");
        }

        @Test
        void are_followed_until_the_attempt_has_ended() throws Exception {
            runs.node("r1", "n1", ATTEMPT, "running");
            var answer = client.send(to(LOG + "?follow=true").build(), BodyHandlers.ofInputStream());
            try (var in = answer.body()) {
                assertThat(new String(in.readNBytes(14), StandardCharsets.UTF_8)).isEqualTo("one\ntwo\nthree\n");
                logs.print(ATTEMPT, "four\n");
                assertThat(new String(in.readNBytes(5), StandardCharsets.UTF_8)).isEqualTo("four\n");
                logs.print(ATTEMPT, "five\n");
                runs.node("r1", "n1", ATTEMPT, "exited");
                assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("five\n");
            }
        }
    }

    @Nested
    class The_feed {
        final List<Value> changes = new CopyOnWriteArrayList<>();
        final List<String> ids = new CopyOnWriteArrayList<>();
        final List<InputStream> streams = new ArrayList<>();

        void append(String stream, String type, String body) {
            var entry = new NewEntry(type, body.getBytes(StandardCharsets.UTF_8));
            var append = new Append(StreamName.parse(stream), OptionalLong.empty(), List.of(entry));
            journal.commit(Transaction.of(Instant.parse("2026-11-24T12:00:00.5Z"), append)).join();
        }

        void follow(String path, String... headers) throws Exception {
            var request = HttpRequest.newBuilder(to(path).build(), (_, _) -> true);
            for (int i = 0; i < headers.length; i += 2) {
                request.header(headers[i], headers[i + 1]);
            }
            var answer = client.send(request.build(), BodyHandlers.ofInputStream());
            assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream");
            var in = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
            assertThat(in.readLine()).isEqualTo(":");
            streams.add(answer.body()); // not the reader, whose lock its thread holds
            Thread.ofVirtual().start(() -> read(in));
        }

        void read(BufferedReader in) {
            try {
                for (var line = in.readLine(); line != null; line = in.readLine()) {
                    take(line);
                }
            } catch (IOException e) {
                ids.add("the stream was closed"); // as the test ends
            }
        }

        void take(String line) {
            if (line.startsWith("id: ")) {
                ids.add(line.substring(4));
            } else if (line.startsWith("data: ")) {
                changes.add(Json.parse(line.substring(6)));
            }
        }

        void assertChanges(int count) {
            Eventually.within(LONG, count + " changes", () -> changes.size() >= count);
            assertThat(changes).hasSize(count);
        }

        @AfterEach
        void end() throws IOException {
            for (var stream : streams) {
                stream.close();
            }
        }

        @Test
        void begins_now_and_tells_each_entry_once() throws Exception {
            append("run/u0", "run.started/1", "{}");
            follow("feed");
            append("run/u1", "run.observed/1", "{\"workflow\":{\"metadata\":{\"namespace\":\"ns\",\"name\":\"r1\"}}}");
            append("run/u1", "run.node-ended/1", "{\"node\":1}");
            append("source/ns/webhook/trigger", "source.accepted/1", "{\"id\":\"e1\"}");
            assertChanges(3);
            assertThat(changes.get(1))
                    .isEqualTo(
                            Json.parse(
                                    """
                                    {"sequence":3,"at":"2026-11-24T12:00:00.500Z","stream":"run/u1","type":"run.node-ended",
                                     "namespace":"ns","name":"r1","uid":"u1","eventId":""}
                                    """));
            assertThat(changes.get(2).textAt("eventId")).contains("e1");
            assertThat(ids).containsExactly("2", "3", "4");
        }

        @Test
        void goes_on_where_a_client_was() throws Exception {
            for (int i = 0; i < 4; i++) {
                append("run/u1", "run.started/1", "{}");
            }
            follow("feed?after=2");
            assertChanges(2);
            changes.clear();
            follow("feed?after=0", "Last-Event-ID", "3");
            assertChanges(1);
        }

        @Test
        void ends_when_the_server_stops() throws Exception {
            follow("feed");
            server.stop(); // throws if a request had to be cut off
            assertThat(ids).isEmpty();
        }

        @Test
        void tells_a_gap_to_a_client_that_is_far_behind() throws Exception {
            for (int i = 0; i < 6000; i++) {
                append("run/u1", "run.started/1", "{}");
            }
            follow("feed?after=1");
            assertChanges(1);
            assertThat(changes.getFirst().textAt("type")).contains("gap");
            assertThat(ids).containsExactly("6000");
        }
    }
}
