package tiphys.cli.commands;

import java.util.Locale;
import java.util.Optional;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.RunNames;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.server.Paths;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Output;
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
        form.argument("RUN", target).arguments("MORE", "More runs.");
        if (way == Way.STOP || way == Way.RESUME) {
            form.option("-m,--message", "TEXT", "Why; it is shown on the run.");
        }
        if (way == Way.RETRY) {
            form.flag("-w,--watch", "Follows the run until it ends.")
                    .options("-p,--parameter", "NAME=VALUE", "Another value of an argument; may be given again.")
                    .flag("--restart-successful", "What --node-field-selector matches runs again, too.")
                    .option("--node-field-selector", "SELECTOR", "Nodes, as displayName=train,phase!=Failed.");
        }
        if (way == Way.STOP) {
            form.option("--node-field-selector", "SELECTOR", "Fails these suspended nodes; the run goes on.");
        }
        form.namespace().server();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) throws InterruptedException {
        var exit = ExitCode.OK;
        tell(given, session, given.argument(0).orElse(""));
        for (var more : given.arguments(1)) {
            tell(given, session, more);
        }
        if (way == Way.RETRY && given.flag("--watch")) {
            var run = new RunNames(session).run(given.argument(0).orElse(""));
            exit = Watch.follow(session, run, Optional.empty(), Output.TABLE);
        }
        return exit;
    }

    private void tell(ProvidedArguments given, Session session, String address) {
        var target = new RunNames(session).target(address);
        var run = target.run();
        if (target.node().isPresent() && way != Way.RESUME) {
            throw ProvidedArguments.usage(way.verb() + " takes a whole run, not a node")
                    .fix("tiphys " + way.verb() + " " + run.name());
        }
        var selector = target.node().map(node -> "id=" + node.id()).orElse(null);
        var message = way == Way.STOP || way == Way.RESUME ? given.text("--message").orElse(null) : null;
        var body = Value.object("message", message, "selector", selector);
        if (way == Way.STOP || way == Way.RETRY) {
            body = body.with("selector", given.text("--node-field-selector").orElse(""));
        }
        if (way == Way.RETRY) {
            body =
                    body.with("restartSuccessful", Value.bool(given.flag("--restart-successful")))
                            .with("parameters", Value.of(CronSteer.parameters(given)));
        }
        session.api().post(Paths.run(run.namespace(), run.name()) + "/" + way.verb(), body);
        session.screen().line("workflow " + run.name() + " " + way.done);
    }
}
