package tiphys.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tiphys.container.ContainerExecutor;
import tiphys.container.ContainerSettings;
import tiphys.container.api.Engines;
import tiphys.engine.AttemptId;
import tiphys.engine.Materials;
import tiphys.engine.ResolvedTemplate;
import tiphys.engine.StepOrder;
import tiphys.engine.StepReport;
import tiphys.manifest.Value;

/// Steps in containers beside the engine's own command. The engine is found as the server finds it; `-Dbench.podman` is its command with
/// the options that lead it to the same store, `-Dbench.image` an image that is there.
final class ContainerBenches {
    private static final String IMAGE = System.getProperty("bench.image", "docker.io/library/alpine:3.20");
    private static final List<String> PODMAN = List.of(System.getProperty("bench.podman", "podman").split(" ", -1));
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int SIDE_BY_SIDE = 20;
    private static final int WARM = 3;

    private ContainerBenches() {}

    /// One container that does nothing, from its order to its end; milliseconds. And twenty of them at once.
    static void step(Bench bench) throws IOException, InterruptedException {
        var search = Engines.find(System.getenv());
        if (search.engine().isEmpty() || search.engine().get().image(IMAGE).isEmpty()) {
            System.out.println(
                    "containers: not measured, for no engine answers or it has no " + IMAGE + ": " + search.problems());
            return;
        }
        var alone = new Ratios("step in a container", "ms");
        var many = new Ratios("20 steps in containers at once", "s");
        var settings = new ContainerSettings(SIDE_BY_SIDE, 1 << 20, 1, ContainerSettings.Leaving.END);
        try (var executor = ContainerExecutor.open(search.engine().get(), bench.fresh("data"), settings)) {
            for (int warm = 0; warm < WARM; warm++) {
                command(bench, 1);
                product(executor, "w" + warm, 1);
            }
            for (int round = 0; round < bench.rounds(); round++) {
                alone.add(command(bench, 1) * 1e3, product(executor, "a" + round, 1) * 1e3);
                many.add(command(bench, SIDE_BY_SIDE), product(executor, "m" + round, SIDE_BY_SIDE));
            }
        }
        alone.print();
        many.print();
    }

    private static double command(Bench bench, int count) throws IOException, InterruptedException {
        var words = new java.util.ArrayList<>(PODMAN);
        words.addAll(List.of("run", "--rm", "--pull=never", IMAGE, "true"));
        var children = new java.util.ArrayList<Child>();
        long from = System.nanoTime();
        for (int i = 0; i < count; i++) {
            children.add(Child.start(bench.directory(), words));
        }
        for (var child : children) {
            int code = child.await(LIMIT);
            if (code != 0) {
                throw new IOException(String.join(" ", words) + " ended with " + code + ": " + child.printed());
            }
        }
        double seconds = (System.nanoTime() - from) / 1e9;
        children.forEach(Child::close);
        return seconds;
    }

    private static double product(ContainerExecutor executor, String name, int count)
            throws IOException, InterruptedException {
        var left = new CountDownLatch(count);
        executor.onReports(reports ->
                reports.forEach(report -> {
                    if (report instanceof StepReport.Ended end) {
                        if (!end.ending().equals(new StepReport.Ending.Exited(0, Optional.empty(), Map.of()))) {
                            throw new IllegalStateException("a step ended otherwise: " + end.ending());
                        }
                        left.countDown();
                    }
                }));
        long from = System.nanoTime();
        for (int i = 0; i < count; i++) {
            executor.start(order(name + "-" + i, executor.host()), new Materials(Map.of(), Map.of()));
        }
        if (!left.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new IOException(left.getCount() + " steps have not ended");
        }
        return (System.nanoTime() - from) / 1e9;
    }

    private static StepOrder order(String name, String host) {
        var template = Value.object("container", Value.object("image", IMAGE, "command", List.of("true")));
        return new StepOrder(
                new AttemptId(name),
                "bench",
                host,
                "default",
                "bench",
                name,
                name,
                name,
                new ResolvedTemplate(template),
                false,
                Optional.empty(),
                Duration.ofSeconds(2));
    }
}
