package tiphys.events.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tiphys.language.EvaluationFailed;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;
import tiphys.objects.ApiObject;
import tiphys.objects.ResourceTypes;

/// What a binding makes of an event.
class EventBindingTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final BindingEvent PUSH =
            new BindingEvent(
                    "ci",
                    "github",
                    Map.of("X-GitHub-Event", List.of("push")),
                    Json.parse("{\"ref\":\"main\",\"count\":3,\"files\":[\"a\",\"b\"]}"));
    private static final ApiObject TEMPLATE =
            new ApiObject(
                    ResourceTypes.WORKFLOW_TEMPLATE,
                    Value.object(
                            "metadata",
                            Value.object("name", "build", "namespace", "ci"),
                            "spec",
                            Value.object("workflowMetadata", Value.object("labels", Value.object("team", "core")))));

    private static EventBinding binding(String spec) {
        var yaml = "metadata: {name: on-push, namespace: ci}\nspec: " + spec;
        var json = Yaml.parse(yaml.getBytes(StandardCharsets.UTF_8), "").getFirst();
        return new EventBinding(new ApiObject(ResourceTypes.WORKFLOW_EVENT_BINDING, (Value.Mapping) json));
    }

    private static EventBinding selecting(String selector) {
        return binding(
                "{event: {selector: '"
                        + selector.replace("'", "''")
                        + "'}, submit: {workflowTemplateRef: {name: build}}}");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "payload.ref == 'main' | true",
                "payload.ref == 'other' | false",
                "metadata['x-github-event'] == ['push'] and discriminator == 'github' and namespace == 'ci' | true",
                "any(payload.files, {# startsWith 'b'}) | true",
                "payload.nothing == nil | true"
            })
    void it_takes_what_its_selector_takes(String selector, boolean takes) {
        assertThat(selecting(selector).takes(PUSH, NOON)).isEqualTo(takes);
    }

    @Test
    void a_selector_that_gives_no_truth_value_is_an_error_and_so_is_one_that_cannot_be_read() {
        assertThatThrownBy(() -> selecting("payload.ref").takes(PUSH, NOON))
                .isInstanceOf(EvaluationFailed.class)
                .hasMessageContaining("unable to cast expression result 'main' to bool");
        assertThatThrownBy(() -> selecting("payload.").takes(PUSH, NOON))
                .hasMessageStartingWith("failed to evaluate workflow template expression: ");
    }

    @Test
    void credentials_are_no_variables() {
        assertThat(BindingEvent.readable("X-Hub-Signature")).isTrue();
        assertThat(BindingEvent.readable("Authorization")).isFalse();
    }

    @Test
    void the_workflow_has_the_template_s_metadata_its_own_and_arguments_as_text() {
        var workflow =
                binding(
                                """
                                {event: {selector: "true"}, submit: {workflowTemplateRef: {name: build},
                                 metadata: {generateName: "payload.ref + '-'", labels: {ref: payload.ref},
                                            annotations: {count: "string(payload.count)"}},
                                 arguments: {parameters: [{name: ref, valueFrom: {event: payload.ref}},
                                  {name: count, valueFrom: {event: payload.count}},
                                  {name: files, valueFrom: {event: payload.files}}]}}}
                                """)
                        .workflow(TEMPLATE, PUSH, NOON);
        assertThat(workflow.json())
                .isEqualTo(
                        Json.parse(
                                """
                                {"apiVersion":"argoproj.io/v1alpha1","kind":"Workflow","metadata":{"generateName":"main-",
                                 "namespace":"ci","labels":{"workflows.argoproj.io/workflow-template":"build","team":"core",
                                 "ref":"main","workflows.argoproj.io/workflow-event-binding":"on-push"},
                                 "annotations":{"count":"3"}},"spec":{"workflowTemplateRef":{"name":"build"},
                                 "arguments":{"parameters":[{"name":"ref","value":"main"},{"name":"count","value":"3"},
                                 {"name":"files","value":"[\\"a\\",\\"b\\"]"}]}}}
                                """));
    }

    @Test
    void without_a_name_of_its_own_it_is_called_after_the_template() {
        assertThat(selecting("true").workflow(TEMPLATE, PUSH, NOON).json().textAt("metadata", "generateName"))
                .contains("build-");
    }

    @Test
    void a_name_that_is_no_text_is_refused() {
        var named =
                binding(
                        "{event: {selector: \"true\"}, submit: {workflowTemplateRef: {name: build}, metadata: {name:"
                                + " payload.count}}}");
        assertThatThrownBy(() -> named.workflow(TEMPLATE, PUSH, NOON))
                .hasMessage("workflow name expression must evaluate to a string, and gave 3");
    }

    @Test
    void lint_tells_what_cannot_be_read_before_an_event_comes() {
        var json =
                binding(
                                """
                                {event: {selector: "payload."}, submit: {workflowTemplateRef: {name: build},
                                 arguments: {parameters: [{name: a, value: x}, {name: b, valueFrom: {event: "1 +"}}]}}}
                                """)
                        .object()
                        .json();
        assertThat(EventBinding.lint(json))
                .extracting(one -> one.path())
                .containsExactly(
                        "spec.event.selector",
                        "spec.submit.arguments.parameters[0]",
                        "spec.submit.arguments.parameters[1].valueFrom.event");
    }
}
