package tiphys.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.runtime.EventBench.SOON;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tiphys.events.action.Answer;
import tiphys.events.action.TriggerFailed;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.objects.ResourceTypes;
import tiphys.testkit.Eventually;

/// Triggers that do something else than create an object: from the event to what came back.
class ActionHubTest {
    private static final String SENSOR =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Sensor
            metadata: {name: caller}
            spec:
              dependencies:
              - {name: dep, eventSourceName: webhook, eventName: trigger}
              triggers:
              - template:
                  name: call
                  http:
                    url: http://far.example
                    payload:
                    - {src: {dependencyName: dep, dataKey: body.n}, dest: number}
            """;

    private final EventBench bench = new EventBench().start();

    @AfterEach
    void close() {
        bench.farSide.release();
        bench.close();
    }

    private void apply(String sensor) {
        bench.applyGuide("eventbus.yaml", "event-source.yaml");
        bench.apply(sensor);
        bench.awaitCondition(ResourceTypes.SENSOR, "caller", "Deployed", "True");
    }

    private Value.Mapping firing(String event) {
        return bench.story(event).listAt("deliveries").stream()
                .reduce((_, last) -> last)
                .map(delivery -> delivery.mapAt("firing"))
                .orElse(Value.Mapping.EMPTY);
    }

    private Value.Mapping awaitState(String event, String state) {
        Eventually.within(SOON, "the firing is " + state, () -> firing(event).textAt("state").orElse("").equals(state));
        return firing(event);
    }

    @Test
    void an_event_is_sent_and_what_came_back_is_kept() {
        apply(SENSOR);
        var event = bench.post("{\"n\":7}");
        var firing = awaitState(event, "done");
        assertThat(bench.farSide.calls())
                .singleElement()
                .satisfies(call -> {
                    assertThat(call.payload()).isEqualTo("{\"number\":\"7\"}");
                    assertThat(call.firing().id()).isEqualTo(firing.textAt("id").orElseThrow());
                    assertThat(call.firing().eventId()).isEqualTo(event);
                });
        assertThat(firing.textAt("action")).contains("http");
        assertThat(firing.textAt("answer", "status")).contains("200");
        assertThat(firing.textAt("answer", "text")).contains("fine");
        assertThat(bench.story(event).textAt("verdict")).contains("fired");
    }

    @Test
    void a_far_side_that_is_not_there_is_tried_again_under_the_same_id() {
        bench.farSide.behave((_, number) -> {
            if (number < 3) {
                throw new IOException("nobody is there");
            }
            return new Answer("200", "");
        });
        apply(SENSOR);
        var firing = awaitState(bench.post("{\"n\":1}"), "done");
        assertThat(firing.find("attempts")).contains(Value.number(3));
        assertThat(bench.farSide.calls().stream().map(call -> call.firing().id()).distinct()).hasSize(1);
        assertThat(bench.farSide.calls().stream().map(call -> call.firing().attempt())).containsExactly(1, 2, 3);
    }

    @Test
    void what_is_in_vain_is_not_tried_again_and_its_answer_is_kept() {
        bench.farSide.behave((_, _) -> {
            throw new TriggerFailed(
                    "no such thing", new Answer("404", "look elsewhere"), TriggerFailed.Again.IS_IN_VAIN);
        });
        apply(SENSOR);
        var event = bench.post("{\"n\":1}");
        var firing = awaitState(event, "failed");
        assertThat(firing.textAt("message")).contains("no such thing");
        assertThat(firing.textAt("answer", "text")).contains("look elsewhere");
        assertThat(bench.farSide.calls()).hasSize(1);
        assertThat(bench.story(event).textAt("verdict")).contains("failed");
    }

    @Test
    void a_retry_strategy_says_how_often_whatever_failed() {
        bench.farSide.behave((_, _) -> {
            throw new TriggerFailed("no");
        });
        apply(SENSOR + "    retryStrategy: {steps: 3, duration: 1ms}\n");
        var firing = awaitState(bench.post("{\"n\":1}"), "failed");
        assertThat(firing.textAt("message")).contains("given up after 3 attempts: no");
        assertThat(bench.farSide.calls()).hasSize(3);
    }

    @Test
    void a_status_that_the_policy_does_not_allow_is_a_failure() {
        bench.farSide.behave((_, number) -> new Answer(number == 1 ? "503" : "201", "busy"));
        apply(SENSOR + "    policy: {status: {allow: [200, 201]}}\n    retryStrategy: {steps: 2, duration: 1ms}\n");
        var firing = awaitState(bench.post("{\"n\":1}"), "done");
        assertThat(firing.textAt("answer", "status")).contains("201");
        assertThat(firing.find("attempts")).contains(Value.number(2));
    }

    @Test
    void a_kill_in_the_middle_lets_the_firing_come_again_under_its_id() {
        bench.farSide.hold();
        apply(SENSOR);
        var event = bench.post("{\"n\":1}");
        Eventually.within(SOON, "it is asked", () -> bench.farSide.calls().size() == 1);
        bench.kill();
        bench.farSide.release();
        awaitState(event, "done");
        var calls = bench.farSide.calls();
        assertThat(calls).hasSize(2);
        assertThat(calls.get(1).firing().id()).isEqualTo(calls.get(0).firing().id());
        assertThat(calls.get(1).payload()).isEqualTo(calls.get(0).payload());
    }

    @Test
    void a_secret_is_read_when_it_is_needed_and_is_in_nothing_that_is_kept() {
        bench.farSide.behave((call, _) -> new Answer("200", "you said " + call.secret()));
        apply(SENSOR.replace("url:", "basicAuth: {password: {name: far, key: word}}\n        url:"));
        bench.apply(
                """
                apiVersion: v1
                kind: Secret
                metadata: {name: far}
                stringData: {user: ann, word: s3cret-word}
                """);
        var event = bench.post("{\"n\":1}");
        var firing = awaitState(event, "done");
        assertThat(bench.farSide.calls().getFirst().secret()).isEqualTo("s3cret-word");
        assertThat(firing.textAt("answer", "text")).contains("you said ***");
        assertThat(Json.write(bench.story(event))).doesNotContain("s3cret-word");
        assertThat(bench.journalText()).contains("trigger.answered/1").doesNotContain("s3cret-word");
    }

    @Test
    void at_least_once_keeps_the_order_over_failures() {
        bench.farSide.behave((call, number) -> {
            if (number <= 2) {
                throw new IOException("not yet");
            }
            return new Answer("200", call.payload());
        });
        apply(SENSOR + "    atLeastOnce: true\n");
        bench.post("{\"n\":1}");
        awaitState(bench.post("{\"n\":2}"), "done");
        assertThat(bench.farSide.calls().stream().map(FarSide.Call::payload))
                .containsExactly(
                        "{\"number\":\"1\"}", "{\"number\":\"1\"}", "{\"number\":\"1\"}", "{\"number\":\"2\"}");
    }
}
