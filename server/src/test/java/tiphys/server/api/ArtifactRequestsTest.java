package tiphys.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tiphys.engine.Artifacts.Kept;
import tiphys.engine.NodeArtifact;
import tiphys.engine.NodeArtifact.Side;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Artifact;

class ArtifactRequestsTest extends ApiCase {
    @BeforeEach
    void makeOne() {
        runs.summaries.put("train", FakeRuns.summary("train"));
        add(Side.OUTPUTS, "report", "r/report.html", "<script>alert(1)</script>");
        add(Side.INPUTS, "data", "r/data.csv", "a,b\n1,2\n");
        artifacts.texts.put("r/report.html#part.txt", "a part");
    }

    private void add(Side side, String name, String key, String text) {
        runs.artifacts.add(
                new NodeArtifact(
                        "train-1",
                        "train.step",
                        1,
                        side,
                        new Kept(
                                "ns",
                                new Artifact(Value.object("name", name, "path", "/tmp/" + name)),
                                Value.object("local", Value.object("key", key))),
                        ""));
        artifacts.texts.put(key, text);
    }

    private HttpResponse<String> argo(String path) throws Exception {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(LONG));
    }

    @Test
    void the_artifacts_of_a_run_are_listed_with_their_places() throws Exception {
        var items = Json.parse(get("namespaces/ns/runs/train/artifacts").body()).listAt("items");
        assertThat(items).hasSize(2);
        assertThat(items.getFirst().textAt("file")).contains("report.html");
        assertThat(items.getFirst().textAt("key")).contains("r/report.html");
        assertThat(items.getFirst().textAt("side")).contains("outputs");
    }

    @Test
    void what_a_step_made_can_do_nothing_in_a_browser() throws Exception {
        var answer = get("namespaces/ns/runs/train/nodes/train-1/artifacts/outputs/report");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("<script>alert(1)</script>");
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(answer.headers().firstValue("Content-Disposition").orElse("")).startsWith("inline; filename=");
        assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
                .startsWith("sandbox;")
                .contains("default-src 'none'")
                .doesNotContain("allow-");
    }

    private HttpResponse<String> part(String range) throws Exception {
        return send(
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + port + "/input-artifacts/ns/train/train-1/data"))
                        .header("Range", range)
                        .timeout(LONG));
    }

    @Test
    void a_part_of_an_artifact_is_answered_as_one() throws Exception {
        for (var table :
                List.of(
                        List.of("bytes=4-", "1,2\n", "bytes 4-7/8"),
                        List.of("bytes=2-4", "b\n1", "bytes 2-4/8"),
                        List.of("bytes=0-0", "a", "bytes 0-0/8"),
                        List.of("bytes=6-100", "2\n", "bytes 6-7/8"),
                        List.of("bytes=-3", ",2\n", "bytes 5-7/8"),
                        List.of("bytes=-100", "a,b\n1,2\n", "bytes 0-7/8"))) {
            var answer = part(table.get(0));
            assertThat(answer.statusCode()).as(table.get(0)).isEqualTo(206);
            assertThat(answer.body()).as(table.get(0)).isEqualTo(table.get(1));
            assertThat(answer.headers().firstValue("Content-Range")).as(table.get(0)).contains(table.get(2));
        }
    }

    @Test
    void a_part_that_there_is_not_is_refused_and_one_that_is_none_is_the_whole() throws Exception {
        for (var range : List.of("bytes=8-", "bytes=100-200", "bytes=-0")) {
            var answer = part(range);
            assertThat(answer.statusCode()).as(range).isEqualTo(416);
            assertThat(answer.headers().firstValue("Content-Range")).as(range).contains("bytes */8");
        }
        for (var range :
                List.of("bytes=1-2,4-5", "bytes=5-2", "bytes=-", "lines=1-2", "bytes=" + "9".repeat(30) + "-")) {
            var answer = part(range);
            assertThat(answer.statusCode()).as(range).isEqualTo(200);
            assertThat(answer.body()).as(range).isEqualTo("a,b\n1,2\n");
            assertThat(answer.headers().firstValue("Accept-Ranges")).as(range).contains("bytes");
        }
    }

    @Test
    void argos_own_paths_lead_to_the_same_bytes() throws Exception {
        assertThat(argo("/artifacts/ns/train/train-1/report").body()).contains("alert");
        assertThat(argo("/input-artifacts/ns/train/train-1/data").body()).isEqualTo("a,b\n1,2\n");
        assertThat(argo("/artifacts-by-uid/uid-train/train-1/report").body()).contains("alert");
        assertThat(argo("/artifact-files/ns/workflows/train/train-1/outputs/report/part.txt").body())
                .isEqualTo("a part");
    }

    @Test
    void what_is_in_an_artifact_is_listed() throws Exception {
        var items =
                Json.parse(get("namespaces/ns/runs/train/nodes/train-1/artifacts/outputs/report/items").body())
                        .listAt("items");
        assertThat(items).extracting(item -> item.textAt("path").orElse("")).containsExactly("part.txt");
    }

    @Test
    void what_is_not_there_is_told() throws Exception {
        assertProblem(get("namespaces/ns/runs/train/nodes/train-1/artifacts/outputs/none"), 404, "TIP-4043");
        artifacts.texts.clear();
        assertProblem(get("namespaces/ns/runs/train/nodes/train-1/artifacts/outputs/report"), 404, "TIP-4043");
    }
}
