package tiphys.objects;

import java.util.List;

/// What the API answers instead of doing it: Kubernetes' `Status` of kind Failure.
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int code;
    private final String reason;
    private final transient List<Cause> causes;

    /// One field that is wrong.
    public record Cause(String reason, String message, String field) {}

    /// @param code the HTTP status
    /// @param reason Kubernetes' word: NotFound, AlreadyExists, Conflict, Forbidden, Invalid, BadRequest …
    public Refusal(int code, String reason, String message, List<Cause> causes) {
        super(message, null, false, false);
        this.code = code;
        this.reason = reason;
        this.causes = List.copyOf(causes);
    }

    public Refusal(int code, String reason, String message) {
        this(code, reason, message, List.of());
    }

    /// The HTTP status.
    public int code() {
        return code;
    }

    /// Kubernetes' word for it.
    public String reason() {
        return reason;
    }

    /// The fields that are wrong; empty if it is not about fields.
    public List<Cause> causes() {
        return causes;
    }
}
