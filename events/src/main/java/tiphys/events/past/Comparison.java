package tiphys.events.past;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tiphys.events.Event;
import tiphys.events.firing.Action;
import tiphys.events.trigger.TriggerFact;
import tiphys.events.verdict.Clause;
import tiphys.manifest.Value;

/// What one trigger would have done with recorded events, against what is recorded of the deployed one: counted whole, with
/// some of the differences in full. Not safe for several threads.
public final class Comparison {
    private static final int REASONS = 100;

    private final String trigger;
    private final int most;
    private final Map<Change, Long> counts = new EnumMap<>(Change.class);
    private final Map<Change, Map<String, Long>> reasons = new EnumMap<>(Change.class);
    private final List<Value.Mapping> samples = new ArrayList<>();
    private final Map<Change, Integer> kept = new EnumMap<>(Change.class);

    /// How the two differ about one event.
    public enum Change {
        /// Both fired, for the same object.
        SAME,
        /// It would fire, and the deployed one did not.
        MORE,
        /// It would not fire, and the deployed one did.
        FEWER,
        /// Both fired, and for objects that differ.
        DIFFER,
        /// It would fire, and its object could not be made out.
        FAILS,
        /// Both fired; what the deployed one wanted is not kept any more.
        UNCOMPARED
    }

    /// What is recorded of the deployed trigger.
    public sealed interface Recorded {
        /// The event made its condition hold.
        ///
        /// @param fact empty if it is not kept any more
        /// @param object the name of what was made; empty if it is not known
        record Fired(Optional<TriggerFact.Fired> fact, String object) implements Recorded {}

        /// It did not fire because of this event.
        ///
        /// @param why in a few words; asked for only if it matters
        record Quiet(Supplier<Reason> why) implements Recorded {}
    }

    /// Why something did not fire.
    ///
    /// @param clause what is counted: the clause, without an event's own values
    /// @param text what is shown of one event
    public record Reason(String clause, String text) {
        public static Reason of(String text) {
            return new Reason(text, text);
        }

        /// The first clause that stands against an event.
        public static Reason of(List<Clause> clauses) {
            var culprit = clauses.getFirst().culprit();
            var error = culprit.error();
            return error.isEmpty()
                    ? new Reason(
                            culprit.what(),
                            culprit.what() + (culprit.actual().isEmpty() ? "" : ", but was " + culprit.actual()))
                    : Reason.of(culprit.what() + ": " + error);
        }
    }

    /// @param most how many differences of each kind are kept in full
    public Comparison(String trigger, int most) {
        this.trigger = trigger;
        this.most = most;
    }

    public String trigger() {
        return trigger;
    }

    /// Takes in one event.
    public void add(Event event, Trial.Outcome would, Recorded recorded) {
        switch (recorded) {
            case Recorded.Fired(var fact, var object) -> {
                if (would instanceof Trial.Outcome.Fires(var fired) && fired.error().isEmpty()) {
                    both(event, fired, fact, object);
                } else {
                    count(Change.FEWER, event, reason(would), object, List.of());
                }
            }
            case Recorded.Quiet(var why) -> {
                if (would instanceof Trial.Outcome.Fires(var fired)) {
                    if (fired.error().isEmpty()) {
                        count(Change.MORE, event, why.get(), "", List.of());
                    } else {
                        count(Change.FAILS, event, Reason.of(fired.error()), "", List.of());
                    }
                }
            }
        }
    }

    private void both(Event event, TriggerFact.Fired fired, Optional<TriggerFact.Fired> before, String object) {
        if (before.isEmpty()) {
            counts.merge(Change.UNCOMPARED, 1L, Long::sum);
            return;
        }
        var differences = Difference.between(wanted(before.get()), wanted(fired), fired.parameters());
        if (differences.isEmpty()) {
            counts.merge(Change.SAME, 1L, Long::sum);
        } else {
            count(Change.DIFFER, event, Reason.of(differences.getFirst().path()), object, differences);
        }
    }

    /// The object, or what else is to be done.
    private static Value.Mapping wanted(TriggerFact.Fired fired) {
        return fired.action().map(Action::json).orElse(fired.object());
    }

    private static Reason reason(Trial.Outcome would) {
        return switch (would) {
            case Trial.Outcome.Unheard() -> Reason.of("no trigger of it by this name listens to the event");
            case Trial.Outcome.Filtered(var clauses) -> Reason.of(clauses);
            case Trial.Outcome.Waits(var held) ->
                    Reason.of(
                            "it waits for "
                                    + String.join(
                                            ", ",
                                            held.holds().entrySet().stream()
                                                    .filter(one -> !one.getValue())
                                                    .map(Map.Entry::getKey)
                                                    .toList()));
            case Trial.Outcome.Fires(var fired) -> Reason.of(fired.error());
        };
    }

    private void count(Change change, Event event, Reason reason, String object, List<Difference> differences) {
        counts.merge(change, 1L, Long::sum);
        var known = reasons.computeIfAbsent(change, _ -> new LinkedHashMap<>());
        if (known.size() < REASONS || known.containsKey(reason.clause())) {
            known.merge(reason.clause(), 1L, Long::sum);
        }
        if (kept.merge(change, 1, Integer::sum) <= most) {
            samples.add(
                    Value.object(
                            "event",
                            event.id(),
                            "at",
                            event.time().toString(),
                            "change",
                            word(change),
                            "reason",
                            reason.text(),
                            "object",
                            object,
                            "differences",
                            differences.stream().map(Difference::json).toList()));
        }
    }

    private static String word(Change change) {
        return change.name().toLowerCase(Locale.ROOT);
    }

    /// As docs/api.md has it.
    public Value.Mapping json() {
        var counted = new LinkedHashMap<String, Object>();
        var why = new LinkedHashMap<String, Object>();
        for (var change : Change.values()) {
            counted.put(word(change), counts.getOrDefault(change, 0L));
            if (reasons.containsKey(change)) {
                why.put(word(change), reasons.get(change));
            }
        }
        return Value.object("trigger", trigger, "counts", counted, "reasons", why, "samples", samples);
    }
}
