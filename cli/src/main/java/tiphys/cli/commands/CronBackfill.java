package tiphys.cli.commands;

import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.server.Fields;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Output;
import tiphys.manifest.Value;

/// `cron backfill NAME`: makes up for runs that were due between two instants.
public final class CronBackfill implements Verb {
    private static final int USUAL = 1_000;

    @Override
    public void form(Form form) {
        form.argument("CRON", "The CronWorkflow.")
                .option("--start", "TIME", "The first time to make up for, as 2026-11-29T02:00:00Z.")
                .option("--end", "TIME", "The last one.")
                .option("--name", "NAME", "What the workflows are called; their times follow.")
                .option("--argname", "NAME", "The argument that gets the time; cronScheduleTime if nothing is said.")
                .option("--maxworkflowcount", "NUMBER", "Refused if there would be more; 1000 if nothing is said.")
                .flag("--parallel", "All at once; else one after the other.")
                .namespace()
                .output("name, json")
                .server();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) {
        var output = given.output(Output.NAME, Output.JSON);
        if (given.text("--start").isEmpty() || given.text("--end").isEmpty()) {
            throw ProvidedArguments.usage("backfill wants --start and --end")
                    .fix("tiphys cron backfill NAME --start 2026-11-01T00:00:00Z --end 2026-11-29T00:00:00Z");
        }
        var body =
                Value.object(
                        "from",
                        given.text("--start").orElse(""),
                        "to",
                        given.text("--end").orElse(""),
                        "name",
                        given.text("--name").orElse(""),
                        "parallel",
                        given.flag("--parallel"),
                        "most",
                        given.number("--maxworkflowcount").orElse(USUAL));
        var name = given.text("--argname");
        var made =
                session.api()
                        .post(
                                CronGet.path(session.namespace(), given.argument(0).orElse("")) + "/backfill",
                                name.isPresent() ? body.with("parameter", name.get()) : body);
        if (output == Output.JSON) {
            session.printLine(made);
            return ExitCode.OK;
        }
        for (var one : Fields.of(made).items("items")) {
            var said = one.flag("made") ? " created" : " is there already";
            session.screen()
                    .line(output == Output.NAME ? one.text("name") : "workflow.argoproj.io/" + one.text("name") + said);
        }
        return ExitCode.OK;
    }
}
