package tiphys.cli.commands;

import java.util.List;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.server.Fields;
import tiphys.cli.server.Paths;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Ink;
import tiphys.cli.terminal.Output;
import tiphys.cli.terminal.Screen;
import tiphys.cli.terminal.Table;

/// `events sources`: where events come from, whether they can, and what was turned away.
public final class EventsSources implements Verb {
    @Override
    public void form(Form form) {
        form.option("--source", "SOURCE", "Only of this event source.").namespace().output("name, json").server();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) {
        var output = given.output(Output.NAME, Output.JSON);
        var flow = Fields.of(session.api().get(Paths.ROOT + "/flow?namespace=" + Paths.part(session.namespace())));
        var wanted = given.text("--source").orElse("");
        var sources =
                flow.items("sources").stream()
                        .filter(source -> wanted.isEmpty() || source.text("eventSource").equals(wanted))
                        .toList();
        if (output == Output.JSON) {
            sources.forEach(source -> session.printLine(source.object()));
        } else if (output == Output.NAME) {
            sources.forEach(source -> session.screen().line(name(source)));
        } else if (sources.isEmpty()) {
            session.screen().note("There is no such event source in namespace " + session.namespace() + ".");
        } else {
            table(sources, session.screen()).show(session.screen());
        }
        return ExitCode.OK;
    }

    private static String name(Fields source) {
        return source.text("eventSource") + "/" + source.text("eventName");
    }

    private static Table table(List<Fields> sources, Screen screen) {
        var table =
                new Table()
                        .column("SOURCE")
                        .column("TYPE")
                        .column("STATE")
                        .column("SINCE")
                        .column("EVENTS")
                        .column("LAST")
                        .column("REFUSED")
                        .shrinking("ADDRESS OR TROUBLE");
        for (var source : sources) {
            var message = source.text("message");
            table.row()
                    .cell(name(source))
                    .cell(source.text("type"))
                    .cell(source.text("state"), message.isEmpty() ? Ink.GOOD : Ink.BAD)
                    .cell(when(source, "since", screen), Ink.FAINT)
                    .cell(source.in("events").text("total"))
                    .cell(when(source.in("events"), "lastAt", screen), Ink.FAINT)
                    .cell(source.in("refused").text("total"))
                    .cell(message.isEmpty() ? source.text("address") : message);
        }
        return table;
    }

    private static String when(Fields of, String field, Screen screen) {
        return of.instant(field).map(at -> EventsList.when(screen, at)).orElse("");
    }
}
