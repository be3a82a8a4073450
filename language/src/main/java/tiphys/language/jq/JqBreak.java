package tiphys.language.jq;

/// Leaves a label, or the search for a first value.
final class JqBreak extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Object target;
    private final String label;

    /// @param target which of several labels of a name
    JqBreak(Object target, String label) {
        super(label, null, false, false);
        this.target = target;
        this.label = label;
    }

    @SuppressWarnings("ReferenceEquality") // one of several labels of a name is meant
    boolean leaves(Object one) {
        return target == one;
    }

    String label() {
        return label;
    }
}
