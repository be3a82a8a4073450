package tiphys.server.kubernetes;

import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import tiphys.manifest.Value;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectStore;
import tiphys.objects.Refusal;
import tiphys.objects.ResourceType;
import tiphys.server.follow.Followers;

/// Kubernetes' `Status` bodies, and the refusals that this API makes itself.
final class Statuses {
    private Statuses() {}

    /// The body for a refusal of a request about an object; name and kind are left out where there are none.
    static Value.Mapping failure(Refusal refusal, Value.Mapping about) {
        var details = about;
        if (!refusal.causes().isEmpty()) {
            details = details.with("causes", Value.list(refusal.causes().stream().map(Statuses::cause).toList()));
        }
        var retry = retrySeconds(refusal);
        if (retry.isPresent()) {
            details = details.with("retryAfterSeconds", Value.number(retry.getAsInt()));
        }
        return Value.object(
                "kind",
                "Status",
                "apiVersion",
                "v1",
                "metadata",
                Value.Mapping.EMPTY,
                "status",
                "Failure",
                "message",
                refusal.getMessage(),
                "reason",
                refusal.reason(),
                "details",
                details.fields().isEmpty() ? null : details,
                "code",
                refusal.code());
    }

    /// The body that says that an object was deleted.
    ///
    /// @param name empty for all that were meant
    static Value.Mapping deleted(ResourceType type, String name, String uid) {
        return Value.object(
                "kind", "Status",
                "apiVersion", "v1",
                "metadata", Value.Mapping.EMPTY,
                "status", "Success",
                "details",
                        Value.object(
                                "name",
                                name.isEmpty() ? null : name,
                                "group",
                                type.group().isEmpty() ? null : type.group(),
                                "kind",
                                type.plural(),
                                "uid",
                                uid.isEmpty() ? null : uid));
    }

    /// What a request was about, as `details` names it.
    static Value.Mapping about(Target target) {
        return switch (target) {
            case Target.One(_, var key, _) -> details(key.type(), key.name());
            case Target.Collection(var served, _) -> details(served.type(), "");
            case Target.Version _,
                    Target.CoreVersions _,
                    Target.Groups _,
                    Target.OneGroup _,
                    Target.GroupVersion _,
                    Target.OpenApiTwo _,
                    Target.OpenApiIndex _,
                    Target.OpenApiGroup _ ->
                    Value.Mapping.EMPTY;
        };
    }

    static Refusal notFound(ObjectKey key) {
        return new Refusal(
                404, "NotFound", key.type().groupResource() + " \"" + key.name() + "\" not found", List.of());
    }

    static Refusal tooMany(String message) {
        return new Refusal(429, "TooManyRequests", message + "; try again later");
    }

    /// When a client may ask again, if it may.
    static OptionalInt retrySeconds(Refusal refusal) {
        return switch (refusal.code()) {
            case 429 -> OptionalInt.of(Followers.RETRY_SECONDS);
            case 503 -> OptionalInt.of(1);
            default -> OptionalInt.empty();
        };
    }

    static Refusal noSuchPath() {
        return new Refusal(404, "NotFound", "the server could not find the requested resource");
    }

    static Refusal badRequest(String message) {
        return new Refusal(400, "BadRequest", message);
    }

    static Refusal notAllowed(String message) {
        return new Refusal(405, "MethodNotAllowed", message);
    }

    static Refusal unsupportedMediaType(String message) {
        return new Refusal(415, "UnsupportedMediaType", message);
    }

    /// A watch or a page that reaches back too far; the client is to list again.
    static Refusal expired(ObjectStore.Expired expired) {
        return new Refusal(
                410, "Expired", Objects.requireNonNullElse(expired.getMessage(), "too old resource version"));
    }

    static Refusal tooLarge(int limit) {
        return new Refusal(
                413, "RequestEntityTooLarge", "Request entity too large: limit is " + limit + " bytes", List.of());
    }

    private static Value.Mapping details(ResourceType type, String name) {
        return Value.object(
                "name", name.isEmpty() ? null : name,
                "group", type.group().isEmpty() ? null : type.group(),
                "kind", type.plural());
    }

    private static Value cause(Refusal.Cause cause) {
        return Value.object("reason", cause.reason(), "message", cause.message(), "field", cause.field());
    }
}
