package tiphys.language.expr;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Scope;
import tiphys.language.Trace;
import tiphys.manifest.Value;

/// An expression of the expr language (v1.17 as Argo uses it), parsed once. Immutable.
public final class Expression {
    private final String text;
    private final ExprTree tree;
    private final Set<String> names;

    private Expression(String text, ExprTree tree, Set<String> names) {
        this.text = text;
        this.tree = tree;
        this.names = Set.copyOf(names);
    }

    /// Reads an expression.
    ///
    /// @throws EvaluationFailed with the place in the text and what was expected there
    public static Expression parse(String text) {
        var parser = new ExprParser(text);
        var tree = parser.all();
        return new Expression(text, tree, parser.names());
    }

    /// The expression's value. Variables are seen as nested objects (`inputs.parameters.x`, `inputs.parameters['my-x']`).
    /// It cannot ask for the time.
    ///
    /// @throws EvaluationFailed if it has none
    public Value evaluate(Scope scope, Budget budget) {
        return ExprValues.value(new ExprEvaluation(text, scope, budget, Optional.empty(), false).run(tree));
    }

    /// The expression's value, where `now()` is a given time.
    ///
    /// @throws EvaluationFailed if it has none
    public Value evaluate(Scope scope, Budget budget, Instant now) {
        return ExprValues.value(new ExprEvaluation(text, scope, budget, Optional.of(now), false).run(tree));
    }

    /// How the expression comes to its value; what fails is an error of the trace. Never throws. The parts inside of
    /// predicates are left out.
    public Trace trace(Scope scope, Budget budget) {
        return new ExprEvaluation(text, scope, budget, Optional.empty(), true).trace(tree);
    }

    /// The variables that the expression uses, as far as their names are fixed: `inputs.parameters.x`,
    /// `steps.my-step.outputs.result`.
    public Set<String> names() {
        return names;
    }

    /// Whether the expression uses a variable of this flat name or one below it.
    public boolean uses(String name) {
        return names.stream().anyMatch(used -> used.equals(name) || used.startsWith(name + "."));
    }
}
