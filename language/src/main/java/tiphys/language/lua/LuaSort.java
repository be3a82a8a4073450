package tiphys.language.lua;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sorts a list by merging, whatever a script's own order says of it.
final class LuaSort {
    private final LuaRun run;
    private final List<@Nullable Object> list;
    private final @Nullable LuaFunction order;

    LuaSort(LuaRun run, List<@Nullable Object> list, @Nullable LuaFunction order) {
        this.run = run;
        this.list = list;
        this.order = order;
    }

    void sort() {
        run.budget.makeItems(list.size());
        var sorted = sorted(new ArrayList<>(list));
        list.clear();
        list.addAll(sorted);
    }

    private List<@Nullable Object> sorted(List<@Nullable Object> of) {
        if (of.size() < 2) {
            return of;
        }
        int middle = of.size() / 2;
        var left = sorted(new ArrayList<>(of.subList(0, middle)));
        var right = sorted(new ArrayList<>(of.subList(middle, of.size())));
        var merged = new ArrayList<@Nullable Object>(of.size());
        int i = 0;
        int j = 0;
        while (i < left.size() && j < right.size()) {
            run.budget.spend(1);
            merged.add(less(right.get(j), left.get(i)) ? right.get(j++) : left.get(i++));
        }
        merged.addAll(left.subList(i, left.size()));
        merged.addAll(right.subList(j, right.size()));
        return merged;
    }

    private boolean less(@Nullable Object one, @Nullable Object other) {
        if (order == null) {
            return run.operators.less(one, other, 0);
        }
        var told = run.call(order, one, other);
        return told.length > 0 && LuaRun.isTrue(told[0]);
    }
}
