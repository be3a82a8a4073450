package tiphys.cli.commands;

import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.server.Paths;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Output;
import tiphys.manifest.Value;

/// `repair`: lets a stream that was set aside go on.
public final class Repair implements Verb {
    @Override
    public void form(Form form) {
        form.argument("STREAM", "What is set aside, as `tiphys status` names it: run/UID, trigger/..., object/...")
                .output("json")
                .server();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) {
        var output = given.output(Output.JSON);
        var stream = given.argument(0).orElse("");
        var done = session.api().post(Paths.ROOT + "/repair", Value.object("stream", stream));
        if (output == Output.JSON) {
            session.printLine(done);
        } else {
            session.screen().line(stream + " goes on");
            session.screen().note("  if it ends the server again, it is set aside again   tiphys status");
        }
        return ExitCode.OK;
    }
}
