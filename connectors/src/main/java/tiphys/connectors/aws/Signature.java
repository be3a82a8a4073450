package tiphys.connectors.aws;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// AWS' signature, version 4, of one request.
///
/// @param session the token of keys that are given for a while; empty for others
record Signature(String accessKey, String secretKey, String session, String region, String service) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /// Nothing of the keys.
    @Override
    public String toString() {
        return "Signature[" + region + " " + service + "]";
    }

    /// The headers that the request needs beside its own.
    ///
    /// @param own those that are signed with it; `host` comes from the address
    Map<String, String> headers(String method, URI uri, Map<String, String> own, byte[] body, Instant at) {
        var time = TIME.format(at);
        var day = time.substring(0, 8);
        var signed = new TreeMap<String, String>();
        own.forEach((name, value) -> signed.put(name.toLowerCase(Locale.ROOT), value.strip()));
        signed.put("host", uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort());
        signed.put("x-amz-date", time);
        if (!session.isEmpty()) {
            signed.put("x-amz-security-token", session);
        }
        var names = String.join(";", signed.keySet());
        var canonical =
                method
                        + "\n"
                        + canonicalPath(uri)
                        + "\n"
                        + canonicalQuery(uri)
                        + "\n"
                        + signed.entrySet().stream()
                                .map(one -> one.getKey() + ":" + one.getValue() + "\n")
                                .collect(Collectors.joining())
                        + "\n"
                        + names
                        + "\n"
                        + hash(body);
        var scope = day + "/" + region + "/" + service + "/aws4_request";
        var toSign =
                "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + hash(canonical.getBytes(StandardCharsets.UTF_8));
        var key = mac(("AWS4" + secretKey).getBytes(StandardCharsets.UTF_8), day);
        key = mac(mac(mac(key, region), service), "aws4_request");
        var made = new TreeMap<String, String>();
        made.put("X-Amz-Date", time);
        if (!session.isEmpty()) {
            made.put("X-Amz-Security-Token", session);
        }
        made.put(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential="
                        + accessKey
                        + "/"
                        + scope
                        + ", SignedHeaders="
                        + names
                        + ", Signature="
                        + HexFormat.of().formatHex(mac(key, toSign)));
        return made;
    }

    /// Each part of the path, as it goes over the wire, is escaped once more.
    private static String canonicalPath(URI uri) {
        var path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return escaped(path).replace("%2F", "/");
    }

    private static String canonicalQuery(URI uri) {
        if (uri.getRawQuery() == null) {
            return "";
        }
        var sorted = new TreeMap<String, String>();
        for (var part : uri.getRawQuery().split("&", -1)) {
            int at = part.indexOf('=');
            sorted.put(at < 0 ? part : part.substring(0, at), at < 0 ? "" : part.substring(at + 1));
        }
        return sorted.entrySet().stream()
                .map(one -> one.getKey() + "=" + one.getValue())
                .collect(Collectors.joining("&"));
    }

    /// As AWS escapes.
    static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] mac(byte[] key, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
