package tiphys.language.lua;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A table: a list from 1 on, and beside it keys in the order in which they came. A key whose value is taken away keeps its place, so that a
/// walk through the table goes on.
final class LuaTable {
    private final List<@Nullable Object> list = new ArrayList<>();
    private final Map<Object, Integer> places = new HashMap<>();
    private final List<Object> keys = new ArrayList<>();
    private final List<@Nullable Object> values = new ArrayList<>();
    private int gone;

    /// Whether a whole number was a key beside the list.
    private boolean sparse;

    @Nullable LuaTable meta;

    @Nullable Object get(@Nullable Object key) {
        if (key instanceof Double number) {
            int at = place(number);
            if (at > 0 && at <= list.size()) {
                return list.get(at - 1);
            }
        }
        var place = key == null ? null : places.get(plain(key));
        return place == null ? null : values.get(place);
    }

    private static Object plain(Object key) {
        return key instanceof Double number && number == 0 ? (Object) 0.0 : key;
    }

    private static int place(double number) {
        return number >= 1 && number <= Integer.MAX_VALUE && number == (int) number ? (int) number : 0;
    }

    /// Sets a value; says whether the table grew.
    boolean put(Object key, @Nullable Object value) {
        if (key instanceof Double number) {
            int at = place(number);
            if (at > 0 && at <= list.size()) {
                list.set(at - 1, value);
                if (value == null && at == list.size()) {
                    shrink();
                }
                return false;
            }
            if (at == list.size() + 1 && value != null) {
                forget(key);
                list.add(value);
                takeUp();
                return true;
            }
        }
        var own = plain(key);
        var place = places.get(own);
        if (place != null) {
            gone += value == null && values.get(place) != null ? 1 : 0;
            gone -= value != null && values.get(place) == null ? 1 : 0;
            values.set(place, value);
            return false;
        }
        if (value == null) {
            return false;
        }
        if (gone > 16 && gone > keys.size() / 2) {
            compact();
        }
        sparse |= own instanceof Double number && place(number) > 0;
        places.put(own, keys.size());
        keys.add(own);
        values.add(value);
        return true;
    }

    private void shrink() {
        while (!list.isEmpty() && list.getLast() == null) {
            list.removeLast();
        }
    }

    private void forget(Object key) {
        var place = places.get(key);
        if (place != null && values.get(place) != null) {
            values.set(place, null);
            gone++;
        }
    }

    /// What came before its turn goes into the list.
    private void takeUp() {
        while (!places.isEmpty()) {
            Object next = (double) (list.size() + 1);
            var value = get(next);
            if (value == null) {
                return;
            }
            forget(next);
            list.add(value);
        }
    }

    private void compact() {
        var kept = new ArrayList<Object>();
        var with = new ArrayList<@Nullable Object>();
        places.clear();
        for (int i = 0; i < keys.size(); i++) {
            if (values.get(i) != null) {
                places.put(keys.get(i), kept.size());
                kept.add(keys.get(i));
                with.add(values.get(i));
            }
        }
        keys.clear();
        keys.addAll(kept);
        values.clear();
        values.addAll(with);
        gone = 0;
    }

    /// The greatest whole number that is a key, as in Argo's Lua, be there nothing before it.
    int length() {
        return sparse ? greatest() : list.size();
    }

    /// What it costs to find the length.
    int lengthCost() {
        return 1 + (sparse ? keys.size() : 0);
    }

    /// The greatest whole number that is a key.
    int greatest() {
        int most = list.size();
        for (int i = 0; i < keys.size(); i++) {
            if (keys.get(i) instanceof Double number && values.get(i) != null) {
                most = Math.max(most, place(number));
            }
        }
        return most;
    }

    void add(@Nullable Object value) {
        put((double) (list.size() + 1), value);
    }

    void insert(int at, @Nullable Object value) {
        if (at >= 1 && at <= list.size()) {
            list.add(at - 1, value);
        } else {
            put((double) at, value);
        }
    }

    @Nullable Object remove(int at) {
        if (at < 1 || at > list.size()) {
            return null;
        }
        var gone = list.remove(at - 1);
        shrink();
        return gone;
    }

    /// The list itself, for sorting.
    List<@Nullable Object> list() {
        return list;
    }

    /// The key after this one that has a value, from null to null.
    ///
    /// @throws LuaError if there is no such key
    @Nullable Object next(@Nullable Object key) {
        int at = 0;
        if (key instanceof Double number && place(number) > 0 && place(number) <= list.size()) {
            at = place(number);
        } else if (key != null) {
            var place = places.get(plain(key));
            if (place == null && !(key instanceof Double)) {
                throw new LuaError("invalid key to 'next'");
            }
            return nextKey(place == null ? 0 : place + 1);
        }
        for (; at < list.size(); at++) {
            if (list.get(at) != null) {
                return (double) (at + 1);
            }
        }
        return nextKey(0);
    }

    private @Nullable Object nextKey(int from) {
        for (int i = from; i < keys.size(); i++) {
            if (values.get(i) != null) {
                return keys.get(i);
            }
        }
        return null;
    }
}
