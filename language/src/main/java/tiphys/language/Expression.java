package tiphys.language;

import tiphys.manifest.Value;

/// An expression of the expr language (v1.17 as Argo uses it), parsed once. Immutable.
public final class Expression {
    private Expression() {}

    /// Reads an expression.
    ///
    /// @throws EvaluationFailed with the place in the text and what was expected there
    public static Expression parse(String text) {
        throw new IllegalStateException("not here yet");
    }

    /// The expression's value. Variables are seen as nested objects (`inputs.parameters.x`, `inputs.parameters['my-x']`).
    ///
    /// @throws EvaluationFailed if it has none
    public Value evaluate(Scope scope, Budget budget) {
        throw new IllegalStateException("not here yet");
    }

    /// Whether the expression uses a variable of this flat name or one below it.
    boolean uses(String name) {
        throw new IllegalStateException("not here yet");
    }
}
