package tiphys.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tiphys.runtime.EventBench.NS;
import static tiphys.runtime.EventBench.SOON;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tiphys.events.EventSearch;
import tiphys.events.past.Selection;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceTypes;
import tiphys.testkit.Eventually;

class WhatIfTest {
    private static final String SENSOR =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Sensor
            metadata: {name: picky, namespace: argo-events}
            spec:
              dependencies:
              - name: dep
                eventSourceName: webhook
                eventName: trigger
                filters: {data: [{path: body.n, type: number, comparator: "@by@", value: ["3"]}]}
              triggers:
              - template:
                  name: make
                  k8s:
                    source:
                      resource:
                        apiVersion: argoproj.io/v1alpha1
                        kind: Workflow
                        metadata: {generateName: w-}
                        spec: {arguments: {parameters: [{name: n, value: none}]}}
                    parameters:
                    - {src: {dependencyName: dep, dataKey: @key@}, dest: spec.arguments.parameters.0.value}
            """;

    private final EventBench bench = new EventBench().start();

    @AfterEach
    void close() {
        bench.close();
    }

    private static String sensor(String comparator, String key) {
        return SENSOR.replace("@by@", comparator).replace("@key@", key);
    }

    /// Five events, of which the deployed sensor fires for 3, 4 and 5.
    private List<String> deployed() {
        bench.applyGuide("eventbus.yaml", "event-source.yaml");
        bench.apply(sensor(">=", "body.n"));
        bench.awaitCondition(ResourceTypes.SENSOR, "picky", "Deployed", "True");
        var ids =
                List.of(1, 2, 3, 4, 5).stream()
                        .map(n -> bench.post("{\"n\":%d,\"m\":\"m%d\"}".formatted(n, n)))
                        .toList();
        bench.awaitWorkflows(3);
        Eventually.within(
                SOON, "all", () -> bench.story(ids.getFirst()).textAt("verdict").equals(Optional.of("filtered")));
        return ids;
    }

    private Value.Mapping whatIf(String yaml) {
        var sensor = (Value.Mapping) Yaml.parse(yaml.getBytes(StandardCharsets.UTF_8), "test").getFirst();
        var all = new Selection(NS, "", "", "", "", EventSearch.of(""), Optional.empty(), Optional.empty(), 0);
        int before = bench.workflows().size();
        var answer = bench.hub.past().whatIf(sensor, "picky", all, 10).join();
        assertThat(bench.workflows()).hasSize(before);
        return answer;
    }

    private static Value.Mapping trigger(Value.Mapping answer) {
        return (Value.Mapping) answer.listAt("triggers").getFirst();
    }

    private static long count(Value.Mapping answer, String change) {
        return ((Value.Number) trigger(answer).mapAt("counts").find(change).orElseThrow()).decimal().longValue();
    }

    private static List<Value> samples(Value.Mapping answer, String change) {
        return trigger(answer).listAt("samples").stream()
                .filter(one -> one.textAt("change").equals(Optional.of(change)))
                .toList();
    }

    @Test
    void the_deployed_sensor_itself_would_have_done_the_same() {
        deployed();
        var answer = whatIf(sensor(">=", "body.n"));
        assertThat(answer.find("events")).contains(Value.number(5));
        assertThat(count(answer, "same")).isEqualTo(3);
        assertThat(trigger(answer).listAt("samples")).isEmpty();
    }

    @Test
    void what_would_fire_more_and_fewer_has_the_clause_that_stands_against_it() {
        var ids = deployed();
        var answer = whatIf(sensor("<", "body.n"));
        assertThat(count(answer, "more")).isEqualTo(2);
        assertThat(count(answer, "fewer")).isEqualTo(3);
        var more = samples(answer, "more").getFirst();
        assertThat(more.textAt("event")).contains(ids.getFirst());
        assertThat(more.textAt("reason")).contains("filtered: body.n >= 3, but was 1");
        var fewer = samples(answer, "fewer").getFirst();
        assertThat(fewer.textAt("event")).contains(ids.get(2));
        assertThat(fewer.textAt("reason")).contains("data body.n < 3, but was 3");
        assertThat(fewer.textAt("object").orElse("")).startsWith("w-");
        assertThat(trigger(answer).mapAt("reasons", "fewer").find("data body.n < 3")).contains(Value.number(3));
    }

    @Test
    void a_parameter_that_differs_says_where_it_would_come_from() {
        var ids = deployed();
        var answer = whatIf(sensor(">=", "body.m"));
        assertThat(count(answer, "differ")).isEqualTo(3);
        assertThat(samples(answer, "differ").getFirst().listAt("differences"))
                .containsExactly(
                        Value.object(
                                "path",
                                "spec.arguments.parameters.0.value",
                                "was",
                                "3",
                                "would",
                                "m3",
                                "why",
                                "body.m of event " + ids.get(2)));
    }

    @Test
    void a_parameter_that_cannot_be_resolved_fires_fewer() {
        deployed();
        var answer = whatIf(sensor(">=", "body.absent"));
        assertThat(count(answer, "fewer")).isEqualTo(3);
        assertThat(samples(answer, "fewer").getFirst().textAt("reason").orElse("")).contains("unable to resolve 'dep'");
    }

    @Test
    void a_trigger_of_another_name_is_two_changes() {
        deployed();
        var answer = whatIf(sensor(">=", "body.n").replace("name: make", "name: made"));
        assertThat(count(answer, "more")).isEqualTo(3);
        assertThat(samples(answer, "more").getFirst().textAt("reason")).contains("no such trigger is deployed");
        assertThat(answer.listAt("triggers")).hasSize(2);
        assertThat(answer.listAt("triggers").getLast().mapAt("counts").find("fewer")).contains(Value.number(3));
    }

    @Test
    void a_sensor_that_cannot_be_used_is_refused() {
        assertThatThrownBy(() -> whatIf("kind: Sensor\nmetadata: {name: x}\nspec: {}\n"))
                .hasCauseInstanceOf(Refusal.class)
                .hasMessageContaining("spec.dependencies");
    }
}
