package tiphys.artifacts.azure;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import tiphys.artifacts.azure.Permit.Unsigned;
import tiphys.artifacts.bucket.Bucket;
import tiphys.artifacts.bucket.Together;
import tiphys.artifacts.web.Answer;
import tiphys.artifacts.web.Checksum;
import tiphys.artifacts.web.Download;
import tiphys.artifacts.web.Web;
import tiphys.artifacts.web.Xml;
import tiphys.engine.Artifacts.Content;
import tiphys.engine.Artifacts.Trouble;

/// A container over the REST API. A large file goes in blocks, some at once, which are a blob when their list is put; each blob's MD5 is
/// kept with it, and compared when it comes back.
record AzureContainer(Web web, URI endpoint, String container, Permit permit) implements Bucket {
    private static final String VERSION = "2021-12-02";
    private static final long BLOCK_BYTES = 16 << 20;
    private static final int MOST_BLOCKS = 50_000;
    private static final int PAGE = 1_000;

    /// What an answer means that says so.
    private static final String NO_BLOB = "BlobNotFound";

    private static final int ID_BYTES = 20;

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20").replace("%7E", "~");
    }

    /// The path of a blob, its slashes as they are.
    private String path(String blob) {
        var base = endpoint.getRawPath() == null ? "" : endpoint.getRawPath();
        return base + "/" + encoded(container) + (blob.isEmpty() ? "" : "/" + encoded(blob).replace("%2F", "/"));
    }

    private Answer ask(String method, String path, String query, Map<String, String> headers, Body body)
            throws IOException {
        var own = new TreeMap<>(headers);
        own.put("x-ms-version", VERSION);
        var all = query + (query.isEmpty() || permit.query().isEmpty() ? "" : "&") + permit.query();
        var uri = endpoint.getScheme() + "://" + endpoint.getRawAuthority() + path + (all.isEmpty() ? "" : "?" + all);
        var request = Web.request(Web.uri(uri)).method(method, body.publisher());
        permit.headers(new Unsigned(method, path, query, own, body.bytes())).forEach(request::header);
        return web.ask(request.build());
    }

    private record Body(BodyPublisher publisher, long bytes) {
        static final Body NONE = new Body(BodyPublishers.noBody(), 0);

        static Body of(String text) {
            return new Body(BodyPublishers.ofString(text), text.getBytes(UTF_8).length);
        }
    }

    private static Trouble trouble(Answer answer, String what) throws IOException {
        var said = answer.status() == 304 ? "" : answer.text();
        var code = answer.header("x-ms-error-code").orElse("");
        var message = said.contains("<Message>") ? said.replaceFirst("(?s).*<Message>(.*?)</Message>.*", "$1") : "";
        var text = (message.isEmpty() ? "" : message.lines().findFirst().orElse("") + " ") + code;
        if (answer.status() == 404 && (code.equals(NO_BLOB) || code.isEmpty())) {
            return new Trouble(
                    Trouble.Kind.MISSING,
                    "unable to download blob " + what + ": The specified blob does not exist. ERROR CODE: " + NO_BLOB);
        }
        var kind = answer.status() == 404 ? Trouble.Kind.REFUSED : answer.kind();
        return new Trouble(kind, "azure: " + answer.status() + " " + text.strip());
    }

    /// The answer to a request for a blob's bytes, which is fine. To be closed.
    private Answer bytes(String blob, long from) throws IOException {
        var headers = from > 0 ? Map.of("range", "bytes=" + from + "-") : Map.<String, String>of();
        var answer = ask("GET", path(blob), "", headers, Body.NONE);
        if (!answer.fine()) {
            try (answer) {
                throw trouble(answer, blob);
            }
        }
        return answer;
    }

    @Override
    public void get(String blob, Path to) throws IOException {
        Download.to(
                to,
                at -> {
                    var answer = bytes(blob, at);
                    return answer.piece(answer.header("ETag").orElse(""), sum(answer));
                });
    }

    private static Optional<Checksum.Expected> sum(Answer answer) {
        try {
            return answer.header(answer.status() == 206 ? "x-ms-blob-content-md5" : "Content-MD5")
                    .map(text -> new Checksum.Expected(Checksum.MD5, Base64.getDecoder().decode(text)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    @Override
    public Content open(String blob, long from) throws IOException {
        return bytes(blob, from).content();
    }

    @Override
    public OptionalLong bytes(String blob) throws IOException {
        try (var answer = ask("HEAD", path(blob), "", Map.of(), Body.NONE)) {
            if (answer.fine()) {
                return answer.length();
            }
            var why = trouble(answer, blob);
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
        do {
            int many = Math.min(PAGE, most - found.size());
            var query =
                    "comp=list&include=metadata&maxresults="
                            + many
                            + "&prefix="
                            + encoded(prefix)
                            + "&restype=container"
                            + (marker.isEmpty() ? "" : "&marker=" + encoded(marker));
            try (var answer = ask("GET", path(""), query, Map.of(), Body.NONE)) {
                if (!answer.fine()) {
                    throw trouble(answer, prefix);
                }
                var xml = answer.xml();
                for (var blobs : xml.all("Blobs")) {
                    blobs.all("Blob").stream().filter(one -> !directory(one)).forEach(one -> found.add(entry(one)));
                }
                marker = xml.at("NextMarker");
            }
        } while (!marker.isEmpty() && found.size() < most);
        return found;
    }

    /// Accounts with a hierarchy of names list directories as blobs.
    private static boolean directory(Xml blob) {
        return blob.at("Properties", "ResourceType").equals("directory")
                || blob.at("Metadata", "hdi_isfolder").equalsIgnoreCase("true");
    }

    private static Entry entry(Xml blob) {
        var length = blob.at("Properties", "Content-Length");
        return new Entry(blob.at("Name"), length.isEmpty() ? 0 : Long.parseLong(length));
    }

    @Override
    public boolean marksDirectories() {
        return true;
    }

    @Override
    public void delete(String blob) throws IOException {
        try (var answer = ask("DELETE", path(blob), "", Map.of(), Body.NONE)) {
            if (!answer.fine()) {
                var why = trouble(answer, blob);
                if (why.kind() != Trouble.Kind.MISSING) {
                    throw why;
                }
            }
        }
    }

    // ------------------------------------------------------------------ uploads

    @Override
    public void put(Path file, String blob) throws IOException {
        long bytes = Files.size(file);
        var sum = Base64.getEncoder().encodeToString(Checksum.MD5.of(file));
        if (bytes <= BLOCK_BYTES) {
            var headers = Map.of("x-ms-blob-type", "BlockBlob", "content-md5", sum, "x-ms-blob-content-md5", sum);
            fine(ask("PUT", path(blob), "", headers, new Body(Web.body(file, 0, bytes), bytes)), blob);
        } else {
            inBlocks(file, bytes, blob, sum);
        }
    }

    private static void fine(Answer answer, String blob) throws IOException {
        try (answer) {
            if (!answer.fine()) {
                throw trouble(answer, blob);
            }
        }
    }

    private void inBlocks(Path file, long bytes, String blob, String sum) throws IOException {
        ask(blob);
        var upload = UUID.randomUUID(); // another upload of the same blob has other blocks
        long size = Math.max(BLOCK_BYTES, (bytes + MOST_BLOCKS - 1) / MOST_BLOCKS);
        var jobs = new ArrayList<Callable<@Nullable Void>>();
        var list = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>");
        for (long from = 0; from < bytes; from += size) {
            long begin = from;
            long length = Math.min(size, bytes - from);
            var id = id(upload, jobs.size());
            list.append("<Latest>").append(id).append("</Latest>");
            jobs.add(() -> {
                var query = "blockid=" + encoded(id) + "&comp=block";
                fine(ask("PUT", path(blob), query, Map.of(), new Body(Web.body(file, begin, length), length)), blob);
                return null;
            });
        }
        Together.all(jobs);
        var body = Body.of(list.append("</BlockList>").toString());
        fine(ask("PUT", path(blob), "comp=blocklist", Map.of("x-ms-blob-content-md5", sum), body), blob);
    }

    private static String id(UUID upload, int number) {
        var id =
                ByteBuffer.allocate(ID_BYTES)
                        .putLong(upload.getMostSignificantBits())
                        .putLong(upload.getLeastSignificantBits())
                        .putInt(number);
        return Base64.getEncoder().encodeToString(id.array());
    }

    /// Asks for what is there; who may not even that is told so.
    @Override
    public void ask(String blob) throws IOException {
        try (var answer = ask("HEAD", path(blob), "", Map.of(), Body.NONE)) {
            if (!answer.fine()) {
                var why = trouble(answer, blob);
                if (why.kind() != Trouble.Kind.MISSING) {
                    throw why;
                }
            }
        }
    }
}
