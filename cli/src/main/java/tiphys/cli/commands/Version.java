package tiphys.cli.commands;

import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.server.Fields;
import tiphys.cli.server.Paths;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Output;
import tiphys.manifest.Value;

/// `version`: of this program, and of the server if one is there.
public final class Version implements Verb {
    @Override
    public void form(Form form) {
        form.flag("--client", "Does not ask the server.").output("json").server();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) {
        var output = given.output(Output.JSON);
        var server = given.flag("--client") ? "" : server(session);
        if (output == Output.JSON) {
            session.print(
                    Value.object("client", session.version(), "server", server.isEmpty() ? null : server), output);
            return ExitCode.OK;
        }
        session.screen().line("Tiphys " + session.version());
        if (!server.isEmpty() && !server.equals(session.version())) {
            session.screen().line("server " + server);
        }
        return ExitCode.OK;
    }

    private static String server(Session session) {
        try {
            return Fields.of(session.api().get(Paths.ROOT + "/status")).text("version");
        } catch (CliError e) {
            return ""; // a program without a server has a version too
        }
    }
}
