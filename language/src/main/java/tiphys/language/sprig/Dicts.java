package tiphys.language.sprig;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tiphys.language.EvaluationFailed;
import tiphys.language.value.Plain;

/// Functions of objects. `set`, `unset` and `merge` change the one that they are given, as in Go.
final class Dicts {
    private Dicts() {}

    static void add(Sprig.Registry all) {
        all.put("dict", "*a", Dicts::dict);
        all.put("get", "ms", a -> a.map(0).containsKey(a.text(1)) ? a.map(0).get(a.text(1)) : "");
        all.put("set", "msa", Dicts::set);
        all.put(
                "unset",
                "ms",
                a -> {
                    if (!a.map(0).isEmpty()) {
                        a.map(0).remove(a.text(1));
                    }
                    return a.map(0);
                });
        all.put("hasKey", "ms", a -> a.map(0).containsKey(a.text(1)));
        all.put("pluck", "s*m", Dicts::plucked);
        all.put("keys", "*m", Dicts::keys);
        all.put("values", "m", a -> new ArrayList<>(room(a.map(0), a).values()));
        all.put("pick", "m*s", a -> only(a, true));
        all.put("omit", "m*s", a -> only(a, false));
        all.put("merge mustMerge", "m*m", a -> merged(a, false));
        all.put("mergeOverwrite mustMergeOverwrite", "m*m", a -> merged(a, true));
        all.put("dig", "*a", Dicts::dug);
        all.put("deepCopy mustDeepCopy", "a", a -> copied(a.any(0), a, 0));
    }

    private static Map<String, @Nullable Object> room(Map<String, @Nullable Object> map, Arguments a) {
        a.budget().makeItems(map.size());
        return map;
    }

    private static Map<String, @Nullable Object> dict(Arguments a) {
        a.budget().makeItems(a.size());
        var map = new LinkedHashMap<String, @Nullable Object>();
        for (int i = 0; i < a.size(); i += 2) {
            map.put(a.print(a.any(i)), i + 1 < a.size() ? a.any(i + 1) : "");
        }
        return map;
    }

    private static Map<String, @Nullable Object> set(Arguments a) {
        a.budget().makeItems(1);
        try {
            a.map(0).put(a.text(1), a.any(2));
        } catch (UnsupportedOperationException _) {
            throw new EvaluationFailed("assignment to entry in nil map");
        }
        return a.map(0);
    }

    private static List<@Nullable Object> plucked(Arguments a) {
        var found = new ArrayList<@Nullable Object>();
        for (int i = 1; i < a.size(); i++) {
            if (a.map(i).containsKey(a.text(0))) {
                a.budget().makeItems(1);
                found.add(a.map(i).get(a.text(0)));
            }
        }
        return found;
    }

    private static List<@Nullable Object> keys(Arguments a) {
        var keys = new ArrayList<@Nullable Object>();
        for (int i = 0; i < a.size(); i++) {
            keys.addAll(room(a.map(i), a).keySet());
        }
        return keys;
    }

    private static Map<String, @Nullable Object> only(Arguments a, boolean named) {
        var names = a.from(1);
        var map = new LinkedHashMap<String, @Nullable Object>();
        room(a.map(0), a)
                .forEach((key, value) -> {
                    a.budget().spend(names.size());
                    if (names.contains(key) == named) {
                        map.put(key, value);
                    }
                });
        return map;
    }

    private static Map<String, @Nullable Object> merged(Arguments a, boolean overwrite) {
        for (int i = 1; i < a.size(); i++) {
            if (!a.map(i).isEmpty()) {
                merge(a.map(0), a.map(i), overwrite, a, 0);
            }
        }
        return a.map(0);
    }

    @SuppressWarnings({"unchecked", "ReferenceEquality"}) // keys are texts; an object merged into itself stays as it is
    private static void merge(
            Map<String, @Nullable Object> into,
            Map<String, @Nullable Object> from,
            boolean overwrite,
            Arguments a,
            int depth) {
        if (depth > Plain.MAX_DEPTH) {
            throw new EvaluationFailed("the value is nested too deeply");
        }
        if (into == from) {
            return;
        }
        for (var entry : from.entrySet()) {
            a.budget().makeItems(1);
            var there = into.get(entry.getKey());
            if (there instanceof Map<?, ?> && entry.getValue() instanceof Map<?, ?>) {
                merge(
                        (Map<String, @Nullable Object>) there,
                        (Map<String, @Nullable Object>) entry.getValue(),
                        overwrite,
                        a,
                        depth + 1);
            } else if (overwrite || Defaults.empty(there)) {
                into.put(entry.getKey(), entry.getValue());
            }
        }
    }

    private static @Nullable Object dug(Arguments a) {
        if (a.size() < 3) {
            throw new EvaluationFailed("dig needs at least three arguments");
        }
        var here = a.any(a.size() - 1);
        for (int i = 0; i < a.size() - 2; i++) {
            if (!(here instanceof Map<?, ?> map)) {
                throw new EvaluationFailed(
                        here == null
                                ? "interface conversion: interface {} is nil, not map[string]interface {}"
                                : "interface conversion: interface {} is "
                                        + Plain.type(here)
                                        + ", not map[string]interface {}");
            }
            if (!(a.any(i) instanceof String key)) {
                throw new EvaluationFailed(
                        "interface conversion: interface {} is " + Plain.type(a.any(i)) + ", not string");
            }
            if (!map.containsKey(key)) {
                return a.any(a.size() - 2);
            }
            here = map.get(key);
        }
        return here;
    }

    private static @Nullable Object copied(@Nullable Object value, Arguments a, int depth) {
        a.budget().makeItems(1);
        if (depth > Plain.MAX_DEPTH) {
            throw new EvaluationFailed("the value is nested too deeply");
        }
        return switch (value) {
            case List<?> list -> {
                var copy = new ArrayList<@Nullable Object>();
                for (var item : list) {
                    copy.add(copied(item, a, depth + 1));
                }
                yield copy;
            }
            case Map<?, ?> map -> {
                var copy = new LinkedHashMap<@Nullable Object, @Nullable Object>();
                for (var entry : map.entrySet()) {
                    copy.put(entry.getKey(), copied(entry.getValue(), a, depth + 1));
                }
                yield copy;
            }
            case null, default -> value;
        };
    }
}
