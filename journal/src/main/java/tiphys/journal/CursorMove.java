package tiphys.journal;

/// A consumer's advance: every entry up to and including `sequence` has been dealt with.
public record CursorMove(String consumer, long sequence) {}
