package tiphys.app;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.server.ServerPlace;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Ink;
import tiphys.cli.terminal.Screen;
import tiphys.engine.Runs;

/// `tiphys up`: serves until Ctrl-C or SIGTERM, then drains within a bound.
final class Up implements Verb {
    static final String DEFAULT_HOST = "127.0.0.1";
    static final int DEFAULT_PORT = 2746;
    private static final Duration STEPS_END = Duration.ofSeconds(15);
    private static final int MOST_RUNS = 10_000;

    @Override
    public void form(Form form) {
        form.option("--data", "DIR", "Where everything is kept. Else TIPHYS_DATA, else $XDG_DATA_HOME/tiphys.");
        form.option("--port", "PORT", "The port of API and UI; 0 for any. Default: " + DEFAULT_PORT + ".");
        form.option("--host", "ADDRESS", "The address to listen on. Default: " + DEFAULT_HOST + ", this machine only.");
        form.options("-f,--filename", "FILE", "A manifest file or directory that is applied once at the start.");
        form.namespace();
        ExecutorOption.form(form);
        form.flag("--stop-steps", "At the end, terminate what runs instead of letting steps go on.");
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) throws IOException, InterruptedException {
        var data = ServerPlace.dataDirectory(session.around(), given.text("--data"));
        var screen = session.screen();
        LogFile.open(data);
        var settings =
                new Host.Settings(
                        data,
                        given.text("--host").orElse(DEFAULT_HOST),
                        given.number("--port").orElse(DEFAULT_PORT),
                        ExecutorOption.read(given),
                        StartupErrors::flushFailed);
        var host = StartupErrors.open(() -> Host.open(settings));
        var ended = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    end(host, screen, given.flag("--stop-steps"));
                                    ended.countDown();
                                    Runtime.getRuntime().halt(ExitCode.OK.number());
                                },
                                "end"));
        var applying = new Applying(host.objects(), session.namespace(), screen::line);
        var files = given.texts("--filename").stream().map(Path::of).toList();
        files.forEach(applying::apply);
        Applying.showDoubts(files, screen);
        welcome(host, data, screen);
        ended.await();
        return ExitCode.OK;
    }

    private static void welcome(Host host, Path data, Screen screen) {
        screen.line("Tiphys " + Version.TEXT + " serves " + host.api().url() + " from " + data);
        screen.line("");
        screen.line("  UI        " + screen.paint(Ink.STRONG, host.api().loginLink()));
        screen.line("  kubectl   export KUBECONFIG=" + host.api().kubeconfig());
        screen.line("  here      tiphys status · tiphys apply -f FILE · tiphys events list");
        screen.line("");
        screen.line("Ctrl-C ends it.");
    }

    private static void end(Host host, Screen screen, boolean stopSteps) {
        if (stopSteps) {
            terminate(host);
        }
        int running = host.core().running();
        host.close();
        LogFile.close();
        screen.line(
                running == 0
                        ? "Ended; nothing is running."
                        : "Ended; "
                                + running
                                + (running == 1 ? " step goes" : " steps go")
                                + " on without the server, and the next `tiphys up` takes the results.");
    }

    /// Terminates every live run and waits, bounded, for their steps to end.
    private static void terminate(Host host) {
        for (var phase : List.of("Running", "Pending")) {
            for (var run : host.runs().list(new Runs.Query("", phase, "", "", "", MOST_RUNS))) {
                host.runs()
                        .control(run.namespace(), run.name(), new Runs.Control.Terminate(), "tiphys up --stop-steps")
                        .orTimeout(STEPS_END.toSeconds(), TimeUnit.SECONDS)
                        .exceptionally(failure -> Optional.of(String.valueOf(failure.getMessage())))
                        .join()
                        .ifPresent(why -> System.err.println("tiphys: " + run.name() + " was not terminated: " + why));
            }
        }
        long end = System.nanoTime() + STEPS_END.toNanos();
        while (host.core().running() > 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
