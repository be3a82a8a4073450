package tiphys.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.testkit.Eventually;

/// Kills real servers while real events arrive. The number of kills is `-Dcrashes` (20), their instants come from `-Dseed`.
class CrashTest {
    private static final int CRASHES = Integer.getInteger("crashes", 20);
    private static final long SEED = Long.getLong("seed", System.nanoTime());
    private static final int CONNECTIONS = 16;

    @TempDir Path directory;

    @Test
    void every_acknowledged_event_has_exactly_one_run_however_often_the_server_is_killed() throws Exception {
        System.out.println("kills of the server: " + CRASHES + ", instants from -Dseed=" + SEED);
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        var data = directory.resolve("data");
        var marks = Files.createFile(directory.resolve("marks"));
        int webhook = Server.freePort();
        int port = Server.freePort();
        try (var first = Server.start(data, "--port", "" + port)) {
            first.apply(manifest(webhook, marks, "05"), "default");
            awaitListener(webhook);
            first.kill();
        }
        var senders = new Senders(webhook, random);
        try {
            for (int crash = 0; crash < CRASHES; crash++) {
                var server = Server.start(data, "--port", "" + port);
                awaitListener(webhook);
                LockSupport.parkNanos(Duration.ofMillis(random.nextInt(1500)).toNanos());
                server.kill();
            }
        } finally {
            senders.stop();
        }
        try (var last = Server.start(data, "--port", "" + port)) {
            var runs = awaitAllEnded(last, senders.acknowledged);
            report(senders, runs, marks);
            assertThat(runs.values()).as("each run").allMatch(run -> run.equals(List.of("Succeeded")));
            assertThat(runs.keySet()).as("events with a run").containsAll(senders.acknowledged);
            assertThat(senders.sent.get()).as("events sent").isGreaterThan(CRASHES);
            assertEachAttemptRanOnce(marks, runs.size() * 2);
            assertThat(last.terminate()).isZero();
        }
    }

    /// Runs by the number of their event, each with its phase.
    private static Map<String, List<String>> awaitAllEnded(Server server, Set<String> acknowledged) {
        var found = new TreeMap<String, List<String>>();
        Eventually.within(
                Duration.ofMinutes(4),
                "every acknowledged event has a run that ended",
                () -> {
                    found.clear();
                    found.putAll(runs(server));
                    return found.keySet().containsAll(acknowledged)
                            && found.values().stream()
                                    .flatMap(List::stream)
                                    .allMatch(phase -> Set.of("Succeeded", "Failed", "Error").contains(phase));
                });
        return found;
    }

    private static Map<String, List<String>> runs(Server server) {
        var runs = new HashMap<String, List<String>>();
        var before = "";
        do {
            var page = server.get("/tiphys/v1/runs?namespace=default&limit=500&before=" + before);
            for (var run : page.listAt("items")) {
                var number = number(server, run.textAt("name").orElse(""));
                runs.computeIfAbsent(number, _ -> new ArrayList<>()).add(run.textAt("phase").orElse(""));
            }
            before = page.textAt("next").orElse("");
        } while (!before.isEmpty());
        LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        return runs;
    }

    /// The number of a run's event; the list does not tell parameters.
    private static String number(Server server, String name) {
        return server.get("/tiphys/v1/namespaces/default/runs/" + name).listAt("parameters").stream()
                .filter(one -> one.textAt("name").orElse("").equals("number"))
                .findFirst()
                .flatMap(one -> one.textAt("value"))
                .orElse("none");
    }

    private static void assertEachAttemptRanOnce(Path marks, int attempts) throws IOException {
        var times =
                Files.readAllLines(marks).stream().collect(Collectors.groupingBy(mark -> mark, Collectors.counting()));
        assertThat(times).as("attempts").hasSize(attempts);
        assertThat(times.values()).as("starts of each attempt").allMatch(count -> count == 1);
    }

    private static void report(Senders senders, Map<String, List<String>> runs, Path marks) throws IOException {
        System.out.printf(
                "%d kills: %d events sent, %d acknowledged, %d answered by nobody, %d runs, %d step attempts%n",
                CRASHES,
                senders.sent.get(),
                senders.acknowledged.size(),
                senders.failed.get(),
                runs.values().stream().mapToInt(List::size).sum(),
                Files.readAllLines(marks).size());
    }

    private Path manifest(int port, Path marks, String pause) throws IOException {
        try (var in = CrashTest.class.getResourceAsStream("counting.yaml")) {
            var text = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            return Files.writeString(
                    directory.resolve("counting.yaml"),
                    text.replace("@port@", "" + port).replace("@marks@", marks.toString()).replace("@pause@", pause));
        }
    }

    private static void awaitListener(int port) {
        Eventually.within(
                Duration.ofSeconds(30),
                "the webhook listens on " + port,
                () -> {
                    try (var socket = new java.net.Socket("localhost", port)) {
                        return socket.isConnected();
                    } catch (IOException e) {
                        return false;
                    }
                });
    }

    /// Sixteen clients that post numbered events, one after another each, and remember which were answered with 200. A
    /// post that failed is not repeated: nobody knows whether it was taken.
    private static final class Senders {
        final AtomicInteger sent = new AtomicInteger();
        final AtomicInteger failed = new AtomicInteger();
        final Set<String> acknowledged = new ConcurrentSkipListSet<>();
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final List<Thread> threads = new ArrayList<>();
        private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
        private final URI uri;

        Senders(int port, RandomGenerator random) {
            uri = URI.create("http://localhost:" + port + "/count");
            for (int i = 0; i < CONNECTIONS; i++) {
                long seed = random.nextLong();
                threads.add(
                        Thread.ofVirtual()
                                .start(() -> send(RandomGeneratorFactory.of("L64X128MixRandom").create(seed))));
            }
        }

        private void send(RandomGenerator random) {
            while (!stopped.get()) {
                var number = Integer.toString(sent.incrementAndGet());
                try {
                    var request =
                            HttpRequest.newBuilder(uri)
                                    .timeout(Duration.ofSeconds(10))
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString("{\"number\":\"" + number + "\"}"))
                                    .build();
                    if (client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode() == 200) {
                        acknowledged.add(number);
                    }
                } catch (IOException e) {
                    failed.incrementAndGet(); // nobody was there, or it was killed while it answered
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
                LockSupport.parkNanos(Duration.ofMillis(200 + random.nextInt(600)).toNanos());
            }
        }

        void stop() throws InterruptedException {
            stopped.set(true);
            for (var thread : threads) {
                thread.join();
            }
            client.close();
        }
    }
}
