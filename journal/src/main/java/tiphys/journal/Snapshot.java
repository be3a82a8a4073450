package tiphys.journal;

/// The state of a stream after its entry `number`; see [SaveSnapshot].
public record Snapshot(long number, String format, byte[] body) {}
