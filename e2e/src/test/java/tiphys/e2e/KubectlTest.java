package tiphys.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.server.kubernetes.KubectlContract;

/// Unmodified kubectl against the real program: TLS, token and all. Both are in a network of their own where the machine
/// allows that, for the guide's objects want port 12000.
class KubectlTest extends KubectlContract {
    private static Optional<NetworkNamespace> network;
    private static Server server;

    @BeforeAll
    static void start(@TempDir Path folder) {
        network = NetworkNamespace.possible() ? Optional.of(new NetworkNamespace()) : Optional.empty();
        var data = folder.resolve("data");
        server = Server.launch(data, inside(Server.command(data)));
    }

    @AfterAll
    static void stop() {
        try {
            server.terminate();
        } finally {
            network.ifPresent(NetworkNamespace::close);
        }
    }

    private static List<String> inside(List<String> command) {
        return network.map(own -> own.command(command)).orElse(command);
    }

    @Override
    protected List<String> around() {
        return inside(List.of());
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
                .contains("nothing to forward: the user interface is served by this server itself");
    }
}
