package tiphys.objects;

import java.util.List;

/// What the API answers instead of doing it: Kubernetes' `Status` of kind Failure.
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int code;
    private final String reason;
    private final transient List<Cause> causes;

    /// One field that is wrong.
    public record Cause(String reason, String message, String field) {

        /// The field has a value that it must not have.
        public static Cause invalid(String field, String value, String detail) {
            return new Cause("FieldValueInvalid", "Invalid value: " + quoted(value) + ": " + detail, field);
        }

        /// The field must be there.
        public static Cause required(String field, String detail) {
            return new Cause("FieldValueRequired", "Required value" + (detail.isEmpty() ? "" : ": " + detail), field);
        }

        /// The field must not be there, or must not change.
        public static Cause forbidden(String field, String detail) {
            return new Cause("FieldValueForbidden", "Forbidden: " + detail, field);
        }

        /// The field knows a few values only.
        public static Cause unsupported(String field, String value, List<String> supported) {
            return new Cause(
                    "FieldValueNotSupported",
                    "Unsupported value: "
                            + quoted(value)
                            + ": supported values: "
                            + String.join(", ", supported.stream().map(Refusal::quoted).toList()),
                    field);
        }

        /// `spec.x: Required value`, as the whole message names it.
        String inMessage() {
            return field + ": " + message;
        }
    }

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

    /// There is no such object.
    public static Refusal notFound(ObjectKey key) {
        return new Refusal(404, "NotFound", key.quoted() + " not found");
    }

    /// This server has no such kind.
    public static Refusal unknownKind(String apiVersion, String kind) {
        return new Refusal(
                404, "NotFound", "no matches for kind " + quoted(kind) + " in version " + quoted(apiVersion));
    }

    /// The name is taken.
    public static Refusal alreadyExists(ObjectKey key) {
        return new Refusal(409, "AlreadyExists", key.quoted() + " already exists");
    }

    /// A precondition does not hold.
    public static Refusal conflict(ObjectKey key, String why) {
        return new Refusal(409, "Conflict", "Operation cannot be fulfilled on " + key.quoted() + ": " + why);
    }

    /// The request makes no sense.
    public static Refusal badRequest(String message) {
        return new Refusal(400, "BadRequest", message);
    }

    /// The user may not, or nobody may.
    public static Refusal forbidden(ObjectKey key, String why) {
        return new Refusal(
                403,
                "Forbidden",
                (key.name().isEmpty() ? key.type().groupResource() : key.quoted()) + " is forbidden: " + why);
    }

    /// Fields of the object are wrong.
    public static Refusal invalid(ResourceType type, String name, List<Cause> causes) {
        var texts = causes.stream().map(Cause::inMessage).distinct().toList();
        return new Refusal(
                422,
                "Invalid",
                type.groupKind()
                        + " "
                        + quoted(name)
                        + " is invalid: "
                        + (texts.size() == 1 ? texts.getFirst() : "[" + String.join(", ", texts) + "]"),
                causes);
    }

    /// The kind of patch is not known here.
    public static Refusal unsupportedMediaType(String supported) {
        return new Refusal(
                415,
                "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include: " + supported);
    }

    /// The kind of object takes no such request.
    public static Refusal notAllowed(String why) {
        return new Refusal(405, "MethodNotAllowed", why);
    }

    /// The list or watch reaches too far back.
    public static Refusal expired(String message) {
        return new Refusal(410, "Expired", message);
    }

    private static String quoted(String value) {
        return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }
}
