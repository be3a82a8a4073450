package tiphys.journal;

/// Keeps the state of a stream as it is after its entry `number`, in place of an older snapshot. Entries stay.
///
/// @param format the codec's version, `run/1`
public record SaveSnapshot(StreamName stream, long number, String format, byte[] body) implements Write {}
