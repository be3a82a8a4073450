package tiphys.cli.commands;

import java.util.Locale;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.RunNames;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.server.Paths;
import tiphys.cli.terminal.ExitCode;
import tiphys.manifest.Value;

/// `stop`, `terminate`, `suspend`, `resume` and `retry`: what people tell a run.
public final class Steer implements Verb {
    /// What a run is told.
    public enum Way {
        STOP("stopped"),
        TERMINATE("terminated"),
        SUSPEND("suspended"),
        RESUME("resumed"),
        RETRY("retried");

        private final String done;

        Way(String done) {
            this.done = done;
        }

        String verb() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Way way;

    public Steer(Way way) {
        this.way = way;
    }

    @Override
    public void form(Form form) {
        var target =
                way == Way.RESUME
                        ? "The run, or RUN/NODE for one suspended step."
                        : "The run: name, beginning, @latest.";
        form.optionalArgument("RUN", target)
                .arguments("MORE", "More runs.")
                .option("-l,--selector", "LABELS", "Those with these labels.");
        if (way == Way.STOP || way == Way.TERMINATE) {
            form.flag("--dry-run", "Says which runs it would be, and does nothing.");
        }
        if (way == Way.STOP || way == Way.RESUME) {
            form.option("-m,--message", "TEXT", "Why; it is shown on the run.");
        }
        if (way == Way.RETRY) {
            form.flag("-w,--watch", "Follows the run until it ends.")
                    .flag("--wait", "Waits until the run ends.")
                    .options("-p,--parameter", "NAME=VALUE", "Another value of an argument; may be given again.")
                    .flag("--restart-successful", "What --node-field-selector matches runs again, too.")
                    .option("--node-field-selector", "SELECTOR", "Nodes, as displayName=train,phase!=Failed.");
        }
        if (way == Way.STOP) {
            form.option("--node-field-selector", "SELECTOR", "Fails these suspended nodes; the run goes on.");
        }
        if (way == Way.RESUME) {
            form.option("--node-field-selector", "SELECTOR", "Lets these suspended nodes alone go on.");
        }
        form.namespace().server();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) throws InterruptedException {
        var targets = Chosen.targets(given, session);
        targets.forEach(target -> tell(given, session, target));
        var exit = ExitCode.OK;
        if (way == Way.RETRY && (given.flag("--watch") || given.flag("--wait"))) {
            for (var target : targets) {
                var run = new RunNames(session).run(target.run().name());
                var ended = Chosen.follow(given, session, run);
                exit = exit == ExitCode.OK ? ended : exit;
            }
        }
        return exit;
    }

    private void tell(ProvidedArguments given, Session session, RunNames.Found target) {
        var run = target.run();
        if (target.node().isPresent() && way != Way.RESUME) {
            throw ProvidedArguments.usage(way.verb() + " takes a whole run, not a node")
                    .fix("tiphys " + way.verb() + " " + run.name());
        }
        var selector = target.node().map(node -> "id=" + node.id()).orElse(null);
        var message = way == Way.STOP || way == Way.RESUME ? given.text("--message").orElse(null) : null;
        var body = Value.object("message", message, "selector", selector);
        if (way == Way.STOP || way == Way.RETRY || (way == Way.RESUME && selector == null)) {
            body = body.with("selector", given.text("--node-field-selector").orElse(""));
        }
        if (way == Way.RETRY) {
            body =
                    body.with("restartSuccessful", Value.bool(given.flag("--restart-successful")))
                            .with("parameters", Value.of(CronSteer.parameters(given)));
        }
        if ((way == Way.STOP || way == Way.TERMINATE) && given.flag("--dry-run")) {
            session.screen().line("workflow " + run.name() + " " + way.done + " (dry-run)");
            return;
        }
        session.api().post(Paths.run(run.namespace(), run.name()) + "/" + way.verb(), body);
        session.screen().line("workflow " + run.name() + " " + way.done);
    }
}
