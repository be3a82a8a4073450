package tiphys.language.jsonpath;

import java.util.List;
import java.util.Optional;

/// One step of a path.
sealed interface Step {
    /// `$`
    record Root() implements Step {}

    /// `@`
    record Current() implements Step {}

    /// `*`
    record Wildcard() implements Step {}

    /// `..`
    record Everywhere() implements Step {}

    /// `length`: how many items, unless there is a field of that name.
    record Length() implements Step {}

    /// A field.
    record Key(String name) implements Step {}

    /// An item.
    record Index(long index) implements Step {}

    /// `[from:to:step]`
    record Range(Optional<Place> from, Optional<Place> to, Optional<Place> step) implements Step {}

    /// `['a','b']`, `[0,2]`
    record Union(List<Place> places) implements Step {}

    /// `[?(…)]`
    record Filter(Script script) implements Step {}

    /// `[(…)]`: a key or an index that is computed.
    record Computed(Script script) implements Step {}

    /// A name, a number, or what gives one.
    sealed interface Place {
        record Name(String name) implements Place {}

        record Number(long number) implements Place {}

        record Of(Script script) implements Place {}
    }
}
