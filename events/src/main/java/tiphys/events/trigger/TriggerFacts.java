package tiphys.events.trigger;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tiphys.events.Event;
import tiphys.events.action.Answer;
import tiphys.events.firing.Action;
import tiphys.events.firing.Resolved;
import tiphys.events.firing.Wanted;
import tiphys.events.sensor.Execution;
import tiphys.events.trigger.TriggerFact.Part;
import tiphys.events.trigger.TriggerFact.Rejected;
import tiphys.events.trigger.TriggerFact.Replaced;
import tiphys.events.verdict.Clause;
import tiphys.journal.Entry;
import tiphys.journal.NewEntry;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Facts as journal entries: the type names the fact and the codec's version, the body is JSON. A version once released is
/// never changed; a new one is added beside it.
public final class TriggerFacts {
    /// The kind of the triggers' streams.
    public static final String KIND = "trigger";

    private TriggerFacts() {}

    /// A fact as an entry.
    public static NewEntry encode(TriggerFact fact) {
        var body = body(fact);
        return new NewEntry(type(fact), Json.bytes(body));
    }

    /// The type of a fact's entry.
    static String type(TriggerFact fact) {
        return switch (fact) {
            case TriggerFact.Listens _ -> "trigger.listens/1";
            case TriggerFact.Filtered _ -> "trigger.filtered/1";
            case TriggerFact.Held held ->
                    held.event().json().find("data").isPresent() ? "trigger.held/1" : "trigger.held/2";
            case TriggerFact.Fired fired -> isPlain(fired) ? "trigger.fired/1" : "trigger.fired/2";
            case TriggerFact.Forgot _ -> "trigger.forgot/1";
            case TriggerFact.Made _ -> "trigger.made/1";
            case TriggerFact.Answered _ -> "trigger.answered/1";
            case TriggerFact.Failed failed ->
                    failed.answer().equals(Answer.NONE) ? "trigger.failed/1" : "trigger.failed/2";
        };
    }

    /// Whether a firing is as the first version had them.
    private static boolean isPlain(TriggerFact.Fired fired) {
        return fired.action().isEmpty() && fired.execution().equals(Execution.PLAIN) && fired.deadLetter().isEmpty();
    }

    static Value.Mapping body(TriggerFact fact) {
        return switch (fact) {
            case TriggerFact.Listens(var sensor, var trigger, var after) ->
                    Value.object("sensor", sensor, "trigger", trigger, "after", after);
            case TriggerFact.Filtered(var count, var clauses, var samples) ->
                    Value.object(
                            "count",
                            count,
                            "clauses",
                            clauses,
                            "samples",
                            samples.stream()
                                    .map(one ->
                                            Value.object(
                                                    "event",
                                                    one.eventId(),
                                                    "replay",
                                                    one.replay(),
                                                    "clauses",
                                                    clauses(one.clauses())))
                                    .toList());
            case TriggerFact.Held held ->
                    Value.object(
                            "event",
                            held.event().json(),
                            "replay",
                            held.replay(),
                            "dependencies",
                            held.dependencies(),
                            "clauses",
                            clauses(held.clauses()),
                            "holds",
                            held.holds(),
                            "replaced",
                            replaced(held.replaced()));
            case TriggerFact.Fired fired ->
                    Value.object(
                            "firing",
                            fired.firing(),
                            "event",
                            fired.eventId(),
                            "replay",
                            fired.replay(),
                            "parts",
                            fired.parts().stream()
                                    .map(part ->
                                            Value.object(
                                                    "dependency",
                                                    part.dependency(),
                                                    "event",
                                                    part.eventId(),
                                                    "clauses",
                                                    clauses(part.clauses())))
                                    .toList(),
                            "condition",
                            fired.condition(),
                            "holds",
                            fired.holds(),
                            "parameters",
                            fired.parameters().stream().map(Resolved::json).toList(),
                            "account",
                            fired.account(),
                            "object",
                            fired.object(),
                            "action",
                            fired.action().map(Action::json).orElse(null),
                            "execution",
                            isPlain(fired) ? null : fired.execution().json(),
                            "deadLetter",
                            fired.deadLetter().map(TriggerFacts::deadLetter).orElse(null),
                            "error",
                            fired.error(),
                            "replaced",
                            replaced(fired.replaced()));
            case TriggerFact.Forgot(var schedule, var events) ->
                    Value.object("schedule", schedule, "events", replaced(events));
            case TriggerFact.Made made ->
                    Value.object(
                            "firing",
                            made.firing(),
                            "kind",
                            made.kind(),
                            "namespace",
                            made.namespace(),
                            "name",
                            made.name(),
                            "uid",
                            made.uid(),
                            "attempts",
                            made.attempts());
            case TriggerFact.Answered(var firing, var kind, var answer, var attempts) ->
                    Value.object("firing", firing, "kind", kind, "answer", answer.json(), "attempts", attempts);
            case TriggerFact.Failed(var firing, var message, var answer, var attempts) ->
                    Value.object(
                            "firing",
                            firing,
                            "message",
                            message,
                            "answer",
                            answer.equals(Answer.NONE) ? null : answer.json(),
                            "attempts",
                            attempts);
        };
    }

    /// An entry as the fact that it records.
    public static TriggerFact decode(Entry entry) {
        return decode(entry.type(), Json.parseOwn(entry.body()));
    }

    static TriggerFact decode(String type, Value body) {
        return switch (type) {
            case "trigger.listens/1" ->
                    new TriggerFact.Listens(text(body, "sensor"), text(body, "trigger"), whole(body, "after"));
            case "trigger.filtered/1" ->
                    new TriggerFact.Filtered(
                            whole(body, "count"),
                            counts(body.mapAt("clauses")),
                            body.listAt("samples").stream()
                                    .map(one ->
                                            new Rejected(
                                                    text(one, "event"),
                                                    (int) whole(one, "replay"),
                                                    clausesOf(one.listAt("clauses"))))
                                    .toList());
            case "trigger.held/1", "trigger.held/2" ->
                    new TriggerFact.Held(
                            Event.of(body.mapAt("event")),
                            (int) whole(body, "replay"),
                            texts(body.listAt("dependencies")),
                            clausesOf(body.listAt("clauses")),
                            truths(body.mapAt("holds")),
                            replacedOf(body.listAt("replaced")));
            case "trigger.fired/1", "trigger.fired/2" ->
                    new TriggerFact.Fired(
                            text(body, "firing"),
                            text(body, "event"),
                            (int) whole(body, "replay"),
                            body.listAt("parts").stream()
                                    .map(part ->
                                            new Part(
                                                    text(part, "dependency"),
                                                    text(part, "event"),
                                                    clausesOf(part.listAt("clauses"))))
                                    .toList(),
                            text(body, "condition"),
                            truths(body.mapAt("holds")),
                            body.listAt("parameters").stream().map(Resolved::of).toList(),
                            text(body, "account"),
                            body.mapAt("object"),
                            body.find("action").map(Action::of),
                            body.find("execution").map(Execution::of).orElse(Execution.PLAIN),
                            body.find("deadLetter").map(TriggerFacts::deadLetterOf),
                            text(body, "error"),
                            replacedOf(body.listAt("replaced")));
            case "trigger.forgot/1" ->
                    new TriggerFact.Forgot(text(body, "schedule"), replacedOf(body.listAt("events")));
            case "trigger.made/1" ->
                    new TriggerFact.Made(
                            text(body, "firing"),
                            text(body, "kind"),
                            text(body, "namespace"),
                            text(body, "name"),
                            text(body, "uid"),
                            (int) whole(body, "attempts"));
            case "trigger.answered/1" ->
                    new TriggerFact.Answered(
                            text(body, "firing"),
                            text(body, "kind"),
                            Answer.of(body.mapAt("answer")),
                            (int) whole(body, "attempts"));
            case "trigger.failed/1", "trigger.failed/2" ->
                    new TriggerFact.Failed(
                            text(body, "firing"),
                            text(body, "message"),
                            body.find("answer").map(Answer::of).orElse(Answer.NONE),
                            (int) whole(body, "attempts"));
            default -> throw new IllegalStateException("a newer version wrote this entry: " + type);
        };
    }

    private static Value.Mapping deadLetter(TriggerFact.DeadLetter letter) {
        return Value.object(
                "firing", letter.firing(), "wanted", letter.wanted().json(), "execution", letter.execution().json());
    }

    private static TriggerFact.DeadLetter deadLetterOf(Value json) {
        return new TriggerFact.DeadLetter(
                text(json, "firing"), Wanted.of(json.mapAt("wanted")), Execution.of(json.mapAt("execution")));
    }

    static List<Value.Mapping> clauses(List<Clause> clauses) {
        return clauses.stream().map(Clause::json).toList();
    }

    static List<Clause> clausesOf(List<Value> json) {
        return json.stream().map(Clause::of).toList();
    }

    private static List<Value.Mapping> replaced(List<Replaced> replaced) {
        return replaced.stream()
                .map(one -> Value.object("dependency", one.dependency(), "event", one.eventId()))
                .toList();
    }

    private static List<Replaced> replacedOf(List<Value> json) {
        return json.stream().map(one -> new Replaced(text(one, "dependency"), text(one, "event"))).toList();
    }

    static String text(Value body, String field) {
        return body.textAt(field).orElse("");
    }

    static long whole(Value body, String field) {
        return body.find(field)
                .map(value -> value instanceof Value.Number number ? number.decimal().longValue() : 0L)
                .orElse(0L);
    }

    private static List<String> texts(List<Value> items) {
        return items.stream().filter(Value.Text.class::isInstance).map(item -> ((Value.Text) item).value()).toList();
    }

    static Map<String, Long> counts(Value.Mapping map) {
        var counts = new LinkedHashMap<String, Long>();
        map.fields().keySet().forEach(key -> counts.put(key, whole(map, key)));
        return counts;
    }

    private static Map<String, Boolean> truths(Value.Mapping map) {
        var truths = new LinkedHashMap<String, Boolean>();
        map.fields().forEach((key, value) -> truths.put(key, value.equals(Value.bool(true))));
        return truths;
    }
}
