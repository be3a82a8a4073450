package tiphys.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tiphys.manifest.Value;
import tiphys.testkit.Eventually;

/// The pipeline of `counting.yaml`: each event has a number and starts one run of two steps, and each attempt at a step leaves
/// a mark in a file.
final class CountingPipeline {
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed", "Error");

    private final Path directory;
    private final Path marks;
    private final int port = Server.freePort();
    private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    /// @param directory for the manifest and the marks
    CountingPipeline(Path directory) {
        this.directory = directory;
        this.marks = directory.resolve("marks");
        try {
            Files.createFile(marks);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Applies the pipeline and waits until its webhook listens.
    ///
    /// @param pause how long a step takes, in hundredths of a second
    void applyTo(Server server, String pause) throws IOException {
        var manifest = directory.resolve("counting.yaml");
        try (var in = CountingPipeline.class.getResourceAsStream("counting.yaml")) {
            var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            Files.writeString(
                    manifest,
                    text.replace("@port@", "" + port).replace("@marks@", marks.toString()).replace("@pause@", pause));
        }
        server.apply(manifest, "default");
        awaitListener();
    }

    void awaitListener() {
        Eventually.within(Duration.ofSeconds(30), "the webhook listens on " + port, () -> RawRequest.isAnswered(port));
    }

    /// Posts one event.
    HttpResponse<String> post(String number) throws IOException, InterruptedException {
        return post(number, "");
    }

    /// Posts one event with ballast in it.
    HttpResponse<String> post(String number, String ballast) throws IOException, InterruptedException {
        var body = "{\"number\":\"" + number + "\",\"ballast\":\"" + ballast + "\"}";
        var request =
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/count"))
                        .timeout(Duration.ofSeconds(10))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /// Waits until each of these events has a run and every run has ended; returns the runs' phases by event.
    Map<String, List<String>> awaitAllEnded(Server server, Collection<String> events) {
        var found = new TreeMap<String, List<String>>();
        Server.eventually(
                Duration.ofMinutes(4),
                "every acknowledged event has a run that ended",
                () -> {
                    found.clear();
                    found.putAll(runs(server));
                    return found.keySet().containsAll(events)
                            && found.values().stream().flatMap(List::stream).allMatch(ENDED::contains);
                });
        return found;
    }

    /// Each of these events has exactly one run, which succeeded, and each attempt ran once.
    void assertOneRunEach(Server server, Collection<String> events) throws IOException {
        var runs = awaitAllEnded(server, events);
        assertThat(runs.values()).as("each run").allMatch(run -> run.equals(List.of("Succeeded")));
        assertThat(runs.keySet()).as("events with a run").containsAll(events);
        var times =
                Files.readAllLines(marks).stream().collect(Collectors.groupingBy(mark -> mark, Collectors.counting()));
        assertThat(times).as("attempts").hasSize(runs.size() * 2);
        assertThat(times.values()).as("starts of each attempt").allMatch(count -> count == 1);
    }

    /// How many attempts were started.
    int attempts() throws IOException {
        return Files.readAllLines(marks).size();
    }

    private static Map<String, List<String>> runs(Server server) {
        var runs = new HashMap<String, List<String>>();
        var before = "";
        do {
            var page = server.get("/tiphys/v1/runs?namespace=default&limit=500&before=" + before);
            for (var run : page.listAt("items")) {
                runs.computeIfAbsent(number(run), _ -> new ArrayList<>()).add(run.textAt("phase").orElse(""));
            }
            before = page.textAt("next").orElse("");
        } while (!before.isEmpty());
        return runs;
    }

    /// The number of a run's event.
    private static String number(Value run) {
        return run.listAt("parameters").stream()
                .filter(one -> one.textAt("name").orElse("").equals("number"))
                .findFirst()
                .flatMap(one -> one.textAt("value"))
                .orElse("none");
    }
}
