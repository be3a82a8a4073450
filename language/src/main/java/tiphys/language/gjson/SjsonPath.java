package tiphys.language.gjson;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.manifest.Position;
import tiphys.manifest.Value;

/// Writes into JSON by a sjson path, as a parameter's `dest` does.
public final class SjsonPath {
    private static final int MAX_DEPTH = 200;
    private static final int MAX_INDEX = 100_000;
    private static final String PATTERNS = "|#@*?";

    private SjsonPath() {}

    private record Step(String key, boolean forced) {
        boolean append() {
            return !forced && key.equals("-1");
        }

        int index() {
            return forced ? -1 : GjsonText.index(key);
        }

        boolean list() {
            return append() || index() >= 0;
        }
    }

    /// The tree with the value set at the path; missing objects and lists are made on the way. A path with a wildcard, a
    /// pipe or a `#` changes nothing; one with a query (`#(name=="x").value`) only what is there already.
    ///
    /// @throws EvaluationFailed in sjson's words: `path cannot be empty`, `cannot set array element for non-numeric key '…'`
    public static Value set(Value root, String path, Value value) {
        if (path.isEmpty()) {
            throw new EvaluationFailed("path cannot be empty");
        }
        var steps = steps(path);
        return steps.isPresent() ? set(root, steps.get(), value) : update(root, path, value, 0).orElse(root);
    }

    /// The steps of a path; empty if it has patterns.
    private static Optional<List<Step>> steps(String path) {
        var steps = new ArrayList<Step>();
        var key = new StringBuilder();
        boolean forced = path.startsWith(":");
        for (int i = forced ? 1 : 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '.') {
                steps.add(new Step(key.toString(), forced));
                key.setLength(0);
                forced = i + 1 < path.length() && path.charAt(i + 1) == ':';
                i += forced ? 1 : 0;
            } else if (c == '\\' && i + 1 < path.length()) {
                i++;
                key.append(path.charAt(i));
            } else if (PATTERNS.indexOf(c) >= 0) {
                return Optional.empty();
            } else {
                key.append(c);
            }
        }
        steps.add(new Step(key.toString(), forced));
        if (steps.size() > MAX_DEPTH) {
            throw new EvaluationFailed("the path has more than " + MAX_DEPTH + " parts");
        }
        return Optional.of(steps);
    }

    private static Value set(Value here, List<Step> steps, Value value) {
        if (steps.isEmpty()) {
            return value;
        }
        var step = steps.getFirst();
        var rest = steps.subList(1, steps.size());
        return switch (here) {
            case Value.Mapping map ->
                    map.with(
                            step.key(),
                            map.find(step.key()).map(old -> set(old, rest, value)).orElseGet(() -> made(rest, value)));
            case Value.Sequence(var items, var at) -> new Value.Sequence(put(items, step, rest, value), at);
            case Value.Null _, Value.Bool _, Value.Number _, Value.Text _ -> made(steps, value);
        };
    }

    private static List<Value> put(List<Value> items, Step step, List<Step> rest, Value value) {
        int index = step.append() ? items.size() : step.index();
        if (index < 0) {
            throw new EvaluationFailed("cannot set array element for non-numeric key '" + step.key() + "'");
        }
        if (index > MAX_INDEX) {
            throw new EvaluationFailed("cannot set array element " + index + ": more than " + MAX_INDEX);
        }
        var changed = new ArrayList<>(items);
        if (index < changed.size()) {
            changed.set(index, set(changed.get(index), rest, value));
            return changed;
        }
        while (changed.size() < index) {
            changed.add(Value.nothing());
        }
        changed.add(made(rest, value));
        return changed;
    }

    /// What stands where nothing stood: a list if the next step is a number, else an object.
    private static Value made(List<Step> steps, Value value) {
        if (steps.isEmpty()) {
            return value;
        }
        var step = steps.getFirst();
        var rest = steps.subList(1, steps.size());
        return step.list()
                ? new Value.Sequence(put(List.of(), step, rest, value), Position.NONE)
                : Value.Mapping.EMPTY.with(step.key(), made(rest, value));
    }

    /// The tree with the value set wherever a path with queries finds something; empty if it finds nothing.
    private static Optional<Value> update(Value here, String path, Value value, int depth) {
        if (depth > MAX_DEPTH) {
            throw new EvaluationFailed("the path has more than " + MAX_DEPTH + " parts");
        }
        if (here instanceof Value.Sequence(var items, var at) && path.startsWith("#(")) {
            return updateMatches(items, path, value, depth).map(changed -> new Value.Sequence(changed, at));
        }
        var part = GjsonText.part(path);
        if (part.wild() || part.piped() || part.text().startsWith("#") || part.text().startsWith("@")) {
            return Optional.empty();
        }
        return switch (here) {
            case Value.Mapping map ->
                    map.find(part.text())
                            .flatMap(old -> inner(old, part, value, depth))
                            .map(found -> map.with(part.text(), found));
            case Value.Sequence(var items, var at) -> {
                int index = GjsonText.index(part.text());
                if (index < 0 || index >= items.size()) {
                    yield Optional.empty();
                }
                yield inner(items.get(index), part, value, depth)
                        .map(found -> {
                            var changed = new ArrayList<>(items);
                            changed.set(index, found);
                            return new Value.Sequence(changed, at);
                        });
            }
            case Value.Null _, Value.Bool _, Value.Number _, Value.Text _ -> Optional.empty();
        };
    }

    private static Optional<Value> inner(Value old, GjsonText.Part part, Value value, int depth) {
        return part.more() ? update(old, part.rest(), value, depth + 1) : Optional.of(value);
    }

    private static Optional<List<Value>> updateMatches(List<Value> items, String path, Value value, int depth) {
        var query = GjsonQuery.read(path);
        if (query.isEmpty() || query.get().piped()) {
            return Optional.empty();
        }
        var budget = Budget.standard();
        var changed = new ArrayList<>(items);
        boolean found = false;
        for (int i = 0; i < items.size(); i++) {
            if (query.get().matches(items.get(i), budget)) {
                var inner =
                        query.get().rest().isEmpty()
                                ? Optional.of(value)
                                : update(items.get(i), query.get().rest(), value, depth + 1);
                if (inner.isPresent()) {
                    changed.set(i, inner.get());
                    found = true;
                }
                if (!query.get().all()) {
                    break;
                }
            }
        }
        return found ? Optional.of(changed) : Optional.empty();
    }
}
