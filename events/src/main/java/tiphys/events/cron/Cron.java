package tiphys.events.cron;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.events.cron.CronSpec.Policy;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Moment;
import tiphys.language.Scope;
import tiphys.language.expr.Expression;
import tiphys.language.govaluate.Govaluate;
import tiphys.language.tags.Tags;
import tiphys.language.tags.Tags.Unresolved;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// One CronWorkflow: what is due and what comes of it (Argo's 3.15). Decides facts and applies them; whoever calls it makes
/// the run that a decision wants, in the same transaction as the facts, and tells it ([#started], [#refused]).
///
/// A time that is due is decided about once: `decided` only grows. Of several times that have passed the last one counts, as
/// with Argo; the others, and those that would begin too late, are recorded as missed.
public final class Cron {
    /// How late a run may begin where the object does not say: so long a restart takes, with room.
    public static final Duration GRACE = Duration.ofSeconds(30);

    /// How many missed times are counted.
    private static final int COUNTED = 1_000;

    private final CronState state = new CronState();
    private final List<CronFact> facts = new ArrayList<>();

    public CronState state() {
        return state;
    }

    /// Changes the state by a fact that was recorded.
    public void apply(CronFact fact, Instant at) {
        state.apply(fact, at);
    }

    /// What was decided since it was asked last.
    public List<CronFact> facts() {
        var all = List.copyOf(facts);
        facts.clear();
        return all;
    }

    private void emit(CronFact fact, Instant at) {
        state.apply(fact, at);
        facts.add(fact);
    }

    /// Decides about a command.
    ///
    /// @return the time at which a run is due that is to be made now
    public Optional<Instant> handle(CronSpec spec, CronCommand command, Instant at) {
        switch (command) {
            case CronCommand.Tick _ -> {
                return tick(spec, at);
            }
            case CronCommand.RunSeen(var uid, var name, var phase) -> {
                seen(uid, name, phase, at);
                stop(spec, at);
            }
            case CronCommand.RunGone(var uid) -> {
                if (state.knows(uid)) {
                    emit(new CronFact.RunGone(uid), at);
                }
            }
        }
        return Optional.empty();
    }

    private void seen(String uid, String name, String phase, Instant at) {
        boolean over = phase.equals("Succeeded") || phase.equals("Failed") || phase.equals("Error");
        if (!state.knows(uid) && !over) {
            emit(new CronFact.Joined(name, uid), at);
        } else if (over && state.active().stream().anyMatch(run -> run.uid().equals(uid))) {
            emit(new CronFact.RunEnded(uid, phase), at);
        }
    }

    private Optional<Instant> tick(CronSpec spec, Instant at) {
        if (spec.problem().isPresent()) {
            return Optional.empty();
        }
        if (spec.suspended()) {
            if (!state.suspended()) {
                emit(new CronFact.Suspended(), at);
            }
            return Optional.empty();
        }
        if (state.suspended() || !state.schedules().equals(spec.fingerprint())) {
            emit(new CronFact.Scheduled(spec.fingerprint()), at);
            return Optional.empty();
        }
        if (state.stopped()) {
            return Optional.empty();
        }
        var due = due(spec, at);
        if (due.isEmpty()) {
            return due;
        }
        stop(spec, at);
        if (state.stopped()) {
            emit(new CronFact.Skipped(due.get(), "its stop strategy holds"), at);
            return Optional.empty();
        }
        try {
            var no = refusal(spec, at);
            if (no.isPresent()) {
                emit(new CronFact.Skipped(due.get(), no.get()), at);
                return Optional.empty();
            }
        } catch (EvaluationFailed e) {
            emit(new CronFact.Refused(due.get(), "failed to evaluate 'when': " + e.getMessage()), at);
            return Optional.empty();
        }
        return due;
    }

    /// The last time that is due and not too late; what came before it was missed.
    private Optional<Instant> due(CronSpec spec, Instant at) {
        var allowed = spec.deadlineSeconds() > 0 ? Duration.ofSeconds(spec.deadlineSeconds()) : GRACE;
        var earliest = at.minus(allowed);
        Optional<Instant> first = Optional.empty();
        var last = state.decided();
        int count = 0;
        var next = spec.next(state.decided(), state.since());
        while (next.isPresent() && next.get().isBefore(earliest)) {
            first = first.or(optional(next.get()));
            last = next.get();
            count++;
            // a year of minutes is not counted one by one
            next = spec.next(count < COUNTED ? last : later(last, earliest.minusMillis(1)), state.since());
        }
        Optional<Instant> due = Optional.empty();
        while (next.isPresent() && !next.get().isAfter(at)) {
            if (due.isPresent()) {
                first = first.or(optional(due.get()));
                last = due.get();
                count++;
            }
            due = next;
            next = spec.next(next.get(), state.since());
        }
        if (first.isPresent()) {
            var why = due.isPresent() ? "a later time was due, too" : "more than " + allowed.toSeconds() + " s late";
            emit(new CronFact.Missed(first.get(), last, count, why), at);
        }
        return due;
    }

    private static java.util.function.Supplier<Optional<Instant>> optional(Instant at) {
        return () -> Optional.of(at);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /// Why the run that is due does not begin.
    ///
    /// @throws EvaluationFailed if its condition cannot be worked out
    private Optional<String> refusal(CronSpec spec, Instant at) {
        if (!spec.when().isBlank()) {
            var text = Tags.replace(spec.when(), scope(spec, at), Unresolved.LAST, Budget.standard());
            if (!holds(text)) {
                return Optional.of("when '" + text + "' evaluated false");
            }
        }
        var active = state.active();
        if (spec.policy() == Policy.FORBID && !active.isEmpty()) {
            return Optional.of("concurrencyPolicy is Forbid, and " + active.getFirst().name() + " is still running");
        }
        if (spec.policy() == Policy.REPLACE) {
            for (var run : active) {
                if (!run.replaced()) {
                    emit(new CronFact.Replaced(run.uid()), at);
                }
            }
        }
        return Optional.empty();
    }

    private static boolean holds(String text) {
        var trace = Govaluate.evaluate(text, Map.of(), Budget.standard());
        if (!trace.error().isEmpty()) {
            throw new EvaluationFailed(trace.error());
        }
        if (trace.value().orElse(Value.nothing()) instanceof Value.Bool(var holds, _)) {
            return holds;
        }
        throw new EvaluationFailed(
                "Expected boolean evaluation for '%s'. Got %s"
                        .formatted(text, trace.value().map(Json::text).orElse("<nil>")));
    }

    private void stop(CronSpec spec, Instant at) {
        if (spec.stop().isEmpty() || state.stopped()) {
            return;
        }
        try {
            var value = Expression.parse(spec.stop()).evaluate(scope(spec, at), Budget.standard());
            if (value.equals(Value.bool(true))) {
                emit(new CronFact.Stopped("its stop strategy '" + spec.stop() + "' holds"), at);
            }
        } catch (EvaluationFailed _) {
            // Argo takes one that cannot be worked out for one that does not hold.
        }
    }

    /// The variables of `when` and of the stop strategy.
    private Scope scope(CronSpec spec, Instant at) {
        var metadata = spec.object().mapAt("metadata");
        var values = new LinkedHashMap<String, Value>();
        values.put("cronworkflow.name", Value.text(spec.name()));
        values.put("cronworkflow.namespace", Value.text(spec.namespace()));
        for (var kind : List.of("labels", "annotations")) {
            var map = metadata.mapAt(kind);
            values.put("cronworkflow." + kind, map);
            values.put("cronworkflow." + kind + ".json", Value.text(Json.write(map)));
            map.fields().forEach((key, value) -> values.put("cronworkflow." + kind + "." + key, value));
        }
        values.put("cronworkflow.succeeded", Value.number(state.succeeded()));
        values.put("cronworkflow.failed", Value.number(state.failed()));
        values.put("cronworkflow.lastScheduledTime", Value.nothing());
        var scope = Scope.of(values);
        return state.lastScheduled()
                .map(last -> scope.withTimes(Map.of("cronworkflow.lastScheduledTime", last)))
                .orElse(scope)
                .at(new Moment(at, spec.uid().hashCode()));
    }

    /// The run that was due was made.
    public void started(Instant due, String name, String uid, Instant at) {
        emit(new CronFact.Started(due, name, uid), at);
    }

    /// The run that was due could not be made.
    public void refused(Instant due, String error, Instant at) {
        emit(new CronFact.Refused(due, error), at);
    }

    /// When the next run is due; empty while none is.
    public Optional<Instant> wakeup(CronSpec spec) {
        return spec.problem().isPresent() || spec.suspended() || state.stopped() || state.schedules().isEmpty()
                ? Optional.empty()
                : spec.next(state.decided(), state.since());
    }

    /// The runs that are over and more than the object wants to keep, the oldest first.
    public List<CronState.Run> tooMany(CronSpec spec) {
        var ended = state.ended();
        var over = new ArrayList<CronState.Run>();
        for (boolean succeeded : List.of(true, false)) {
            var kind = ended.stream().filter(run -> run.succeeded() == succeeded).toList();
            int keep = succeeded ? spec.keepSucceeded() : spec.keepFailed();
            over.addAll(kind.subList(0, Math.max(0, kind.size() - keep)));
        }
        return over;
    }
}
