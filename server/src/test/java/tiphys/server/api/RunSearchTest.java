package tiphys.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.objects.ResourceTypes;

class RunSearchTest extends ApiCase {
    @BeforeEach
    void runs() {
        run("c", "Failed", "evaluate", "12:00:30", "12:00:50", "{\"team\":\"risk\"}");
        run("b", "Succeeded", "train", "12:00:20", "12:00:25", "{\"team\":\"ml\",\"tier\":\"gold\"}");
        run("a", "Failed", "train", "12:00:10", "12:00:11", "{\"team\":\"ml\"}");
    }

    private void run(String name, String phase, String template, String created, String finished, String labels) {
        runs.summaries.put(
                name,
                FakeRuns.summary(name, phase, template, "2026-11-24T" + created + "Z", "2026-11-24T" + finished + "Z"));
        objects.add(
                ResourceTypes.WORKFLOW,
                (Value.Mapping)
                        Json.parse(
                                "{\"metadata\":{\"name\":\"%s\",\"namespace\":\"ns\",\"uid\":\"uid-%s\",\"labels\":%s}}"
                                        .formatted(name, name, labels)));
    }

    @ParameterizedTest(name = "{0} finds {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    phase=Failed,Succeeded                              | c b a
                    phase=Failed,Error                                  | c a
                    template=train,other                                | b a
                    labels=team%3Dml                                    | b a
                    labels=team%3Dml,tier!%3Dgold                       | a
                    labels=team+in+(ml,risk)&phase=Failed               | c a
                    from=2026-11-24T12:00:15Z                           | c b
                    to=2026-11-24T12:00:20Z                             | b a
                    from=2026-11-24T12:00:15Z&to=2026-11-24T12:00:25Z   | b
                    sort=name                                           | a b c
                    sort=-duration                                      | c b a
                    sort=duration&phase=Failed,Error                    | a c
                    sort=created                                        | a b c
                    sort=-created                                       | c b a
                    """)
    void what_is_asked_for_is_found_in_its_order(String query, String names) throws Exception {
        assertThat(String.join(" ", names(get("runs?" + query).body()))).isEqualTo(names);
    }

    @Test
    void pages_of_what_was_looked_for_follow_each_other() throws Exception {
        var first = get("runs?phase=Failed,Error&limit=1").body();
        assertThat(names(first)).containsExactly("c");
        var next = Json.parse(first).textAt("next").orElseThrow();
        assertThat(names(get("runs?phase=Failed,Error&limit=1&before=" + next).body())).containsExactly("a");

        var sorted = get("runs?sort=name&limit=2").body();
        assertThat(names(sorted)).containsExactly("a", "b");
        var place = Json.parse(sorted).textAt("next").orElseThrow();
        var last = get("runs?sort=name&limit=2&before=" + place).body();
        assertThat(names(last)).containsExactly("c");
        assertThat(Json.parse(last).textAt("next")).contains("");
    }

    @Test
    void labels_are_shown_where_they_are_asked_for_and_never_those_of_another_object_of_that_name() throws Exception {
        runs.summaries.put("x", FakeRuns.summary("x", "Failed", "train", "2026-11-24T12:00:00Z", ""));
        objects.add(
                ResourceTypes.WORKFLOW,
                (Value.Mapping)
                        Json.parse(
                                "{\"metadata\":{\"name\":\"x\",\"namespace\":\"ns\",\"uid\":\"younger\",\"labels\":{\"team\":\"ml\"}}}"));
        assertThat(names(get("runs?labels=team%3Dml").body())).containsExactly("b", "a");
        var items = Json.parse(get("runs?showLabels=true").body()).listAt("items");
        assertThat(items.get(1).textAt("labels", "tier")).contains("gold");
        assertThat(items.getLast().mapAt("labels").fields()).isEmpty();
        assertThat(Json.parse(get("runs").body()).listAt("items").getFirst().find("labels")).isEmpty();
    }

    @Test
    void what_cannot_be_understood_is_refused_with_what_to_write() throws Exception {
        assertProblem(get("runs?sort=colour"), 400, "TIP-4002");
        assertProblem(get("runs?from=yesterday"), 400, "TIP-4002");
        assertThat(get("runs?labels=%3D%3D").statusCode()).isEqualTo(400);
    }

    @Test
    void runs_are_resubmitted_under_a_new_name_without_what_tells_of_the_first() throws Exception {
        objects.objects.clear();
        objects.add(
                ResourceTypes.WORKFLOW,
                (Value.Mapping)
                        Json.parse(
                                """
                                {"metadata":{"name":"a","namespace":"ns","uid":"uid-a",
                                  "labels":{"team":"ml","workflows.argoproj.io/phase":"Failed",
                                   "workflows.argoproj.io/completed":"true"},
                                  "annotations":{"note":"kept","tiphys.io/firing":"f1","tiphys.io/event":"e1"}},
                                 "spec":{"entrypoint":"main","shutdown":"Stop","arguments":{"parameters":[
                                  {"name":"model","value":"resnet"},{"name":"dataset","value":"imagenet"}]}}}
                                """));
        var answer = post("namespaces/ns/runs/a/resubmit", "{\"parameters\":{\"model\":\"bert\"}}");
        assertThat(answer.statusCode()).isEqualTo(201);
        var made = objects.objects.values().stream().reduce((_, last) -> last).orElseThrow().json();
        assertThat(made.textAt("metadata", "generateName")).contains("a-");
        assertThat(made.mapAt("metadata", "labels"))
                .isEqualTo(Value.object("team", "ml", "workflows.argoproj.io/resubmitted-from-workflow", "a"));
        assertThat(made.mapAt("metadata", "annotations")).isEqualTo(Value.object("note", "kept"));
        assertThat(made.mapAt("spec"))
                .isEqualTo(
                        Json.parse(
                                """
                                {"entrypoint":"main","arguments":{"parameters":[
                                 {"name":"model","value":"bert"},{"name":"dataset","value":"imagenet"}]}}
                                """));
        assertProblem(post("namespaces/ns/runs/a/resubmit", "{\"parameters\":{\"modle\":\"x\"}}"), 422, "TIP-4221");
        assertProblem(post("namespaces/ns/runs/z/resubmit", "{}"), 404, "TIP-4040");
    }

    @Test
    void a_run_that_failed_is_resubmitted_with_what_went_well_in_it() throws Exception {
        objects.objects.clear();
        objects.add(ResourceTypes.WORKFLOW, workflow("Failed"));
        assertThat(post("namespaces/ns/runs/a/resubmit", "{\"memoized\":true,\"priority\":4}").statusCode())
                .isEqualTo(201);
        var made = objects.objects.values().stream().reduce((_, last) -> last).orElseThrow().json();
        assertThat(made.textAt("metadata", "annotations", "tiphys.io/memoized-from")).contains("uid-a");
        assertThat(made.find("spec", "priority")).contains(Value.number(4));
        objects.objects.clear();
        objects.add(ResourceTypes.WORKFLOW, workflow("Succeeded"));
        assertProblem(post("namespaces/ns/runs/a/resubmit", "{\"memoized\":true}"), 409, "TIP-4091");
    }

    private static Value.Mapping workflow(String phase) {
        return Value.object(
                "metadata",
                Value.object("name", "a", "namespace", "ns", "uid", "uid-a"),
                "spec",
                Value.object("entrypoint", "main"),
                "status",
                Value.object("phase", phase));
    }

    @Test
    void runs_are_deleted_with_their_object() throws Exception {
        assertThat(send(to("namespaces/ns/runs/a").DELETE()).body()).isEqualTo("{}");
        assertThat(objects.deleted).containsExactly("a uid-a");
        assertProblem(send(to("namespaces/ns/runs/z").DELETE()), 404, "TIP-4040");
    }

    private static List<String> names(String body) {
        return Json.parse(body).listAt("items").stream().flatMap(run -> run.textAt("name").stream()).toList();
    }
}
