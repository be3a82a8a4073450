package tiphys.language.lua;

import org.jspecify.annotations.Nullable;
import tiphys.language.lua.LuaRun.LuaFailure;

/// What a function of the libraries is called with.
record LuaArguments(String name, @Nullable Object[] all) {
    int size() {
        return all.length;
    }

    @Nullable Object any(int index) {
        return index < all.length ? all[index] : null;
    }

    boolean has(int index) {
        return any(index) != null;
    }

    private LuaFailure wrong(int index, String wanted) {
        return new LuaFailure(
                "bad argument #"
                        + (index + 1)
                        + " to "
                        + name
                        + " ("
                        + wanted
                        + " expected, got "
                        + (index < all.length ? LuaText.type(all[index]) : "no value")
                        + ")");
    }

    double number(int index) {
        var number = LuaOperators.number(any(index));
        if (number == null) {
            throw wrong(index, "number");
        }
        return number;
    }

    double number(int index, double otherwise) {
        return has(index) ? number(index) : otherwise;
    }

    int whole(int index) {
        return (int) number(index);
    }

    int whole(int index, int otherwise) {
        return has(index) ? whole(index) : otherwise;
    }

    String text(int index) {
        return switch (any(index)) {
            case String text -> text;
            case Double number -> LuaText.of(number);
            case null, default -> throw wrong(index, "string");
        };
    }

    String text(int index, String otherwise) {
        return has(index) ? text(index) : otherwise;
    }

    LuaTable table(int index) {
        if (any(index) instanceof LuaTable table) {
            return table;
        }
        throw wrong(index, "table");
    }

    LuaFunction function(int index) {
        if (any(index) instanceof LuaFunction function) {
            return function;
        }
        throw wrong(index, "function");
    }

    /// It must be there, be it nil.
    @Nullable Object value(int index) {
        if (index >= all.length) {
            throw wrong(index, "value");
        }
        return all[index];
    }
}
