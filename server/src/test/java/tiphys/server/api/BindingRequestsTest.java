package tiphys.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ResourceTypes;

/// Events that are sent to Argo's endpoint.
class BindingRequestsTest extends ApiCase {
    @BeforeEach
    void give() {
        objects.add(
                ResourceTypes.WORKFLOW_TEMPLATE,
                (Value.Mapping) Json.parse("{\"metadata\":{\"name\":\"greet\",\"namespace\":\"ns\"},\"spec\":{}}"));
        bind("hears", "payload.who != ''", "greet");
    }

    private void bind(String name, String selector, String template) {
        objects.add(
                ResourceTypes.WORKFLOW_EVENT_BINDING,
                Value.object(
                        "metadata",
                        Value.object("name", name, "namespace", "ns"),
                        "spec",
                        Json.parse(
                                """
                                {"event":{"selector":"%s"},"submit":{"workflowTemplateRef":{"name":"%s"},
                                 "arguments":{"parameters":[{"name":"who","valueFrom":{"event":"payload.who"}}]}}}
                                """
                                        .formatted(selector, template))));
    }

    private HttpResponse<String> event(String method, String path, String body) throws Exception {
        return send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/events/" + path))
                        .header("X-Kind", "test")
                        .timeout(LONG)
                        .method(method, HttpRequest.BodyPublishers.ofString(body)));
    }

    private java.util.List<ApiObject> workflows() {
        return objects.objects.values().stream().filter(one -> one.type().equals(ResourceTypes.WORKFLOW)).toList();
    }

    @Test
    void submit_the_template_of_each_binding_that_takes_them() throws Exception {
        bind("deaf", "discriminator == 'other'", "greet");
        var answer = event("POST", "ns/hello", "{\"who\":\"you\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{}");
        assertThat(workflows())
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.labels()).containsEntry("workflows.argoproj.io/workflow-event-binding", "hears");
                    assertThat(Json.write(one.spec()))
                            .isEqualTo(
                                    "{\"workflowTemplateRef\":{\"name\":\"greet\"},\"arguments\":{\"parameters\":[{\"name\":\"who\","
                                            + "\"value\":\"you\"}]}}");
                });
    }

    @Test
    void need_no_discriminator_and_concern_their_namespace_alone() throws Exception {
        assertThat(event("POST", "ns/", "{\"who\":\"you\"}").statusCode()).isEqualTo(200);
        assertThat(event("POST", "ns", "{\"who\":\"you\"}").statusCode()).isEqualTo(200);
        assertThat(event("POST", "other/hello", "{\"who\":\"you\"}").statusCode()).isEqualTo(200);
        assertThat(objects.created).isEqualTo(2);
    }

    @Test
    void of_a_binding_that_cannot_be_worked_out_are_an_error_that_names_it_and_the_others_go_on() throws Exception {
        bind("a-broken", "payload.who.more.most == 1", "greet");
        bind("b-lost", "true", "nothing");
        assertProblem(event("POST", "ns/hello", "{\"who\":\"you\"}"), 500, "TIP-5001");
        assertThat(event("POST", "ns/hello", "{\"who\":\"you\"}").body())
                .contains("a-broken: ", "b-lost: failed to get workflow template: workflowtemplates.argoproj.io");
        assertThat(workflows()).isNotEmpty();
    }

    @Test
    void are_posted_as_json_of_a_limited_size() throws Exception {
        assertProblem(event("POST", "ns/hello", "not json"), 400, "TIP-4001");
        assertProblem(event("POST", "ns/hello", "\"" + "x".repeat(3 << 20) + "\""), 413, "TIP-4013");
        assertProblem(event("POST", "ns/hello/more", "{}"), 404, "TIP-4041");
        assertProblem(event("GET", "ns/hello", ""), 405, "TIP-4050");
    }
}
