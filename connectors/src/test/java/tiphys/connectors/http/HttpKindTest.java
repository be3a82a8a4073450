package tiphys.connectors.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tiphys.events.action.ActionWorld;
import tiphys.events.action.Answer;
import tiphys.events.action.Request;
import tiphys.events.action.TriggerFailed;
import tiphys.events.spec.Fields;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// What the type `http` sends, and what it makes of answers.
class HttpKindTest {
    private final HttpKind kind = new HttpKind();
    private final ActionWorld world = new ActionWorld();
    private final TakingServer server;

    HttpKindTest() throws IOException {
        server = new TakingServer();
    }

    @AfterEach
    void close() {
        server.close();
    }

    private Answer fire(String block, String payload, Map<String, String> headers) throws Exception {
        var json = (Value.Mapping) Json.parse(block.replace("URL", server.url()));
        return kind.fire(ActionWorld.firing(1), new Request(json, payload, headers, world));
    }

    private TakingServer.Taken only() {
        assertThat(server.all()).hasSize(1);
        return server.all().getFirst();
    }

    @Test
    void it_posts_the_payload_without_a_content_type_and_with_the_firing_as_key() throws Exception {
        assertThat(fire("{\"url\":\"URL/a?b=c\"}", "{\"x\":1}", Map.of())).isEqualTo(new Answer("200", "taken"));
        assertThat(only().method()).isEqualTo("POST");
        assertThat(only().path()).isEqualTo("/a?b=c");
        assertThat(only().body()).isEqualTo("{\"x\":1}");
        assertThat(only().header("Content-type")).isEmpty();
        assertThat(only().header("Idempotency-key")).isEqualTo(ActionWorld.firing(1).id());
    }

    @Test
    void headers_come_from_the_manifest_the_events_secrets_and_config_maps() throws Exception {
        world.put("s", "k", "secret").put("u", "name", "ann").put("u", "word", "pass").putConfig("c", "k", "config");
        fire(
                """
                {"url":"URL","method":"PUT","host":"other.example","headers":{"A":"1","B":"2","Content-Type":"text/plain"},
                 "secureHeaders":[{"name":"S","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}},
                                  {"name":"C","valueFrom":{"configMapKeyRef":{"name":"c","key":"k"}}}],
                 "basicAuth":{"username":{"name":"u","key":"name"},"password":{"name":"u","key":"word"}}}
                """,
                "",
                Map.of("B", "dynamic"));
        assertThat(only().method()).isEqualTo("PUT");
        assertThat(only().header("A")).isEqualTo("1");
        assertThat(only().header("B")).isEqualTo("dynamic");
        assertThat(only().header("S")).isEqualTo("secret");
        assertThat(only().header("C")).isEqualTo("config");
        assertThat(only().header("Host")).isEqualTo("other.example");
        assertThat(only().header("Content-type")).isEqualTo("text/plain");
        assertThat(only().header("Authorization")).isEqualTo("Basic YW5uOnBhc3M=");
    }

    @Test
    void any_status_is_an_answer_and_its_beginning_is_kept() throws Exception {
        server.answer(_ -> TakingServer.Reply.of(503, "x".repeat(5000)));
        var answer = fire("{\"url\":\"URL\"}", "", Map.of());
        assertThat(answer.status()).isEqualTo("503");
        assertThat(answer.text()).hasSize(Answer.KEPT);
    }

    @Test
    void a_redirect_to_another_server_gets_no_secret() throws Exception {
        world.put("s", "k", "secret");
        try (var other = new TakingServer()) {
            server.answer(_ -> new TakingServer.Reply(307, "", Map.of("Location", other.url() + "/there")));
            fire(
                    "{\"url\":\"URL\",\"headers\":{\"A\":\"1\"},\"secureHeaders\":[{\"name\":\"S\",\"valueFrom\":{\"secretKeyRef\":{\"name\":\"s\",\"key\":\"k\"}}}]}",
                    "body",
                    Map.of());
            var there = other.all().getFirst();
            assertThat(there.method()).isEqualTo("POST");
            assertThat(there.body()).isEqualTo("body");
            assertThat(there.header("A")).isEqualTo("1");
            assertThat(there.header("S")).isEmpty();
            assertThat(server.all().getFirst().header("S")).isEqualTo("secret");
        }
    }

    @Test
    void an_address_that_is_none_fails_for_good() {
        assertThatThrownBy(() -> fire("{\"url\":\"example.com/x\"}", "", Map.of()))
                .isInstanceOfSatisfying(
                        TriggerFailed.class,
                        failure -> assertThat(failure.again()).isEqualTo(TriggerFailed.Again.IS_IN_VAIN));
    }

    @Test
    void what_cannot_be_sent_is_told_before() {
        var found = new ArrayList<Diagnostic>();
        kind.check(
                new Fields(
                        (Value.Mapping)
                                Json.parse(
                                        "{\"method\":\"LOOK\",\"timeout\":\"5\",\"tls\":{\"clientCertSecret\":{\"name\":\"x\",\"key\":\"y\"}}}"),
                        "http",
                        found));
        assertThat(found.stream().map(Diagnostic::message))
                .satisfiesExactly(
                        one -> assertThat(one).contains("http.url is required"),
                        one -> assertThat(one).contains("must be GET, POST, PUT, PATCH or DELETE"),
                        one -> assertThat(one).contains("must be a number of seconds"),
                        one -> assertThat(one).contains("needs both clientCertSecret and clientKeySecret"));
    }
}
