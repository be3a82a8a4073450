package tiphys.language.expr;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A read expression. Every part knows where it stands in the text.
sealed interface ExprTree {
    /// Where a part begins and ends in the text, in characters.
    record Span(int from, int to) {}

    Span span();

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

    /// A function's call by its name (`sprig.trim` too).
    record Call(String function, List<ExprTree> arguments, Span span) implements ExprTree {}

    record Let(String name, ExprTree value, ExprTree body, Span span) implements ExprTree {}
}
