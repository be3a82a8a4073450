package tiphys.language.lua;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tiphys.language.value.Plain;

/// What operators and indexing do, metatables among it.
final class LuaOperators {
    private static final int MAX_CHAIN = 100;
    private static final Map<String, String> EVENTS =
            Map.of("+", "add", "-", "sub", "*", "mul", "/", "div", "%", "mod", "^", "pow");

    private final LuaRun run;
    @Nullable LuaTable strings;

    LuaOperators(LuaRun run) {
        this.run = run;
    }

    @Nullable Object meta(@Nullable Object of, String event) {
        var table = metatable(of);
        return table == null ? null : table.get(event);
    }

    @Nullable LuaTable metatable(@Nullable Object of) {
        return of instanceof LuaTable table ? table.meta : of instanceof String ? strings : null;
    }

    private static String shown(@Nullable Object key) {
        return key instanceof String text
                ? LuaText.text(text)
                : key instanceof Double number ? LuaText.of(number) : LuaText.type(key);
    }

    @Nullable Object get(@Nullable Object of, @Nullable Object key, int line) {
        Object now = of;
        for (int i = 0; i < MAX_CHAIN; i++) {
            run.budget.spend(1);
            Object index;
            if (now instanceof LuaTable table) {
                var value = table.get(key);
                if (value != null || table.meta == null) {
                    return value;
                }
                index = table.meta.get("__index");
                if (index == null) {
                    return null;
                }
            } else {
                index = meta(now, "__index");
                if (index == null) {
                    throw run.error(
                            line,
                            "attempt to index a non-table object("
                                    + LuaText.type(now)
                                    + ") with key '"
                                    + shown(key)
                                    + "'");
                }
            }
            if (index instanceof LuaFunction) {
                return first(run.call(index, now, key));
            }
            now = index;
        }
        throw run.error(line, "too many recursions in gettable");
    }

    private static @Nullable Object first(@Nullable Object[] values) {
        return values.length == 0 ? null : values[0];
    }

    void put(@Nullable Object of, @Nullable Object key, @Nullable Object value, int line) {
        Object now = of;
        for (int i = 0; i < MAX_CHAIN; i++) {
            run.budget.spend(1);
            Object index;
            if (now instanceof LuaTable table) {
                index = table.meta == null || table.get(key) != null ? null : table.meta.get("__newindex");
                if (index == null) {
                    if (key == null) {
                        throw run.error(line, "table index is nil");
                    }
                    if (key instanceof Double number && Double.isNaN(number)) {
                        throw run.error(line, "table index is NaN");
                    }
                    if (table.put(key, value)) {
                        run.budget.make(48);
                    }
                    return;
                }
            } else {
                index = meta(now, "__newindex");
                if (index == null) {
                    throw run.error(
                            line,
                            "attempt to index a non-table object("
                                    + LuaText.type(now)
                                    + ") with key '"
                                    + shown(key)
                                    + "'");
                }
            }
            if (index instanceof LuaFunction) {
                run.call(index, now, key, value);
                return;
            }
            now = index;
        }
        throw run.error(line, "too many recursions in settable");
    }

    double counted(@Nullable Object value, String what, int line) {
        if (value instanceof Double number) {
            return number;
        }
        throw run.error(line, "for statement " + what + " must be a number");
    }

    /// A number, or a text that is one; null if it is neither.
    static @Nullable Double number(@Nullable Object value) {
        if (value instanceof Double number) {
            return number;
        }
        if (value instanceof String text) {
            var read = LuaText.number(text);
            return read.isPresent() ? (Double) read.getAsDouble() : null;
        }
        return null;
    }

    @Nullable Object binary(String operator, @Nullable Object left, @Nullable Object right, int line) {
        return switch (operator) {
            case "==" -> equal(left, right);
            case "~=" -> !equal(left, right);
            case "<" -> less(left, right, line);
            case ">" -> less(right, left, line);
            case "<=" -> lessOrEqual(left, right, line);
            case ">=" -> lessOrEqual(right, left, line);
            case ".." -> concat(left, right, line);
            default -> arithmetic(operator, left, right, line);
        };
    }

    private @Nullable Object arithmetic(String operator, @Nullable Object left, @Nullable Object right, int line) {
        var a = number(left);
        var b = number(right);
        if (a != null && b != null) {
            return switch (operator) {
                case "+" -> a + b;
                case "-" -> a - b;
                case "*" -> a * b;
                case "/" -> a / b;
                case "%" -> modulo(a, b);
                default -> Math.pow(a, b);
            };
        }
        var event = String.valueOf(EVENTS.get(operator));
        var function = meta(left, "__" + event);
        function = function == null ? meta(right, "__" + event) : function;
        if (function == null) {
            throw run.error(
                    line,
                    "cannot perform "
                            + event
                            + " operation between "
                            + LuaText.type(left)
                            + " and "
                            + LuaText.type(right));
        }
        return first(run.call(function, left, right));
    }

    static double modulo(double a, double b) {
        double rest = a % b;
        return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
    }

    private @Nullable Object concat(@Nullable Object left, @Nullable Object right, int line) {
        if ((left instanceof String || left instanceof Double)
                && (right instanceof String || right instanceof Double)) {
            var a = plain(left);
            var b = plain(right);
            run.budget.make((long) a.length() + b.length());
            return a + b;
        }
        var function = meta(left, "__concat");
        function = function == null ? meta(right, "__concat") : function;
        if (function == null) {
            throw run.error(
                    line,
                    "cannot perform concat operation between " + LuaText.type(left) + " and " + LuaText.type(right));
        }
        return first(run.call(function, left, right));
    }

    private static String plain(@Nullable Object value) {
        return value instanceof Double number ? LuaText.of(number) : String.valueOf(value);
    }

    /// Tables and functions are equal to themselves alone.
    @SuppressWarnings("ReferenceEquality")
    private static boolean same(@Nullable Object one, @Nullable Object other) {
        return one == other;
    }

    boolean equal(@Nullable Object left, @Nullable Object right) {
        if (left instanceof Double a && right instanceof Double b) {
            return a.doubleValue() == b.doubleValue();
        }
        if (left instanceof String a) {
            run.budget.spend(Plain.size(a));
            return a.equals(right);
        }
        if (left instanceof LuaTable a && right instanceof LuaTable b && !same(a, b)) {
            var function = meta(a, "__eq");
            return function != null
                    && same(function, meta(b, "__eq"))
                    && LuaRun.isTrue(first(run.call(function, a, b)));
        }
        return left == null ? right == null : left instanceof Boolean ? left.equals(right) : same(left, right);
    }

    boolean less(@Nullable Object left, @Nullable Object right, int line) {
        if (left instanceof Double a && right instanceof Double b) {
            return a < b;
        }
        if (left instanceof String a && right instanceof String b) {
            run.budget.spend(Plain.size(a));
            return a.compareTo(b) < 0;
        }
        return LuaRun.isTrue(compared("__lt", left, right, line));
    }

    private boolean lessOrEqual(@Nullable Object left, @Nullable Object right, int line) {
        if (left instanceof Double a && right instanceof Double b) {
            return a <= b;
        }
        if (left instanceof String a && right instanceof String b) {
            run.budget.spend(Plain.size(a));
            return a.compareTo(b) <= 0;
        }
        if (meta(left, "__le") == null && meta(left, "__lt") != null) {
            return !LuaRun.isTrue(compared("__lt", right, left, line));
        }
        return LuaRun.isTrue(compared("__le", left, right, line));
    }

    private @Nullable Object compared(String event, @Nullable Object left, @Nullable Object right, int line) {
        var function = meta(left, event);
        if (function == null || !same(function, meta(right, event))) {
            throw run.error(line, "attempt to compare " + LuaText.type(left) + " with " + LuaText.type(right));
        }
        return first(run.call(function, left, right));
    }

    @Nullable Object unary(String operator, @Nullable Object of, int line) {
        return switch (operator) {
            case "not" -> !LuaRun.isTrue(of);
            case "-" -> negative(of, line);
            default -> length(of, line);
        };
    }

    private @Nullable Object negative(@Nullable Object of, int line) {
        var number = number(of);
        if (number != null) {
            return -number;
        }
        var function = meta(of, "__unm");
        if (function != null) {
            return first(run.call(function, of));
        }
        throw run.error(line, "__unm undefined");
    }

    private @Nullable Object length(@Nullable Object of, int line) {
        if (of instanceof String text) {
            return (double) text.length();
        }
        var function = meta(of, "__len");
        if (function != null) {
            return first(run.call(function, of));
        }
        if (of instanceof LuaTable table) {
            run.budget.spend(table.lengthCost());
            return (double) table.length();
        }
        throw run.error(line, "__len undefined");
    }
}
