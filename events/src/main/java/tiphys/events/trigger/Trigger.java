package tiphys.events.trigger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.events.Event;
import tiphys.events.firing.FiringId;
import tiphys.events.firing.Wanted;
import tiphys.events.sensor.Dependency;
import tiphys.events.sensor.SensorSpec;
import tiphys.events.sensor.TriggerSpec;
import tiphys.events.trigger.TriggerFact.DeadLetter;
import tiphys.events.trigger.TriggerFact.Part;
import tiphys.events.trigger.TriggerFact.Rejected;
import tiphys.events.trigger.TriggerFact.Replaced;
import tiphys.events.verdict.Clause;
import tiphys.events.verdict.FilterRules;
import tiphys.events.verdict.Transforms;
import tiphys.language.EvaluationFailed;
import tiphys.manifest.Value;

/// One trigger's decisions. A newer event of a dependency takes the place of the one that waits; when the condition holds,
/// the trigger fires with everything it holds and begins anew. Not safe for several threads.
public final class Trigger {
    /// How many rejected events of one batch are kept whole.
    static final int SAMPLES = 8;

    private static final int CLAUSES = 50;

    private final TriggerState state;

    private Trigger(TriggerState state) {
        this.state = state;
    }

    /// A trigger of which nothing is recorded yet.
    public static Trigger fresh() {
        return new Trigger(new TriggerState());
    }

    /// The trigger as [#snapshot] wrote it.
    public static Trigger restore(byte[] snapshot) {
        return new Trigger(TriggerSnapshot.read(snapshot));
    }

    /// The state as it is kept.
    public byte[] snapshot() {
        return TriggerSnapshot.write(state);
    }

    /// What it holds and counted.
    public TriggerView view() {
        return state;
    }

    /// Applies a recorded fact.
    public void apply(TriggerFact fact, Instant at) {
        state.apply(fact, at);
    }

    /// What a command led to.
    ///
    /// @param consumed how many of its events were dealt with
    public record Decision(List<TriggerFact> facts, int consumed) {
        public Decision {
            facts = List.copyOf(facts);
        }
    }

    /// Decides a command and applies what it decides.
    public Decision handle(TriggerCommand command, Instant at) {
        return switch (command) {
            case TriggerCommand.Listen(var sensor, var trigger, var after) ->
                    state.listens()
                            ? new Decision(List.of(), 0)
                            : recorded(new TriggerFact.Listens(sensor, trigger, after), at);
            case TriggerCommand.Consume consume -> consume(consume, at);
            case TriggerCommand.Replay(var sensor, var trigger, var event) -> {
                var batch = new Batch(sensor, trigger, at);
                batch.take(event, state.replays(event.id()) + 1);
                yield batch.end(1);
            }
            case TriggerCommand.ReportMade(var firing, var kind, var namespace, var name, var uid, var attempts) ->
                    state.open(firing).isEmpty()
                            ? new Decision(List.of(), 0)
                            : recorded(new TriggerFact.Made(firing, kind, namespace, name, uid, attempts), at);
            case TriggerCommand.ReportAnswered(var firing, var kind, var answer, var attempts) ->
                    state.open(firing).isEmpty()
                            ? new Decision(List.of(), 0)
                            : recorded(new TriggerFact.Answered(firing, kind, answer, attempts), at);
            case TriggerCommand.ReportFailed failed -> failed(failed, at);
        };
    }

    /// A firing that failed has its dead letter fire.
    private Decision failed(TriggerCommand.ReportFailed failed, Instant at) {
        var fired = state.open(failed.firing());
        if (fired.isEmpty()) {
            return new Decision(List.of(), 0);
        }
        var facts = new ArrayList<TriggerFact>();
        facts.add(new TriggerFact.Failed(failed.firing(), failed.message(), failed.answer(), failed.attempts()));
        deadLetter(fired.get(), failed.message()).ifPresent(facts::add);
        facts.forEach(fact -> state.apply(fact, at));
        return new Decision(facts, 0);
    }

    /// The firing of a dead letter: for the same events, and no held event is used up by it.
    private static Optional<TriggerFact> deadLetter(TriggerFact.Fired fired, String why) {
        return fired.deadLetter()
                .map(letter ->
                        new TriggerFact.Fired(
                                letter.firing(),
                                fired.eventId(),
                                fired.replay(),
                                fired.parts(),
                                "dlqTrigger, because firing " + fired.firing() + " failed: " + why,
                                Map.of(),
                                letter.wanted().parameters(),
                                fired.account(),
                                letter.wanted().object(),
                                letter.wanted().action(),
                                letter.execution(),
                                Optional.empty(),
                                letter.wanted().error(),
                                List.of()));
    }

    private Decision recorded(TriggerFact fact, Instant at) {
        state.apply(fact, at);
        return new Decision(List.of(fact), 0);
    }

    private Decision consume(TriggerCommand.Consume consume, Instant at) {
        var batch = new Batch(consume.sensor(), consume.trigger(), at);
        int consumed = 0;
        for (var event : consume.events()) {
            if (batch.firings >= consume.mostFirings()) {
                break;
            }
            batch.take(event, 0);
            consumed++;
        }
        return batch.end(consumed);
    }

    /// Some events that are dealt with together.
    private final class Batch {
        private final SensorSpec sensor;
        private final TriggerSpec trigger;
        private final Instant at;
        private final List<Dependency> dependencies;
        private final List<String> names;
        private final List<TriggerFact> facts = new ArrayList<>();
        private final Map<String, Long> clauses = new LinkedHashMap<>();
        private final List<Rejected> samples = new ArrayList<>();
        private long rejected;
        private int firings;

        Batch(SensorSpec sensor, TriggerSpec trigger, Instant at) {
            this.sensor = sensor;
            this.trigger = trigger;
            this.at = at;
            this.names = List.copyOf(trigger.condition().names());
            this.dependencies = sensor.dependencies().stream().filter(one -> names.contains(one.name())).toList();
        }

        /// Deals with one event: no delivery if the trigger does not listen to it.
        void take(Event event, int replay) {
            var verdicts = new ArrayList<Clause>();
            var passed = new ArrayList<String>();
            for (var dependency : dependencies) {
                if (dependency.listensTo(event)) {
                    var verdict = verdict(dependency, event);
                    verdicts.add(verdict);
                    if (verdict.result()) {
                        passed.add(dependency.name());
                    }
                }
            }
            if (!passed.isEmpty()) {
                join(event, replay, passed, verdicts);
            } else if (!verdicts.isEmpty()) {
                reject(event, replay, verdicts);
            }
        }

        private static Clause verdict(Dependency dependency, Event event) {
            try {
                return FilterRules.verdict(dependency, event);
            } catch (RuntimeException e) {
                // A fault of the rules is this one event's failure, not the trigger's.
                return new Clause("dependency " + dependency.name(), "", false, "the filter failed: " + e, List.of());
            }
        }

        private void reject(Event event, int replay, List<Clause> verdicts) {
            rejected++;
            var culprit = verdicts.getFirst().culprit().what();
            if (clauses.size() < CLAUSES || clauses.containsKey(culprit)) {
                clauses.merge(culprit, 1L, Long::sum);
            }
            if (replay > 0 || samples.size() < SAMPLES) {
                samples.add(new Rejected(event.id(), replay, verdicts));
            } else {
                // The last few are the ones that somebody asks about.
                samples.removeFirst();
                samples.addLast(new Rejected(event.id(), replay, verdicts));
            }
        }

        /// Forgets what is held since before the last time of a schedule.
        private void forget(Event event) {
            for (var reset : trigger.resets()) {
                var gone =
                        names.stream()
                                .flatMap(name -> state.held(name).map(held -> new Held(name, held)).stream())
                                .filter(one -> reset.between(one.held().event().time(), event.time()))
                                .map(one -> new Replaced(one.name(), one.held().event().id()))
                                .toList();
                if (!gone.isEmpty()) {
                    record(new TriggerFact.Forgot(reset.toString(), gone));
                }
            }
        }

        private record Held(String name, TriggerView.HeldEvent held) {}

        private void join(Event event, int replay, List<String> passed, List<Clause> verdicts) {
            forget(event);
            var replaced = new ArrayList<Replaced>();
            for (var dependency : passed) {
                state.held(dependency)
                        .filter(before -> !before.event().id().equals(event.id()))
                        .ifPresent(before -> replaced.add(new Replaced(dependency, before.event().id())));
            }
            var holds = new LinkedHashMap<String, Boolean>();
            names.forEach(name -> holds.put(name, passed.contains(name) || state.held(name).isPresent()));
            boolean fires = trigger.condition().holds(name -> holds.getOrDefault(name, false));
            if (!fires) {
                record(new TriggerFact.Held(event, replay, passed, verdicts, holds, replaced));
                return;
            }
            var fired = fired(event, replay, passed, verdicts, holds, replaced);
            record(fired);
            if (!fired.error().isEmpty()) {
                deadLetter(fired, fired.error()).ifPresent(this::record);
            }
        }

        /// The event as the dependency wants to see it; it did once, so it does unless the sensor was changed.
        private Event seen(String dependency, Event event) {
            return dependencies.stream()
                    .filter(one -> one.name().equals(dependency))
                    .findFirst()
                    .map(one -> Transforms.apply(one, event))
                    .orElse(event);
        }

        private Wanted wanted(TriggerSpec spec, String firing, Event event, Map<String, Event> events) {
            var seen = new LinkedHashMap<String, Event>();
            try {
                events.forEach((name, one) -> seen.put(name, seen(name, one)));
            } catch (EvaluationFailed e) {
                return new Wanted(Value.Mapping.EMPTY, Optional.empty(), List.of(), "transform: " + e.getMessage());
            }
            return Wanted.of(sensor, spec, firing, event.id(), seen, at);
        }

        private TriggerFact.Fired fired(
                Event event,
                int replay,
                List<String> passed,
                List<Clause> verdicts,
                Map<String, Boolean> holds,
                List<Replaced> replaced) {
            firings++;
            var events = new LinkedHashMap<String, Event>();
            var parts = new ArrayList<Part>();
            int number = replay;
            for (var name : names) {
                if (passed.contains(name)) {
                    events.put(name, event);
                    parts.add(new Part(name, event.id(), verdicts));
                } else {
                    var held = state.held(name);
                    if (held.isPresent()) {
                        events.put(name, held.get().event());
                        parts.add(new Part(name, held.get().event().id(), held.get().clauses()));
                        number = Math.max(number, held.get().replay());
                    }
                }
            }
            var ids = parts.stream().map(Part::eventId).distinct().toList();
            var firing = FiringId.of(sensor.namespace(), sensor.uid(), trigger.name(), ids, number);
            var wanted = wanted(trigger, firing, event, events);
            int last = number;
            var deadLetter =
                    trigger.deadLetter()
                            .map(spec -> {
                                var own =
                                        FiringId.of(
                                                sensor.namespace(),
                                                sensor.uid(),
                                                trigger.name() + "/dlqTrigger",
                                                ids,
                                                last);
                                return new DeadLetter(own, wanted(spec, own, event, events), spec.execution());
                            });
            return new TriggerFact.Fired(
                    firing,
                    event.id(),
                    replay,
                    parts,
                    trigger.conditions().isEmpty() ? String.join(" && ", names) : trigger.conditions(),
                    holds,
                    wanted.parameters(),
                    sensor.serviceAccount(),
                    wanted.object(),
                    wanted.action(),
                    trigger.execution(),
                    deadLetter,
                    wanted.error(),
                    replaced);
        }

        private void record(TriggerFact fact) {
            facts.add(fact);
            state.apply(fact, at);
        }

        Decision end(int consumed) {
            if (rejected > 0) {
                record(new TriggerFact.Filtered(rejected, clauses, samples));
            }
            return new Decision(facts, consumed);
        }
    }
}
