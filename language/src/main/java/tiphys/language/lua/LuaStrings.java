package tiphys.language.lua;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tiphys.language.lua.LuaRun.LuaFailure;
import tiphys.language.value.GoPrintf;

/// The library `string`.
final class LuaStrings {
    private final LuaRun run;

    LuaStrings(LuaRun run) {
        this.run = run;
    }

    void addAll(LuaTable globals) {
        var to = new LuaTable();
        globals.put("string", to);
        var meta = new LuaTable();
        meta.put("__index", to);
        run.operators.strings = meta;
        LuaBase.add(to, "len", a -> LuaBase.one((double) a.text(0).length()));
        LuaBase.add(to, "lower", a -> LuaBase.one(made(lower(a.text(0)))));
        LuaBase.add(to, "upper", a -> LuaBase.one(made(upper(a.text(0)))));
        LuaBase.add(to, "reverse", a -> LuaBase.one(made(new StringBuilder(a.text(0)).reverse().toString())));
        LuaBase.add(
                to,
                "rep",
                a -> {
                    long count = Math.max(0, a.whole(1));
                    run.budget.make(count * a.text(0).length());
                    return LuaBase.one(a.text(0).isEmpty() ? "" : a.text(0).repeat((int) count));
                });
        LuaBase.add(
                to,
                "sub",
                a -> {
                    int size = a.text(0).length();
                    int from = Math.max(1, place(a.whole(1), size));
                    int until = Math.min(size, place(a.whole(2, -1), size));
                    return LuaBase.one(from > until ? "" : made(a.text(0).substring(from - 1, until)));
                });
        LuaBase.add(
                to,
                "byte",
                a -> {
                    int size = a.text(0).length();
                    int from = Math.max(1, place(a.whole(1, 1), size));
                    int until = Math.min(size, place(a.whole(2, a.whole(1, 1)), size));
                    run.budget.makeItems(Math.max(0, until - from + 1));
                    var all = new @Nullable Object[Math.max(0, until - from + 1)];
                    for (int i = 0; i < all.length; i++) {
                        all[i] = (double) a.text(0).charAt(from - 1 + i);
                    }
                    return all;
                });
        LuaBase.add(
                to,
                "char",
                a -> {
                    var out = new StringBuilder();
                    for (int i = 0; i < a.size(); i++) {
                        out.append((char) (a.whole(i) & 0xff));
                    }
                    return LuaBase.one(made(out.toString()));
                });
        LuaBase.add(to, "format", a -> LuaBase.one(format(a)));
        LuaBase.add(to, "find", a -> find(a, true));
        LuaBase.add(to, "match", a -> find(a, false));
        LuaBase.add(to, "gmatch", this::gmatch);
        LuaBase.add(to, "gsub", this::gsub);
    }

    private String made(String text) {
        run.budget.spend(1 + text.length() / 16);
        run.budget.make(text.length());
        return text;
    }

    private static int place(int at, int size) {
        return at < 0 ? Math.max(0, size + at + 1) : at;
    }

    private static String lower(String bytes) {
        return LuaText.bytes(LuaText.text(bytes).toLowerCase(Locale.ROOT));
    }

    private static String upper(String bytes) {
        return LuaText.bytes(LuaText.text(bytes).toUpperCase(Locale.ROOT));
    }

    /// As Argo's Lua formats: by Go's own `Sprintf`, with `%i` for `%d`; what is left over is no error.
    private String format(LuaArguments a) {
        var format = LuaText.text(a.text(0));
        var verbs = verbs(format);
        var values = new ArrayList<@Nullable Object>();
        for (int i = 1; i < a.size() && values.size() < verbs.length(); i++) {
            values.add(plain(verbs.charAt(values.size()), a.any(i)));
        }
        return LuaText.bytes(GoPrintf.sprintf(format.replace("%i", "%d"), values, run.budget));
    }

    /// The letters of the verbs, one each.
    private static String verbs(String format) {
        var verbs = new StringBuilder();
        int i = 0;
        while (i < format.length()) {
            if (format.charAt(i++) != '%') {
                continue;
            }
            while (i < format.length() && "+-# 0123456789.".indexOf(format.charAt(i)) >= 0) {
                i++;
            }
            if (i < format.length() && format.charAt(i) != '%') {
                verbs.append(format.charAt(i));
            }
            i++;
        }
        return verbs.toString();
    }

    private static @Nullable Object plain(char verb, @Nullable Object value) {
        return switch (value) {
            case null -> "nil";
            case Boolean truth -> verb == 't' ? truth : truth.toString();
            case Double number when "eEfFgG".indexOf(verb) >= 0 -> number;
            case Double number when verb == 's' || verb == 'q' -> LuaText.of(number);
            case Double number when "bcdoxXUi".indexOf(verb) >= 0 || number == (long) number.doubleValue() ->
                    (long) number.doubleValue();
            case Double number -> number;
            case String text when verb == 'd' || verb == 'i' -> {
                var number = LuaText.number(text);
                yield number.isPresent() ? (Object) (long) number.getAsDouble() : LuaText.text(text);
            }
            case String text -> LuaText.text(text);
            default -> LuaText.type(value);
        };
    }

    private @Nullable Object[] find(LuaArguments a, boolean places) {
        var source = a.text(0);
        var pattern = a.text(1);
        int from = Math.max(1, place(a.whole(2, 1), source.length())) - 1;
        if (from > source.length()) {
            return LuaBase.one(null);
        }
        if (places && (LuaRun.isTrue(a.any(3)) || isPlain(pattern))) {
            run.budget.spend(1 + (source.length() - from) / 8);
            int at = source.indexOf(pattern, from);
            return at < 0
                    ? LuaBase.one(null)
                    : new @Nullable Object[] {(double) (at + 1), (double) (at + pattern.length())};
        }
        var matcher = new LuaPattern(source, pattern, run.budget);
        for (int at = from; at <= source.length(); at++) {
            int end = matcher.match(at);
            if (end >= 0) {
                var all = new ArrayList<@Nullable Object>();
                if (places) {
                    all.add((double) (at + 1));
                    all.add((double) end);
                    all.addAll(matcher.captures() == 0 ? List.of() : captures(matcher, at, end));
                } else {
                    all.addAll(captures(matcher, at, end));
                }
                return all.toArray();
            }
            if (matcher.anchored()) {
                break;
            }
        }
        return LuaBase.one(null);
    }

    private static boolean isPlain(String pattern) {
        return pattern.chars().noneMatch(c -> "^$*+?.([%-".indexOf(c) >= 0);
    }

    private static List<@Nullable Object> captures(LuaPattern matcher, int start, int end) {
        var all = new ArrayList<@Nullable Object>();
        for (int i = 0; i < Math.max(1, matcher.captures()); i++) {
            all.add(matcher.capture(i, start, end));
        }
        return all;
    }

    private @Nullable Object[] gmatch(LuaArguments a) {
        var source = a.text(0);
        var matcher = new LuaPattern(source, a.text(1), run.budget);
        var at = new int[] {0};
        LuaFunction next =
                (_, _) -> {
                    while (at[0] <= source.length()) {
                        int start = at[0];
                        int end = matcher.match(start);
                        if (end >= 0) {
                            at[0] = end == start ? end + 1 : end;
                            return captures(matcher, start, end).toArray();
                        }
                        at[0]++;
                    }
                    return LuaBase.one(null);
                };
        return LuaBase.one(next);
    }

    private @Nullable Object[] gsub(LuaArguments a) {
        var source = a.text(0);
        var replacement = a.any(2);
        if (!(replacement instanceof String
                || replacement instanceof Double
                || replacement instanceof LuaTable
                || replacement instanceof LuaFunction)) {
            throw new LuaFailure(
                    "bad argument #3 to gsub (string/function/table expected, got " + LuaText.type(replacement) + ")");
        }
        int most = a.whole(3, Integer.MAX_VALUE);
        var matcher = new LuaPattern(source, a.text(1), run.budget);
        var out = new StringBuilder();
        int at = 0;
        int count = 0;
        while (count < most) {
            int end = matcher.match(at);
            if (end >= 0) {
                count++;
                var put = replaced(matcher, replacement, at, end);
                run.budget.make(put.length());
                out.append(put);
            }
            if (end > at) {
                at = end;
            } else if (at < source.length()) {
                run.budget.make(1);
                out.append(source.charAt(at++));
            } else {
                break;
            }
            if (matcher.anchored()) {
                break;
            }
        }
        run.budget.make(source.length() - at);
        return new @Nullable Object[] {out.append(source, at, source.length()).toString(), (double) count};
    }

    private String replaced(LuaPattern matcher, @Nullable Object replacement, int start, int end) {
        Object value;
        switch (replacement) {
            case LuaTable table -> value = run.operators.get(table, matcher.capture(0, start, end), 0);
            case LuaFunction function -> {
                var told = run.call(function, captures(matcher, start, end).toArray());
                value = told.length == 0 ? null : told[0];
            }
            case null, default -> {
                return expanded(
                        matcher,
                        replacement instanceof Double number ? LuaText.of(number) : String.valueOf(replacement),
                        start,
                        end);
            }
        }
        return switch (value) {
            case String text -> text;
            case Double number -> LuaText.of(number);
            case null -> matcher.whole(start, end);
            default -> {
                if (Boolean.FALSE.equals(value)) {
                    yield matcher.whole(start, end);
                }
                throw new LuaFailure("invalid replacement value (a " + LuaText.type(value) + ")");
            }
        };
    }

    private static String expanded(LuaPattern matcher, String replacement, int start, int end) {
        var out = new StringBuilder();
        int i = 0;
        while (i < replacement.length()) {
            char c = replacement.charAt(i++);
            if (c != '%' || i >= replacement.length()) {
                out.append(c);
                continue;
            }
            char next = replacement.charAt(i++);
            if (next == '0') {
                out.append(matcher.whole(start, end));
            } else if (Character.isDigit(next)) {
                var capture = matcher.capture(next - '1', start, end);
                out.append(capture instanceof Double number ? LuaText.of(number) : String.valueOf(capture));
            } else {
                out.append(next);
            }
        }
        return out.toString();
    }
}
