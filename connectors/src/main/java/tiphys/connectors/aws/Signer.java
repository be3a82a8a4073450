package tiphys.connectors.aws;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Signs requests as AWS wants it: Signature Version 4.
///
/// @param service as in `sqs`
record Signer(Credentials credentials, String region, String service) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    /// The headers of a request with those that prove who makes it, but for `Host`, which the HTTP client writes.
    ///
    /// @param headers those that it has already
    Map<String, String> sign(String method, URI uri, Map<String, String> headers, byte[] body, Instant now) {
        var time = TIME.format(now);
        var signed = new LinkedHashMap<>(headers);
        signed.put("X-Amz-Date", time);
        if (!credentials.sessionToken().isEmpty()) {
            signed.put("X-Amz-Security-Token", credentials.sessionToken());
        }
        var hash = hex(sha256(body));
        if (service.equals("s3")) {
            signed.put("X-Amz-Content-Sha256", hash);
        }
        var canonical = new TreeMap<String, String>();
        signed.forEach((name, value) -> canonical.put(name.toLowerCase(Locale.ROOT), value.strip()));
        canonical.put("host", host(uri));
        var names = String.join(";", canonical.keySet());
        var lines =
                canonical.entrySet().stream()
                        .map(one -> one.getKey() + ":" + one.getValue() + "\n")
                        .collect(Collectors.joining());
        var request = String.join("\n", method, path(uri), query(uri), lines, names, hash);
        var scope = String.join("/", time.substring(0, 8), region, service, "aws4_request");
        var toSign = String.join("\n", ALGORITHM, time, scope, hex(sha256(bytes(request))));
        signed.put(
                "Authorization",
                "%s Credential=%s/%s, SignedHeaders=%s, Signature=%s"
                        .formatted(ALGORITHM, credentials.accessKey(), scope, names, hex(hmac(key(time), toSign))));
        return signed;
    }

    private byte[] key(String time) {
        var key = bytes("AWS4" + credentials.secretKey());
        for (var part : new String[] {time.substring(0, 8), region, service, "aws4_request"}) {
            key = hmac(key, part);
        }
        return key;
    }

    /// As the JDK's client writes it.
    private static String host(URI uri) {
        int standard = "https".equals(uri.getScheme()) ? 443 : 80;
        return uri.getPort() < 0 || uri.getPort() == standard ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
    }

    private String path(URI uri) {
        var path = uri.getRawPath();
        if (path == null || path.isEmpty()) {
            return "/";
        }
        return service.equals("s3") ? path : encoded(path, true);
    }

    private static String query(URI uri) {
        var parts = new ArrayList<String>();
        if (uri.getRawQuery() != null) {
            for (var part : uri.getRawQuery().split("&", -1)) {
                int equals = part.indexOf('=');
                var name = equals < 0 ? part : part.substring(0, equals);
                var value = equals < 0 ? "" : part.substring(equals + 1);
                parts.add(encoded(decoded(name), false) + "=" + encoded(decoded(value), false));
            }
        }
        return parts.stream().sorted().collect(Collectors.joining("&"));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /// A text with everything but letters, digits and `-._~` as `%XX`.
    static String encoded(String text, boolean keepsSlashes) {
        var out = new StringBuilder();
        for (byte one : bytes(text)) {
            char c = (char) (one & 0xff);
            if (UNRESERVED.indexOf(c) >= 0 || (keepsSlashes && c == '/')) {
                out.append(c);
            } else {
                out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(one));
            }
        }
        return out.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(bytes(text));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
