package tiphys.journal;

/// Says that a transaction was not stored because a precondition did not hold: the stream had moved on, the object's name
/// was taken or its version was another. The writer decides again from what is true now.
public final class Conflict extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    public Conflict(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /// Which precondition it was.
    public Reason reason() {
        return reason;
    }

    /// The preconditions.
    public enum Reason {
        STREAM_MOVED,
        STREAM_CLOSED,
        ALREADY_EXISTS,
        VERSION_MISMATCH,
        NOT_FOUND
    }
}
