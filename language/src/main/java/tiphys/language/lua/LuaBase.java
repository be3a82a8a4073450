package tiphys.language.lua;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tiphys.language.lua.LuaRun.LuaFailure;

/// The functions without a table, `math` and `table`. What reads files, loads code, looks into the interpreter or at the clock is not among
/// them; `print` says nothing.
final class LuaBase {
    private static final @Nullable Object[] NONE = {};

    private final LuaRun run;
    private final RandomGenerator random;

    LuaBase(LuaRun run, long seed) {
        this.run = run;
        this.random = new java.util.SplittableRandom(seed);
    }

    /// What a function does.
    interface Body {
        @Nullable Object[] call(LuaArguments arguments);
    }

    static void add(LuaTable to, String name, Body body) {
        to.put(name, (LuaFunction) (_, arguments) -> body.call(new LuaArguments(name, arguments)));
    }

    static @Nullable Object[] one(@Nullable Object value) {
        return new @Nullable Object[] {value};
    }

    void addAll(LuaTable globals) {
        globals.put("_G", globals);
        globals.put("_VERSION", "Lua 5.1");
        base(globals);
        walking(globals);
        var math = new LuaTable();
        globals.put("math", math);
        math(math);
        var table = new LuaTable();
        globals.put("table", table);
        table(table);
    }

    private void base(LuaTable to) {
        add(to, "print", _ -> NONE);
        add(to, "type", a -> one(LuaText.type(a.value(0))));
        add(to, "tostring", a -> one(print(a.value(0))));
        add(to, "tonumber", a -> one(tonumber(a)));
        add(
                to,
                "assert",
                a -> {
                    if (!LuaRun.isTrue(a.value(0))) {
                        throw a.size() > 1 && a.any(1) instanceof String text
                                ? new LuaFailure(text)
                                : new LuaFailure("assertion failed!");
                    }
                    return a.all();
                });
        add(
                to,
                "error",
                a -> {
                    var value = a.any(0);
                    throw value instanceof String text && a.whole(1, 1) > 0
                            ? new LuaFailure(text)
                            : new LuaError(value);
                });
        add(to, "pcall", a -> run.guarded((_, told) -> told, a.value(0), Arrays.copyOfRange(a.all(), 1, a.size())));
        add(to, "xpcall", a -> run.guarded(a.function(1), a.any(0), NONE));
        add(to, "rawequal", a -> one(a.any(0) == null ? a.any(1) == null : a.any(0).equals(a.any(1))));
        add(to, "rawget", a -> one(a.table(0).get(a.any(1))));
        add(
                to,
                "rawset",
                a -> {
                    var table = a.table(0);
                    var key = a.any(1);
                    if (key == null) {
                        throw new LuaFailure("table index is nil");
                    }
                    run.budget.make(48);
                    table.put(key, a.any(2));
                    return one(table);
                });
        add(
                to,
                "getmetatable",
                a -> {
                    var meta = run.operators.metatable(a.any(0));
                    var guarded = meta == null ? null : meta.get("__metatable");
                    return one(guarded == null ? meta : guarded);
                });
        add(
                to,
                "setmetatable",
                a -> {
                    var table = a.table(0);
                    if (table.meta != null && table.meta.get("__metatable") != null) {
                        throw new LuaFailure("cannot change a protected metatable");
                    }
                    table.meta = a.any(1) == null ? null : a.table(1);
                    return one(table);
                });
        add(
                to,
                "select",
                a -> {
                    if ("#".equals(a.any(0))) {
                        return one((double) (a.size() - 1));
                    }
                    int from = a.whole(0);
                    if (from == 0 || from < 1 - a.size()) {
                        throw new LuaFailure("bad argument #1 to select (index out of range)");
                    }
                    int at = from < 0 ? a.size() + from : from;
                    return at >= a.size() ? NONE : Arrays.copyOfRange(a.all(), at, a.size());
                });
        add(to, "unpack", this::unpack);
    }

    private @Nullable Object[] unpack(LuaArguments a) {
        var table = a.table(0);
        int from = a.whole(1, 1);
        int to = a.whole(2, (int) length(a));
        if (to < from) {
            return NONE;
        }
        run.budget.makeItems((long) to - from + 1);
        var all = new @Nullable Object[to - from + 1];
        for (int i = 0; i < all.length; i++) {
            all[i] = table.get((double) (from + i));
        }
        return all;
    }

    private void walking(LuaTable to) {
        LuaFunction next =
                (_, arguments) -> {
                    var a = new LuaArguments("next", arguments);
                    var table = a.table(0);
                    var key = table.next(a.any(1));
                    return key == null ? one(null) : new @Nullable Object[] {key, table.get(key)};
                };
        LuaFunction step =
                (_, arguments) -> {
                    var a = new LuaArguments("ipairs", arguments);
                    double at = a.number(1) + 1;
                    var value = a.table(0).get(at);
                    return value == null ? one(null) : new @Nullable Object[] {at, value};
                };
        to.put("next", next);
        add(to, "pairs", a -> new @Nullable Object[] {next, a.table(0), null});
        add(to, "ipairs", a -> new @Nullable Object[] {step, a.table(0), 0.0});
    }

    String print(@Nullable Object value) {
        return switch (value) {
            case null -> "nil";
            case Boolean truth -> truth.toString();
            case Double number -> LuaText.of(number);
            case String text -> text;
            default -> {
                var function = run.operators.meta(value, "__tostring");
                if (function == null) {
                    yield run.address(value);
                }
                var told = run.call(function, value);
                yield told.length > 0 && told[0] instanceof String text
                        ? text
                        : print(told.length > 0 ? told[0] : null);
            }
        };
    }

    private static @Nullable Object tonumber(LuaArguments a) {
        int base = a.whole(1, 10);
        var value = a.value(0);
        if (!(value instanceof String text)) {
            return LuaOperators.number(value);
        }
        if (base == 10) {
            // an exponent counts only behind a point
            return text.indexOf('.') < 0 && text.indexOf('x') < 0 && text.matches(".*[eE].*")
                    ? null
                    : LuaOperators.number(text);
        }
        if (base < 2 || base > 36) {
            throw new LuaFailure("bad argument #2 to tonumber (base out of range)");
        }
        try {
            var digits = text.strip().toLowerCase(java.util.Locale.ROOT);
            return (double) Long.parseLong(base == 16 && digits.startsWith("0x") ? digits.substring(2) : digits, base);
        } catch (NumberFormatException _) {
            return null;
        }
    }

    private interface Real {
        double of(double number);
    }

    private void math(LuaTable to) {
        to.put("pi", Math.PI);
        to.put("huge", Double.MAX_VALUE); // as in Argo's Lua
        real(to, "abs", Math::abs);
        real(to, "ceil", Math::ceil);
        real(to, "floor", Math::floor);
        real(to, "sqrt", Math::sqrt);
        real(to, "sin", Math::sin);
        real(to, "cos", Math::cos);
        real(to, "tan", Math::tan);
        real(to, "asin", Math::asin);
        real(to, "acos", Math::acos);
        real(to, "atan", Math::atan);
        real(to, "sinh", Math::sinh);
        real(to, "cosh", Math::cosh);
        real(to, "tanh", Math::tanh);
        real(to, "exp", Math::exp);
        real(to, "log", Math::log);
        real(to, "log10", Math::log10);
        real(to, "deg", Math::toDegrees);
        real(to, "rad", Math::toRadians);
        add(to, "atan2", a -> one(Math.atan2(a.number(0), a.number(1))));
        add(to, "pow", a -> one(Math.pow(a.number(0), a.number(1))));
        add(to, "fmod", a -> one(a.number(0) % a.number(1)));
        add(to, "mod", a -> one(LuaOperators.modulo(a.number(0), a.number(1))));
        add(to, "ldexp", a -> one(a.number(0) * Math.pow(2, a.whole(1))));
        add(
                to,
                "frexp",
                a -> {
                    double number = a.number(0);
                    int exponent = number == 0 ? 0 : Math.getExponent(number) + 1;
                    return new @Nullable Object[] {number / Math.pow(2, exponent), (double) exponent};
                });
        add(
                to,
                "modf",
                a -> {
                    double whole = a.number(0) < 0 ? Math.ceil(a.number(0)) : Math.floor(a.number(0));
                    return new @Nullable Object[] {whole, a.number(0) - whole};
                });
        add(
                to,
                "max",
                a -> {
                    double most = a.number(0);
                    for (int i = 1; i < a.size(); i++) {
                        most = Math.max(most, a.number(i));
                    }
                    return one(most);
                });
        add(
                to,
                "min",
                a -> {
                    double least = a.number(0);
                    for (int i = 1; i < a.size(); i++) {
                        least = Math.min(least, a.number(i));
                    }
                    return one(least);
                });
        add(to, "randomseed", _ -> NONE); // the event's own chance stays
        add(
                to,
                "random",
                a -> {
                    if (a.size() == 0) {
                        return one(random.nextDouble());
                    }
                    double from = a.size() > 1 ? Math.floor(a.number(0)) : 1;
                    double until = Math.floor(a.number(a.size() > 1 ? 1 : 0));
                    if (until < from || until - from > 9e15) {
                        throw new LuaFailure("bad argument to random (interval is empty)");
                    }
                    return one(from + Math.floor(random.nextDouble() * (until - from + 1)));
                });
    }

    private static void real(LuaTable to, String name, Real what) {
        add(to, name, a -> one(what.of(a.number(0))));
    }

    private void table(LuaTable to) {
        add(to, "getn", a -> one(length(a)));
        add(
                to,
                "maxn",
                a -> {
                    run.budget.spend(1 + a.table(0).length());
                    return one((double) a.table(0).greatest());
                });
        add(
                to,
                "insert",
                a -> {
                    var table = a.table(0);
                    run.budget.make(48);
                    if (a.size() == 2) {
                        if (a.any(1) == null) {
                            return NONE;
                        }
                        table.add(a.any(1));
                    } else {
                        run.budget.spend(1 + Math.max(0, table.length() - a.whole(1)));
                        table.insert(a.whole(1), a.value(2));
                    }
                    return NONE;
                });
        add(
                to,
                "remove",
                a -> {
                    var table = a.table(0);
                    int length = (int) length(a);
                    int at = a.whole(1, length);
                    run.budget.spend(1 + Math.max(0, length - at));
                    return one(table.remove(at));
                });
        add(to, "concat", this::concat);
        add(
                to,
                "sort",
                a -> {
                    new LuaSort(run, a.table(0).list(), a.has(1) ? a.function(1) : null).sort();
                    return NONE;
                });
    }

    private double length(LuaArguments a) {
        run.budget.spend(a.table(0).lengthCost());
        return a.table(0).length();
    }

    private @Nullable Object[] concat(LuaArguments a) {
        var table = a.table(0);
        var between = a.text(1, "");
        int from = a.whole(2, 1);
        int to = a.whole(3, (int) length(a));
        var out = new StringBuilder();
        for (int i = from; i <= to; i++) {
            run.budget.spend(1);
            var item = table.get((double) i);
            if (!(item instanceof String) && !(item instanceof Double)) {
                throw new LuaFailure(
                        "invalid value (" + LuaText.type(item) + ") at index " + i + " in table for concat");
            }
            var text = print(item);
            run.budget.make((long) text.length() + between.length());
            out.append(text).append(i < to ? between : "");
        }
        return one(out.toString());
    }
}
