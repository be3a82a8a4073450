package tiphys.language.lua;

import org.jspecify.annotations.Nullable;

/// Something that can be called. Values are null, Boolean, Double, String (a character for each byte), [LuaTable] and this.
@FunctionalInterface
interface LuaFunction {
    @Nullable Object[] call(LuaRun run, @Nullable Object[] arguments);
}
