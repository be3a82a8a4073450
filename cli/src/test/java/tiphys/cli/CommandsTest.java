package tiphys.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tiphys.cli.server.FakeServer;
import tiphys.cli.server.Fields;
import tiphys.cli.server.Paths;
import tiphys.manifest.Value;

class CommandsTest {
    @TempDir Path directory;

    FakeServer server;
    Desk desk;

    @BeforeEach
    void begin() throws IOException {
        server = new Pipeline().on(new FakeServer());
        desk = Desk.at(directory, server);
    }

    @AfterEach
    void end() {
        server.close();
    }

    static final String TEMPLATE = "/apis/argoproj.io/v1alpha1/namespaces/argo-events/workflowtemplates/t";

    void manifest(String text) throws IOException {
        Files.writeString(directory.resolve("t.yaml"), text);
    }

    @Test
    void applying_creates_then_leaves_alone_then_configures() throws IOException {
        manifest("{apiVersion: argoproj.io/v1alpha1, kind: WorkflowTemplate, metadata: {name: t}, spec: {a: 1, b: 2}}");
        assertThat(desk.run("apply", "-n", "argo-events", "-f", "t.yaml").out())
                .isEqualTo("workflowtemplate.argoproj.io/t created\n");
        assertThat(desk.run("apply", "-n", "argo-events", "-f", "t.yaml").out())
                .isEqualTo("workflowtemplate.argoproj.io/t unchanged\n");
        manifest("{apiVersion: argoproj.io/v1alpha1, kind: WorkflowTemplate, metadata: {name: t}, spec: {a: 3}}");
        assertThat(desk.run("apply", "-n", "argo-events", "-f", "t.yaml").out())
                .isEqualTo("workflowtemplate.argoproj.io/t configured\n");
        var spec = server.object(TEMPLATE).orElseThrow().mapAt("spec");
        assertThat(spec.find("a").map(Fields::plain)).contains("3");
        assertThat(spec.find("b")).as("what the manifest no longer says is taken out").isEmpty();
    }

    @Test
    void a_directory_is_applied_in_the_order_of_dependency() throws IOException {
        var objects = Files.createDirectory(directory.resolve("objects"));
        for (var kind : new String[] {"Sensor", "EventBus", "WorkflowTemplate", "EventSource"}) {
            Files.writeString(
                    objects.resolve(kind + ".yaml"),
                    "{apiVersion: argoproj.io/v1alpha1, kind: " + kind + ", metadata: {name: x}}");
        }
        Files.writeString(objects.resolve("z.yml"), "{apiVersion: v1, kind: ServiceAccount, metadata: {name: x}}");
        Files.writeString(objects.resolve("notes.txt"), "no manifest");
        assertThat(desk.run("apply", "-f", "objects").out().lines())
                .containsExactly(
                        "serviceaccount/x created",
                        "eventbus.argoproj.io/x created",
                        "workflowtemplate.argoproj.io/x created",
                        "eventsource.argoproj.io/x created",
                        "sensor.argoproj.io/x created");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-n argo-events get wf",
                "--namespace=argo-events get wf",
                "-o name -n argo-events get wf",
                "-nargo-events -o name get wf",
                "get wf -n argo-events"
            })
    void options_may_stand_before_the_command_too(String line) {
        var done = desk.run(line.split(" ", -1));
        assertThat(done.exit()).as(done.err()).isZero();
    }

    @Test
    void options_before_a_command_of_a_group_go_to_that_command() {
        assertThat(Commands.arranged("--data", "d", "-A", "events", "list", "-o", "json"))
                .containsExactly("events", "list", "--data", "d", "-A", "-o", "json");
        assertThat(Commands.arranged("-A", "--help")).containsExactly("-A", "--help");
        assertThat(Commands.arranged("-n")).containsExactly("-n");
    }

    @Test
    void watching_a_kind_shows_the_rows_that_change_under_the_first_table() {
        var path = "/apis/argoproj.io/v1alpha1/namespaces/argo-events/workflows";
        var table = FakeServer.canned("table-workflows");
        var change = Value.object("type", "MODIFIED", "object", Value.object("kind", "Table", "rows", rows("Failed")));
        server.on(
                "TABLE " + path,
                asked -> asked.query("watch").isEmpty() ? FakeServer.Reply.ok(table) : FakeServer.Reply.ok(change));
        var done = desk.run("get", "wf", "-n", "argo-events", "-w", "--timeout", "1s");
        assertThat(done.exit()).as(done.err()).isZero();
        assertThat(done.out().lines().toList()).anyMatch(line -> line.matches("NAME +STATUS.*"));
        assertThat(done.out().lines().toList()).anyMatch(line -> line.matches("late-one +Failed.*"));
        assertThat(server.requests())
                .contains("GET " + path + "?watch=true&allowWatchBookmarks=true&resourceVersion=77");
    }

    private static List<Value> rows(String phase) {
        return List.of(
                Value.object(
                        "cells",
                        List.of("late-one", phase, "1m", ""),
                        "object",
                        Value.object("metadata", Value.object("name", "late-one", "resourceVersion", "77"))));
    }

    @Test
    void a_run_that_ends_well_ends_watch_with_0() {
        var done = desk.run("watch", "-n", "argo-events", "ml-pipe");
        assertThat(done.exit()).isZero();
        assertThat(done.out()).contains("✔ train-model Succeeded 1.1s").contains(Pipeline.RUN + "  Succeeded  2/2");
    }

    @Test
    void a_run_that_fails_ends_watch_with_1_and_says_where_to_look() {
        var done = desk.run("watch", "train-7kq2m");
        assertThat(done.exit()).isEqualTo(1);
        assertThat(done.err()).contains("tiphys logs train-7kq2m/'train(1:xgb)(0)' -n default");
    }

    @Test
    void a_run_is_resubmitted_with_what_went_well_in_it() {
        var asked = new ArrayList<String>();
        server.on(
                "POST " + Paths.run("argo-events", Pipeline.RUN) + "/resubmit",
                one -> {
                    asked.add(one.body());
                    return FakeServer.Reply.ok(FakeServer.canned("run-1"));
                });
        var line = "resubmit ml-pipe -n argo-events --memoized --priority 3 -p model=bert -o name";
        var done = desk.run(line.split(" ", -1));
        assertThat(done.exit()).as(done.err()).isZero();
        assertThat(done.out()).isEqualTo(Pipeline.RUN + "\n");
        assertThat(asked).containsExactly("{\"parameters\":{\"model\":\"bert\"},\"priority\":3,\"memoized\":true}");
    }

    private static final String RULES = "/api/v1/namespaces/kube-system/configmaps/tiphys-images";

    private String rules() {
        return server.object(RULES).flatMap(map -> map.textAt("data", "rules")).orElse("");
    }

    @Test
    void rules_for_images_are_rows_of_a_config_map_the_last_one_first() {
        server.on(
                "GET " + RULES,
                _ ->
                        server.object(RULES)
                                .map(FakeServer.Reply::ok)
                                .orElseGet(() -> FakeServer.Reply.refused(404, "", "not found", "")));
        var added = desk.run("images", "add", "my-tools*", "/opt/run", "--entry");
        assertThat(added.exit()).as(added.err()).isZero();
        assertThat(rules()).isEqualTo("my-tools* /opt/run - - entry\n");
        desk.run("images", "add", "train", "python3", "--language", "python", "--also", "python,python3");
        desk.run("images", "add", "my-tools*", "/opt/other");
        assertThat(rules()).isEqualTo("my-tools* /opt/other - -\ntrain python3 python python,python3\n");
        assertThat(desk.run("images", "remove", "train").out()).isEqualTo("image rule removed: train\n");
        assertThat(rules()).isEqualTo("my-tools* /opt/other - -\n");
        assertThat(desk.run("images", "remove", "train").exit()).isEqualTo(3);
        assertThat(desk.run("images", "add", "a tool", "sh").exit()).isEqualTo(2);
    }

    @Test
    void a_dry_run_tells_which_runs_would_be_ended_and_ends_none() {
        var done = desk.run("stop", "ml-pipe", "-n", "argo-events", "--dry-run");
        assertThat(done.out()).isEqualTo("workflow " + Pipeline.RUN + " stopped (dry-run)\n");
        assertThat(server.requests()).noneMatch(request -> request.startsWith("POST"));
    }

    @Test
    void runs_are_named_or_chosen_by_labels_and_not_both() {
        assertThat(desk.run("stop").exit()).isEqualTo(2);
        assertThat(desk.run("stop", "ml-pipe", "-l", "team=ml").exit()).isEqualTo(2);
    }

    @Test
    void logs_name_the_step_on_each_line() {
        assertThat(desk.run("logs", "@latest").out())
                .isEqualTo(
                        """
                        train-model    │ Training resnet...
                        evaluate-model │ Evaluating imagenet...
                        evaluate-model │ accuracy 0.93
                        """);
        assertThat(desk.run("logs", "@latest/train").out()).isEqualTo("Training resnet...\n");
    }

    @Test
    void what_a_step_prints_does_not_draw_on_a_terminal_unless_it_may() {
        var path = "GET " + Paths.run("argo-events", Pipeline.RUN) + "/nodes/n1/log";
        server.on(path, _ -> new FakeServer.Reply(200, "text/plain", "a\u001b[2Jb\u202ec\n"));
        assertThat(desk.run("logs", "@latest/train").out()).isEqualTo("a\u001b[2Jb\u202ec\n");
        desk.terminal(80);
        assertThat(desk.run("logs", "@latest/train").out()).isEqualTo("a\\x1b[2Jb\\u202ec\n");
        assertThat(desk.run("logs", "@latest").out()).contains("a\\x1b[2Jb");
        assertThat(desk.run("logs", "--raw", "@latest/train").out()).isEqualTo("a\u001b[2Jb\u202ec\n");
        assertThat(desk.run("get", "\u001b[2J", "x").err()).contains("\\x1b[2J").doesNotContain("\u001b[2J");
    }

    @Test
    void following_the_logs_of_an_ended_run_prints_all_and_ends() {
        var done = desk.run("logs", "-f", "@latest");
        assertThat(done.exit()).isZero();
        assertThat(done.out().lines()).contains("train-model    │ Training resnet...").hasSize(3);
    }

    @Test
    void submitting_sends_the_parameters_and_names_the_run() {
        var done = desk.run("submit", "ml-pipeline-template", "-n", "argo-events", "-p", "model=a=b");
        assertThat(done.out()).isEqualTo("workflow.argoproj.io/" + Pipeline.RUN + " created\n");
        assertThat(desk.run("submit", "ml-pipelin-template", "-n", "argo-events").exit()).isEqualTo(3);
    }

    @Test
    void a_template_is_submitted_as_argos_own_command_does() {
        assertThat(desk.run("submit", "--from", "workflowtemplate/ml-pipeline-template", "-n", "argo-events").out())
                .isEqualTo("workflow.argoproj.io/" + Pipeline.RUN + " created\n");
    }

    @Test
    void a_file_is_submitted_by_its_name_alone() throws IOException {
        manifest("{apiVersion: argoproj.io/v1alpha1, kind: WorkflowTemplate, metadata: {name: t}, spec: {}}");
        var done = desk.run("submit", "t.yaml");
        assertThat(done.err())
                .contains("TIP-7302", "submit takes Workflows, but found a WorkflowTemplate", "t.yaml:1:1");
        assertThat(desk.run("submit", "none.yaml").err()).contains("TIP-7304", "there is no file");
    }

    @Test
    void a_file_and_a_template_together_are_a_mistake() {
        assertThat(desk.run("submit", "t.yaml", "ml-pipeline-template").err())
                .contains("submit wants either a template's name or files");
        assertThat(desk.run("submit").exit()).isEqualTo(2);
    }

    @Test
    void status_says_what_the_server_is_doing() {
        assertThat(desk.run("status").out()).contains("runs        1 live of 12").contains("running, for 1h02m");
    }

    @Test
    void deleting_asks_only_for_much_and_only_people() throws IOException {
        manifest("{apiVersion: argoproj.io/v1alpha1, kind: WorkflowTemplate, metadata: {name: t}, spec: {}}");
        desk.run("apply", "-n", "argo-events", "-f", "t.yaml");
        desk.terminal(80).typing("n\n");
        assertThat(desk.run("delete", "wftmpl", "--all", "-n", "argo-events").exit()).isEqualTo(1);
        assertThat(server.object(TEMPLATE)).isPresent();
        desk.typing("y\n");
        assertThat(desk.run("delete", "wftmpl", "--all", "-n", "argo-events").out())
                .isEqualTo("workflowtemplate.argoproj.io \"t\" deleted\n");
        assertThat(server.object(TEMPLATE)).isEmpty();
    }
}
