package tiphys.objects;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// One clause of a label selector. It asks for labels, or for whatever else gives a text for a key.
///
/// @param key the label
/// @param values sorted; empty where the operator takes none
public record LabelRequirement(String key, Operator operator, List<String> values) {
    public LabelRequirement {
        values = List.copyOf(values);
    }

    /// How the value is compared.
    public enum Operator {
        EQUALS("="),
        DOUBLE_EQUALS("=="),
        NOT_EQUALS("!="),
        IN("in"),
        NOT_IN("notin"),
        EXISTS("exists"),
        ABSENT("!"),
        GREATER("gt"),
        LESS("lt");

        private final String word;

        Operator(String word) {
            this.word = word;
        }
    }

    /// The clauses of a selector in Kubernetes' grammar, which may be empty.
    ///
    /// @throws Refusal if it does not follow it
    public static List<LabelRequirement> parse(String selector) {
        return LabelSelectors.parse(selector);
    }

    /// Whether what the lookup gives for the key satisfies the clause.
    ///
    /// @param lookup gives nothing for a key that is not there
    public boolean matches(Function<String, Optional<String>> lookup) {
        var value = lookup.apply(key);
        return switch (operator) {
            case EQUALS, DOUBLE_EQUALS, IN -> value.filter(values::contains).isPresent();
            case NOT_EQUALS, NOT_IN -> value.filter(values::contains).isEmpty();
            case EXISTS -> value.isPresent();
            case ABSENT -> value.isEmpty();
            case GREATER -> value.filter(LabelRequirement::number).filter(text -> beyond(text) > 0).isPresent();
            case LESS -> value.filter(LabelRequirement::number).filter(text -> beyond(text) < 0).isPresent();
        };
    }

    private int beyond(String text) {
        return Long.compare(Long.parseLong(text), Long.parseLong(values.getFirst()));
    }

    static boolean number(String text) {
        return text.matches("[-+]?[0-9]{1,18}");
    }

    /// As Go prints it: `{status.phase in [Error Failed]}`.
    @Override
    public String toString() {
        return "{" + key + " " + operator.word + " [" + String.join(" ", values) + "]}";
    }
}
