package tiphys.journal;

/// Says that the store could not write or read now: the disk is full, the file cannot be reached. Nothing of the
/// transaction was stored. Callers answer 503 and may try again.
public final class StoreUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StoreUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
