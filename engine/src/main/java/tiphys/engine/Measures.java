package tiphys.engine;

import java.util.List;

/// Where the numbers go that manifests ask for by their `metrics`. Safe for every thread; never blocks for long.
///
/// They are told once while a server runs, after they are recorded: a server that starts anew counts from the beginning, as programs
/// that Prometheus reads do.
@FunctionalInterface
public interface Measures {
    /// Hears nothing.
    Measures NONE = (_, _) -> {};

    /// Numbers of a run.
    void add(String runUid, List<Measure> measures);

    /// A run is over: nothing of it grows by itself any more.
    default void over(String runUid) {}
}
