package tiphys.language.expr;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.gotext.GoText;
import tiphys.language.regex.GoRegex;

/// What an expression's operators do; whole numbers stay whole but for `/` and `**`, as in Go's expr.
final class ExprOperators {
    private static final long MAX_RANGE = 1_000_000;

    private ExprOperators() {}

    static boolean truth(@Nullable Object value) {
        if (value instanceof Boolean truth) {
            return truth;
        }
        throw new EvaluationFailed("expected bool, but got " + ExprValues.type(value));
    }

    static Object unary(String operator, @Nullable Object operand) {
        return switch (operator) {
            case "!", "not" -> !truth(operand);
            case "-" ->
                    switch (operand) {
                        case Long number -> -number;
                        case Double number -> -number;
                        case null, default ->
                                throw new EvaluationFailed("invalid operation: - " + ExprValues.type(operand));
                    };
            default -> {
                if (operand instanceof Number number) {
                    yield number;
                }
                throw new EvaluationFailed("invalid operation: + " + ExprValues.type(operand));
            }
        };
    }

    static Object binary(String operator, @Nullable Object left, @Nullable Object right, Budget budget) {
        return switch (operator) {
            case "==" -> {
                budget.spend(ExprValues.size(left));
                yield ExprValues.same(left, right);
            }
            case "!=" -> {
                budget.spend(ExprValues.size(left));
                yield !ExprValues.same(left, right);
            }
            case "<" -> ExprValues.compare(operator, left, right) < 0;
            case ">" -> ExprValues.compare(operator, left, right) > 0;
            case "<=" -> ExprValues.compare(operator, left, right) <= 0;
            case ">=" -> ExprValues.compare(operator, left, right) >= 0;
            case "in" -> in(left, right, budget);
            case "contains", "startsWith", "endsWith", "matches" -> text(operator, left, right, budget);
            case ".." -> range(left, right, budget);
            default -> arithmetic(operator, left, right, budget);
        };
    }

    private static boolean in(@Nullable Object left, @Nullable Object right, Budget budget) {
        return switch (right) {
            case null -> false;
            case List<?> list -> {
                budget.spend(list.size());
                yield list.stream().anyMatch(item -> ExprValues.same(left, item));
            }
            case Map<?, ?> map -> left != null && map.containsKey(left);
            default -> throw new EvaluationFailed("operator \"in\" not defined on " + ExprValues.type(right));
        };
    }

    private static boolean text(String operator, @Nullable Object left, @Nullable Object right, Budget budget) {
        if (left == null || right == null) {
            return false;
        }
        if (!(left instanceof String text) || !(right instanceof String part)) {
            throw ExprValues.operation(operator, left, right);
        }
        budget.spend(1 + text.length() / 32);
        return switch (operator) {
            case "contains" -> text.contains(part);
            case "startsWith" -> text.startsWith(part);
            case "endsWith" -> text.endsWith(part);
            default -> GoRegex.find(part, text, budget);
        };
    }

    private static List<Object> range(@Nullable Object left, @Nullable Object right, Budget budget) {
        if (!(left instanceof Long from) || !(right instanceof Long to)) {
            throw ExprValues.operation("..", left, right);
        }
        if (to >= from && (to - from < 0 || to - from > MAX_RANGE)) {
            throw new EvaluationFailed("memory budget exceeded");
        }
        var list = new ArrayList<Object>();
        for (long i = from; i <= to; i++) {
            budget.spend(1);
            list.add(i);
        }
        return list;
    }

    private static Object arithmetic(String operator, @Nullable Object left, @Nullable Object right, Budget budget) {
        if (operator.equals("+")) {
            if (left instanceof String a && right instanceof String b) {
                budget.grow(a.length() + b.length());
                return a + b;
            }
            if (left instanceof java.time.Instant a && right instanceof java.time.Duration b) {
                return a.plus(b);
            }
            if (left instanceof java.time.Duration a && right instanceof java.time.Duration b) {
                return a.plus(b);
            }
        }
        if (operator.equals("-") && left instanceof java.time.Instant a) {
            if (right instanceof java.time.Instant b) {
                return java.time.Duration.between(b, a);
            }
            if (right instanceof java.time.Duration b) {
                return a.minus(b);
            }
        }
        if (!(left instanceof Number a) || !(right instanceof Number b)) {
            throw ExprValues.operation(operator, left, right);
        }
        return left instanceof Long x && right instanceof Long y
                ? whole(operator, x, y)
                : broken(operator, a.doubleValue(), b.doubleValue(), left, right);
    }

    private static Object whole(String operator, long a, long b) {
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> (double) a / b;
            case "%" -> {
                if (b == 0) {
                    throw new EvaluationFailed("integer divide by zero");
                }
                yield a % b;
            }
            default -> Math.pow((double) a, (double) b);
        };
    }

    private static Object broken(String operator, double a, double b, Object left, Object right) {
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / b;
            case "%" -> throw ExprValues.operation(operator, left, right);
            default -> Math.pow(a, b);
        };
    }

    static @Nullable Object member(@Nullable Object target, @Nullable Object key) {
        return switch (target) {
            case null -> throw new EvaluationFailed("cannot fetch " + GoText.print(key) + " from <nil>");
            case Map<?, ?> map -> key == null ? null : map.get(key);
            case List<?> list when key instanceof Long index -> list.get(index(index, list.size()));
            case String text when key instanceof Long index -> {
                int at = index(index, text.length());
                yield text.substring(at, at + 1);
            }
            default ->
                    throw new EvaluationFailed(
                            "cannot fetch " + GoText.print(key) + " from " + ExprValues.type(target));
        };
    }

    private static int index(long index, int size) {
        long at = index < 0 ? size + index : index;
        if (at < 0 || at >= size) {
            throw new EvaluationFailed("index out of range: " + index + " (array length is " + size + ")");
        }
        return (int) at;
    }

    static Object slice(@Nullable Object target, @Nullable Object from, @Nullable Object to, Budget budget) {
        return switch (target) {
            case List<?> list -> {
                int end = border(to, list.size(), list.size());
                budget.grow(8L * end);
                yield new ArrayList<@Nullable Object>(list.subList(Math.min(border(from, 0, list.size()), end), end));
            }
            case String text -> {
                int end = border(to, text.length(), text.length());
                budget.grow(end);
                yield text.substring(Math.min(border(from, 0, text.length()), end), end);
            }
            case null, default -> throw new EvaluationFailed("cannot slice " + ExprValues.type(target));
        };
    }

    private static int border(@Nullable Object given, int standard, int size) {
        if (given == null) {
            return standard;
        }
        if (!(given instanceof Long at)) {
            throw new EvaluationFailed("invalid slice index " + GoText.print(given));
        }
        return (int) Math.clamp(at < 0 ? size + at : at, 0L, (long) size);
    }
}
