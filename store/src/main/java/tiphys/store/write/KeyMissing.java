package tiphys.store.write;

/// Says that Secrets are stored, but the key that encrypted them is not beside them.
public final class KeyMissing extends RuntimeException {
    private static final long serialVersionUID = 1;

    public KeyMissing(String message) {
        super(message);
    }
}
