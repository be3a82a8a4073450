package tiphys.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Screen;
import tiphys.cli.terminal.Surroundings;

/// Does what servers or clients do when they start, so that the JVM can remember it and which code is worth compiling
/// first: a server that runs workflows, takes events and answers for pages, or short commands. Called by the launcher
/// after a build.
final class Rehearse implements Verb {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int EVENTS = 2_000;
    private static final int CONNECTIONS = 8;

    @Override
    public void form(Form form) {
        form.argument("WHAT", "server or client.");
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) throws IOException, InterruptedException {
        if (given.argument(0).orElse("").equals("client")) {
            new RehearsedCommands(session.around()).run();
            return ExitCode.OK;
        }
        var data = new TemporaryDirectory("tiphys-rehearsal");
        try {
            LogFile.open(data.path());
            var settings = new Host.Settings(data.path(), Up.DEFAULT_HOST, 0, StartupErrors::flushFailed);
            try (var host = Host.open(settings)) {
                rehearse(host, data.path(), session.around());
            } finally {
                LogFile.close();
            }
            return ExitCode.OK;
        } finally {
            data.delete();
        }
    }

    private static void rehearse(Host host, Path directory, Surroundings around)
            throws IOException, InterruptedException {
        var home = Path.of(System.getProperty("tiphys.home", "."));
        var applying = new Applying(host.objects(), "default", _ -> {});
        var following = new LocalRunFollower(host.core());
        var screen = new Screen(around, Screen.Color.NEVER);
        int port = freePort();
        var objects = new ArrayList<>(Applying.read(home.resolve("examples/hello.yaml")));
        var manifest = directory.resolve("rehearsal.yaml");
        Files.writeString(manifest, manifest().replace("@port@", Integer.toString(port)));
        objects.addAll(Applying.read(manifest));
        for (var object : objects) {
            var stored = applying.apply(object);
            if (stored.type().kind().equals("Workflow")) {
                following.follow(screen, stored.namespace(), stored.name(), LIMIT);
            }
        }
        try (var client = HttpClient.newHttpClient()) {
            for (var path : new String[] {"/healthz", "/", "/api", "/tiphys/v1/status"}) {
                var request = HttpRequest.newBuilder(URI.create(host.api().plain() + path)).timeout(LIMIT).build();
                client.send(request, HttpResponse.BodyHandlers.discarding());
            }
        }
        send(URI.create("http://localhost:" + port + "/rehearsal"));
    }

    /// Events over several connections; one in a hundred starts a run.
    private static void send(URI hook) throws InterruptedException {
        var senders = new ArrayList<Thread>();
        for (int i = 0; i < CONNECTIONS; i++) {
            senders.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                try (var client = HttpClient.newHttpClient()) {
                                    for (int n = 0; n < EVENTS / CONNECTIONS; n++) {
                                        var body = "{\"kind\":\"%02d\",\"number\":\"%d\"}".formatted(n % 100, n);
                                        var request =
                                                HttpRequest.newBuilder(hook)
                                                        .timeout(LIMIT)
                                                        .header("Content-Type", "application/json")
                                                        .POST(HttpRequest.BodyPublishers.ofString(body))
                                                        .build();
                                        client.send(request, HttpResponse.BodyHandlers.discarding());
                                    }
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                } catch (InterruptedException _) {
                                    Thread.currentThread().interrupt();
                                }
                            }));
        }
        for (var sender : senders) {
            sender.join(LIMIT);
        }
    }

    private static String manifest() throws IOException {
        try (var in = Rehearse.class.getResourceAsStream("rehearsal.yaml")) {
            return new String(java.util.Objects.requireNonNull(in, "rehearsal.yaml").readAllBytes(), UTF_8);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
