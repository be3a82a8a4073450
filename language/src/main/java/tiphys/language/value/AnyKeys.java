package tiphys.language.value;

import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// Go's `map[any]any`: an object whose keys may be anything, and which therefore cannot become JSON.
public final class AnyKeys extends LinkedHashMap<@Nullable Object, @Nullable Object> {
    private static final long serialVersionUID = 1;
}
