package tiphys.events.trigger;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A trigger's state, changed in place by its facts. Total: every fact applies to every state.
final class TriggerState implements TriggerView {
    private static final int CLAUSES = 100;
    private static final int REPLAYED = 10_000;

    record Open(TriggerFact.Fired fact, long number) {}

    String sensor = "";
    String trigger = "";
    long after;
    boolean listens;
    long number;
    long fired;
    long filtered;
    long failed;
    Optional<Instant> lastAt = Optional.empty();
    final Map<String, HeldEvent> held = new TreeMap<>();
    final Map<String, Open> open = new LinkedHashMap<>();
    final Map<String, Long> filteredBy = new LinkedHashMap<>();
    final Map<String, Integer> replays = new LinkedHashMap<>();

    boolean listens() {
        return listens;
    }

    Optional<HeldEvent> held(String dependency) {
        return Optional.ofNullable(held.get(dependency));
    }

    /// How often an event was replayed.
    int replays(String eventId) {
        return replays.getOrDefault(eventId, 0);
    }

    void apply(TriggerFact fact, Instant at) {
        number++;
        switch (fact) {
            case TriggerFact.Listens(var its, var name, var from) -> {
                sensor = its;
                trigger = name;
                after = from;
                listens = true;
            }
            case TriggerFact.Filtered(var count, var clauses, var samples) -> {
                filtered += count;
                lastAt = Optional.of(at);
                clauses.forEach((clause, times) -> {
                    if (filteredBy.size() < CLAUSES || filteredBy.containsKey(clause)) {
                        filteredBy.merge(clause, times, Long::sum);
                    }
                });
                samples.forEach(sample -> replayed(sample.eventId(), sample.replay()));
            }
            case TriggerFact.Held(var event, var replay, var dependencies, var clauses, _, _) -> {
                dependencies.forEach(name -> held.put(name, new HeldEvent(event, replay, clauses)));
                lastAt = Optional.of(at);
                replayed(event.id(), replay);
            }
            case TriggerFact.Fired firing -> {
                firing.holds().keySet().forEach(held::remove);
                lastAt = Optional.of(at);
                replayed(firing.eventId(), firing.replay());
                if (firing.error().isEmpty()) {
                    fired++;
                    open.put(firing.firing(), new Open(firing, number));
                } else {
                    failed++;
                }
            }
            case TriggerFact.Forgot(_, var events) -> events.forEach(gone -> held.remove(gone.dependency()));
            case TriggerFact.Made made -> open.remove(made.firing());
            case TriggerFact.Answered answered -> open.remove(answered.firing());
            case TriggerFact.Failed gone -> {
                if (open.remove(gone.firing()) != null) {
                    fired--;
                    failed++;
                }
            }
        }
    }

    private void replayed(String eventId, int replay) {
        if (replay > 0) {
            replays.remove(eventId);
            replays.put(eventId, replay);
            if (replays.size() > REPLAYED) {
                replays.remove(replays.keySet().iterator().next());
            }
        }
    }

    @Override
    public String sensor() {
        return sensor;
    }

    @Override
    public String trigger() {
        return trigger;
    }

    @Override
    public long after() {
        return after;
    }

    @Override
    public Map<String, HeldEvent> held() {
        return Collections.unmodifiableMap(new LinkedHashMap<>(held));
    }

    @Override
    public List<TriggerFact.Fired> open() {
        return open.values().stream().map(Open::fact).toList();
    }

    @Override
    public Optional<TriggerFact.Fired> open(String firing) {
        return Optional.ofNullable(open.get(firing)).map(Open::fact);
    }

    @Override
    public long numberOf(String firing) {
        return Optional.ofNullable(open.get(firing)).map(Open::number).orElse(0L);
    }

    @Override
    public long fired() {
        return fired;
    }

    @Override
    public long filtered() {
        return filtered;
    }

    @Override
    public long failed() {
        return failed;
    }

    @Override
    public Map<String, Long> filteredBy() {
        return Collections.unmodifiableMap(new LinkedHashMap<>(filteredBy));
    }

    @Override
    public Optional<Instant> lastAt() {
        return lastAt;
    }
}
