package tiphys.bench;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Steps without a process: requests to a local server, and steps that wait to be let on.
final class ServedBenches {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int REQUESTS = 1_000;
    private static final int IN_FLIGHT = 64;
    private static final int SUSPENSIONS = 100;

    private ServedBenches() {}

    /// Chains of 100 and fan-outs of 1,000 `http` steps against a server in this process; the floor asks the same server as often,
    /// one request after another and 64 at once.
    static void http(Bench bench) throws Exception {
        var chain = new Ratios("chain of 100 http steps", "ms");
        var fanOut = new Ratios("fan-out of 1,000 http steps", "steps/s");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
                var product = Product.start(bench.directory(), bench.fresh("data"))) {
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_024);
            server.setExecutor(threads);
            server.createContext(
                    "/",
                    exchange -> {
                        try (exchange) {
                            exchange.getRequestBody().readAllBytes();
                            exchange.sendResponseHeaders(200, 2);
                            exchange.getResponseBody().write(new byte[] {'o', 'k'});
                        }
                    });
            server.start();
            try {
                var url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
                for (int warm = 0; warm < 10; warm++) {
                    product.secondsOf(chainOf(100, http(url)), LIMIT);
                    product.secondsOf(fanOutOf(http(url)), LIMIT);
                }
                for (int round = 0; round < bench.rounds(); round++) {
                    double leastChain = requests(client, url, 100, 1);
                    chain.add(leastChain * 1e3, product.secondsOf(chainOf(100, http(url)), LIMIT) * 1e3);
                    double leastFanOut = requests(client, url, REQUESTS, IN_FLIGHT);
                    fanOut.add(REQUESTS / leastFanOut, REQUESTS / product.secondsOf(fanOutOf(http(url)), LIMIT));
                }
                product.requireSuccess();
            } finally {
                server.stop(0);
            }
        }
        chain.print();
        fanOut.print();
    }

    private static double requests(HttpClient client, String url, int count, int atOnce) throws Exception {
        var free = new Semaphore(atOnce);
        var request = HttpRequest.newBuilder(URI.create(url)).build();
        return secondsOf(
                count,
                _ -> {
                    free.acquire();
                    try {
                        return client.send(request, HttpResponse.BodyHandlers.ofString());
                    } finally {
                        free.release();
                    }
                });
    }

    /// 64 runs in flight, each of 100 `suspend` steps in a row that are resumed as soon as they wait; a step that waits and one
    /// that goes on are a transition each. The floor is as many requests at once to the same server that change nothing.
    static void suspend(Bench bench) throws Exception {
        var rate = new Ratios("64 runs, suspended and resumed", "changes/s");
        double changes = 2.0 * IN_FLIGHT * SUSPENSIONS;
        try (var product = Product.start(bench.directory(), bench.fresh("data"))) {
            for (int round = -3; round < bench.rounds(); round++) {
                double least =
                        secondsOf(
                                IN_FLIGHT,
                                _ -> {
                                    for (int i = 0; i < SUSPENSIONS; i++) {
                                        product.get("/version");
                                    }
                                    return true;
                                });
                var names = new ArrayList<String>();
                for (int i = 0; i < IN_FLIGHT; i++) {
                    names.add(product.submit(chainOf(SUSPENSIONS, "\"suspend\":{}")));
                }
                double seconds =
                        secondsOf(
                                IN_FLIGHT,
                                i -> {
                                    for (int step = 0; step < SUSPENSIONS; step++) {
                                        product.resume(names.get(i));
                                    }
                                    return true;
                                });
                product.awaitNoLiveRun(LIMIT);
                if (round >= 0) {
                    rate.add(changes / least, changes / seconds);
                }
            }
            product.requireSuccess();
        }
        rate.print();
    }

    /// Something done for each of many.
    private interface Work {
        Object of(int index) throws Exception;
    }

    private static double secondsOf(int count, Work work) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var tasks = IntStream.range(0, count).<Callable<Object>>mapToObj(i -> () -> work.of(i)).toList();
            long begin = System.nanoTime();
            for (var done : threads.invokeAll(tasks)) {
                if (done.state() == java.util.concurrent.Future.State.FAILED) {
                    throw new IOException("a request failed", done.exceptionNow());
                }
            }
            return (System.nanoTime() - begin) / 1e9;
        }
    }

    private static String http(String url) {
        return "\"http\":{\"url\":\"" + url + "\"}";
    }

    private static String chainOf(int steps, String leaf) {
        return workflow(
                IntStream.range(0, steps)
                        .mapToObj(i -> "[{\"name\":\"s" + i + "\",\"template\":\"leaf\"}]")
                        .collect(Collectors.joining(",")),
                leaf);
    }

    private static String fanOutOf(String leaf) {
        return workflow(
                "[{\"name\":\"each\",\"template\":\"leaf\",\"withSequence\":{\"count\":\"" + REQUESTS + "\"}}]", leaf);
    }

    private static String workflow(String groups, String leaf) {
        return """
        {"apiVersion":"argoproj.io/v1alpha1","kind":"Workflow","metadata":{"generateName":"bench-"},"spec":{"entrypoint":"main",
        "templates":[{"name":"main","steps":[%s]},{"name":"leaf",%s}]}}\
        """
                .formatted(groups, leaf);
    }
}
