package tiphys.store.keep;

/// How many runs (live and ended) and events are kept.
public record Counts(long runs, long events) {}
