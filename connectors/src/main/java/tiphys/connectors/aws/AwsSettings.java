package tiphys.connectors.aws;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tiphys.connectors.broker.Secrets;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.spec.Fields;

/// Which AWS, and who asks it.
///
/// @param role that is taken; empty for none
/// @param endpoint of the service, if it is another than AWS' own
record AwsSettings(
        String region,
        Optional<SecretKey> accessKey,
        Optional<SecretKey> secretKey,
        Optional<SecretKey> sessionToken,
        String role,
        Optional<URI> endpoint) {
    static AwsSettings read(Fields fields) {
        var access = Secrets.optional(fields, "accessKey");
        var secret = Secrets.optional(fields, "secretKey");
        if (access.isPresent() != secret.isPresent()) {
            fields.invalid("accessKey", "and secretKey go together: only one of them is there");
        }
        return new AwsSettings(
                fields.required("region"),
                access,
                secret,
                Secrets.optional(fields, "sessionToken"),
                fields.text("roleARN"),
                endpoint(fields));
    }

    private static Optional<URI> endpoint(Fields fields) {
        var text = fields.text("endpoint");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            var uri = URI.create(text.endsWith("/") ? text : text + "/");
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return Optional.of(uri);
            }
        } catch (IllegalArgumentException _) {
            // told below
        }
        fields.invalid("endpoint", "must be a URL such as http://localhost:4566, not \"" + text + "\"");
        return Optional.empty();
    }

    List<SecretKey> secrets() {
        return Stream.of(accessKey, secretKey, sessionToken).flatMap(Optional::stream).toList();
    }

    /// Where a service is.
    URI of(String service) {
        var domain = region.startsWith("cn-") ? ".amazonaws.com.cn/" : ".amazonaws.com/";
        return URI.create("https://" + service + "." + region + domain);
    }
}
