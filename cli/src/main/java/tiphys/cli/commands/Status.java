package tiphys.cli.commands;

import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.server.Fields;
import tiphys.cli.server.Paths;
import tiphys.cli.terminal.Cells;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Ink;
import tiphys.cli.terminal.Output;
import tiphys.cli.terminal.Screen;
import tiphys.cli.terminal.Times;

/// `status`: what the server is doing.
public final class Status implements Verb {
    @Override
    public void form(Form form) {
        form.output("json").server();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) {
        var output = given.output(Output.JSON);
        var answer = session.api().get(Paths.ROOT + "/status");
        if (output == Output.JSON) {
            session.print(answer, output);
            return ExitCode.OK;
        }
        var status = Fields.of(answer);
        var screen = session.screen();
        var place = session.api().place();
        var up = java.time.Duration.ofSeconds(status.number("uptimeSeconds"));
        var process = place.process().isPresent() ? ", process " + place.process().getAsLong() : "";
        screen.line(
                screen.paint(Ink.GOOD, screen.glyphs().phase("OK"))
                        + " Tiphys "
                        + status.text("version")
                        + " is running, for "
                        + Times.duration(up)
                        + process);
        field(screen, "UI", place.plain().orElse(place.url()).toString());
        field(screen, "data", status.text("dataDirectory"));
        field(screen, "runs", status.in("runs").number("live") + " live of " + status.in("runs").number("total"));
        field(screen, "events", Long.toString(status.in("events").number("total")));
        Retained.of(status).findings().forEach(one -> field(screen, "", one.text()));
        var executor = status.in("executor");
        var runner =
                executor.number("runnerPid") > 0 ? " (runner is process " + executor.number("runnerPid") + ")" : "";
        field(
                screen,
                "steps",
                executor.number("running") + " running, " + executor.number("waiting") + " waiting" + runner);
        for (var aside : status.items("quarantined")) {
            field(screen, "set aside", screen.paint(Ink.BAD, subject(aside)) + ": " + aside.text("reason"));
            field(screen, "", "  " + screen.glyphs().arrow + " tiphys repair " + aside.text("stream"));
        }
        field(screen, "namespaces", String.join(", ", status.texts("namespaces")));
        place.kubeconfig().ifPresent(file -> field(screen, "kubectl", "export KUBECONFIG=" + file));
        return ExitCode.OK;
    }

    /// The run's name, if it is one, and the stream.
    static String subject(Fields aside) {
        return aside.text("run").isEmpty()
                ? aside.text("stream")
                : "run " + aside.text("run") + " in " + aside.text("namespace");
    }

    private static void field(Screen screen, String name, String text) {
        if (!text.isEmpty()) {
            screen.line("  " + screen.paint(Ink.FAINT, Cells.fill(name, 12)) + text);
        }
    }
}
