package tiphys.events.verdict;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tiphys.events.Event;
import tiphys.events.sensor.Dependency;
import tiphys.events.sensor.Dependency.Operator;
import tiphys.events.sensor.Script;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.lua.Lua;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// Decides whether an event passes a dependency's filters, and says why. Every clause is evaluated, also those that no
/// longer matter, so that the verdict is whole.
public final class FilterRules {
    private FilterRules() {}

    /// The verdict of one dependency about an event that it listens to.
    public static Clause verdict(Dependency dependency, Event arrived) {
        Event event;
        try {
            event = Transforms.apply(dependency, arrived);
        } catch (EvaluationFailed e) {
            var failed = Clause.failed("transform", String.valueOf(e.getMessage()));
            return new Clause(
                    "dependency " + dependency.name(),
                    arrived.source() + "/" + arrived.subject(),
                    false,
                    "",
                    List.of(failed));
        }
        var filters = dependency.filters();
        var budget = Budget.standard();
        var kinds = new ArrayList<Clause>();
        present(
                        "exprs",
                        filters.exprs().stream().filter(expr -> !expr.fields().isEmpty()).toList(),
                        filters.exprOperator(),
                        expr -> ExprFilter.clause(expr, event, budget))
                .ifPresent(kinds::add);
        present("data", filters.data(), filters.dataOperator(), data -> DataFilter.clause(data, event, budget))
                .ifPresent(kinds::add);
        filters.context().map(context -> context(context, event)).ifPresent(kinds::add);
        filters.time().map(time -> time(time, event)).ifPresent(kinds::add);
        filters.script().map(script -> script(script, event, budget)).ifPresent(kinds::add);
        boolean passed =
                filters.operator() == Operator.OR
                        ? kinds.stream().anyMatch(Clause::result) || !filters.present()
                        : kinds.stream().allMatch(Clause::result);
        var what = "dependency " + dependency.name();
        return new Clause(
                kinds.size() > 1 ? what + (filters.operator() == Operator.OR ? ", any of" : ", all of") : what,
                event.source() + "/" + event.subject(),
                passed,
                "",
                kinds);
    }

    private static <T> Optional<Clause> present(
            String what, List<T> filters, Operator operator, Function<T, Clause> evaluate) {
        if (filters.isEmpty()) {
            return Optional.empty();
        }
        var clauses = filters.stream().map(evaluate).toList();
        if (clauses.size() == 1) {
            return Optional.of(clauses.getFirst());
        }
        return Optional.of(
                operator == Operator.OR
                        ? new Clause(what + ", any of", "", clauses.stream().anyMatch(Clause::result), "", clauses)
                        : new Clause(what + ", all of", "", clauses.stream().allMatch(Clause::result), "", clauses));
    }

    private static Clause script(Script<Lua> script, Event event, Budget budget) {
        var what = "script " + DataFilter.shown(script.toString().strip());
        try {
            var returned = script.program().run(Transforms.object(event), budget, Transforms.seed(event));
            return Clause.leaf(
                    what, "returned " + DataFilter.shown(Json.write(returned)), returned.equals(Value.bool(true)));
        } catch (EvaluationFailed e) {
            return Clause.failed(what, String.valueOf(e.getMessage()));
        }
    }

    private static Clause context(Dependency.Context wanted, Event event) {
        var clauses = new ArrayList<Clause>();
        attribute("type", wanted.type(), event.type(), clauses);
        attribute("subject", wanted.subject(), event.subject(), clauses);
        attribute("source", wanted.source(), event.source(), clauses);
        attribute("datacontenttype", wanted.dataContentType(), Event.CONTENT_TYPE, clauses);
        return clauses.size() == 1
                ? clauses.getFirst()
                : new Clause("context, all of", "", clauses.stream().allMatch(Clause::result), "", clauses);
    }

    private static void attribute(String name, String wanted, String actual, List<Clause> into) {
        if (!wanted.isEmpty()) {
            into.add(Clause.leaf("context " + name + " = \"" + wanted + "\"", actual, wanted.equals(actual)));
        }
    }

    private static Clause time(Dependency.Time window, Event event) {
        var zone = window.timezone().isEmpty() ? ZoneOffset.UTC : ZoneId.of(window.timezone());
        var start = Dependency.Time.at(window.start());
        var stop = Dependency.Time.at(window.stop());
        var actual = event.time().atZone(zone).toLocalTime();
        boolean inside =
                start.isBefore(stop)
                        ? !actual.isBefore(start) && actual.isBefore(stop)
                        : !actual.isBefore(start) || actual.isBefore(stop);
        return Clause.leaf(
                "time from " + window.start() + " to before " + window.stop() + " " + zone, actual.toString(), inside);
    }
}
