package tiphys.language.lua;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.gotext.GoText;
import tiphys.manifest.Position;
import tiphys.manifest.Value;

/// A script, parsed once. Immutable.
///
/// What it has: Lua 5.1 with `goto`, and of its libraries the base functions, `string`, `table` and `math`. What it has not: `io`, `os`,
/// `debug`, `coroutine`, `package`, and whatever loads code; `print` says nothing. `math.random` follows from the seed. So a script
/// depends on its event alone.
public final class Lua {
    private static final int MAX_DEPTH = 100;

    private final LuaNode.Proto script;

    private Lua(LuaNode.Proto script) {
        this.script = script;
    }

    /// Reads a script.
    ///
    /// @throws EvaluationFailed if it cannot be read
    public static Lua parse(String text) {
        try {
            return new Lua(new LuaParser(text).whole());
        } catch (StackOverflowError e) {
            throw new EvaluationFailed("the script is nested too deeply");
        }
    }

    /// Runs the script, and gives the last value that it returns; null if it returns none. A truth value is a Value.Bool, nil a Value.Null;
    /// see [#result].
    ///
    /// @param event the global `event`, an object
    /// @param seed of `math.random`
    /// @throws EvaluationFailed if it fails, or its budget is spent
    public Value run(Value.Mapping event, Budget budget, long seed) {
        return result(last(event, budget, seed), 0, budget);
    }

    private @Nullable Object last(Value.Mapping event, Budget budget, long seed) {
        var all = returned(event, budget, seed);
        return all.length == 0 ? null : all[all.length - 1];
    }

    private @Nullable Object[] returned(Value.Mapping event, Budget budget, long seed) {
        var run = new LuaRun(budget);
        new LuaBase(run, seed).addAll(run.globals);
        new LuaStrings(run).addAll(run.globals);
        run.globals.put("event", table(event, run));
        try {
            return run.main(script);
        } catch (LuaError e) {
            throw new EvaluationFailed(message(e.value()));
        } catch (StackOverflowError e) {
            throw new EvaluationFailed("the script calls itself too deep");
        }
    }

    private static String message(@Nullable Object value) {
        return switch (value) {
            case String text -> LuaText.text(text);
            case Double number -> LuaText.of(number);
            case null -> "nil";
            default -> "the script failed with a " + LuaText.type(value);
        };
    }

    /// Everything that it returns, as `type:text`, for tests.
    String shown(Value.Mapping event, Budget budget) {
        var shown = new ArrayList<String>();
        for (var one : returned(event, budget, 1)) {
            shown.add(LuaText.type(one) + ":" + LuaText.text(new LuaBase(new LuaRun(budget), 1).print(one)));
        }
        return String.join(" ", shown);
    }

    private static LuaTable table(Value.Mapping object, LuaRun run) {
        var table = run.table();
        object.fields()
                .forEach((key, value) -> {
                    var made = of(value, run, true);
                    if (made != null) {
                        run.budget.make(48L + key.length());
                        table.put(LuaText.bytes(key), made);
                    }
                });
        return table;
    }

    /// What Argo makes of a value of the event: of a list's items only objects, numbers, texts and truth values stay.
    private static @Nullable Object of(Value value, LuaRun run, boolean listsToo) {
        run.budget.spend(1);
        return switch (value) {
            case Value.Null _ -> null;
            case Value.Bool(var truth, _) -> truth;
            case Value.Number(var literal, _) -> Double.valueOf(literal);
            case Value.Text(var text, _) -> {
                run.budget.make(text.length());
                yield LuaText.bytes(text);
            }
            case Value.Mapping map -> table(map, run);
            case Value.Sequence(var items, _) -> {
                if (!listsToo) {
                    yield null;
                }
                var table = run.table();
                for (var item : items) {
                    var made = of(item, run, false);
                    if (made != null) {
                        run.budget.make(32);
                        table.add(made);
                    }
                }
                yield table;
            }
        };
    }

    /// What Argo makes of a value that a script returns: a table with a whole key from 1 on, or one whose metatable says `__is_array`, is a
    /// list, every other an object with sorted keys.
    ///
    /// @throws EvaluationFailed for what has no JSON
    private static Value result(@Nullable Object value, int depth, Budget budget) {
        if (depth > MAX_DEPTH) {
            throw new EvaluationFailed("the table is nested too deeply");
        }
        budget.spend(1);
        return switch (value) {
            case null -> Value.nothing();
            case Boolean truth -> Value.bool(truth);
            case Double number -> {
                if (!Double.isFinite(number)) {
                    throw new EvaluationFailed("json: unsupported value: " + LuaText.of(number));
                }
                yield new Value.Number(GoText.json(number), Position.NONE);
            }
            case String text -> {
                budget.make(text.length());
                yield Value.text(LuaText.text(text));
            }
            case LuaTable table -> {
                int most = table.greatest();
                boolean array = most > 0 || (table.meta != null && Boolean.TRUE.equals(table.meta.get("__is_array")));
                yield array ? list(table, most, depth, budget) : object(table, depth, budget);
            }
            default -> throw new EvaluationFailed("a function cannot be made JSON");
        };
    }

    private static Value list(LuaTable table, int most, int depth, Budget budget) {
        budget.makeItems(most);
        List<Value> items = new ArrayList<>();
        for (int i = 1; i <= most; i++) {
            items.add(result(table.get((double) i), depth + 1, budget));
        }
        return Value.list(items);
    }

    private static Value object(LuaTable table, int depth, Budget budget) {
        Map<String, Value> fields = new java.util.TreeMap<>(tiphys.language.value.Plain::compare);
        for (var key = table.next(null); key != null; key = table.next(key)) {
            budget.makeItems(1);
            var name =
                    key instanceof String text
                            ? LuaText.text(text)
                            : key instanceof Double number ? GoText.number(number) : String.valueOf(key);
            fields.put(name, result(table.get(key), depth + 1, budget));
        }
        return new Value.Mapping(new LinkedHashMap<>(fields), Map.of(), Position.NONE);
    }
}
