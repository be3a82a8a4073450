package tiphys.events.verdict;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.stream.Collectors;
import tiphys.events.Event;
import tiphys.events.sensor.Dependency;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Trace;
import tiphys.language.govaluate.Govaluate;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Evaluates an expression over fields of an event's data; its parts become the clause's children.
final class ExprFilter {
    private static final Optional<Value> YES = Optional.of(Value.bool(true));

    private ExprFilter() {}

    static Clause clause(Dependency.Expr filter, Event event, Budget budget) {
        var what = "expr " + filter.text();
        var variables = new LinkedHashMap<String, Value>();
        try {
            for (var field : filter.fields()) {
                var found = event.payload().find(field.path(), budget);
                if (!found.exists()) {
                    return Clause.failed(what, "path " + field.path() + " does not exist");
                }
                variables.put(field.name(), found.value(budget));
            }
            var trace = Govaluate.evaluate(filter.text(), variables, budget);
            var actual =
                    variables.entrySet().stream()
                            .map(variable ->
                                    variable.getKey() + " = " + DataFilter.shown(Json.text(variable.getValue())))
                            .collect(Collectors.joining(", "));
            var parts = new ArrayList<Clause>();
            trace.parts().forEach(part -> comparison(part).ifPresent(parts::add));
            return new Clause(what, actual, trace.error().isEmpty() && trace.value().equals(YES), trace.error(), parts);
        } catch (EvaluationFailed e) {
            return Clause.failed(what, e.getMessage());
        }
    }

    /// A part that is true or false itself; names and literals are shown with the expression already.
    private static Optional<Clause> comparison(Trace part) {
        boolean decides =
                part.value().isPresent() && part.value().get() instanceof Value.Bool && !part.parts().isEmpty();
        if (!decides) {
            return Optional.empty();
        }
        var parts = new ArrayList<Clause>();
        part.parts().forEach(inner -> comparison(inner).ifPresent(parts::add));
        return Optional.of(new Clause(part.text(), "", part.value().equals(YES), part.error(), parts));
    }
}
