package tiphys.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.runtime.EventBench.NS;
import static tiphys.runtime.EventBench.SOON;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tiphys.events.EventSearch;
import tiphys.events.past.Selection;
import tiphys.manifest.Value;
import tiphys.objects.ResourceTypes;
import tiphys.testkit.Eventually;

class RangeReplayTest {
    private static final Optional<String> ONLY_WHAT_DID_NOT_FIRE = Optional.empty();
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
                filters: {data: [{path: body.n, type: number, comparator: ">=", value: ["2"]}]}
              triggers:
              - template:
                  name: make
                  k8s:
                    source:
                      resource: {apiVersion: argoproj.io/v1alpha1, kind: Workflow, metadata: {generateName: w-}, spec: {entrypoint: a, templates: [{name: a, suspend: {}}]}}
            """;

    private final EventBench bench = new EventBench().start();

    @AfterEach
    void close() {
        bench.close();
    }

    private static Selection all() {
        return selection("", "");
    }

    private static Selection selection(String sensor, String search) {
        return new Selection(NS, "", "", sensor, "", EventSearch.of(search), Optional.empty(), Optional.empty(), 0);
    }

    /// Four events that nobody heard, and then a sensor that wants three of them.
    private void fourEventsAndASensor() {
        bench.applyGuide("eventbus.yaml", "event-source.yaml");
        bench.awaitCondition(ResourceTypes.EVENT_SOURCE, "webhook", "Deployed", "True");
        for (int i = 1; i <= 4; i++) {
            bench.post("{\"n\":" + i + "}");
        }
        listen();
    }

    private void listen() {
        bench.apply(PICKY);
        bench.awaitCondition(ResourceTypes.SENSOR, "picky", "Deployed", "True");
    }

    private Value.Mapping plan(Selection selection, Optional<String> again) {
        return bench.hub.past().plan(selection, again).join();
    }

    /// Goes on from the beginning until there is no more.
    private Value.Mapping replay(Selection selection, Optional<String> again) {
        var step = step(selection, again, 0, 1);
        while (number(step, "next") > 0) {
            step = step(selection, again, number(step, "next"), 1);
        }
        return step;
    }

    private Value.Mapping step(Selection selection, Optional<String> again, long after, int most) {
        return bench.hub.past().replay(selection, again, after, most).join();
    }

    private static long count(Value of, String name) {
        return number(of.mapAt("counts"), name);
    }

    private static long number(Value of, String name) {
        return of.find(name).map(value -> ((Value.Number) value).decimal().longValue()).orElseThrow();
    }

    private int workflows() {
        return bench.workflows().size();
    }

    @Test
    void events_of_a_range_are_planned_and_fire_once_however_often_it_is_repeated() {
        fourEventsAndASensor();
        var plan = plan(all(), ONLY_WHAT_DID_NOT_FIRE);
        assertThat(number(plan, "events")).isEqualTo(4);
        assertThat(plan.find("complete")).contains(Value.bool(true));
        var trigger = plan.listAt("triggers").getFirst();
        assertThat(trigger.textAt("sensor")).contains("picky");
        assertThat(count(trigger, "fired")).isEqualTo(3);
        assertThat(count(trigger, "filtered")).isEqualTo(1);
        assertThat(workflows()).isZero();

        replay(all(), ONLY_WHAT_DID_NOT_FIRE);
        assertThat(workflows()).isEqualTo(3);
        replay(all(), ONLY_WHAT_DID_NOT_FIRE);
        assertThat(workflows()).isEqualTo(3);
        assertThat(count(plan(all(), ONLY_WHAT_DID_NOT_FIRE).listAt("triggers").getFirst(), "firedBefore"))
                .isEqualTo(3);
    }

    @Test
    void what_fired_is_given_again_once_for_each_name() {
        fourEventsAndASensor();
        replay(all(), ONLY_WHAT_DID_NOT_FIRE);
        replay(all(), Optional.of("second"));
        assertThat(workflows()).isEqualTo(6);
        replay(all(), Optional.of("second"));
        assertThat(workflows()).isEqualTo(6);
        assertThat(count(plan(all(), Optional.of("second")).listAt("triggers").getFirst(), "doneBefore")).isEqualTo(4);
        replay(all(), Optional.of("third"));
        assertThat(workflows()).isEqualTo(9);
    }

    @Test
    void a_replay_that_is_killed_and_begun_anew_makes_no_object_twice() {
        fourEventsAndASensor();
        var named = Optional.of("once");
        var step = step(all(), named, 0, 2);
        assertThat(number(step, "next")).isPositive();
        bench.kill();
        listen();
        Eventually.within(SOON, "the sensor listens", () -> !plan(all(), named).listAt("triggers").isEmpty());
        replay(all(), named);
        replay(all(), ONLY_WHAT_DID_NOT_FIRE);
        assertThat(workflows()).isEqualTo(3);
    }

    @Test
    void a_search_a_time_and_another_sensor_leave_events_alone() {
        fourEventsAndASensor();
        replay(selection("picky", "body.n=3"), ONLY_WHAT_DID_NOT_FIRE);
        assertThat(workflows()).isEqualTo(1);
        replay(selection("somebody-else", ""), ONLY_WHAT_DID_NOT_FIRE);
        var later = Optional.of(Instant.parse("2026-11-24T15:00:00Z"));
        replay(new Selection(NS, "", "", "", "", EventSearch.of(""), later, Optional.empty(), 0), Optional.of("x"));
        assertThat(workflows()).isEqualTo(1);
    }

    @Test
    void only_events_with_a_verdict_are_given() {
        fourEventsAndASensor();
        var fired =
                new Selection(NS, "", "", "picky", "fired", EventSearch.of(""), Optional.empty(), Optional.empty(), 0);
        replay(fired, Optional.of("x"));
        assertThat(workflows()).isZero();
        var unheard =
                new Selection(
                        NS, "", "", "picky", "unheard", EventSearch.of(""), Optional.empty(), Optional.empty(), 0);
        assertThat(number(plan(unheard, ONLY_WHAT_DID_NOT_FIRE), "events")).isEqualTo(4);
    }

    @Test
    void what_a_trigger_has_not_come_to_is_left_to_it() {
        bench.applyGuide("eventbus.yaml", "event-source.yaml");
        listen();
        bench.liveRuns.set(2_000);
        bench.post("{\"n\":5}");
        assertThat(count(plan(all(), ONLY_WHAT_DID_NOT_FIRE).listAt("triggers").getFirst(), "toCome")).isEqualTo(1);
        assertThat(step(all(), Optional.of("x"), 0, 10).find("heldBack")).contains(Value.bool(true));
        bench.liveRuns.set(0);
        bench.awaitWorkflows(1);
        replay(all(), ONLY_WHAT_DID_NOT_FIRE);
        assertThat(workflows()).isEqualTo(1);
    }
}
