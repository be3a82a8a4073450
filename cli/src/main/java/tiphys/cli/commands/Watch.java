package tiphys.cli.commands;

import java.time.Duration;
import java.util.Optional;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.RunFollower;
import tiphys.cli.command.RunNames;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.render.RunTree;
import tiphys.cli.server.LogReader;
import tiphys.cli.server.LogStep;
import tiphys.cli.server.NodeView;
import tiphys.cli.server.Paths;
import tiphys.cli.server.RunView;
import tiphys.cli.terminal.Cells;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Output;
import tiphys.cli.terminal.Times;
import tiphys.manifest.Value;

/// `watch RUN`: the live tree, until the run ends.
public final class Watch implements Verb {
    /// So many lines of a failed step's output are shown.
    private static final int LAST_WORDS = 10;

    @Override
    public void form(Form form) {
        form.argument("RUN", "The run: its name, a unique beginning of it, or @latest.")
                .option("--timeout", "DURATION", "Ends after so long with exit code 6; the run goes on.")
                .namespace()
                .output("json (a line for each change)")
                .server();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) throws InterruptedException {
        var run = new RunNames(session).run(given.argument(0).orElse("@latest"));
        return follow(session, run, given.duration("--timeout"), given.output(Output.JSON));
    }

    /// Shows a run until it ends.
    static ExitCode follow(Session session, RunView run, Optional<Duration> limit, Output output)
            throws InterruptedException {
        var where = run.name() + " -n " + run.namespace();
        try (var _ =
                        session.onInterrupt(
                                "The run goes on. Follow it again:  tiphys watch " + where,
                                "                 End it:           tiphys stop " + where);
                var tree = new RunTree(session.screen())) {
            var ended =
                    output == Output.JSON
                            ? json(session, run, limit)
                            : new RunFollower(session).follow(run, limit, tree::show, tree::tick);
            if (ended.isEmpty()) {
                throw timedOut(run, limit);
            }
            if (output != Output.JSON && ended.get().exit() != ExitCode.OK) {
                tellWhy(session, ended.get());
            }
            return ended.get().exit();
        }
    }

    private static Optional<RunView> json(Session session, RunView run, Optional<Duration> limit)
            throws InterruptedException {
        var path = Paths.run(run.namespace(), run.name());
        var last = new Value[] {Value.nothing()};
        return new RunFollower(session)
                .follow(
                        run,
                        limit,
                        _ -> {
                            var now = session.api().get(path);
                            if (!now.equals(last[0])) {
                                session.printLine(now);
                                last[0] = now;
                            }
                        },
                        () -> {});
    }

    /// The error of a wait that was over before the run.
    static CliError timedOut(RunView run, Optional<Duration> limit) {
        var time = Times.duration(limit.orElse(Duration.ZERO));
        return CliError.of(ExitCode.TIMED_OUT, "TIP-7402", "run " + run.place() + " did not end within " + time)
                .hint("it goes on")
                .fix("tiphys watch " + run.name() + " -n " + run.namespace());
    }

    /// What a reader wants to see of a run that failed: the step, its whole message, its last words, and where to look next.
    private static void tellWhy(Session session, RunView run) {
        var screen = session.screen();
        var failed =
                run.nodes().stream()
                        .filter(node -> node.phase().equals("Failed") || node.phase().equals("Error"))
                        .filter(node -> node.type().equals("Pod"))
                        .findFirst();
        if (failed.isEmpty()) {
            return;
        }
        var node = failed.get();
        var address = run.name() + "/" + quoted(node.label()) + " -n " + run.namespace();
        screen.note("");
        var message = node.message().isEmpty() ? node.phase() : Cells.oneLine(node.message());
        screen.wrapped("  ", 2, node.label() + ": " + message).forEach(screen::note);
        lastWords(session, run, node);
        screen.note("  logs   tiphys logs " + address);
        screen.note("  why    tiphys explain " + address);
    }

    private static void lastWords(Session session, RunView run, NodeView node) {
        if (node.attempts().isEmpty() || node.attempts().getLast().logBytes() == 0) {
            return;
        }
        var attempt = node.attempts().getLast();
        var screen = session.screen();
        new LogReader(
                        session.api(),
                        run,
                        new LogStep(node, attempt, true),
                        (_, line) -> screen.note("  " + screen.glyphs().bar + " " + line))
                .readAll(Optional.of(LAST_WORDS));
    }

    private static String quoted(String label) {
        return label.matches("[A-Za-z0-9._-]+") ? label : "'" + label + "'";
    }
}
