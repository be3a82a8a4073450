package tiphys.language;

import java.util.Objects;

/// Says why an evaluation gave no value, in the words users know from Argo where there are such.
public final class EvaluationFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    public EvaluationFailed(String message) {
        super(message, null, false, false);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
