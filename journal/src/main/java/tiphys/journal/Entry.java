package tiphys.journal;

import java.time.Instant;

/// One recorded fact.
///
/// @param sequence its place in the whole journal, in commit order, from 1; there may be gaps
/// @param number its place in its stream, from 1, without gaps
/// @param at the instant of the command that led to it, to the microsecond
public record Entry(long sequence, StreamName stream, long number, Instant at, String type, byte[] body) {}
