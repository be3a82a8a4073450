package tiphys.language.expr;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Moment;
import tiphys.language.Scope;
import tiphys.language.Trace;
import tiphys.language.value.Plain;
import tiphys.language.value.PlainText;
import tiphys.manifest.Value;

/// An expression of the expr language (v1.17 as Argo uses it), parsed once. Immutable.
///
/// It is checked against the types of its variables before it is evaluated, as Argo does it: what Go's compiler would
/// refuse fails, even in a branch that would not be taken.
public final class Expression {
    private final String text;
    private final ExprTree tree;
    private final Set<String> names;
    private final List<String> required;

    private Expression(String text, ExprTree tree) {
        this.text = text;
        this.tree = tree;
        var found = new LinkedHashSet<String>();
        Names.add(tree, found);
        this.names = Set.copyOf(found);
        var needed = new LinkedHashSet<String>();
        Names.require(tree, false, needed);
        this.required = List.copyOf(needed);
    }

    /// Reads an expression.
    ///
    /// @throws EvaluationFailed with the place in the text and what was expected there
    public static Expression parse(String text) {
        return new Expression(text, new ExprParser(text).all());
    }

    /// The expression's value. Variables are seen as nested objects (`inputs.parameters.x`, `inputs.parameters['my-x']`).
    /// It can ask for the time and for chance if the scope knows them. Its texts count as made each time that they appear
    /// in the value, so that it can be written out.
    ///
    /// @throws EvaluationFailed if it has none
    public Value evaluate(Scope scope, Budget budget) {
        return evaluate(scope, budget, scope.moment().orElse(null));
    }

    /// The expression's value, where `now()` is a given time.
    ///
    /// @throws EvaluationFailed if it has none
    public Value evaluate(Scope scope, Budget budget, Instant now) {
        return evaluate(scope, budget, new Moment(now, now.hashCode()));
    }

    private Value evaluate(Scope scope, Budget budget, @Nullable Moment moment) {
        var roots = new Roots(scope, budget);
        new ExprChecker(text, roots, budget).check(tree);
        return Plain.value(new ExprEvaluation(text, roots, budget, own(moment), false).run(tree), budget);
    }

    /// Chance differs from one expression to the next.
    private @Nullable Moment own(@Nullable Moment moment) {
        return moment == null ? null : new Moment(moment.now(), moment.seed() ^ text.hashCode());
    }

    /// Whether the expression is true, as Argo asks where a condition must be a truth value: what cannot be compiled fails as it
    /// is, what fails while it is evaluated names the expression, and so does what is no truth value.
    ///
    /// @throws EvaluationFailed if it is neither true nor false
    public boolean holds(Scope scope, Budget budget) {
        var roots = new Roots(scope, budget);
        new ExprChecker(text, roots, budget).check(tree);
        Object value;
        try {
            value = new ExprEvaluation(text, roots, budget, own(scope.moment().orElse(null)), false).run(tree);
        } catch (EvaluationFailed e) {
            throw new EvaluationFailed("unable to evaluate expression '" + text + "': " + e.getMessage());
        }
        if (value instanceof Boolean truth) {
            return truth;
        }
        throw new EvaluationFailed("unable to cast expression result '" + verb(value, budget) + "' to bool");
    }

    /// A value as Go's `%s` prints it, which is meant for texts.
    private static String verb(@Nullable Object value, Budget budget) {
        var printed = PlainText.print(value, budget);
        if (value instanceof String) {
            return printed;
        }
        return value instanceof List || value instanceof java.util.Map
                ? printed
                : "%!s(" + (value == null ? "" : Plain.type(value) + "=") + printed + ")";
    }

    /// How the expression comes to its value; what fails is an error of the trace. Never throws. The parts inside of
    /// predicates are left out.
    public Trace trace(Scope scope, Budget budget) {
        var roots = new Roots(scope, budget);
        try {
            new ExprChecker(text, roots, budget).check(tree);
        } catch (EvaluationFailed e) {
            return new Trace(text, java.util.Optional.empty(), e.getMessage(), List.of());
        }
        return new ExprEvaluation(text, roots, budget, own(scope.moment().orElse(null)), true).trace(tree);
    }

    /// The variables that the expression uses, as far as their names are fixed: `inputs.parameters.x`,
    /// `steps.my-step.outputs.result`.
    public Set<String> names() {
        return names;
    }

    /// What the expression needs and the scope has not, from the inside out: of `tasks.a.status` first `tasks`, if there is
    /// none. What `??` or `?.` guards is not needed.
    public List<String> missing(Scope scope) {
        return required.stream().filter(name -> !Roots.has(scope, name)).toList();
    }

    /// Whether the expression uses a variable of this flat name or one below it.
    public boolean uses(String name) {
        return names.stream().anyMatch(used -> used.equals(name) || used.startsWith(name + "."));
    }
}
