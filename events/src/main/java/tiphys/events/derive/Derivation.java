package tiphys.events.derive;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tiphys.events.Event;
import tiphys.events.source.SourceSettings;
import tiphys.events.spec.Codes;
import tiphys.events.spec.Fields;
import tiphys.language.gotext.GoDuration;
import tiphys.manifest.Value;

/// What an annotation `tiphys.io/derive.NAME` of an EventSource says: the event NAME is made of the events of another.
///
/// @param source the EventSource of the other; empty for the same one
/// @param event the other event
public record Derivation(String source, String event, Rule rule) implements SourceSettings {
    /// What the annotations' names begin with, up to the event's name.
    public static final String ANNOTATION = "tiphys.io/derive";

    /// The type of the events that are made, of which no further ones are.
    public static final String TYPE = "derived";

    /// Behind the name of an event that is made when all of a key were waited for in vain.
    public static final String INCOMPLETE = ".incomplete";

    private static final int MOST = 10_000;
    private static final Duration LONGEST = Duration.ofDays(7);
    private static final List<String> RULES = List.of("batch", "debounce", "waitForAll", "silence");

    /// Reads one.
    public static Derivation read(Fields fields) {
        var from = fields.required("from").split("/", -1);
        if (from.length > 2 || (fields.has("from") && List.of(from).contains(""))) {
            fields.invalid("from", "must be an event of this EventSource, or SOURCE/EVENT");
        }
        var there = RULES.stream().filter(fields::has).toList();
        if (there.size() != 1 || fields.json().fields().size() > 2) {
            fields.error(
                    Codes.INVALID,
                    "from",
                    fields.path()
                            + " needs from and exactly one of "
                            + String.join(", ", RULES)
                            + ", and nothing else");
        }
        var rule = there.isEmpty() ? new Rule.Silence(LONGEST) : rule(there.getFirst(), fields.at(there.getFirst()));
        return new Derivation(from.length == 2 ? from[0] : "", from[from.length - 1], rule);
    }

    private static Rule rule(String name, Fields fields) {
        return switch (name) {
            case "batch" -> {
                only(fields, "count", "within", "key");
                yield new Rule.Batch(fields.text("key"), count(fields), duration(fields, "within"));
            }
            case "debounce" -> {
                only(fields, "quiet", "within", "key");
                var within =
                        fields.has("within") ? Optional.of(duration(fields, "within")) : Optional.<Duration>empty();
                yield new Rule.Debounce(fields.text("key"), duration(fields, "quiet"), within);
            }
            case "waitForAll" -> {
                only(fields, "key", "of", "count", "within");
                yield new Rule.WaitForAll(
                        fields.required("key"), fields.required("of"), count(fields), duration(fields, "within"));
            }
            default -> {
                only(fields, "after");
                yield new Rule.Silence(duration(fields, "after"));
            }
        };
    }

    private static void only(Fields fields, String... known) {
        for (var field : fields.json().fields().keySet()) {
            if (!List.of(known).contains(field)) {
                fields.invalid(field, "is not known; there are " + String.join(", ", known));
            }
        }
    }

    private static int count(Fields fields) {
        var text = fields.required("count");
        if (!text.isEmpty() && (!text.matches("[1-9][0-9]{0,4}") || Integer.parseInt(text) > MOST)) {
            fields.invalid("count", "must be a whole number from 1 to " + MOST + ", not \"" + text + "\"");
            return 1;
        }
        return text.isEmpty() ? 1 : Integer.parseInt(text);
    }

    private static Duration duration(Fields fields, String field) {
        var text = fields.required(field);
        var found = GoDuration.parse(text).filter(one -> one.toMillis() > 0 && one.compareTo(LONGEST) <= 0);
        if (!text.isEmpty() && found.isEmpty()) {
            fields.invalid(field, "must be a duration such as 10s or 1h30m, of a week at most, not \"" + text + "\"");
        }
        return found.orElse(LONGEST);
    }

    /// Whether an event of the same namespace is one of those.
    ///
    /// @param own the EventSource that has the annotation
    public boolean takes(Event other, String own) {
        return other.source().equals(source.isEmpty() ? own : source)
                && other.subject().equals(event)
                && !other.type().equals(TYPE);
    }

    /// For people.
    public String told() {
        return rule.word() + " of " + (source.isEmpty() ? "" : source + "/") + event;
    }

    @Override
    public Optional<Value.Mapping> metadata() {
        return Optional.empty();
    }
}
