package tiphys.cli.commands;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.server.Fields;
import tiphys.cli.server.Paths;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Output;
import tiphys.cli.terminal.Screen;
import tiphys.cli.terminal.Times;

/// `cron get NAME`: one CronWorkflow, the next times, and what was decided lately.
public final class CronGet implements Verb {
    @Override
    public void form(Form form) {
        form.argument("CRON", "The CronWorkflow.").namespace().output("json, yaml").server();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) {
        var output = given.output(Output.JSON, Output.YAML);
        var name = given.argument(0).orElse("");
        var cron = Fields.of(session.api().get(path(session.namespace(), name)));
        if (output == Output.TABLE) {
            session.screen().lines(lines(cron, session.screen()));
        } else {
            session.print(cron.object(), output);
        }
        return ExitCode.OK;
    }

    /// The path of one; `cwf/NAME` is taken as well.
    static String path(String namespace, String name) {
        return Paths.ROOT
                + "/namespaces/"
                + Paths.part(namespace)
                + "/cronworkflows/"
                + Paths.part(name.replaceFirst("^(cwf|cronwf|cronworkflow)/", ""));
    }

    private static List<String> lines(Fields cron, Screen screen) {
        var lines = new ArrayList<String>();
        lines.add(cron.text("namespace") + "/" + cron.text("name") + "  " + CronList.state(cron));
        fact(lines, "Schedules", String.join(", ", cron.texts("schedules")));
        fact(lines, "Zone", cron.text("zone"));
        fact(lines, "Concurrency", cron.text("concurrencyPolicy"));
        fact(lines, "When", cron.text("when"));
        fact(lines, "Stops", cron.text("stopStrategy"));
        if (cron.number("startingDeadlineSeconds") > 0) {
            fact(lines, "Late by", cron.number("startingDeadlineSeconds") + " s at most");
        }
        fact(lines, "Last run", cron.instant("lastScheduledTime").map(at -> date(at, screen)).orElse("never"));
        fact(lines, "Active", String.join(", ", cron.texts("active")));
        fact(lines, "Succeeded", cron.text("succeeded"));
        fact(lines, "Failed", cron.text("failed"));
        for (var at : cron.texts("next")) {
            fact(lines, "Due", date(Instant.parse(at), screen));
        }
        cron.texts("clockChanges").forEach(text -> fact(lines, "Clock", text));
        for (var told : cron.items("history")) {
            var due = told.instant("due").map(at -> date(at, screen)).orElse("");
            fact(lines, told.text("verdict"), (due.isEmpty() ? "" : due + "  ") + told.text("text"));
        }
        return lines;
    }

    private static void fact(List<String> lines, String word, String text) {
        if (!text.isEmpty()) {
            lines.add("  %-12s %s".formatted(word, text));
        }
    }

    private static String date(Instant at, Screen screen) {
        return Times.date(at, screen.zone());
    }
}
