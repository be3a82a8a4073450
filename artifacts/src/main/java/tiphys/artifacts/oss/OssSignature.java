package tiphys.artifacts.oss;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The signature of one request, in the store's first version.
///
/// @param token of keys that are given for a while; empty for others
record OssSignature(String accessKey, String secretKey, String token) {
    /// The parameters that are signed, of those that are asked with here.
    private static final Set<String> SIGNED = Set.of("uploads", "uploadId", "partNumber", "lifecycle", "location");

    /// The headers of a request with those that prove who makes it.
    ///
    /// @param resource `/BUCKET/KEY`, not escaped
    /// @param headers those that it has already, in lower case
    /// @param time as HTTP writes it
    Map<String, String> sign(
            String method, String resource, Map<String, String> query, Map<String, String> headers, String time) {
        var all = new TreeMap<>(headers);
        all.put("date", time);
        if (!token.isEmpty()) {
            all.put("x-oss-security-token", token);
        }
        if (!accessKey.isEmpty()) {
            all.put("authorization", "OSS " + accessKey + ":" + mac(text(method, resource, query, all)));
        }
        return all;
    }

    private static String text(String method, String resource, Map<String, String> query, Map<String, String> headers) {
        var own =
                headers.entrySet().stream()
                        .filter(one -> one.getKey().toLowerCase(Locale.ROOT).startsWith("x-oss-"))
                        .map(one -> one.getKey() + ":" + one.getValue() + "\n")
                        .collect(Collectors.joining());
        var parameters =
                new TreeMap<>(query)
                        .entrySet().stream()
                                .filter(one -> SIGNED.contains(one.getKey()))
                                .map(one -> one.getKey() + (one.getValue().isEmpty() ? "" : "=" + one.getValue()))
                                .collect(Collectors.joining("&"));
        return String.join(
                        "\n",
                        method,
                        headers.getOrDefault("content-md5", ""),
                        headers.getOrDefault("content-type", ""),
                        headers.getOrDefault("date", ""))
                + "\n"
                + own
                + resource
                + (parameters.isEmpty() ? "" : "?" + parameters);
    }

    private String mac(String text) {
        try {
            var mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(secretKey.getBytes(UTF_8), "HmacSHA1"));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has HmacSHA1", e);
        }
    }

    /// Not the keys.
    @Override
    public String toString() {
        return accessKey;
    }
}
