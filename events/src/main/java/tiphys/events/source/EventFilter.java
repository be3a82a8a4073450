package tiphys.events.source;

import java.util.LinkedHashMap;
import java.util.Optional;
import tiphys.events.EventData;
import tiphys.events.spec.Fields;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Scope;
import tiphys.language.expr.Expression;
import tiphys.manifest.Value;

/// Which arrivals of a source become events: those for which an expression over the payload is true. Its names are the payload's keys,
/// with `_` for `-`; what is not there is null.
public record EventFilter(String text) {
    /// Reads the field `filter` of an event, if it is there.
    static Optional<EventFilter> read(Fields event) {
        if (!event.has("filter")) {
            return Optional.empty();
        }
        var fields = event.at("filter");
        var text = fields.required("expression");
        if (!text.isEmpty()) {
            try {
                Expression.parse(text);
            } catch (EvaluationFailed e) {
                fields.invalid("expression", "cannot be read: " + e.getMessage());
            }
        }
        return Optional.of(new EventFilter(text));
    }

    /// Why a payload does not become an event; empty if it does.
    public Optional<String> objection(EventData payload) {
        try {
            var budget = Budget.standard();
            var expression = Expression.parse(text);
            var scope = new LinkedHashMap<String, Value>();
            if (payload.value() instanceof Value.Mapping object) {
                object.fields().forEach((key, value) -> scope.put(key.replace('-', '_'), value));
            }
            for (var name : expression.missing(Scope.of(scope))) {
                int dot = name.indexOf('.');
                scope.putIfAbsent(dot < 0 ? name : name.substring(0, dot), Value.nothing());
            }
            var result = expression.evaluate(Scope.of(scope), budget);
            return switch (result) {
                case Value.Bool(var holds, _) when holds -> Optional.empty();
                case Value.Bool _ -> Optional.of(text + " is false");
                default -> Optional.of(text + " is neither true nor false");
            };
        } catch (EvaluationFailed e) {
            return Optional.of(text + " failed: " + e.getMessage());
        }
    }
}
