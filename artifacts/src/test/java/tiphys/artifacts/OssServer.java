package tiphys.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tiphys.artifacts.web.Checksum;

/// Speaks as Alibaba's object store is documented to, as far as the driver speaks with it, and refuses wrong signatures. Its lists have
/// two keys a page.
final class OssServer implements AutoCloseable {
    static final String ACCESS = "who";
    static final String SECRET = "the-word";

    private static final int PAGE = 2;
    private static final Pattern PART = Pattern.compile("<PartNumber>(\\d+)</PartNumber>");
    private static final Set<String> SIGNED =
            Set.of("acl", "uploads", "uploadId", "partNumber", "lifecycle", "location", "continuation-token");

    /// The bucket's rules, as they were put.
    final Map<String, String> rules = new ConcurrentHashMap<>();

    private final Path buckets;
    private final StandIn server;

    OssServer(Path directory) throws IOException {
        buckets = Files.createDirectories(directory.resolve("oss"));
        server = new StandIn(directory, this::handle);
    }

    int port() {
        return server.port();
    }

    void make(String bucket) throws IOException {
        Files.createDirectories(buckets.resolve(bucket));
    }

    List<String> keys(String bucket) throws IOException {
        var top = buckets.resolve(bucket);
        try (var files = Files.walk(top)) {
            return files.filter(Files::isRegularFile).map(file -> top.relativize(file).toString()).sorted().toList();
        }
    }

    private static void error(HttpExchange exchange, int status, String code, String message) throws IOException {
        StandIn.answer(
                exchange,
                status,
                "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>" + message + "</Message></Error>");
    }

    private void handle(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath().substring(1);
        var bucket = path.contains("/") ? path.substring(0, path.indexOf('/')) : path;
        var key = path.contains("/") ? path.substring(path.indexOf('/') + 1) : "";
        var query = StandIn.query(exchange);
        if (!signed(exchange, query, "/" + bucket + "/" + key)) {
            error(exchange, 403, "SignatureDoesNotMatch", "The request signature we calculated does not match");
        } else if (key.isEmpty()) {
            ofBucket(exchange, bucket, query);
        } else if (!Files.isDirectory(buckets.resolve(bucket))) {
            error(exchange, 404, "NoSuchBucket", "The specified bucket does not exist.");
        } else {
            ofObject(exchange, buckets.resolve(bucket), key, query);
        }
    }

    private static boolean signed(HttpExchange exchange, Map<String, String> query, String resource) {
        var own = new TreeMap<String, String>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> {
                    if (name.toLowerCase(java.util.Locale.ROOT).startsWith("x-oss-")) {
                        own.put(name.toLowerCase(java.util.Locale.ROOT), values.getFirst());
                    }
                });
        var parameters =
                query.entrySet().stream()
                        .filter(one -> SIGNED.contains(one.getKey()))
                        .map(one -> one.getKey() + (one.getValue().isEmpty() ? "" : "=" + one.getValue()))
                        .collect(Collectors.joining("&"));
        var text =
                exchange.getRequestMethod()
                        + "\n"
                        + StandIn.header(exchange, "Content-MD5")
                        + "\n"
                        + StandIn.header(exchange, "Content-Type")
                        + "\n"
                        + StandIn.header(exchange, "Date")
                        + "\n"
                        + own.entrySet().stream()
                                .map(one -> one.getKey() + ":" + one.getValue() + "\n")
                                .collect(Collectors.joining())
                        + resource
                        + (parameters.isEmpty() ? "" : "?" + parameters);
        try {
            var mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), "HmacSHA1"));
            var sum = Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
            return StandIn.header(exchange, "Authorization").equals("OSS " + ACCESS + ":" + sum);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void ofBucket(HttpExchange exchange, String bucket, Map<String, String> query) throws IOException {
        boolean there = Files.isDirectory(buckets.resolve(bucket));
        if (exchange.getRequestMethod().equals("PUT") && !query.containsKey("lifecycle")) {
            make(bucket);
            StandIn.answer(exchange, 200, "");
        } else if (!there) {
            error(exchange, 404, "NoSuchBucket", "The specified bucket does not exist.");
        } else if (!query.containsKey("lifecycle")) {
            list(exchange, bucket, query);
        } else if (exchange.getRequestMethod().equals("PUT")) {
            rules.put(bucket, new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            StandIn.answer(exchange, 200, "");
        } else if (rules.containsKey(bucket)) {
            StandIn.answer(exchange, 200, rules.get(bucket));
        } else {
            error(exchange, 404, "NoSuchLifecycle", "No Row found in Lifecycle Table.");
        }
    }

    private void list(HttpExchange exchange, String bucket, Map<String, String> query) throws IOException {
        var after =
                keys(bucket).stream()
                        .filter(key -> key.startsWith(query.getOrDefault("prefix", "")))
                        .filter(key -> key.compareTo(query.getOrDefault("marker", "")) > 0)
                        .toList();
        int many = Math.min(PAGE, Integer.parseInt(query.getOrDefault("max-keys", "100")));
        var page = after.subList(0, Math.min(many, after.size()));
        var xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult>");
        for (var key : page) {
            xml.append("<Contents><Key>").append(URLEncoder.encode(key, UTF_8)).append("</Key><Size>");
            xml.append(Files.size(buckets.resolve(bucket).resolve(key))).append("</Size></Contents>");
        }
        boolean more = page.size() < after.size();
        xml.append("<IsTruncated>").append(more).append("</IsTruncated>");
        if (more) {
            xml.append("<NextMarker>").append(URLEncoder.encode(page.getLast(), UTF_8)).append("</NextMarker>");
        }
        StandIn.answer(exchange, 200, xml.append("</ListBucketResult>").toString());
    }

    private void ofObject(HttpExchange exchange, Path bucket, String key, Map<String, String> query)
            throws IOException {
        var file = bucket.resolve(key);
        var parts = bucket.resolveSibling("uploads").resolve(query.getOrDefault("uploadId", "none"));
        switch (exchange.getRequestMethod()) {
            case "POST" -> {
                if (query.containsKey("uploads")) {
                    var upload = UUID.randomUUID().toString();
                    Files.createDirectories(parts.resolveSibling(upload));
                    StandIn.answer(exchange, 200, "<R><UploadId>" + upload + "</UploadId></R>");
                } else {
                    join(exchange, parts, file);
                }
            }
            case "PUT" -> {
                server.take(exchange, query.containsKey("partNumber") ? parts.resolve(query.get("partNumber")) : file);
                exchange.getResponseHeaders().set("ETag", "\"part\"");
                StandIn.answer(exchange, 200, "");
            }
            case "DELETE" -> {
                if (!query.containsKey("uploadId") && Files.isRegularFile(file)) { // an object may be a directory here
                    Files.deleteIfExists(file);
                }
                StandIn.answer(exchange, 204, "");
            }
            default -> {
                if (!Files.isRegularFile(file)) {
                    error(exchange, 404, "NoSuchKey", "The specified key does not exist.");
                    return;
                }
                var sum = ByteBuffer.wrap(Checksum.CRC64.of(file)).getLong();
                exchange.getResponseHeaders().set("x-oss-hash-crc64ecma", Long.toUnsignedString(sum));
                exchange.getResponseHeaders().set("ETag", "\"" + sum + "\"");
                if (exchange.getRequestMethod().equals("HEAD")) {
                    exchange.getResponseHeaders().set("Content-Length", Long.toString(Files.size(file)));
                    exchange.sendResponseHeaders(200, -1);
                } else {
                    StandIn.send(exchange, file);
                }
            }
        }
    }

    private static void join(HttpExchange exchange, Path parts, Path file) throws IOException {
        var list = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        Files.createDirectories(file.getParent());
        var whole = parts.resolve("whole");
        try (var out = Files.newOutputStream(whole)) {
            for (var part : PART.matcher(list).results().toList()) {
                Files.copy(parts.resolve(part.group(1)), out);
            }
        }
        Files.move(whole, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        StandIn.answer(exchange, 200, "<R/>");
    }

    @Override
    public void close() {
        server.close();
    }
}
