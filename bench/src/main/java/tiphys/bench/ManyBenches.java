package tiphys.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/// Much of one kind: runs over a long time, and sensors on one source.
final class ManyBenches {
    private static final int RUNS = Integer.getInteger("bench.runs", 6_000);
    private static final int PER_SECOND = Integer.getInteger("bench.rate", 20);
    private static final int SENSORS = Integer.getInteger("bench.sensors", 1_000);
    private static final int PARTS = 10;
    private static final int CONNECTIONS = 64;
    private static final Duration WARM = Duration.ofSeconds(3);
    private static final Duration MEASURED = Duration.ofSeconds(8);
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Pattern USED = Pattern.compile("(?:generation|DefNew|Tenured) .*used (\\d+)K");

    private ManyBenches() {}

    /// Runs of one step at a steady rate: what of the heap lives after a collection, the memory and the write-ahead log, at
    /// each tenth of the way and when nothing has happened for a while. `-Dbench.runs` and `-Dbench.rate` change it.
    static void soak(Bench bench) throws Exception {
        var data = bench.fresh("data");
        try (var product = Product.start(bench.directory(), data)) {
            var live = new ArrayList<Double>();
            long begin = System.nanoTime();
            for (int run = 1; run <= RUNS; run++) {
                product.submit(StartBenches.oneStep());
                LockSupport.parkNanos(begin + run * TimeUnit.SECONDS.toNanos(1) / PER_SECOND - System.nanoTime());
                if (run % (RUNS / PARTS) == 0) {
                    live.add(liveMib(bench, product.pid()));
                    show(run + " runs", product, data, live.getLast());
                }
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            product.awaitNoLiveRun(Duration.ofMinutes(5));
            product.requireSuccess();
            LockSupport.parkNanos(IDLE.toNanos());
            show("idle for " + IDLE.toSeconds() + " s", product, data, liveMib(bench, product.pid()));
            System.out.printf(
                    Locale.ROOT,
                    "soak: %d runs, %.1f a second; live data after a collection, last tenth against second: %.3f%n",
                    RUNS,
                    RUNS / seconds,
                    live.getLast() / live.get(1));
        }
    }

    private static void show(String when, Product product, Path data, double live) throws IOException {
        System.out.printf(
                Locale.ROOT,
                "soak, %s: live %.1f MiB, server RSS %.0f MiB, runner RSS %.0f MiB, write-ahead log %.1f MiB%n",
                when,
                live,
                Child.residentMib(product.pid()),
                Child.residentMib(product.runner()),
                Files.size(data.resolve("tiphys.db-wal")) / 1048576.0);
    }

    /// What of the server's heap is left by a full collection.
    private static double liveMib(Bench bench, long pid) throws IOException {
        jcmd(bench, pid, "GC.run");
        var used = USED.matcher(jcmd(bench, pid, "GC.heap_info"));
        double kib = 0;
        while (used.find()) {
            kib += Double.parseDouble(used.group(1));
        }
        return kib / 1024;
    }

    private static String jcmd(Bench bench, long pid, String what) throws IOException {
        var program = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        var child = Child.start(bench.directory(), List.of(program, Long.toString(pid), what));
        child.await(Duration.ofSeconds(30));
        return child.printed();
    }

    /// A thousand sensors on one source, whose filters reject: the time to apply them, by quarters, and the rate at which
    /// events are accepted, against that without a sensor.
    static void sensors(Bench bench) throws Exception {
        int hook = Child.freePort();
        var bus = Product.manifest(bench.directory(), "bus.yaml", Map.of("port", Integer.toString(hook)));
        var body = "{\"kind\":\"no\",\"out\":\"" + "x".repeat(1024 - 24) + "\"}";
        try (var none = Product.start(bench.directory(), bench.fresh("none"), bus)) {
            none.awaitListener(hook);
            var load = new HttpLoad(hook, "/events");
            load.closedLoop(CONNECTIONS, WARM, body);
            var rates = new ArrayList<Double>();
            for (int round = 0; round < bench.rounds(); round++) {
                rates.add(load.closedLoop(CONNECTIONS, MEASURED, body).rate());
            }
            System.out.printf("%-34s %-10s %s%n", "accepted, no sensor", "events/s", Ratios.spread(rates, "%.0f"));
        }
        try (var product = Product.start(bench.directory(), bench.fresh("many"), bus)) {
            product.awaitListener(hook);
            for (int quarter = 0; quarter < 4; quarter++) {
                long begin = System.nanoTime();
                for (int i = quarter * SENSORS / 4; i < (quarter + 1) * SENSORS / 4; i++) {
                    product.create("sensors", sensor(i));
                }
                double applied = (System.nanoTime() - begin) / 1e9;
                var last = "sensor-" + ((quarter + 1) * SENSORS / 4 - 1);
                Product.await(
                        last + " to be deployed",
                        Duration.ofMinutes(5),
                        () -> product.get("/tiphys/v1/objects/sensor/default/" + last).contains("the sensor listens"));
                System.out.printf(
                        Locale.ROOT,
                        "sensors %d to %d: applied in %.2f s, the last one listens after %.2f s%n",
                        quarter * SENSORS / 4 + 1,
                        (quarter + 1) * SENSORS / 4,
                        applied,
                        (System.nanoTime() - begin) / 1e9);
            }
            var load = new HttpLoad(hook, "/events");
            load.closedLoop(CONNECTIONS, WARM, body);
            var rates = new ArrayList<Double>();
            for (int round = 0; round < bench.rounds(); round++) {
                rates.add(load.closedLoop(CONNECTIONS, MEASURED, body).rate());
            }
            System.out.printf(
                    Locale.ROOT,
                    "%-34s %-10s %s%n",
                    "accepted, " + SENSORS + " sensors",
                    "events/s",
                    Ratios.spread(rates, "%.0f"));
            System.out.printf(Locale.ROOT, "server RSS %.0f MiB%n", Child.residentMib(product.pid()));
        }
    }

    private static String sensor(int number) {
        return """
        {"apiVersion":"argoproj.io/v1alpha1","kind":"Sensor","metadata":{"name":"sensor-%d"},"spec":{
        "template":{"serviceAccountName":"sensor"},
        "dependencies":[{"name":"event","eventSourceName":"webhook","eventName":"bench",
        "filters":{"data":[{"path":"body.kind","type":"string","value":["go-%d"]}]}}],
        "triggers":[{"template":{"name":"start","k8s":{"source":{"resource":{"apiVersion":"argoproj.io/v1alpha1","kind":"Workflow",
        "metadata":{"generateName":"many-"},"spec":{"entrypoint":"t","templates":[{"name":"t","suspend":{}}]}}}}}}]}}\
        """
                .formatted(number, number);
    }
}
