package tiphys.runtime.views;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tiphys.engine.RunRow;
import tiphys.events.SourceFacts;
import tiphys.events.sensor.SensorSpec;
import tiphys.events.sensor.TriggerSpec;
import tiphys.events.source.Source;
import tiphys.events.source.SourceState;
import tiphys.journal.StreamName;
import tiphys.manifest.Value;
import tiphys.manifest.workflow.WorkflowSpec;
import tiphys.runtime.events.DeliveryRows;
import tiphys.runtime.events.EventObjects;
import tiphys.runtime.events.EventPorts;
import tiphys.runtime.events.EventReconciler;
import tiphys.runtime.events.EventTexts;
import tiphys.runtime.events.RunningSources;
import tiphys.runtime.events.TriggerDecider;
import tiphys.runtime.events.TriggerName;
import tiphys.runtime.events.TriggerRunner;
import tiphys.runtime.events.Triggers;

/// The event flow of a namespace, in the JSON of docs/api.md: how sources, sensors, triggers and runs hang together.
public final class FlowView {
    private static final int LAST_RUNS = 5;
    private static final int ROWS = 200;
    private static final int MOST_BACKLOG = 1000;

    private final EventPorts ports;
    private final EventObjects objects;
    private final EventReconciler reconciler;
    private final RunningSources running;
    private final Triggers triggers;

    public FlowView(
            EventPorts ports,
            EventObjects objects,
            EventReconciler reconciler,
            RunningSources running,
            Triggers triggers) {
        this.ports = ports;
        this.objects = objects;
        this.reconciler = reconciler;
        this.running = running;
        this.triggers = triggers;
    }

    public Value.Mapping of(String namespace) {
        return Value.object(
                "namespace",
                namespace,
                "bus",
                bus(namespace),
                "sources",
                sources(namespace),
                "sensors",
                sensors(namespace));
    }

    private Value.Mapping bus(String namespace) {
        var problem = objects.busProblem(namespace, "default");
        return Value.object(
                "name",
                "default",
                "present",
                objects.bus(namespace, "default").isPresent(),
                "ready",
                problem.isEmpty(),
                "message",
                problem.orElseGet(() ->
                        objects.bus(namespace, "default")
                                .map(bus -> "the embedded durable bus, in place of " + bus.read().value().kind())
                                .orElse("")));
    }

    private List<Value.Mapping> sources(String namespace) {
        Map<StreamName, Long> counts = ports.journal().live(SourceFacts.KIND);
        return reconciler.served().values().stream()
                .filter(served -> served.name().namespace().equals(namespace))
                .sorted(Comparator.comparing(served -> served.name().toString()))
                .map(served -> source(served, counts.getOrDefault(served.name().stream(), 0L)))
                .toList();
    }

    private Value.Mapping source(EventReconciler.ServedEvent served, long total) {
        var name = served.name();
        var event = served.event();
        var lastAt =
                total == 0
                        ? Optional.<Instant>empty()
                        : ports.journal().read(name.stream(), total - 1, 1).stream()
                                .findFirst()
                                .map(entry -> entry.at());
        var source = running.find(name);
        var state = source.map(Source::state);
        var shown =
                Value.object(
                        "eventSource",
                        name.eventSource(),
                        "eventName",
                        name.eventName(),
                        "type",
                        event.kind().type(),
                        "address",
                        event.kind().address(event.settings()),
                        "ready",
                        served.problem().isEmpty(),
                        "message",
                        served.problem(),
                        "events",
                        Value.object("total", total, "lastAt", EventTexts.instant(lastAt)),
                        "state",
                        state.map(FlowView::word).orElse("not started"),
                        "since",
                        EventTexts.instant(state.map(SourceState::since)),
                        "lastError",
                        error(source),
                        "refused",
                        count(source.flatMap(Source::refusals)),
                        "filtered",
                        count(running.passedOver(name)));
        for (var field : event.settings().shown().fields().entrySet()) {
            shown = shown.with(field.getKey(), field.getValue());
        }
        return shown;
    }

    private static String word(SourceState state) {
        return switch (state) {
            case SourceState.Running _ -> "running";
            case SourceState.BackingOff _ -> "backing off";
            case SourceState.Stopped _ -> "stopped";
        };
    }

    /// What went wrong last, also if it was overcome since.
    private static Value.Mapping error(Optional<Source> source) {
        return source.flatMap(Source::lastTrouble)
                .map(trouble -> Value.object("at", EventTexts.instant(trouble.at()), "message", trouble.message()))
                .orElseGet(() -> Value.object("at", "", "message", ""));
    }

    /// What did not become an event.
    private static Value.Mapping count(Optional<Source.Refusals> counted) {
        return counted.map(refusals ->
                        Value.object(
                                "total",
                                refusals.total(),
                                "lastAt",
                                EventTexts.instant(refusals.lastAt()),
                                "message",
                                refusals.message()))
                .orElseGet(() -> Value.object("total", 0, "lastAt", "", "message", ""));
    }

    private List<Value.Mapping> sensors(String namespace) {
        var all = new ArrayList<Value.Mapping>();
        for (var sensor : objects.sensors()) {
            var spec = sensor.read().value();
            if (!spec.namespace().equals(namespace)) {
                continue;
            }
            var problem =
                    sensor.read().usable()
                            ? objects.busProblem(namespace, spec.bus()).orElse("")
                            : sensor.read().message();
            all.add(
                    Value.object(
                            "name",
                            spec.name(),
                            "ready",
                            problem.isEmpty(),
                            "message",
                            problem,
                            "dependencies",
                            spec.dependencies().stream()
                                    .map(one ->
                                            Value.object(
                                                    "name",
                                                    one.name(),
                                                    "eventSource",
                                                    one.eventSource(),
                                                    "eventName",
                                                    one.eventName()))
                                    .toList(),
                            "triggers",
                            spec.triggers().stream().map(trigger -> trigger(spec, trigger)).toList()));
        }
        return all;
    }

    private Value.Mapping trigger(SensorSpec sensor, TriggerSpec trigger) {
        var name = new TriggerName(sensor.namespace(), sensor.name(), sensor.uid(), trigger.name());
        var runner = triggers.find(name);
        var shown =
                runner.map(TriggerRunner::shown)
                        .orElseGet(() -> new TriggerDecider.Shown(0, 0, 0, 0, 0, List.of(), 0, Optional.empty()));
        var waiting =
                shown.held().isEmpty()
                        ? List.<String>of()
                        : trigger.condition().names().stream().filter(one -> !shown.held().contains(one)).toList();
        var resource = trigger.template().mapAt("k8s", "source", "resource");
        var operation = trigger.template().textAt("k8s", "operation").orElse("create");
        return Value.object(
                "name",
                trigger.name(),
                "conditions",
                trigger.conditions(),
                "kind",
                resource.textAt("kind").orElse(""),
                "operation",
                operation,
                "fired",
                shown.fired(),
                "filtered",
                shown.filtered(),
                "failed",
                shown.failed(),
                "waiting",
                waiting,
                "backlog",
                runner.map(one -> backlog(one)).orElse(0L),
                "heldBack",
                runner.filter(TriggerRunner::heldBack).isPresent(),
                "message",
                runner.flatMap(TriggerRunner::quarantine).orElse(""),
                "lastAt",
                EventTexts.instant(shown.lastAt()),
                "template",
                new WorkflowSpec(resource.mapAt("spec")).workflowTemplateRef().orElse(""),
                "runs",
                runs(sensor, trigger));
    }

    /// How many events wait for this trigger, counted up to a limit.
    private long backlog(TriggerRunner runner) {
        var use = runner.use();
        if (use.isEmpty()) {
            return 0;
        }
        return ports.journal().readKind(SourceFacts.KIND, runner.shown().position(), MOST_BACKLOG).stream()
                .filter(entry -> use.get().concerns(entry.stream()))
                .count();
    }

    private List<Value.Mapping> runs(SensorSpec sensor, TriggerSpec trigger) {
        return ports.deliveries().list(sensor.namespace(), DeliveryRows.FIRED, 0, ROWS).stream()
                .filter(row -> row.sensor().equals(sensor.name()) && row.trigger().equals(trigger.name()))
                .flatMap(row -> row.object().stream())
                .distinct()
                .limit(LAST_RUNS)
                .flatMap(name -> ports.runs().find(sensor.namespace(), name).stream())
                .map(FlowView::run)
                .toList();
    }

    private static Value.Mapping run(RunRow row) {
        return Value.object(
                "uid",
                row.uid(),
                "namespace",
                row.namespace(),
                "name",
                row.name(),
                "phase",
                row.phase(),
                "message",
                row.message(),
                "createdAt",
                EventTexts.instant(row.created()),
                "startedAt",
                EventTexts.instant(row.started()),
                "finishedAt",
                EventTexts.instant(row.finished()),
                "progress",
                row.progress(),
                "template",
                row.template(),
                "event",
                row.event(),
                "parameters",
                List.of(),
                "suspended",
                row.suspended(),
                "shutdown",
                row.shutdown());
    }
}
