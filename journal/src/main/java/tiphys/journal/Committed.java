package tiphys.journal;

/// What a flushed transaction got.
///
/// @param firstSequence the sequence of its first entry, or 0 if it had none; the others follow without a gap
/// @param lastSequence the sequence of its last entry, or 0
/// @param version the object version given to its object writes, or 0 if it had none
public record Committed(long firstSequence, long lastSequence, long version) {}
