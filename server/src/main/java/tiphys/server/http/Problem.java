package tiphys.server.http;

import java.util.Map;
import tiphys.manifest.Value;

/// An answer that says what went wrong, in the error form of docs/api.md.
///
/// @param status the HTTP status
/// @param code `TIP-` and four digits; never changes its meaning
/// @param message what was expected and what was found
/// @param hint what to do about it; may be empty
/// @param details further fields of the body
/// @param headers such as `Allow` and `Retry-After`
public record Problem(
        int status, String code, String message, String hint, Value.Mapping details, Map<String, String> headers) {

    public Problem(int status, String code, String message, String hint) {
        this(status, code, message, hint, Value.Mapping.EMPTY, Map.of());
    }

    /// This problem with a header.
    public Problem header(String name, String value) {
        return new Problem(status, code, message, hint, details, Map.of(name, value));
    }

    /// This problem with further fields in its body.
    public Problem details(Value.Mapping details) {
        return new Problem(status, code, message, hint, details, headers);
    }

    /// The body.
    public Value.Mapping json() {
        var json = Value.object("code", code, "message", message, "hint", hint);
        for (var detail : details.fields().entrySet()) {
            json = json.with(detail.getKey(), detail.getValue());
        }
        return json;
    }

    /// A problem on its way to the answer.
    public static final class Thrown extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient Problem problem;

        Thrown(Problem problem) {
            super(problem.message(), null, false, false);
            this.problem = problem;
        }

        /// What to answer.
        public Problem problem() {
            return problem;
        }
    }

    /// This problem as an exception, for code that cannot go on.
    public Thrown thrown() {
        return new Thrown(this);
    }
}
