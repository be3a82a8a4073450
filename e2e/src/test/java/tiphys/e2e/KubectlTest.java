package tiphys.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.server.kubernetes.KubectlContract;

/// Unmodified kubectl against the real program: TLS, token and all.
class KubectlTest extends KubectlContract {
    private static Server server;

    @BeforeAll
    static void start(@TempDir Path folder) {
        server = Server.start(folder.resolve("data"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    protected Path kubeconfig() {
        return server.kubeconfig();
    }

    @Test
    void a_workflow_runs_and_its_steps_output_is_read() {
        var workflow =
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata: {generateName: hello-}
                spec:
                  entrypoint: main
                  templates:
                  - name: main
                    container: {image: "alpine:3", command: [sh, -c], args: ["echo hello; sleep 1; echo again"]}
                """;
        var name = okFed(workflow, "create", "-f", "-", "-o", "name").replace("workflow.argoproj.io/", "");
        ok("wait", "wf/" + name, "--for=jsonpath={.status.phase}=Succeeded", "--timeout=50s");
        assertThat(ok("get", "wf")).containsPattern("NAME +STATUS +AGE +MESSAGE").contains("Succeeded");
        var pod = ok("get", "pods", "-l", "workflows.argoproj.io/workflow=" + name, "-o", "name");
        assertThat(ok("logs", pod)).isEqualTo("hello\nagain");
        assertThat(ok("logs", "-f", pod)).isEqualTo("hello\nagain");
        assertThat(ok("describe", pod)).contains("alpine:3");
        assertThat(ok("describe", "wf", name)).contains("Phase:", "Succeeded");
        ok("delete", "wf", name);
        assertThat(refused("get", "wf", name)).contains("NotFound");
    }

    @Test
    void the_guides_lines_for_a_cluster_get_an_honest_answer() {
        assertThat(
                        refused(
                                "patch",
                                "deployment",
                                "argo-server",
                                "--namespace",
                                "argo",
                                "--type=json",
                                "-p=[{\"op\": \"replace\", \"path\": \"/spec/template/spec/containers/0/args\", "
                                        + "\"value\": [\"server\",\"--auth-mode=server\"]}]"))
                .startsWith("Error from server (NotFound): ");
        assertThat(refused("port-forward", "svc/argo-server", "-n", "argo", "2746:2746"))
                .startsWith("Error from server (NotFound): ");
    }
}
