package tiphys.language.gjson;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;

/// Writes into JSON text by a sjson path, as a parameter's `dest` does; as sjson 1.2.5.
public final class SjsonPath {
    private static final int DEEPEST = 200;
    private static final int LARGEST_INDEX = 100_000;
    private static final String PATTERNS = "|#@*?";

    private SjsonPath() {}

    /// One step of a path.
    ///
    /// @param path with its escapes, for looking it up
    /// @param forced whether it is a key even if it is a number
    private record Step(String key, String path, boolean forced) {
        boolean appends() {
            return !forced && key.equals("-1");
        }

        /// The index that it is; -1 if it is none.
        int index() {
            if (forced || key.length() > 9 || !key.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return -1;
            }
            int index = key.isEmpty() ? 0 : Integer.parseInt(key);
            if (index > LARGEST_INDEX) {
                throw new EvaluationFailed("cannot set array element " + index + ": more than " + LARGEST_INDEX);
            }
            return index;
        }

        boolean inList() {
            return appends() || index() >= 0;
        }
    }

    /// The text with a value set at the path; missing objects and lists are made on the way. A path with patterns, pipes or
    /// queries (`#(name=="x").value`, `items.#.v`) sets what it finds there already, and nothing if it finds nothing.
    ///
    /// @param raw the value as JSON
    /// @throws EvaluationFailed in sjson's words: `path cannot be empty`, `cannot set array element for non-numeric key '…'`
    public static String set(String json, String path, String raw, Budget budget) {
        if (path.isEmpty()) {
            throw new EvaluationFailed("path cannot be empty");
        }
        budget.spend(1 + json.length() / 64);
        budget.make(raw.length());
        var steps = steps(path);
        return steps.isPresent()
                ? set(json, steps.get(), raw, budget)
                : setFound(json, GjsonPath.find(json, path, budget), raw, budget);
    }

    /// The steps of a path; empty if it has patterns.
    private static Optional<List<Step>> steps(String path) {
        var steps = new ArrayList<Step>();
        var key = new StringBuilder();
        boolean forced = path.startsWith(":");
        int from = forced ? 1 : 0;
        for (int i = from; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '.') {
                steps.add(new Step(key.toString(), path.substring(from, i), forced));
                key.setLength(0);
                forced = path.startsWith(":", i + 1);
                i += forced ? 1 : 0;
                from = i + 1;
            } else if (c == '\\') {
                i++;
                key.append(path, Math.min(i, path.length()), Math.min(i + 1, path.length()));
            } else if (PATTERNS.indexOf(c) >= 0) {
                return Optional.empty();
            } else {
                key.append(c);
            }
        }
        steps.add(new Step(key.toString(), path.substring(from), forced));
        if (steps.size() > DEEPEST) {
            throw new EvaluationFailed("the path has more than " + DEEPEST + " parts");
        }
        return Optional.of(steps);
    }

    private static String set(String json, List<Step> steps, String raw, Budget budget) {
        int from = 0;
        int to = json.length();
        for (int i = 0; i < steps.size(); i++) {
            var found = new GjsonPath(budget).find(json, from, to, steps.get(i).path());
            if (found.place(json) <= from) {
                var out = new StringBuilder().append(json, 0, from);
                add(json.substring(from, to), steps.subList(i, steps.size()), raw, out, budget);
                return out.append(json, to, json.length()).toString();
            }
            from = found.from();
            to = found.to();
        }
        return json.substring(0, from) + raw + json.substring(to);
    }

    /// Adds what is not there yet to a list or an object; anything else gives way to a new one.
    private static void add(String old, List<Step> steps, String raw, StringBuilder out, Budget budget) {
        var step = steps.getFirst();
        var here = Found.first(old);
        if (!here.isNested()) {
            here = Found.first(step.index() >= 0 ? "[]" : "{}");
        }
        var inside = here.raw();
        inside = inside.substring(0, Math.max(1, inside.lastIndexOf(here.isList() ? ']' : '}')));
        boolean any = inside.length() > 1 && !inside.substring(1).isBlank();
        if (!here.isList()) {
            out.append(inside).append(any ? "," : "");
            build(steps, false, raw, out, budget);
            out.append('}');
            return;
        }
        if (!step.inList()) {
            throw new EvaluationFailed("cannot set array element for non-numeric key '" + step.key() + "'");
        }
        var items = new ArrayList<String>();
        here.each((_, item) -> items.add(item.raw()));
        out.append('[').append(String.join(",", items));
        int missing = step.appends() ? 0 : Math.max(0, step.index() - items.size());
        budget.make(5L * missing);
        if (!items.isEmpty()) {
            out.repeat(",null", missing).append(',');
        } else {
            out.repeat("null,", missing);
        }
        build(steps, true, raw, out, budget);
        out.append(']');
    }

    /// What stands where nothing stood: a list if the next step is a number, else an object.
    private static void build(List<Step> steps, boolean inList, String raw, StringBuilder out, Budget budget) {
        var closing = new StringBuilder();
        boolean list = inList;
        for (int i = 0; i < steps.size(); i++) {
            if (!list) {
                JsonScan.quote(steps.get(i).key(), out);
                out.append(':');
            }
            if (i + 1 < steps.size()) {
                var next = steps.get(i + 1);
                list = next.inList();
                out.append(list ? '[' : '{');
                closing.append(list ? ']' : '}');
                int missing = Math.max(0, next.index());
                budget.make(5L * missing);
                out.repeat("null,", missing);
            }
        }
        out.append(raw).append(closing.reverse());
    }

    private static String setFound(String json, Found found, String raw, Budget budget) {
        int place = found.place(json);
        if (place > 0) {
            return json.substring(0, place) + raw + json.substring(found.to());
        }
        var lengths = new ArrayList<Integer>();
        if (!found.places().isEmpty()) {
            found.each((_, item) -> lengths.add(item.to() - item.from()));
        }
        if (lengths.isEmpty() || lengths.size() != found.places().size()) {
            return json;
        }
        budget.make((long) raw.length() * lengths.size());
        var ends = new TreeMap<Integer, Integer>();
        for (int i = 0; i < lengths.size(); i++) {
            ends.put(found.places().get(i), found.places().get(i) + lengths.get(i));
        }
        var out = new StringBuilder();
        int from = 0;
        for (var piece : ends.entrySet()) {
            if (piece.getKey() < Math.max(1, from)) {
                return json;
            }
            out.append(json, from, piece.getKey()).append(raw);
            from = piece.getValue();
        }
        return out.append(json, from, json.length()).toString();
    }
}
