package tiphys.kubernetes.pod;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import tiphys.engine.StepOrder;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.Artifact;

/// The template as Argo's in-pod executor reads it from `ARGO_TEMPLATE`, and what it needs for its artifacts. An order has
/// the key of each output artifact worked out, and what is printed as an artifact `main-logs`; Argo's executor works that out itself.
record ArgoTemplate(Value.Mapping json) {
    private static final String LOGS = "-logs";

    /// What an order has of the workflow for engines that know templates alone; here it is in the pod itself.
    private static final List<String> OF_WORKFLOWS =
            List.of("hostNetwork", "dnsPolicy", "dnsConfig", "imagePullSecrets");

    static ArgoTemplate of(StepOrder order) {
        var json = order.template().json();
        for (var field : OF_WORKFLOWS) {
            json = json.without(field);
        }
        var location = json.mapAt("archiveLocation").without("own");
        boolean logs = false;
        var outputs = new ArrayList<Value>();
        for (var artifact : order.template().outputArtifacts()) {
            if (artifact.path().isEmpty() && artifact.name().endsWith(LOGS)) {
                logs = true;
            } else {
                outputs.add(declared(artifact, Artifact.key(location).orElse("")));
            }
        }
        if (!location.fields().isEmpty()) {
            json = json.with("archiveLocation", logs ? location.with("archiveLogs", Value.bool(true)) : location);
        }
        var out = json.mapAt("outputs").without("artifacts");
        if (!outputs.isEmpty()) {
            out = out.with("artifacts", Value.list(outputs));
        }
        return new ArgoTemplate(
                json.with("inputs", json.mapAt("inputs").without("parameters"))
                        .with("outputs", out)
                        .with("metadata", Value.Mapping.EMPTY));
    }

    /// An output without the key that it would get anyway.
    private static Value declared(Artifact artifact, String prefix) {
        var driver = artifact.driver();
        boolean usual =
                driver.isPresent()
                        && !artifact.located()
                        && artifact.json().mapAt(driver.get()).fields().size() == 1
                        && artifact.key().filter(key -> key.startsWith(prefix + "/")).isPresent();
        return usual ? artifact.json().without(driver.get()) : artifact.json();
    }

    /// Whether what the step prints is kept.
    boolean archivesLogs() {
        return json.find("archiveLocation", "archiveLogs").isPresent();
    }

    List<Artifact> inputArtifacts() {
        return Artifact.list(json.mapAt("inputs"));
    }

    /// The Secrets that hold what artifacts' places are opened with: a volume each, with the keys that are needed.
    List<Value> secretVolumes() {
        var keys = new TreeMap<String, TreeSet<String>>();
        collect(json.mapAt("archiveLocation"), keys);
        collect(Value.list(json.mapAt("inputs").listAt("artifacts")), keys);
        collect(Value.list(json.mapAt("outputs").listAt("artifacts")), keys);
        collect(json.mapAt("data", "source", "artifactPaths"), keys);
        var volumes = new ArrayList<Value>();
        keys.forEach((secret, those) ->
                volumes.add(
                        Value.object(
                                "name",
                                secret,
                                "secret",
                                Value.object(
                                        "secretName",
                                        secret,
                                        "items",
                                        those.stream().map(key -> Value.object("key", key, "path", key)).toList()))));
        return volumes;
    }

    private static void collect(Value value, TreeMap<String, TreeSet<String>> keys) {
        switch (value) {
            case Value.Mapping map ->
                    map.fields()
                            .forEach((field, inner) -> {
                                var name = inner.textAt("name").orElse("");
                                if (field.endsWith("Secret") && !name.isEmpty()) {
                                    keys.computeIfAbsent(name, _ -> new TreeSet<>())
                                            .add(inner.textAt("key").orElse(""));
                                } else {
                                    collect(inner, keys);
                                }
                            });
            case Value.Sequence(var items, _) -> items.forEach(item -> collect(item, keys));
            case Value.Text _, Value.Number _, Value.Bool _, Value.Null _ -> {}
        }
    }

    String text() {
        return Json.write(json);
    }
}
