package tiphys.cli.commands;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tiphys.cli.command.Form;
import tiphys.cli.command.ProvidedArguments;
import tiphys.cli.command.Session;
import tiphys.manifest.Value;

/// Which recorded events a command is about: from when to when, of which source, with which verdict and payload. Instants are
/// taken once, so that a repetition means the same events.
record EventRange(
        String namespace,
        String source,
        String event,
        String sensor,
        String verdict,
        String filter,
        Instant since,
        Instant to) {
    static void form(Form form) {
        form.option("--since", "TIME", "From when on: 1h, 30d, 2026-11-24, or 2026-11-24T14:00:00Z.")
                .option("--to", "TIME", "Up to when, in the same forms; now if nothing is said.")
                .option("--source", "SOURCE", "Only of this event source, or SOURCE/EVENT.")
                .option("--sensor", "SENSOR", "Only this sensor.")
                .option("--verdict", "VERDICT", "Only those: fired, waiting, filtered, failed, unheard.")
                .option("--filter", "TEXT", "Only with these words in the payload, or PATH=VALUE of a field of it.");
    }

    static EventRange of(ProvidedArguments given, Session session) {
        var now = session.screen().now();
        var zone = session.screen().zone();
        var source = given.text("--source").orElse("").split("/", 2);
        return new EventRange(
                session.namespace(),
                source[0],
                source.length > 1 ? source[1] : "",
                given.text("--sensor").orElse(""),
                given.text("--verdict").orElse(""),
                given.text("--filter").orElse(""),
                given.instant("--since", now, zone).orElse(Instant.EPOCH),
                given.instant("--to", now, zone).orElse(now));
    }

    /// As the server wants it.
    Value.Mapping json() {
        return Value.object(
                "namespace",
                namespace,
                "eventSource",
                source,
                "eventName",
                event,
                "sensor",
                sensor,
                "verdict",
                verdict,
                "search",
                filter,
                "from",
                since.toString(),
                "to",
                to.toString());
    }

    /// The words of a command line that mean the same events from an instant on.
    List<String> words(Instant from) {
        var words = new ArrayList<>(List.of("--since", from.toString(), "--to", to.toString()));
        option("--source", event.isEmpty() ? source : source + "/" + event).ifPresent(words::addAll);
        option("--sensor", sensor).ifPresent(words::addAll);
        option("--verdict", verdict).ifPresent(words::addAll);
        option("--filter", filter.isEmpty() ? "" : "'" + filter.replace("'", "'\\''") + "'").ifPresent(words::addAll);
        words.addAll(List.of("-n", namespace));
        return words;
    }

    private static Optional<List<String>> option(String name, String value) {
        return value.isEmpty() ? Optional.empty() : Optional.of(List.of(name, value));
    }
}
