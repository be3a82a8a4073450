package tiphys.store.keep;

import java.util.List;

/// What retention will remove soon, and what it keeps past its limits.
///
/// @param sources whose events go within the time that was asked for
/// @param kept how many events are past their limit, and stay because a trigger has not come to them or they wait in a join
/// @param keptBy the triggers' streams that have not come to events that would go, at most a few
public record Leaving(List<Source> sources, long kept, List<String> keptBy) {
    public Leaving {
        sources = List.copyOf(sources);
        keptBy = List.copyOf(keptBy);
    }

    /// One source, or for `bytes` one namespace.
    ///
    /// @param source the key of the source's stream, `namespace/eventsource/event`; a namespace for `bytes`
    /// @param why `age`: so many events get too old. `count`: it holds so many, and each new one lets the oldest go. `bytes`: the
    ///     namespace holds so many, and what is new lets the oldest go, soon or now
    public record Source(String source, String why, long number) {}
}
