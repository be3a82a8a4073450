package tiphys.cli.commands;

import java.io.IOException;
import tiphys.cli.command.EventView;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.server.Fields;
import tiphys.cli.server.Paths;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Output;
import tiphys.cli.terminal.Question;
import tiphys.manifest.Value;

/// `events replay EVENT`: gives an event to the sensors again. If it made a run already, somebody must say that a second one
/// is wanted. `events replay --since …`: gives all of a range, see [RangeReplay].
public final class EventsReplay implements Verb {
    @Override
    public void form(Form form) {
        form.optionalArgument("EVENT", "The event's id, a unique beginning of it, or @latest; or say --since.")
                .flag("-y,--yes", "Without asking: makes a second run, or begins with the range.");
        EventRange.form(form);
        RangeReplay.form(form);
        form.namespace().output("json").server();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) throws IOException, InterruptedException {
        var output = given.output(Output.JSON);
        boolean range = given.text("--since").isPresent();
        if (range == given.argument(0).isPresent()) {
            throw ProvidedArguments.usage("replay wants either one EVENT, or --since for all of a range")
                    .fix("tiphys events replay --since 1h --dry-run");
        }
        if (range) {
            return new RangeReplay(given, session, output).run();
        }
        var id = EventView.of(session, given.argument(0).orElse("")).text("id");
        var path = Paths.event(id) + "/replay";
        var answer = session.api().attempt("POST", path, Value.object("confirmed", given.flag("--yes")));
        if (answer.status() == 409 && answer.body().textAt("code").orElse("").equals("TIP-3409")) {
            if (!agreed(session, Fields.of(answer.body()))) {
                return ExitCode.FAILED;
            }
            answer = session.api().attempt("POST", path, Value.object("confirmed", true));
        }
        var done = session.api().expect(answer);
        if (output == Output.JSON) {
            session.printLine(done);
            return ExitCode.OK;
        }
        var triggers = Fields.of(done).texts("triggers");
        session.screen().line("event " + id + " replayed to " + String.join(", ", triggers));
        session.screen().note("  see what became of it   tiphys events get " + id);
        return ExitCode.OK;
    }

    private static boolean agreed(Session session, Fields refusal) throws IOException {
        var message = refusal.text("message");
        boolean told = refusal.texts("runs").stream().allMatch(message::contains);
        var runs = told ? "" : String.join(", ", refusal.texts("runs"));
        if (!session.screen().canAsk()) {
            throw CliError.of(ExitCode.FAILED, refusal.text("code"), message)
                    .why(runs.isEmpty() ? "" : "it made " + runs)
                    .hint("--yes makes a second one");
        }
        session.screen().note(message + (runs.isEmpty() ? "" : ": " + runs));
        boolean agreed = Question.agreed(session.around(), "Make a second one?");
        if (!agreed) {
            session.screen().note("Nothing was replayed.");
        }
        return agreed;
    }
}
