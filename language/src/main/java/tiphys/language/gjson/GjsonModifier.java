package tiphys.language.gjson;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tiphys.language.Budget;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Position;
import tiphys.manifest.Value;

/// A modifier in a gjson path, `@reverse` or `@flatten:{"deep":true}`.
///
/// @param name after the `@`
/// @param argument after the colon; empty if there is none
/// @param length how much of the path it takes
record GjsonModifier(String name, String argument, int length) {
    private static final Set<String> NAMES =
            Set.of(
                    "this", "pretty", "ugly", "valid", "reverse", "flatten", "join", "keys", "values", "tostr",
                    "fromstr", "group", "dig");
    private static final int MAX_DEPTH = 256;

    /// The modifier that a path begins with; empty if there is none of that name (it is a key then).
    static Optional<GjsonModifier> read(String path) {
        int end = 1;
        while (end < path.length() && ".|:".indexOf(path.charAt(end)) < 0) {
            end++;
        }
        var name = path.substring(1, end);
        if (!NAMES.contains(name)) {
            return Optional.empty();
        }
        if (end == path.length() || path.charAt(end) != ':') {
            return Optional.of(new GjsonModifier(name, "", end));
        }
        int from = end + 1;
        int stop = from;
        if (from < path.length()) {
            stop =
                    switch (path.charAt(from)) {
                        case '{', '[', '(' -> GjsonText.close(path, from);
                        case '"' -> GjsonText.quoteEnd(path, from);
                        default -> {
                            int to = from;
                            while (to < path.length() && path.charAt(to) != '|') {
                                to++;
                            }
                            yield to;
                        }
                    };
        }
        if (stop < 0 || (stop < path.length() && path.charAt(stop) != '.' && path.charAt(stop) != '|')) {
            stop = path.length();
        }
        return Optional.of(new GjsonModifier(name, path.substring(from, stop), stop));
    }

    Optional<Value> apply(Value value, GjsonPath paths, int depth, Budget budget) {
        budget.spend(size(value));
        return switch (name) {
            case "this", "pretty", "ugly", "valid" -> Optional.of(value);
            case "reverse" -> Optional.of(reversed(value));
            case "flatten" -> Optional.of(flat(value));
            case "join" -> Optional.of(joined(value));
            case "keys" -> Optional.of(keys(value));
            case "values" -> Optional.of(values(value));
            case "tostr" -> {
                var text = Json.write(value);
                budget.grow(text.length());
                yield Optional.of(Value.text(text));
            }
            case "fromstr" -> fromText(value);
            case "group" -> Optional.of(grouped(value));
            case "dig" -> {
                var found = new ArrayList<Value>();
                dig(value, paths, depth, found, budget, 0);
                yield Optional.of(Value.list(found));
            }
            default -> throw new IllegalStateException("no modifier " + name);
        };
    }

    private boolean option(String option, boolean standard) {
        try {
            return argument.isEmpty()
                    ? standard
                    : Json.parse(argument).find(option).map(Value.bool(true)::equals).orElse(standard);
        } catch (InvalidInput _) {
            return standard;
        }
    }

    private static Value reversed(Value value) {
        return switch (value) {
            case Value.Sequence(var items, var at) -> new Value.Sequence(items.reversed(), at);
            case Value.Mapping(var fields, var keys, var at) -> {
                var turned = new LinkedHashMap<String, Value>();
                for (var key : List.copyOf(fields.keySet()).reversed()) {
                    turned.put(key, find(fields, key));
                }
                yield new Value.Mapping(turned, keys, at);
            }
            case Value.Null _, Value.Bool _, Value.Number _, Value.Text _ -> value;
        };
    }

    private static Value find(Map<String, Value> fields, String key) {
        return java.util.Objects.requireNonNull(fields.get(key));
    }

    private Value flat(Value value) {
        if (!(value instanceof Value.Sequence(var items, _))) {
            return value;
        }
        var flat = new ArrayList<Value>();
        flatten(items, option("deep", false), flat, 0);
        return Value.list(flat);
    }

    private static void flatten(List<Value> items, boolean deep, List<Value> into, int depth) {
        for (var item : items) {
            if (item instanceof Value.Sequence(var inner, _) && depth < MAX_DEPTH) {
                if (deep) {
                    flatten(inner, true, into, depth + 1);
                } else {
                    into.addAll(inner);
                }
            } else {
                into.add(item);
            }
        }
    }

    private static Value joined(Value value) {
        if (!(value instanceof Value.Sequence(var items, _))) {
            return value;
        }
        var fields = new LinkedHashMap<String, Value>();
        for (var item : items) {
            if (item instanceof Value.Mapping map) {
                fields.putAll(map.fields());
            }
        }
        return new Value.Mapping(fields, Map.of(), Position.NONE);
    }

    private static Value keys(Value value) {
        return switch (value) {
            case Value.Mapping map -> Value.list(map.fields().keySet().stream().map(Value::text).toList());
            case Value.Sequence(var items, _) -> Value.list(items.stream().map(_ -> Value.nothing()).toList());
            case Value.Null _, Value.Bool _, Value.Number _, Value.Text _ -> Value.list(List.of());
        };
    }

    private static Value values(Value value) {
        return switch (value) {
            case Value.Mapping map -> Value.list(List.copyOf(map.fields().values()));
            case Value.Sequence list -> list;
            case Value.Null _, Value.Bool _, Value.Number _, Value.Text _ -> Value.list(List.of(value));
        };
    }

    private static Optional<Value> fromText(Value value) {
        try {
            return Optional.of(Json.parse(GjsonPath.text(value)));
        } catch (InvalidInput _) {
            return Optional.empty();
        }
    }

    private static Value grouped(Value value) {
        if (!(value instanceof Value.Mapping map)) {
            return Value.text("");
        }
        var rows = new ArrayList<LinkedHashMap<String, Value>>();
        map.fields()
                .forEach((key, column) -> {
                    if (column instanceof Value.Sequence(var items, _)) {
                        for (int i = 0; i < items.size(); i++) {
                            if (i == rows.size()) {
                                rows.add(new LinkedHashMap<>());
                            }
                            rows.get(i).put(key, items.get(i));
                        }
                    }
                });
        return Value.list(rows.stream().map(row -> new Value.Mapping(row, Map.of(), Position.NONE)).toList());
    }

    private void dig(Value value, GjsonPath paths, int depth, List<Value> found, Budget budget, int down) {
        budget.spend(1);
        if (down > MAX_DEPTH) {
            return;
        }
        paths.find(value, argument, depth + 1).ifPresent(found::add);
        switch (value) {
            case Value.Mapping map -> map.fields().values().forEach(v -> dig(v, paths, depth, found, budget, down + 1));
            case Value.Sequence(var items, _) -> items.forEach(v -> dig(v, paths, depth, found, budget, down + 1));
            case Value.Null _, Value.Bool _, Value.Number _, Value.Text _ -> {}
        }
    }

    private static int size(Value value) {
        return switch (value) {
            case Value.Mapping map -> 1 + map.fields().size();
            case Value.Sequence(var items, _) -> 1 + items.size();
            case Value.Null _, Value.Bool _, Value.Number _, Value.Text _ -> 1;
        };
    }
}
