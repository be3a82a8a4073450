package tiphys.language.expr;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A read expression. Every part knows where it stands in the text.
sealed interface ExprTree {
    /// Where a part stands in the text, in characters.
    ///
    /// @param at what a message points at: the operator, the name of the member
    record Span(int from, int to, int at) {}

    Span span();

    /// @param value null, Boolean, Long, Double, String or bytes
    record Literal(@Nullable Object value, Span span) implements ExprTree {}

    record Name(String name, Span span) implements ExprTree {}

    /// `#`, `#acc`, `#index` inside a predicate; the name is empty for `#`.
    record Pointer(String name, Span span) implements ExprTree {}

    /// `target.key` or `target[key]`; an optional one (`?.`) ends its chain with null if the target is null.
    record Member(ExprTree target, ExprTree key, boolean optional, Span span) implements ExprTree {}

    /// The border up to which a `?.` ends early.
    record Chain(ExprTree inner, Span span) implements ExprTree {}

    record Slice(ExprTree target, Optional<ExprTree> from, Optional<ExprTree> to, Span span) implements ExprTree {}

    record Unary(String operator, ExprTree operand, Span span) implements ExprTree {}

    record Binary(String operator, ExprTree left, ExprTree right, Span span) implements ExprTree {}

    record Choice(ExprTree condition, ExprTree then, ExprTree otherwise, Span span) implements ExprTree {}

    record Items(List<ExprTree> items, Span span) implements ExprTree {}

    record Field(ExprTree key, ExprTree value) {}

    record Fields(List<Field> fields, Span span) implements ExprTree {}

    /// A function's call by its name.
    record Call(String function, List<ExprTree> arguments, Span span) implements ExprTree {}

    /// A method's call: `date(…).Year()`, `sprig.trim(…)`.
    record Method(ExprTree target, String method, boolean optional, List<ExprTree> arguments, Span span)
            implements ExprTree {}

    /// What a function such as `map` does with each item.
    record Predicate(ExprTree body, Span span) implements ExprTree {}

    record Let(String name, ExprTree value, ExprTree body, Span span) implements ExprTree {}

    /// `a; b`: the value of the last.
    record Sequence(List<ExprTree> parts, Span span) implements ExprTree {}
}
