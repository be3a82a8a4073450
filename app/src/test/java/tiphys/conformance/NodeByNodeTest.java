package tiphys.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.artifacts.Repositories;
import tiphys.process.ProcessExecutor;
import tiphys.process.images.ImageRules;
import tiphys.process.images.Interpreter;
import tiphys.process.images.Interpreters;
import tiphys.process.runner.RunnerSettings;
import tiphys.runtime.runs.Transfers;

/// Runs every given manifest that is not refused, with the real engine and real processes, and compares each node with what a
/// real controller made of it. What is known to differ stands with its reason in `known-differences.tsv`; a manifest that gets
/// worse or better than that list says fails the test. The manifests are not part of this repository; where they are not
/// beside it, nothing is tested, and the report says so.
class NodeByNodeTest {
    private static final Path GIVEN = Path.of("..", "..", "shared");
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int AT_ONCE = 8;

    @TempDir Path directory;

    @Test
    void every_given_manifest_comes_out_node_by_node_as_on_a_real_controller() throws Exception {
        assumeTrue(Files.isDirectory(GIVEN), "no recorded outcomes at " + GIVEN);
        var known = known();
        var all = new ArrayList<Outcome>();
        var conformance = GIVEN.resolve("conformance");
        var base = conformance.resolve("base.yaml");
        all.addAll(Outcome.in("workflows/", conformance.resolve("outcomes"), conformance.resolve("workflows"), base));
        all.addAll(Outcome.in("flow/", conformance.resolve("cases/flow"), conformance.resolve("cases/flow"), base));
        all.addAll(Outcome.in("data/", conformance.resolve("cases/data"), conformance.resolve("cases/data"), base));
        all.addAll(Outcome.field(GIVEN.resolve("field"), base));
        var only = System.getProperty("only", "");
        all.removeIf(outcome -> !outcome.name().matches(".*" + only + ".*"));
        var results = new ConcurrentSkipListMap<String, List<String>>();
        run(all, results);
        var counts = new TreeMap<String, Integer>();
        var surprises = new ArrayList<String>();
        var report = new ArrayList<String>();
        results.forEach((name, lines) -> {
            var suite = name.substring(0, name.indexOf('/'));
            var result =
                    lines.equals(REFUSED)
                            ? "refused"
                            : lines.isEmpty() ? "equal" : known.containsKey(name) ? "listed" : "different";
            counts.merge(suite + " " + result, 1, Integer::sum);
            report.add(result + " " + name);
            lines.forEach(line -> report.add("    " + line));
            if (result.equals("different")) {
                surprises.add(name + " differs:\n    " + String.join("\n    ", lines));
            } else if (known.containsKey(name) && !result.equals("listed")) {
                surprises.add(name + " is listed as different, and is " + result);
            }
        });
        Files.createDirectories(Path.of("target"));
        Files.write(Path.of("target", "node-by-node.txt"), report);
        System.out.println("node by node: " + counts);
        assertThat(surprises).as("of %s", counts).isEmpty();
        if (only.isEmpty()) {
            assertThat(results.keySet()).as("names in the list of differences").containsAll(known.keySet());
            assertThat(counts.getOrDefault("flow equal", 0)).isGreaterThan(50);
        }
    }

    private static final List<String> REFUSED = List.of("refused");

    private void run(List<Outcome> all, Map<String, List<String>> results) throws IOException, InterruptedException {
        var runs = new ConcurrentHashMap<String, HostedRun>();
        try (var outside = new OutsideServers();
                var executor =
                        ProcessExecutor.inProcess(
                                directory.resolve("data"),
                                new RunnerSettings(16, 64 << 20, 0),
                                ImageRules.builtIn().withoutBusybox());
                var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            executor.onReports(reports ->
                    reports.forEach(report -> {
                        var run = runs.get(report.attempt().runUid());
                        if (run != null) {
                            run.heard(report);
                        }
                    }));
            var artifacts = new Repositories(directory.resolve("data"), (_, _, _) -> Optional.empty());
            var machine =
                    new HostedRun.Machine(
                            executor,
                            new Transfers(artifacts, executor.files(), executor.logs(), InstantSource.system()),
                            programs(),
                            own(directory.resolve("data").resolve("programs")),
                            directory.resolve("data").resolve("programs").resolve("busybox"),
                            directory.resolve("served"),
                            runs,
                            outside,
                            artifacts);
            var open = new ArrayList<Future<?>>();
            for (var outcome : all) {
                open.add(
                        threads.submit(() -> {
                            results.put(outcome.name(), differences(machine, outcome));
                            return null;
                        }));
            }
            for (var one : open) {
                try {
                    one.get();
                } catch (ExecutionException e) {
                    throw new IllegalStateException(e.getCause());
                }
            }
        }
    }

    private static List<String> differences(HostedRun.Machine machine, Outcome outcome) throws InterruptedException {
        var run = new HostedRun(machine, outcome.documents(), outcome.drawn(), outcome.actions());
        var workflow = run.end(outcome.resumed(), LIMIT);
        var message = workflow.textAt("status", "message").orElse("");
        if (message.contains("not supported by this version") || message.contains("executor for containers")) {
            return REFUSED;
        }
        var differences = new ArrayList<>(run.answers());
        differences.addAll(outcome.wanted().differences(Canonical.of(workflow, run.generated())));
        return differences;
    }

    /// Where the interpreter of Python really is, which a step with a root of its own cannot look for, and our own programs.
    private static String own(Path programs) {
        return new Interpreters(programs)
                .find(Interpreter.Language.PYTHON)
                .map(python -> python.path().getParent() + ":" + programs)
                .orElse(programs.toString());
    }

    /// Programs that sleep as much shorter as the runs' time goes faster.
    private Path programs() throws IOException {
        var programs = Files.createDirectories(directory.resolve("stand-ins"));
        var sleep =
                Files.writeString(
                        programs.resolve("sleep"),
                        """
                        #!/bin/sh
                        # what sleep takes, divided: 2, 0.5, 10s, 1m, 1h, 1d
                        exec /bin/sleep "$(echo "$@" | awk '{ for (i = 1; i <= NF; i++) { n = $i + 0; u = substr($i, length($i));
                            s += n * (u == "m" ? 60 : u == "h" ? 3600 : u == "d" ? 86400 : 1) } printf "%%.4f", s / %d }')"
                        """
                                .formatted(HostedRun.PACE));
        Files.setPosixFilePermissions(sleep, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(
                programs.resolve("sitecustomize.py"),
                "import time\n_sleep = time.sleep\ntime.sleep = lambda s: _sleep(s / %d)\n".formatted(HostedRun.PACE));
        return programs;
    }

    /// The known differences: name to reason.
    private static Map<String, String> known() throws IOException {
        try (var in = Objects.requireNonNull(NodeByNodeTest.class.getResourceAsStream("known-differences.tsv"))) {
            var known = new TreeMap<String, String>();
            for (var line : new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).lines().toList()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    var columns = line.split("\t", 2);
                    known.put(columns[0], columns[1]);
                }
            }
            return known;
        }
    }
}
