package tiphys.language.govaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.gotext.GoText;
import tiphys.language.regex.GoRegex;

/// What govaluate's operators do to numbers (always doubles), truth values, strings and lists.
final class GovaluateOperators {
    private static final Set<String> COMPARATORS = Set.of("<", ">", "<=", ">=", "=~", "!~", "in");

    private GovaluateOperators() {}

    /// A regular expression that was written out.
    record Pattern(String text) {
        @Override
        public String toString() {
            return text;
        }
    }

    /// A result that may be null.
    record Result(@Nullable Object value) {}

    /// The result, if the left side decides it alone.
    static Optional<Result> shortcut(String symbol, @Nullable Object left) {
        boolean decided =
                switch (symbol) {
                    case "&&" -> Boolean.FALSE.equals(left);
                    case "||" -> Boolean.TRUE.equals(left);
                    case "??", ":" -> left != null;
                    case "?" -> Boolean.FALSE.equals(left);
                    default -> false;
                };
        return decided ? Optional.of(new Result(symbol.equals("?") ? null : left)) : Optional.empty();
    }

    static Object prefix(String symbol, @Nullable Object right) {
        if (symbol.equals("!") && right instanceof Boolean truth) {
            return !truth;
        }
        if (!symbol.equals("!") && right instanceof Double number) {
            return symbol.equals("-") ? -number : (double) ~whole(number);
        }
        throw new EvaluationFailed(
                "Value '" + GoText.print(right) + "' cannot be used with the prefix '" + symbol + "'");
    }

    static @Nullable Object apply(String symbol, @Nullable Object left, @Nullable Object right, Budget budget) {
        return switch (symbol) {
            case "==" -> same(left, right);
            case "!=" -> !same(left, right);
            case "&&", "||" -> {
                truth(symbol, left, "logical operator");
                yield truth(symbol, right, "logical operator");
            }
            case "?" -> {
                truth(symbol, left, "ternary operator");
                yield right;
            }
            case ":", "??" -> right;
            case "," -> joined(left, right);
            case "in" -> {
                if (!(right instanceof List<?> list)) {
                    throw notFor(symbol, right);
                }
                budget.spend(list.size());
                yield list.stream().anyMatch(item -> same(left, item));
            }
            case "=~", "!~" -> {
                if (!(left instanceof String text)) {
                    throw notFor(symbol, left);
                }
                if (right instanceof Pattern(var pattern)) {
                    yield GoRegex.find(pattern, text, budget) == symbol.equals("=~");
                }
                if (!(right instanceof String pattern)) {
                    throw notFor(symbol, right);
                }
                yield matches(pattern, text, budget) == symbol.equals("=~");
            }
            case "<", ">", "<=", ">=" -> compare(symbol, left, right);
            case "+" ->
                    left instanceof String || right instanceof String
                            ? text(left, right, budget)
                            : number(symbol, left, right);
            default -> number(symbol, left, right);
        };
    }

    private static Object text(@Nullable Object left, @Nullable Object right, Budget budget) {
        var before = GoText.print(left);
        var after = GoText.print(right);
        budget.make((long) before.length() + after.length());
        return before + after;
    }

    private static boolean matches(String pattern, String text, Budget budget) {
        try {
            return GoRegex.find(pattern, text, budget);
        } catch (EvaluationFailed e) {
            if (e.getMessage().startsWith("error parsing regexp")) {
                throw new EvaluationFailed("Unable to compile regexp pattern '" + pattern + "': " + e.getMessage());
            }
            throw e;
        }
    }

    private static boolean same(@Nullable Object left, @Nullable Object right) {
        return switch (left) {
            case Double a when right instanceof Double b -> a.doubleValue() == b;
            case List<?> a when right instanceof List<?> b && a.size() == b.size() -> {
                for (int i = 0; i < a.size(); i++) {
                    if (!same(a.get(i), b.get(i))) {
                        yield false;
                    }
                }
                yield true;
            }
            case null, default -> Objects.equals(left, right);
        };
    }

    private static List<@Nullable Object> joined(@Nullable Object left, @Nullable Object right) {
        var list = new ArrayList<@Nullable Object>();
        if (left instanceof List<?> items) {
            list.addAll(items);
        } else {
            list.add(left);
        }
        list.add(right);
        return list;
    }

    private static boolean truth(String symbol, @Nullable Object value, String what) {
        if (value instanceof Boolean truth) {
            return truth;
        }
        throw new EvaluationFailed(
                "Value '"
                        + GoText.print(value)
                        + "' cannot be used with the "
                        + what
                        + " '"
                        + symbol
                        + "', it is not a bool");
    }

    private static boolean compare(String symbol, @Nullable Object left, @Nullable Object right) {
        int order;
        if (left instanceof Double a && right instanceof Double b) {
            if (a.isNaN() || b.isNaN()) {
                return false;
            }
            order = a.doubleValue() == b ? 0 : a < b ? -1 : 1;
        } else if (left instanceof String a && right instanceof String b) {
            order = GoText.compare(a, b);
        } else {
            throw notFor(symbol, left);
        }
        return switch (symbol) {
            case "<" -> order < 0;
            case ">" -> order > 0;
            case "<=" -> order <= 0;
            default -> order >= 0;
        };
    }

    private static double number(String symbol, @Nullable Object left, @Nullable Object right) {
        if (!(left instanceof Double a)) {
            throw notFor(symbol, left);
        }
        if (!(right instanceof Double b)) {
            throw notFor(symbol, symbol.equals("+") ? left : right);
        }
        return switch (symbol) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / b;
            case "%" -> a % b;
            case "**" -> a == 1 || (a == -1 && Double.isInfinite(b)) ? 1 : Math.pow(a, b);
            case "&" -> whole(a) & whole(b);
            case "|" -> whole(a) | whole(b);
            case "^" -> whole(a) ^ whole(b);
            case "<<" -> unsigned(shift(b) > 63 ? 0 : wholeUnsigned(a) << shift(b));
            case ">>" -> unsigned(shift(b) > 63 ? 0 : wholeUnsigned(a) >>> shift(b));
            default -> throw new IllegalStateException("no operator " + symbol);
        };
    }

    private static EvaluationFailed notFor(String symbol, @Nullable Object value) {
        var what = COMPARATORS.contains(symbol) ? "comparator" : "modifier";
        return new EvaluationFailed(
                "Value '"
                        + GoText.print(value)
                        + "' cannot be used with the "
                        + what
                        + " '"
                        + symbol
                        + "', it is not a number");
    }

    /// A number as Go's int64, as the processors do it that Argo runs on: what does not fit is the smallest.
    private static long whole(double number) {
        return Double.isNaN(number) || number >= 0x1p63 || number < -0x1p63 ? Long.MIN_VALUE : (long) number;
    }

    private static long wholeUnsigned(double number) {
        return number < 0x1p63 ? whole(number) : whole(number - 0x1p63) ^ Long.MIN_VALUE;
    }

    private static long shift(double count) {
        long bits = wholeUnsigned(count);
        return bits < 0 ? 64 : bits;
    }

    /// A number of 64 bits without sign.
    static double unsigned(long bits) {
        return bits >= 0 ? bits : ((bits >>> 1) | (bits & 1)) * 2.0;
    }
}
