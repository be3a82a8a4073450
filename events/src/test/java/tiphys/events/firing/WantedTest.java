package tiphys.events.firing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tiphys.events.Event;
import tiphys.events.Examples;
import tiphys.events.Rows;
import tiphys.events.action.Answer;
import tiphys.events.action.Firing;
import tiphys.events.action.Request;
import tiphys.events.action.TriggerKind;
import tiphys.events.action.TriggerKinds;
import tiphys.events.sensor.SensorReader;
import tiphys.events.sensor.SensorSpec;
import tiphys.events.spec.Fields;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

class WantedTest {
    static Stream<List<String>> rows() {
        return Rows.of(WantedTest.class, "parameters.txt").stream();
    }

    private static SensorSpec sensor(String parameters, String templateParameters) {
        var text =
                """
                metadata: {name: s, namespace: ns, uid: u}
                spec:
                  dependencies:
                  - {name: dep, eventSourceName: webhook, eventName: trigger}
                  - {name: other, eventSourceName: webhook, eventName: other}
                  triggers:
                  - template:
                      name: t
                      k8s:
                        source:
                          resource:
                            apiVersion: argoproj.io/v1alpha1
                            kind: Workflow
                            metadata: {generateName: made-, labels: {mine: yes-it-is}}
                            spec: {x: old, l: [1]}
                        parameters: %s
                    parameters: %s
                """
                        .formatted(parameters, templateParameters);
        var read = SensorReader.read(Examples.yaml(text), TriggerKinds.NONE);
        assertThat(read.usable()).as(read.message()).isTrue();
        return read.value();
    }

    private static Wanted wanted(SensorSpec sensor, Event event) {
        return Wanted.of(sensor, sensor.triggers().getFirst(), "f00d", event.id(), Map.of("dep", event), Examples.NOON);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void each_parameter_gives_what_its_row_says(List<String> row) {
        var wanted = wanted(sensor("[" + row.get(0) + "]", "[]"), Examples.event("e1", row.get(1)));
        var origin = row.get(3).strip();
        if (row.get(2).isBlank()) {
            assertThat(wanted.error()).contains(origin);
            return;
        }
        assertThat(wanted.error()).isEmpty();
        assertThat(wanted.object().find("spec", "x").map(Json::write)).contains(row.get(2).strip());
        var parameter = wanted.parameters().getFirst();
        if (origin.startsWith("fallback ")) {
            assertThat(parameter.fallback()).contains(origin.substring("fallback ".length()));
            assertThat(wanted.object().textAt("metadata", "annotations", Wanted.FALLBACKS).orElse(""))
                    .contains("\"spec.x\":\"" + origin.substring("fallback ".length()));
        } else {
            assertThat(parameter.origin() + " " + parameter.fallback()).contains(origin);
        }
        assertThat(Resolved.of(parameter.json())).isEqualTo(parameter);
    }

    @Test
    void the_object_carries_argos_labels_and_the_firing() {
        var object = wanted(sensor("[]", "[]"), Examples.event("e1", "{}")).object();
        assertThat(object.mapAt("metadata", "labels"))
                .isEqualTo(
                        Value.object(
                                "mine",
                                "yes-it-is",
                                "events.argoproj.io/sensor",
                                "s",
                                "events.argoproj.io/trigger",
                                "t",
                                "events.argoproj.io/action-timestamp",
                                "1795521600000"));
        assertThat(object.mapAt("metadata", "annotations"))
                .isEqualTo(Value.object("tiphys.io/firing", "f00d", "tiphys.io/event", "e1"));
        assertThat(object.textAt("metadata", "namespace")).contains("ns");
    }

    @Test
    void template_parameters_can_change_what_the_trigger_does_and_how_it_is_called() {
        var wanted =
                wanted(
                        sensor(
                                "[]",
                                "[{src: {dependencyName: dep, dataKey: body.kind}, dest: name},"
                                        + " {src: {dependencyName: dep, dataKey: body.kind}, dest: k8s.source.resource.spec.x}]"),
                        Examples.event("e1", "{\"kind\":\"fast\"}"));
        assertThat(wanted.object().textAt("spec", "x")).contains("fast");
        assertThat(wanted.object().textAt("metadata", "labels", "events.argoproj.io/trigger")).contains("fast");
    }

    @Test
    void a_template_that_its_parameters_spoil_is_refused_by_name() {
        var wanted =
                wanted(
                        sensor("[]", "[{src: {dependencyName: dep, value: update}, dest: k8s.operation}]"),
                        Examples.event("e1", "{}"));
        assertThat(wanted.error()).contains("template.k8s.operation update is not supported by this version");
    }

    @Test
    void an_inline_object_is_created_as_one_that_stands_in_the_manifest() {
        var wanted =
                wanted(
                        sensor(
                                "[{src: {dependencyName: dep, dataKey: body.model}, dest: spec.x}]",
                                "[{src: {dependencyName: dep, value: \"{kind: ConfigMap, apiVersion: v1, spec: {z: 1}}\"},"
                                        + " dest: k8s.source.inline}]"),
                        Examples.event("e1", "{\"model\":\"bert\"}"));
        assertThat(wanted.error()).isEmpty();
        assertThat(wanted.object().textAt("kind")).contains("ConfigMap");
        assertThat(wanted.object().textAt("spec", "x")).contains("bert");
        assertThat(wanted.object().find("spec", "z")).contains(Value.number(1));
    }

    @Test
    void a_generated_name_comes_from_the_firing_alone() {
        var object = Value.object("metadata", Value.object("generateName", "made-"));
        var name = Wanted.named(object, "f00d", 0).textAt("metadata", "name").orElseThrow();
        assertThat(name).matches("made-[a-z2-7]{13}");
        assertThat(Wanted.named(object, "f00d", 0).textAt("metadata", "name")).contains(name);
        assertThat(Wanted.named(object, "f00d", 1).textAt("metadata", "name").orElseThrow()).isNotEqualTo(name);
        assertThat(Wanted.named(object, "f00e", 0).textAt("metadata", "name").orElseThrow()).isNotEqualTo(name);
        var fixed = Value.object("metadata", Value.object("name", "fixed", "generateName", "made-"));
        assertThat(Wanted.named(fixed, "f00d", 0)).isEqualTo(fixed);
    }

    @Test
    void a_firing_is_made_of_everything_that_tells_it_apart() {
        var ids =
                List.of(
                        FiringId.of("ns", "u", "t", List.of("e1", "e2"), 0),
                        FiringId.of("ns", "u", "t", List.of("e2", "e1"), 0),
                        FiringId.of("ns", "u", "t", List.of("e1", "e2"), 1),
                        FiringId.of("ns", "u", "t2", List.of("e1", "e2"), 0),
                        FiringId.of("ns", "u2", "t", List.of("e1", "e2"), 0),
                        FiringId.of("ns2", "u", "t", List.of("e1", "e2"), 0));
        assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[0-9a-f]{32}"));
        assertThat(FiringId.of("ns", "u", "t", List.of("e1", "e2"), 0)).isEqualTo(ids.getFirst());
    }

    /// A kind that gets an object from elsewhere.
    private static final class Fetching implements TriggerKind {
        @Override
        public String key() {
            return "custom";
        }

        @Override
        public String claims() {
            return "events.CustomTrigger honoured serverURL spec parameters payload";
        }

        @Override
        public void check(Fields block) {}

        @Override
        public Content content() {
            return Content.FETCHED;
        }

        @Override
        public Answer fire(Firing firing, Request request) {
            return Answer.NONE;
        }
    }

    @Test
    void parameters_of_what_is_fetched_wait_for_it_and_the_payload_is_made_now() {
        var text =
                """
                metadata: {name: s, namespace: ns, uid: u}
                spec:
                  dependencies: [{name: dep, eventSourceName: webhook, eventName: trigger}]
                  triggers:
                  - template:
                      name: t
                      custom:
                        serverURL: far:9000
                        spec: {url: old}
                        parameters: [{src: {dependencyName: dep, dataKey: body.name}, dest: metadata.name}]
                        payload: [{src: {dependencyName: dep, dataKey: body.name}, dest: who}]
                    parameters: [{src: {dependencyName: dep, dataKey: body.url}, dest: custom.spec.url}]
                """;
        var read = SensorReader.read(Examples.yaml(text), new TriggerKinds(List.of(new Fetching())));
        assertThat(read.usable()).as(read.message()).isTrue();
        var action =
                wanted(read.value(), Examples.event("e1", "{\"name\":\"bert\",\"url\":\"new\"}"))
                        .action()
                        .orElseThrow();
        assertThat(action.block()).isEqualTo(Value.object("serverURL", "far:9000", "spec", Value.object("url", "new")));
        assertThat(action.payload()).isEqualTo("{\"who\":\"bert\"}");
        assertThat(Put.into(Value.object("kind", "PipelineRun"), action.puts()))
                .isEqualTo(Value.object("kind", "PipelineRun", "metadata", Value.object("name", "bert")));
    }
}
