package tiphys.runtime.past;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import tiphys.events.Deliveries.Delivery;
import tiphys.events.Event;
import tiphys.events.past.Comparison;
import tiphys.events.past.Comparison.Reason;
import tiphys.events.past.Comparison.Recorded;
import tiphys.events.past.Selection;
import tiphys.events.past.Trial;
import tiphys.events.sensor.SensorReader;
import tiphys.events.sensor.SensorSpec;
import tiphys.events.trigger.TriggerFact;
import tiphys.events.trigger.TriggerFacts;
import tiphys.events.verdict.FilterRules;
import tiphys.journal.Entry;
import tiphys.manifest.Value;
import tiphys.objects.Refusal;
import tiphys.runtime.events.DeliveryRows;
import tiphys.runtime.events.EventPorts;
import tiphys.runtime.events.EventTexts;
import tiphys.runtime.events.TriggerRunner;
import tiphys.runtime.events.Triggers;
import tiphys.runtime.views.EventStories;

/// Tries a sensor on recorded events, and says how it differs from what is recorded of the deployed one. What the deployed one
/// did is read from the journal; what it would say of an event that left no trace is worked out by its present spec.
final class WhatIf {
    private static final PastEvents.Bounds BOUNDS = new PastEvents.Bounds(1_000_000, 4L << 30, Duration.ofSeconds(25));
    private static final int MOST_AT_ONCE = 2;

    private final EventPorts ports;
    private final Triggers triggers;
    private final EventStories stories;
    private final PastEvents events;
    private final Semaphore running = new Semaphore(MOST_AT_ONCE);

    WhatIf(EventPorts ports, Triggers triggers, EventStories stories) {
        this.ports = ports;
        this.triggers = triggers;
        this.stories = stories;
        this.events = new PastEvents(ports.journal(), stories);
    }

    /// @throws Refusal 422 if the sensor cannot be used, 429 if too many are being tried
    Value.Mapping of(Value.Mapping object, String against, Selection selection, int samples) {
        var read = SensorReader.read(object, ports.actions());
        if (!read.usable()) {
            throw new Refusal(422, "Invalid", "the Sensor cannot be used: " + read.message());
        }
        if (!running.tryAcquire()) {
            throw new Refusal(429, "TooManyRequests", MOST_AT_ONCE + " sensors are being tried already");
        }
        try {
            return of(read.value(), against, selection, samples);
        } finally {
            running.release();
        }
    }

    /// A trigger of either sensor, by its name.
    private record Pair(Comparison comparison, Optional<Trial> trial, Optional<TriggerRunner> deployed) {}

    private Value.Mapping of(SensorSpec sensor, String against, Selection selection, int samples) {
        var pairs = pairs(sensor, against, samples);
        boolean known = pairs.stream().anyMatch(pair -> pair.deployed().isPresent());
        long[] count = {0};
        var walked =
                events.walk(
                        selection,
                        0,
                        BOUNDS,
                        (entry, event) -> {
                            count[0]++;
                            var rows = ports.deliveries().ofEvent(event.id());
                            for (var pair : pairs) {
                                var would =
                                        pair.trial()
                                                .map(trial -> trial.give(event, event.time()))
                                                .orElseGet(Trial.Outcome.Unheard::new);
                                var did = recorded(entry, event, rows, sensor.namespace(), against, pair);
                                pair.comparison().add(event, would, did);
                            }
                            return true;
                        });
        return Value.object(
                "sensor",
                sensor.name(),
                "against",
                known ? against : "",
                "events",
                count[0],
                "complete",
                walked.complete(),
                "upTo",
                walked.upTo().getEpochSecond() == 0 ? "" : EventTexts.instant(walked.upTo()),
                "triggers",
                pairs.stream().map(pair -> pair.comparison().json()).toList());
    }

    private List<Pair> pairs(SensorSpec sensor, String against, int samples) {
        Map<String, TriggerRunner> deployed = new LinkedHashMap<>();
        triggers.all().stream()
                .filter(runner -> runner.name().namespace().equals(sensor.namespace()))
                .filter(runner -> runner.name().sensor().equals(against))
                .sorted(Comparator.comparing(runner -> runner.name().trigger()))
                .forEach(runner -> deployed.put(runner.name().trigger(), runner));
        var pairs = new ArrayList<Pair>();
        for (var trigger : sensor.triggers()) {
            var trial = Optional.of(Trial.fresh(sensor, trigger));
            var runner = Optional.ofNullable(deployed.remove(trigger.name()));
            pairs.add(new Pair(new Comparison(trigger.name(), samples), trial, runner));
        }
        deployed.forEach((name, runner) ->
                pairs.add(new Pair(new Comparison(name, samples), Optional.empty(), Optional.of(runner))));
        return pairs;
    }

    /// What is recorded of the deployed trigger about an event.
    private Recorded recorded(
            Entry entry, Event event, List<Delivery> rows, String namespace, String against, Pair pair) {
        var mine =
                rows.stream()
                        .filter(row -> row.namespace().equals(namespace) && row.sensor().equals(against))
                        .filter(row -> row.trigger().equals(pair.comparison().trigger()))
                        .toList();
        var last = Optional.<TriggerFact.Fired>empty();
        for (var row : mine) {
            if (row.verdict().equals(DeliveryRows.FIRED)) {
                last = fact(row);
                if (last.isEmpty() || last.get().eventId().equals(event.id())) {
                    return new Recorded.Fired(last, row.object().orElse(""));
                }
            }
        }
        if (last.isPresent()) {
            var of = last.get().eventId();
            return new Recorded.Quiet(
                    () -> new Reason("it waited for others", "it waited, and fired with event " + of));
        }
        return new Recorded.Quiet(() -> reason(entry, event, mine, pair.deployed()));
    }

    /// The firing that a row is about, if it is kept.
    private Optional<TriggerFact.Fired> fact(Delivery row) {
        return ports.journal().readKind(TriggerFacts.KIND, row.sequence() - 1, 1).stream()
                .filter(entry -> entry.sequence() == row.sequence())
                .map(TriggerFacts::decode)
                .filter(TriggerFact.Fired.class::isInstance)
                .map(TriggerFact.Fired.class::cast)
                .findFirst();
    }

    private Reason reason(Entry entry, Event event, List<Delivery> rows, Optional<TriggerRunner> deployed) {
        if (!rows.isEmpty()) {
            var told = stories.reason(event, rows.getLast());
            return Reason.of(rows.getLast().verdict() + (told.isEmpty() ? "" : ": " + told));
        }
        if (deployed.isEmpty()) {
            return Reason.of("no such trigger is deployed");
        }
        var shown = deployed.get().shown();
        if (entry.sequence() <= shown.after()) {
            return Reason.of("nobody listened yet");
        }
        if (entry.sequence() > shown.position()) {
            return Reason.of("the deployed one has not come to it");
        }
        return deployed.get()
                .use()
                .flatMap(use -> present(use, event))
                .orElseGet(() -> Reason.of("it did not listen to it"));
    }

    /// What the deployed trigger's present spec says of an event; of many that are filtered out, only some leave a sample.
    private static Optional<Reason> present(TriggerRunner.Use use, Event event) {
        var verdicts =
                use.dependencies().stream()
                        .filter(one -> one.listensTo(event))
                        .map(one -> FilterRules.verdict(one, event))
                        .toList();
        if (verdicts.isEmpty()) {
            return Optional.empty();
        }
        return verdicts.stream().anyMatch(verdict -> verdict.result())
                ? Optional.of(Reason.of("it was filtered out, by an earlier spec"))
                : Optional.of(Reason.of(verdicts));
    }
}
