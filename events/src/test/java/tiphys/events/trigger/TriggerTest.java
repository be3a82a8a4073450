package tiphys.events.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.events.Examples.NOON;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tiphys.events.Event;
import tiphys.events.Examples;
import tiphys.events.action.Answer;
import tiphys.events.action.TriggerKinds;
import tiphys.events.sensor.SensorReader;
import tiphys.events.sensor.SensorSpec;
import tiphys.manifest.Value;

class TriggerTest {
    private final Trigger trigger = Trigger.fresh();
    private final List<TriggerFact> facts = new ArrayList<>();

    private static Event event(String id, String name) {
        return Examples.event(id, name, Value.object("body", Value.object("id", id)));
    }

    private Trigger.Decision consume(SensorSpec sensor, int most, Event... events) {
        var decision =
                trigger.handle(
                        new TriggerCommand.Consume(sensor, sensor.triggers().getFirst(), List.of(events), most), NOON);
        facts.addAll(decision.facts());
        return decision;
    }

    private Stream<TriggerFact.Fired> fired() {
        return facts.stream().filter(TriggerFact.Fired.class::isInstance).map(TriggerFact.Fired.class::cast);
    }

    private List<List<String>> firedEvents() {
        return fired().map(one -> one.parts().stream().map(TriggerFact.Part::eventId).toList()).toList();
    }

    @Test
    void one_dependency_fires_with_each_event() {
        consume(Examples.sensor("", "a"), 10, event("1", "a"), event("2", "a"), event("3", "b"));
        assertThat(firedEvents()).containsExactly(List.of("1"), List.of("2"));
        assertThat(trigger.view().fired()).isEqualTo(2);
        assertThat(trigger.view().open()).hasSize(2);
    }

    @Test
    void two_dependencies_wait_for_each_other_and_begin_anew() {
        var sensor = Examples.sensor("", "a", "b");
        consume(sensor, 10, event("1", "b"));
        assertThat(trigger.view().held()).containsOnlyKeys("b");
        consume(sensor, 10, event("2", "a"), event("3", "a"), event("4", "b"));
        assertThat(firedEvents()).containsExactly(List.of("2", "1"), List.of("3", "4"));
        assertThat(trigger.view().held()).isEmpty();
    }

    @Test
    void a_newer_event_takes_the_place_of_the_one_that_waits_and_says_so() {
        var sensor = Examples.sensor("", "a", "b");
        consume(sensor, 10, event("1", "a"), event("2", "a"), event("3", "b"));
        assertThat(firedEvents()).containsExactly(List.of("2", "3"));
        assertThat(facts.get(1))
                .isInstanceOfSatisfying(
                        TriggerFact.Held.class,
                        held -> assertThat(held.replaced()).containsExactly(new TriggerFact.Replaced("a", "1")));
    }

    @Test
    void conditions_choose_what_is_needed() {
        var sensor = Examples.sensor("a || b && c", "a", "b", "c");
        consume(sensor, 10, event("1", "b"), event("2", "a"), event("3", "c"), event("4", "b"));
        assertThat(firedEvents()).containsExactly(List.of("2", "1"), List.of("4", "3"));
    }

    @Test
    void events_of_dependencies_that_the_condition_does_not_name_are_no_deliveries() {
        consume(Examples.sensor("a", "a", "b"), 10, event("1", "b"));
        assertThat(facts).isEmpty();
    }

    @Test
    void the_brake_stops_after_so_many_firings() {
        var decision = consume(Examples.sensor("", "a"), 2, event("1", "a"), event("2", "a"), event("3", "a"));
        assertThat(decision.consumed()).isEqualTo(2);
        assertThat(firedEvents()).hasSize(2);
    }

    @Test
    void a_replay_is_another_firing_of_the_same_event() {
        var sensor = Examples.sensor("", "a");
        consume(sensor, 10, event("1", "a"));
        for (int i = 0; i < 2; i++) {
            var again =
                    trigger.handle(
                            new TriggerCommand.Replay(sensor, sensor.triggers().getFirst(), event("1", "a")), NOON);
            facts.addAll(again.facts());
        }
        assertThat(fired().map(TriggerFact.Fired::replay)).containsExactly(0, 1, 2);
        assertThat(fired().map(TriggerFact.Fired::firing)).doesNotHaveDuplicates();
    }

    @Test
    void rejected_events_are_counted_by_clause_and_a_few_are_kept() {
        var sensor = FilteredSensor.withModel("bert");
        var events = Stream.iterate(1, i -> i + 1).limit(100).map(i -> event("" + i, "a")).toArray(Event[]::new);
        consume(sensor, 10, events);
        assertThat(facts)
                .singleElement()
                .isInstanceOfSatisfying(
                        TriggerFact.Filtered.class,
                        filtered -> {
                            assertThat(filtered.count()).isEqualTo(100);
                            assertThat(filtered.samples()).hasSize(Trigger.SAMPLES);
                            assertThat(filtered.samples().getLast().eventId()).isEqualTo("100");
                        });
        assertThat(trigger.view().filteredBy()).containsEntry("data body.model = \"bert\"", 100L);
        assertThat(trigger.view().filtered()).isEqualTo(100);
    }

    @Test
    void what_ends_a_firing_is_taken_once() {
        consume(Examples.sensor("", "a"), 10, event("1", "a"));
        var firing = fired().findFirst().orElseThrow().firing();
        var made = new TriggerCommand.ReportMade(firing, "Workflow", "ns", "made-x", "uid", 1);
        assertThat(trigger.handle(made, NOON).facts()).hasSize(1);
        assertThat(trigger.handle(made, NOON).facts()).isEmpty();
        assertThat(trigger.handle(new TriggerCommand.ReportFailed(firing, "late", Answer.NONE, 1), NOON).facts())
                .isEmpty();
        assertThat(trigger.view().open()).isEmpty();
    }

    @Test
    void a_parameter_without_value_or_default_fails_the_firing_where_everybody_sees_it() {
        var sensor = FilteredSensor.withParameter("body.nothing");
        consume(sensor, 10, event("1", "a"));
        assertThat(fired().findFirst().orElseThrow().error()).startsWith("unable to resolve 'a' parameter value");
        assertThat(trigger.view().failed()).isEqualTo(1);
        assertThat(trigger.view().open()).isEmpty();
    }

    @Test
    void a_snapshot_holds_the_whole_state() {
        consume(Examples.sensor("", "a", "b"), 10, event("1", "a"), event("2", "b"), event("3", "a"));
        consume(FilteredSensor.withModel("x"), 10, event("4", "a"));
        var copy = Trigger.restore(trigger.snapshot());
        assertThat(copy.snapshot()).isEqualTo(trigger.snapshot());
        assertThat(copy.view().held()).isEqualTo(trigger.view().held());
        assertThat(copy.view().open()).isEqualTo(trigger.view().open());
    }

    private static final String DEAD_LETTER =
            """
            metadata: {name: s, namespace: argo-events, uid: u1}
            spec:
              dependencies: [{name: a, eventSourceName: webhook, eventName: a}]
              triggers:
              - atLeastOnce: true
                template:
                  name: t
                  k8s:
                    source: {resource: {apiVersion: v1, kind: ConfigMap, metadata: {name: made}}}
                    parameters: [{src: {dependencyName: a, dataKey: body.none KIND}, dest: data.x}]
                dlqTrigger:
                  atLeastOnce: true
                  template:
                    name: dead
                    k8s:
                      source: {resource: {apiVersion: v1, kind: ConfigMap, metadata: {name: dead}}}
                      parameters: [{src: {dependencyName: a, dataKey: body.id}, dest: data.x}]
            """;

    private static SensorSpec sensor(String text) {
        var read = SensorReader.read(Examples.yaml(text), TriggerKinds.NONE);
        assertThat(read.message()).isEmpty();
        return read.value();
    }

    @Test
    void a_firing_that_failed_has_its_dead_letter_fire_for_the_same_events() {
        consume(sensor(DEAD_LETTER.replace(" KIND", ", value: v")), 10, event("1", "a"));
        var first = fired().findFirst().orElseThrow();
        var decision = trigger.handle(new TriggerCommand.ReportFailed(first.firing(), "no", Answer.NONE, 3), NOON);
        assertThat(decision.facts()).hasSize(2);
        var dead = (TriggerFact.Fired) decision.facts().getLast();
        assertThat(dead.firing()).isNotEqualTo(first.firing());
        assertThat(dead.object().textAt("data", "x")).contains("1");
        assertThat(dead.object().textAt("metadata", "labels", "events.argoproj.io/trigger")).contains("dead");
        assertThat(dead.condition()).isEqualTo("dlqTrigger, because firing " + first.firing() + " failed: no");
        assertThat(trigger.view().open()).containsExactly(dead);
        trigger.handle(new TriggerCommand.ReportFailed(dead.firing(), "no", Answer.NONE, 1), NOON);
        assertThat(trigger.view().open()).isEmpty();
        assertThat(trigger.view().failed()).isEqualTo(2);
    }

    @Test
    void a_firing_whose_parameters_fail_has_its_dead_letter_fire_at_once() {
        consume(sensor(DEAD_LETTER.replace(" KIND", "")), 10, event("1", "a"));
        assertThat(fired().map(one -> one.error().isEmpty())).containsExactly(false, true);
        assertThat(trigger.view().open()).hasSize(1);
    }

    private static Event at(String id, String name, String time) {
        var event = event(id, name);
        return new Event(
                event.id(),
                event.namespace(),
                event.source(),
                event.type(),
                event.subject(),
                Instant.parse(time),
                event.payload());
    }

    @Test
    void what_waits_is_forgotten_when_the_time_of_a_reset_comes() {
        var sensor =
                sensor(
                        """
                        metadata: {name: s, namespace: argo-events, uid: u1}
                        spec:
                          dependencies:
                          - {name: a, eventSourceName: webhook, eventName: a}
                          - {name: b, eventSourceName: webhook, eventName: b}
                          triggers:
                          - template:
                              name: t
                              conditions: a && b
                              conditionsReset: [{byTime: {cron: "0 9 * * *", timezone: Europe/Berlin}}]
                              k8s: {source: {resource: {apiVersion: v1, kind: ConfigMap, metadata: {name: made}}}}
                        """);
        consume(
                sensor,
                10,
                at("1", "a", "2026-11-24T07:59:59Z"),
                at("2", "b", "2026-11-24T08:00:00Z"),
                at("3", "a", "2026-11-24T08:00:01Z"));
        assertThat(firedEvents()).containsExactly(List.of("3", "2"));
        assertThat(facts.stream().filter(TriggerFact.Forgot.class::isInstance))
                .containsExactly(
                        new TriggerFact.Forgot("0 9 * * * Europe/Berlin", List.of(new TriggerFact.Replaced("a", "1"))));
    }

    @Test
    void parameters_are_taken_from_the_event_as_its_transform_made_it() {
        var sensor =
                sensor(
                        """
                        metadata: {name: s, namespace: argo-events, uid: u1}
                        spec:
                          dependencies:
                          - {name: a, eventSourceName: webhook, eventName: a, transform: {jq: '.body.id |= . + "!"'}}
                          - {name: b, eventSourceName: webhook, eventName: b, transform: {script: "event.m = 7 return event"}}
                          triggers:
                          - template:
                              name: t
                              k8s:
                                source: {resource: {apiVersion: v1, kind: ConfigMap, metadata: {name: made}}}
                                parameters:
                                - {src: {dependencyName: a, dataKey: body.id}, dest: data.x}
                                - {src: {dependencyName: b, dataKey: m}, dest: data.y}
                        """);
        consume(sensor, 10, event("1", "a"), event("2", "b"));
        assertThat(fired().map(TriggerFact.Fired::error)).containsExactly("");
        var object = fired().findFirst().orElseThrow().object();
        assertThat(object.textAt("data", "x")).contains("1!");
        assertThat(object.textAt("data", "y")).contains("7");
    }
}
