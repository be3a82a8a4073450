package tiphys.cli.commands;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tiphys.cli.command.Form;
import tiphys.cli.command.Manifests;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.server.Fields;
import tiphys.cli.server.Paths;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Ink;
import tiphys.cli.terminal.Output;
import tiphys.cli.terminal.Screen;
import tiphys.manifest.Value;

/// `events whatif -f SENSOR`: what a sensor that is not deployed would have done with the recorded events, against what the
/// deployed one did. Ends with 0; with `--exit-code`, 1 if they differ.
public final class EventsWhatIf implements Verb {
    private static final int SAMPLES = 5;
    private static final int REASONS = 8;

    /// The changes that are worth a word, and the word.
    private static final Map<String, String> CHANGES = changes();

    @Override
    public void form(Form form) {
        form.options("-f,--filename", "FILE", "The manifest with the Sensor, or - for stdin.");
        EventRange.form(form);
        form.option("--against", "SENSOR", "The deployed sensor; the one of the same name if nothing is said.")
                .option("--samples", "NUMBER", "So many differences of each kind in full; 5 if nothing is said.")
                .flag("--exit-code", "Ends with 1 if the two differ.")
                .namespace()
                .output("json")
                .server();
    }

    private static Map<String, String> changes() {
        var words = new LinkedHashMap<String, String>();
        words.put("more", "would fire, and did not");
        words.put("fewer", "would not fire, and did");
        words.put("differ", "would make another object");
        words.put("fails", "would fire, and the object cannot be made out");
        return words;
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) throws IOException {
        var output = given.output(Output.JSON);
        var files = given.texts("--filename");
        if (files.isEmpty()) {
            throw ProvidedArguments.usage("whatif wants the Sensor's manifest")
                    .fix("tiphys events whatif -f sensor.yaml --since 7d");
        }
        var only = given.text("--sensor");
        var sensors =
                Manifests.read(session.around(), files, false).stream()
                        .filter(found -> found.kind().equals("Sensor"))
                        .filter(found -> only.map(found.name()::equals).orElse(true))
                        .toList();
        if (sensors.isEmpty()) {
            throw CliError.of(ExitCode.USAGE, "TIP-7305", "there is no Sensor in " + String.join(", ", files));
        }
        boolean differs = false;
        for (var sensor : sensors) {
            var asked =
                    EventRange.of(given, session)
                            .json()
                            .with("namespace", sensor.namespace(session.wantedNamespace()))
                            .with("sensor", sensor.object())
                            .with("against", given.text("--against").orElse(""))
                            .with("samples", Value.number(given.number("--samples").orElse(SAMPLES)));
            var answer = Fields.of(session.api().post(Paths.ROOT + "/whatif", asked));
            if (output == Output.JSON) {
                session.printLine(answer.object());
            } else {
                session.screen().lines(lines(answer, session.screen()));
            }
            differs |= answer.items("triggers").stream().anyMatch(EventsWhatIf::differs);
        }
        return differs && given.flag("--exit-code") ? ExitCode.FAILED : ExitCode.OK;
    }

    private static boolean differs(Fields trigger) {
        return CHANGES.keySet().stream().anyMatch(change -> trigger.in("counts").number(change) > 0);
    }

    private static List<String> lines(Fields answer, Screen screen) {
        var lines = new ArrayList<String>();
        var against = answer.text("against").isEmpty() ? "no deployed one" : "the deployed " + answer.text("against");
        lines.add(
                "Sensor "
                        + screen.paint(Ink.STRONG, answer.text("sensor"))
                        + " against "
                        + against
                        + ", on "
                        + answer.number("events")
                        + " recorded events");
        if (!answer.flag("complete")) {
            lines.add(
                    screen.paint(
                            Ink.DOUBT,
                            "Not all: the time for one question was over at "
                                    + answer.text("upTo")
                                    + "; --since that goes on."));
        }
        for (var trigger : answer.items("triggers")) {
            var counts = trigger.in("counts");
            lines.add("");
            lines.add(
                    screen.paint(Ink.STRONG, trigger.text("trigger")) + "  fires as before: " + counts.number("same"));
            if (counts.number("uncompared") > 0) {
                lines.add(
                        "  "
                                + counts.number("uncompared")
                                + " more fire as before; what they made is not kept any more");
            }
            CHANGES.forEach((change, words) -> {
                if (counts.number(change) > 0) {
                    change(trigger, change, counts.number(change) + " " + words, screen, lines);
                }
            });
        }
        return lines;
    }

    private static void change(Fields trigger, String change, String title, Screen screen, List<String> lines) {
        lines.add("  " + screen.paint(change.equals("more") ? Ink.GOOD : Ink.DOUBT, title));
        var reasons = trigger.in("reasons").in(change);
        reasons.object().fields().keySet().stream()
                .sorted((one, other) -> Long.compare(reasons.number(other), reasons.number(one)))
                .limit(REASONS)
                .forEach(reason -> lines.addAll(screen.wrapped("    " + reasons.number(reason) + "  ", 8, reason)));
        for (var sample : trigger.items("samples")) {
            if (sample.text("change").equals(change)) {
                var object = sample.text("object");
                lines.addAll(
                        screen.wrapped(
                                "    event " + sample.text("event") + "  ",
                                8,
                                sample.text("reason") + (object.isEmpty() ? "" : " (made " + object + ")")));
                for (var one : sample.items("differences")) {
                    var why = one.text("why").isEmpty() ? "" : "  (" + one.text("why") + ")";
                    lines.addAll(
                            screen.wrapped(
                                    "      ",
                                    10,
                                    one.text("path")
                                            + ": "
                                            + shown(one.text("was"))
                                            + " "
                                            + screen.glyphs().arrow
                                            + " "
                                            + shown(one.text("would"))
                                            + why));
                }
            }
        }
    }

    private static String shown(String value) {
        return value.isEmpty() ? "nothing" : value;
    }
}
