package tiphys.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// Starts: of an empty server, of one with much to take up, and of commands; and what an idle server takes.
final class StartBenches {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private StartBenches() {}

    /// From the start of the process to the first answer of the API, and the memory of an idle server with its runner.
    static void start(Bench bench) throws Exception {
        var times = new Ratios("cold start to first API answer", "ms");
        var memory = new ArrayList<Double>();
        var cache = bench.directory().resolve("floor.aot");
        trainFloor(bench, cache);
        for (int round = 0; round < bench.rounds() * 2; round++) {
            int port = Child.freePort();
            var floor = Child.floorCommand(List.of("-XX:AOTCache=" + cache), "" + port);
            double least = firstAnswer(bench, floor, port);
            var data = bench.fresh("data");
            times.add(least, firstAnswer(bench, Product.command(data, port), port));
        }
        for (int round = 0; round < 3; round++) {
            memory.add(idleMemory(bench));
        }
        times.print();
        System.out.printf("%-34s %-10s %s%n", "idle server and runner, RSS", "MiB", Ratios.spread(memory, "%.0f"));
    }

    private static void trainFloor(Bench bench, Path cache) throws IOException {
        int port = Child.freePort();
        var child =
                Child.start(bench.directory(), Child.floorCommand(List.of("-XX:AOTCacheOutput=" + cache), "" + port));
        child.awaitPort(port);
        answered(port);
        child.terminate();
        child.await(LIMIT);
        if (!Files.exists(cache)) {
            throw new IOException("the floor server left no AOT cache: " + child.printed());
        }
    }

    private static double firstAnswer(Bench bench, List<String> command, int port) throws IOException {
        long begin = System.nanoTime();
        try (var child = Child.start(bench.directory(), command)) {
            while (!answered(port)) {
                child.requireAlive();
                LockSupport.parkNanos(500_000);
            }
            return (System.nanoTime() - begin) / 1e6;
        }
    }

    /// Whether `/healthz` answers with 200.
    private static boolean answered(int port) {
        try (var socket = new Socket()) {
            socket.setSoTimeout(10_000);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            socket.getOutputStream()
                    .write(
                            ("GET /healthz HTTP/1.1\r\nHost: localhost:" + port + "\r\nConnection: close\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            var head = socket.getInputStream().readNBytes(12);
            return new String(head, StandardCharsets.US_ASCII).endsWith(" 200");
        } catch (IOException e) {
            return false;
        }
    }

    private static double idleMemory(Bench bench) throws IOException {
        try (var product = Product.start(bench.directory(), bench.fresh("data"))) {
            product.secondsOf(oneStep(), LIMIT);
            LockSupport.parkNanos(Duration.ofSeconds(15).toNanos());
            double server = Child.residentMib(product.pid());
            double runner = Child.residentMib(product.runner());
            System.out.printf(Locale.ROOT, "idle: server %.0f MiB, runner %.0f MiB%n", server, runner);
            return server + runner;
        }
    }

    static String oneStep() {
        return """
        {"apiVersion":"argoproj.io/v1alpha1","kind":"Workflow","metadata":{"generateName":"one-"},"spec":{"entrypoint":"true",
        "templates":[{"name":"true","container":{"image":"alpine:3.20","command":["true"]}}]}}\
        """;
    }

    private static String waiting() {
        return """
        {"apiVersion":"argoproj.io/v1alpha1","kind":"Workflow","metadata":{"generateName":"waiting-"},"spec":{"entrypoint":"main",
        "templates":[{"name":"main","steps":[[{"name":"a","template":"true"}],[{"name":"b","template":"wait"}]]},
        {"name":"wait","suspend":{}},{"name":"true","container":{"image":"alpine:3.20","command":["true"]}}]}}\
        """;
    }

    /// A start after `kill -9` with 1,000 live and 10,000 finished runs, against one on an empty directory.
    static void recovery(Bench bench) throws Exception {
        int live = 1_000;
        int finished = 10_000;
        var data = bench.fresh("data");
        long runner;
        try (var product = Product.start(bench.directory(), data)) {
            for (int i = 0; i < finished; i++) {
                product.submit(oneStep());
            }
            product.awaitNoLiveRun(Duration.ofMinutes(10));
            for (int i = 0; i < live; i++) {
                product.submit(waiting());
            }
            Product.await(
                    "the runs' suspend nodes",
                    LIMIT,
                    () -> product.metric("tiphys_steps_running") + product.metric("tiphys_steps_waiting") == 0);
            product.requireSuccess();
            runner = product.runner();
            product.kill();
        }
        var times = new Ratios("recovery, 1,000 live", "ms");
        for (int round = 0; round < bench.rounds(); round++) {
            int port = Child.freePort();
            double empty = firstAnswer(bench, Product.command(bench.fresh("empty"), port), port);
            long begin = System.nanoTime();
            try (var product = Product.start(bench.directory(), data)) {
                Product.await("all live runs", LIMIT, () -> product.metric("tiphys_runs_live") == live);
                times.add(empty, (System.nanoTime() - begin) / 1e6);
                product.kill();
            }
        }
        ProcessHandle.of(runner).ifPresent(ProcessHandle::destroyForcibly);
        times.print();
    }

    /// Milliseconds of commands that do little.
    static void commands(Bench bench) throws Exception {
        for (var arguments : List.of(List.of("version"), List.of("--help"), List.of("lint", "examples/hello.yaml"))) {
            var times = new ArrayList<Double>();
            var command = new ArrayList<String>();
            command.add(Product.home().resolve("tiphys").toString());
            command.addAll(arguments);
            for (int round = 0; round < bench.rounds() * 2; round++) {
                long begin = System.nanoTime();
                var child = Child.start(bench.directory(), command, Map.of());
                int code = child.await(LIMIT);
                if (code != 0) {
                    throw new IOException(arguments + " ended with " + code + ": " + child.printed());
                }
                times.add((System.nanoTime() - begin) / 1e6);
            }
            System.out.printf("%-34s %-10s %s%n", "tiphys " + arguments.getFirst(), "ms", Ratios.spread(times, "%.0f"));
        }
    }
}
