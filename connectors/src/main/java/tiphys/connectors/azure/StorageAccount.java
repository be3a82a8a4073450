package tiphys.connectors.azure;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// An account of Azure Storage as its connection string says it: where its queues are, and what requests are signed with.
///
/// @param queues the address of the queues, without a slash at its end
/// @param name of the account, which is part of what is signed
/// @param key empty if requests carry a signature that somebody else made
/// @param signature that signature, as a query
record StorageAccount(URI queues, String name, byte[] key, String signature) {
    private static final String VERSION = "2021-12-02";
    private static final String ALGORITHM = "HmacSHA256";
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US).withZone(ZoneOffset.UTC);

    /// Reads a connection string.
    ///
    /// @param field that names the Secret, for the message
    /// @throws IOException if it is none; the message has nothing of it
    static StorageAccount read(String field, String text) throws IOException {
        var parts = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        for (var part : text.strip().split(";", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                parts.put(part.substring(0, equals).strip(), part.substring(equals + 1).strip());
            }
        }
        var name = parts.getOrDefault("AccountName", "");
        var key = parts.getOrDefault("AccountKey", "");
        var signature = parts.getOrDefault("SharedAccessSignature", "");
        var endpoint = endpoint(parts, name);
        if (endpoint.isEmpty() || (signature.isEmpty() && (name.isEmpty() || key.isEmpty()))) {
            throw none(field);
        }
        try {
            return new StorageAccount(
                    endpoint.get(),
                    name,
                    signature.isEmpty() ? Base64.getDecoder().decode(key) : new byte[0],
                    signature.startsWith("?") ? signature.substring(1) : signature);
        } catch (IllegalArgumentException _) {
            throw none(field);
        }
    }

    private static IOException none(String field) {
        return new IOException(
                field
                        + ": its Secret holds no connection string such as DefaultEndpointsProtocol=https;AccountName=NAME;"
                        + "AccountKey=KEY;EndpointSuffix=core.windows.net");
    }

    private static Optional<URI> endpoint(Map<String, String> parts, String name) {
        var text =
                Optional.ofNullable(parts.get("QueueEndpoint"))
                        .orElseGet(() ->
                                name.isEmpty()
                                        ? ""
                                        : parts.getOrDefault("DefaultEndpointsProtocol", "https")
                                                + "://"
                                                + name
                                                + ".queue."
                                                + parts.getOrDefault("EndpointSuffix", "core.windows.net"));
        try {
            var uri = URI.create(text.replaceFirst("/+$", ""));
            boolean usable =
                    uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
            return usable ? Optional.of(uri) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /// The address of a request.
    ///
    /// @param query encoded, without a mark before it; may be empty
    URI uri(String path, String query) {
        var all = new ArrayList<>(List.of(query, signature));
        all.removeIf(String::isEmpty);
        return URI.create(queues + path + (all.isEmpty() ? "" : "?" + String.join("&", all)));
    }

    /// What a request carries beside its address and its body.
    Map<String, String> headers(String method, URI uri, Instant now, int length) {
        var headers = new TreeMap<String, String>();
        headers.put("x-ms-date", DATE.format(now));
        headers.put("x-ms-version", VERSION);
        if (signature.isEmpty()) {
            headers.put("Authorization", "SharedKey " + name + ":" + sign(signed(method, uri, headers, length)));
        }
        return headers;
    }

    /// The text that is signed: of the twelve headers that a request may have only its length, if it has a body, and then its own ones.
    String signed(String method, URI uri, Map<String, String> own, int length) {
        var text = new StringBuilder(method).append("\n\n\n").append(length == 0 ? "" : length).append("\n".repeat(9));
        own.forEach((header, value) -> text.append(header).append(':').append(value).append('\n'));
        text.append('/').append(name).append(uri.getRawPath());
        var query = new TreeMap<String, String>();
        for (var part : Optional.ofNullable(uri.getRawQuery()).orElse("").split("&", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                query.put(
                        part.substring(0, equals).toLowerCase(Locale.ROOT),
                        URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        query.forEach((parameter, value) -> text.append('\n').append(parameter).append(':').append(value));
        return text.toString();
    }

    private String sign(String text) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    /// Nothing of the key.
    @Override
    public String toString() {
        return queues.toString();
    }
}
