package tiphys.kubernetes.pod;

/// No pod can be made of an order; the message says why and what to do.
public final class NoPod extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoPod(String message) {
        super(message);
    }
}
