package tiphys.journal;

/// A consumer's advance: every entry up to and including `sequence` has been dealt with. At 0 a consumer is forgotten.
public record CursorMove(String consumer, long sequence) {}
