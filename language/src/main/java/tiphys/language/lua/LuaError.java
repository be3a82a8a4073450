package tiphys.language.lua;

import org.jspecify.annotations.Nullable;

/// What a script raises, and may catch. A budget that is spent is none of it.
final class LuaError extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient @Nullable Object value;

    LuaError(@Nullable Object value) {
        super(null, null, false, false);
        this.value = value;
    }

    @Nullable Object value() {
        return value;
    }
}
