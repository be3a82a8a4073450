package tiphys.cli.commands;

import java.util.List;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.RunNames;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.server.Fields;
import tiphys.cli.server.Paths;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Output;
import tiphys.cli.terminal.Table;

/// `artifacts list RUN|RUN/NODE`: what its steps were given and what they made.
public final class ArtifactsList implements Verb {
    @Override
    public void form(Form form) {
        form.argument("RUN", "The run, or RUN/NODE for one step.")
                .namespace()
                .output("json (a line for each artifact)")
                .server();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) {
        var output = given.output(Output.JSON);
        var all = of(session, given.argument(0).orElse(""));
        if (output == Output.JSON) {
            all.forEach(one -> session.printLine(one.object()));
            return ExitCode.OK;
        }
        if (all.isEmpty()) {
            session.screen().note("There is no artifact.");
            return ExitCode.OK;
        }
        var table = new Table().shrinking("NODE").column("SIDE").column("NAME").shrinking("PATH").shrinking("KEPT AT");
        for (var one : all) {
            table.row()
                    .cell(one.text("nodeName"))
                    .cell(one.text("side"))
                    .cell(one.text("name"))
                    .cell(one.text("path"))
                    .cell(one.flag("deleted") ? "(deleted)" : one.text("place") + " " + one.text("key"));
        }
        table.show(session.screen());
        return ExitCode.OK;
    }

    /// The artifacts of a run, or of one of its nodes.
    static List<Fields> of(Session session, String address) {
        var target = new RunNames(session).target(address);
        var run = target.run();
        var query = target.node().map(node -> "?node=" + Paths.part(node.id())).orElse("");
        return Fields.of(session.api().get(Paths.run(run.namespace(), run.name()) + "/artifacts" + query))
                .items("items");
    }
}
