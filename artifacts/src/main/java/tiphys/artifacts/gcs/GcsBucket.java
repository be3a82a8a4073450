package tiphys.artifacts.gcs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Pattern;
import tiphys.artifacts.bucket.Bucket;
import tiphys.artifacts.web.Answer;
import tiphys.artifacts.web.Checksum;
import tiphys.artifacts.web.Download;
import tiphys.artifacts.web.Web;
import tiphys.engine.Artifacts.Content;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// A bucket over Google's JSON API. A large file goes in one upload of several requests, which goes on where the server says that it
/// stands; the object is there with the last. Each object's CRC32C is told to the server, and compared when it comes back.
record GcsBucket(Web web, String server, String bucket, Token token) implements Bucket {
    /// The server takes multiples of 256 KiB.
    private static final long PIECE_BYTES = 16 << 20;

    private static final long ONE_PUT_BYTES = 8 << 20;
    private static final int MOST_IN_VAIN = 5;
    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final int GO_ON = 308;
    private static final int PAGE = 1_000;
    private static final Pattern HASH = Pattern.compile("crc32c=([A-Za-z0-9+/]{6}==)");
    private static final Pattern RANGE = Pattern.compile("bytes=0-(\\d+)");

    /// Says who asks.
    @FunctionalInterface
    interface Token {
        /// @return empty if nobody is asked
        Optional<String> text() throws IOException;
    }

    private HttpRequest.Builder request(String uri) throws IOException {
        var request = Web.request(Web.uri(uri));
        token.text().ifPresent(text -> request.header("Authorization", "Bearer " + text));
        return request;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    private String objects() {
        return server + "/storage/v1/b/" + encoded(bucket) + "/o";
    }

    private String object(String key) {
        return objects() + "/" + encoded(key);
    }

    private static Trouble trouble(Answer answer, String key) throws IOException {
        var text = answer.text();
        var message = message(text);
        if (answer.status() == 404 && !message.contains("bucket does not exist")) {
            return new Trouble(Trouble.Kind.MISSING, "no results for key: " + key);
        }
        var kind = answer.status() == 404 ? Trouble.Kind.REFUSED : answer.kind();
        return new Trouble(kind, "gcs: " + answer.status() + " " + message);
    }

    private static String message(String text) {
        try {
            if (Json.parse(text) instanceof Value.Mapping object) {
                return object.textAt("error", "message").orElse(text.strip());
            }
        } catch (InvalidInput _) {
            // an answer to a request for bytes is a sentence
        }
        return text.strip().substring(0, Math.min(300, text.strip().length()));
    }

    /// The answer to a request for an object's bytes, which is fine. To be closed.
    private Answer bytes(String key, long from) throws IOException {
        var request = request(object(key) + "?alt=media");
        if (from > 0) {
            request.header("Range", "bytes=" + from + "-");
        }
        var answer = web.ask(request.GET().build());
        if (!answer.fine()) {
            try (answer) {
                throw trouble(answer, key);
            }
        }
        return answer;
    }

    @Override
    public void get(String key, Path to) throws IOException {
        Download.to(
                to,
                at -> {
                    var answer = bytes(key, at);
                    return answer.piece(answer.header("x-goog-generation").orElse(""), sum(answer));
                });
    }

    /// Of the bytes as they are kept, which are not those that come if they are kept compressed.
    private static Optional<Checksum.Expected> sum(Answer answer) {
        if (!answer.header("x-goog-stored-content-encoding").orElse("identity").equals("identity")) {
            return Optional.empty();
        }
        var hash = HASH.matcher(String.join(",", answer.headers().allValues("x-goog-hash")));
        return hash.find()
                ? Optional.of(new Checksum.Expected(Checksum.CRC32C, Base64.getDecoder().decode(hash.group(1))))
                : Optional.empty();
    }

    @Override
    public Content open(String key, long from) throws IOException {
        return bytes(key, from).content();
    }

    @Override
    public List<Entry> list(String prefix, int most) throws IOException {
        var found = new ArrayList<Entry>();
        var page = "";
        do {
            int many = Math.min(PAGE, most - found.size());
            var uri = objects() + "?maxResults=" + many + "&prefix=" + encoded(prefix);
            var request = request(page.isEmpty() ? uri : uri + "&pageToken=" + encoded(page));
            try (var answer = web.ask(request.GET().build())) {
                if (!answer.fine()) {
                    throw trouble(answer, prefix);
                }
                var json = answer.json();
                for (var one : json.listAt("items")) {
                    found.add(new Entry(one.textAt("name").orElse(""), size(one)));
                }
                page = json.textAt("nextPageToken").orElse("");
            }
        } while (!page.isEmpty() && found.size() < most);
        return found;
    }

    /// A number that is written as text.
    private static long size(Value object) {
        return object.find("size").map(size -> Long.parseLong(Json.text(size))).orElse(0L);
    }

    @Override
    public OptionalLong bytes(String key) throws IOException {
        try (var answer = web.ask(request(object(key)).GET().build())) {
            if (answer.fine()) {
                return OptionalLong.of(size(answer.json()));
            }
            var why = trouble(answer, key);
            if (why.kind() == Trouble.Kind.MISSING) {
                return OptionalLong.empty();
            }
            throw why;
        }
    }

    @Override
    public void delete(String key) throws IOException {
        try (var answer = web.ask(request(object(key)).DELETE().build())) {
            if (!answer.fine()) {
                var why = trouble(answer, key);
                if (why.kind() != Trouble.Kind.MISSING) {
                    throw why;
                }
            }
        }
    }

    // ------------------------------------------------------------------ uploads

    @Override
    public void put(Path file, String key) throws IOException {
        long bytes = Files.size(file);
        var about =
                Json.write(
                        Value.object(
                                "name", key, "crc32c", Base64.getEncoder().encodeToString(Checksum.CRC32C.of(file))));
        if (bytes <= ONE_PUT_BYTES) {
            atOnce(file, bytes, key, about);
            return;
        }
        var session = begin(key, about);
        try {
            goOn(session, file, bytes, key);
        } catch (IOException e) {
            try {
                cancel(session);
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    private void atOnce(Path file, long bytes, String key, String about) throws IOException {
        var border = "tiphys-" + UUID.randomUUID();
        var body =
                BodyPublishers.concat(
                        BodyPublishers.ofString(
                                "--"
                                        + border
                                        + "\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n"
                                        + about
                                        + "\r\n--"
                                        + border
                                        + "\r\nContent-Type: application/octet-stream\r\n\r\n"),
                        Web.body(file, 0, bytes),
                        BodyPublishers.ofString("\r\n--" + border + "--\r\n"));
        var request =
                request(upload("multipart")).header("Content-Type", "multipart/related; boundary=" + border).POST(body);
        try (var answer = web.ask(request.build())) {
            if (!answer.fine()) {
                throw placed(trouble(answer, key));
            }
        }
    }

    private String upload(String how) {
        return server + "/upload/storage/v1/b/" + encoded(bucket) + "/o?uploadType=" + how;
    }

    /// What is missing when something is put is the bucket, whatever the server says of it.
    private static Trouble placed(Trouble why) {
        return why.kind() == Trouble.Kind.MISSING
                ? new Trouble(Trouble.Kind.REFUSED, "gcs: 404 The specified bucket does not exist.", why)
                : why;
    }

    /// Begins an upload of several requests.
    ///
    /// @return where they go
    private URI begin(String key, String about) throws IOException {
        var request =
                request(upload("resumable") + "&name=" + encoded(key))
                        .header("Content-Type", "application/json; charset=UTF-8")
                        .POST(BodyPublishers.ofString(about));
        try (var answer = web.ask(request.build())) {
            if (!answer.fine()) {
                throw placed(trouble(answer, key));
            }
            return Web.uri(
                    answer.header("Location")
                            .orElseThrow(() ->
                                    new Trouble(Trouble.Kind.REFUSED, "gcs: the server does not say where to put it")));
        }
    }

    private void goOn(URI session, Path file, long bytes, String key) throws IOException {
        long at = 0;
        int vain = 0;
        while (at < bytes) {
            long length = Math.min(PIECE_BYTES, bytes - at);
            var range = "bytes " + at + "-" + (at + length - 1) + "/" + bytes;
            long next;
            try {
                next = stands(session, range, Web.body(file, at, length), bytes, key);
            } catch (Trouble e) {
                if (e.kind() != Trouble.Kind.UNAVAILABLE || ++vain >= MOST_IN_VAIN) {
                    throw e;
                }
                pause(vain);
                next = standsAfter(session, bytes, key, at);
            }
            if (next > at) {
                vain = 0;
            } else if (++vain >= MOST_IN_VAIN) {
                throw new Trouble(Trouble.Kind.UNAVAILABLE, "gcs: the server keeps nothing of what it is sent");
            }
            at = next;
        }
    }

    /// Sends a piece, or nothing.
    ///
    /// @return how many bytes the server has now
    private long stands(URI session, String range, HttpRequest.BodyPublisher body, long bytes, String key)
            throws IOException {
        var request = request(session.toString()).header("Content-Range", range).PUT(body);
        try (var answer = web.once(request.build())) {
            if (answer.fine()) {
                return bytes;
            }
            if (answer.status() != GO_ON) {
                throw placed(trouble(answer, key));
            }
            var has = RANGE.matcher(answer.header("Range").orElse(""));
            return has.matches() ? Long.parseLong(has.group(1)) + 1 : 0;
        }
    }

    /// Where an upload stands whose connection was lost; where it stood, if that cannot be told either.
    private long standsAfter(URI session, long bytes, String key, long before) throws IOException {
        try {
            return stands(session, "bytes */" + bytes, BodyPublishers.noBody(), bytes, key);
        } catch (Trouble e) {
            if (e.kind() == Trouble.Kind.UNAVAILABLE) {
                return before;
            }
            throw e;
        }
    }

    private static void pause(int vain) throws Trouble {
        try {
            Thread.sleep(FIRST_PAUSE_MILLIS << vain);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Trouble(Trouble.Kind.UNAVAILABLE, "the server is ending", e);
        }
    }

    @Override
    public void ask(String key) throws IOException {
        cancel(begin(key, Json.write(Value.object("name", key))));
    }

    private void cancel(URI session) throws IOException {
        web.ask(request(session.toString()).DELETE().build()).close();
    }
}
