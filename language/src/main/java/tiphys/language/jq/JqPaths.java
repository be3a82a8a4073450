package tiphys.language.jq;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tiphys.manifest.Value;

/// What stands at a path, and values with something else there. A path is a list of keys, places and slices.
final class JqPaths {
    private static final int LONGEST_LIST = 1 << 20;

    private JqPaths() {}

    static Value get(Value value, Value key) {
        return switch (value) {
            case Value.Null _ -> {
                if (key instanceof Value.Text
                        || key instanceof Value.Number
                        || key instanceof Value.Mapping
                        || key instanceof Value.Null) {
                    yield JqValues.NULL;
                }
                throw new JqError(
                        "expected an object with a string key or an array with a number, but got: null and "
                                + JqValues.named(key));
            }
            case Value.Mapping map -> {
                if (key instanceof Value.Text(var name, _)) {
                    yield map.find(name).orElse(JqValues.NULL);
                }
                throw new JqError("expected a string for object key but got: " + JqValues.named(key));
            }
            case Value.Sequence(var items, _) -> {
                if (key instanceof Value.Number) {
                    int place = place(key, items.size());
                    yield place >= 0 && place < items.size() ? items.get(place) : JqValues.NULL;
                }
                if (key instanceof Value.Mapping slice) {
                    yield slice(value, slice);
                }
                if (key instanceof Value.Sequence(var wanted, _)) {
                    yield indices(items, wanted);
                }
                throw new JqError("expected an object but got: " + JqValues.named(value));
            }
            case Value.Text _ -> {
                if (key instanceof Value.Mapping slice) {
                    yield slice(value, slice);
                }
                throw wrong(value, key);
            }
            case Value.Bool _, Value.Number _ -> throw wrong(value, key);
        };
    }

    private static JqError wrong(Value value, Value key) {
        return new JqError(
                "expected an "
                        + (key instanceof Value.Text ? "object" : "array")
                        + " but got: "
                        + JqValues.named(value));
    }

    private static Value indices(List<Value> items, List<Value> wanted) {
        var found = new ArrayList<Value>();
        for (int i = 0; !wanted.isEmpty() && i + wanted.size() <= items.size(); i++) {
            boolean same = true;
            for (int j = 0; same && j < wanted.size(); j++) {
                same = JqValues.compare(items.get(i + j), wanted.get(j)) == 0;
            }
            if (same) {
                found.add(Value.number(i));
            }
        }
        return Value.list(found);
    }

    private static int place(Value key, int size) {
        int place = (int) Math.floor(JqValues.number(key));
        return place < 0 ? place + size : place;
    }

    private static int bound(Value bound, int size, int otherwise, boolean up) {
        if (bound instanceof Value.Null) {
            return otherwise;
        }
        if (!(bound instanceof Value.Number)) {
            throw new JqError("expected a number for indexing an array but got: " + JqValues.named(bound));
        }
        double number = JqValues.number(bound);
        long place = (long) (up ? Math.ceil(number) : Math.floor(number));
        return Math.clamp(place < 0 ? place + size : place, 0, size);
    }

    static Value slice(Value value, Value.Mapping slice) {
        var from = slice.find("start").orElse(JqValues.NULL);
        var to = slice.find("end").orElse(JqValues.NULL);
        return switch (value) {
            case Value.Null _ -> JqValues.NULL;
            case Value.Sequence(var items, _) -> {
                int start = bound(from, items.size(), 0, false);
                yield Value.list(items.subList(start, Math.max(start, bound(to, items.size(), items.size(), true))));
            }
            case Value.Text(var text, _) -> {
                int length = text.codePointCount(0, text.length());
                int start = bound(from, length, 0, false);
                int end = Math.max(start, bound(to, length, length, true));
                yield Value.text(text.substring(text.offsetByCodePoints(0, start), text.offsetByCodePoints(0, end)));
            }
            case Value.Bool _, Value.Number _, Value.Mapping _ ->
                    throw new JqError("expected an array but got: " + JqValues.named(value));
        };
    }

    static Value get(Value value, List<Value> path) {
        var here = value;
        for (var key : path) {
            if (here instanceof Value.Null) {
                return JqValues.NULL;
            }
            here = get(here, key);
        }
        return here;
    }

    static Value set(Value value, List<Value> path, Value wanted) {
        if (path.isEmpty()) {
            return wanted;
        }
        var key = path.getFirst();
        var rest = path.subList(1, path.size());
        if (key instanceof Value.Text(var name, _)) {
            if (!(value instanceof Value.Mapping) && !(value instanceof Value.Null)) {
                throw new JqError("expected an object but got: " + JqValues.named(value));
            }
            var map = value instanceof Value.Mapping known ? known : Value.Mapping.EMPTY;
            return map.with(name, set(map.find(name).orElse(JqValues.NULL), rest, wanted));
        }
        if (!(value instanceof Value.Sequence) && !(value instanceof Value.Null)) {
            throw new JqError("expected an array but got: " + JqValues.named(value));
        }
        var items = value instanceof Value.Sequence(var known, _) ? known : List.<Value>of();
        if (key instanceof Value.Mapping slice) {
            return setSlice(items, slice, rest, wanted);
        }
        if (!(key instanceof Value.Number)) {
            throw new JqError("expected a number for indexing an array but got: " + JqValues.named(key));
        }
        int place = place(key, items.size());
        if (place < 0) {
            throw new JqError("array index should not be negative: " + JqValues.json(key));
        }
        if (place > LONGEST_LIST) {
            throw new JqError("array index too large: " + JqValues.json(key));
        }
        var changed = new ArrayList<>(items);
        while (changed.size() <= place) {
            changed.add(JqValues.NULL);
        }
        changed.set(place, set(changed.get(place), rest, wanted));
        return Value.list(changed);
    }

    private static Value setSlice(List<Value> items, Value.Mapping slice, List<Value> rest, Value wanted) {
        var part = slice(Value.list(items), slice);
        var fresh = set(part, rest, wanted);
        if (!(fresh instanceof Value.Sequence(var put, _))) {
            throw new JqError("expected an array but got: " + JqValues.named(fresh));
        }
        int start = bound(slice.find("start").orElse(JqValues.NULL), items.size(), 0, false);
        int end = Math.max(start, bound(slice.find("end").orElse(JqValues.NULL), items.size(), items.size(), true));
        var changed = new ArrayList<>(items.subList(0, start));
        changed.addAll(put);
        changed.addAll(items.subList(end, items.size()));
        return Value.list(changed);
    }

    /// Without what stands at the paths; the last ones go first, so that places stay.
    static Value without(Value value, List<Value> paths) {
        var sorted = new ArrayList<>(paths);
        sorted.sort(JqValues.ORDER.reversed());
        var here = value;
        for (var path : sorted) {
            here = withoutOne(here, path instanceof Value.Sequence(var keys, _) ? keys : List.of());
        }
        return here;
    }

    private static Value withoutOne(Value value, List<Value> path) {
        if (path.isEmpty() || value instanceof Value.Null) {
            return JqValues.NULL;
        }
        var key = path.getFirst();
        if (path.size() > 1) {
            var inner = get(value, key);
            return inner instanceof Value.Null
                    ? value
                    : set(value, List.of(key), withoutOne(inner, path.subList(1, path.size())));
        }
        if (value instanceof Value.Mapping map && key instanceof Value.Text(var name, _)) {
            return map.without(name);
        }
        if (value instanceof Value.Sequence(var items, _)) {
            if (key instanceof Value.Mapping slice) {
                return setSlice(items, slice, List.of(), Value.list(List.of()));
            }
            if (key instanceof Value.Number) {
                int place = place(key, items.size());
                var changed = new ArrayList<>(items);
                if (place >= 0 && place < items.size()) {
                    changed.remove(place);
                }
                return Value.list(changed);
            }
        }
        throw new JqError("cannot delete " + JqValues.named(key) + " of " + JqValues.named(value));
    }

    static Value.Mapping range(Value from, Value to) {
        Map<String, Value> slice = new LinkedHashMap<>();
        slice.put("start", from);
        slice.put("end", to);
        return JqValues.map(slice);
    }
}
