package tiphys.cli.commands;

import tiphys.cli.command.EventView;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.render.EventLines;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Output;

/// `events get EVENT`: the payload, and each sensor's verdict with the values that decided it.
public final class EventsGet implements Verb {
    @Override
    public void form(Form form) {
        form.argument("EVENT", "The event's id, a unique beginning of it, or @latest.")
                .namespace()
                .output("json, yaml")
                .server();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) {
        var output = given.output(Output.JSON, Output.YAML);
        var event = EventView.of(session, given.argument(0).orElse("@latest"));
        if (output == Output.TABLE) {
            session.screen().lines(new EventLines(session.screen()).of(event));
        } else {
            session.print(event.object(), output);
        }
        return ExitCode.OK;
    }
}
