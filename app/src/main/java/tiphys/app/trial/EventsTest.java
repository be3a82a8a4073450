package tiphys.app.trial;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.cli.command.Form;
import tiphys.cli.command.Manifests;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.Session;
import tiphys.cli.command.Verb;
import tiphys.cli.render.EventLines;
import tiphys.cli.server.Fields;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.cli.terminal.Ink;
import tiphys.cli.terminal.Output;
import tiphys.events.action.TriggerKinds;
import tiphys.events.past.Trial;
import tiphys.events.sensor.SensorReader;
import tiphys.events.sensor.SensorSpec;
import tiphys.events.source.SourceKinds;
import tiphys.events.source.SourceSpec;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;

/// `tiphys events test FILE… --event FILE`: gives the events of files to the sensors of files, in order and without a server, and
/// shows what would fire, why, and with what. Ends with 0 if all is as expected, 1 if not, 2 if a file cannot be used.
public final class EventsTest implements Verb {
    private final SourceKinds kinds;
    private final TriggerKinds actions;

    /// @param kinds the types of event sources, which know how a body becomes a payload
    /// @param actions the types of triggers
    public EventsTest(SourceKinds kinds, TriggerKinds actions) {
        this.kinds = kinds;
        this.actions = actions;
    }

    @Override
    public void form(Form form) {
        form.arguments(
                "FILE", "Manifests with the Sensors and, if there are any, their EventSources; directories, or -.");
        form.options("-e,--event", "FILE", "Events, or bodies as senders post them, in YAML or JSON; - for stdin.");
        form.option("--source", "SOURCE/EVENT", "Where events come from that do not say it.");
        form.option("--sensor", "SENSOR", "Only this sensor.");
        form.option(
                "--expect", "VERDICT", "What events are expected to be that do not say it; fired if nothing is said.");
        form.option("--junit", "FILE", "Writes the results there for continuous integration.");
        form.flag("--objects", "Shows the objects that would be made.");
        form.namespace();
        form.output("json (a line for each event)");
    }

    @Override
    public ExitCode run(ProvidedArguments given, Session session) throws IOException {
        var output = given.output(Output.JSON);
        var files = given.arguments(0);
        var eventFiles = given.texts("--event");
        if (files.isEmpty() || eventFiles.isEmpty()) {
            throw ProvidedArguments.usage("test needs manifests and events")
                    .fix("tiphys events test sensor.yaml --event event.json");
        }
        var found = Manifests.read(session.around(), files, true);
        var sensors = sensors(found, given, session);
        var usual =
                new GivenEvent.Usual(
                        sensors.getFirst().namespace(),
                        given.text("--source").orElseGet(() -> onlySource(sensors)),
                        session.screen().now(),
                        payloads(found));
        var triggers = new ArrayList<TriedEvent.Tried>();
        sensors.forEach(sensor ->
                sensor.triggers()
                        .forEach(trigger -> triggers.add(new TriedEvent.Tried(sensor, Trial.fresh(sensor, trigger)))));
        var checks = new ArrayList<Expectation.Check>();
        var expect = given.text("--expect").orElse("fired");
        for (var file : eventFiles) {
            for (var event : GivenEvent.read(bytes(file, session), file.equals("-") ? "stdin" : file, usual)) {
                var expected = Expectation.of(event, expect);
                var tried = TriedEvent.of(event, triggers);
                show(tried, output, given, session);
                expected.forEach(one -> checks.add(one.check(tried)));
            }
        }
        return report(checks, output, given, session);
    }

    private List<SensorSpec> sensors(List<Manifests.Found> found, ProvidedArguments given, Session session) {
        var sensors = new ArrayList<SensorSpec>();
        var wrong = new ArrayList<Diagnostic>();
        var only = given.text("--sensor");
        for (var one : found) {
            if (one.kind().equals("Sensor") && only.map(one.name()::equals).orElse(true)) {
                var metadata = one.object().mapAt("metadata");
                var namespace = one.namespace(session.wantedNamespace());
                var read =
                        SensorReader.read(
                                one.object().with("metadata", metadata.with("namespace", namespace)), actions);
                if (read.usable()) {
                    sensors.add(read.value());
                } else {
                    read.errors().forEach(error -> wrong.add(error.in(one.source())));
                }
            }
        }
        if (!wrong.isEmpty()) {
            throw new InvalidInput(wrong);
        }
        if (sensors.isEmpty()) {
            throw CliError.of(
                    ExitCode.USAGE,
                    "TIP-7305",
                    "there is no Sensor " + only.map(name -> name + " ").orElse("") + "in these files");
        }
        return sensors;
    }

    /// The source that all dependencies mean, if there is one alone.
    private static String onlySource(List<SensorSpec> sensors) {
        var sources = new LinkedHashSet<String>();
        sensors.forEach(
                sensor -> sensor.dependencies().forEach(one -> sources.add(one.eventSource() + "/" + one.eventName())));
        return sources.size() == 1 ? sources.getFirst() : "";
    }

    /// What the event sources of the files make of bodies; a source that is not among them is taken for a webhook.
    private GivenEvent.Payloads payloads(List<Manifests.Found> found) {
        Map<String, SourceSpec.Event> events = new HashMap<>();
        for (var one : found) {
            if (one.kind().equals("EventSource")) {
                for (var event : SourceSpec.read(one.object(), kinds).value().events()) {
                    events.put(one.name() + "/" + event.name().eventName(), event);
                }
            }
        }
        return new GivenEvent.Payloads() {
            @Override
            public Value payload(String eventSource, String eventName, Value body) {
                return event(eventSource, eventName)
                        .map(event -> event.kind().sample(event.settings(), body))
                        .orElseGet(() -> Value.object("header", Value.Mapping.EMPTY, "body", body));
            }

            @Override
            public String type(String eventSource, String eventName) {
                return event(eventSource, eventName).map(event -> event.kind().type()).orElse("webhook");
            }

            private Optional<SourceSpec.Event> event(String eventSource, String eventName) {
                return Optional.ofNullable(events.get(eventSource + "/" + eventName));
            }
        };
    }

    private static byte[] bytes(String file, Session session) throws IOException {
        if (file.equals("-")) {
            return session.around().in().readNBytes(Yaml.MAX_BYTES + 1);
        }
        var path = session.around().directory().resolve(file);
        if (!Files.exists(path) || Files.isDirectory(path)) {
            throw CliError.of(ExitCode.USAGE, "TIP-7304", "there is no file \"" + file + "\"");
        }
        try (var in = Files.newInputStream(path)) {
            return in.readNBytes(Yaml.MAX_BYTES + 1);
        }
    }

    private static void show(TriedEvent tried, Output output, ProvidedArguments given, Session session) {
        if (output == Output.JSON) {
            session.printLine(tried.json());
            return;
        }
        var screen = session.screen();
        screen.line(screen.paint(Ink.FAINT, tried.given().label()));
        screen.lines(new EventLines(screen).of(Fields.of(tried.json())));
        if (given.flag("--objects")) {
            for (var delivery : tried.deliveries()) {
                if (!delivery.wanted().fields().isEmpty()) {
                    screen.line("---");
                    Yaml.write(TriedEvent.plain(delivery.wanted())).stripTrailing().lines().forEach(screen::line);
                }
            }
        }
        screen.line("");
    }

    private static ExitCode report(
            List<Expectation.Check> checks, Output output, ProvidedArguments given, Session session)
            throws IOException {
        var junit = given.text("--junit");
        if (junit.isPresent()) {
            Files.writeString(session.around().directory().resolve(junit.get()), JUnitReport.of(checks));
        }
        var screen = session.screen();
        long wrong = 0;
        for (var check : checks) {
            if (!check.complaint().isEmpty()) {
                wrong++;
                screen.note(
                        screen.glyphs().phase("failed")
                                + " "
                                + check.label()
                                + ", "
                                + check.subject()
                                + ": "
                                + check.complaint());
            }
        }
        if (output != Output.JSON) {
            screen.line(
                    wrong == 0
                            ? screen.paint(Ink.GOOD, "As expected")
                                    + ": "
                                    + checks.size()
                                    + " of "
                                    + checks.size()
                                    + "."
                            : screen.paint(Ink.BAD, "Not as expected") + ": " + wrong + " of " + checks.size() + ".");
        }
        return wrong == 0 ? ExitCode.OK : ExitCode.FAILED;
    }
}
