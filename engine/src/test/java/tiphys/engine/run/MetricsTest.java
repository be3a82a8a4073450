package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static tiphys.engine.run.ManualEngine.exited;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tiphys.engine.Measure;
import tiphys.engine.Measure.Kind;
import tiphys.engine.run.codec.RunFacts;
import tiphys.engine.run.state.RunFact;
import tiphys.manifest.Json;

/// The numbers that manifests ask for.
class MetricsTest {
    private static String workflow(String ofRun, String ofLeaf, String retry) {
        return """
        apiVersion: argoproj.io/v1alpha1
        kind: Workflow
        metadata: {name: run}
        spec:
          entrypoint: main
          metrics: {prometheus: [%s]}
          templates:
          - name: main
            steps: [[{name: a, template: leaf, arguments: {parameters: [{name: who, value: me}]}}]]
          - name: leaf
            inputs: {parameters: [{name: who}]}
            %s
            metrics: {prometheus: [%s]}
            container: {image: alpine, command: [leaf], args: [said]}
        """
                .formatted(ofRun, retry, ofLeaf);
    }

    private static List<RunFact.Measured> measured(ManualEngine engine) {
        var all = new ArrayList<RunFact.Measured>();
        for (var entry : engine.entries()) {
            if (RunFacts.decode(entry) instanceof RunFact.Measured one) {
                all.add(one);
            }
        }
        return all;
    }

    @Test
    void a_counter_is_told_when_its_step_is_over() {
        var metric =
                "{name: done, help: h, labels: [{key: who, value: '{{inputs.parameters.who}}'}, {key: how, value:"
                        + " '{{status}} {{exitCode}}'}], counter: {value: '2.5'}}";
        var engine = ManualEngine.of(workflow("", metric, ""), ManualEngine.ECHO);
        assertThat(measured(engine))
                .singleElement()
                .satisfies(one ->
                        assertThat(one.measures())
                                .containsExactly(
                                        new Measure(
                                                "done",
                                                "h",
                                                Kind.COUNTER,
                                                Map.of("who", "me", "how", "Succeeded 0"),
                                                2.5,
                                                List.of())));
    }

    @Test
    void every_try_but_the_last_is_told_by_itself_and_the_last_by_the_retry() {
        var metric =
                "{name: tries, help: h, labels: [{key: how, value: '{{status}}'}], counter: {value: '1'}}, {name: again,"
                        + " help: h, when: '{{status}} == Succeeded', gauge: {realtime: false, value: '{{retries}}'}}";
        var tries = new ArrayList<String>();
        var engine =
                ManualEngine.of(
                        workflow("", metric, "retryStrategy: {limit: '5'}"),
                        order -> {
                            tries.add(order.nodeName());
                            return Optional.of(exited(tries.size() == 3 ? 0 : 1, ""));
                        });
        assertThat(tries).hasSize(3);
        var names =
                measured(engine).stream()
                        .flatMap(one -> one.measures().stream())
                        .map(one -> one.name() + one.labels().values() + one.value())
                        .toList();
        assertThat(names).containsExactly("tries[Failed]1.0", "tries[Failed]1.0", "tries[Succeeded]1.0", "again[]2.0");
    }

    @Test
    void a_gauge_in_real_time_grows_until_its_step_is_over() {
        var metric = "{name: lasts, help: h, gauge: {realtime: true, value: '{{duration}}'}}";
        var engine = ManualEngine.of(workflow("", metric, ""), ManualEngine.WAITING);
        assertThat(engine.run().growing())
                .containsExactly(
                        new Measure("lasts", "h", Kind.SINCE, Map.of(), ManualEngine.NOON.getEpochSecond(), List.of()));
        assertThat(Run.restore("uid-1", engine.run().snapshot()).growing()).isEqualTo(engine.run().growing());
        engine.tick(Duration.ofSeconds(90));
        engine.end(engine.underWay().getFirst().attempt(), exited(0, ""));
        assertThat(engine.run().growing()).isEmpty();
        assertThat(measured(engine).getLast().measures())
                .containsExactly(new Measure("lasts", "h", Kind.SET, Map.of(), 90, List.of()));
    }

    @Test
    void what_cannot_be_worked_out_does_no_harm_and_is_a_condition() {
        var metrics =
                "{name: bad, help: h, when: '{{nothing.here}} ==== 2', counter: {value: '1'}}, {name: text, help: h, gauge:"
                        + " {realtime: false, value: 'not a number'}}, {name: fine, help: h, histogram: {value: '3',"
                        + " buckets: [5, 1]}}, {name: odd, help: h, gauge: {realtime: true, value: '{{status}}'}}";
        var engine = ManualEngine.of(workflow("", metrics, ""), ManualEngine.ECHO);
        assertThat(engine.phase()).isEqualTo("Succeeded");
        assertThat(engine.run().status().listAt("conditions").getFirst().textAt("message"))
                .contains(
                        "'status' is not available as a real time metric, unable to substitute parameters for metric 'bad':"
                                + " failed to resolve {{nothing.here}}, could not construct metric 'text':"
                                + " strconv.ParseFloat: parsing \"not a number\": invalid syntax");
        assertThat(measured(engine).getLast().measures())
                .containsExactly(new Measure("fine", "h", Kind.HISTOGRAM, Map.of(), 3, List.of(1.0, 5.0)));
    }

    @Test
    void the_run_s_own_are_told_at_its_end() {
        var metrics =
                "{name: runs, help: h, labels: [{key: how, value: '{{workflow.status}}'}], counter: {value: '1'}}, {name:"
                        + " time, help: h, gauge: {realtime: false, value: '{{workflow.duration}}'}}";
        var engine = ManualEngine.of(workflow(metrics, "", ""), _ -> Optional.of(exited(1, "")));
        assertThat(measured(engine))
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.node()).isEqualTo(-1);
                    assertThat(one.measures().getFirst().labels()).isEqualTo(Map.of("how", "Failed"));
                    assertThat(one.measures()).hasSize(2);
                });
    }

    @Test
    void what_is_recorded_is_read_again() {
        var measure =
                new Measure("m", "h", Kind.HISTOGRAM, Map.of("a", "b"), Double.POSITIVE_INFINITY, List.of(0.5, 1e9));
        var fact = new RunFact.Measured(7, List.of(measure), List.of("why not"));
        var entry = RunFacts.encode(fact);
        assertThat(Json.write(Json.parseOwn(entry.body())))
                .isEqualTo(
                        "{\"node\":7,\"measures\":[{\"name\":\"m\",\"help\":\"h\",\"kind\":\"HISTOGRAM\",\"labels\":{\"a\":\"b\"},"
                                + "\"value\":\"Infinity\",\"buckets\":[\"0.5\",\"1.0E9\"]}],\"flaws\":[\"why not\"]}");
    }
}
