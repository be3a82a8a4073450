package tiphys.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import tiphys.cli.server.FakeServer;
import tiphys.cli.server.ServerPlace;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// A fake server with the guide's pipeline in it. Its `main` is for people who want to see the commands:
/// `java … tiphys.cli.Pipeline DIR`, then `TIPHYS_DATA=DIR tiphys watch @latest`.
public final class Pipeline {
    static final String RUN = "ml-pipeline-run-0d4mqk7v2hx9a";
    public static final String EVENT = "0193f5a2-7c1e-7b3a-9d41-6f0c2a5e8b17";
    private static final String RUNS = "/tiphys/v1/namespaces/argo-events/runs/" + RUN;
    private static final String DEFAULT_RUNS = "/tiphys/v1/namespaces/default/runs/";
    private static final String ARGO = "/apis/argoproj.io/v1alpha1";

    private final AtomicInteger state = new AtomicInteger(4);

    /// Which of the run's four states the server shows.
    public Pipeline state(int number) {
        state.set(number);
        return this;
    }

    public FakeServer on(FakeServer server) {
        server.json("/tiphys/v1/status", "status")
                .json("/tiphys/v1/templates", "templates")
                .json("/tiphys/v1/flow", "flow")
                .json("/tiphys/v1/events", "events")
                .json("/tiphys/v1/events/" + EVENT, "event-fired")
                .json(RUNS + "/explain", "explain")
                .json(DEFAULT_RUNS + "train-7kq2m", "run-failed")
                .json(DEFAULT_RUNS + "train-7kq2m/explain", "explain")
                .json(DEFAULT_RUNS + "fan", "run-fan");
        server.on("GET " + RUNS, _ -> FakeServer.Reply.ok(FakeServer.canned("run-" + state.get())));
        server.on("GET /tiphys/v1/runs", Pipeline::runs);
        server.on(
                "POST /tiphys/v1/tickets",
                _ -> new FakeServer.Reply(201, "application/json", "{\"path\":\"/login?ticket=t1\"}"));
        server.on("POST /tiphys/v1/events/" + EVENT + "/replay", Pipeline::replay);
        server.on(
                "POST /tiphys/v1/namespaces/argo-events/eventsources/webhook/trigger/send",
                _ -> new FakeServer.Reply(202, "application/json", "{\"id\":\"0193f5a2-new\"}"));
        server.on(
                "POST /tiphys/v1/namespaces/argo-events/runs",
                asked -> {
                    boolean known = asked.json().textAt("template").orElse("").equals("ml-pipeline-template");
                    return known
                            ? FakeServer.Reply.ok(FakeServer.canned("run-1"))
                            : FakeServer.Reply.refused(404, "TIP-4040", "no such template", "");
                });
        server.on(
                "POST /tiphys/v1/namespaces/default/runs",
                _ -> FakeServer.Reply.refused(404, "TIP-4040", "no such template", ""));
        for (var verb : new String[] {"stop", "terminate", "suspend", "resume"}) {
            server.on("POST " + RUNS + "/" + verb, _ -> FakeServer.Reply.ok(Value.Mapping.EMPTY));
        }
        server.on(
                "POST " + RUNS + "/retry",
                _ -> FakeServer.Reply.refused(409, "TIP-3501", "workflow must be Failed/Error to retry", ""));
        log(server, RUNS + "/nodes/n1/log", "Training resnet...\n");
        log(server, RUNS + "/nodes/n2/log", "Evaluating imagenet...\naccuracy 0.93");
        for (var node : new String[] {"b1", "f1", "f3", "f6", "f7", "f5", "fb"}) {
            log(server, DEFAULT_RUNS + "train-7kq2m/nodes/" + node + "/log", "line of " + node + "\n");
        }
        for (var namespace : new String[] {"/namespaces/argo-events", "/namespaces/default", ""}) {
            server.on(
                    "TABLE " + ARGO + namespace + "/workflows",
                    _ -> FakeServer.Reply.ok(FakeServer.canned("table-workflows")));
            server.on(
                    "TABLE " + ARGO + namespace + "/eventsources",
                    _ -> FakeServer.Reply.ok(FakeServer.canned("table-eventsources")));
        }
        return server;
    }

    private static FakeServer.Reply runs(FakeServer.Asked asked) {
        var namespace = asked.query("namespace").orElse("");
        var search = asked.query("search").orElse("");
        int limit = Integer.parseInt(asked.query("limit").orElse("50"));
        var items =
                FakeServer.canned("runs").listAt("items").stream()
                        .filter(run -> namespace.isEmpty() || run.textAt("namespace").orElse("").equals(namespace))
                        .filter(run -> run.textAt("name").orElse("").contains(search))
                        .limit(limit)
                        .toList();
        return FakeServer.Reply.ok(Value.object("items", items, "next", ""));
    }

    private static FakeServer.Reply replay(FakeServer.Asked asked) {
        boolean confirmed = asked.body().contains("true");
        return confirmed
                ? FakeServer.Reply.ok(Json.parse("{\"triggers\":[\"ml-pipeline-sensor/trigger-ml-pipeline\"]}"))
                : new FakeServer.Reply(
                        409,
                        "application/json",
                        "{\"code\":\"TIP-3409\",\"message\":\"this event already made a run\",\"runs\":[\""
                                + RUN
                                + "\"]}");
    }

    private static void log(FakeServer server, String path, String text) {
        server.on("GET " + path, _ -> new FakeServer.Reply(200, "text/plain", text));
    }

    public static void main(String[] args) throws IOException {
        var pipeline = new Pipeline();
        var directory = Files.createDirectories(Path.of(args[0]));
        try (var server = pipeline.on(new FakeServer())) {
            var file =
                    Value.object(
                            "url",
                            server.address(),
                            "plain",
                            server.address(),
                            "token",
                            FakeServer.TOKEN,
                            "pid",
                            ProcessHandle.current().pid(),
                            "kubeconfig",
                            directory.resolve("kubeconfig").toString());
            Files.write(directory.resolve(ServerPlace.FILE), Json.bytes(file));
            System.out.write(("The server is at " + server.address() + "\n").getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < 10_000; i++) {
                pipeline.state(i % 4 + 1);
                server.change(i, "6a1f");
                LockSupport.parkNanos(2_000_000_000L);
            }
        }
    }
}
