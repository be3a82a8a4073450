package tiphys.runtime.views;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tiphys.events.Deliveries.Delivery;
import tiphys.events.Event;
import tiphys.events.action.Answer;
import tiphys.events.firing.Action;
import tiphys.events.firing.Resolved;
import tiphys.events.trigger.TriggerFact;
import tiphys.events.trigger.TriggerFacts;
import tiphys.events.verdict.Clause;
import tiphys.journal.Entry;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.runtime.events.DeliveryRows;
import tiphys.runtime.events.EventPorts;
import tiphys.runtime.events.EventTexts;

/// Tells each delivery of an event from the entry that recorded it.
final class DeliveryStories {
    /// How many entries after a firing are looked at for its end.
    private static final int MOST_LOOKED_AT = 5_000;

    private static final int PAGE = 500;
    private static final int MOST_REASONS = 2;
    private static final Pattern KIND_OF_CLAUSE = Pattern.compile("^(?:data|expr|context) ");

    private final EventPorts ports;

    DeliveryStories(EventPorts ports) {
        this.ports = ports;
    }

    List<Value.Mapping> of(Event event, List<Delivery> rows) {
        var stories = new ArrayList<Value.Mapping>();
        for (var row : rows) {
            stories.add(of(event, row));
        }
        return stories;
    }

    /// Why a delivery ended as it did, in a few words; empty if it fired, or if that is not kept.
    String reason(Event event, Delivery row) {
        return switch (row.verdict()) {
            case DeliveryRows.FAILED -> of(event, row).textAt("firing", "message").orElse("");
            case DeliveryRows.FILTERED -> {
                var broken = new ArrayList<String>();
                of(event, row).listAt("clauses").forEach(clause -> broken(clause, broken));
                yield broken.stream().limit(MOST_REASONS).collect(Collectors.joining("; "))
                        + (broken.size() > MOST_REASONS ? "; …" : "");
            }
            case DeliveryRows.WAITING -> {
                var missing =
                        of(event, row).mapAt("condition", "holds").fields().entrySet().stream()
                                .filter(entry -> !entry.getValue().equals(Value.bool(true)))
                                .map(Map.Entry::getKey)
                                .toList();
                yield missing.isEmpty() ? "" : "waits for " + String.join(", ", missing);
            }
            default -> "";
        };
    }

    /// Adds the innermost clauses that do not hold.
    private static void broken(Value clause, List<String> found) {
        var error = clause.textAt("error").orElse("");
        boolean holds = error.isEmpty() && clause.find("result").filter(Value.bool(true)::equals).isPresent();
        if (holds) {
            return;
        }
        var inner = new ArrayList<String>();
        clause.listAt("children").forEach(child -> broken(child, inner));
        if (!inner.isEmpty()) {
            found.addAll(inner);
            return;
        }
        var what = KIND_OF_CLAUSE.matcher(clause.textAt("what").orElse("")).replaceFirst("");
        var actual = clause.textAt("actual").orElse("");
        found.add(
                what
                        + (!error.isEmpty()
                                ? ": " + error
                                : actual.isEmpty()
                                        ? " does not hold"
                                        : ", but " + (actual.contains(" = ") ? "" : "was ") + actual));
    }

    private Value.Mapping of(Event event, Delivery row) {
        var story =
                Value.object(
                        "sensor",
                        row.sensor(),
                        "trigger",
                        row.trigger(),
                        "verdict",
                        row.verdict(),
                        "at",
                        EventTexts.instant(row.at()),
                        "replay",
                        0,
                        "clauses",
                        List.of());
        var entry = ports.journal().readKind(TriggerFacts.KIND, row.sequence() - 1, 1).stream().findFirst();
        if (entry.isEmpty() || entry.get().sequence() != row.sequence()) {
            return row.firing().isEmpty() ? story : story.with("firing", firing(row));
        }
        return switch (TriggerFacts.decode(entry.get())) {
            case TriggerFact.Filtered filtered ->
                    filtered.samples().stream()
                            .filter(sample -> sample.eventId().equals(event.id()))
                            .findFirst()
                            .map(sample -> told(story, sample.replay(), sample.clauses()))
                            .orElse(story);
            case TriggerFact.Forgot(var schedule, var events) -> forgot(event, story, schedule, events);
            case TriggerFact.Held held -> held(event, story, held);
            case TriggerFact.Fired fired -> fired(event, story, row, fired, entry.get());
            case TriggerFact.Listens _, TriggerFact.Made _, TriggerFact.Answered _, TriggerFact.Failed _ -> story;
        };
    }

    private static Value.Mapping told(Value.Mapping story, int replay, List<Clause> clauses) {
        return story.with("replay", Value.number(replay))
                .with("clauses", Value.list(clauses.stream().map(Clause::json).toList()));
    }

    private static Value.Mapping held(Event event, Value.Mapping story, TriggerFact.Held held) {
        if (!held.event().id().equals(event.id())) {
            return replaced(event, story, held.replaced(), held.event().id());
        }
        return told(story, held.replay(), held.clauses())
                .with(
                        "condition",
                        Value.object(
                                "text",
                                String.join(", ", held.holds().keySet()),
                                "result",
                                false,
                                "holds",
                                held.holds()));
    }

    private static Value.Mapping forgot(
            Event event, Value.Mapping story, String schedule, List<TriggerFact.Replaced> events) {
        return told(
                story,
                0,
                events.stream()
                        .filter(one -> one.eventId().equals(event.id()))
                        .map(one ->
                                new Clause(
                                        "conditionsReset " + schedule,
                                        "no other event came in time, and dependency "
                                                + one.dependency()
                                                + " forgot it",
                                        false,
                                        "",
                                        List.of()))
                        .toList());
    }

    private static Value.Mapping replaced(
            Event event, Value.Mapping story, List<TriggerFact.Replaced> replaced, String by) {
        return told(
                story,
                0,
                replaced.stream()
                        .filter(one -> one.eventId().equals(event.id()))
                        .map(one ->
                                new Clause(
                                        "latest event of dependency " + one.dependency(),
                                        "event " + by + " came before the trigger fired",
                                        false,
                                        "",
                                        List.of()))
                        .toList());
    }

    private Value.Mapping fired(Event event, Value.Mapping story, Delivery row, TriggerFact.Fired fired, Entry entry) {
        var part = fired.parts().stream().filter(one -> one.eventId().equals(event.id())).findFirst();
        if (part.isEmpty()) {
            return replaced(event, story, fired.replaced(), fired.eventId());
        }
        return told(story, fired.replay(), part.get().clauses())
                .with("condition", Value.object("text", fired.condition(), "result", true, "holds", fired.holds()))
                .with("firing", firing(row, fired, entry));
    }

    private static Value.Mapping firing(Delivery row) {
        return Value.object(
                "id",
                row.firing().orElse(""),
                "state",
                row.verdict().equals(DeliveryRows.FAILED) ? "failed" : "done",
                "message",
                "",
                "attempts",
                0,
                "object",
                Value.object("kind", "", "namespace", row.namespace(), "name", row.object().orElse(""), "uid", ""),
                "action",
                "",
                "answer",
                Value.object("status", "", "text", ""),
                "parameters",
                List.of());
    }

    private Value.Mapping firing(Delivery row, TriggerFact.Fired fired, Entry entry) {
        var state = "running";
        var message = "";
        int attempts = 0;
        var answer = Answer.NONE;
        var object =
                Value.object(
                        "kind",
                        fired.object().textAt("kind").orElse(""),
                        "namespace",
                        fired.object().textAt("metadata", "namespace").orElse(row.namespace()),
                        "name",
                        "",
                        "uid",
                        "");
        if (!fired.error().isEmpty()) {
            state = "failed";
            message = fired.error();
        } else {
            var end = end(fired.firing(), entry);
            if (end.isPresent() && end.get() instanceof TriggerFact.Made made) {
                state = "done";
                attempts = made.attempts();
                object =
                        Value.object(
                                "kind",
                                made.kind(),
                                "namespace",
                                made.namespace(),
                                "name",
                                made.name(),
                                "uid",
                                made.uid());
            } else if (end.isPresent() && end.get() instanceof TriggerFact.Answered answered) {
                state = "done";
                attempts = answered.attempts();
                answer = answered.answer();
                object = answer.object().json();
            } else if (end.isPresent() && end.get() instanceof TriggerFact.Failed failed) {
                state = "failed";
                message = failed.message();
                attempts = failed.attempts();
                answer = failed.answer();
            }
        }
        return Value.object(
                "id",
                fired.firing(),
                "state",
                state,
                "message",
                message,
                "attempts",
                attempts,
                "object",
                object,
                "action",
                fired.action().map(Action::kind).orElse("k8s"),
                "answer",
                Value.object("status", answer.status(), "text", answer.text()),
                "parameters",
                fired.parameters().stream().map(DeliveryStories::parameter).toList());
    }

    private Optional<TriggerFact> end(String firing, Entry entry) {
        long after = entry.number();
        for (int looked = 0; looked < MOST_LOOKED_AT; ) {
            var page = ports.journal().read(entry.stream(), after, PAGE);
            for (var one : page) {
                var fact = TriggerFacts.decode(one);
                if (ends(fact, firing)) {
                    return Optional.of(fact);
                }
                after = one.number();
            }
            looked += page.size();
            if (page.size() < PAGE) {
                break;
            }
        }
        return Optional.empty();
    }

    private static boolean ends(TriggerFact fact, String firing) {
        return switch (fact) {
            case TriggerFact.Made made -> made.firing().equals(firing);
            case TriggerFact.Answered answered -> answered.firing().equals(firing);
            case TriggerFact.Failed failed -> failed.firing().equals(firing);
            case TriggerFact.Listens _,
                    TriggerFact.Filtered _,
                    TriggerFact.Held _,
                    TriggerFact.Fired _,
                    TriggerFact.Forgot _ ->
                    false;
        };
    }

    private static Value.Mapping parameter(Resolved parameter) {
        return Value.object(
                "dest",
                parameter.dest(),
                "value",
                parameter.value().map(value -> value instanceof Value.Null ? "null" : Json.text(value)).orElse(""),
                "origin",
                parameter.fallback().isEmpty() ? parameter.origin() : parameter.origin() + ": " + parameter.fallback(),
                "fallback",
                !parameter.fallback().isEmpty());
    }
}
