package tiphys.language.expr.builtin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tiphys.language.EvaluationFailed;
import tiphys.language.expr.builtin.Builtins.Body;
import tiphys.language.value.AnyKeys;
import tiphys.language.value.NoList;
import tiphys.language.value.Plain;
import tiphys.language.value.PlainText;

/// Functions of lists and objects.
final class ListBuiltins {
    private ListBuiltins() {}

    static void add(Map<String, Body> all) {
        all.put("len", ListBuiltins::length);
        all.put("first", a -> end(a.any(0), 0));
        all.put("last", a -> end(a.any(0), -1));
        all.put("get", ListBuiltins::got);
        all.put("take", ListBuiltins::taken);
        all.put("reverse", a -> copied(a.list(0, "reverse").reversed(), a));
        all.put("concat", ListBuiltins::concatenated);
        all.put("flatten", a -> flattened(a.list(0, "flatten"), new ArrayList<>(), a, 0));
        all.put("uniq", ListBuiltins::unique);
        all.put("sort", ListBuiltins::sorted);
        all.put("keys", a -> copied(new ArrayList<>(a.map(0, "get keys from").keySet()), a));
        all.put("values", a -> copied(new ArrayList<>(a.map(0, "get values from").values()), a));
        all.put("toPairs", ListBuiltins::pairs);
        all.put("fromPairs", ListBuiltins::ofPairs);
    }

    private static List<@Nullable Object> copied(List<?> list, BuiltinArguments a) {
        a.budget().makeItems(list.size());
        return new ArrayList<>(list);
    }

    private static long length(BuiltinArguments a) {
        return switch (a.any(0)) {
            case String text -> text.codePointCount(0, text.length());
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            case byte[] bytes -> bytes.length;
            case null, default ->
                    throw new EvaluationFailed("invalid argument for len (type " + Plain.type(a.any(0)) + ")");
        };
    }

    /// The item at an end; nil if there is none, or no list.
    private static @Nullable Object end(@Nullable Object value, long index) {
        try {
            return Operators.member(value, index);
        } catch (EvaluationFailed _) {
            return null; // as Go's does
        }
    }

    private static @Nullable Object got(BuiltinArguments a) {
        var key = a.any(1);
        return switch (a.any(0)) {
            case null -> null;
            case List<?> list -> at(list, index(key, list.size()));
            case String text -> {
                int at = index(key, PlainText.length(text));
                yield at < 0 ? null : (Object) PlainText.at(text, at);
            }
            case AnyKeys map -> map.get(Operators.hashed(key));
            case Map<?, ?> map -> key == null || key instanceof String ? map.get(key) : null;
            default -> null;
        };
    }

    private static @Nullable Object at(List<?> list, int index) {
        return index < 0 ? null : list.get(index);
    }

    private static int index(@Nullable Object key, int size) {
        long index = Operators.whole(key);
        long at = index < 0 ? size + index : index;
        return at < 0 || at >= size ? -1 : (int) at;
    }

    private static List<@Nullable Object> taken(BuiltinArguments a) {
        var list = a.list(0, "take from");
        if (!Plain.isWhole(a.any(1))) {
            throw new EvaluationFailed("cannot take " + Plain.kind(a.any(1)) + " elements");
        }
        long count = a.whole(1);
        if (count < 0) {
            throw new EvaluationFailed("reflect.Value.Slice: slice index out of bounds");
        }
        return copied(list.subList(0, (int) Math.min(list.size(), count)), a);
    }

    private static List<@Nullable Object> concatenated(BuiltinArguments a) {
        var all = new ArrayList<@Nullable Object>();
        for (int i = 0; i < a.size(); i++) {
            var list = a.list(i, "concat");
            a.budget().makeItems(list.size());
            all.addAll(list);
        }
        return all.isEmpty() ? NoList.NONE : all;
    }

    private static List<@Nullable Object> flattened(
            List<?> list, List<@Nullable Object> into, BuiltinArguments a, int depth) {
        if (depth > Plain.MAX_DEPTH) {
            throw new EvaluationFailed("recursion depth exceeded");
        }
        for (var item : list) {
            if (item instanceof List<?> inner) {
                a.budget().spend(1);
                flattened(inner, into, a, depth + 1);
            } else {
                a.budget().makeItems(1);
                into.add(item);
            }
        }
        return into;
    }

    private static List<@Nullable Object> unique(BuiltinArguments a) {
        var kept = new ArrayList<@Nullable Object>();
        for (var item : a.list(0, "uniq")) {
            boolean known = false;
            for (var other : kept) {
                known |= Plain.same(item, other, a.budget());
                if (known) {
                    break;
                }
            }
            if (!known) {
                a.budget().makeItems(1);
                kept.add(item);
            }
        }
        return kept;
    }

    private static List<@Nullable Object> sorted(BuiltinArguments a) {
        boolean down = a.size() > 1 && Builtins.isDown(a.any(1));
        var sorted = a.any(0) instanceof List<?> list ? copied(list, a) : new ArrayList<@Nullable Object>();
        sorted.sort((x, y) -> {
            a.budget().spend(Plain.size(x));
            return down ? Operators.compare("<", y, x) : Operators.compare("<", x, y);
        });
        return sorted;
    }

    private static List<@Nullable Object> pairs(BuiltinArguments a) {
        var map = a.map(0, "transform to pairs");
        a.budget().makeItems(3L * map.size());
        var pairs = new ArrayList<@Nullable Object>();
        map.forEach((key, value) -> pairs.add(Arrays.<@Nullable Object>asList(key, value)));
        return pairs;
    }

    private static AnyKeys ofPairs(BuiltinArguments a) {
        var map = new AnyKeys();
        for (var item : a.list(0, "transform from pairs")) {
            if (!(item instanceof List<?> pair)) {
                throw new EvaluationFailed("invalid pair " + Plain.type(item));
            }
            if (pair.size() != 2) {
                throw new EvaluationFailed("invalid pair length " + pair.size());
            }
            a.budget().makeItems(1);
            map.put(Operators.hashed(pair.get(0)), pair.get(1));
        }
        return map;
    }
}
