package tiphys.app;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.server.RunView;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Ink;
import tiphys.cli.terminal.Screen;
import tiphys.events.Events;
import tiphys.manifest.Value;

/// `tiphys demo`: the example pipeline on a temporary directory, from the webhook to the finished run, and every decision
/// on the way.
final class Demo implements Verb {
    private static final String NAMESPACE = "argo-events";
    private static final String WEBHOOK = "http://localhost:12000/trigger";
    private static final String EVENT = "{\"model\":\"resnet\",\"dataset\":\"imagenet\"}";
    private static final Duration READY = Duration.ofSeconds(15);
    private static final Duration RUN = Duration.ofSeconds(60);
    private static final int LINES = 20;

    @Override
    public void form(Form form) {
        form.option(
                "--port",
                "PORT",
                "The port of API and UI; 0 for any. Default: " + Up.DEFAULT_PORT + ", or any if it is taken.");
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) throws IOException, InterruptedException {
        needPython();
        var examples = examples();
        var data = new TemporaryDirectory("tiphys-demo");
        try {
            LogFile.open(data.path());
            var host = open(data.path(), given.number("--port"));
            try (host) {
                show(host, examples, session.screen());
                stay(host, session.screen());
            } finally {
                LogFile.close();
            }
            return ExitCode.OK;
        } finally {
            data.delete();
        }
    }

    private static Host open(Path data, Optional<Integer> port) {
        int wanted = port.orElse(Up.DEFAULT_PORT);
        var settings = new Host.Settings(data, Up.DEFAULT_HOST, wanted, StartupErrors::flushFailed);
        try {
            return StartupErrors.open(() -> Host.open(settings));
        } catch (CliError e) {
            if (port.isPresent() || !e.code().equals("TIP-6043")) {
                throw e;
            }
            return StartupErrors.open(() -> Host.open(settings.onAnyPort()));
        }
    }

    private static void show(Host host, Path examples, Screen screen) throws IOException, InterruptedException {
        screen.line(screen.paint(Ink.STRONG, "The manifests") + ", from " + examples);
        new Applying(host.objects(), NAMESPACE, line -> screen.line("  " + line)).apply(examples);
        awaitListener(host);
        screen.line("");
        screen.line(screen.paint(Ink.STRONG, "The event"));
        screen.line("  curl -d '" + EVENT + "' -H 'Content-Type: application/json' -X POST " + WEBHOOK);
        long begin = System.nanoTime();
        post(screen);
        var event = awaitVerdict(host);
        screen.line("  event   " + event.textAt("id").orElse(""));
        screen.line("  verdict " + event.textAt("verdict").orElse("") + ": " + event.textAt("summary").orElse(""));
        screen.line("");
        screen.line(screen.paint(Ink.STRONG, "The run"));
        var name = runOf(event);
        var ended = new LocalRunFollower(host.core()).follow(screen, NAMESPACE, name, RUN);
        double seconds = (System.nanoTime() - begin) / 1e9;
        var run =
                ended.filter(RunView::ended)
                        .orElseThrow(() ->
                                failed(
                                        "TIP-6024",
                                        "the run " + name + " did not end within " + RUN.toSeconds() + " s"));
        screen.line("");
        screen.line(screen.paint(Ink.STRONG, "What the steps printed"));
        new StepOutput(host.core(), screen).show(run, LINES);
        if (!run.phase().equals("Succeeded")) {
            throw failed("TIP-6025", "the run " + name + " ended as " + run.phase()).why(run.message());
        }
        screen.line("");
        screen.line(String.format(Locale.ROOT, "From POST to Succeeded: %.2f s", seconds));
    }

    /// On a terminal the demo stays until Enter; elsewhere it ends.
    private static void stay(Host host, Screen screen) throws IOException {
        screen.line("");
        if (!screen.canAsk()) {
            screen.line(
                    "Next: `tiphys up` serves until Ctrl-C; the README's five minutes lead to a pipeline of your own.");
            return;
        }
        screen.line("Look around while it is up:");
        screen.line("  UI        " + host.api().loginLink());
        screen.line(
                "  kubectl   export KUBECONFIG=" + host.api().kubeconfig() + "; kubectl -n " + NAMESPACE + " get wf");
        screen.line("  again     curl -d '" + EVENT + "' -H 'Content-Type: application/json' " + WEBHOOK);
        screen.line("");
        screen.line("Enter ends it.");
        int read = System.in.read();
        while (read >= 0 && read != '\n') {
            read = System.in.read();
        }
    }

    private static void needPython() {
        for (var directory : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            if (Files.isExecutable(Path.of(directory.isEmpty() ? "." : directory, "python3"))) {
                return;
            }
        }
        throw failed("TIP-6020", "the demo's steps are Python, and there is no python3 on the PATH")
                .hint("install it (Debian: apt-get install python3), or add its directory to PATH");
    }

    private static Path examples() {
        var home = System.getProperty("tiphys.home", ".");
        var examples = Path.of(home, "examples", "ml-pipeline");
        if (!Files.isDirectory(examples)) {
            throw failed("TIP-6021", "the example's manifests are not at " + examples)
                    .hint("run ./tiphys of a checkout");
        }
        return examples;
    }

    private static void awaitListener(Host host) {
        long end = System.nanoTime() + READY.toNanos();
        while (System.nanoTime() < end) {
            for (var source : host.events().flow(NAMESPACE).listAt("sources")) {
                boolean ready = source.find("ready").filter(Value.bool(true)::equals).isPresent();
                var message = source.textAt("message").orElse("");
                if (ready && sensorReady(host)) {
                    return;
                }
                if (!ready && message.contains("in use")) {
                    throw failed("TIP-6022", "the example's webhook cannot be served at " + WEBHOOK)
                            .why(message)
                            .hint("end the program that holds port 12000, and try again");
                }
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        throw failed(
                        "TIP-6023",
                        "the event source or the sensor did not become ready within " + READY.toSeconds() + " s")
                .why(host.events().flow(NAMESPACE).textAt("bus", "message").orElse(""));
    }

    private static boolean sensorReady(Host host) {
        var sensors = host.events().flow(NAMESPACE).listAt("sensors");
        return !sensors.isEmpty()
                && sensors.stream().allMatch(one -> one.find("ready").filter(Value.bool(true)::equals).isPresent());
    }

    private static void post(Screen screen) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create(WEBHOOK))
                        .timeout(READY)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(EVENT))
                        .build();
        try (var client = HttpClient.newBuilder().connectTimeout(READY).build()) {
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw failed("TIP-6026", "the webhook answered " + answer.statusCode()).why(answer.body().strip());
            }
            screen.line("  answer  200 " + answer.body().strip());
        }
    }

    private static Value.Mapping awaitVerdict(Host host) {
        long end = System.nanoTime() + READY.toNanos();
        Value.Mapping latest = Value.Mapping.EMPTY;
        while (System.nanoTime() < end) {
            var events = host.events().list(Events.Query.of(NAMESPACE, "webhook", "", 1)).items();
            if (!events.isEmpty()) {
                latest = events.getFirst();
                var verdict = latest.textAt("verdict").orElse("");
                if (verdict.equals("fired") && !runOf(latest).isEmpty()) {
                    return latest;
                }
                if (verdict.equals("failed")) {
                    throw failed("TIP-6027", "the sensor could not start the run")
                            .why(latest.textAt("summary").orElse(""));
                }
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
        throw failed("TIP-6028", "the event led to no run within " + READY.toSeconds() + " s")
                .why(latest.textAt("summary").orElse(""));
    }

    private static String runOf(Value.Mapping event) {
        return event.listAt("runs").stream().findFirst().flatMap(run -> run.textAt("name")).orElse("");
    }

    private static CliError failed(String code, String what) {
        return CliError.of(ExitCode.FAILED, code, what);
    }
}
