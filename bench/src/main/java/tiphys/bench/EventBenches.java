package tiphys.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Events: from the request to the answer, to the step's first instruction, and to the finished run.
final class EventBenches {
    private static final int CONNECTIONS = 64;
    private static final Duration WARM = Duration.ofSeconds(6);
    private static final Duration MEASURED = Duration.ofSeconds(4);
    private static final int EVENTS = 100;

    private EventBenches() {}

    private static Product product(Bench bench, Path data, int port, String kind, String program) throws IOException {
        var product =
                Product.start(
                        bench.directory(),
                        data,
                        Product.manifest(bench.directory(), "bus.yaml", Map.of("port", Integer.toString(port))),
                        Product.manifest(bench.directory(), "sensor.yaml", Map.of("kind", kind, "program", program)));
        product.awaitListener(port);
        return product;
    }

    /// Ten events a second; milliseconds from the intended instant to the clock that the step's program reads first.
    static void latency(Bench bench) throws Exception {
        var stamp = bench.compiled("stamp");
        int hook = Child.freePort();
        int floorPort = Child.freePort();
        var medians = new Ratios("event to first instruction, p50", "ms");
        var high = new Ratios("event to first instruction, p99", "ms");
        try (var _ = Child.floor(bench.directory(), "" + floorPort, bench.fresh("floor").toString(), stamp.toString());
                var product = product(bench, bench.fresh("data"), hook, "go", "stamp")) {
            var floor = new HttpLoad(floorPort, "/events");
            var tiphys = new HttpLoad(hook, "/events");
            for (int warm = 0; warm < 3; warm++) {
                stamps(bench, floor, 100, 500);
                stamps(bench, tiphys, 100, 500);
            }
            for (int round = 0; round < bench.rounds(); round++) {
                var atFloor = stamps(bench, floor, 10, EVENTS);
                var atProduct = stamps(bench, tiphys, 10, EVENTS);
                medians.add(Ratios.quantile(atFloor, 0.5), Ratios.quantile(atProduct, 0.5));
                high.add(Ratios.quantile(atFloor, 0.99), Ratios.quantile(atProduct, 0.99));
            }
            product.awaitNoLiveRun(Duration.ofSeconds(30));
            product.requireSuccess();
        }
        medians.print();
        high.print();
    }

    private static List<Double> stamps(Bench bench, HttpLoad load, double perSecond, int count) throws Exception {
        var out = bench.fresh("stamps");
        var intended =
                load.openLoop(perSecond, count, i -> "{\"kind\":\"go\",\"out\":\"" + out.resolve("" + i) + "\"}");
        var latencies = new ArrayList<Double>();
        for (int i = 0; i < count; i++) {
            var file = out.resolve("" + i);
            Product.await("the step of event " + i, Duration.ofSeconds(30), () -> size(file) > 0);
            latencies.add((Long.parseLong(Files.readString(file).strip()) - intended.get(i)) / 1e6);
        }
        return latencies;
    }

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    /// Events accepted a second over 64 connections, 1 KiB each: without a sensor, and with one whose filter rejects.
    static void accepted(Bench bench) throws Exception {
        var body = "{\"kind\":\"no\",\"out\":\"" + "x".repeat(1024 - 24) + "\"}";
        for (boolean sensor : new boolean[] {false, true}) {
            var name = sensor ? "accepted, one sensor that rejects" : "accepted, no sensor";
            var rates = new Ratios(name, "events/s");
            var flushes = new ArrayList<Double>();
            int hook = Child.freePort();
            int floorPort = Child.freePort();
            var data = bench.fresh("data");
            var bus = Product.manifest(bench.directory(), "bus.yaml", Map.of("port", Integer.toString(hook)));
            try (var _ = Child.floor(bench.directory(), "" + floorPort, bench.fresh("floor").toString());
                    var product =
                            sensor
                                    ? product(bench, data, hook, "go", "true")
                                    : Product.start(bench.directory(), data, bus)) {
                var floor = new HttpLoad(floorPort, "/events");
                var tiphys = new HttpLoad(hook, "/events");
                floor.closedLoop(CONNECTIONS, WARM, body);
                tiphys.closedLoop(CONNECTIONS, WARM, body);
                for (int round = 0; round < bench.rounds(); round++) {
                    var atFloor = floor.closedLoop(CONNECTIONS, MEASURED, body);
                    double before = product.metric("tiphys_flushes_total");
                    var atProduct = tiphys.closedLoop(CONNECTIONS, MEASURED, body);
                    flushes.add((product.metric("tiphys_flushes_total") - before) / atProduct.accepted());
                    rates.add(atFloor.rate(), atProduct.rate());
                    if (atProduct.refused() + atFloor.refused() > 0) {
                        System.out.printf("refused: floor %d, product %d%n", atFloor.refused(), atProduct.refused());
                    }
                    product.awaitIdle(Duration.ofMinutes(2)); // so that the floor's next turn is not slowed by it
                }
            }
            rates.print();
            System.out.printf("%-34s %-10s %s%n", name, "flushes/event", Ratios.spread(flushes, "%.4f"));
        }
    }

    /// 500 events a second for a minute, each of which starts a run of one step of `/bin/true`; then the backlog drains.
    static void sustained(Bench bench) throws Exception {
        int hook = Child.freePort();
        try (var product = product(bench, bench.fresh("data"), hook, "go", "true")) {
            var load = new HttpLoad(hook, "/events");
            load.paced(16, 100, Duration.ofSeconds(5), "{\"kind\":\"go\",\"out\":\"x\"}");
            product.awaitNoLiveRun(Duration.ofSeconds(60));
            double before = ended(product);
            double most = 0;
            var watching = new MemoryWatch(product.pid());
            long begin = System.nanoTime();
            HttpLoad.Paced result;
            try (watching) {
                result = load.paced(16, 500, Duration.ofSeconds(60), "{\"kind\":\"go\",\"out\":\"x\"}");
                most = ended(product) - before;
                product.awaitIdle(Duration.ofMinutes(10));
            }
            double drained = (System.nanoTime() - begin) / 1e9;
            product.requireSuccess();
            System.out.printf(
                    Locale.ROOT,
                    "sustained: offered 500/s for 60 s, accepted %d (%.0f/s), refused %d, answer p50 %.1f ms p99 %.1f ms;"
                            + " finished runs when the load ended %.0f, all %.0f after %.1f s (%.0f runs/s);"
                            + " server RSS at most %.0f MiB%n",
                    result.accepted(),
                    result.accepted() / result.seconds(),
                    result.refused(),
                    result.p50(),
                    result.p99(),
                    most,
                    ended(product) - before,
                    drained,
                    result.accepted() / drained,
                    watching.most());
        }
    }

    /// Runs that have ended: those that the trigger made, less those that live. The list of runs is no measure, for retention
    /// shortens it meanwhile.
    private static double ended(Product product) throws IOException {
        var flow = Json.parse(product.get("/tiphys/v1/flow?namespace=default"));
        var trigger = flow.listAt("sensors").getFirst().listAt("triggers").getFirst();
        return ((Value.Number) trigger.find("fired").orElseThrow()).decimal().doubleValue()
                - product.metric("tiphys_runs_live");
    }
}
