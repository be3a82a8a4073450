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
import tiphys.cli.terminal.Table;
import tiphys.manifest.Json;

/// `locks`: the mutexes and semaphores that somebody holds or waits for, with who does.
public final class Locks implements Verb {
    private static final int SHOWN = 3;

    @Override
    public void form(Form form) {
        form.namespace().allNamespaces().output("name, json (a line for each)").server();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) {
        var output = given.output(Output.NAME, Output.JSON);
        boolean everywhere = given.flag("--all-namespaces");
        var query = everywhere ? "" : "?namespace=" + Paths.part(session.namespace());
        var locks = Fields.of(session.api().get(Paths.ROOT + "/locks" + query)).items("items");
        if (output == Output.JSON) {
            locks.forEach(lock -> session.printLine(lock.object()));
        } else if (output == Output.NAME) {
            locks.forEach(lock -> session.screen().line(lock.text("name")));
        } else if (locks.isEmpty()) {
            session.screen()
                    .note(
                            everywhere
                                    ? "Nobody holds a lock."
                                    : "Nobody holds a lock of namespace " + session.namespace() + "; -A looks in all.");
        } else {
            var table =
                    new Table()
                            .shrinking("LOCK")
                            .column("HELD")
                            .column("WAITING")
                            .shrinking("HOLDERS")
                            .shrinking("NEXT");
            for (var lock : locks) {
                var waiting = lock.text("waiting");
                var holders = names(lock, "holders");
                table.row()
                        .cell(lock.text("name"))
                        .cell(holders.size() + "/" + lock.text("limit"))
                        .cell(waiting, waiting.equals("0") ? Ink.FAINT : Ink.BAD)
                        .cell(shown(holders))
                        .cell(shown(names(lock, "waiters")));
            }
            table.show(session.screen());
        }
        return ExitCode.OK;
    }

    private static List<String> names(Fields lock, String field) {
        return lock.object().listAt(field).stream().map(Json::text).toList();
    }

    private static String shown(List<String> names) {
        var first = String.join(", ", names.subList(0, Math.min(SHOWN, names.size())));
        return names.size() <= SHOWN ? first : first + " and " + (names.size() - SHOWN) + " more";
    }
}
