package tiphys.server.kubernetes;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;
import tiphys.server.http.RequestBodies;

/// Reads the bodies of requests: JSON, YAML, and the protobuf that kubectl sends for some kinds. Bounded; what cannot be
/// read is a [tiphys.objects.Refusal] that says where and why.
final class ObjectBodies {
    /// What Kubernetes takes, too.
    static final int LIMIT = 3 << 20;

    private ObjectBodies() {}

    /// The body's media type in lower case, without its parameters; empty if there is none.
    static String mediaType(KubernetesCall call) {
        var header = call.header(HttpHeader.CONTENT_TYPE.asString());
        return header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    /// An object as JSON, YAML or protobuf.
    static Value.Mapping object(KubernetesCall call) throws IOException {
        var bytes = bytes(call);
        if (bytes.length == 0) {
            throw Statuses.badRequest("expected an object in the body, found an empty body");
        }
        return mapping(
                switch (mediaType(call)) {
                    case "", "application/json" -> json(bytes);
                    case "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml" -> yaml(bytes);
                    case "application/vnd.kubernetes.protobuf" -> Protobuf.object(bytes);
                    default ->
                            throw Statuses.unsupportedMediaType(
                                    "the body of the request was in an unknown format - accepted media types include: "
                                            + "application/json, application/yaml, application/vnd.kubernetes.protobuf");
                });
    }

    /// The options of a deletion; empty if there is no body.
    static Value.Mapping options(KubernetesCall call) throws IOException {
        var bytes = bytes(call);
        if (bytes.length == 0) {
            return Value.Mapping.EMPTY;
        }
        return switch (mediaType(call)) {
            case "application/yaml" -> mapping(yaml(bytes));
            case "application/vnd.kubernetes.protobuf" -> Protobuf.object(bytes);
            default -> mapping(json(bytes));
        };
    }

    /// A patch in JSON.
    static Value patch(KubernetesCall call) throws IOException {
        return json(bytes(call));
    }

    /// An apply patch: one object in YAML or JSON.
    static Value applied(KubernetesCall call) throws IOException {
        return mapping(yaml(bytes(call)));
    }

    private static byte[] bytes(KubernetesCall call) throws IOException {
        return RequestBodies.upTo(LIMIT, call.request()).orElseThrow(() -> Statuses.tooLarge(LIMIT));
    }

    private static Value.Mapping mapping(Value value) {
        if (value instanceof Value.Mapping mapping) {
            return mapping;
        }
        throw Statuses.badRequest("expected an object in the body, found " + kind(value));
    }

    private static Value json(byte[] bytes) {
        try {
            return Json.parse(bytes);
        } catch (InvalidInput e) {
            throw Statuses.badRequest(reason(e));
        }
    }

    private static Value yaml(byte[] bytes) {
        try {
            var documents = Yaml.parse(bytes, "");
            if (documents.size() != 1) {
                throw Statuses.badRequest("expected one YAML document in the body, found " + documents.size());
            }
            return documents.getFirst();
        } catch (InvalidInput e) {
            throw Statuses.badRequest(reason(e));
        }
    }

    /// What is wrong and where, for a Status.
    static String reason(InvalidInput invalid) {
        return Optional.of(invalid.diagnostics())
                .filter(found -> !found.isEmpty())
                .map(found -> found.getFirst())
                .map(first -> first.message() + (first.at().known() ? " at " + first.at() : ""))
                .orElse("the body cannot be read");
    }

    static String kind(Value value) {
        return switch (value) {
            case Value.Null _ -> "null";
            case Value.Bool _ -> "a truth value";
            case Value.Number _ -> "a number";
            case Value.Text _ -> "a string";
            case Value.Sequence _ -> "a list";
            case Value.Mapping _ -> "an object";
        };
    }
}
