package tiphys.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.engine.run.state.RunCommand;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;

/// Runs Argo's own examples, their steps on this machine, and compares how they end. The examples are not part of this
/// repository; where they are not beside it, nothing is tested, and the report says so.
class ConformanceTest {
    private static final Path EXAMPLES = Path.of("..", "..", "shared", "conformance");

    /// Files with templates and ConfigMaps that others refer to.
    private static final List<String> SHARED =
            List.of("workflow-template/templates.yaml", "configmaps/simple-parameters-configmap.yaml");

    /// Examples that do not end alike each time, or need somebody, or objects that this test does not have: they only must not break.
    private static final List<String> OPEN =
            List.of(
                    "cluster-workflow-template/mixed-cluster-namespaced-wftmpl-steps.yaml",
                    "cluster-workflow-template/workflow-template-ref-with-entrypoint-arg-passing.yaml",
                    "cluster-workflow-template/workflow-template-ref.yaml",
                    "synchronization-db-mutex-tmpl-level.yaml",
                    "synchronization-db-tmpl-level.yaml",
                    "synchronization-db-wf-level.yaml",
                    "synchronization-tmpl-level.yaml",
                    "retry-backoff.yaml",
                    "retry-on-error.yaml",
                    "resubmit.yaml",
                    "retry-script.yaml",
                    "template-defaults.yaml",
                    "workflow-template/retry-with-steps.yaml");

    @TempDir Path directory;

    @Test
    void argos_examples_end_as_argo_ends_them() throws IOException {
        assumeTrue(Files.isDirectory(EXAMPLES), "Argo's examples are not at " + EXAMPLES);
        var outcomes = new TreeMap<String, String>();
        var different = new ArrayList<String>();
        var counts = new TreeMap<String, Integer>();
        for (var line : Files.readAllLines(EXAMPLES.resolve("workflows.tsv")).stream().skip(1).toList()) {
            var columns = line.split("\t", -1);
            var outcome = columns[5].startsWith("P") ? outcome(columns[0], columns[4]) : "not for processes";
            outcomes.put(columns[0], outcome);
            counts.merge(outcome.replaceFirst(":.*", ""), 1, Integer::sum);
            if (outcome.startsWith("different")) {
                different.add(columns[0] + " " + outcome);
            }
        }
        Files.createDirectories(Path.of("target"));
        Files.write(
                Path.of("target", "conformance.txt"),
                outcomes.entrySet().stream().map(one -> one.getKey() + "\t" + one.getValue()).toList());
        assertThat(different).as("of %s", counts).isEmpty();
        assertThat(counts.getOrDefault("alike", 0)).as("of %s", counts).isGreaterThan(40);
    }

    private String outcome(String path, String expected) throws IOException {
        var file = EXAMPLES.resolve("workflows").resolve(path);
        if (!Files.isRegularFile(file)) {
            return "no file";
        }
        var documents = new ArrayList<Value>();
        var workflows = 0;
        for (var document : Yaml.parse(Files.readAllBytes(file), path)) {
            var kind = document.textAt("kind").orElse("");
            if (kind.equals("Workflow") && workflows++ == 0
                    || kind.equals("WorkflowTemplate")
                    || kind.equals("ConfigMap")) {
                documents.add(document);
            }
        }
        if (workflows == 0) {
            return "no workflow";
        }
        for (var shared : SHARED) {
            for (var document : Yaml.parse(Files.readAllBytes(EXAMPLES.resolve("workflows").resolve(shared)), shared)) {
                documents.add(document);
            }
        }
        documents.removeIf(
                one -> !List.of("Workflow", "WorkflowTemplate", "ConfigMap").contains(one.textAt("kind").orElse("")));
        var engine =
                ManualEngine.of(
                        documents,
                        new HostSteps(Files.createDirectories(directory.resolve("" + path.hashCode()))),
                        false);
        if (engine.run().view().message().contains("is not supported by this version")) {
            return "refused: " + engine.run().view().message();
        }
        engine.pass(Duration.ofHours(2));
        var phase = engine.phase();
        if (phase.equals("Running") && expected.startsWith("Running until")) {
            return resumed(engine, expected);
        }
        if (OPEN.contains(path)) {
            return "open: " + phase;
        }
        return phase.equals(expected.split("[ ,(]", 2)[0])
                ? "alike: " + phase
                : "different: "
                        + phase
                        + " '"
                        + engine.run().view().message()
                        + "', expected "
                        + expected
                        + " "
                        + engine.nodes();
    }

    /// Somebody resumes what is suspended.
    private static String resumed(ManualEngine engine, String expected) {
        engine.tell(new RunCommand.Resume("", "me"));
        engine.settle().pass(Duration.ofHours(1));
        var well = engine.phase().equals("Succeeded") || expected.contains("resume errors");
        return (well ? "alike: resumed, " : "different: resumed, ")
                + engine.phase()
                + " "
                + engine.run().view().message();
    }
}
