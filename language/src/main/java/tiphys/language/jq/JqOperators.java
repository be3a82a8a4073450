package tiphys.language.jq;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import tiphys.language.Budget;
import tiphys.manifest.Value;

/// Operators on two values.
final class JqOperators {
    private JqOperators() {}

    static Value of(String operator, Value a, Value b, Budget budget) {
        return switch (operator) {
            case "+" -> sum(a, b, budget);
            case "-" -> difference(a, b);
            case "*" -> product(a, b, budget);
            case "/" -> quotient(a, b, budget);
            case "%" -> remainder(a, b);
            case "==" -> Value.bool(JqValues.compare(a, b) == 0);
            case "!=" -> Value.bool(JqValues.compare(a, b) != 0);
            case "<" -> Value.bool(JqValues.compare(a, b) < 0);
            case "<=" -> Value.bool(JqValues.compare(a, b) <= 0);
            case ">" -> Value.bool(JqValues.compare(a, b) > 0);
            case ">=" -> Value.bool(JqValues.compare(a, b) >= 0);
            default -> throw new IllegalStateException("no operator " + operator);
        };
    }

    private static JqError cannot(String what, Value a, Value b) {
        return new JqError("cannot " + what + ": " + JqValues.named(a) + " and " + JqValues.named(b));
    }

    static double real(Value value) {
        if (value instanceof Value.Number) {
            return JqValues.number(value);
        }
        throw new JqError("expected a number but got: " + JqValues.named(value));
    }

    static long whole(Value value) {
        return (long) real(value);
    }

    static Value negative(Value value) {
        if (value instanceof Value.Number) {
            return JqValues.number(-JqValues.number(value));
        }
        throw new JqError("cannot negate: " + JqValues.named(value));
    }

    static Value sum(Value a, Value b, Budget budget) {
        if (a instanceof Value.Null) {
            return b;
        }
        if (b instanceof Value.Null) {
            return a;
        }
        if (a instanceof Value.Number && b instanceof Value.Number) {
            return JqValues.number(JqValues.number(a) + JqValues.number(b));
        }
        if (a instanceof Value.Text(var one, _) && b instanceof Value.Text(var other, _)) {
            budget.make((long) one.length() + other.length());
            return Value.text(one + other);
        }
        if (a instanceof Value.Sequence(var one, _) && b instanceof Value.Sequence(var other, _)) {
            budget.makeItems((long) one.size() + other.size());
            var all = new ArrayList<>(one);
            all.addAll(other);
            return Value.list(all);
        }
        if (a instanceof Value.Mapping one && b instanceof Value.Mapping other) {
            budget.makeItems((long) one.fields().size() + other.fields().size());
            var all = new LinkedHashMap<>(one.fields());
            all.putAll(other.fields());
            return JqValues.map(all);
        }
        throw cannot("add", a, b);
    }

    private static Value difference(Value a, Value b) {
        if (a instanceof Value.Number && b instanceof Value.Number) {
            return JqValues.number(JqValues.number(a) - JqValues.number(b));
        }
        if (a instanceof Value.Sequence(var one, _) && b instanceof Value.Sequence(var other, _)) {
            return Value.list(one.stream().filter(item -> !other.contains(item)).toList());
        }
        throw cannot("subtract", a, b);
    }

    private static Value product(Value a, Value b, Budget budget) {
        if (a instanceof Value.Number && b instanceof Value.Number) {
            return JqValues.number(JqValues.number(a) * JqValues.number(b));
        }
        if (a instanceof Value.Text(var text, _) && b instanceof Value.Number) {
            return repeated(text, JqValues.number(b), budget);
        }
        if (a instanceof Value.Number && b instanceof Value.Text(var text, _)) {
            return repeated(text, JqValues.number(a), budget);
        }
        if (a instanceof Value.Mapping one && b instanceof Value.Mapping other) {
            return merged(one, other, budget);
        }
        throw cannot("multiply", a, b);
    }

    private static Value repeated(String text, double times, Budget budget) {
        if (times <= 0) {
            return JqValues.NULL;
        }
        long count = Math.max(1, (long) times);
        budget.make(count * Math.max(1, text.length()));
        return Value.text(text.repeat((int) count));
    }

    private static Value.Mapping merged(Value.Mapping one, Value.Mapping other, Budget budget) {
        budget.makeItems((long) one.fields().size() + other.fields().size());
        var all = new LinkedHashMap<>(one.fields());
        other.fields()
                .forEach((key, value) ->
                        all.merge(
                                key,
                                value,
                                (before, now) ->
                                        before instanceof Value.Mapping a && now instanceof Value.Mapping b
                                                ? merged(a, b, budget)
                                                : now));
        return JqValues.map(all);
    }

    private static Value quotient(Value a, Value b, Budget budget) {
        if (a instanceof Value.Number && b instanceof Value.Number) {
            double by = JqValues.number(b);
            if (by == 0) {
                throw new JqError("cannot divide " + JqValues.named(a) + " by: " + JqValues.named(b));
            }
            return JqValues.number(JqValues.number(a) / by);
        }
        if (a instanceof Value.Text(var text, _) && b instanceof Value.Text(var separator, _)) {
            return split(text, separator, budget);
        }
        throw cannot("divide", a, b);
    }

    static Value split(String text, String separator, Budget budget) {
        var parts = new ArrayList<Value>();
        if (text.isEmpty()) {
            return Value.list(parts);
        }
        if (separator.isEmpty()) {
            text.codePoints().forEach(point -> parts.add(Value.text(Character.toString(point))));
        } else {
            int from = 0;
            for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
                parts.add(Value.text(text.substring(from, at)));
                from = at + separator.length();
            }
            parts.add(Value.text(text.substring(from)));
        }
        budget.makeItems(parts.size());
        return Value.list(parts);
    }

    private static Value remainder(Value a, Value b) {
        if (a instanceof Value.Number && b instanceof Value.Number) {
            long by = Math.abs((long) JqValues.number(b));
            if (by == 0) {
                throw new JqError("cannot modulo " + JqValues.named(a) + " by: " + JqValues.named(b));
            }
            return Value.number((long) JqValues.number(a) % by);
        }
        throw cannot("modulo", a, b);
    }

    static List<Value> items(Value value, String function) {
        if (value instanceof Value.Sequence(var items, _)) {
            return items;
        }
        throw inapplicable(function, value);
    }

    static String text(Value value, String function) {
        if (value instanceof Value.Text(var text, _)) {
            return text;
        }
        throw inapplicable(function, value);
    }

    static JqError inapplicable(String function, Value value) {
        return new JqError(function + " cannot be applied to: " + JqValues.named(value));
    }
}
