package tiphys.language.gjson;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.Set;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.gotext.GoJson;

/// A modifier in a gjson path, `@reverse` or `@flatten:{"deep":true}`. It makes a text of a text.
///
/// @param name after the `@`
/// @param argument after the colon; empty if there is none
/// @param length how much of the path it takes
record GjsonModifier(String name, String argument, int length) {
    private static final Set<String> NAMES =
            Set.of(
                    "this", "pretty", "ugly", "valid", "reverse", "flatten", "join", "keys", "values", "tostr",
                    "fromstr", "group", "dig");
    private static final int DEEPEST = 500;

    static boolean isKnown(String name) {
        return NAMES.contains(name);
    }

    /// The name of the modifier whose `@` stands at a place.
    static String name(String path, int at) {
        int end = at + 1;
        while (end < path.length() && ".|:".indexOf(path.charAt(end)) < 0) {
            end++;
        }
        return path.substring(at + 1, end);
    }

    /// The modifier that a path begins with; empty if there is none of that name (it is a key then).
    static Optional<GjsonModifier> read(String path) {
        var name = name(path, 0);
        if (!isKnown(name)) {
            return Optional.empty();
        }
        int from = name.length() + 1;
        if (from == path.length() || path.charAt(from) != ':' || from + 1 == path.length()) {
            return Optional.of(
                    new GjsonModifier(
                            name,
                            "",
                            Math.min(
                                    path.length(),
                                    from == path.length() || path.charAt(from) != ':' ? from : from + 1)));
        }
        from++;
        int end = from;
        if ("{[\"".indexOf(path.charAt(from)) >= 0) {
            end = GjsonPart.squash(path, from);
        } else {
            while (end < path.length() && path.charAt(end) != '|') {
                end = "{[\"(".indexOf(path.charAt(end)) >= 0 ? GjsonPart.squash(path, end) : end + 1;
            }
        }
        return Optional.of(new GjsonModifier(name, path.substring(from, end), end));
    }

    /// What it makes of a text.
    ///
    /// @throws EvaluationFailed if the budget is spent
    String apply(String json, GjsonPath paths, Budget budget) {
        budget.spend(1 + json.length() / 16);
        budget.make(json.length());
        return switch (name) {
            case "this" -> json;
            case "pretty" -> GjsonLayout.pretty(json, argument, budget);
            case "ugly" -> GjsonLayout.ugly(json);
            case "valid" -> GoJson.isValid(json) ? json : "";
            case "reverse" -> reversed(json);
            case "flatten" -> flat(json, option("deep"), budget, 0);
            case "join" -> joined(json, option("preserve"));
            case "keys" -> keys(json, budget);
            case "values" -> values(json);
            case "tostr" -> {
                budget.make(json.length() * 6L);
                var out = new StringBuilder();
                JsonScan.quote(json, out);
                yield out.toString();
            }
            case "fromstr" -> GoJson.isValid(json) ? Found.first(json).text() : "";
            case "group" -> grouped(json, budget);
            case "dig" -> {
                var out = new StringBuilder("[");
                dig(Found.first(json), paths, out, budget, 0);
                yield out.append(']').toString();
            }
            default -> throw new IllegalStateException("no modifier " + name);
        };
    }

    private boolean option(String option) {
        var last = new boolean[1];
        Found.first(argument)
                .each((key, value) -> {
                    if (!key.isEmpty() && JsonScan.unescaped(key, 1, key.length() - 1).equals(option)) {
                        last[0] = value.truth();
                    }
                });
        return last[0];
    }

    private static String reversed(String json) {
        var all = Found.first(json);
        if (!all.isNested()) {
            return json;
        }
        var parts = new ArrayList<String>();
        all.each((key, value) -> parts.add(all.isList() ? value.raw() : key + ':' + value.raw()));
        return json.charAt(all.from()) + String.join(",", parts.reversed()) + (all.isList() ? ']' : '}');
    }

    private static String flat(String json, boolean deep, Budget budget, int depth) {
        if (depth > DEEPEST) {
            throw new EvaluationFailed("the value is nested too deeply");
        }
        var all = Found.first(json);
        if (!all.isList()) {
            return json;
        }
        budget.make(json.length());
        var out = new StringBuilder("[");
        all.each((_, value) -> {
            var raw = value.raw();
            if (value.isList()) {
                raw = inner(deep ? flat(raw, true, budget, depth + 1) : raw);
            }
            raw = raw.strip();
            if (!raw.isEmpty()) {
                out.append(out.length() > 1 ? "," : "").append(raw);
            }
        });
        return out.append(']').toString();
    }

    /// What stands between the brackets.
    private static String inner(String json) {
        var stripped = json.strip();
        boolean nested = stripped.length() >= 2 && (stripped.charAt(0) == '[' || stripped.charAt(0) == '{');
        return nested ? stripped.substring(1, stripped.length() - 1) : stripped;
    }

    private static String joined(String json, boolean twice) {
        var all = Found.first(json);
        if (!all.isList()) {
            return json;
        }
        var out = new StringBuilder("{");
        var keys = new LinkedHashMap<String, String>();
        var values = new LinkedHashMap<String, String>();
        int[] objects = new int[1];
        all.each((_, object) -> {
            if (object.isObject() && twice) {
                out.append(objects[0]++ > 0 ? "," : "").append(inner(object.raw()));
            } else if (object.isObject()) {
                object.each((key, value) -> {
                    var plain = JsonScan.unescaped(key, 1, key.length() - 1);
                    keys.putIfAbsent(plain, key);
                    values.put(plain, value.raw());
                });
            }
        });
        keys.forEach((plain, key) ->
                out.append(out.length() > 1 ? "," : "").append(key).append(':').append(values.get(plain)));
        return out.append('}').toString();
    }

    private static String keys(String json, Budget budget) {
        var all = Found.first(json);
        var out = new StringBuilder("[");
        all.each((key, _) -> {
            budget.make(5);
            out.append(out.length() > 1 ? "," : "").append(all.isObject() ? key : "null");
        });
        return out.append(']').toString();
    }

    private static String values(String json) {
        var all = Found.first(json);
        if (all.isList()) {
            return json;
        }
        var out = new StringBuilder("[");
        all.each((_, value) -> out.append(out.length() > 1 ? "," : "").append(value.raw()));
        return out.append(']').toString();
    }

    private static String grouped(String json, Budget budget) {
        var all = Found.first(json);
        if (!all.isObject()) {
            return "";
        }
        var rows = new ArrayList<StringBuilder>();
        all.each((key, column) -> {
            if (column.isList()) {
                int[] row = new int[1];
                column.each((_, value) -> {
                    budget.make(2L + key.length() + value.to() - value.from());
                    if (row[0] == rows.size()) {
                        rows.add(new StringBuilder());
                    }
                    var out = rows.get(row[0]++);
                    out.append(out.isEmpty() ? "" : ",").append(key).append(':').append(value.raw());
                });
            }
        });
        var out = new StringBuilder("[");
        rows.forEach(row -> out.append(out.length() > 1 ? "," : "").append('{').append(row).append('}'));
        return out.append(']').toString();
    }

    private void dig(Found value, GjsonPath paths, StringBuilder out, Budget budget, int depth) {
        if (depth > DEEPEST) {
            throw new EvaluationFailed("the value is nested too deeply");
        }
        var found = paths.find(value, argument);
        if (found.exists()) {
            budget.make(1L + found.to() - found.from());
            out.append(out.length() > 1 ? "," : "").append(found.json(), found.from(), found.to());
        }
        if (value.isNested()) {
            value.each((_, inner) -> dig(inner, paths, out, budget, depth + 1));
        }
    }
}
