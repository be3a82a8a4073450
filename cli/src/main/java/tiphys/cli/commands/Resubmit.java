package tiphys.cli.commands;

import java.util.ArrayList;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.server.Paths;
import tiphys.cli.server.RunView;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Output;
import tiphys.manifest.Value;

/// `resubmit RUN…`: runs the Workflow of a run once more, under a new name; with `--memoized` what went well is not run again.
public final class Resubmit implements Verb {
    @Override
    public void form(Form form) {
        form.optionalArgument("RUN", "The run: name, beginning, @latest.")
                .arguments("MORE", "More runs.")
                .option("-l,--selector", "LABELS", "Those with these labels.")
                .flag("--memoized", "Steps that went well keep what they gave; only of runs that failed.")
                .options("-p,--parameter", "NAME=VALUE", "Another value of an argument; may be given again.")
                .option("--priority", "NUMBER", "Another priority.")
                .flag("-w,--watch", "Follows the new run as a tree until it ends.")
                .flag("--wait", "Waits until the new run ends.")
                .namespace()
                .output("name, json")
                .server();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) throws InterruptedException {
        var output = given.output(Output.NAME, Output.JSON);
        var body =
                Value.object(
                        "parameters",
                        Value.of(CronSteer.parameters(given)),
                        "priority",
                        given.number("--priority").orElse(null),
                        "memoized",
                        given.flag("--memoized") ? true : null);
        var made = new ArrayList<RunView>();
        for (var run : Chosen.runs(given, session)) {
            var path = Paths.run(run.namespace(), run.name()) + "/resubmit";
            made.add(RunView.of(session.api().post(path, body)));
        }
        var worst = ExitCode.OK;
        for (var run : made) {
            if (output == Output.JSON) {
                session.printLine(session.api().get(Paths.run(run.namespace(), run.name())));
            } else {
                session.screen()
                        .line(output == Output.NAME ? run.name() : "workflow.argoproj.io/" + run.name() + " created");
            }
            var ended = Chosen.follow(given, session, run);
            worst = worst == ExitCode.OK ? ended : worst;
        }
        return worst;
    }
}
