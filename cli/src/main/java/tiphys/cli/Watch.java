package tiphys.cli;

import java.time.Duration;
import java.util.Optional;
import tiphys.manifest.Value;

/// `watch RUN`: the live tree, until the run ends.
final class Watch implements Verb {
    @Override
    public void form(Form form) {
        form.argument("RUN", "The run: its name, a unique beginning of it, or @latest.")
                .option("--timeout", "DURATION", "Ends after so long with exit code 6; the run goes on.")
                .namespace()
                .output("json (a line for each change)")
                .server();
    }

    @Override
    public ExitCode run(Given given, Session session) throws InterruptedException {
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

    /// What to look at when a run failed.
    private static void tellWhy(Session session, RunView run) {
        var screen = session.screen();
        for (var node : run.nodes()) {
            boolean failed = node.phase().equals("Failed") || node.phase().equals("Error");
            if (failed && node.type().equals("Pod")) {
                screen.note("");
                screen.note(
                        "  logs   tiphys logs " + run.name() + "/" + quoted(node.label()) + " -n " + run.namespace());
                screen.note(
                        "  why    tiphys explain "
                                + run.name()
                                + "/"
                                + quoted(node.label())
                                + " -n "
                                + run.namespace());
                return;
            }
        }
    }

    private static String quoted(String label) {
        return label.matches("[A-Za-z0-9._-]+") ? label : "'" + label + "'";
    }
}
