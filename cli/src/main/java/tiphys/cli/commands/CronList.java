package tiphys.cli.commands;

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
import tiphys.cli.terminal.Times;

/// `cron list`: the CronWorkflows, when each was and will be due.
public final class CronList implements Verb {
    @Override
    public void form(Form form) {
        form.namespace().allNamespaces().output("name, json (a line for each)").server();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) {
        var output = given.output(Output.NAME, Output.JSON);
        boolean everywhere = given.flag("--all-namespaces");
        var query = everywhere ? "" : "?namespace=" + Paths.part(session.namespace());
        var crons = Fields.of(session.api().get(Paths.ROOT + "/cronworkflows" + query)).items("items");
        if (output == Output.JSON) {
            crons.forEach(cron -> session.printLine(cron.object()));
        } else if (output == Output.NAME) {
            crons.forEach(cron -> session.screen().line(cron.text("name")));
        } else if (crons.isEmpty()) {
            session.screen()
                    .note(
                            everywhere
                                    ? "There is no CronWorkflow."
                                    : "There is no CronWorkflow in namespace "
                                            + session.namespace()
                                            + "; -A looks in all.");
        } else {
            var table = new Table();
            if (everywhere) {
                table.column("NAMESPACE");
            }
            table.column("NAME").shrinking("SCHEDULES").column("ZONE").column("LAST RUN").column("NEXT RUN");
            table.column("ACTIVE").shrinking("STATE");
            for (var cron : crons) {
                table.row();
                if (everywhere) {
                    table.cell(cron.text("namespace"));
                }
                row(table, cron, session.screen());
            }
            table.show(session.screen());
        }
        return ExitCode.OK;
    }

    private static void row(Table table, Fields cron, Screen screen) {
        table.cell(cron.text("name"))
                .cell(String.join(", ", cron.texts("schedules")))
                .cell(cron.text("zone"))
                .cell(cron.instant("lastScheduledTime").map(at -> Times.date(at, screen.zone())).orElse("never"))
                .cell(
                        cron.texts("next").stream()
                                .findFirst()
                                .map(at -> Times.date(java.time.Instant.parse(at), screen.zone()))
                                .orElse("–"))
                .cell(Integer.toString(cron.texts("active").size()))
                .cell(state(cron), cron.text("message").isEmpty() ? Ink.FAINT : Ink.BAD);
    }

    /// What keeps it from starting runs, in a few words.
    static String state(Fields cron) {
        if (!cron.text("message").isEmpty()) {
            return cron.text("message");
        }
        return cron.flag("suspended") ? "suspended" : cron.text("phase").equals("Stopped") ? "stopped" : "active";
    }
}
