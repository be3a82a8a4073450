package tiphys.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.runtime.EventBench.NS;
import static tiphys.runtime.EventBench.SOON;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tiphys.events.EventSearch;
import tiphys.events.Events;
import tiphys.manifest.Value;
import tiphys.objects.ResourceTypes;
import tiphys.testkit.Eventually;

/// How people find events again: by sensor, payload, time and page, with the reason in the row.
class EventListsTest {
    private static final String PICKY =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Sensor
            metadata: {name: picky}
            spec:
              dependencies:
              - name: dep
                eventSourceName: webhook
                eventName: trigger
                filters: {data: [{path: body.model, type: string, value: [bert]}]}
              triggers:
              - template:
                  name: make
                  k8s: {source: {resource: {apiVersion: v1, kind: ConfigMap, metadata: {generateName: made-}}}}
            """;

    private static final String PATIENT =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Sensor
            metadata: {name: patient}
            spec:
              dependencies:
              - {name: one, eventSourceName: webhook, eventName: trigger}
              - {name: other, eventSourceName: webhook, eventName: never}
              triggers:
              - template:
                  name: both
                  k8s: {source: {resource: {apiVersion: v1, kind: ConfigMap, metadata: {generateName: both-}}}}
            """;

    private final EventBench bench = new EventBench().start();

    @AfterEach
    void close() {
        bench.close();
    }

    private void apply() {
        bench.applyGuide("eventbus.yaml", "event-source.yaml");
        bench.apply(PICKY);
        bench.apply(PATIENT);
        bench.awaitCondition(ResourceTypes.SENSOR, "picky", "Deployed", "True");
        bench.awaitCondition(ResourceTypes.SENSOR, "patient", "Deployed", "True");
    }

    private static Events.Query query(String sensor, String verdict, String search, long before, int limit) {
        return new Events.Query(
                NS, "", sensor, verdict, EventSearch.of(search), Optional.empty(), Optional.empty(), before, limit);
    }

    private static Events.Query between(String from, String to) {
        return new Events.Query(
                NS,
                "",
                "",
                "",
                EventSearch.of(""),
                Optional.of(from).filter(text -> !text.isEmpty()).map(Instant::parse),
                Optional.of(to).filter(text -> !text.isEmpty()).map(Instant::parse),
                0,
                10);
    }

    private List<String> ids(Events.Query query) {
        return bench.hub.list(query).items().stream().flatMap(item -> item.textAt("id").stream()).toList();
    }

    private Value delivery(Events.Query query, String sensor) {
        return bench.hub.list(query).items().getFirst().listAt("deliveries").stream()
                .filter(delivery -> delivery.textAt("sensor").equals(Optional.of(sensor)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void the_rows_say_why_each_trigger_did_not_fire() {
        apply();
        var event = bench.post("{\"model\":\"resnet\"}");
        Eventually.within(SOON, "two deliveries", () -> bench.story(event).listAt("deliveries").size() == 2);

        assertThat(delivery(query("", "", "", 0, 1), "picky").textAt("reason"))
                .contains("body.model = \"bert\", but was resnet");
        assertThat(delivery(query("", "", "", 0, 1), "patient").textAt("reason")).contains("waits for other");
    }

    @Test
    void a_sensors_list_has_its_own_verdicts_and_no_others() {
        apply();
        var resnet = bench.post("{\"model\":\"resnet\"}");
        Eventually.within(SOON, "two deliveries", () -> bench.story(resnet).listAt("deliveries").size() == 2);
        var bert = bench.post("{\"model\":\"bert\"}");
        bench.await(bert, "fired");

        assertThat(ids(query("picky", "", "", 0, 10))).containsExactly(bert, resnet);
        assertThat(ids(query("picky", "filtered", "", 0, 10))).containsExactly(resnet);
        assertThat(ids(query("picky", "fired", "", 0, 10))).containsExactly(bert);
        assertThat(ids(query("patient", "fired", "", 0, 10))).isEmpty();
        assertThat(ids(query("nobody", "", "", 0, 10))).isEmpty();
        var row = bench.hub.list(query("patient", "", "", 0, 10)).items().getFirst();
        assertThat(row.textAt("verdict")).contains("waiting");
        assertThat(row.listAt("deliveries")).hasSize(1);
    }

    @Test
    void payloads_are_searched_and_pages_follow_each_other() {
        apply();
        var posted = new ArrayList<String>();
        for (int i = 0; i < 5; i++) {
            posted.addFirst(bench.post("{\"model\":\"m%d\",\"round\":%d}".formatted(i % 2, i)));
        }
        assertThat(ids(query("", "", "body.model=m1", 0, 10))).containsExactly(posted.get(1), posted.get(3));
        assertThat(ids(query("", "", "M0", 0, 10))).containsExactly(posted.get(0), posted.get(2), posted.get(4));

        var first = bench.hub.list(query("", "", "m0", 0, 2));
        assertThat(first.items()).hasSize(2);
        assertThat(ids(query("", "", "m0", first.next(), 2))).containsExactly(posted.get(4));
        assertThat(bench.hub.list(query("", "", "m0", first.next(), 2)).next()).isZero();
    }

    @Test
    void a_span_of_time_has_the_events_that_came_in_it() {
        apply();
        var posted = new ArrayList<String>();
        for (int minute = 0; minute < 6; minute++) {
            bench.now.set(Instant.parse("2026-11-24T14:0" + minute + ":00Z"));
            posted.add(bench.post("{\"model\":\"m\"}"));
        }
        assertThat(ids(between("2026-11-24T14:01:30Z", "2026-11-24T14:03:30Z")))
                .containsExactly(posted.get(3), posted.get(2));
        assertThat(ids(between("2026-11-24T14:04:00Z", ""))).containsExactly(posted.get(5), posted.get(4));
        assertThat(ids(between("", "2026-11-24T14:00:30Z"))).containsExactly(posted.get(0));
        assertThat(ids(between("2026-11-24T15:00:00Z", ""))).isEmpty();
    }

    @Test
    void arrivals_are_counted_in_spans_of_five_minutes_of_the_last_hour() {
        apply();
        var start = Instant.parse("2026-11-24T12:00:00Z");
        for (int minute : new int[] {0, 10, 61, 62, 63, 64, 65, 66, 90, 119}) {
            bench.now.set(start.plus(Duration.ofMinutes(minute)));
            bench.post("{\"model\":\"m\"}");
        }
        bench.now.set(start.plus(Duration.ofMinutes(120)));
        assertThat(bench.hub.arrivals(NS, "webhook"))
                .containsExactly(
                        Value.object(
                                "eventSource",
                                "webhook",
                                "eventName",
                                "trigger",
                                "spanSeconds",
                                300,
                                "counts",
                                List.of(4, 2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1)));
        assertThat(bench.hub.arrivals(NS, "other")).isEmpty();
    }
}
