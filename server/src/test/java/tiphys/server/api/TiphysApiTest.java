package tiphys.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import tiphys.journal.StoreUnavailable;

class TiphysApiTest extends ApiCase {
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
}
