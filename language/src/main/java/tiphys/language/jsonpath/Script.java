package tiphys.language.jsonpath;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.regex.GoRegex;
import tiphys.language.value.Plain;
import tiphys.language.value.PlainText;

/// What stands in `(…)` and `?(…)`: paths, numbers, texts in quotes, and operators. The library that Argo uses looks for the
/// operators one after the other, the first of them anywhere in the text; a text keeps its single quotes until it is
/// compared, so that `'1'` is not `1`.
final class Script {
    private static final List<String> OPERATORS =
            List.of(
                    "||", "&&", "==", "!=", "<=", ">=", "<", ">", "=~", "!", "+", "-", "**", "*", "/", "%", "not in",
                    "in", "@", "$");
    private static final int MAX_DEPTH = 50;
    private static final String NUMBER = "[+-]?([0-9]{1,300}\\.?[0-9]{0,300}|\\.[0-9]{1,300})([eE][+-]?[0-9]{1,6})?";

    private sealed interface Part {
        record Plainly(String text) implements Part {}

        record Path(JsonPath path) implements Part {}

        record Operation(String operator, Optional<Part> left, Optional<Part> right) implements Part {}

        record Values(Object value) implements Part {}
    }

    private final String text;
    private final Optional<Part> part;

    private Script(String text, Optional<Part> part) {
        this.text = text;
        this.part = part;
    }

    static Script parse(String text, int depth) {
        return new Script(text, operation(text, 0, depth));
    }

    /// Finds the operator that binds least.
    ///
    /// @param from the first operator that is still looked for
    private static Optional<Part> operation(String given, int from, int depth) {
        if (depth > MAX_DEPTH) {
            throw new EvaluationFailed("invalid expression. it is nested too deeply");
        }
        var text = given.strip();
        int first = from;
        while (text.length() > 1 && text.startsWith("(") && text.endsWith(")")) {
            text = text.substring(1, text.length() - 1).strip();
            first = 0;
        }
        for (int i = first; i < OPERATORS.size() && !text.isEmpty(); i++) {
            var operator = OPERATORS.get(i);
            int at = find(text, operator);
            if (at < 0) {
                continue;
            }
            boolean path = operator.equals("@") || operator.equals("$");
            var right = text.substring(at + operator.length()).strip();
            var left = text.substring(0, at).strip();
            if (path && left.isEmpty()) {
                return Optional.of(new Part.Path(JsonPath.parse(text, depth + 1)));
            }
            boolean alone = operator.equals("!");
            if (path || right.isEmpty() || (alone ? !left.isEmpty() : left.isEmpty())) {
                continue;
            }
            return Optional.of(
                    new Part.Operation(operator, argument(left, i, depth + 1), argument(right, i, depth + 1)));
        }
        return Optional.empty();
    }

    private static Optional<Part> argument(String text, int from, int depth) {
        var operation = operation(text, from, depth);
        if (operation.isPresent() || text.isBlank()) {
            return operation;
        }
        var plain = text.strip();
        if ((plain.startsWith("[") && plain.endsWith("]")) || (plain.startsWith("{") && plain.endsWith("}"))) {
            try {
                var value = Plain.parse(plain, Budget.standard());
                if (value != null) {
                    return Optional.of(new Part.Values(value));
                }
            } catch (EvaluationFailed _) {
                // Then it is a text.
            }
        }
        return Optional.of(new Part.Plainly(plain));
    }

    /// Where an operator stands outside of quotes and brackets; negative if nowhere.
    private static int find(String text, String operator) {
        int round = 0;
        int square = 0;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                quote = c == quote && round == 0 && square == 0 ? 0 : quote;
            } else {
                switch (c) {
                    case '(' -> round += square == 0 ? 1 : 0;
                    case ')' -> round -= square == 0 ? 1 : 0;
                    case '[' -> square += round == 0 ? 1 : 0;
                    case ']' -> square -= round == 0 ? 1 : 0;
                    case '\'', '"' -> quote = round == 0 && square == 0 ? c : 0;
                    default -> {}
                }
            }
            int start = i + 1 - operator.length();
            if (quote == 0 && round <= 0 && square <= 0 && start >= 0 && text.startsWith(operator, start)) {
                return start;
            }
        }
        return -1;
    }

    /// Whether a filter keeps an item: what fails keeps nothing.
    boolean holds(@Nullable Object root, @Nullable Object current, Budget budget) {
        if (text.isEmpty()) {
            throw new EvaluationFailed("invalid expression. is empty");
        }
        Object value;
        try {
            value = evaluate(root, current, budget);
        } catch (EvaluationFailed e) {
            if (budget.isExceeded()) {
                throw e;
            }
            return false;
        }
        return switch (value) {
            case null -> false;
            case Boolean truth -> truth;
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            case String text -> !unquoted(text).isEmpty();
            case Number number -> number.doubleValue() != 0;
            default -> true;
        };
    }

    private static String unquoted(String text) {
        boolean quoted =
                text.length() > 1
                        && ((text.startsWith("'") && text.endsWith("'"))
                                || (text.startsWith("\"") && text.endsWith("\"")));
        return quoted ? text.substring(1, text.length() - 1) : text;
    }

    /// The script's value.
    ///
    /// @throws EvaluationFailed if it has none
    @Nullable Object evaluate(@Nullable Object root, @Nullable Object current, Budget budget) {
        if (text.isEmpty()) {
            throw new EvaluationFailed("invalid expression. is empty");
        }
        var run = new Run(root, current, budget);
        if (part.isPresent()) {
            return run.value(part.get());
        }
        if (text.equals("nil") || text.equals("null")) {
            return null;
        }
        if (text.matches(NUMBER)) {
            return Double.valueOf(text);
        }
        return text.equals("true") || text.equals("false") ? (Object) Boolean.valueOf(text) : text;
    }

    /// One evaluation.
    private record Run(@Nullable Object root, @Nullable Object current, Budget budget) {
        @Nullable Object value(Part part) {
            budget.spend(1);
            return switch (part) {
                case Part.Plainly(var text) -> text.equals("nil") || text.equals("null") ? null : text;
                case Part.Values(var value) -> value;
                case Part.Path(var path) -> {
                    var found = path.find(root, current, budget);
                    if (found instanceof String text
                            && !(text.length() > 1
                                    && unquoted(text).length() < text.length()
                                    && text.startsWith("'"))) {
                        budget.make(text.length() + 2L);
                        yield "'" + text + "'";
                    }
                    yield found;
                }
                case Part.Operation operation -> operation(operation);
            };
        }

        private @Nullable Object operand(Optional<Part> part) {
            return part.isPresent() ? value(part.get()) : null;
        }

        private @Nullable Object operation(Part.Operation operation) {
            var left = operand(operation.left());
            var right = operand(operation.right());
            return switch (operation.operator()) {
                case "||" -> {
                    boolean first = truth(left);
                    yield truth(right) || first; // both are read: what is no truth value fails
                }
                case "&&" -> {
                    boolean first = truth(left);
                    yield truth(right) && first;
                }
                case "!" -> !truth(right);
                case "==" -> same(left, right);
                case "!=" -> !same(left, right);
                case "<" -> number(left) < number(right);
                case "<=" -> number(left) <= number(right);
                case ">" -> number(left) > number(right);
                case ">=" -> number(left) >= number(right);
                case "+" -> number(left) + number(right);
                case "-" -> number(left) - number(right);
                case "*" -> number(left) * number(right);
                case "/" -> number(left) / number(right);
                case "**" -> Math.pow(number(left), number(right));
                case "%" -> {
                    double by = number(right);
                    if (by == 0) {
                        throw new EvaluationFailed("runtime error: integer divide by zero");
                    }
                    yield (double) ((long) number(left) % (long) by);
                }
                case "=~" -> GoRegex.find(unquoted(text(right)), unquoted(text(left)), budget);
                case "in" -> in(left, right);
                default -> !in(left, right);
            };
        }

        private boolean truth(@Nullable Object value) {
            if (value == null) {
                return false;
            }
            return switch (PlainText.print(value, budget)) {
                case "1", "t", "T", "true", "TRUE", "True" -> true;
                case "0", "f", "F", "false", "FALSE", "False" -> false;
                default -> throw new EvaluationFailed("invalid argument. expected boolean");
            };
        }

        private Optional<Double> maybeNumber(@Nullable Object value) {
            return switch (value) {
                case Number number -> Optional.of(number.doubleValue());
                case String text when text.matches(NUMBER) -> Optional.of(Double.valueOf(text));
                case null, default -> Optional.empty();
            };
        }

        private double number(@Nullable Object value) {
            return maybeNumber(value).orElseThrow(() -> new EvaluationFailed("invalid argument. expected number"));
        }

        private String text(@Nullable Object value) {
            if (value == null) {
                throw new EvaluationFailed("invalid argument. is nil");
            }
            var text = PlainText.print(value, budget);
            return value instanceof String && text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")
                    ? "'" + text.substring(1, text.length() - 1) + "'"
                    : text;
        }

        private boolean same(@Nullable Object left, @Nullable Object right) {
            var a = maybeNumber(left);
            var b = maybeNumber(right);
            if (a.isPresent() && b.isPresent()) {
                return a.get().doubleValue() == b.get().doubleValue();
            }
            return (left == null ? "<nil>" : text(left)).equals(right == null ? "<nil>" : text(right));
        }

        private boolean in(@Nullable Object left, @Nullable Object right) {
            var wanted = maybeNumber(left);
            for (var item :
                    switch (right) {
                        case List<?> list -> list;
                        case Map<?, ?> map -> List.copyOf(map.values());
                        case null, default ->
                                throw new EvaluationFailed("invalid argument. expected array, map, or slice");
                    }) {
                budget.spend(1);
                boolean same =
                        wanted.isPresent()
                                ? item instanceof Number number && number.doubleValue() == wanted.get()
                                : item instanceof String text && left != null && text.equals(text(left));
                if (same) {
                    return true;
                }
            }
            return false;
        }
    }
}
