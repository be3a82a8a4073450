package tiphys.app.trial;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.events.Event;
import tiphys.events.EventData;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;

/// An event of a file, and what is expected of it.
///
/// A document is either an event with its surroundings: a CloudEvent (`source`, `subject`, `data` …), what `tiphys events get -o json`
/// prints, or in short `source: webhook/trigger` and `body` or `data`, perhaps with `time`, `id` and `expect`. Or it is a
/// body alone, as a sender would post it.
///
/// @param label the file and the place in it
record GivenEvent(String label, Event event, Optional<Value> expected) {
    /// Makes the payload of a body.
    interface Payloads {
        Value payload(String eventSource, String eventName, Value body);

        /// The CloudEvent's type.
        String type(String eventSource, String eventName);
    }

    /// What is meant where a document does not say it.
    ///
    /// @param source `SOURCE/EVENT`; empty if nothing is meant
    record Usual(String namespace, String source, Instant at, Payloads payloads) {}

    /// Reads the events of a file, YAML or JSON.
    static List<GivenEvent> read(byte[] bytes, String file, Usual usual) {
        var events = new ArrayList<GivenEvent>();
        for (var document : Yaml.parse(bytes, file)) {
            if (document instanceof Value.Sequence list) {
                list.items().forEach(item -> events.add(of(item, file, events.size() + 1, usual)));
            } else {
                events.add(of(document, file, events.size() + 1, usual));
            }
        }
        return events;
    }

    private static GivenEvent of(Value document, String file, int number, Usual usual) {
        boolean whole = surrounded(document);
        var context = whole && document.find("context").isPresent() ? document.mapAt("context") : document;
        var source = usual.source();
        if (whole) {
            var name = context.textAt("source").or(() -> document.textAt("eventSource")).orElse("");
            var subject =
                    context.textAt("subject").or(() -> document.textAt("eventName")).or(() -> document.textAt("event"));
            source = subject.map(event -> name + "/" + event).orElse(name);
        }
        var label = file + (document.at().known() ? ":" + document.at().line() : "") + " event " + number;
        var parts = source.split("/", -1);
        if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
            throw CliError.of(ExitCode.USAGE, "TIP-7320", "it is not clear where the event comes from")
                    .where(label)
                    .hint("say --source SOURCE/EVENT, or write source: SOURCE/EVENT and body: in the file");
        }
        var data =
                whole && document.find("data").isPresent()
                        ? document.find("data").get()
                        : usual.payloads()
                                .payload(
                                        parts[0],
                                        parts[1],
                                        whole ? document.find("body").orElse(Value.nothing()) : document);
        var type = whole ? context.textAt("type") : Optional.<String>empty();
        var event =
                new Event(
                        context.textAt("id").filter(id -> whole && !id.isEmpty()).orElse("event-" + number),
                        usual.namespace(),
                        parts[0],
                        type.filter(text -> !text.isEmpty()).orElseGet(() -> usual.payloads().type(parts[0], parts[1])),
                        parts[1],
                        whole ? time(context, label).orElse(usual.at()) : usual.at(),
                        EventData.of(data));
        return new GivenEvent(label, event, whole ? document.find("expect") : Optional.empty());
    }

    private static boolean surrounded(Value document) {
        boolean content = document.find("data").isPresent() || document.find("body").isPresent();
        boolean place =
                document.find("source").isPresent()
                        || document.find("eventSource").isPresent()
                        || document.find("context").isPresent();
        return content && place;
    }

    private static Optional<Instant> time(Value context, String label) {
        var text = context.textAt("time").or(() -> context.textAt("at")).orElse("");
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            throw CliError.of(ExitCode.USAGE, "TIP-7320", "the event's time should be an instant, not \"" + text + "\"")
                    .where(label)
                    .hint("write it as 2026-11-24T14:00:00Z");
        }
    }
}
