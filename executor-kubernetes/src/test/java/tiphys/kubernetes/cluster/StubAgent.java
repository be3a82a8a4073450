package tiphys.kubernetes.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tiphys.kubernetes.client.ApiClient;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Artifact;

/// Argo's in-pod executor as far as a controller can tell: stages scripts and input artifacts, runs the wrapped command, saves output files
/// and artifacts, and reports them in a WorkflowTaskResult. The bucket is a directory beside the pods; an output file's path is one
/// of this machine.
final class StubAgent {
    private static final String EMISSARY = "emissary";

    private final ApiClient client;
    private final Path store;
    private final Value.Mapping pod;
    private final Map<String, Path> volumes;
    private final Function<String, Path> logs;
    private final Value.Mapping template;

    StubAgent(
            ApiClient client,
            Path directory,
            Value.Mapping pod,
            Map<String, Path> volumes,
            Function<String, Path> logs) {
        this.client = client;
        this.store = directory.resolveSibling("bucket");
        this.pod = pod;
        this.volumes = volumes;
        this.logs = logs;
        template = template(pod);
    }

    private static Value.Mapping template(Value.Mapping pod) {
        for (var container : pod.mapAt("spec").listAt("initContainers")) {
            var text = variable(container, "ARGO_TEMPLATE");
            if (runs(container, "init") && text.isPresent()) {
                return (Value.Mapping) Json.parse(text.get().getBytes(StandardCharsets.UTF_8));
            }
        }
        return Value.Mapping.EMPTY;
    }

    static Optional<String> variable(Value container, String name) {
        return container.listAt("env").stream()
                .filter(one -> one.textAt("name").orElse("").equals(name))
                .findFirst()
                .flatMap(one -> one.textAt("value"));
    }

    /// Whether a container is one of Argo's own.
    static boolean runs(Value container, String verb) {
        var command = container.listAt("command").stream().map(Json::text).toList();
        return command.size() > 1 && command.getFirst().equals("argoexec") && command.get(1).equals(verb);
    }

    /// Whether a pod has it.
    static boolean in(Value.Mapping pod) {
        return pod.mapAt("spec").listAt("initContainers").stream().anyMatch(one -> runs(one, "init"));
    }

    /// Makes of a container's line the one that is to run.
    static void unwrap(List<String> line) {
        if (line.size() > 1 && line.getFirst().endsWith("/argoexec") && line.get(1).equals(EMISSARY)) {
            line.subList(0, line.indexOf("--") + 1).clear();
        } else if (line.size() > 1 && line.getFirst().equals("argoexec")) {
            var waits = line.get(1).equals("wait");
            line.clear();
            line.addAll(waits ? List.of("sleep", "600") : List.of("true"));
        }
    }

    List<String> mains() {
        var set =
                template.listAt("containerSet", "containers").stream()
                        .map(one -> one.textAt("name").orElse(""))
                        .toList();
        return set.isEmpty() ? List.of("main") : set;
    }

    /// What `init` does.
    void prepare() throws IOException {
        var script = template.textAt("script", "source");
        if (script.isPresent()) {
            var file = volumes.get("argo-staging").resolve("script");
            Files.writeString(file, script.get());
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        for (var artifact : Artifact.list(template.mapAt("inputs"))) {
            var to = volumes.get("input-artifacts").resolve(artifact.name());
            var raw = artifact.json().textAt("raw", "data");
            if (raw.isPresent()) {
                Files.writeString(to, raw.get());
            } else {
                Files.copy(store.resolve(artifact.key().orElseThrow()), to);
            }
        }
    }

    /// What `wait` does when the step is over.
    void save() throws IOException {
        var wait = pod.mapAt("spec").listAt("containers").getFirst();
        var node = variable(wait, "ARGO_NODE_ID").orElseThrow();
        var prefix = Artifact.key(template.mapAt("archiveLocation")).orElse("");
        var parameters = new ArrayList<Value>();
        for (var output : template.listAt("outputs", "parameters")) {
            var path = Path.of(output.textAt("valueFrom", "path").orElse(""));
            if (Files.exists(path)) {
                parameters.add(
                        ((Value.Mapping) output).with("value", Value.text(Files.readString(path).stripTrailing())));
            }
        }
        var artifacts = new ArrayList<Value>();
        for (var output : Artifact.list(template.mapAt("outputs"))) {
            var from = Path.of(output.path().orElse(""));
            if (Files.exists(from)) {
                var key = output.key().orElse(prefix + "/" + output.name() + ".tgz");
                Files.createDirectories(store.resolve(key).getParent());
                Files.deleteIfExists(store.resolve(key));
                Files.copy(from, store.resolve(key));
                artifacts.add(output.json().with("s3", Value.object("key", key)));
            }
        }
        if (template.find("archiveLocation", "archiveLogs").equals(Optional.of(Value.bool(true)))) {
            artifacts.add(Value.object("name", "main-logs", "s3", Value.object("key", prefix + "/main.log")));
        }
        boolean result = variable(wait, "ARGO_INCLUDE_SCRIPT_OUTPUT").orElse("").equals("true");
        var outputs =
                Value.object(
                        "parameters", parameters,
                        "artifacts", artifacts,
                        "result", result ? Files.readString(logs.apply("main")).stripTrailing() : null);
        var namespace = pod.textAt("metadata", "namespace").orElse("");
        var answer =
                client.create(
                        "/apis/argoproj.io/v1alpha1/namespaces/" + namespace + "/workflowtaskresults",
                        Value.object(
                                "apiVersion",
                                "argoproj.io/v1alpha1",
                                "kind",
                                "WorkflowTaskResult",
                                "metadata",
                                Value.object(
                                        "name",
                                        node,
                                        "labels",
                                        Value.object(
                                                "workflows.argoproj.io/workflow",
                                                variable(wait, "ARGO_WORKFLOW_NAME").orElse(""),
                                                "workflows.argoproj.io/report-outputs-completed",
                                                "true")),
                                "outputs",
                                outputs));
        if (!answer.done()) {
            throw new IOException(answer.message());
        }
    }
}
