package tiphys.kubernetes.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tiphys.engine.StepOrder;
import tiphys.kubernetes.pod.PodSettings.Agent;
import tiphys.kubernetes.pod.PodSettings.Entrypoint;
import tiphys.kubernetes.pod.PodSettings.Layout;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Makes the pods of every given manifest in Argo's layout and compares each with the one that a real controller made. What is known
/// to differ stands with its reason in `known-pods.tsv`. The recorded pods are not part of this repository; where they are not beside
/// it, nothing is tested, and the report says so.
class GoldenPodsTest {
    private static final Path GIVEN = Path.of("..", "..", "shared", "conformance");

    static final PodSettings ARGO =
            new PodSettings(
                    Layout.ARGO,
                    new Agent(
                            "quay.io/argoproj/argoexec:v4.1.2",
                            java.util.Optional.empty(),
                            Value.object("requests", Value.object("cpu", "10m", "memory", "64Mi")),
                            Value.Mapping.EMPTY,
                            List.of()),
                    Value.Mapping.EMPTY,
                    Map.of(
                            "argoproj/argosay:v2", new Entrypoint(List.of("/argosay"), List.of()),
                            "argoproj/argosay:v1", new Entrypoint(List.of(), List.of("cowsay")),
                            "busybox", new Entrypoint(List.of(), List.of("sh")),
                            "influxdb:1.2", new Entrypoint(List.of(), List.of("influxd")),
                            "nginx:1.13", new Entrypoint(List.of(), List.of("nginx", "-g", "daemon off;"))),
                    "",
                    Map.of());

    @Test
    void every_recorded_pod_is_made_as_a_real_controller_made_it() throws IOException {
        var all = recorded();
        assumeTrue(!all.isEmpty(), "no recorded pods at " + GIVEN);
        var only = System.getProperty("only", "");
        all.removeIf(one -> !one.name().matches(".*" + only + ".*"));
        var known = known();
        var counts = new TreeMap<String, Integer>();
        var report = new ArrayList<String>();
        var surprises = new TreeSet<String>();
        for (var recorded : all) {
            var differences = differences(recorded, counts);
            var result = differences.isEmpty() ? "equal" : known.containsKey(recorded.name()) ? "listed" : "different";
            counts.merge("manifests " + result, 1, Integer::sum);
            report.add(result + " " + recorded.name());
            differences.forEach(line -> report.add("    " + line));
            if (result.equals("different")) {
                surprises.add(recorded.name() + " differs: " + differences.getFirst());
            } else if (known.containsKey(recorded.name()) && !result.equals("listed")) {
                surprises.add(recorded.name() + " is listed as different, and is " + result);
            }
        }
        Files.createDirectories(Path.of("target"));
        Files.write(Path.of("target", "golden-pods.txt"), report);
        System.out.println("golden pods: " + counts);
        assertThat(surprises).as("of %s", counts).isEmpty();
        assertThat(counts.getOrDefault("pods equal", 0)).as("of %s", counts).isGreaterThan(only.isEmpty() ? 500 : 0);
    }

    /// All that were recorded; none where they are not beside this repository.
    static List<RecordedPods> recorded() {
        var all = new ArrayList<RecordedPods>();
        if (!Files.isDirectory(GIVEN)) {
            return all;
        }
        var base = GIVEN.resolve("base.yaml");
        all.addAll(
                RecordedPods.in(
                        "workflows/",
                        GIVEN.resolve("workflows"),
                        GIVEN.resolve("outcomes"),
                        GIVEN.resolve("outcomes/pods"),
                        ".json",
                        base));
        for (var area : List.of("data", "flow")) {
            var folder = GIVEN.resolve("cases").resolve(area);
            all.addAll(RecordedPods.in(area + "/", folder, folder, folder, ".pods", base));
        }
        return all;
    }

    private static List<String> differences(RecordedPods recorded, Map<String, Integer> counts) {
        var run = PlayedRun.of(recorded);
        var differences = new ArrayList<String>();
        for (var golden : recorded.pods().entrySet()) {
            if (golden.getValue().textAt("metadata", "labels", "workflows.argoproj.io/component").isPresent()) {
                counts.merge("pods of agents and garbage collectors, which the server itself is", 1, Integer::sum);
                continue;
            }
            if (!golden.getKey().startsWith("{{wf}}")) {
                counts.merge("pods of other runs of the same manifest", 1, Integer::sum);
                continue;
            }
            var given = run.orders().get(golden.getKey());
            List<String> lines;
            if (given == null) {
                lines = List.of("no order (" + run.message() + ")");
            } else {
                try {
                    var pod = Pods.of(given.order(), ARGO, given.at()).pod();
                    lines = CanonicalPod.differences(one(golden.getValue(), recorded, given.order()), named(pod, run));
                } catch (NoPod e) {
                    lines = List.of("no pod: " + e.getMessage());
                }
            }
            counts.merge(lines.isEmpty() ? "pods equal" : "pods different", 1, Integer::sum);
            lines.forEach(line -> differences.add(golden.getKey() + line));
        }
        return differences;
    }

    /// A recorded pod in which whatever has one name is named in one way: a run's only node and the run, a node of a template
    /// without a name and its pod, a run that has its name from the manifest.
    private static Value one(Value pod, RecordedPods recorded, StepOrder order) {
        var text =
                Json.write(pod)
                        .replace("{{pod:{{wf}}}}", "{{wf}}")
                        .replace("{{id:{{wf}}}}", "{{wf}}")
                        .replace("{{uuid}}", "{{uid}}");
        if (order.nodeId().equals(order.podName())) {
            text = text.replace("{{id:", "{{pod:");
        }
        var name = recorded.fixedName();
        text = name.isEmpty() ? text : text.replace(name, "{{wf}}");
        return Json.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    /// A pod of ours with the names that the recorded ones have.
    private static Value named(Value pod, PlayedRun run) {
        var names =
                new TreeMap<String, String>(
                        Comparator.comparing(String::length).reversed().thenComparing(name -> name));
        run.orders()
                .forEach((node, given) -> {
                    if (!node.equals("{{wf}}")) {
                        names.put(given.order().nodeId(), "{{id:" + node + "}}");
                        names.put(given.order().podName(), "{{pod:" + node + "}}");
                    }
                });
        var text = Json.write(pod);
        for (var name : names.entrySet()) {
            text = text.replace(name.getKey(), name.getValue());
        }
        var order = run.orders().values().iterator().next().order();
        text =
                text.replace(order.runName(), "{{wf}}")
                        .replace(order.runUid(), "{{uid}}")
                        .replace("{{uuid}}", "{{uid}}")
                        .replace("10.0.0.1", "{{ip}}")
                        .replaceAll("2026-11-24T[0-9:]+Z", "{{time}}")
                        .replaceAll("\"(\\d+)000m\"", "\"$1\"");
        return Json.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, String> known() throws IOException {
        try (var in = Objects.requireNonNull(GoldenPodsTest.class.getResourceAsStream("known-pods.tsv"))) {
            var known = new TreeMap<String, String>();
            for (var line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    var columns = line.split("\t", 2);
                    known.put(columns[0], columns[1]);
                }
            }
            return known;
        }
    }
}
