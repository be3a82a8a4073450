package tiphys.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Steps: what the engine, the journal and the runner add to starting processes.
final class StepBenches {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int AT_ONCE = 2 * Runtime.getRuntime().availableProcessors();

    private StepBenches() {}

    /// A chain of 100 steps of `/bin/true`; milliseconds.
    static void chain(Bench bench) throws Exception {
        var times = new Ratios("chain of 100", "ms");
        var flushes = new Ratios("chain of 100, flushes", "count");
        var cpu = new ArrayList<Double>();
        var floor = bench.compiled("steps");
        try (var product = Product.start(bench.directory(), bench.fresh("data"))) {
            for (int warm = 0; warm < 100; warm++) {
                product.secondsOf(chainOf(100), LIMIT);
            }
            for (int round = 0; round < bench.rounds(); round++) {
                var least = floor(bench, floor, 100, 1);
                double before = product.metric("tiphys_flushes_total");
                double cpuBefore = cpu(product);
                double seconds = product.secondsOf(chainOf(100), LIMIT);
                cpu.add((cpu(product) - cpuBefore) * 1e4);
                flushes.add(least.flushes(), product.metric("tiphys_flushes_total") - before);
                times.add(least.seconds() * 1e3, seconds * 1e3);
            }
            product.requireSuccess();
        }
        times.print();
        flushes.print();
        System.out.printf("%-34s %-10s %s%n", "chain of 100, processor", "µs/step", Ratios.spread(cpu, "%.0f"));
    }

    /// The processor time that server and runner took so far.
    private static double cpu(Product product) throws IOException {
        return Child.cpuSeconds(product.pid()) + Child.cpuSeconds(product.runner());
    }

    /// Fan-outs of 1,000 and of 10,000 steps of `/bin/true`; steps a second, at most two at a time for each core.
    static void fanOut(Bench bench) throws Exception {
        var floor = bench.compiled("steps");
        var small = new Ratios("fan-out of 1,000", "steps/s");
        var large = new Ratios("fan-out of 10,000", "steps/s");
        var growth = new Ratios("cost of a step, 1,000 and 10,000", "µs");
        var flushes = new Ratios("fan-out of 10,000, flushes", "count");
        var cpu = new ArrayList<Double>();
        try (var product = Product.start(bench.directory(), bench.fresh("data"))) {
            for (int warm = 0; warm < 5; warm++) {
                product.secondsOf(fanOutOf(1_000), LIMIT);
            }
            for (int round = 0; round < bench.rounds(); round++) {
                var smallFloor = floor(bench, floor, 1_000, AT_ONCE);
                double smallSeconds = product.secondsOf(fanOutOf(1_000), LIMIT);
                var largeFloor = floor(bench, floor, 10_000, AT_ONCE);
                double before = product.metric("tiphys_flushes_total");
                double cpuBefore = cpu(product);
                double largeSeconds = product.secondsOf(fanOutOf(10_000), LIMIT);
                cpu.add((cpu(product) - cpuBefore) * 1e2);
                flushes.add(largeFloor.flushes(), product.metric("tiphys_flushes_total") - before);
                small.add(1_000 / smallFloor.seconds(), 1_000 / smallSeconds);
                large.add(10_000 / largeFloor.seconds(), 10_000 / largeSeconds);
                growth.add(smallSeconds * 1e3, largeSeconds * 1e2);
            }
            product.requireSuccess();
        }
        small.print();
        large.print();
        growth.print();
        flushes.print();
        System.out.printf("%-34s %-10s %s%n", "fan-out of 10,000, processor", "µs/step", Ratios.spread(cpu, "%.0f"));
    }

    private record Floor(double seconds, double flushes) {}

    private static Floor floor(Bench bench, Path program, int count, int atOnce) throws IOException {
        var log = bench.fresh("floor").resolve("log").toString();
        var command = java.util.List.of(program.toString(), "" + count, "" + atOnce, log, "/bin/true");
        var child = Child.start(bench.directory(), command);
        if (child.await(LIMIT) != 0) {
            throw new IOException("the floor failed: " + child.printed());
        }
        var figures = child.printed().strip().split(" ", -1);
        return new Floor(Double.parseDouble(figures[0]) / 1e6, Double.parseDouble(figures[1]));
    }

    private static String chainOf(int steps) {
        var groups =
                IntStream.range(0, steps)
                        .mapToObj(i -> "[{\"name\":\"s" + i + "\",\"template\":\"true\"}]")
                        .collect(Collectors.joining(","));
        return workflow(groups);
    }

    private static String fanOutOf(int steps) {
        return workflow(
                String.format(
                        Locale.ROOT,
                        "[{\"name\":\"each\",\"template\":\"true\",\"withSequence\":{\"count\":\"%d\"}}]",
                        steps));
    }

    private static String workflow(String groups) {
        return """
        {"apiVersion":"argoproj.io/v1alpha1","kind":"Workflow","metadata":{"generateName":"bench-"},"spec":{"entrypoint":"main",
        "templates":[{"name":"main","steps":[%s]},{"name":"true","container":{"image":"alpine:3.20","command":["true"]}}]}}\
        """
                .formatted(groups);
    }
}
