package tiphys.events.sensor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tiphys.events.ReadOnlyKinds;
import tiphys.events.action.TriggerKinds;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;

class SensorLintTest {
    private static final String SOURCE =
            """
            kind: EventSource
            metadata: {name: webhook}
            spec:
              service: {ports: [{port: 12000}]}
              webhook:
                trigger: {endpoint: /trigger, method: POST, port: "12000"}
              calendar:
                nightly: {schedule: "0 3 * * *"}
            """;

    @Test
    void a_sensor_that_listens_to_an_event_among_the_files_has_no_findings() {
        assertThat(lint("webhook", "trigger", "", SOURCE)).isEmpty();
    }

    @Test
    void an_event_of_a_type_that_is_not_supported_is_there_all_the_same() {
        assertThat(lint("webhook", "nightly", "", SOURCE)).isEmpty();
    }

    @Test
    void an_event_that_an_annotation_makes_is_there_too() {
        var source = SOURCE.replace("name: webhook}", "name: webhook, annotations: {tiphys.io/derive.day: x}}");
        assertThat(lint("webhook", "day", "", source)).isEmpty();
        assertThat(lint("webhook", "day.incomplete", "", source)).isEmpty();
    }

    @Test
    void a_pattern_may_mean_several_events() {
        assertThat(lint("web*", "tr?gger", "", SOURCE)).isEmpty();
    }

    @Test
    void an_event_that_its_source_does_not_have_is_an_error() {
        assertThat(lint("webhook", "triger", "", SOURCE))
                .containsExactly(
                        "6:16 ERROR TIP-3111 the EventSource webhook has no event \"triger\", so the dependency dep never"
                                + " holds (did you mean \"trigger\"?)");
    }

    @Test
    void a_source_that_is_not_among_the_files_is_a_warning() {
        assertThat(lint("webhok", "trigger", "", SOURCE))
                .containsExactly(
                        "5:22 WARNING TIP-3110 the dependency dep listens to the EventSource webhok, which is not among"
                                + " these files (did you mean \"webhook\"?)");
        assertThat(lint("webhook", "trigger", "", "{}"))
                .containsExactly(
                        "5:22 WARNING TIP-3110 the dependency dep listens to the EventSource webhook, which is not among"
                                + " these files");
    }

    @Test
    void conditions_of_a_dependency_that_is_not_there_are_an_error() {
        assertThat(lint("webhook", "trigger", "conditions: dep && depp", SOURCE))
                .singleElement()
                .asString()
                .startsWith("11:19 ERROR TIP-3106")
                .contains("\"depp\"");
    }

    @Test
    void a_parameter_of_a_dependency_that_is_not_there_is_an_error() {
        assertThat(lint("webhook", "trigger", "k8s: {parameters: [{src: {dependencyName: depp}, dest: a}]}", SOURCE))
                .anyMatch(line -> line.startsWith("11:49 ERROR TIP-3104"));
    }

    @Test
    void sources_and_buses_are_read_as_the_server_reads_them() {
        assertThat(ReadOnlyKinds.read("spec: {webhook: {a: {endpoint: a, port: x}}}").diagnostics())
                .extracting(Diagnostic::code)
                .contains("TIP-3103", "TIP-3151");
        assertThat(SensorLint.bus(object("spec: {nats: {native: {}}}"))).isEmpty();
        assertThat(SensorLint.bus(object("spec: {}"))).extracting(Diagnostic::code).containsExactly("TIP-3102");
    }

    private static List<String> lint(String source, String event, String template, String sources) {
        var sensor =
                """
                metadata: {name: s}
                spec:
                  dependencies:
                  - name: dep
                    eventSourceName: %s
                    eventName: %s
                  triggers:
                  - template:
                      name: t
                      k8s: {source: {resource: {apiVersion: v1, kind: ConfigMap}}}
                      %s
                """
                        .formatted(source, event, template);
        if (template.startsWith("k8s")) {
            sensor = sensor.replace("      k8s: {source: {resource: {apiVersion: v1, kind: ConfigMap}}}\n", "\n");
        }
        return SensorLint.sensor(object(sensor), List.of(object(sources)), TriggerKinds.NONE).stream()
                .flatMap(found ->
                        Stream.of(
                                found.at()
                                        + " "
                                        + found.severity()
                                        + " "
                                        + found.code()
                                        + " "
                                        + found.message()
                                        + found.hint()
                                                .filter(hint -> hint.startsWith("did"))
                                                .map(hint -> " (" + hint + ")")
                                                .orElse("")))
                .toList();
    }

    private static Value.Mapping object(String yaml) {
        return (Value.Mapping) Yaml.parse(yaml.getBytes(UTF_8), "x.yaml").getFirst();
    }
}
