package tiphys.server.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.manifest.Value;
import tiphys.objects.ObjectKey;
import tiphys.objects.ResourceTypes;

/// The contract on the API alone, without the gate in front of it; and what needs pods and runs that the test makes up.
class KubectlTest extends KubectlContract {
    private final LocalApi api = new LocalApi();

    @TempDir Path folder;

    @AfterEach
    void close() {
        api.close();
    }

    @Override
    protected Path kubeconfig() {
        var file = folder.resolve("kubeconfig");
        try {
            Files.writeString(
                    file,
                    """
                    apiVersion: v1
                    kind: Config
                    current-context: local
                    contexts: [{name: local, context: {cluster: local, user: local}}]
                    users: [{name: local, user: {}}]
                    clusters: [{name: local, cluster: {server: "%s"}}]
                    """
                            .formatted(api.url()));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_workflow_is_watched_in_argos_columns() {
        var workflow =
                "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {generateName: run-}\nspec: {entrypoint: main}\n";
        var name = okFed(workflow, "create", "-f", "-", "-o", "name").replace("workflow.argoproj.io/", "");
        try (var watch = follow("get", "wf", "-w");
                var wait = follow("wait", "wf/" + name, "--for=jsonpath={.status.phase}=Succeeded", "--timeout=30s")) {
            assertThat(watch.next()).matches("NAME +STATUS +AGE +MESSAGE *");
            watch.next();
            status(name, Value.object("phase", "Running", "startedAt", "2026-11-25T12:04:00Z"));
            assertThat(watch.next()).matches(name + " +Running +60s *");
            status(name, Value.object("phase", "Succeeded", "startedAt", "2026-11-25T12:04:00Z"));
            assertThat(watch.next()).contains("Succeeded");
            assertThat(wait.next()).isEqualTo("workflow.argoproj.io/" + name + " condition met");
        }
    }

    @Test
    void what_a_step_prints_is_read_and_followed() {
        api.pod(namespace(), "run-1", "Running", "a1");
        api.logs.print("a1", "Training resnet...\n");
        assertThat(ok("logs", "run-1")).isEqualTo("Training resnet...");
        assertThat(ok("logs", "run-1", "-c", "main", "--tail=1")).isEqualTo("Training resnet...");
        assertThat(ok("logs", "-l", "workflows.argoproj.io/workflow=run")).isEqualTo("Training resnet...");
        assertThat(refused("logs", "run-1", "-p")).contains("previous terminated container");
        try (var logs = follow("logs", "-f", "run-1")) {
            assertThat(logs.next()).isEqualTo("Training resnet...");
            api.logs.print("a1", "done\n");
            assertThat(logs.next()).isEqualTo("done");
            api.pod(namespace(), "run-1", "Succeeded", "a1");
            assertThat(logs.next()).isEmpty();
        }
    }

    @Test
    void pods_are_listed_described_and_not_entered() {
        api.pod(namespace(), "run-1", "Running", "a1");
        assertThat(ok("get", "pods")).containsPattern("NAME +READY +STATUS +RESTARTS +AGE").contains("Running");
        assertThat(ok("describe", "pod", "run-1")).contains("Name:", "run-1", "python:3.9");
        assertThat(refused("exec", "run-1", "--", "ls")).contains("there is nothing to exec into");
        assertThat(refused("attach", "run-1")).contains("there is nothing to attach into");
        assertThat(refused("port-forward", "pod/run-1", "1:1")).contains("nothing to forward");
        assertThat(ok("delete", "pod", "run-1")).startsWith("pod \"run-1\"");
    }

    private void status(String name, Value.Mapping status) {
        var key = new ObjectKey(ResourceTypes.WORKFLOW, namespace(), name);
        api.objects.status(api.objects.get(key), status);
    }
}
