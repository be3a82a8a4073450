package tiphys.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tiphys.engine.StepReport;
import tiphys.engine.StepReport.Ending;
import tiphys.engine.run.Run;
import tiphys.engine.run.codec.RunFacts;
import tiphys.engine.run.state.Decision;
import tiphys.engine.run.state.RunCommand;
import tiphys.engine.run.state.RunFact;
import tiphys.manifest.Value;

/// How the cost of one run grows with its nodes: a fan-out and a dag of 1k, 10k and 100k steps whose processes end at once.
/// Every fact is encoded as for the journal, and thrown away. Prints the CPU time for each node, so that others on the machine
/// count less, and the heap that each node keeps.
public final class GrowthBench {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private static final Duration LIMIT = Duration.ofMinutes(10);

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private GrowthBench() {}

    /// Measures in a JVM with the server's collector and compiler: what others do beside the thread is not in its CPU time.
    static void measure(Bench bench) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var path = System.getProperty("java.class.path");
        var command =
                List.of(
                        java,
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx1g",
                        "-cp",
                        path,
                        GrowthBench.class.getName());
        try (var child = Child.start(bench.directory(), command)) {
            int code = child.await(LIMIT);
            System.out.print(child.printed());
            if (code != 0) {
                throw new IOException("the benchmark of growth ended with " + code);
            }
        }
    }

    public static void main(String[] arguments) {
        for (int warm = 0; warm < 5; warm++) {
            drive(fanOut(2_000));
            drive(chains(2_000));
        }
        for (var shape : List.of("fan-out", "chains")) {
            double tenThousand = 0;
            for (int steps : new int[] {1_000, 10_000, 100_000}) {
                var workflow = shape.equals("fan-out") ? fanOut(steps) : chains(steps);
                double best = Double.MAX_VALUE;
                var bytes = new ArrayList<Long>();
                for (int i = 0; i < 3; i++) {
                    var sample = sample(workflow);
                    best = Math.min(best, sample.cpuMillis());
                    bytes.add(sample.heapWith() - heap());
                }
                bytes.sort(null); // a run that is over is sometimes found by the next collection only
                System.out.printf(
                        Locale.ROOT,
                        "%s of %d: %.0f ms of CPU time, %.2f µs and %d bytes of heap for each node%s%n",
                        shape,
                        steps,
                        best,
                        best * 1e3 / steps,
                        bytes.get(1) / steps,
                        steps == 100_000 ? ", time(100k) = %.1f × time(10k)".formatted(best / tenThousand) : "");
                tenThousand = steps == 10_000 ? best : tenThousand;
            }
        }
    }

    /// @param heapWith how much of the heap was in use while the run was kept
    private record Sample(double cpuMillis, long heapWith) {}

    /// A method of its own, so that nothing keeps the run after it.
    private static Sample sample(Value.Mapping workflow) {
        long start = THREADS.getCurrentThreadCpuTime();
        var run = drive(workflow);
        double millis = (THREADS.getCurrentThreadCpuTime() - start) / 1e6;
        long heap = heap();
        if (!run.view().phase().equals("Succeeded")) {
            throw new IllegalStateException(run.view().phase() + " " + run.view().message());
        }
        return new Sample(millis, heap);
    }

    private static long heap() {
        System.gc();
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static Value leaf() {
        return Value.object(
                "name",
                "leaf",
                "inputs",
                Value.object("parameters", List.of(Value.object("name", "n"))),
                "container",
                Value.object(
                        "image", "alpine", "command", List.of("true"), "args", List.of("{{inputs.parameters.n}}")));
    }

    private static Value.Mapping workflow(Value main) {
        return Value.object(
                "metadata",
                Value.object("name", "run", "namespace", "bench"),
                "spec",
                Value.object("entrypoint", "main", "templates", List.of(main, leaf())));
    }

    private static Value given(String value) {
        return Value.object("parameters", List.of(Value.object("name", "n", "value", value)));
    }

    private static Value.Mapping fanOut(int steps) {
        return workflow(
                Value.object(
                        "name",
                        "main",
                        "steps",
                        List.of(
                                Value.list(
                                        List.of(
                                                Value.object(
                                                        "name",
                                                        "each",
                                                        "template",
                                                        "leaf",
                                                        "arguments",
                                                        given("{{item}}"),
                                                        "withSequence",
                                                        Value.object("count", Integer.toString(steps))))))));
    }

    /// A hundred chains side by side.
    private static Value.Mapping chains(int steps) {
        var tasks = new ArrayList<Value>();
        for (int i = 0; i < steps; i++) {
            tasks.add(
                    Value.object(
                            "name",
                            "t" + i,
                            "template",
                            "leaf",
                            "arguments",
                            given("x"),
                            "depends",
                            i < 100 ? null : "t" + (i - 100)));
        }
        return workflow(Value.object("name", "main", "dag", Value.object("tasks", tasks)));
    }

    private static Run drive(Value.Mapping workflow) {
        var run = Run.fresh("uid");
        var waiting = new ArrayDeque<RunCommand>();
        waiting.add(new RunCommand.Observed(workflow, "boot"));
        while (!waiting.isEmpty()) {
            if (run.handle(waiting.remove(), NOON) instanceof Decision.Accepted(var facts)) {
                for (var fact : facts) {
                    if (RunFacts.encode(fact).body().length == 0) {
                        throw new IllegalStateException("an empty fact");
                    }
                    follow(fact, waiting);
                }
            }
        }
        return run;
    }

    private static void follow(RunFact fact, ArrayDeque<RunCommand> waiting) {
        switch (fact) {
            case RunFact.Asked(var need) ->
                    waiting.add(new RunCommand.Supplied(need, Optional.of(Value.list(List.of())), ""));
            case RunFact.StepOrdered(_, var order) -> {
                waiting.add(new RunCommand.Report(new StepReport.Started(order.attempt(), NOON, "true of this host")));
                waiting.add(
                        new RunCommand.Report(
                                new StepReport.Ended(
                                        order.attempt(), NOON, new Ending.Exited(0, Optional.empty(), Map.of()))));
            }
            default -> {}
        }
    }
}
