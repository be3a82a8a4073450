package tiphys.cli.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tiphys.cli.command.EventView;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.RunNames;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.render.EventLines;
import tiphys.cli.render.RunLines;
import tiphys.cli.server.Fields;
import tiphys.cli.server.NodeView;
import tiphys.cli.server.Paths;
import tiphys.cli.server.RunView;
import tiphys.cli.terminal.Cells;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Ink;
import tiphys.cli.terminal.Output;
import tiphys.cli.terminal.Screen;
import tiphys.manifest.Codes;
import tiphys.manifest.Value;

/// `explain RUN|RUN/NODE|EVENT|CODE`: tells why.
public final class Explain implements Verb {
    /// Facts that the sentence and its time tell already.
    private static final Set<String> KNOWN_ANYWAY = Set.of("type", "node", "startedAt", "endedAt", "finishedAt");

    @Override
    public void form(Form form) {
        form.argument("RUN|RUN/NODE|EVENT|CODE", "A run, a step, an event's id, or a code such as TIP-1101.")
                .namespace()
                .output("json")
                .server();
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) {
        var output = given.output(Output.JSON);
        var about = given.argument(0).orElse("");
        if (about.toUpperCase(Locale.ROOT).matches("TIP-?[0-9]{4}")) {
            return code(session, about.toUpperCase(Locale.ROOT).replaceFirst("TIP-?", "TIP-"), output);
        }
        if (about.contains("/")) {
            var target = new RunNames(session).target(about);
            return run(session, target.run(), target.node(), output);
        }
        var names = new RunNames(session);
        var run = names.find(about);
        if (run.isPresent()) {
            return run(session, run.get(), Optional.empty(), output);
        }
        var event = EventView.find(session, about);
        if (event.isEmpty()) {
            var error = names.none(about);
            throw about.matches("[0-9a-f-]{6,}")
                    ? CliError.of(ExitCode.NOT_FOUND, "TIP-7201", "there is no run and no event \"" + about + "\"")
                    : error.fix("tiphys get wf -A");
        }
        if (output == Output.JSON) {
            session.print(event.get().object(), output);
        } else {
            session.screen().lines(new EventLines(session.screen()).of(event.get()));
        }
        return ExitCode.OK;
    }

    private static ExitCode run(Session session, RunView run, Optional<NodeView> node, Output output) {
        var query = node.map(one -> "?node=" + Paths.part(one.id())).orElse("");
        var story = session.api().get(Paths.run(run.namespace(), run.name()) + "/explain" + query);
        if (output == Output.JSON) {
            session.print(story, output);
        } else {
            var lines = new ArrayList<String>();
            lines.add(head(session.screen(), run, node));
            for (var parameter : run.parameters()) {
                if (node.isEmpty() && !parameter.fallback().isEmpty()) {
                    var text =
                            parameter.name() + " = " + parameter.value() + " is the default: " + parameter.fallback();
                    lines.add("  " + session.screen().paint(Ink.DOUBT, text));
                }
            }
            for (var image : run.images()) {
                if (node.isEmpty()) {
                    var text = "image " + image.image() + " is run by " + image.program();
                    lines.add("  " + session.screen().paint(Ink.FAINT, text));
                }
            }
            lines.addAll(story(session.screen(), run.name(), Fields.of(story).items("items")));
            session.screen().lines(lines);
        }
        return ExitCode.OK;
    }

    private static String head(Screen screen, RunView run, Optional<NodeView> node) {
        var lines = new RunLines(screen, screen.width());
        if (node.isEmpty()) {
            return lines.head(run, screen.now());
        }
        var phase = node.get().phase().isEmpty() ? "Pending" : node.get().phase();
        var sign = screen.paint(Ink.of(phase), screen.glyphs().phase(phase));
        return sign
                + " "
                + screen.paint(Ink.STRONG, run.name() + "/" + node.get().label())
                + "  "
                + screen.paint(Ink.of(phase), phase);
    }

    /// Sentences with their time, and under each the facts that it does not say itself.
    private static List<String> story(Screen screen, String run, List<Fields> items) {
        var lines = new ArrayList<String>();
        var lastTime = "";
        for (var item : items) {
            var time = item.instant("at").map(at -> precise(screen, at)).orElse("");
            var shown = time.equals(lastTime) ? " ".repeat(time.length()) : screen.paint(Ink.FAINT, time);
            var told = Cells.oneLine(item.text("what"));
            lines.addAll(screen.wrapped(shown + "  ", time.length() + 2, told.replace(run + ".", "")));
            for (var fact : item.in("facts").object().fields().entrySet()) {
                var value = Cells.oneLine(Fields.plain(fact.getValue()));
                boolean known = KNOWN_ANYWAY.contains(fact.getKey()) || told.contains(value);
                if (!known && !isNothing(fact.getValue())) {
                    var line = " ".repeat(time.length() + 4) + screen.paint(Ink.FAINT, fact.getKey() + ": " + value);
                    lines.add(Cells.cut(line, screen.width(), screen.glyphs().ellipsis));
                }
            }
            lastTime = time;
        }
        return lines;
    }

    private static boolean isNothing(Value value) {
        return switch (value) {
            case Value.Null _ -> true;
            case Value.Text(var text, _) -> text.isEmpty();
            case Value.Sequence(var items, _) -> items.isEmpty();
            case Value.Mapping(var fields, _, _) -> fields.isEmpty();
            case Value.Bool _, Value.Number _ -> false;
        };
    }

    private static String precise(Screen screen, java.time.Instant at) {
        long millis = at.toEpochMilli() % 1000;
        return screen.time(at) + "." + String.format(Locale.ROOT, "%03d", millis);
    }

    private static ExitCode code(Session session, String code, Output output) {
        var known = Codes.find(code);
        if (known.isEmpty()) {
            throw CliError.of(ExitCode.NOT_FOUND, "TIP-7209", "there is no code " + code)
                    .hint("codes stand at the end of error messages, in brackets");
        }
        var meaning = known.get();
        if (output == Output.JSON) {
            var json =
                    Value.object(
                            "code", code,
                            "title", meaning.title(),
                            "explanation", meaning.explanation(),
                            "remedy", meaning.remedy());
            session.print(json, output);
            return ExitCode.OK;
        }
        var screen = session.screen();
        screen.line(screen.paint(Ink.STRONG, code) + "  " + meaning.title());
        screen.lines(screen.wrapped("  ", 2, meaning.explanation()));
        screen.lines(screen.wrapped("  ", 2, meaning.remedy()));
        return ExitCode.OK;
    }
}
