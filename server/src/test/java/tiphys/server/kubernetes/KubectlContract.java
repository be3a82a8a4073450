package tiphys.server.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// What unmodified kubectl must meet on any server that has the Kubernetes-style API: the local one of these tests, and the
/// real program. Each test makes a namespace of its own.
@ParameterizedClass(name = "{0}")
@MethodSource("tiphys.server.kubernetes.Kubectl#onThisMachine")
public abstract class KubectlContract {
    @Parameter public Kubectl kubectl;

    private final String namespace = "lab-" + UUID.randomUUID().toString().substring(0, 8);

    /// How to reach the server under test; an admin.
    protected abstract Path kubeconfig();

    /// The command that runs kubectl where it reaches the server, if it takes one.
    protected List<String> around() {
        return List.of();
    }

    @BeforeEach
    void make_a_namespace() {
        assumeTrue(kubectl.present(), "no kubectl on the PATH");
        assertThat(ok("create", "namespace", namespace)).isEqualTo("namespace/" + namespace + " created");
    }

    @Test
    void the_guides_objects_are_applied_found_unchanged_and_configured() {
        var pipeline = pipeline();
        for (var file : pipeline) {
            assertThat(ok("apply", "-n", "argo-events", "-f", file)).endsWith(" created");
        }
        for (var file : pipeline) {
            assertThat(ok("apply", "-n", "argo-events", "-f", file)).endsWith(" unchanged");
        }
        var bus =
                "apiVersion: argoproj.io/v1alpha1\nkind: EventBus\nmetadata: {name: default}\n"
                        + "spec: {nats: {native: {replicas: 5, auth: token}}}\n";
        assertThat(okFed(bus, "apply", "-n", "argo-events", "-f", "-"))
                .isEqualTo("eventbus.argoproj.io/default configured");
        assertThat(ok("-n", "argo-events", "get", "eventbus", "default", "-o", "jsonpath={.spec.nats.native.replicas}"))
                .isEqualTo("5");
        assertThat(ok("-n", "argo-events", "get", "wf,wftmpl,es,sensor,eventbus"))
                .contains(
                        "eventsource.argoproj.io/webhook",
                        "http://localhost:",
                        "sensor.argoproj.io/ml-pipeline-sensor");
        assertThat(refused("-n", "argo-events", "port-forward", "svc/webhook-eventsource-svc", "12000:12000"))
                .startsWith("Error from server (BadRequest): nothing to forward: event source webhook is ")
                .contains("served at http://localhost:12000/trigger");
        ok("delete", "namespace", "argo-events");
    }

    @Test
    void namespaces_config_maps_secrets_accounts_and_roles_are_created_by_commands() {
        ok("create", "configmap", "c", "--from-literal=k=v");
        ok("create", "secret", "generic", "s", "--from-literal=k=v");
        ok("create", "serviceaccount", "a");
        ok("create", "role", "r", "--verb=get", "--resource=pods");
        ok("create", "rolebinding", "b", "--role=r", "--serviceaccount=" + namespace + ":a");
        assertThat(ok("get", "cm", "c", "-o", "jsonpath={.data.k}")).isEqualTo("v");
        assertThat(ok("get", "secret", "s", "-o", "jsonpath={.data.k}")).isEqualTo("dg==");
        assertThat(ok("get", "role", "r", "-o", "jsonpath={.rules[0].resources}")).isEqualTo("[\"pods\"]");
        assertThat(ok("get", "rolebinding", "b", "-o", "jsonpath={.subjects[0].kind}")).isEqualTo("ServiceAccount");
        assertThat(refused("create", "configmap", "c")).contains("configmaps \"c\" already exists");
    }

    @Test
    void objects_are_shown_in_every_form() {
        template("t", "before");
        assertThat(ok("get", "wftmpl")).containsPattern("NAME +AGE").contains("t ");
        assertThat(ok("get", "wftmpl", "-o", "wide")).contains("ENTRYPOINT", "main");
        assertThat(ok("get", "wftmpl", "-o", "name")).isEqualTo("workflowtemplate.argoproj.io/t");
        assertThat(ok("get", "wftmpl", "t", "-o", "yaml")).contains("kind: WorkflowTemplate", "entrypoint: main");
        assertThat(ok("get", "wftmpl", "t", "-o", "json")).contains("\"kind\": \"WorkflowTemplate\"");
        assertThat(ok("get", "wftmpl", "-o", "custom-columns=N:.metadata.name,E:.spec.entrypoint")).contains("main");
        assertThat(ok("get", "wftmpl", "--show-labels")).contains("LABELS", "say=before");
        assertThat(ok("get", "wftmpl", "-A")).contains("NAMESPACE", namespace);
        assertThat(ok("describe", "wftmpl", "t")).contains("Entrypoint:", "Events:");
        assertThat(ok("get", "wftmpl", "-l", "say=before", "-o", "name")).contains("/t");
        assertThat(ok("get", "wftmpl", "-l", "say!=before", "-o", "name")).isEmpty();
        assertThat(ok("get", "wf")).isEqualTo("");
    }

    @Test
    void objects_are_changed_by_every_command() {
        template("t", "before");
        assertThat(ok("label", "wftmpl", "t", "a=b")).endsWith("labeled");
        assertThat(ok("annotate", "wftmpl", "t", "c=d")).contains(" annotate");
        assertThat(ok("patch", "wftmpl", "t", "--type=merge", "-p", "{\"metadata\":{\"labels\":{\"x\":\"y\"}}}"))
                .endsWith("patched");
        assertThat(
                        ok(
                                "patch",
                                "wftmpl",
                                "t",
                                "--type=json",
                                "-p",
                                "[{\"op\":\"remove\",\"path\":\"/metadata/labels/x\"}]"))
                .endsWith("patched");
        assertThat(ok("edit", "wftmpl", "t")).endsWith("edited");
        assertThat(ok("get", "wftmpl", "t", "-o", "jsonpath={.metadata.labels}"))
                .isEqualTo("{\"a\":\"b\",\"say\":\"after\"}");
        ok("create", "configmap", "c", "--from-literal=k=v");
        assertThat(ok("patch", "cm", "c", "-p", "{\"data\":{\"k\":\"w\"}}")).endsWith("patched");
        assertThat(okFed(template("replaced"), "replace", "-f", "-")).endsWith("replaced");
        assertThat(okFed(template("other"), "apply", "--server-side", "--force-conflicts", "-f", "-"))
                .endsWith("applied");
        assertThat(okFed(template("dry"), "apply", "--dry-run=server", "-f", "-")).endsWith("(server dry run)");
        assertThat(run(template("dry"), "diff", "-f", "-").out()).contains("+    say: dry");
        assertThat(ok("get", "wftmpl", "t", "-o", "jsonpath={.metadata.labels.say}")).isEqualTo("other");
    }

    @Test
    void a_name_is_made_from_its_beginning() {
        var map = "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"generateName\":\"made-\"}}";
        assertThat(okFed(map, "create", "-f", "-")).matches("configmap/made-\\w+ created");
        assertThat(okFed(map, "create", "-f", "-", "-o", "name")).matches("configmap/made-\\w+");
    }

    @Test
    void deleting_waits_until_the_object_is_gone() {
        for (var name : List.of("a", "b", "c", "d")) {
            ok("create", "configmap", name);
        }
        ok("label", "cm", "b", "old=yes");
        assertThat(ok("delete", "cm", "a")).startsWith("configmap \"a\" deleted");
        assertThat(ok("delete", "cm", "-l", "old=yes")).startsWith("configmap \"b\" deleted");
        assertThat(ok("wait", "--for=delete", "cm/a", "--timeout=20s")).isEmpty();
        ok("delete", "cm", "--all");
        assertThat(ok("get", "cm", "-o", "name")).doesNotContain("configmap/c");
        assertThat(refused("delete", "cm", "a")).isEqualTo("Error from server (NotFound): configmaps \"a\" not found");
        assertThat(ok("delete", "cm", "a", "--ignore-not-found")).isEmpty();
    }

    @Test
    void watching_shows_what_happens() {
        template("t", "before");
        try (var watch = follow("get", "wftmpl", "-w", "--show-labels")) {
            assertThat(watch.next()).startsWith("NAME");
            assertThat(watch.next()).startsWith("t ");
            ok("label", "wftmpl", "t", "seen=yes");
            assertThat(watch.next()).contains("seen=yes");
            ok("delete", "wftmpl", "t");
            assertThat(watch.next()).startsWith("t ");
        }
    }

    @Test
    void waiting_ends_when_the_field_has_the_value() {
        template("t", "before");
        try (var wait = follow("wait", "wftmpl/t", "--for=jsonpath={.metadata.labels.say}=after", "--timeout=30s")) {
            ok("label", "wftmpl", "t", "say=after", "--overwrite");
            assertThat(wait.next()).isEqualTo("workflowtemplate.argoproj.io/t condition met");
        }
    }

    @Test
    void what_is_wrong_is_said_in_kubernetes_words() {
        assertThat(refused("get", "wf", "none"))
                .isEqualTo("Error from server (NotFound): workflows.argoproj.io \"none\" not found");
        assertThat(refused("get", "widgets")).contains("the server doesn't have a resource type \"widgets\"");
        assertThat(run("apiVersion: v1\nkind: Widget\nmetadata: {name: w}\n", "apply", "-f", "-").err())
                .contains("no matches for kind \"Widget\" in version \"v1\"");
        assertThat(run(template("x") + "  bogus: 1\n", "apply", "-f", "-").err())
                .contains("unknown field \"spec.bogus\"");
        assertThat(refused("patch", "wftmpl", "none", "-p", "{}")).contains("NotFound");
        assertThat(refused("patch", "deployment", "argo-server", "--type=json", "-p", "[]"))
                .isEqualTo("Error from server (NotFound): deployments.apps \"argo-server\" not found");
        assertThat(refused("top", "pods")).contains("Metrics API not available");
        assertThat(refused("create", "deployment", "d", "--image=x")).contains("keeps no deployments");
    }

    @Test
    void the_server_tells_about_itself() {
        assertThat(ok("api-resources")).contains("workflowtemplates", "wftmpl", "eventbus").doesNotContain("Error");
        assertThat(ok("api-versions")).contains("argoproj.io/v1alpha1", "rbac.authorization.k8s.io/v1");
        assertThat(ok("explain", "workflow.spec")).contains("entrypoint", "activeDeadlineSeconds");
        assertThat(ok("explain", "es.spec.webhook")).contains("endpoint");
        assertThat(ok("version")).contains("Server Version:", "tiphys");
        assertThat(ok("auth", "can-i", "create", "workflows")).isEqualTo("yes");
        if (kubectl.since(28)) {
            assertThat(ok("auth", "whoami")).contains("admin");
        }
        assertThat(ok("get", "all")).isEmpty();
    }

    /// A WorkflowTemplate `t` with a label.
    private static String template(String label) {
        return """
        apiVersion: argoproj.io/v1alpha1
        kind: WorkflowTemplate
        metadata:
          name: t
          labels: {say: %s}
        spec:
          entrypoint: main
          templates:
          - name: main
            container: {image: "alpine:3", command: [echo]}
        """
                .formatted(label);
    }

    private void template(String name, String label) {
        assertThat(okFed(template(label), "apply", "-f", "-")).endsWith("/" + name + " created");
    }

    private List<String> pipeline() {
        if (run("", "get", "namespace", "argo-events").code() != 0) {
            ok("create", "namespace", "argo-events");
        }
        return Kubectl.example("ml-pipeline").stream().map(Path::toString).toList();
    }

    /// The namespace that this test has made.
    protected final String namespace() {
        return namespace;
    }

    /// The output of a command that must succeed, without the last line end.
    protected final String ok(String... arguments) {
        return okFed("", arguments);
    }

    protected final String okFed(String input, String... arguments) {
        var outcome = run(input, arguments);
        assertThat(outcome.code()).as("%s: %s", Arrays.toString(arguments), outcome).isEqualTo(0);
        return outcome.out().strip();
    }

    /// The error text of a command that must fail.
    protected final String refused(String... arguments) {
        var outcome = run("", arguments);
        assertThat(outcome.code()).as("%s: %s", Arrays.toString(arguments), outcome).isNotEqualTo(0);
        return outcome.err().strip();
    }

    protected final Kubectl.Outcome run(String input, String... arguments) {
        return kubectl.run(around(), kubeconfig(), input, placed(arguments));
    }

    protected final Kubectl.Following follow(String... arguments) {
        return kubectl.follow(around(), kubeconfig(), placed(arguments));
    }

    /// The arguments, with this test's namespace if they name none.
    private String[] placed(String... arguments) {
        if (List.of(arguments).contains("-n") || List.of(arguments).contains("-A")) {
            return arguments;
        }
        var placed = new ArrayList<>(List.of("-n", namespace));
        placed.addAll(List.of(arguments));
        return placed.toArray(new String[0]);
    }
}
