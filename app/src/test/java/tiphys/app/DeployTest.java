package tiphys.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static tiphys.app.SharedCluster.LIMIT;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;
import tiphys.testkit.Eventually;

/// The manifests of `deploy/`, applied to a real API server; the controller is a program with the token of the service account that they
/// make, so that its rights are theirs.
class DeployTest {
    private static final Path DEPLOY = Path.of("..", "deploy");
    private static final String NAMESPACE = "deployed";

    /// What only a mishap asks for, or what no request of its own shows.
    private static final Set<String> UNSEEN =
            Set.of(
                    "update workflows/finalizers", // the server looks at it when a pod is made
                    "update cronworkflows/finalizers", // and when a run of one is
                    "impersonate serviceaccounts", // shown by the requests themselves
                    "get cronworkflows", // after a write of its status that was refused
                    "get secrets"); // of repositories that have keys

    private static SharedCluster cluster;
    @TempDir Path directory;
    private final List<Process> processes = new ArrayList<>();

    @BeforeAll
    static void start() {
        cluster = SharedCluster.with(NAMESPACE);
        assumeTrue(onPath("kubectl"), "no kubectl on this machine");
    }

    @AfterEach
    void end() throws InterruptedException {
        for (var process : processes) {
            process.destroy();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("ends when it is asked to").isTrue();
        }
    }

    private static boolean onPath(String program) {
        for (var folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    private static String kubectl(String... words) {
        var command = new ArrayList<>(List.of("kubectl", "--kubeconfig", cluster.server().kubeconfig().toString()));
        command.addAll(List.of(words));
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as("%s: %s", command, said).isZero();
            return said;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// The controller as the Deployment of a namespace has it.
    private void controller(String namespace, String... more) throws IOException {
        var deployment = cluster.get("/apis/apps/v1/namespaces/" + namespace + "/deployments/tiphys");
        var container = deployment.mapAt("spec", "template", "spec").listAt("containers").getFirst();
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "tiphys.app.Main"));
        for (var arg : container.listAt("args")) {
            command.add(
                    Json.text(arg)
                            .replace("/data", directory.resolve("data-" + namespace).toString())
                            .replace("8080", "0")
                            .replace("$(NAMESPACE)", namespace));
        }
        command.addAll(List.of("--kubeconfig", cluster.server().kubeconfig(namespace, "tiphys").toString()));
        command.addAll(List.of(more));
        var log = directory.resolve("controller-" + namespace + ".log").toFile();
        processes.add(new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start());
    }

    @Test
    void the_plain_manifests_are_what_kustomize_makes() throws IOException {
        for (var install : List.of("cluster", "namespaced")) {
            assertThat(Files.readString(DEPLOY.resolve(install + ".yaml")))
                    .as("kubectl kustomize deploy/%1$s > deploy/%1$s.yaml makes it", install)
                    .isEqualTo(kubectl("kustomize", DEPLOY.resolve(install).toString()));
        }
    }

    @Test
    void the_table_of_rights_in_the_documents_says_what_the_roles_say() throws IOException {
        var document = Files.readString(Path.of("..", "docs", "kubernetes.md"));
        for (var file : List.of("cluster/role.yaml", "namespaced/role.yaml", "base/lease-role.yaml")) {
            var lines = Files.readAllLines(DEPLOY.resolve(file));
            var rules = Yaml.parse(Files.readAllBytes(DEPLOY.resolve(file)), file).getFirst().listAt("rules");
            var reasons =
                    lines.subList(lines.indexOf("rules:") + 1, lines.size()).stream()
                            .filter(line -> line.startsWith("# "))
                            .map(line -> line.substring(2))
                            .toList();
            assertThat(reasons).as(file).hasSameSizeAs(rules);
            for (int i = 0; i < rules.size(); i++) {
                var rule = rules.get(i);
                var names = rule.listAt("resources").stream().map(one -> "`" + Json.text(one) + "`").toList();
                var verbs = rule.listAt("verbs").stream().map(Json::text).toList();
                var row =
                        "| %s | %s | %s |"
                                .formatted(String.join(", ", names), String.join(", ", verbs), reasons.get(i));
                assertThat(document).contains(row);
            }
        }
    }

    @Test
    void the_rights_of_the_cluster_wide_installation_suffice_and_none_is_too_many() throws IOException {
        kubectl("apply", "-f", DEPLOY.resolve("cluster.yaml").toString());
        prepare();
        controller("tiphys", "--instanceid", "deployed", "--executor-image", "argoexec:stub");
        cluster.run(NAMESPACE, workflow("everything"));
        cluster.run(NAMESPACE, sleeper());
        cluster.apply(
                "/apis/argoproj.io/v1alpha1/namespaces/deployed/cronworkflows",
                """
                apiVersion: argoproj.io/v1alpha1
                kind: CronWorkflow
                metadata: {name: often, namespace: deployed, labels: {workflows.argoproj.io/controller-instanceid: deployed}}
                spec:
                  schedules: ["@every 2s"]
                  successfulJobsHistoryLimit: 1
                  workflowSpec: {entrypoint: main, templates: [{name: main, container: {image: busybox, command: ["true"]}}]}
                """);
        Eventually.within(LIMIT, "a pod to end", () -> cluster.pods(NAMESPACE, "sleeper").size() == 1);
        cluster.client()
                .patch(
                        "/apis/argoproj.io/v1alpha1/namespaces/deployed/workflows/sleeper",
                        Value.object("spec", Value.object("shutdown", "Terminate")));
        var status = cluster.ended(NAMESPACE, "everything");
        assertThat(status.textAt("phase")).as("%s", status).contains("Succeeded");
        assertThat(cluster.ended(NAMESPACE, "sleeper").textAt("phase")).contains("Failed");
        cluster.client()
                .delete("/apis/argoproj.io/v1alpha1/namespaces/deployed/workflows/everything"); // its artifacts first
        var granted = granted();
        var unused = new TreeSet<String>();
        try {
            Eventually.within(
                    LIMIT,
                    "every right to be used",
                    () -> {
                        unused.clear();
                        unused.addAll(granted);
                        unused.removeAll(used("allow"));
                        return unused.isEmpty();
                    });
        } catch (AssertionError e) {
            throw new AssertionError("rights that nothing used: " + unused, e);
        }
        assertThat(used("forbid")).isEmpty();
        assertThat(
                        cluster.server().audited().stream()
                                .filter(DeployTest::ours)
                                .anyMatch(event -> event.find("impersonatedUser").isPresent()))
                .isTrue();
        takeAway();
    }

    /// What the roles give, as `VERB RESOURCE`.
    private static Set<String> granted() throws IOException {
        var all = new TreeSet<String>();
        for (var file : List.of("cluster/role.yaml", "base/lease-role.yaml")) {
            for (var rule : Yaml.parse(Files.readAllBytes(DEPLOY.resolve(file)), file).getFirst().listAt("rules")) {
                for (var verb : rule.listAt("verbs")) {
                    rule.listAt("resources").forEach(resource -> all.add(Json.text(verb) + " " + Json.text(resource)));
                }
            }
        }
        all.removeAll(UNSEEN);
        return all;
    }

    private static boolean ours(Value event) {
        return event.textAt("user", "username").orElse("").equals("system:serviceaccount:tiphys:tiphys");
    }

    /// What the controller asked for in its own name, by how the cluster decided about it.
    private static Set<String> used(String decision) {
        var used = new TreeSet<String>();
        for (var event : cluster.server().audited()) {
            if (ours(event)
                    && event.find("impersonatedUser").isEmpty()
                    && event.textAt("annotations", "authorization.k8s.io/decision").orElse("").equals(decision)) {
                var part = event.textAt("objectRef", "subresource").map(text -> "/" + text).orElse("");
                used.add(
                        event.textAt("verb").orElse("")
                                + " "
                                + event.textAt("objectRef", "resource").orElse("")
                                + part);
            }
        }
        return used;
    }

    /// One right less, and a run says which.
    private static void takeAway() throws IOException {
        kubectl(
                "patch",
                "cronworkflow",
                "often",
                "-n",
                NAMESPACE,
                "--type=merge",
                "-p",
                "{\"spec\":{\"suspend\":true}}");
        kubectl(
                "patch",
                "clusterrole",
                "tiphys",
                "--type=json",
                "-p",
                "[{\"op\":\"replace\",\"path\":\"/rules/0/verbs\",\"value\":[\"list\",\"watch\",\"get\",\"patch\",\"delete\"]}]");
        Eventually.within(
                LIMIT,
                "a run that is refused its pod",
                () -> {
                    var name = "refused-" + System.nanoTime();
                    cluster.run(
                            NAMESPACE,
                            """
                            apiVersion: argoproj.io/v1alpha1
                            kind: Workflow
                            metadata: {name: %s, namespace: deployed, labels: {workflows.argoproj.io/controller-instanceid: deployed}}
                            spec: {entrypoint: main, templates: [{name: main, container: {image: busybox, command: ["true"]}}]}
                            """
                                    .formatted(name));
                    var message = cluster.ended(NAMESPACE, name).textAt("message").orElse("");
                    return message.contains("cannot create resource \"pods\"");
                });
    }

    private static void prepare() {
        cluster.apply(
                "/api/v1/namespaces/deployed/configmaps",
                """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: artifact-repositories
                  namespace: deployed
                  annotations: {workflows.argoproj.io/default-artifact-repository: bucket}
                data:
                  bucket: |
                    s3: {endpoint: "bucket.invalid:9000", bucket: things, insecure: true}
                """);
        cluster.apply(
                "/apis/rbac.authorization.k8s.io/v1/namespaces/deployed/roles",
                """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: maps, namespace: deployed}
                rules: [{apiGroups: [""], resources: [configmaps], verbs: [get, create]}]
                """);
        cluster.apply(
                "/apis/rbac.authorization.k8s.io/v1/namespaces/deployed/rolebindings",
                """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: maps, namespace: deployed}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: maps}
                subjects: [{kind: ServiceAccount, name: default, namespace: deployed}]
                """);
    }

    /// One that asks for all that there is.
    private String workflow(String name) {
        return """
        apiVersion: argoproj.io/v1alpha1
        kind: Workflow
        metadata: {name: %s, namespace: deployed, labels: {workflows.argoproj.io/controller-instanceid: deployed}}
        spec:
          entrypoint: main
          archiveLogs: true
          artifactGC: {strategy: OnWorkflowDeletion}
          podGC: {strategy: OnWorkflowCompletion, deleteDelayDuration: 0s}
          podDisruptionBudget: {minAvailable: 9999}
          volumeClaimGC: {strategy: OnWorkflowCompletion}
          volumeClaimTemplates:
          - metadata: {name: work}
            spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
          templates:
          - name: main
            steps:
            - - {name: say, template: say}
              - {name: make, template: make}
            - - {name: memo, template: memo, arguments: {parameters: [{name: word, value: "{{steps.say.outputs.result}}"}]}}
              - {name: file, template: file}
            - - {name: again, template: again}
          - {name: say, container: {image: busybox, command: [echo], args: [word], volumeMounts: [{name: work, mountPath: /work}]}}
          - name: memo
            inputs: {parameters: [{name: word}]}
            memoize: {key: "{{inputs.parameters.word}}", maxAge: 1h, cache: {configMap: {name: results}}}
            script: {image: busybox, command: [sh], source: "echo {{inputs.parameters.word}}"}
          - name: again
            memoize: {key: other, maxAge: 1h, cache: {configMap: {name: results}}}
            script: {image: busybox, command: [sh], source: "echo again"}
          - name: make
            resource:
              action: create
              manifest: |
                apiVersion: v1
                kind: ConfigMap
                metadata: {generateName: made-}
          - name: file
            container: {image: busybox, command: [sh, -c], args: ["echo text > %s"]}
            outputs: {parameters: [{name: text, valueFrom: {path: %s}}]}
        """
                .formatted(name, directory.resolve("file"), directory.resolve("file"));
    }

    private static String sleeper() {
        return """
        apiVersion: argoproj.io/v1alpha1
        kind: Workflow
        metadata: {name: sleeper, namespace: deployed, labels: {workflows.argoproj.io/controller-instanceid: deployed}}
        spec:
          entrypoint: main
          templates: [{name: main, container: {image: busybox, command: [sh, -c], args: ["exec sleep 60"]}}]
        """;
    }

    @Test
    void the_namespaced_installation_needs_no_right_outside_of_its_namespace() throws IOException {
        cluster.server().namespace("argo");
        kubectl("apply", "-k", DEPLOY.resolve("namespaced").toString());
        controller("argo");
        cluster.run(
                "argo",
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Workflow
                metadata: {name: inside, namespace: argo}
                spec:
                  entrypoint: main
                  templates:
                  - name: main
                    steps:
                    - - {name: a, template: say, arguments: {parameters: [{name: word, value: one}]}}
                    - - {name: b, template: say, arguments: {parameters: [{name: word, value: "{{steps.a.outputs.result}}"}]}}
                  - name: say
                    inputs: {parameters: [{name: word}]}
                    container: {image: busybox, command: [echo], args: ["{{inputs.parameters.word}}"]}
                """);
        assertThat(cluster.ended("argo", "inside").textAt("phase")).contains("Succeeded");
        assertThat(
                        kubectl(
                                "get",
                                "lease",
                                "workflow-controller",
                                "-n",
                                "argo",
                                "-o",
                                "jsonpath={.spec.holderIdentity}"))
                .startsWith("tiphys-");
    }
}
