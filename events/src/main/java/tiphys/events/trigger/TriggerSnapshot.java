package tiphys.events.trigger;

import java.time.Instant;
import java.util.ArrayList;
import tiphys.events.Event;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// A trigger's state as bytes, format `trigger/1`.
final class TriggerSnapshot {
    private TriggerSnapshot() {}

    static byte[] write(TriggerState state) {
        var held = new ArrayList<Value>();
        state.held.forEach((dependency, event) ->
                held.add(
                        Value.object(
                                "dependency",
                                dependency,
                                "event",
                                event.event().json(),
                                "replay",
                                event.replay(),
                                "clauses",
                                TriggerFacts.clauses(event.clauses()))));
        var open = new ArrayList<Value>();
        state.open
                .values()
                .forEach(one -> open.add(Value.object("number", one.number(), "fired", TriggerFacts.body(one.fact()))));
        return Json.bytes(
                Value.object(
                        "sensor",
                        state.sensor,
                        "trigger",
                        state.trigger,
                        "after",
                        state.after,
                        "listens",
                        state.listens,
                        "number",
                        state.number,
                        "fired",
                        state.fired,
                        "filtered",
                        state.filtered,
                        "failed",
                        state.failed,
                        "lastAt",
                        state.lastAt.map(Instant::toString).orElse(null),
                        "held",
                        held,
                        "open",
                        open,
                        "filteredBy",
                        state.filteredBy,
                        "replays",
                        state.replays));
    }

    static TriggerState read(byte[] bytes) {
        var json = Json.parseOwn(bytes);
        var state = new TriggerState();
        state.sensor = TriggerFacts.text(json, "sensor");
        state.trigger = TriggerFacts.text(json, "trigger");
        state.after = TriggerFacts.whole(json, "after");
        state.listens = json.find("listens").filter(Value.bool(true)::equals).isPresent();
        state.number = TriggerFacts.whole(json, "number");
        state.fired = TriggerFacts.whole(json, "fired");
        state.filtered = TriggerFacts.whole(json, "filtered");
        state.failed = TriggerFacts.whole(json, "failed");
        state.lastAt = json.textAt("lastAt").map(Instant::parse);
        for (var one : json.listAt("held")) {
            state.held.put(
                    TriggerFacts.text(one, "dependency"),
                    new TriggerView.HeldEvent(
                            Event.of(one.mapAt("event")),
                            (int) TriggerFacts.whole(one, "replay"),
                            TriggerFacts.clausesOf(one.listAt("clauses"))));
        }
        for (var one : json.listAt("open")) {
            if (TriggerFacts.decode("trigger.fired/2", one.mapAt("fired")) instanceof TriggerFact.Fired fired) {
                state.open.put(fired.firing(), new TriggerState.Open(fired, TriggerFacts.whole(one, "number")));
            }
        }
        state.filteredBy.putAll(TriggerFacts.counts(json.mapAt("filteredBy")));
        json.mapAt("replays")
                .fields()
                .keySet()
                .forEach(id -> state.replays.put(id, (int) TriggerFacts.whole(json.mapAt("replays"), id)));
        return state;
    }
}
