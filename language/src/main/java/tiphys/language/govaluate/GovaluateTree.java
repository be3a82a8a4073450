package tiphys.language.govaluate;

import org.jspecify.annotations.Nullable;

/// A read govaluate expression. Every part knows where it stands in the text.
sealed interface GovaluateTree {
    int from();

    int to();

    /// A number, a truth value, a string or a time (in Unix seconds).
    record Literal(@Nullable Object value, int from, int to) implements GovaluateTree {}

    /// A variable; with an accessor its name leads into a Go structure, which no value here is.
    record Variable(String name, boolean accessor, int from, int to) implements GovaluateTree {}

    record Prefix(String symbol, GovaluateTree operand, int from, int to) implements GovaluateTree {}

    record Binary(String symbol, GovaluateTree left, GovaluateTree right, int from, int to) implements GovaluateTree {}
}
