package tiphys.language.expr.builtin;

/// A function as a value: it can be called, and nothing else.
public record FunctionValue(String name) {}
