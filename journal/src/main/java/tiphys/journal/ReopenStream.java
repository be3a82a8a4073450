package tiphys.journal;

/// Makes the entries of an ended stream live again, so that a finished run can be retried.
public record ReopenStream(StreamName stream) implements Write {}
