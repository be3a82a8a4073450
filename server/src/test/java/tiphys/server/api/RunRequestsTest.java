package tiphys.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tiphys.engine.Runs.Control;
import tiphys.manifest.Json;

class RunRequestsTest extends ApiCase {
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
        post("namespaces/ns/runs/r1/stop", "{\"selector\":\"id=x\"}");
        post(
                "namespaces/ns/runs/r1/retry",
                "{\"restartSuccessful\":true,\"selector\":\"name=a\",\"parameters\":{\"n\":3}}");
        assertThat(runs.told)
                .containsExactly(
                        new Control.Stop("enough"),
                        new Control.Terminate(),
                        new Control.Suspend(),
                        new Control.Resume("displayName=approve"),
                        new Control.Retry(),
                        new Control.Stop("id=x", ""),
                        new Control.Retry(true, "name=a", Map.of("n", "3")));
    }

    @Test
    void refuse_in_argos_words() throws Exception {
        runs.refusal = Optional.of("cannot suspend completed workflows");
        var answer = post("namespaces/ns/runs/r1/suspend", "{}");
        assertProblem(answer, 409, "TIP-4091");
        assertThat(answer.body()).contains("cannot suspend completed workflows");
        assertProblem(post("namespaces/ns/runs/r9/suspend", "{}"), 404, "TIP-4040");
    }

    @Test
    void locks_are_listed_with_who_holds_them_and_who_waits() throws Exception {
        assertThat(get("locks?namespace=ns").body())
                .isEqualTo(
                        "{\"items\":[{\"name\":\"ns/Mutex/m\",\"namespace\":\"ns\",\"limit\":1,\"holders\":[\"ns/a\"],"
                                + "\"waiters\":[\"ns/b/b-1\"],\"waiting\":1}]}");
        assertThat(get("locks?namespace=other").body()).isEqualTo("{\"items\":[]}");
    }
}
