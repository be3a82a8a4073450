package tiphys.app;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import tiphys.cli.ExitCode;
import tiphys.cli.Form;
import tiphys.cli.Given;
import tiphys.cli.Screen;
import tiphys.cli.Session;
import tiphys.cli.Surroundings;
import tiphys.cli.Verb;

/// Does what servers or clients do when they start, so that the JVM can remember it: a server that runs a workflow and
/// answers for a page, or short commands. Called by the launcher after a build.
final class Rehearse implements Verb {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Override
    public void form(Form form) {
        form.argument("WHAT", "server or client.");
    }

    @Override
    public ExitCode run(Given given, Session session) throws IOException, InterruptedException {
        if (given.argument(0).orElse("").equals("client")) {
            new RehearsedCommands(session.around()).run();
            return ExitCode.OK;
        }
        var data = new TemporaryDirectory("tiphys-rehearsal");
        try {
            LogFile.open(data.path());
            var settings = new Host.Settings(data.path(), Up.DEFAULT_HOST, 0, Opening::flushFailed);
            try (var host = Host.open(settings)) {
                rehearse(host, session.around());
            } finally {
                LogFile.close();
            }
            return ExitCode.OK;
        } finally {
            data.delete();
        }
    }

    private static void rehearse(Host host, Surroundings around) throws IOException, InterruptedException {
        var home = Path.of(System.getProperty("tiphys.home", "."));
        var applying = new Applying(host.objects(), "default", _ -> {});
        var workflow = Applying.read(home.resolve("examples/hello.yaml")).getLast();
        var stored = applying.apply(workflow);
        new Following(host.core())
                .follow(new Screen(around, Screen.Color.NEVER), stored.namespace(), stored.name(), LIMIT);
        try (var client = HttpClient.newHttpClient()) {
            for (var path : new String[] {"/healthz", "/", "/api", "/tiphys/v1/status"}) {
                var request = HttpRequest.newBuilder(URI.create(host.door().plain() + path)).timeout(LIMIT).build();
                client.send(request, HttpResponse.BodyHandlers.discarding());
            }
        }
    }
}
