package tiphys.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import tiphys.events.EventSearch;

class PastRequestsTest extends ApiCase {
    @Test
    void a_replay_is_planned_for_what_is_selected() throws Exception {
        var answer =
                post(
                        "replays/plan",
                        """
                        {"namespace":"ns","eventSource":"es","eventName":"e","sensor":"s","verdict":"filtered",
                         "search":"body.model=bert","from":"2026-11-24T12:00:00Z","to":"2026-11-24T13:00:00Z"}\
                        """);
        assertThat(answer.body()).isEqualTo("{\"events\":3}");
        var selection = past.selection.orElseThrow();
        assertThat(selection.search()).isEqualTo(EventSearch.of("body.model=bert"));
        assertThat(selection.from()).contains(Instant.parse("2026-11-24T12:00:00Z"));
        assertThat(selection.to()).contains(Instant.parse("2026-11-24T13:00:00Z"));
        assertThat(selection.namespace() + selection.eventSource() + selection.eventName() + selection.sensor())
                .isEqualTo("nseses");
        assertThat(past.again).isEmpty();
    }

    @Test
    void a_step_says_where_it_goes_on_and_how_far() throws Exception {
        var answer = post("replays/step", "{\"head\":90,\"after\":7,\"most\":20,\"again\":\"second\"}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(past.selection.orElseThrow().head()).isEqualTo(90);
        assertThat(past.after).isEqualTo(7);
        assertThat(past.most).isEqualTo(20);
        assertThat(past.again).contains("second");
    }

    @Test
    void what_makes_no_sense_is_refused() throws Exception {
        assertProblem(post("replays/plan", "{\"from\":\"yesterday\"}"), 400, "TIP-4003");
        assertProblem(post("replays/plan", "{\"verdict\":\"maybe\"}"), 400, "TIP-4002");
        assertProblem(post("replays/step", "{\"after\":-1}"), 400, "TIP-4003");
        assertProblem(post("replays/step", "{\"again\":\"a/b\"}"), 400, "TIP-4003");
    }

    @Test
    void a_sensor_is_tried_in_its_own_namespace_or_that_of_the_request() throws Exception {
        post(
                "whatif",
                "{\"namespace\":\"ns\",\"sensor\":{\"kind\":\"Sensor\",\"metadata\":{\"name\":\"s\"}},\"samples\":9999}");
        assertThat(past.sensor.orElseThrow().textAt("metadata", "namespace")).contains("ns");
        assertThat(past.against).isEqualTo("s");
        assertThat(past.most).isEqualTo(500);
        post(
                "whatif",
                "{\"against\":\"t\",\"sensor\":{\"kind\":\"Sensor\",\"metadata\":{\"name\":\"s\",\"namespace\":\"own\"}}}");
        assertThat(past.selection.orElseThrow().namespace()).isEqualTo("own");
        assertThat(past.against).isEqualTo("t");
        assertProblem(post("whatif", "{\"sensor\":{\"kind\":\"Pod\"}}"), 400, "TIP-4003");
    }
}
