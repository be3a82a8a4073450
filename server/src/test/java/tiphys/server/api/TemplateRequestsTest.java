package tiphys.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.objects.ResourceTypes;

class TemplateRequestsTest extends ApiCase {
    @BeforeEach
    void template() {
        objects.add(
                ResourceTypes.WORKFLOW_TEMPLATE,
                (Value.Mapping)
                        Json.parse(
                                """
                                {"metadata":{"name":"train","namespace":"ns","creationTimestamp":"2026-11-24T12:00:00Z",
                                  "annotations":{"workflows.argoproj.io/description":"Trains."}},
                                 "spec":{"entrypoint":"main","templates":[{"name":"main"},{"name":"other"}],
                                  "arguments":{"parameters":[
                                   {"name":"model","description":"which","enum":["resnet","bert"],"value":"resnet"},
                                   {"name":"dataset"},{"name":"rounds","value":3}]}}}
                                """));
        runs.add("r1");
    }

    @Test
    void are_listed_with_what_they_take() throws Exception {
        var template = Json.parse(get("templates?namespace=ns").body()).listAt("items").getFirst();
        assertThat(template)
                .isEqualTo(
                        Json.parse(
                                """
                                {"namespace":"ns","name":"train","createdAt":"2026-11-24T12:00:00Z","entrypoint":"main",
                                 "description":"Trains.","parameters":[
                                  {"name":"model","value":"resnet","description":"which","enum":["resnet","bert"],"declared":true},
                                  {"name":"dataset","description":"","enum":[],"declared":true},
                                  {"name":"rounds","value":"3","description":"","enum":[],"declared":true}],"runs":1}
                                """));
        assertThat(Json.parse(get("templates?namespace=other").body()).listAt("items")).isEmpty();
    }

    @Test
    void are_submitted_as_argo_submits_them() throws Exception {
        var answer =
                post(
                        "namespaces/ns/runs",
                        "{\"template\":\"train\",\"parameters\":{\"dataset\":\"imagenet\",\"rounds\":5}}");
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(Json.parse(answer.body()).textAt("name")).contains("train-abcde");
        var workflow = objects.objects.values().stream().reduce((_, last) -> last).orElseThrow();
        assertThat(workflow.labels()).containsEntry("workflows.argoproj.io/workflow-template", "train");
        assertThat(workflow.spec())
                .isEqualTo(
                        Json.parse(
                                """
                                {"workflowTemplateRef":{"name":"train"},"arguments":{"parameters":[
                                 {"name":"dataset","value":"imagenet"},{"name":"rounds","value":"5"}]}}
                                """));
    }

    @Test
    void for_the_whole_cluster_are_listed_in_every_namespace_and_submitted_into_one() throws Exception {
        objects.add(
                ResourceTypes.CLUSTER_WORKFLOW_TEMPLATE,
                (Value.Mapping)
                        Json.parse(
                                """
                                {"metadata":{"name":"shared"},"spec":{"entrypoint":"main","templates":[{"name":"main"}]}}
                                """));
        var listed = Json.parse(get("templates?namespace=ns").body()).listAt("items").getLast();
        assertThat(listed.textAt("name")).contains("cluster/shared");
        assertThat(listed.textAt("namespace")).contains("");

        assertThat(post("namespaces/ns/runs", "{\"template\":\"cluster/shared\"}").statusCode()).isEqualTo(201);
        var workflow = objects.objects.values().stream().reduce((_, last) -> last).orElseThrow();
        assertThat(workflow.namespace()).isEqualTo("ns");
        assertThat(workflow.labels()).containsEntry("workflows.argoproj.io/cluster-workflow-template", "shared");
        assertThat(workflow.spec().mapAt("workflowTemplateRef"))
                .isEqualTo(Json.parse("{\"name\":\"shared\",\"clusterScope\":true}"));
        assertProblem(post("namespaces/ns/runs", "{\"template\":\"shared\"}"), 404, "TIP-4040");
    }

    @Test
    void are_submitted_with_good_parameters_only() throws Exception {
        assertProblem(post("namespaces/ns/runs", "{}"), 400, "TIP-4003");
        assertProblem(post("namespaces/ns/runs", "{\"template\":\"tain\"}"), 404, "TIP-4040");
        var unknown = post("namespaces/ns/runs", "{\"template\":\"train\",\"parameters\":{\"modle\":\"x\"}}");
        assertProblem(unknown, 422, "TIP-4221");
        assertThat(unknown.body()).contains("model, dataset, rounds");
        assertProblem(post("namespaces/ns/runs", "{\"template\":\"train\"}"), 422, "TIP-4222");
        assertProblem(
                post(
                        "namespaces/ns/runs",
                        "{\"template\":\"train\",\"parameters\":{\"dataset\":\"d\",\"model\":\"gpt\"}}"),
                422,
                "TIP-4223");
        assertProblem(
                post(
                        "namespaces/ns/runs",
                        "{\"template\":\"train\",\"entrypoint\":\"mian\",\"parameters\":{\"dataset\":\"d\"}}"),
                422,
                "TIP-4224");
        assertThat(objects.objects).hasSize(1);
    }

    @Test
    void are_submitted_with_what_their_steps_use_though_they_do_not_declare_it() throws Exception {
        objects.add(
                ResourceTypes.WORKFLOW_TEMPLATE,
                (Value.Mapping)
                        Json.parse(
                                """
                                {"metadata":{"name":"guide","namespace":"ns"},"spec":{"entrypoint":"main","templates":[
                                 {"name":"main","container":{"args":["{{workflow.parameters.model}}","{{ workflow.parameters.set }}",
                                  "{{workflow.name}}"]}}]}}
                                """));
        var listed = Json.parse(get("templates").body()).listAt("items").getLast().listAt("parameters");
        assertThat(listed)
                .isEqualTo(
                        Json.parse(
                                        """
                                        {"all":[{"name":"model","description":"","enum":[],"declared":false},
                                         {"name":"set","description":"","enum":[],"declared":false}]}
                                        """)
                                .listAt("all"));
        var missing = post("namespaces/ns/runs", "{\"template\":\"guide\",\"parameters\":{\"model\":\"bert\"}}");
        assertProblem(missing, 422, "TIP-4222");
        assertThat(missing.body()).contains("needs the parameter set");
        assertThat(
                        post(
                                        "namespaces/ns/runs",
                                        "{\"template\":\"guide\",\"parameters\":{\"model\":\"bert\",\"set\":\"coco\"}}")
                                .statusCode())
                .isEqualTo(201);
    }

    @Test
    void and_other_objects_are_listed_by_kind_and_label() throws Exception {
        assertThat(Json.parse(get("objects/wftmpl?namespace=ns").body()).listAt("items")).hasSize(1);
        assertThat(Json.parse(get("objects/wftmpl?labels=team%3Dml").body()).listAt("items")).isEmpty();
        assertProblem(get("objects/Gizmo"), 404, "TIP-4043");
    }

    @Test
    void and_other_objects_are_shown_for_panels() throws Exception {
        assertThat(get("objects/WorkflowTemplate/ns/train").statusCode()).isEqualTo(200);
        assertThat(get("objects/wftmpl/ns/train").statusCode()).isEqualTo(200);
        assertProblem(get("objects/WorkflowTemplate/ns/gone"), 404, "TIP-4040");
        assertProblem(get("objects/Gizmo/ns/train"), 404, "TIP-4043");
    }

    @Test
    void and_secrets_are_shown_without_their_values() throws Exception {
        objects.add(
                ResourceTypes.SECRET,
                (Value.Mapping)
                        Json.parse(
                                """
                                {"metadata":{"name":"s","namespace":"ns","annotations":{
                                 "kubectl.kubernetes.io/last-applied-configuration":"aHVudGVyMg=="}},
                                 "data":{"password":"aHVudGVyMg=="}}
                                """));
        var shown = get("objects/Secret/ns/s").body();
        assertThat(shown).contains("password").doesNotContain("aHVudGVyMg");
    }
}
