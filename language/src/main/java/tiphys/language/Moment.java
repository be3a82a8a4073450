package tiphys.language;

import java.time.Instant;

/// What an evaluation may know of time and chance, so that it gives the same again: `now()` is that instant, and what
/// seems random follows from the seed.
public record Moment(Instant now, long seed) {}
