package tiphys.artifacts.hdfs;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import tiphys.artifacts.driver.Driver;
import tiphys.artifacts.web.Answer;
import tiphys.artifacts.web.Download;
import tiphys.artifacts.web.Download.Piece;
import tiphys.artifacts.web.Web;
import tiphys.engine.Artifacts.Content;
import tiphys.engine.Artifacts.Item;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// `hdfs`: a file in HDFS, by its REST API. It is written beside its place, and moved there when it is whole.
public final class HdfsDriver implements Driver {
    private static final int PIECE = 64 << 10;

    private final Web web = new Web();

    private static String path(Place place) {
        return place.text("path").replaceAll("/+$", "");
    }

    /// @param version changes when the file does
    private record Status(boolean directory, long length, String version) {}

    private static Status status(NameNodes nodes, String path) throws IOException {
        try (var answer = nodes.ask("GET", path, "GETFILESTATUS", Map.of())) {
            var json = answer.json().mapAt("FileStatus");
            return new Status(
                    json.textAt("type").orElse("").equals("DIRECTORY"),
                    number(json, "length"),
                    number(json, "modificationTime") + "-" + number(json, "fileId"));
        }
    }

    private static long number(Value.Mapping json, String field) throws Trouble {
        var text = json.find(field).map(Json::text).orElse("0");
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new Trouble(Trouble.Kind.REFUSED, "hdfs: the name node's " + field + " is no number: " + text, e);
        }
    }

    private static Optional<Status> found(NameNodes nodes, String path) throws IOException {
        try {
            return Optional.of(status(nodes, path));
        } catch (Trouble e) {
            if (e.kind() == Trouble.Kind.MISSING) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Status file(NameNodes nodes, String path) throws IOException {
        var status = status(nodes, path);
        if (status.directory()) {
            throw directory();
        }
        return status;
    }

    /// In Argo's words.
    private static Trouble directory() {
        return new Trouble(Trouble.Kind.REFUSED, "HDFS artifact does not suppot directory copy");
    }

    @Override
    public void fetch(Place place, Path to) throws IOException {
        var nodes = NameNodes.of(web, place);
        Download.to(
                to,
                at -> {
                    var status = file(nodes, path(place));
                    var bytes = bytes(nodes, path(place), at);
                    return new Piece(
                            bytes.body(), at, OptionalLong.of(status.length()), status.version(), Optional.empty());
                });
    }

    private static Answer bytes(NameNodes nodes, String path, long from) throws IOException {
        var parameters = from > 0 ? Map.of("offset", Long.toString(from)) : Map.<String, String>of();
        return nodes.moved(nodes.ask("GET", path, "OPEN", parameters), "GET", BodyPublishers.noBody(), path);
    }

    @Override
    public Content open(Place place, String part) throws IOException {
        return open(place, part, 0);
    }

    @Override
    public Content open(Place place, String part, long from) throws IOException {
        if (!part.isEmpty()) {
            throw new Trouble(Trouble.Kind.MISSING, "there is nothing below a file of HDFS");
        }
        var nodes = NameNodes.of(web, place);
        var status = file(nodes, path(place));
        long first = from < status.length() ? from : 0;
        return new Content(bytes(nodes, path(place), first).body(), OptionalLong.of(status.length()), first);
    }

    @Override
    public void store(Path from, Place place) throws IOException {
        if (Files.isDirectory(from)) {
            throw directory();
        }
        var nodes = NameNodes.of(web, place);
        var path = path(place);
        boolean force = place.fields().find("force").filter(Value.bool(true)::equals).isPresent();
        var before = found(nodes, path);
        if (before.isPresent() && !force) {
            if (before.get().length() == Files.size(from) && same(nodes, path, from)) {
                return; // it was this server, which was killed before it knew
            }
            throw new Trouble(Trouble.Kind.REFUSED, "create " + path + ": file already exists");
        }
        var folder = path.substring(0, path.lastIndexOf('/'));
        if (!folder.isEmpty()) {
            done(nodes, "PUT", folder, "MKDIRS", Map.of());
        }
        var name = path.substring(path.lastIndexOf('/') + 1);
        var beside = folder + "/." + name + ".tiphys-" + UUID.randomUUID();
        try {
            var body = Web.body(from, 0, Files.size(from));
            var answer = nodes.ask("PUT", beside, "CREATE", Map.of("overwrite", "true"));
            nodes.moved(answer, "PUT", body, beside).close();
            if (before.isPresent()) {
                done(nodes, "DELETE", path, "DELETE", Map.of());
            }
            done(nodes, "PUT", beside, "RENAME", Map.of("destination", path));
        } catch (IOException e) {
            try {
                nodes.ask("DELETE", beside, "DELETE", Map.of()).close();
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    private static void done(NameNodes nodes, String method, String path, String op, Map<String, String> parameters)
            throws IOException {
        try (var answer = nodes.ask(method, path, op, parameters)) {
            if (answer.json().find("boolean").filter(Value.bool(true)::equals).isEmpty()) {
                throw new Trouble(Trouble.Kind.UNAVAILABLE, "hdfs: " + op + " of " + path + " was not done");
            }
        }
    }

    private static boolean same(NameNodes nodes, String path, Path file) throws IOException {
        try (InputStream there = bytes(nodes, path, 0).body();
                InputStream here = Files.newInputStream(file)) {
            while (true) {
                var one = there.readNBytes(PIECE);
                if (!Arrays.equals(one, here.readNBytes(PIECE))) {
                    return false;
                }
                if (one.length == 0) {
                    return true;
                }
            }
        }
    }

    @Override
    public List<Item> list(Place place, int most) throws IOException {
        var nodes = NameNodes.of(web, place);
        var status = found(nodes, path(place));
        if (status.isPresent() && status.get().directory()) {
            throw new Trouble(
                    Trouble.Kind.REFUSED,
                    "ListObjects is currently not supported for this artifact type, but it will be in a future version");
        }
        return status.map(one -> List.of(new Item("", OptionalLong.of(one.length())))).orElse(List.of());
    }

    @Override
    public void delete(Place place) throws Trouble {
        throw new Trouble(Trouble.Kind.REFUSED, "delete not supported for hdfs artifacts");
    }
}
