package tiphys.artifacts.azure;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLDecoder;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tiphys.engine.Artifacts.Trouble;

/// By what a request may be made.
sealed interface Permit {
    /// The request's headers with those that prove it.
    ///
    /// @param request as it is without
    Map<String, String> headers(Unsigned request) throws IOException;

    /// What stands behind the question mark of each request, beside its own.
    default String query() {
        return "";
    }

    /// A request that nobody signed yet.
    ///
    /// @param path as it goes over the wire
    /// @param query as it goes over the wire
    /// @param headers in lower case
    /// @param bytes of its body
    record Unsigned(String method, String path, String query, Map<String, String> headers, long bytes) {}

    /// A signature that somebody else made, which is part of the address.
    record Signature(String query) implements Permit {
        @Override
        public Map<String, String> headers(Unsigned request) {
            return request.headers();
        }

        @Override
        public String toString() {
            return "Signature";
        }
    }

    /// A token of Microsoft Entra.
    record Token(EntraTokens tokens) implements Permit {
        @Override
        public Map<String, String> headers(Unsigned request) throws IOException {
            var headers = new TreeMap<>(request.headers());
            headers.put("authorization", "Bearer " + tokens.token());
            return headers;
        }
    }

    /// The account's own key.
    record SharedKey(String account, String key, InstantSource clock) implements Permit {
        private static final DateTimeFormatter TIME =
                DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH).withZone(ZoneOffset.UTC);

        /// The headers whose values are signed without their names, in this order; none of ours has a `date`.
        private static final List<String> NAMELESS =
                List.of(
                        "content-encoding",
                        "content-language",
                        "content-length",
                        "content-md5",
                        "content-type",
                        "date",
                        "if-modified-since",
                        "if-match",
                        "if-none-match",
                        "if-unmodified-since",
                        "range");

        @Override
        public Map<String, String> headers(Unsigned request) throws IOException {
            var headers = new TreeMap<>(request.headers());
            headers.put("x-ms-date", TIME.format(clock.instant()));
            headers.put("authorization", "SharedKey " + account + ":" + signature(text(request, headers)));
            return headers;
        }

        private String text(Unsigned request, Map<String, String> headers) {
            var text = new StringBuilder(request.method()).append('\n');
            for (var name : NAMELESS) {
                var value =
                        name.equals("content-length")
                                ? request.bytes() == 0 ? "" : Long.toString(request.bytes())
                                : headers.getOrDefault(name, "");
                text.append(value).append('\n');
            }
            headers.forEach((name, value) -> {
                if (name.startsWith("x-ms-")) {
                    text.append(name).append(':').append(value).append('\n');
                }
            });
            text.append('/').append(account).append(request.path());
            var parameters = new TreeMap<String, String>();
            for (var part : request.query().split("&", -1)) {
                int equals = part.indexOf('=');
                if (equals > 0) {
                    parameters.put(
                            part.substring(0, equals).toLowerCase(Locale.ROOT),
                            URLDecoder.decode(part.substring(equals + 1), UTF_8));
                }
            }
            return text
                    + parameters.entrySet().stream()
                            .map(one -> "\n" + one.getKey() + ":" + one.getValue())
                            .collect(Collectors.joining());
        }

        private String signature(String text) throws Trouble {
            try {
                var mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(Base64.getDecoder().decode(key), "HmacSHA256"));
                return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
            } catch (IllegalArgumentException | InvalidKeyException e) {
                throw new Trouble(
                        Trouble.Kind.REFUSED, "unable to create Azure shared key credential: the key is no base64", e);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has HmacSHA256", e);
            }
        }

        /// Not the key.
        @Override
        public String toString() {
            return account;
        }
    }
}
