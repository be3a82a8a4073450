package tiphys.store.sql;

/// Says that the files in the data directory cannot be used by this program, and what to do.
public final class IncompatibleStore extends RuntimeException {
    private static final long serialVersionUID = 1;

    IncompatibleStore(String message) {
        super(message);
    }
}
