package tiphys.language.gjson;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Position;
import tiphys.manifest.Value;

/// Reads from JSON by a gjson path, as `dataKey`, `contextKey` and the filters' `path` do: children and indexes, `#` (length
/// and projection), queries, wildcards, multipaths, pipes and modifiers.
public final class GjsonPath {
    private static final int MAX_DEPTH = 64;
    private static final int MAX_LENGTH = 16_384;

    private final Budget budget;

    GjsonPath(Budget budget) {
        this.budget = budget;
    }

    /// What the path finds; a null counts as found.
    ///
    /// @throws EvaluationFailed if the path cannot be read or the budget is spent
    public static Optional<Value> get(Value root, String path, Budget budget) {
        if (path.length() > MAX_LENGTH) {
            throw new EvaluationFailed("the path is longer than " + MAX_LENGTH + " characters");
        }
        return new GjsonPath(budget).find(root, path, 0);
    }

    /// A found value as text, as gjson's `String()` gives it: strings as they are, whole numbers by their literal, other
    /// numbers shortest without exponent, null as `""`, objects and lists as compact JSON.
    public static String text(Value found) {
        return switch (found) {
            case Value.Null _ -> "";
            case Value.Bool(var truth, _) -> Boolean.toString(truth);
            case Value.Number(var literal, _) -> whole(literal) ? literal : decimal(Double.parseDouble(literal));
            case Value.Text(var text, _) -> text;
            case Value.Sequence list -> Json.write(list);
            case Value.Mapping map -> Json.write(map);
        };
    }

    private static boolean whole(String literal) {
        int from = literal.startsWith("-") ? 1 : 0;
        return literal.chars().skip(from).allMatch(c -> c >= '0' && c <= '9');
    }

    private static String decimal(double number) {
        if (Double.isInfinite(number)) {
            return number > 0 ? "+Inf" : "-Inf";
        }
        var exact = new BigDecimal(Double.toString(number));
        return exact.signum() == 0 ? "0" : exact.stripTrailingZeros().toPlainString();
    }

    Optional<Value> find(Value root, String path, int depth) {
        if (depth > MAX_DEPTH) {
            throw new EvaluationFailed("the path is nested too deeply");
        }
        Value here = root;
        var rest = path;
        while (true) {
            budget.spend(1 + rest.length() / 64);
            if (rest.isEmpty()) {
                return Optional.empty();
            }
            char first = rest.charAt(0);
            if (first == '@') {
                var modifier = GjsonModifier.read(rest);
                if (modifier.isPresent()) {
                    var changed = modifier.get().apply(here, this, depth, budget);
                    rest = rest.substring(modifier.get().length());
                    if (changed.isEmpty() || rest.isEmpty()) {
                        return changed;
                    }
                    here = changed.get();
                    rest = rest.substring(1);
                    continue;
                }
            }
            if (first == '[' || first == '{' || first == '!') {
                int end = first == '!' ? literalEnd(rest) : GjsonText.close(rest, 0);
                if (end > 0 && (end == rest.length() || rest.charAt(end) == '.' || rest.charAt(end) == '|')) {
                    var made =
                            first == '!' ? literal(rest.substring(1, end)) : many(here, rest.substring(0, end), depth);
                    if (end == rest.length() || made.isEmpty()) {
                        return made;
                    }
                    here = made.get();
                    rest = rest.substring(end + 1);
                    continue;
                }
            }
            if (here instanceof Value.Sequence(var items, _) && first == '#') {
                if (rest.startsWith("#(")) {
                    var query = GjsonQuery.read(rest);
                    if (query.isEmpty()) {
                        return Optional.empty();
                    }
                    return queried(items, query.get(), depth);
                }
                var part = GjsonText.part(rest);
                if (part.text().equals("#")) {
                    if (!part.more()) {
                        return Optional.of(Value.number(items.size()));
                    }
                    if (part.piped()) {
                        here = Value.number(items.size());
                        rest = part.rest();
                        continue;
                    }
                    return projected(items, part.rest(), depth);
                }
            }
            var part = GjsonText.part(rest);
            var child = child(here, part);
            if (child.isEmpty() || !part.more()) {
                return child;
            }
            here = child.get();
            rest = part.rest();
        }
    }

    /// Each item's find, of those that have one; what follows a pipe goes on from the whole list.
    private Optional<Value> projected(List<Value> items, String path, int depth) {
        var split = GjsonText.pipe(path);
        var found = new ArrayList<Value>();
        for (var item : items) {
            budget.spend(1);
            find(item, split.before(), depth + 1).ifPresent(found::add);
        }
        return after(Value.list(found), split, depth);
    }

    private Optional<Value> queried(List<Value> items, GjsonQuery query, int depth) {
        var split = query.piped() ? new GjsonText.Split("", Optional.of(query.rest())) : GjsonText.pipe(query.rest());
        var found = new ArrayList<Value>();
        for (var item : items) {
            budget.spend(1);
            if (!query.matches(item, this, depth + 1, budget)) {
                continue;
            }
            var result = split.before().isEmpty() ? Optional.of(item) : find(item, split.before(), depth + 1);
            if (!query.all()) {
                return result.isEmpty() ? result : after(result.get(), split, depth);
            }
            result.ifPresent(found::add);
        }
        return query.all() ? after(Value.list(found), split, depth) : Optional.empty();
    }

    private Optional<Value> after(Value value, GjsonText.Split split, int depth) {
        return split.after().isEmpty() ? Optional.of(value) : find(value, split.after().get(), depth + 1);
    }

    private Optional<Value> child(Value here, GjsonText.Part part) {
        return switch (here) {
            case Value.Mapping map when part.wild() -> {
                for (var field : map.fields().entrySet()) {
                    if (GjsonText.like(field.getKey(), part.pattern(), budget)) {
                        yield Optional.of(field.getValue());
                    }
                }
                yield Optional.empty();
            }
            case Value.Mapping map -> map.find(part.text());
            case Value.Sequence(var items, _) -> {
                int index = GjsonText.index(part.text());
                yield index >= 0 && index < items.size() ? Optional.of(items.get(index)) : Optional.empty();
            }
            case Value.Null _, Value.Bool _, Value.Number _, Value.Text _ -> Optional.empty();
        };
    }

    /// `[a,b]` or `{a,"k":b}`: a list or an object of what each path finds.
    private Optional<Value> many(Value here, String text, int depth) {
        var list = new ArrayList<Value>();
        var fields = new LinkedHashMap<String, Value>();
        for (var member : GjsonText.members(text.substring(1, text.length() - 1))) {
            var found = find(here, member.path(), depth + 1);
            if (found.isPresent()) {
                budget.grow(8);
                list.add(found.get());
                fields.put(member.name(), found.get());
            }
        }
        return Optional.of(
                text.startsWith("[") ? Value.list(list) : new Value.Mapping(fields, java.util.Map.of(), Position.NONE));
    }

    private static int literalEnd(String path) {
        if (path.length() < 2) {
            return -1;
        }
        char first = path.charAt(1);
        if (first == '"') {
            return GjsonText.quoteEnd(path, 1);
        }
        if (first == '[' || first == '{') {
            return GjsonText.close(path, 1);
        }
        int end = 1;
        while (end < path.length() && ".|,]}".indexOf(path.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    private static Optional<Value> literal(String json) {
        try {
            return Optional.of(Json.parse(json));
        } catch (InvalidInput _) {
            return Optional.empty();
        }
    }
}
