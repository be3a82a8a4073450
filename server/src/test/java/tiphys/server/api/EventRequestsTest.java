package tiphys.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tiphys.events.EventSearch;
import tiphys.events.Events.Replayed;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

class EventRequestsTest extends ApiCase {
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
    void are_looked_for_by_sensor_payload_and_time() throws Exception {
        get("events?namespace=ns&eventSource=es&sensor=s&search=body.model%3Dbert&from=2026-11-24T12:00:00Z&before=7");
        var query = events.lastQuery.orElseThrow();
        assertThat(List.of(query.namespace(), query.eventSource(), query.sensor())).containsExactly("ns", "es", "s");
        assertThat(query.search()).isEqualTo(EventSearch.of("body.model=bert"));
        assertThat(query.from()).contains(Instant.parse("2026-11-24T12:00:00Z"));
        assertThat(query.to()).isEmpty();
        assertThat(query.before()).isEqualTo(7);
    }

    @Test
    void are_counted_by_when_they_came() throws Exception {
        assertThat(get("arrivals?namespace=ns&eventSource=es").body()).contains("ns/es");
    }

    @Test
    void are_asked_for_with_good_parameters_only() throws Exception {
        assertProblem(get("events?before=x"), 400, "TIP-4002");
        assertProblem(get("events?before=-1"), 400, "TIP-4002");
        assertProblem(get("events?verdict=maybe"), 400, "TIP-4002");
        assertProblem(get("events?from=now"), 400, "TIP-4002");
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
