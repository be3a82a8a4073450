package tiphys.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tiphys.manifest.Json;

/// Makes golden data with this program: plays `scenario.yaml`, ends the server, packs what it left, and asks a server that is
/// started on a copy of it.
final class GoldenWriter {
    private static final String WORKFLOWS = "/apis/argoproj.io/v1alpha1/namespaces/" + GoldenQuestions.NAMESPACE;
    private static final String RUNS = "/tiphys/v1/namespaces/" + GoldenQuestions.NAMESPACE + "/runs/";
    private static final int LARGE_EVENTS = 12;
    private static final int LARGE = 100_000;

    private final Path scratch;

    /// @param scratch an empty directory
    GoldenWriter(Path scratch) {
        this.scratch = scratch;
    }

    /// Writes golden data into a directory, which is made.
    ///
    /// @throws IllegalStateException if there are some already
    GoldenData write(Path directory) {
        if (Files.exists(directory)) {
            throw new IllegalStateException(
                    directory + " is there already. What a released version wrote is never written again.");
        }
        try {
            var data = scratch.resolve("written");
            try (var server = Server.start(data)) {
                play(server);
                server.terminate();
            }
            var golden = new GoldenData(Files.createDirectories(directory));
            golden.pack(data);
            try (var server = Server.start(golden.unpack(scratch.resolve("read")))) {
                golden.keep(new GoldenQuestions(server).all());
            }
            return golden;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void play(Server server) throws IOException {
        var scenario =
                Files.writeString(
                        scratch.resolve("scenario.yaml"),
                        Files.readString(GoldenData.HOME.resolve("scenario.yaml"))
                                .replace("@port@", Integer.toString(Server.freePort()))
                                .replace("@text@", "x".repeat(LARGE)));
        server.apply(scenario, GoldenQuestions.NAMESPACE);
        Server.eventually("the sensors listen", () -> listening(server) == 3);

        awaitPhase(server, "terminated", "Running");
        control(server, "terminated", "terminate");
        awaitPhase(server, "deleted", "Running");
        require(server, "DELETE", WORKFLOWS + "/workflows/deleted", "", 200);
        control(server, "held", "suspend");

        send(server, "first", "{\"kind\":\"go\",\"name\":\"Ada\"}");
        send(server, "first", "{\"kind\":\"stay\",\"name\":\"Bob\"}");
        send(server, "first", "{\"kind\":\"join\",\"name\":\"Eve\"}");
        send(server, "second", "{}");
        for (int i = 1; i <= LARGE_EVENTS; i++) {
            send(
                    server,
                    "first",
                    "{\"kind\":\"join\",\"name\":\"Ida " + i + "\",\"text\":\"" + "x".repeat(LARGE) + "\"}");
        }

        for (var name : new String[] {"graph", "retried"}) {
            awaitPhase(server, name, "Succeeded");
        }
        for (var name : new String[] {"terminated", "late", "failed"}) {
            awaitPhase(server, name, "Failed");
        }
        control(server, "failed", "retry");
        Server.eventually(
                "the run failed has failed again",
                () ->
                        server.get(RUNS + "failed/explain").toString().contains("restarted")
                                && phase(server, "failed").equals("Failed"));
        Server.eventually("what was fired has ended", () -> greetings(server) == 2);
        Server.eventually("the wide run waits", () -> node(server, "wide", "Suspend", "Running"));
        Server.eventually("the held run waits", () -> node(server, "held", "Pod", "Succeeded"));
        Server.eventually(
                "the patient run waits",
                () -> Json.write(server.run(GoldenQuestions.NAMESPACE, "patient")).contains("Backoff"));
    }

    private static boolean node(Server server, String run, String type, String phase) {
        return server.run(GoldenQuestions.NAMESPACE, run).listAt("nodes").stream()
                .anyMatch(node ->
                        node.textAt("type").orElse("").equals(type) && node.textAt("phase").orElse("").equals(phase));
    }

    private static long greetings(Server server) {
        return server.get("/tiphys/v1/runs?template=greeting&phase=Succeeded&namespace=" + GoldenQuestions.NAMESPACE)
                .listAt("items")
                .size();
    }

    private static long listening(Server server) {
        return server.get(WORKFLOWS + "/sensors").listAt("items").stream()
                .filter(sensor ->
                        Json.write(sensor).contains("\"type\":\"Deployed\",\"status\":\"True\"")
                                || Json.write(sensor).contains("\"status\":\"True\",\"type\":\"Deployed\""))
                .count();
    }

    static String phase(Server server, String name) {
        return server.findRun(GoldenQuestions.NAMESPACE, name).flatMap(run -> run.textAt("phase")).orElse("");
    }

    static void awaitPhase(Server server, String name, String phase) {
        Server.eventually("the run " + name + " is " + phase, () -> phase(server, name).equals(phase));
    }

    static void control(Server server, String name, String verb) {
        require(server, "POST", RUNS + name + "/" + verb, "{}", 200);
    }

    static void send(Server server, String event, String body) {
        require(
                server,
                "POST",
                "/tiphys/v1/namespaces/" + GoldenQuestions.NAMESPACE + "/eventsources/webhook/" + event + "/send",
                body,
                202);
    }

    private static void require(Server server, String method, String path, String body, int status) {
        var answer = server.send(method, path, "application/json", body);
        if (answer.statusCode() != status) {
            throw new AssertionError(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
        }
    }
}
