package tiphys.cli.commands;

import java.util.Optional;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProgramBuild;
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
        var build = session.build();
        var server = given.flag("--client") ? Optional.<ProgramBuild>empty() : server(session);
        if (output == Output.JSON) {
            session.print(
                    Value.object(
                            "client",
                            build.version(),
                            "commit",
                            build.commit(),
                            "date",
                            build.date(),
                            "server",
                            server.map(ProgramBuild::version).orElse(null),
                            "serverCommit",
                            server.map(ProgramBuild::commit).orElse(null),
                            "serverDate",
                            server.map(ProgramBuild::date).orElse(null)),
                    output);
            return ExitCode.OK;
        }
        session.screen().line("Tiphys " + text(build));
        server.filter(found -> !found.equals(build)).ifPresent(found -> session.screen().line("server " + text(found)));
        return ExitCode.OK;
    }

    private static String text(ProgramBuild build) {
        return build.commit().isEmpty()
                ? build.version()
                : build.version() + ", commit " + build.commit() + " of " + build.date();
    }

    private static Optional<ProgramBuild> server(Session session) {
        try {
            var status = Fields.of(session.api().get(Paths.ROOT + "/status"));
            return Optional.of(new ProgramBuild(status.text("version"), status.text("commit"), status.text("date")));
        } catch (CliError e) {
            return Optional.empty(); // a program without a server has a version too
        }
    }
}
