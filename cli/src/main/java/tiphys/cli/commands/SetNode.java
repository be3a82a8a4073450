package tiphys.cli.commands;

import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.RunNames;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.server.Paths;
import tiphys.cli.terminal.ExitCode;
import tiphys.manifest.Value;

/// `set`: what a person decides about a suspended step: its outputs, a message, or the phase in which it ends (Argo's `node set`).
public final class SetNode implements Verb {
    @Override
    public void form(Form form) {
        form.argument("RUN", "The run, or RUN/NODE for one suspended step.")
                .options("-p,--output-parameter", "NAME=VALUE", "The value of an output that is to be supplied.")
                .option("-m,--message", "TEXT", "The step's message.")
                .option("--phase", "PHASE", "Ends the step: Succeeded, Failed, Error, Skipped or Omitted.")
                .option("--node-field-selector", "SELECTOR", "Which steps: displayName=approve, and so on.")
                .namespace()
                .server();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) throws InterruptedException {
        var target = new RunNames(session).target(given.argument(0).orElse(""));
        var outputs = Value.Mapping.EMPTY;
        for (var pair : given.texts("--output-parameter")) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw ProvidedArguments.usage("--output-parameter takes NAME=VALUE, not " + pair);
            }
            outputs = outputs.with(pair.substring(0, equals), pair.substring(equals + 1));
        }
        var selector =
                target.node()
                        .map(node -> "id=" + node.id())
                        .orElseGet(() -> given.text("--node-field-selector").orElse(""));
        var body =
                Value.object(
                        "selector",
                        selector,
                        "phase",
                        given.text("--phase").orElse(null),
                        "message",
                        given.text("--message").orElse(null),
                        "outputParameters",
                        outputs);
        session.api().post(Paths.run(target.run().namespace(), target.run().name()) + "/set", body);
        session.screen().line("workflow values set");
        return ExitCode.OK;
    }
}
