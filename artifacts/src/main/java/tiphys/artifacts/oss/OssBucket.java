package tiphys.artifacts.oss;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import tiphys.artifacts.bucket.Bucket;
import tiphys.artifacts.bucket.Together;
import tiphys.artifacts.driver.Driver.Place;
import tiphys.artifacts.web.Answer;
import tiphys.artifacts.web.Checksum;
import tiphys.artifacts.web.Download;
import tiphys.artifacts.web.Web;
import tiphys.artifacts.web.Xml;
import tiphys.engine.Artifacts.Content;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.Value;

/// A bucket over the store's REST API. A large file goes in parts, some at once, and is there when the last is; what comes back is
/// compared with the CRC64 that the server keeps.
record OssBucket(Web web, URI endpoint, Place place, OssSignature signature, InstantSource clock) implements Bucket {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final long PART_BYTES = 16 << 20;
    private static final int MOST_PARTS = 10_000;
    private static final int PAGE = 1_000;

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
    }

    private String bucket() {
        return place.text("bucket");
    }

    /// The bucket's name is the first of the host, but for a host that is a number.
    private URI uri(String key, Map<String, String> query) throws Trouble {
        boolean number = String.valueOf(endpoint.getHost()).matches("[0-9.]+|\\[.*]|localhost");
        var host = number ? endpoint.getRawAuthority() : bucket() + "." + endpoint.getRawAuthority();
        var path = (number ? "/" + bucket() : "") + "/" + encoded(key).replace("%2F", "/");
        var parameters =
                query.entrySet().stream()
                        .map(one -> one.getKey() + (one.getValue().isEmpty() ? "" : "=" + encoded(one.getValue())))
                        .sorted()
                        .collect(Collectors.joining("&"));
        return Web.uri(endpoint.getScheme() + "://" + host + path + (parameters.isEmpty() ? "" : "?" + parameters));
    }

    private Answer ask(
            String method, String key, Map<String, String> query, Map<String, String> headers, BodyPublisher body)
            throws IOException {
        var request = Web.request(uri(key, query)).method(method, body);
        signature
                .sign(method, "/" + bucket() + "/" + key, query, headers, TIME.format(clock.instant()))
                .forEach(request::header);
        return web.ask(request.build());
    }

    private static Trouble trouble(Answer answer) throws IOException {
        var text = answer.text();
        var xml = text.stripLeading().startsWith("<") ? Optional.of(Xml.parse(text)) : Optional.<Xml>empty();
        var code = xml.map(one -> one.at("Code")).orElse("");
        var message = xml.map(one -> one.at("Message")).filter(one -> !one.isEmpty()).orElse(text.strip());
        var words =
                "oss: service returned error: StatusCode=%d, ErrorCode=%s, ErrorMessage=\"%s\""
                        .formatted(answer.status(), code, message);
        if (answer.status() == 404) {
            return new Trouble(
                    code.equals("NoSuchBucket") ? Trouble.Kind.REFUSED : Trouble.Kind.MISSING,
                    code.isEmpty() || code.equals("NoSuchKey") ? "The specified key does not exist." : words);
        }
        return new Trouble(answer.kind(), words);
    }

    private static Answer fine(Answer answer) throws IOException {
        if (answer.fine()) {
            return answer;
        }
        try (answer) {
            throw trouble(answer);
        }
    }

    private Answer bytes(String key, long from) throws IOException {
        var headers = from > 0 ? Map.of("range", "bytes=" + from + "-") : Map.<String, String>of();
        return fine(ask("GET", key, Map.of(), headers, BodyPublishers.noBody()));
    }

    @Override
    public void get(String key, Path to) throws IOException {
        Download.to(
                to,
                at -> {
                    var answer = bytes(key, at);
                    return answer.piece(answer.header("ETag").orElse(""), sum(answer));
                });
    }

    private static Optional<Checksum.Expected> sum(Answer answer) {
        return answer.header("x-oss-hash-crc64ecma")
                .filter(text -> text.matches("\\d{1,20}"))
                .map(text ->
                        new Checksum.Expected(
                                Checksum.CRC64, ByteBuffer.allocate(8).putLong(Long.parseUnsignedLong(text)).array()));
    }

    @Override
    public Content open(String key, long from) throws IOException {
        return bytes(key, from).content();
    }

    @Override
    public OptionalLong bytes(String key) throws IOException {
        try (var answer = ask("HEAD", key, Map.of(), Map.of(), BodyPublishers.noBody())) {
            if (answer.fine()) {
                return answer.length();
            }
            var why = trouble(answer);
            if (why.kind() == Trouble.Kind.MISSING) {
                return OptionalLong.empty();
            }
            throw why;
        }
    }

    @Override
    public List<Entry> list(String prefix, int most) throws IOException {
        var found = new ArrayList<Entry>();
        var marker = "";
        boolean more;
        do {
            var query =
                    Map.of(
                            "prefix",
                            prefix,
                            "marker",
                            marker,
                            "max-keys",
                            Integer.toString(Math.min(PAGE, most - found.size())),
                            "encoding-type",
                            "url");
            try (var answer = fine(ask("GET", "", query, Map.of(), BodyPublishers.noBody()))) {
                var xml = answer.xml();
                for (var one : xml.all("Contents")) {
                    found.add(new Entry(URLDecoder.decode(one.at("Key"), UTF_8), Long.parseLong(one.at("Size"))));
                }
                more = xml.at("IsTruncated").equals("true");
                marker = URLDecoder.decode(xml.at("NextMarker"), UTF_8);
            }
        } while (more && !marker.isEmpty() && found.size() < most);
        return found;
    }

    @Override
    public void delete(String key) throws IOException {
        try (var answer = ask("DELETE", key, Map.of(), Map.of(), BodyPublishers.noBody())) {
            if (!answer.fine()) {
                var why = trouble(answer);
                if (why.kind() != Trouble.Kind.MISSING) {
                    throw why;
                }
            }
        }
    }

    @Override
    public void prepare() throws IOException {
        if (place.fields().find("createBucketIfNotPresent").filter(Value.bool(true)::equals).isPresent()) {
            try {
                list("", 1);
            } catch (Trouble e) {
                if (e.kind() == Trouble.Kind.UNAVAILABLE || !String.valueOf(e.getMessage()).contains("NoSuchBucket")) {
                    throw e;
                }
                fine(ask("PUT", "", Map.of(), Map.of(), BodyPublishers.noBody())).close();
            }
        }
        var rule = place.fields().find("lifecycleRule");
        if (rule.isPresent() && rule.get() instanceof Value.Mapping json) {
            var lifecycle = Lifecycle.of(place.text("key").replaceFirst("^/+", ""), json);
            if (lifecycle.says()) {
                age(lifecycle);
            }
        }
    }

    private void age(Lifecycle lifecycle) throws IOException {
        var query = Map.of("lifecycle", "");
        String before;
        try (var answer = ask("GET", "", query, Map.of(), BodyPublishers.noBody())) {
            before = answer.status() == 404 ? "" : fine(answer).text();
        }
        var body = BodyPublishers.ofString(lifecycle.with(before));
        fine(ask("PUT", "", query, Map.of("content-type", "application/xml"), body)).close();
    }

    // ------------------------------------------------------------------ uploads

    @Override
    public void put(Path file, String key) throws IOException {
        long bytes = Files.size(file);
        if (bytes > PART_BYTES) {
            inParts(file, bytes, key);
        } else {
            fine(ask("PUT", key, Map.of(), Map.of(), Web.body(file, 0, bytes))).close();
        }
    }

    @Override
    public void ask(String key) throws IOException {
        abort(key, begin(key));
    }

    private String begin(String key) throws IOException {
        try (var answer = fine(ask("POST", key, Map.of("uploads", ""), Map.of(), BodyPublishers.noBody()))) {
            return answer.xml().at("UploadId");
        }
    }

    private void abort(String key, String upload) throws IOException {
        fine(ask("DELETE", key, Map.of("uploadId", upload), Map.of(), BodyPublishers.noBody())).close();
    }

    private void inParts(Path file, long bytes, String key) throws IOException {
        var upload = begin(key);
        long size = Math.max(PART_BYTES, (bytes + MOST_PARTS - 1) / MOST_PARTS);
        var jobs = new ArrayList<Callable<String>>();
        for (long from = 0; from < bytes; from += size) {
            long begin = from;
            int number = jobs.size() + 1;
            long length = Math.min(size, bytes - from);
            jobs.add(() -> part(key, upload, number, Web.body(file, begin, length)));
        }
        try {
            var list = "<CompleteMultipartUpload>" + String.join("", Together.all(jobs)) + "</CompleteMultipartUpload>";
            var body = BodyPublishers.ofString(list);
            fine(ask("POST", key, Map.of("uploadId", upload), Map.of("content-type", "application/xml"), body)).close();
        } catch (IOException e) {
            try {
                abort(key, upload);
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    /// @return the part as the list of all names it
    private String part(String key, String upload, int number, BodyPublisher body) throws IOException {
        var query = Map.of("partNumber", Integer.toString(number), "uploadId", upload);
        try (var answer = fine(ask("PUT", key, query, Map.of(), body))) {
            return "<Part><PartNumber>"
                    + number
                    + "</PartNumber><ETag>"
                    + answer.header("ETag").orElse("").replace("\"", "&quot;")
                    + "</ETag></Part>";
        }
    }
}
