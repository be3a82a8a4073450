package tiphys.cli.commands;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.server.Fields;
import tiphys.cli.server.Paths;
import tiphys.cli.server.ServerPlace;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Times;

/// `down`: ends the server of this machine in order. Steps that run go on in the runner.
public final class Down implements Verb {
    private static final Duration USUAL = Duration.ofSeconds(30);

    @Override
    public void form(Form form) {
        form.option("--timeout", "DURATION", "How long to wait for its end; 30s if nothing is said.").server();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) throws InterruptedException {
        var place = ServerPlace.find(session.around(), given.server());
        if (place.process().isEmpty()) {
            throw CliError.of(ExitCode.USAGE, "TIP-7501", "down ends only a server of this machine")
                    .why("the process of " + place.url() + " is not known here")
                    .fix("tiphys down --data DIR");
        }
        var goesOn = goesOn(session);
        long number = place.process().getAsLong();
        var process = ProcessHandle.of(number);
        if (process.isPresent() && !process.get().destroy()) {
            throw CliError.of(ExitCode.FORBIDDEN, "TIP-7502", "process " + number + " cannot be ended")
                    .hint("is it another user's?");
        }
        var limit = given.duration("--timeout").orElse(USUAL);
        if (process.isPresent() && !ended(process.get(), limit)) {
            throw CliError.of(ExitCode.TIMED_OUT, "TIP-7503", "the server did not end within " + Times.duration(limit))
                    .why("process " + number + " was told to; it may still be finishing")
                    .fix("tiphys status")
                    .hint("kill -9 " + number + " loses nothing that was acknowledged");
        }
        session.screen().line("The server has ended (process " + number + ").");
        if (!goesOn.isEmpty()) {
            session.screen().note(goesOn);
        }
        return ExitCode.OK;
    }

    /// What runs on without the server; nothing if that cannot be told.
    private static String goesOn(Session session) {
        try {
            var executor = Fields.of(session.api().get(Paths.ROOT + "/status")).in("executor");
            long running = executor.number("running");
            return running == 0
                    ? ""
                    : running
                            + (running == 1 ? " step goes" : " steps go")
                            + " on without it"
                            + (executor.number("runnerPid") > 0
                                    ? " (processes under the runner, process " + executor.number("runnerPid") + ")"
                                    : "")
                            + "; the next `tiphys up` takes the results.";
        } catch (CliError e) {
            return ""; // a server that does not answer can be ended all the same
        }
    }

    private static boolean ended(ProcessHandle process, Duration limit) throws InterruptedException {
        try {
            process.onExit().get(limit.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end of process " + process.pid() + " cannot be awaited", e);
        }
    }
}
