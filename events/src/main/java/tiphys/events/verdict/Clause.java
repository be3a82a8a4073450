package tiphys.events.verdict;

import java.util.List;
import java.util.Optional;
import tiphys.manifest.Value;

/// One line of a verdict: what was asked, what the event had, and whether that is enough.
///
/// @param actual what the event had; empty if it had nothing, or if the clause only sums up its children
/// @param error why it could not be decided; empty if it could
public record Clause(String what, String actual, boolean result, String error, List<Clause> children) {
    public Clause {
        children = List.copyOf(children);
    }

    static Clause leaf(String what, String actual, boolean result) {
        return new Clause(what, actual, result, "", List.of());
    }

    static Clause failed(String what, String error) {
        return new Clause(what, "", false, error, List.of());
    }

    /// Whether something in it could not be decided.
    public boolean hasError() {
        return !error.isEmpty() || children.stream().anyMatch(Clause::hasError);
    }

    /// The first clause without children that stands against the event; this one if there is none.
    public Clause culprit() {
        if (result) {
            return this;
        }
        return children.stream().filter(child -> !child.result()).findFirst().map(Clause::culprit).orElse(this);
    }

    /// As docs/api.md has it.
    public Value.Mapping json() {
        return Value.object(
                "what",
                what,
                "actual",
                actual,
                "result",
                result,
                "error",
                error,
                "children",
                children.stream().map(Clause::json).toList());
    }

    /// What [#json] wrote.
    public static Clause of(Value json) {
        return new Clause(
                json.textAt("what").orElse(""),
                json.textAt("actual").orElse(""),
                json.find("result").equals(Optional.of(Value.bool(true))),
                json.textAt("error").orElse(""),
                json.listAt("children").stream().map(Clause::of).toList());
    }
}
