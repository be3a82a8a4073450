package tiphys.language.sprig;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tiphys.language.EvaluationFailed;
import tiphys.language.value.NoList;
import tiphys.language.value.Plain;

/// Functions of lists. Each gives a new one; `must…` fail as the plain ones do.
final class Lists {
    private Lists() {}

    static void add(Sprig.Registry all) {
        all.put("list tuple", "*a", a -> copied(a.values(), a));
        all.put("first mustFirst", "a", a -> a.list(0, "find first on").isEmpty() ? null : first(a));
        all.put("last mustLast", "a", a -> a.list(0, "find last on").isEmpty() ? null : last(a));
        all.put("rest mustRest", "a", a -> rest(a.list(0, "find rest on"), a));
        all.put("initial mustInitial", "a", a -> initial(a.list(0, "find initial on"), a));
        all.put("reverse mustReverse", "a", a -> copied(a.list(0, "find reverse on").reversed(), a));
        all.put("append push mustAppend mustPush", "aa", a -> with(a.list(0, "push on"), a, true));
        all.put("prepend mustPrepend", "aa", a -> with(a.list(0, "prepend on"), a, false));
        all.put("concat", "*a", Lists::concatenated);
        all.put("compact mustCompact", "a", Lists::compacted);
        all.put("uniq mustUniq", "a", Lists::unique);
        all.put("without mustWithout", "a*a", Lists::without);
        all.put("has mustHas", "aa", a -> a.any(1) != null && in(a.list(1, "find has on"), a.any(0), a));
        all.put("slice mustSlice", "a*a", Lists::sliced);
        all.put("chunk mustChunk", "ia", Lists::chunks);
        all.put("until", "i", a -> counted(0, a.whole(0), a.whole(0) < 0 ? -1 : 1, a));
        all.put("untilStep", "iii", a -> counted(a.whole(0), a.whole(1), a.whole(2), a));
        all.put("seq", "*i", Lists::sequence);
    }

    private static @Nullable Object first(Arguments a) {
        return a.list(0, "find first on").getFirst();
    }

    private static @Nullable Object last(Arguments a) {
        return a.list(0, "find last on").getLast();
    }

    private static List<@Nullable Object> copied(List<?> list, Arguments a) {
        var copy = a.room(list.size());
        copy.addAll(list);
        return copy;
    }

    private static List<@Nullable Object> rest(List<?> list, Arguments a) {
        return list.isEmpty() ? NoList.NONE : copied(list.subList(1, list.size()), a);
    }

    private static List<@Nullable Object> initial(List<?> list, Arguments a) {
        return list.isEmpty() ? NoList.NONE : copied(list.subList(0, list.size() - 1), a);
    }

    private static List<@Nullable Object> with(List<?> list, Arguments a, boolean last) {
        var longer = a.room(list.size() + 1L);
        if (!last) {
            longer.add(a.any(1));
        }
        longer.addAll(list);
        if (last) {
            longer.add(a.any(1));
        }
        return longer;
    }

    private static List<@Nullable Object> concatenated(Arguments a) {
        var all = new ArrayList<@Nullable Object>();
        for (int i = 0; i < a.size(); i++) {
            if (!(a.any(i) instanceof List<?> list)) {
                throw new EvaluationFailed("Cannot concat type " + Plain.kind(a.any(i)) + " as list");
            }
            a.budget().makeItems(list.size());
            all.addAll(list);
        }
        return all.isEmpty() ? NoList.NONE : all;
    }

    private static List<@Nullable Object> compacted(Arguments a) {
        var list = a.list(0, "compact on");
        var kept = a.room(list.size());
        list.stream().filter(item -> !Defaults.empty(item)).forEach(kept::add);
        return kept;
    }

    private static boolean in(List<?> list, @Nullable Object wanted, Arguments a) {
        for (var item : list) {
            if (Plain.identical(wanted, item, a.budget())) {
                return true;
            }
        }
        return false;
    }

    private static List<@Nullable Object> unique(Arguments a) {
        var kept = new ArrayList<@Nullable Object>();
        for (var item : a.list(0, "find uniq on")) {
            if (!in(kept, item, a)) {
                a.budget().makeItems(1);
                kept.add(item);
            }
        }
        return kept;
    }

    private static List<@Nullable Object> without(Arguments a) {
        var kept = new ArrayList<@Nullable Object>();
        for (var item : a.list(0, "find without on")) {
            if (!in(a.from(1), item, a)) {
                a.budget().makeItems(1);
                kept.add(item);
            }
        }
        return kept;
    }

    private static @Nullable Object sliced(Arguments a) {
        if (!(a.any(0) instanceof List<?> list)) {
            throw new EvaluationFailed("list should be type of slice or array but " + Plain.kind(a.any(0)));
        }
        if (list.isEmpty()) {
            return null;
        }
        long from = a.size() > 1 ? Numbers.whole(a.any(1)) : 0;
        long to = a.size() > 2 ? Numbers.whole(a.any(2)) : list.size();
        if (from < 0 || to > list.size() || from > to) {
            throw new EvaluationFailed("reflect.Value.Slice: slice index out of bounds");
        }
        return copied(list.subList((int) from, (int) to), a);
    }

    private static List<@Nullable Object> chunks(Arguments a) {
        var list = a.list(1, "chunk");
        long size = a.whole(0);
        if (size <= 0) {
            throw new EvaluationFailed("runtime error: makeslice: len out of range");
        }
        var chunks = a.room(list.isEmpty() ? 0 : (list.size() - 1) / size + 1);
        for (long from = 0; from < list.size(); from += size) {
            chunks.add(copied(list.subList((int) from, (int) Math.min(list.size(), from + size)), a));
        }
        return chunks;
    }

    /// Numbers from one up or down to before another; none if the step leads away.
    private static List<@Nullable Object> counted(long from, long to, long step, Arguments a) {
        if (to < from ? step >= 0 : step <= 0) {
            return new ArrayList<>();
        }
        long size = Math.ceilDiv(Math.abs(Math.subtractExact(to, from)), Math.abs(step));
        a.budget().makeItems(size);
        var list = new ArrayList<@Nullable Object>();
        for (long i = 0; i < size; i++) {
            list.add(from + i * step);
        }
        return list;
    }

    private static String sequence(Arguments a) {
        if (a.size() == 0 || a.size() > 3) {
            return "";
        }
        long from = a.size() == 1 ? 1 : a.whole(0);
        long to = a.whole(a.size() - 1);
        long direction = to < from ? -1 : 1;
        long step = a.size() == 3 ? a.whole(1) : direction;
        if (a.size() == 3 && to < from && step > 0) {
            return "";
        }
        return String.join(
                " ",
                counted(from, to + direction, step, a).stream().map(number -> a.made(String.valueOf(number))).toList());
    }
}
