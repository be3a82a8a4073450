package tiphys.journal;

/// Ends a stream: its entries and snapshot are folded into one compressed history record, which [Journal#history] gives
/// back. Nothing can be appended to the stream until [ReopenStream].
public record CloseStream(StreamName stream) implements Write {}
