package tiphys.kubernetes.pod;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;

/// A manifest, what its nodes came to on a real controller, and the pods that were made there.
///
/// @param name of the suite and the file in it
/// @param documents what was created before and with it; the first Workflow among them is the one that was watched
/// @param nodes by canonical names
/// @param pods by the canonical names of their nodes
record RecordedPods(String name, List<Value.Mapping> documents, Map<String, Value> nodes, Map<String, Value> pods) {
    /// The default repository of the recorded cluster.
    private static final String REPOSITORY =
            """
            archiveLogs: true
            s3:
              endpoint: minio:9000
              bucket: my-bucket
              insecure: true
              accessKeySecret: {name: my-minio-cred, key: accesskey}
              secretKeySecret: {name: my-minio-cred, key: secretkey}
            """;

    /// Those of all manifests of a folder that has any.
    static List<RecordedPods> in(String prefix, Path manifests, Path outcomes, Path pods, String ending, Path base) {
        try (var files = Files.walk(pods)) {
            var all = new ArrayList<RecordedPods>();
            var everywhere = new ArrayList<Value.Mapping>();
            try (var yamls = Files.walk(manifests)) {
                for (var file : yamls.filter(one -> one.toString().endsWith(".yaml")).sorted().toList()) {
                    if (Files.readString(file).contains("kind: ClusterWorkflowTemplate")) {
                        documents(file).stream()
                                .filter(one -> kind(one).equals("ClusterWorkflowTemplate"))
                                .forEach(everywhere::add);
                    }
                }
            }
            for (var file : files.filter(one -> one.toString().endsWith(ending)).sorted().toList()) {
                var path = pods.relativize(file).toString();
                var manifest = path.substring(0, path.length() - ending.length());
                all.add(
                        read(
                                prefix + manifest.replaceFirst("\\.yaml$", ""),
                                manifests,
                                manifest,
                                outcomes,
                                file,
                                base,
                                everywhere));
            }
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RecordedPods read(
            String name,
            Path manifests,
            String manifest,
            Path outcomes,
            Path pods,
            Path base,
            List<Value.Mapping> everywhere)
            throws IOException {
        var outcome = Json.parse(Files.readAllBytes(outcomes.resolve(manifest + ".json")));
        var documents = new ArrayList<Value.Mapping>(everywhere);
        for (var supporting : outcome.listAt("supporting")) {
            documents.addAll(documents(manifests.resolve(supporting.textAt("file").orElseThrow())));
        }
        documents.addAll(documents(base));
        documents.addAll(documents(manifests.resolve(manifest)));
        documents.add(
                Value.object(
                        "kind",
                        "ConfigMap",
                        "metadata",
                        Value.object("name", ""),
                        "data",
                        Value.object("", REPOSITORY)));
        outcome.listAt("submitted_from")
                .forEach(one ->
                        one.textAt("argo submit --from")
                                .filter(_ -> one.find("workflow").isPresent())
                                .ifPresent(from -> submitted(from, documents)));
        var runs = outcome.listAt("workflows");
        var run = runs.isEmpty() ? Value.Mapping.EMPTY : runs.getFirst();
        return new RecordedPods(
                name, documents, run.mapAt("nodes").fields(), keyed(Json.parse(Files.readAllBytes(pods))));
    }

    /// The Workflow that `argo submit --from` makes.
    private static void submitted(String from, List<Value.Mapping> documents) {
        var parts = from.split("/", 2);
        if (parts[0].equals("cronwf")) {
            documents.stream()
                    .filter(one ->
                            kind(one).equals("CronWorkflow")
                                    && one.textAt("metadata", "name").orElse("").equals(parts[1]))
                    .findFirst()
                    .ifPresent(cron -> documents.add(workflow(parts[1], cron.mapAt("spec", "workflowSpec"))));
        } else {
            documents.add(
                    workflow(
                            parts[1],
                            Value.object(
                                    "workflowTemplateRef",
                                    Value.object(
                                            "name",
                                            parts[1],
                                            "clusterScope",
                                            parts[0].equals("clusterworkflowtemplate") ? true : null))));
        }
    }

    private static Value.Mapping workflow(String name, Value.Mapping spec) {
        return Value.object(
                "kind",
                "Workflow",
                "metadata",
                Value.object(
                        "generateName",
                        name + "-",
                        "annotations",
                        Value.object("workflows.argoproj.io/scheduled-time", "2026-11-24T12:00:00Z")),
                "spec",
                spec);
    }

    private static Map<String, Value> keyed(Value pods) {
        var keyed = new LinkedHashMap<String, Value>();
        ((Value.Mapping) pods)
                .fields()
                .forEach((key, pod) -> {
                    var node =
                            key.startsWith("{{pod:") || key.startsWith("{{id:")
                                    ? key.substring(key.indexOf(':') + 1, key.length() - 2)
                                    : key;
                    keyed.put(node, pod);
                });
        return keyed;
    }

    private static List<Value.Mapping> documents(Path file) throws IOException {
        var documents = new ArrayList<Value.Mapping>();
        for (var one : Yaml.parse(Files.readString(file).getBytes(StandardCharsets.UTF_8), file.toString())) {
            if (one instanceof Value.Mapping map) {
                documents.add(map);
            }
        }
        return documents;
    }

    /// The name that the manifest itself gives the run; empty if it is made up.
    String fixedName() {
        return documents.stream()
                .filter(one -> kind(one).equals("Workflow"))
                .findFirst()
                .flatMap(one -> one.textAt("metadata", "name"))
                .orElse("");
    }

    static String kind(Value.Mapping document) {
        return document.textAt("kind").orElse("");
    }
}
