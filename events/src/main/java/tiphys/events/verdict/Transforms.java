package tiphys.events.verdict;

import tiphys.events.Event;
import tiphys.events.EventData;
import tiphys.events.sensor.Dependency;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.jq.Jq;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Changes events as their dependency asks for. The same event and dependency give the same, whenever it is asked.
public final class Transforms {
    private Transforms() {}

    /// The event as the dependency wants to see it.
    ///
    /// @throws EvaluationFailed if it cannot be changed: then it counts as filtered out
    public static Event apply(Dependency dependency, Event event) {
        if (dependency.transform().isEmpty()) {
            return event;
        }
        var budget = Budget.standard();
        return event.with(
                switch (dependency.transform().get()) {
                    case Dependency.Transform.ByJq(var filter) -> jq(filter.program(), object(event), budget);
                    case Dependency.Transform.ByLua(var script) -> {
                        var made = script.program().run(object(event), budget, seed(event));
                        if (!(made instanceof Value.Mapping) && !(made instanceof Value.Sequence)) {
                            throw new EvaluationFailed(
                                    "the script must return a table, but it returned " + Json.write(made));
                        }
                        yield EventData.of(made);
                    }
                });
    }

    private static EventData jq(Jq filter, Value.Mapping data, Budget budget) {
        var made = filter.first(data, budget);
        if (made.isEmpty()) {
            throw new EvaluationFailed("the jq filter makes nothing of the event");
        }
        if (!(made.get() instanceof Value.Mapping)) {
            throw new EvaluationFailed("the jq filter must make an object, but it makes " + shown(made.get()));
        }
        return EventData.of(Jq.json(made.get()));
    }

    private static String shown(Value value) {
        return DataFilter.shown(Jq.json(value));
    }

    /// The data, of which scripts and filters take objects alone.
    static Value.Mapping object(Event event) {
        if (event.data() instanceof Value.Mapping object) {
            return object;
        }
        throw new EvaluationFailed("the data of the event is no object");
    }

    /// What is random follows from the event.
    static long seed(Event event) {
        return event.id().hashCode();
    }
}
